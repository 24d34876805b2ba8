"""Learns from people's decisions how far the shipped probabilities are off for this team."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

_EDGE = 1e-6  # log-odds of 0 and 1 are cut here
_STEPS = 50


@dataclass(frozen=True)
class Calibration:
    """A straight line in log-odds: ``logit(new) = intercept + slope * logit(old)``.

    ``decisions`` is how many human decisions it rests on; 0 leaves probabilities as they are.
    """

    intercept: float = 0.0
    slope: float = 1.0
    decisions: int = 0

    def apply(self, probability: np.ndarray) -> np.ndarray:
        """Corrected probabilities, six decimals; 0 stays 0, so that what is impossible stays so."""
        if self.decisions == 0:
            return probability
        log_odds = self.intercept + self.slope * _log_odds(probability)
        corrected = np.round(1.0 / (1.0 + np.exp(-log_odds)), 6)
        return np.asarray(np.where(probability <= 0.0, probability, corrected))


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


def _log_odds(probability: np.ndarray) -> np.ndarray:
    p = np.clip(probability, _EDGE, 1.0 - _EDGE)
    return np.asarray(np.log(p) - np.log1p(-p))
