"""Pains whose statement says so little that a matcher cannot know it when it hears it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from next_evidence.personas.library import PersonaLibrary

VAGUE_STATEMENTS = (
    "Everything is too hard",
    "It takes too long",
    "We want to do better",
    "Things could be easier",
    "It is frustrating",
    "Too much effort",
    "We need more efficiency",
    "There are many problems",
    "It does not work well",
    "Work is stressful",
    "We have to improve",
    "Nothing is simple",
)
"""Statements that fit any persona of any vendor; chosen once, before the measurement in ``benchmarks/matching/vague.py``."""


@dataclass(frozen=True)
class Vague:
    """A pain that reads like a statement which fits everybody.

    ``pain`` is a ``persona/pain`` id, ``like`` the nearest of `VAGUE_STATEMENTS`, ``similarity`` the cosine with the mean of them,
    -1 to 1.
    """

    pain: str
    statement: str
    like: str
    similarity: float
    advice: str = (
        "Say what goes wrong, with what and for whom, in words that only this persona uses."
    )


def find_vague(
    library: PersonaLibrary, vectors: Mapping[str, npt.NDArray[np.float32]]
) -> tuple[Vague, ...]:
    """Pains too vague to match, the vaguest first.

    A statement is vague when it lies as close to the mean of `VAGUE_STATEMENTS` as one of these lies to the mean of the others: a
    bar that moves with the encoder.

    Parameters
    ----------
    vectors
        Unit vector, shape (n_dims,), of every statement of the library and of `VAGUE_STATEMENTS`.
    """
    known = np.stack([vectors[text] for text in VAGUE_STATEMENTS]).astype(np.float64)
    total = known.sum(axis=0)
    bar = min(_cosine(row, total - row) for row in known)
    found = []
    for persona in library:
        for pain in persona.pains:
            vector = vectors[pain.statement].astype(np.float64)
            similarity = _cosine(vector, total)
            if similarity >= bar:
                like = VAGUE_STATEMENTS[int((known @ vector).argmax())]
                found.append(Vague(f"{persona.id}/{pain.id}", pain.statement, like, round(similarity, 3)))  # fmt: skip
    return tuple(sorted(found, key=lambda vague: (-vague.similarity, vague.pain)))


def _cosine(a: npt.NDArray[np.float64], b: npt.NDArray[np.float64]) -> float:
    norm = float(np.linalg.norm(a) * np.linalg.norm(b))
    return float(a @ b) / norm if norm else 0.0
