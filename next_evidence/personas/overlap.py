"""Pains that the encoder can hardly tell apart, and pains that are worded too thinly to match."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import numpy.typing as npt

from next_evidence.personas.document import Pain
from next_evidence.personas.library import PersonaLibrary

_EXAMPLES_WANTED = 3


@dataclass(frozen=True)
class Overlap:
    """Two pains whose texts lie closer to each other than to their own examples.

    ``similarity`` is the cosine of the pains' mean vectors, -1 to 1. ``first`` and ``second`` are
    ``persona/pain`` ids; the texts are the closest pair.
    """

    first: str
    second: str
    first_text: str
    second_text: str
    similarity: float
    advice: str


def find_overlaps(
    library: PersonaLibrary, vectors: Mapping[str, npt.NDArray[np.float32]]
) -> tuple[Overlap, ...]:
    """Pairs of pains that a matcher will mix up, worst first.

    A pair overlaps when its two means are closer than the texts of either pain are to their own mean,
    left out of it: a measure without a threshold that would hold for one encoder only.

    Parameters
    ----------
    vectors
        Unit vector, shape (n_dims,), of every statement and example of the library.
    """
    pains = [
        (f"{persona.id}/{pain.id}", _texts(pain)) for persona in library for pain in persona.pains
    ]
    found = []
    for (first, first_texts), (second, second_texts) in combinations(pains, 2):
        a = np.stack([vectors[text] for text in first_texts]).astype(np.float64)
        b = np.stack([vectors[text] for text in second_texts]).astype(np.float64)
        between = _cosine(a.mean(axis=0), b.mean(axis=0))
        own = min(_own_cohesion(a), _own_cohesion(b))
        if between <= own:
            continue
        pairs = a @ b.T
        i, j = np.unravel_index(int(pairs.argmax()), pairs.shape)
        same = first.split("/")[0] == second.split("/")[0]
        advice = (
            "One of them may be enough; or sharpen each with examples that only it fits."
            if same
            else "Two personas share this pain; a statement about it tells little of who is speaking."
        )
        found.append(
            Overlap(first, second, first_texts[i], second_texts[j], round(between, 3), advice)
        )
    return tuple(
        sorted(found, key=lambda overlap: (-overlap.similarity, overlap.first, overlap.second))
    )


def find_thin(library: PersonaLibrary) -> tuple[str, ...]:
    """Hints on what would make matching surer: pains with few examples, personas without titles or pains."""
    hints = []
    for persona in library:
        if not persona.pains:
            hints.append(f"{persona.id}: has no pains, so nothing can be matched to it")
        if not persona.applies_to.titles:
            hints.append(
                f"{persona.id}: names no titles; who speaks for it is guessed from words alone"
            )
        few = [pain.id for pain in persona.pains if len(pain.examples) < _EXAMPLES_WANTED]
        if few:
            hints.append(
                f"{persona.id}: fewer than {_EXAMPLES_WANTED} examples for {', '.join(few)}; "
                "each real quote added makes its matches surer"
            )
    return tuple(hints)


def _texts(pain: Pain) -> tuple[str, ...]:
    return (pain.statement, *pain.examples)


def _own_cohesion(vectors: npt.NDArray[np.float64]) -> float:
    """Mean cosine of each text with the mean of the pain's other texts; 1 for a single text."""
    if len(vectors) == 1:
        return 1.0
    total = vectors.sum(axis=0)
    return float(np.mean([_cosine(row, total - row) for row in vectors]))


def _cosine(a: npt.NDArray[np.float64], b: npt.NDArray[np.float64]) -> float:
    norm = float(np.linalg.norm(a) * np.linalg.norm(b))
    return float(a @ b) / norm if norm else 0.0
