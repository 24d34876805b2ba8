import numpy as np
import pytest

from next_evidence.stats.rates import event_rate


def test_of_poisson_counts_the_interval_is_garwoods():
    rate = event_rate([2, 3, 2, 3, 2, 3, 2, 3])

    # 20 events: published exact limits 12.217 and 30.888
    assert rate.value == 2.5
    assert rate.low == pytest.approx(12.217 / 8, abs=1e-3)
    assert rate.high == pytest.approx(30.888 / 8, abs=1e-3)


def test_never_seen_is_not_never():
    rate = event_rate([0] * 200)

    assert (rate.value, rate.low) == (0.0, 0.0)
    assert rate.high == pytest.approx(3.689 / 200, abs=1e-4)


def test_events_in_clusters_say_less_than_as_many_single_ones():
    single, clustered = event_rate([1, 0, 0, 1, 1, 0, 0, 1]), event_rate([4, 0, 0, 0, 0, 0, 0, 0])

    assert clustered.value == single.value
    assert clustered.low < single.low
    assert clustered.high > single.high


@pytest.mark.parametrize("size", [1, 3])
def test_intervals_hold_the_rate_as_often_as_they_say(size):
    rng = np.random.default_rng(4)
    held = 0
    for _ in range(400):
        rate = event_rate(size * rng.poisson(0.3, 100))
        held += rate.low <= 0.3 * size <= rate.high

    # 95 %, less three standard errors; exact limits hold more often than asked
    assert held / 400 >= 0.917


def test_a_rate_scales_with_its_interval():
    rate = event_rate([1, 0, 1, 0]).times(12)

    assert rate.value == 6.0
    assert rate.low < 6 < rate.high
