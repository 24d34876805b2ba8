"""Weighted log-odds: the published formula, and what it is chosen for."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from next_evidence.stats.log_odds import weighted_log_odds


def by_the_book(y, x, prior):
    """Equations 15 to 22 of Monroe et al., word by word."""
    found = []
    for w in range(len(y)):
        a, b = y[w] + prior[w], x[w] + prior[w]
        rest_a, rest_b = sum(y) + sum(prior) - a, sum(x) + sum(prior) - b
        delta = np.log(a / rest_a) - np.log(b / rest_b)
        found.append(delta / np.sqrt(1 / a + 1 / b))
    return found


def test_it_is_the_published_formula():
    y, x, background = [9, 40, 300], [1, 50, 280], [10, 90, 900]

    found = weighted_log_odds(y, x, background, strength=200)

    assert found.tolist() == pytest.approx(by_the_book(y, x, [2, 18, 180]))


def test_who_says_twice_as_much_of_the_same_says_nothing_new():
    here = np.array([10, 40, 300])

    assert np.abs(weighted_log_odds(2 * here, here, here)).max() < 0.1


def test_a_word_that_everybody_uses_needs_more_than_its_rise():
    here, there = [30, 30, 400], [10, 10, 400]

    rare, usual, _ = weighted_log_odds(here, there, [10, 400, 1000])

    assert rare > usual > 0


def test_a_prior_never_drowns_a_small_group():
    small = weighted_log_odds([6, 10], [0, 10], [6, 20])

    assert small[0] > 1.5


@given(st.lists(st.tuples(*[st.integers(0, 50)] * 3), max_size=12))
def test_swapping_sides_turns_the_sign_and_nothing_is_not_a_number(counts):
    here, there, usual = (np.array([row[i] for row in counts], dtype=float) for i in range(3))

    found = weighted_log_odds(here, there, usual)

    assert np.isfinite(found).all()
    assert np.allclose(found, -weighted_log_odds(there, here, usual))
