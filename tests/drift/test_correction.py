"""False alarms over a year of looks."""

import pytest

from next_evidence.drift.correction import WEIGHTS, adjusted_p_values

COMPARISONS = ("document", "trailing", "last_cycle")


def test_a_pains_three_comparisons_have_less_than_a_third_of_what_is_allowed_for_three():
    assert sum(WEIGHTS[versus] for versus in COMPARISONS) <= 1.0


def test_what_lasts_is_asked_less_than_what_one_cycle_shows():
    pooled, single, latest, top = (
        adjusted_p_values([0.001], [asked], tests=10)[0] for asked in (*COMPARISONS, "top_pain")
    )

    assert pooled == pytest.approx(0.001 * 10 / 0.6)
    assert top < pooled < single < latest
    assert top == pytest.approx(0.01)


def test_no_rate_is_more_than_one():
    assert adjusted_p_values([0.9, 0.5], ["last_cycle", "trailing"], tests=2).tolist() == [1, 1]
