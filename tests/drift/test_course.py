"""Consistency and durability of a shift."""

import numpy as np
import pytest

from next_evidence.drift.course import read_past, standing, standings
from next_evidence.stats.levels import fit_course


def judge(counts, *, heard=40, rising=True, **more):
    before = slice(max(0, len(counts) - 7), len(counts) - 1)
    return standing(
        np.array(counts, float),
        np.full(len(counts), float(heard)),
        rising=rising,
        before=before,
        **more,
    )


def test_a_shift_in_its_first_cycle_is_unknown():
    assert judge([5, 4, 6, 5, 5, 4, 18]).durability == "unknown"


def test_a_step_that_holds_is_durable():
    found = judge([5, 4, 6, 5, 5, 4, 18, 17, 19])

    assert (found.durability, found.consistency) == ("durable", 1.0)


def test_a_fall_that_holds_is_durable():
    assert judge([15, 14, 16, 15, 15, 14, 3, 2, 3], rising=False).durability == "durable"


def test_a_spike_that_is_back_is_transient():
    counts, heard = np.array([5.0, 4, 6, 5, 5, 20, 5]), np.full(7, 40.0)

    rise_in_a_window_with_it = standing(counts, heard, rising=True, before=slice(0, 4))
    fall_against_a_window_with_it = standing(counts, heard, rising=False, before=slice(0, 6))

    assert rise_in_a_window_with_it.durability == "transient"
    assert fall_against_a_window_with_it.durability == "transient"


@pytest.mark.parametrize("after", [[8, 7], [7, 8], [9, 8], [6, 9]])
def test_a_spike_with_noise_above_the_old_level_after_it_is_never_durable(after):
    for cycles in range(1, len(after) + 1):
        assert judge([5, 4, 6, 5, 5, 5, 25, *after[:cycles]]).durability != "durable"


def test_a_step_that_one_cycle_carries_is_not_durable():
    counts = [4, 5, 5, 7, 6, 6, 15, 12]

    assert fit_course(counts, [40] * 8).step_factor() > 10
    assert judge(counts).durability == "unknown"


def test_an_old_spike_does_not_explain_a_later_rise():
    """The spike lies in neither window, so it made neither share."""
    counts = np.array([5.0, 5, 4, 25, 5, 6, 5, 9, 8])

    found = standing(counts, np.full(9, 40.0), rising=True, before=slice(0, 3))

    assert found.durability == "unknown"


def test_the_way_back_from_a_spike_is_no_durable_fall():
    for after in ([5], [5, 4], [5, 4, 5]):
        assert judge([5, 4, 6, 5, 5, 5, 25, *after], rising=False).durability != "durable"


def test_cycles_in_which_nobody_was_heard_count_for_nothing():
    counts, heard = np.array([5.0, 4, 6, 5, 5, 4, 18, 0, 19]), np.array([40.0] * 7 + [0, 40])

    found = standing(counts, heard, rising=True, before=slice(2, 8))

    assert (found.durability, found.consistency) == ("durable", 1.0)


def test_an_order_that_was_wrong_all_along_is_durable():
    wins, decided = np.array([12.0, 11, 13, 12, 11]), np.full(5, 16.0)

    found = standing(wins, decided, rising=True, before=slice(0, 0), level=0.5)

    assert (found.durability, found.consistency) == ("durable", 1.0)


def test_one_cycle_of_history_is_unknown():
    assert (
        standing(np.array([5.0]), np.array([40.0]), rising=True, before=slice(0, 0)).durability
        == "unknown"
    )


def test_a_step_that_has_just_gone_back_is_not_durable():
    assert judge([5, 5, 5, 5, 18, 19, 18, 19, 4]).durability != "durable"


def test_silent_cycles_do_not_use_up_the_last_three():
    counts = np.array([5.0, 4, 6, 5, 5, 4, 18, 19, 0, 0, 18])
    heard = np.array([40.0] * 8 + [0, 0, 40])

    found = standing(counts, heard, rising=True, before=slice(4, 10))

    assert (found.durability, found.consistency) == ("durable", 1.0)


def test_many_series_are_judged_as_each_alone():
    rng = np.random.default_rng(4)
    heard = rng.integers(0, 60, 12).astype(float)
    chance = np.where(np.arange(12)[:, None] >= 9, rng.uniform(0, 1, 40), rng.uniform(0, 1, 40))
    chance[10, :10] = 1.0  # spikes
    counts = rng.binomial(heard.astype(int)[:, None], chance).astype(float)
    rising = rng.random(40) < 0.5

    together = standings(read_past(counts, heard), rising=rising, before=slice(5, 11))

    alone = [
        standing(counts[:, i], heard, rising=rising[i], before=slice(5, 11)) for i in range(40)
    ]
    assert together == alone
    assert len({one.durability for one in together}) == 3
