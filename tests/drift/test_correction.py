"""False alarms over a year of looks."""

import pytest

from next_evidence.drift.correction import WEIGHTS, adjusted_p_values


def test_a_pains_three_comparisons_have_half_of_what_is_allowed_for_three():
    assert sum(WEIGHTS.values()) == pytest.approx(1.5)


def test_what_lasts_is_asked_less_than_what_one_cycle_shows():
    pooled, single, latest, order = (
        adjusted_p_values([0.001], [versus], tests=10)[0]
        for versus in ("document", "trailing", "last_cycle", None)
    )

    assert pooled == pytest.approx(0.001 * 10 / 1.25)
    assert pooled < order < single < latest
    assert order == pytest.approx(0.01)


def test_no_rate_is_more_than_one():
    assert adjusted_p_values([0.9, 0.5], ["last_cycle", "trailing"], tests=2).tolist() == [1, 1]
