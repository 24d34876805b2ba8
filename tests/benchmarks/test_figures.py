"""The figures of docs/accuracy.md, on guesses whose figures can be counted by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.benchmarks.loaded import benchmark

figures_module = benchmark("figures")
Guesses, augrc, auroc, ece, figures = (
    getattr(figures_module, name) for name in ("Guesses", "augrc", "auroc", "ece", "figures")
)


def guesses(**changed):
    """Eight statements of four accounts: two pains, one pain of no document, three of noise."""
    made = {
        "confidence": [0.9, 0.8, 0.7, 0.4, 0.6, 0.5, 0.2, 0.1],
        "right": [True, True, False, True, False, False, False, False],
        "accepted": [True, True, True, False, True, False, False, False],
        "label": [0, 0, 1, 1, 2, -1, -1, -1],
        "guess": [0, 0, 0, 1, 0, 1, 0, 1],
        "world": ["known"] * 4 + ["unknown"] + ["noise"] * 3,
        "persona_right": [True, True, True, True, False, True, True, True],
        "persona_known": [True] * 5 + [False] * 3,
        "group": [0, 0, 1, 1, 2, 2, 3, 3],
    }
    return Guesses(**{name: np.array(values) for name, values in (made | changed).items()})


def test_figures_count_what_their_names_say():
    found = figures(guesses())

    assert found["statements"] == 8
    assert found["precision"][0] == 0.5  # two of four accepted
    assert found["recall"][0] == 0.5  # two of the four statements of known pains
    assert found["macro_f1"][0] == pytest.approx((2 * 2 / (2 + 4) + 0) / 2, abs=1e-4)
    assert found["persona"] == 0.75
    assert found["noise"] == 0.0
    assert found["auroc_noise"] == pytest.approx(11 / 12, abs=1e-4)
    assert found["auroc_unknown"] == 0.75


def test_a_figure_that_nothing_speaks_of_is_none_and_not_a_number():
    found = figures(guesses(accepted=[False] * 8, world=["known"] * 4 + ["unknown"] * 4))

    assert found["precision"] is None
    assert found["auroc_noise"] is None


def test_an_interval_holds_the_value_and_draws_whole_accounts():
    apart = figures(guesses(group=list(range(8))))["recall"]
    together = figures(guesses(group=[0] * 8))["recall"]

    assert apart[1] <= apart[0] <= apart[2]
    assert together == [0.5, 0.5, 0.5]  # one account drawn again is the same account


def test_calibration_error_of_bins_that_say_what_happens_is_zero():
    right = np.array([True, True, False, False] * 10)

    assert ece(np.full(40, 0.5), right) == 0.0
    assert ece(np.full(40, 0.9), right) == pytest.approx(0.4)


def test_augrc_is_the_mean_share_accepted_and_wrong():
    assert augrc(np.array([0.9, 0.8, 0.7, 0.6]), np.array([True, True, False, True])) == 0.125


@given(st.lists(st.booleans(), min_size=2, max_size=30), st.integers(0, 1000))
def test_no_ranking_has_a_lower_augrc_than_the_one_that_knows(right, seed):
    right = np.array(right)
    any_order = np.random.default_rng(seed).random(len(right))

    assert augrc(right.astype(float), right) <= augrc(any_order, right) + 1e-12


def test_auroc_counts_ties_half():
    assert auroc(np.array([1.0, 1.0]), np.array([1.0, 0.0])) == 0.75
