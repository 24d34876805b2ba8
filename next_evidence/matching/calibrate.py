"""Learns from people's decisions how far the shipped probabilities are off for this team."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import isotonic_regression

_EDGE = 1e-6  # log-odds of 0 and 1 are cut here
_STEPS = 50
_FOLDS = 5
STEPWISE_FROM = 1000
"""Decisions from which a free monotone curve is fitted; below, it follows chance (Niculescu-Mizil and Caruana 2005)."""


@dataclass(frozen=True)
class Calibration:
    """From what the head says to what is right that often, never turning the ranking round.

    A straight line in log-odds, ``logit(new) = intercept + slope * logit(old)``; where there are ``knots``,
    straight pieces between those points ``(old, new)`` instead.

    ``decisions`` is how many human decisions it rests on; 0 leaves probabilities as they are.
    """

    intercept: float = 0.0
    slope: float = 1.0
    decisions: int = 0
    knots: tuple[tuple[float, float], ...] = ()

    def apply(self, probability: np.ndarray) -> np.ndarray:
        """Corrected probabilities, six decimals; 0 stays 0, so that what is impossible stays so."""
        if self.decisions == 0:
            return probability
        if self.knots:
            old, new = zip((0.0, 0.0), *self.knots, (1.0, 1.0), strict=True)
            corrected = np.interp(probability, old, new)
        else:
            log_odds = self.intercept + self.slope * _log_odds(probability)
            corrected = 1.0 / (1.0 + np.exp(-log_odds))
        return np.asarray(np.where(probability <= 0.0, probability, np.round(corrected, 6)))


UNCHANGED = Calibration()


def fit_calibration(
    probability: np.ndarray, right: np.ndarray, *, prior_decisions: float = 100.0
) -> Calibration:
    """Fit the line to decisions, pulled towards "leave as it is".

    Parameters
    ----------
    probability
        What was printed for each match that a person judged, 0 to 1, before any earlier correction.
        Only matches drawn at random may be used: those that a person sought out are not typical.
    right
        Whether the person agreed.
    prior_decisions
        How many decisions the prior is worth. With few labels the result stays near the shipped
        probabilities, so there is no threshold at which behaviour jumps.

    Notes
    -----
    Platt scaling with a Gaussian prior instead of isotonic regression, which overfits below about a
    thousand labels.

    .. [1] Platt, J. (1999). Probabilistic outputs for support vector machines and comparisons to
       regularized likelihood methods.
    """
    order = np.lexsort((right, probability))  # sums in one order, whatever the order of decisions
    x = np.column_stack([np.ones(len(order)), _log_odds(probability[order])])
    y = right[order].astype(float)
    # a decision at an even chance adds 1/4 to the curvature of the likelihood
    pull = prior_decisions / 4.0
    start = np.array([0.0, 1.0])
    line = start.copy()
    for _ in range(_STEPS):
        chance = 1.0 / (1.0 + np.exp(-(x @ line)))
        gradient = x.T @ (y - chance) - pull * (line - start)
        curvature = (x * (chance * (1 - chance))[:, None]).T @ x + pull * np.eye(2)
        step = np.linalg.solve(curvature, gradient)
        line = line + np.clip(step, -1.0, 1.0)
        if np.abs(step).max() < 1e-10:
            break
    # a falling line would turn the ranking round; no number of odd decisions should do that
    return Calibration(round(float(line[0]), 6), round(max(float(line[1]), 0.05), 6), len(y))


def fit_stepwise(probability: np.ndarray, right: np.ndarray) -> Calibration:
    """Fit a free monotone curve to decisions; parameters as in `fit_calibration`.

    No level is 0 or 1: a thousand decisions cannot show that something never happens.

    .. [1] Zadrozny, B. and Elkan, C. (2002). Transforming classifier scores into accurate multiclass
       probability estimates. KDD, 694-699: isotonic regression.
    """
    score, place = np.unique(np.round(probability, 6), return_inverse=True)
    count = np.bincount(place).astype(float)
    share = np.bincount(place, weights=right.astype(float)) / count
    level = isotonic_regression(share, weights=count).x
    edge = 1.0 / (len(right) + 2.0)
    level = np.round(np.clip(level, edge, 1.0 - edge), 6)
    bend = np.ones(len(score), dtype=bool)  # points inside a flat piece say nothing
    bend[1:-1] = (level[1:-1] != level[:-2]) | (level[1:-1] != level[2:])
    inside = bend & (score > 0.0) & (score < 1.0)
    knots = tuple(zip(score[inside].tolist(), level[inside].tolist(), strict=True))
    return Calibration(decisions=len(right), knots=knots)


def fit_any(probability: np.ndarray, right: np.ndarray) -> Calibration:
    """The line below `STEPWISE_FROM` decisions, the free curve from there."""
    fit = fit_calibration if len(right) < STEPWISE_FROM else fit_stepwise
    return fit(probability, right)


def held_out(probability: np.ndarray, right: np.ndarray, groups: np.ndarray) -> np.ndarray:
    """Each decision's corrected probability, fitted without its whole group; shape ``(n,)``.

    Parameters
    ----------
    groups
        Account of each decision, shape ``(n,)``: one customer's statements resemble each other, so they are
        held out together. With a single group probabilities stay as they are.
    """
    names, place = np.unique(groups, return_inverse=True)
    # spread by size, the largest groups first, so that folds come out about equal
    size = np.bincount(place)
    rank = np.empty(len(names), dtype=np.int64)
    rank[np.lexsort((names, -size))] = np.arange(len(names))
    fold = (rank % min(_FOLDS, max(len(names), 1)))[place]
    corrected = np.array(probability, dtype=float)
    for number in range(_FOLDS):
        out = fold == number
        if out.any() and not out.all():
            corrected[out] = fit_any(probability[~out], right[~out]).apply(probability[out])
    return corrected


def log_loss(probability: np.ndarray, right: np.ndarray) -> float:
    """Mean negative log-likelihood of the decisions, in nats."""
    p = np.clip(probability, _EDGE, 1.0 - _EDGE)
    return float(-np.mean(np.where(right, np.log(p), np.log1p(-p))))


def _log_odds(probability: np.ndarray) -> np.ndarray:
    p = np.clip(probability, _EDGE, 1.0 - _EDGE)
    return np.asarray(np.log(p) - np.log1p(-p))
