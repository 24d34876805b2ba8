from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from next_evidence.stats.power import detectable_change, gap_probability


@pytest.mark.parametrize(
    ("accounts", "change"), [(15, 0.48), (30, 0.33), (60, 0.22), (120, 0.15), (240, 0.10)]
)
def test_detectable_change_is_what_power_tables_say(accounts, change):
    assert detectable_change(accounts) == pytest.approx(change, abs=0.006)


def test_below_fifteen_accounts_nothing_is_detectable():
    assert detectable_change(14) is None
    assert detectable_change(15) is not None
    assert detectable_change(15, base=0.95) is None


def test_a_change_of_that_size_is_found_at_the_stated_power():
    rng = np.random.default_rng(7)
    n, change, base = 60, detectable_change(60), 0.15
    before, after = rng.binomial(n, base, 20_000) / n, rng.binomial(n, base + change, 20_000) / n
    pooled = (before + after) / 2
    z = (after - before) / np.sqrt(np.maximum(2 * pooled * (1 - pooled) / n, 1e-12))

    assert np.mean(np.abs(z) > 1.96) == pytest.approx(0.8, abs=0.03)


@given(st.integers(15, 2000), st.floats(0.5, 0.98))
def test_more_accounts_show_less_and_more_power_needs_more(accounts, power):
    few, many = (
        detectable_change(accounts, power=power),
        detectable_change(accounts + 10, power=power),
    )
    if few is not None and many is not None:
        assert many < few
        higher = detectable_change(accounts, power=power + 0.01)
        assert higher is None or higher > few


def test_poisson_silence_is_exponential():
    assert gap_probability([1, 1, 1, 1], 3) == pytest.approx(math.exp(-3))


def test_bursts_make_silence_likelier():
    assert gap_probability([4, 0, 0, 0] * 5, 5) > gap_probability([1, 1, 1, 1] * 5, 5)


def test_nothing_ever_means_silence_is_usual():
    assert gap_probability([], 5) == 1.0
    assert gap_probability([0, 0], 5) == 1.0
    assert gap_probability([3, 2], 0) == 1.0


def test_negative_binomial_silence_matches_simulation():
    rng = np.random.default_rng(7)
    counts = rng.negative_binomial(0.8, 0.4, 4000)
    gaps = rng.negative_binomial(0.8, 0.4, (20_000, 4)).sum(axis=1) == 0

    assert gap_probability(counts.tolist(), 4) == pytest.approx(gaps.mean(), abs=0.01)


@given(st.lists(st.integers(0, 50), max_size=60), st.floats(0, 100))
def test_probabilities_are_probabilities_and_fall_with_the_gap(counts, gap):
    now, later = gap_probability(counts, gap), gap_probability(counts, gap + 1)

    assert 0 <= later <= now <= 1
