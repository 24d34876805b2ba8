import numpy as np
import pytest

from next_evidence.stats.risk_control import certified_threshold

BARS = np.round(np.arange(0.3, 0.96, 0.05), 2)


def precision_above(bar, slope, offset):
    """True precision above a bar when scores are uniform on 0.3 to 1 and right with a logistic chance."""
    score = np.linspace(0.3, 1.0, 20_001)
    return chance(score[score >= bar], slope, offset).mean()


def chance(score, slope, offset):
    return 1 / (1 + np.exp(-(slope * np.log(score / (1.0001 - score)) + offset)))


@pytest.mark.parametrize("count", [20, 60, 200])
@pytest.mark.parametrize(("slope", "offset"), [(1.0, 0.0), (0.3, 1.0), (0.0, 1.2)])
def test_a_bar_keeps_its_promise_as_often_as_stated(count, slope, offset):
    rng = np.random.default_rng(count)
    broken, draws = 0, 1500
    for _ in range(draws):
        score = rng.uniform(0.3, 1.0, count)
        right = rng.random(count) < chance(score, slope, offset)
        bar = certified_threshold(score, right, precision=0.8, error=0.1, candidates=BARS)
        broken += bar is not None and precision_above(bar, slope, offset) < 0.8

    assert broken / draws <= 0.1 + 3 * np.sqrt(0.1 * 0.9 / draws)


def test_more_labels_find_a_lower_bar():
    rng = np.random.default_rng(5)
    score = rng.uniform(0.3, 1.0, 2000)
    right = rng.random(2000) < chance(score, 1.0, 1.0)

    bars = [
        certified_threshold(score[:n], right[:n], precision=0.8, error=0.1, candidates=BARS)
        for n in (8, 2000)
    ]

    assert bars[0] is None or bars[0] > bars[1]
    assert precision_above(bars[1], 1.0, 1.0) >= 0.8


def test_few_labels_show_nothing():
    assert certified_threshold(np.full(10, 0.9), np.ones(10, dtype=bool), precision=0.8, error=0.1, candidates=BARS) is None  # fmt: skip
    assert certified_threshold(np.zeros(0), np.zeros(0, dtype=bool), precision=0.8, error=0.1, candidates=BARS) is None  # fmt: skip
