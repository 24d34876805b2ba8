"""Gives a topic the same id in every cycle it lives through.

Identity is kept by construction: a candidate's centroid first claims what lies near it, and only the rest may
become something new. The transitions are those of MONIC [1]_; greedy re-alignment of monthly refits loses 30 to
40 % of identities a month on the same data (shared/bench.md, section 3).

.. [1] Spiliopoulou, M., Ntoutsi, I., Theodoridis, Y. and Schult, R. (2006). MONIC: modeling and monitoring
   cluster transitions. KDD 2006, 706-711.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection

import numpy as np

from next_evidence.topics.space import Floats
from next_evidence.topics.speech import Mask

# Two candidates of one persona this alike (centred cosine) are one, and so are a candidate and a known pain.
# benchmarks/topics: at 0.40 no second id of a planted pain less, and one planted pain lost to a known one.
SAME_CANDIDATE = 0.55
# A candidate whose statements part into topics no more alike than this has become two.
SPLIT_BELOW = 0.2
# Cycles without a voice after which a candidate has faded, if its persona was heard (methods.md, B3).
SILENT_CYCLES = 3
_HASH_CHARACTERS = 6


def permanent_id(first_cycle: str, exemplar: str, *, taken: Collection[str]) -> str:
    """An id from where a candidate began, e.g. ``found-2026-09-1a2b3c``; never one that was given before.

    >>> permanent_id("2026-09", "u1", taken=())
    'found-2026-09-bb8203'
    """
    digest = hashlib.sha256(exemplar.encode()).hexdigest()
    for length in range(_HASH_CHARACTERS, len(digest) + 1):
        name = f"found-{first_cycle}-{digest[:length]}"
        if name not in taken:
            return name
    raise ValueError(f"{exemplar} has begun two candidates")


def likest(direction: Floats, others: Floats) -> tuple[int, float]:
    """Position and cosine of the direction that is most alike; -1 and -1.0 where there is none."""
    if not len(others):
        return -1, -1.0
    cosines = np.round(others @ direction, 6)
    best = int(cosines.argmax())
    return best, float(cosines[best])


def merged_into(directions: Floats, ages: list[tuple[str, str]]) -> dict[int, int]:
    """Which candidates have grown together: the younger goes into the older.

    Parameters
    ----------
    directions
        Centred unit vectors, shape ``(n, n_dims)``.
    ages
        First cycle and id of each; the smallest is the oldest.
    """
    order = sorted(range(len(ages)), key=lambda i: ages[i])
    kept: list[int] = []
    out: dict[int, int] = {}
    for i in order:
        best, cosine = likest(directions[i], directions[kept])
        if best >= 0 and cosine >= SAME_CANDIDATE:
            out[i] = kept[best]
        else:
            kept.append(i)
    return out


def parts(topics: dict[int, Mask], owned: Mask, directions: dict[int, Floats]) -> list[int]:
    """Topics that a candidate's statements have parted into, largest first; fewer than two: it is whole.

    A topic is a part when most of it is the candidate's. Two parts count as two only if they lie apart.
    """
    mine = [t for t, rows in topics.items() if (rows & owned).sum() * 2 > rows.sum()]
    mine.sort(key=lambda t: (-int((topics[t] & owned).sum()), t))
    apart: list[int] = []
    for topic in mine:
        _, cosine = likest(directions[topic], np.array([directions[t] for t in apart]))
        if not apart or cosine < SPLIT_BELOW:
            apart.append(topic)
    return apart
