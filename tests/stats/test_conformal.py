"""Bars between which only a person can tell."""

import numpy as np
import pytest

from next_evidence.stats.conformal import conformal_bars


def test_too_few_labels_rule_nothing_out():
    score = np.linspace(0.3, 0.9, 21)

    found = conformal_bars(score, np.ones(21, dtype=bool), miss=0.1, error=0.1)

    # 0.9 ** 21 is above 0.1: not even the lowest of 21 right ones is low enough
    assert (found.sure_above, found.unlikely_below) == (None, None)


def test_22_labels_of_a_kind_are_the_fewest_for_a_tenth():
    score = np.linspace(0.3, 0.9, 22)

    found = conformal_bars(score, np.ones(22, dtype=bool), miss=0.1, error=0.1)

    assert found.unlikely_below == pytest.approx(0.3)
    assert found.sure_above is None


def test_the_small_sample_bar_is_stricter_than_the_usual_one():
    score = np.arange(1, 51) / 100

    found = conformal_bars(score, np.zeros(50, dtype=bool), miss=0.1, error=0.1)

    usual = int(np.ceil(51 * 0.9)) / 100
    assert usual < found.sure_above <= 0.5


@pytest.mark.parametrize("n", [40, 120])
def test_the_promise_is_kept_in_all_but_a_tenth_of_samples(n):
    rng = np.random.default_rng(5)
    broken = 0
    for _ in range(600):
        wrong = rng.beta(2, 3, n)
        bar = conformal_bars(wrong, np.zeros(n, dtype=bool), miss=0.2, error=0.1).sure_above
        broken += float((rng.beta(2, 3, 20_000) > bar).mean()) > 0.2

    # 10 % promised; three standard errors of 600 draws above it
    assert broken / 600 <= 0.1 + 3 * np.sqrt(0.09 / 600)


def test_order_and_ties_do_not_matter():
    score, right = np.array([0.4, 0.9, 0.4, 0.7] * 20), np.array([False, True, False, True] * 20)

    found = conformal_bars(score, right, miss=0.1, error=0.1)

    assert found == conformal_bars(score[::-1], right[::-1], miss=0.1, error=0.1)
    assert (found.sure_above, found.unlikely_below) == (0.4, 0.7)
