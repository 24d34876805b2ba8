"""Intervals around shares and their changes."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from next_evidence.stats.intervals import difference_interval, estimate, wilson_interval


def test_wilson_interval_matches_the_published_example():
    # Newcombe (1998), Statistics in Medicine 17, 857-872, table I: 81 of 263 gives .2553 to .3662.
    low, high = wilson_interval(81, 263, level=0.95)

    assert (round(float(low), 4), round(float(high), 4)) == (0.2553, 0.3662)


def test_wilson_interval_of_nobody_says_nothing():
    low, high = wilson_interval([0], [0], level=0.8)

    assert (low[0], high[0]) == (0.0, 1.0)


@given(n=st.integers(1, 500), level=st.floats(0.5, 0.99), data=st.data())
def test_wilson_interval_holds_the_share_and_stays_within_bounds(n, level, data):
    k = data.draw(st.integers(0, n))

    low, high = wilson_interval(k, n, level=level)

    assert 0 <= low <= k / n <= high <= 1


def test_difference_interval_matches_the_published_example():
    # Newcombe (1998), Statistics in Medicine 17, 873-890, table II (a): 56/70 - 48/80 gives .0524 to .3339.
    found = difference_interval(estimate(48, 80, 0.95), estimate(56, 70, 0.95))

    assert [round(x, 4) for x in found] == [0.0524, 0.3339]


def test_difference_interval_narrows_when_the_same_accounts_are_on_both_sides():
    first, second = estimate(10, 40, 0.8), estimate(20, 40, 0.8)

    apart, tied = (difference_interval(first, second, correlation=c) for c in (0.0, 0.6))

    assert apart[0] < tied[0] < 0.25 < tied[1] < apart[1]


@pytest.mark.parametrize("size", [20, 45, 120])
def test_wilson_interval_covers_as_often_as_it_says_on_average(size):
    """At one share coverage swings by up to ten points, as counts are whole (Brown, Cai and DasGupta, 2001)."""
    shares = np.linspace(0.05, 0.6, 111)
    counts = np.arange(size + 1)
    low, high = wilson_interval(counts, np.full(size + 1, size), level=0.8)

    covered = [stats.binom.pmf(counts, size, p)[(low <= p) & (p <= high)].sum() for p in shares]

    assert np.mean(covered) == pytest.approx(0.8, abs=0.02)
