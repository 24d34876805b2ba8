"""Shares told by predictions and a few labels."""

import numpy as np
import pytest

from next_evidence.stats.prediction_powered import Labelled, corrected_share


def told(predicted, truth, *, units, drawn, level=0.8, weight=None):
    weight = np.ones(len(predicted)) if weight is None else weight
    pick = [Labelled(predicted[i], truth[i], weight[i]) for i in (drawn, *(np.delete(drawn, [k]) for k in range(len(drawn))))]  # fmt: skip
    return corrected_share(predicted, units, pick[0], replicates=pick[1:], level=level)


def world(n, seed):
    rng = np.random.default_rng(seed)
    chance = rng.beta(1.2, 2.0, n)
    return chance, (rng.random(n) < chance).astype(float), rng


def test_predictions_that_never_err_are_left_as_they_are():
    right = np.array([1.0, 0.0] * 20)

    found = told(right, right, units=80, drawn=np.arange(30))

    assert found.share == pytest.approx(0.25)
    assert found.trust == 1.0


def test_predictions_that_say_nothing_are_not_trusted():
    rng = np.random.default_rng(3)
    truth, noise = np.array([1.0, 0.0, 0.0, 0.0] * 50), rng.random(200)

    found = told(noise, truth, units=200, drawn=np.arange(200))

    assert found.trust < 0.15
    assert found.share == pytest.approx(0.25, abs=0.01)


@pytest.mark.parametrize("answer", [0.0, 1.0])
def test_labels_that_all_agree_leave_an_interval(answer):
    found = told(np.full(30, 0.6), np.full(30, answer), units=30, drawn=np.arange(12))

    assert found.low < answer or found.high > answer
    assert 0.03 < found.high - found.low < 0.4


def test_weights_stand_for_units_that_were_seldom_drawn():
    predicted, truth = np.full(40, 0.5), np.array([1.0, 0.0] * 20)
    weight = np.where(truth > 0, 3.0, 1.0)

    found = told(predicted, truth, units=40, drawn=np.arange(40), weight=weight)

    assert found.share == pytest.approx(0.75, abs=0.02)


@pytest.mark.parametrize("bend", [1.0, 2.5], ids=["calibrated", "too sure"])
def test_intervals_hold_the_truth_as_often_as_they_say(bend):
    """300 draws at 80 %: between 74 % and 92 % (three standard errors below, room above for few labels)."""
    held = 0
    for seed in range(300):
        chance, truth, rng = world(60, seed)
        odds = bend * (np.log(chance) - np.log1p(-chance))
        drawn = rng.permutation(60)[:25]
        found = told(1 / (1 + np.exp(-odds)), truth, units=60, drawn=drawn)
        held += found.low <= 1.2 / 3.2 <= found.high

    assert 0.74 <= held / 300 <= 0.92
