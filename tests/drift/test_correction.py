"""False alarms over a year of looks."""

import pytest

from next_evidence.drift.correction import WEIGHTS, adjusted_p_values

COMPARISONS = ("document", "trailing", "last_cycle")


def test_a_pains_three_comparisons_have_a_third_of_what_is_allowed_for_three():
    assert sum(WEIGHTS[versus] for versus in COMPARISONS) == pytest.approx(1.0)


def test_the_last_cycle_alone_is_asked_most():
    pooled, trailing, latest, top = (
        adjusted_p_values([0.001], [asked], tests=10)[0] for asked in (*COMPARISONS, "top_pain")
    )

    assert pooled == pytest.approx(0.001 * 10 / 0.4)
    assert top < trailing < pooled < latest
    assert top == pytest.approx(0.01)


def test_a_new_pain_has_passed_a_test_before_and_is_asked_less():
    new, top = (
        adjusted_p_values([0.001], [asked], tests=10)[0] for asked in ("pain_new", "top_pain")
    )

    assert new == pytest.approx(top / 3)


def test_the_only_top_pain_of_a_library_is_asked_as_much_as_one_of_four():
    alone = adjusted_p_values([0.03], ["top_pain"], tests=1)[0]

    assert alone == adjusted_p_values([0.03], ["top_pain"], tests=4)[0]
    assert alone > 0.1


def test_no_rate_is_more_than_one():
    assert adjusted_p_values([0.9, 0.5], ["last_cycle", "trailing"], tests=2).tolist() == [1, 1]
