"""What sets a candidate's statements apart from everything that its persona said before the candidate began.

A pain that is new has a past in which nobody raised it. So all earlier statements are examples of what it is *not*, and
a direction that tells a group of recent statements from them is Fisher's linear discriminant [1]_. How often the past is
mistaken for the candidate then says how many of its recent statements are mistaken too: no threshold on a cosine is
needed, and another encoder needs no other numbers. Every statement is judged by a direction that its own account had no part in,
and together with what stands around it: "Can I spend it?" is of a pain only beside the sentence before.

.. [1] Fisher, R. A. (1936). The use of multiple measurements in taxonomic problems. Annals of Eugenics 7, 179-188.
   Shrunk towards equal spread as in Friedman, J. H. (1989). Regularized discriminant analysis. JASA 84, 165-175.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.linalg import cho_factor, cho_solve
from scipy.optimize import isotonic_regression

from next_evidence.topics.space import Floats
from next_evidence.topics.speech import Ints, Mask, Speech

# benchmarks/topics: weight of equal spread against what was measured. From 0.3 to 10 recall of a planted pain's
# statements falls from .80 to .57 at the same precision; below 0.3 little changes.
_SHRINKAGE = 0.3
# Share of a core's recent statements that the past must let expect to be the candidate's. benchmarks/topics, 10 years: taking in
# single statements that are likelier new than not, instead, made 5 false candidates where this made none.
_PRECISION = 0.85
_FEWEST = 4  # recent statements of a core
_FOLDS, _ROUNDS = 5, 5
_PRIOR = 0.01  # precision of a weak prior on the slope, so that it stays finite
_SUREST = 0.98  # no statement is surer than this: the past is never long enough to say so

Factor = tuple[Floats, bool]  # of Cholesky's decomposition, as scipy.linalg gives it


@dataclass(frozen=True)
class Claim:
    """Log-odds, ``in_context @ weights + bias``, that a statement is a candidate's; ``weights`` has shape ``(n_dims,)``."""

    weights: Floats
    bias: float

    def chances(self, in_context: Floats) -> Floats:
        """Probability that each statement is the candidate's, shape ``(n,)``."""
        return _logistic(in_context @ self.weights + self.bias)


@dataclass(frozen=True)
class Separation:
    """A candidate told apart from its past.

    Attributes
    ----------
    claim
        What later cycles know it by.
    chances
        Probability that a statement is the candidate's, by directions without its account; shape ``(n,)``. Before the
        onset it is that of being mistaken for it.
    core
        Statements, before and since the onset, above the bar at which most of the recent ones are right; shape ``(n,)``.
    """

    claim: Claim
    chances: Floats
    core: Mask


