"""Statements against pains: how relevant, which pain, which persona, and whether it denies."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import polars as pl

from next_evidence.matching.cues import cues, kind_cues
from next_evidence.matching.head import PAIR_FEATURES, Head
from next_evidence.matching.profiles import Profiles

# Every matrix product has this many rows, padded with zeros: the rounding of a product depends on its
# shape, and a statement's numbers must not depend on which others it is scored with.
_ROWS = 1024
_CUE_SCALE = 0.3  # of cues beside unit vectors; a plain part of the fitted weights
_ENOUGH_EXAMPLES = 4  # of a library, for half of what they say to be believed


@dataclass(frozen=True)
class Scores:
    """What the wording of each statement says, before anybody asks who spoke.

    Attributes
    ----------
    relevance
        Probability that it speaks of a pain at all, known or not, in the way in which this library's customers talk of
        theirs (`in_register`); shape ``(n,)``.
    pains
        Probability of each pain, *if the speaker is of the pain's persona*; the pains of one persona and
        "none of them" add up to 1. Shape ``(n, n_pains)``.
    denial
        Probability that it says the pain is solved or absent; shape ``(n,)``.
    personas
        Log-likelihood of each persona against "no persona fits"; shape ``(n, n_personas)``.
    """

    relevance: np.ndarray
    pains: np.ndarray
    denial: np.ndarray
    personas: np.ndarray


def score_utterances(
    utterances: pl.DataFrame,
    vectors: np.ndarray,
    context_vectors: np.ndarray,
    *,
    profiles: Profiles,
    head: Head,
) -> Scores:
    """Score statements against a library.

    Parameters
    ----------
    utterances
        ``UTTERANCES`` rows; only ``text``, ``context`` and ``kind`` are read.
    vectors, context_vectors
        Unit vectors of ``text`` and ``context``, shape ``(n, n_dims)`` each, by ``profiles``' encoder.
    profiles
        The library.
    head
        Trained weights.

    Returns
    -------
    Probabilities rounded to six decimals, in the order of ``utterances``. A row's numbers depend on that
    row and the library alone.

    Raises
    ------
    EncoderError
        The head was fitted for another encoder.
    """
    head.require_family(profiles.encoder)
    texts = utterances["text"].fill_null("").to_list()
    contexts = utterances["context"].fill_null("").to_list()
    signs = (cues(texts), cues(contexts), kind_cues(utterances["kind"].fill_null("").to_list()))
    n, n_pains, n_personas = len(texts), len(profiles.pains), len(profiles.personas)
    scores = Scores(np.zeros(n), np.zeros((n, n_pains)), np.zeros(n), np.zeros((n, n_personas)))
    prototypes, foreign = Prototypes.of(profiles, head), foreignness(profiles, head)
    for rows in _chunks(n):
        text, context = _padded(vectors[rows]), _padded(context_vectors[rows])
        wording = wording_features(text, context, *(_padded(s[rows]) for s in signs))
        relevance = wording @ head.relevance
        pain, world = prototypes.utilities(text, context)
        kept = slice(0, rows.stop - rows.start)
        scores.relevance[rows] = sigmoid(in_register(relevance, foreign))[kept]
        scores.denial[rows] = sigmoid(wording @ head.denial)[kept]
        scores.pains[rows] = given_persona(pain, relevance, profiles, head)[kept]
        scores.personas[rows] = persona_evidence(world, relevance, profiles, head)[kept]
    return Scores(
        *(
            np.asarray(np.round(a, 6))
            for a in (scores.relevance, scores.pains, scores.denial, scores.personas)
        )
    )


def foreignness(profiles: Profiles, head: Head) -> float:
    """How far the head is from knowing how a library's customers talk, in log-odds; 0 where it knows.

    The head learnt what a pain sounds like from complaints to software vendors. Where customers ask ("how do I get my statement?")
    it takes even the examples in the documents for idle talk, and those are pains for certain. So this is how far the median example
    falls short of even odds; of few examples only a part of it is believed, half of four.
    """
    relevance = relevance_of_examples(profiles, head)
    if not len(relevance):
        return 0.0
    short = max(0.0, -float(np.median(relevance)))
    return short * len(relevance) / (len(relevance) + _ENOUGH_EXAMPLES)


def relevance_of_examples(profiles: Profiles, head: Head) -> np.ndarray:
    """Log-odds that a library's examples speak of a pain, as the head alone sees them; shape ``(n_examples,)``."""
    shown = profiles.examples
    vectors, signs = profiles.prototypes[shown], profiles.prototype_cues[shown]
    wording = wording_features(vectors, vectors, signs, signs, kind_cues([""] * len(shown)))
    return np.asarray(wording @ head.relevance)


