"""What else a speaker says in the same cycle: people come back to the same pains."""

from __future__ import annotations

import numpy as np
import polars as pl

# Statements that a speaker's other words must weigh before they count as much as no knowledge at all. Chosen on years
# of ten vendors that nothing was fitted on (benchmarks/matching); 2 and 8 do nearly as well.
_STRENGTH = 4.0
_MILLION = 1_000_000  # whole millionths are added, so that sums do not depend on the order of rows


def with_habit(pains: np.ndarray, utterances: pl.DataFrame, own: np.ndarray) -> np.ndarray:
    """Weigh each statement's pains by what the same speaker says elsewhere in these statements.

    The prior over a persona's pains is uniform in ``pains``. Here it becomes the mean of a Dirichlet: uniform, worth
    four statements, plus the expected number of a speaker's other turns, and of the other sentences of the same
    turn together as one, that speak of each pain [1]_. "None of them" keeps its odds. Only statements given here count, of one
    cycle, so that what was said earlier cannot make a pain seem to last.

    Parameters
    ----------
    pains
        Probability of each pain if the speaker is of its persona, shape ``(n, n_pains)``.
    utterances
        ``UTTERANCES`` rows in the same order; ``speaker_key``, ``conversation_id`` and ``turn`` are read.
    own
        Which pains are of the speaker's persona, shape ``(n, n_pains)``.

    Returns
    -------
    Probabilities of the same shape; 0 outside ``own``.

    References
    ----------
    .. [1] Saerens, M., Latinne, P. and Decaestecker, C. (2002). Adjusting the outputs of a classifier to new a priori
       probabilities. Neural Computation 14, 21-41: the odds are multiplied by the ratio of the priors.
    """
    mass = np.where(own, pains, 0.0)
    if not mass.size:
        return mass
    keys = utterances.select(
        speaker=pl.col("speaker_key").fill_null("").rank("dense"),
        turn=pl.struct("speaker_key", "conversation_id", "turn").rank("dense"),
    ).to_numpy()
    speaker, turn = keys.astype(np.int64).T - 1
    sentences = np.bincount(turn)
    in_turn = _summed(mass, turn)
    per_turn = in_turn / sentences[:, None]
    speaker_of = np.zeros(len(sentences), dtype=np.int64)
    speaker_of[turn] = speaker
    elsewhere = _summed(per_turn, speaker_of)[speaker] - _whole(per_turn)[turn]
    beside = (in_turn[turn] - mass) / np.maximum(sentences[turn] - 1, 1)[:, None]
    told = np.maximum(elsewhere, 0.0) + np.maximum(beside, 0.0)
    n_own = np.maximum(own.sum(axis=1, keepdims=True), 1)
    prior = (_STRENGTH / n_own + told) / (_STRENGTH + told.sum(axis=1, keepdims=True))
    weighed = np.where(own, mass * prior * n_own, 0.0)
    nothing = 1.0 - mass.sum(axis=1, keepdims=True)
    total = weighed.sum(axis=1, keepdims=True) + nothing
    return np.asarray(np.round(weighed / np.where(total > 0.0, total, 1.0), 6))


def _summed(rows: np.ndarray, group: np.ndarray) -> np.ndarray:
    """Sum of rows by group, shape ``(n_groups, n_columns)``."""
    total = np.zeros((int(group.max()) + 1, rows.shape[1]), dtype=np.int64)
    np.add.at(total, group, np.round(rows * _MILLION).astype(np.int64))
    return total / _MILLION


def _whole(rows: np.ndarray) -> np.ndarray:
    return np.round(rows * _MILLION) / _MILLION
