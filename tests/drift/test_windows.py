"""Which cycles are compared with which."""

import pytest

from next_evidence.drift.windows import document_window, windows
from next_evidence.settings import DriftSettings

RULES = DriftSettings()


@pytest.mark.parametrize("cycles", range(1, 40))
def test_windows_never_overlap_and_end_with_this_cycle(cycles):
    for window in windows(cycles, RULES):
        assert window.before.stop <= window.now.start
        assert window.now.stop == cycles
        assert window.before.stop > window.before.start


def test_a_first_cycle_is_compared_with_nothing():
    assert windows(1, RULES) == ()


@pytest.mark.parametrize(
    ("cycles", "reference", "now"), [(4, 3, 3), (6, 3, 3), (7, 4, 4), (9, 6, 6), (30, 6, 27)]
)
def test_the_documents_time_is_the_first_window_and_does_not_move(cycles, reference, now):
    window = document_window(cycles, RULES)

    assert (window.before, window.now.start) == (slice(0, reference), now)


def test_three_cycles_are_too_few_to_stand_for_the_documents_time():
    assert document_window(3, RULES) is None