class Past:
    """What one persona said before an onset: the means and spreads that candidates of that onset share."""

    def __init__(self, speech: Speech, onset: int) -> None:
        self._speech = speech
        self.since = speech.cycle >= onset
        self._before = ~self.since
        self._volume = self.since.sum() / max(int(self._before.sum()), 1)
        self._fold: Ints = speech.account % _FOLDS
        self._spreads = [self._spread(self._fold != fold) for fold in range(_FOLDS)]
        self._whole = self._spread(np.ones(len(speech), dtype=bool))

    def separate(self, seed: Mask) -> Separation | None:
        """Let a group of statements take in what is like it and unlike the past; None: nothing is left of it.

        Parameters
        ----------
        seed
            Statements to begin with, shape ``(n,)``; those before the onset are passed over.
        """
        own = seed & self.since
        scores: Floats = np.zeros(len(own))
        bar = 0.0
        for _ in range(_ROUNDS):
            if own.sum() < _FEWEST:
                return None
            scores = self._held_out(own)
            found = self._bar(scores)
            if found is None:
                return None
            bar = found
            taken = self.since & (scores >= bar)
            if np.array_equal(taken, own):
                break
            own = taken
        if own.sum() < _FEWEST:
            return None
        slope = _slope(scores[self.since] - bar, self._fresh(scores)[self.since])
        zero = -slope * bar  # a statement at the bar is as likely new as not
        weights, offset = self._direction(own, self._whole)
        claim = Claim(np.round(slope * weights, 6), round(float(slope * offset + zero), 6))
        return Separation(claim, _logistic(slope * scores + zero), scores >= bar)

    def _spread(self, kept: Mask) -> tuple[Floats, Factor]:
        """Mean of earlier statements and the Cholesky factor of their shrunk covariance."""
        rows = self._speech.in_context[self._before & kept]
        if len(rows) < 2:
            rows = self._speech.in_context[self._before]
        mean = rows.mean(axis=0)
        covariance = (rows - mean).T @ (rows - mean) / len(rows)
        even = _SHRINKAGE * np.trace(covariance) / len(covariance) + 1e-12
        return mean, cho_factor(covariance + even * np.eye(len(covariance)), overwrite_a=True)

    def _direction(self, own: Mask, spread: tuple[Floats, Factor]) -> tuple[Floats, float]:
        """Weights and offset of the discriminant between a group's mean and that of the past."""
        mean, factor = spread
        centre = self._speech.in_context[own].mean(axis=0)
        weights = cho_solve(factor, centre - mean)
        length = float(np.sqrt(max((centre - mean) @ weights, 1e-12)))
        weights = weights / length
        return weights, -float((mean + centre) @ weights) / 2.0

    def _held_out(self, own: Mask) -> Floats:
        scores = np.zeros(len(own))
        for fold, spread in enumerate(self._spreads):
            theirs = own & (self._fold != fold)
            weights, offset = self._direction(theirs if theirs.sum() >= 2 else own, spread)
            mine = self._fold == fold
            scores[mine] = self._speech.in_context[mine] @ weights + offset
        return np.asarray(np.round(scores, 6))

    def _bar(self, scores: Floats) -> float | None:
        """The lowest score from which the past lets expect ``_PRECISION`` of the recent statements to be right."""
        order = np.argsort(-scores, kind="stable")
        recent = np.cumsum(self.since[order])
        mistaken = (np.cumsum(self._before[order]) + 1.0) * self._volume
        # equal scores stand or fall together
        last = np.append(np.diff(scores[order]) != 0.0, True)
        right = 1.0 - mistaken / np.maximum(recent, 1)
        good = np.flatnonzero(last & (recent >= _FEWEST) & (right >= _PRECISION))
        return float(scores[order[good[-1]]]) if len(good) else None

    def _fresh(self, scores: Floats) -> Floats:
        """Probability that a recent statement with such a score is new.

        Where recent statements are ``r`` times as dense as earlier ones, ``1 - 1 / r`` of them are. The ratio may only
        rise with the score (isotonic regression); one earlier statement more is assumed wherever it is constant, as
        the past is short.
        """
        order = np.argsort(scores, kind="stable")
        weight = np.where(self.since, 1.0, self._volume)[order]
        share = isotonic_regression(self.since[order].astype(float), weights=weight).x
        block = np.cumsum(np.append(0, np.diff(share) > 0.0))
        recent = np.bincount(block, weights=self.since[order])
        mistaken = np.bincount(block, weights=self._before[order]) + 1.0
        chance = np.clip(1.0 - mistaken * self._volume / np.maximum(recent, 0.5), 0.0, _SUREST)
        fresh = np.empty(len(scores))
        fresh[order] = np.maximum.accumulate(np.maximum(chance, 1.0 - _SUREST))[block]
        return np.round(fresh, 6)


def _slope(x: Floats, chance: Floats) -> float:
    """Slope of a logistic line through zero that fits probabilities best, by Newton's method."""
    slope = 1.0
    for _ in range(30):
        fitted = _logistic(slope * x)
        gradient = x @ (fitted - chance) + _PRIOR * slope
        step = float(gradient / ((fitted * (1.0 - fitted) * x) @ x + _PRIOR))
        slope -= step
        if abs(step) < 1e-9:
            break
    return max(round(slope, 6), _PRIOR)


def _logistic(value: Floats) -> Floats:
    return np.asarray(np.round(0.5 * (1.0 + np.tanh(0.5 * value)), 6))