def in_register(relevance: np.ndarray, foreign: float) -> np.ndarray:
    """Log-odds of relevance as a library's own examples put them right.

    The less the head knows how customers talk here, the less its differences count, and the more is heard: what was as relevant
    as the median example, ``-foreign``, becomes ``+foreign``, and distances from it shrink by ``1 + foreign``.
    """
    return np.asarray(foreign + (relevance + foreign) / (1.0 + foreign))


def given_persona(
    utility: np.ndarray, relevance: np.ndarray, profiles: Profiles, head: Head
) -> np.ndarray:
    """Probability of each pain if the speaker is of its persona, shape ``(n, n_pains)``.

    A softmax over the persona's pains, each with the same prior, and "none of them".
    """
    nothing = none_utility(relevance, head.pain_null)
    out = np.zeros_like(utility)
    for persona in range(len(profiles.personas)):
        own = profiles.of(persona)
        if len(own):
            mass = utility[:, own] - np.log(len(own))
            out[:, own] = np.exp(mass - log_sum(np.column_stack([mass, nothing]))[:, None])
    return np.asarray(out)


def persona_evidence(
    utility: np.ndarray, relevance: np.ndarray, profiles: Profiles, head: Head
) -> np.ndarray:
    """Log-likelihood of each persona against "no persona fits", shape ``(n, n_personas)``.

    Personas share the statement in proportion to how well their pains explain it. A statement that no
    pain explains says little about who spoke, whatever the shares.
    """
    nothing = none_utility(relevance, head.world_null)
    mass = np.full((len(utility), len(profiles.personas)), -np.inf)
    for persona in range(len(profiles.personas)):
        own = profiles.of(persona)
        if len(own):
            mass[:, persona] = log_sum(utility[:, own]) - np.log(len(own))
    explained = np.exp(mass - np.log(max(mass.shape[1], 1)))
    explained /= explained.sum(axis=1, keepdims=True) + np.exp(nothing)[:, None]
    unexplained = 1.0 - explained.sum(axis=1, keepdims=True)
    return np.asarray(np.log(explained * mass.shape[1] + unexplained) - np.log(unexplained + 1e-3))


