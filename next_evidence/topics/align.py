"""Gives a topic the same id in every cycle it lives through.

Identity is kept by construction: a candidate first claims what is its own, and only the rest may become something new.
The transitions are those of MONIC [1]_, but nothing splits by itself: facets of one pain lie as far apart as two pains
do, so a person splits.

.. [1] Spiliopoulou, M., Ntoutsi, I., Theodoridis, Y. and Schult, R. (2006). MONIC: modeling and monitoring
   cluster transitions. KDD 2006, 706-711.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection

import numpy as np

from next_evidence.topics.space import Floats

# Two candidates this alike (centred cosine) are one. benchmarks/topics: at 0.40 no second id of a planted pain less.
SAME_CANDIDATE = 0.55
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
