import numpy as np
import pytest

from next_evidence.matching.calibrate import (
    UNCHANGED,
    fit_any,
    fit_calibration,
    held_out,
    log_loss,
)


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


def test_a_thousand_decisions_are_followed_where_they_bend():
    rng = np.random.default_rng(6)
    said = np.round(rng.uniform(0.3, 1.0, 3000), 6)
    truth = np.where(said < 0.6, 0.2, 0.9)
    right = rng.random(3000) < truth

    found = fit_any(said, right)

    assert found.knots
    assert np.abs(found.apply(said) - truth).mean() < 0.04
    assert np.abs(fit_calibration(said, right).apply(said) - truth).mean() > 0.06
    assert fit_any(said[:999], right[:999]).knots == ()


def test_a_stepwise_curve_never_falls_and_claims_neither_never_nor_always():
    rng = np.random.default_rng(7)
    said = rng.random(1200)
    found = fit_any(said, rng.random(1200) < said)

    corrected = found.apply(np.linspace(0.0, 1.0, 501))

    assert (np.diff(corrected) >= 0).all()
    inside = found.apply(np.array([said.min(), said.max()]))
    assert 0 < inside[0] < inside[1] < 1
    assert found.apply(np.array([-1.0, 0.0])).tolist() == [-1.0, 0.0]


def test_held_out_probabilities_know_nothing_of_their_own_account():
    said = np.full(400, 0.7)
    groups = np.array([f"a-{n // 40}" for n in range(400)])
    right = groups < "a-5"  # accounts are all right or all wrong

    corrected = held_out(said, right, groups)

    assert log_loss(corrected, right) > log_loss(fit_calibration(said, right).apply(said), right)
    assert len({(g, c) for g, c in zip(groups, corrected, strict=True)}) == 10


def test_one_account_alone_corrects_nothing():
    said = np.array([0.4, 0.9])

    assert held_out(said, np.array([True, False]), np.array(["a", "a"])).tolist() == said.tolist()


def test_log_loss_of_an_even_chance():
    assert log_loss(np.full(3, 0.5), np.array([True, False, True])) == pytest.approx(np.log(2))