def none_utility(relevance: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Utility of "none of them" from the log-odds of relevance, shape ``(n,)``."""
    return np.asarray(
        weights[0] + weights[1] * relevance + weights[2] * np.maximum(-relevance, 0.0)
    )


def wording_features(
    text: np.ndarray,
    context: np.ndarray,
    text_cues: np.ndarray,
    context_cues: np.ndarray,
    kinds: np.ndarray,
) -> np.ndarray:
    """What relevance and denial are read from: vectors, scaled cues, and a column of ones."""
    signs = _CUE_SCALE * np.hstack([text_cues, context_cues, kinds])
    return np.hstack([text, context, signs, np.ones((len(text), 1))])


@dataclass(frozen=True)
class Prototypes:
    """Projected prototypes, ready for cosines."""

    head: Head
    profiles: Profiles
    every: np.ndarray  # (n_prototypes, n_dims)
    mean: np.ndarray  # (n_pains, n_dims)
    worlds: np.ndarray  # (n_personas, 2, n_dims)

    @classmethod
    def of(cls, profiles: Profiles, head: Head) -> Prototypes:
        every = project(profiles.prototypes, head)
        mean = np.zeros((len(profiles.pains), every.shape[1]))
        np.add.at(mean, profiles.prototype_pain, every)
        flat = profiles.worlds.reshape(-1, profiles.worlds.shape[-1])
        silent = ~flat.any(axis=1)
        worlds = project(flat, head)
        worlds[silent] = 0.0
        return cls(head, profiles, every, unit(mean), worlds.reshape(profiles.worlds.shape))

    def features(self, text: np.ndarray, context: np.ndarray) -> np.ndarray:
        """``PAIR_FEATURES`` of text, then of context; shape ``(n, n_pains, 10)``."""
        return np.concatenate([self._cosines(text), self._cosines(context)], axis=2)

    def utilities(self, text: np.ndarray, context: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """``features @ head.pain`` and ``features @ head.world``, shape ``(n, n_pains)`` each.

        All features but the nearest prototype are linear in the statement, so their weighted prototypes are
        added up first: one product instead of five.
        """
        totals = [np.zeros((len(text), len(self.profiles.pains))) for _ in range(2)]
        if not self.profiles.pains:
            return totals[0], totals[1]
        half = len(PAIR_FEATURES)
        for place, vectors in enumerate((text, context)):
            projected = project(vectors, self.head)
            nearest = self._nearest(projected @ self.every.T)
            for total, weights in zip(totals, (self.head.pain, self.head.world), strict=True):
                mean, near, statement, *worlds = weights[place * half : (place + 1) * half]
                added = mean * self.mean + statement * self.every[self.profiles.statement]
                for column, weight in enumerate(worlds):
                    added = added + weight * self.worlds[self.profiles.pain_persona, column]
                total += projected @ added.T + near * nearest
        return totals[0], totals[1]

    def _nearest(self, every: np.ndarray) -> np.ndarray:
        # prototypes lie side by side by pain, so a pain's nearest is a maximum over a run of columns
        return np.asarray(np.maximum.reduceat(every, self.profiles.statement, axis=1))

    def _cosines(self, vectors: np.ndarray) -> np.ndarray:
        if not self.profiles.pains:
            return np.zeros((len(vectors), 0, len(PAIR_FEATURES)))
        projected = project(vectors, self.head)
        every = projected @ self.every.T
        nearest = self._nearest(every)
        worlds = [projected @ self.worlds[:, i].T for i in range(2)]
        spread = [world[:, self.profiles.pain_persona] for world in worlds]
        statement = every[:, self.profiles.statement]
        return np.stack([projected @ self.mean.T, nearest, statement, *spread], axis=2)


def project(vectors: np.ndarray, head: Head) -> np.ndarray:
    """Vectors as the head sees them: centred, rotated, of length 1."""
    return unit(unit(vectors - head.centre) @ head.projection.T)


def unit(vectors: np.ndarray) -> np.ndarray:
    """Vectors scaled to length 1; a zero vector stays zero."""
    length = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return np.asarray(vectors / np.where(length == 0.0, 1.0, length))


def log_sum(utility: np.ndarray) -> np.ndarray:
    """``log(sum(exp(utility)))`` by row, without overflow."""
    top = utility.max(axis=1)
    return np.asarray(top + np.log(np.exp(utility - top[:, None]).sum(axis=1)))


def sigmoid(log_odds: np.ndarray) -> np.ndarray:
    """Log-odds to probabilities, without overflow."""
    return np.asarray(0.5 * (1.0 + np.tanh(0.5 * log_odds)))


def _chunks(n: int) -> Iterator[slice]:
    return (slice(start, min(start + _ROWS, n)) for start in range(0, n, _ROWS))


def _padded(rows: np.ndarray) -> np.ndarray:
    out = np.zeros((_ROWS, rows.shape[1]))
    out[: len(rows)] = rows
    return out
