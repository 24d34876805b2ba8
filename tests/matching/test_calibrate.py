import numpy as np
import pytest

from next_evidence.matching.calibrate import UNCHANGED, fit_calibration


def test_without_decisions_nothing_changes():
    sure = np.array([0.0, 0.2, 0.9])

    assert fit_calibration(sure[:0], sure[:0] > 1).apply(sure) is sure
    assert UNCHANGED.apply(sure) is sure


def test_overconfidence_is_corrected():
    rng = np.random.default_rng(3)
    truth = rng.uniform(0.05, 0.95, 4000)
    right = rng.random(4000) < truth
    said = 1 / (1 + np.exp(-2 * np.log(truth / (1 - truth))))

    corrected = fit_calibration(said, right).apply(said)

    assert np.abs(corrected - truth).mean() < 0.03
    assert np.abs(said - truth).mean() > 0.08


def test_five_decisions_hardly_move_it():
    found = fit_calibration(np.full(5, 0.8), np.zeros(5, dtype=bool))

    assert 0.5 < found.apply(np.array([0.8]))[0] < 0.8


def test_order_of_decisions_does_not_matter():
    rng = np.random.default_rng(4)
    said, right = rng.random(300), rng.random(300) < 0.5
    order = rng.permutation(300)

    assert fit_calibration(said, right) == fit_calibration(said[order], right[order])


def test_ranking_is_never_turned_round():
    said = np.array([0.1] * 200 + [0.9] * 200)

    found = fit_calibration(said, said < 0.5)

    low, high = found.apply(np.array([0.1, 0.9]))
    assert low < high


def test_impossible_stays_impossible():
    found = fit_calibration(np.array([0.5, 0.6]), np.array([True, True]))

    assert found.apply(np.array([-1.0, 0.0])).tolist() == [-1.0, 0.0]
    assert found.apply(np.array([0.5]))[0] == pytest.approx(0.5, abs=0.1)
