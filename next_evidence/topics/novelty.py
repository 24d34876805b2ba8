"""Fitted numbers: how likely a topic is a pain that no document has, and a statement one of a candidate's.

Both are logistic regressions fitted by ``benchmarks/topics/discovery.py fit`` on composed years of training
vendors, one pain of whose documents had been left out; held-out vendors are quoted in its README.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.floating[Any]]

# Probability from which a topic becomes a candidate: of 14 planted pains of held-out years 12 had such a
# topic by the last cycle at 0.7 and at 0.8, with 0.57 and 0.14 false ones a year; at 0.6 13 and 1.79.
BIRTH_AT = 0.75
# Share of account shufflings in which a candidate may grow as much by chance.
BY_CHANCE = 0.05
# Mean relevance below which a topic is talk, not pain: thanks, how-to, scheduling. Nine in ten topics of
# planted pains had 0.92 and more; those of noise had 0.88 on average.
MIN_RELEVANCE = 0.85
# Share of its statements that must raise a pain: praise is no pain, however often it is heard.
MIN_RAISING = 0.5
# Different statements that a candidate needs: one line that many retell is an anecdote or a form.
MIN_DISTINCT = 3.0
# Mean Jaccard similarity with itself on four accounts in five (methods.md B3 asks 0.6 of a pooled consensus).
STABLE_AT = 0.35

# in the order of candidates.FEATURES
_NOVELTY = np.array([0.988, 0.571, 0.78, -3.58, -0.275, -0.874, 0.474, 7.161, 0.972])
_NOVELTY_AT_ZERO = -13.019
# cosine with the candidate, cosine with the nearest known pain, relevance, crowd
_MEMBER = np.array([2.006, -2.323, 3.209, -4.937])
_MEMBER_AT_ZERO = -1.514


def novelty(features: Floats) -> float:
    """Probability that most of a topic is one pain that no document has, 0 to 1."""
    return round(float(_logistic(features @ _NOVELTY + _NOVELTY_AT_ZERO)), 6)


def membership(cosine: Floats, nearest_known: Floats, relevance: Floats, crowd: Floats) -> Floats:
    """Probability that a statement means the candidate, 0 to 1; shape of the arguments.

    Calibrated on the window in which a candidate is found. Of earlier cycles, when the pain was rarer, it says
    too much; the same error before and since leaves a change of shares too small, never too large.

    Parameters
    ----------
    cosine
        With the candidate's direction.
    nearest_known
        Cosine with the nearest known pain.
    relevance
        Probability that it speaks of a pain.
    crowd
        Mean cosine with the five statements most like it that are not the candidate's; see
        `candidates.crowd`.
    """
    evidence = (
        np.column_stack([cosine, nearest_known, relevance, crowd]) @ _MEMBER + _MEMBER_AT_ZERO
    )
    return np.asarray(np.round(_logistic(evidence), 6))


def _logistic(value: Any) -> Any:
    return 0.5 * (1.0 + np.tanh(0.5 * value))
