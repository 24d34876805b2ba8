"""Pains and personas that can hardly be told apart, and documents that are too thin to match."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import numpy.typing as npt

from next_evidence.personas.document import Pain
from next_evidence.personas.library import PersonaLibrary
from next_evidence.text.normalise import comparable

_EXAMPLES_WANTED = 3
_ROUNDING = 1e-6  # of cosines of 32-bit vectors: a text is as close to itself as can be


@dataclass(frozen=True)
class Overlap:
    """Two pains whose texts lie as close to each other as to their own examples.

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

    A pair overlaps when texts of one are as close to texts of the other as texts of the same pain are to each other, on average: a
    measure without a threshold that would hold for one encoder only. A pain of a single text overlaps with hardly anything but the same text.
    Of 1,470 pairs of pains of 14 vendors' documents 4 % overlap so, and 79 % of 210 pairs of a pain's document and what its customers said
    (decision 14).

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
        pairs = a @ b.T
        if float(pairs.mean()) < (_cohesion(a) + _cohesion(b)) / 2 - _ROUNDING:
            continue
        similarity = _cosine(a.mean(axis=0), b.mean(axis=0))
        i, j = np.unravel_index(int(pairs.argmax()), pairs.shape)
        same = first.split("/")[0] == second.split("/")[0]
        advice = (
            "One of them may be enough; or sharpen each with examples that only it fits."
            if same
            else "Two personas share this pain; a statement about it tells little of who is speaking."
        )
        found.append(
            Overlap(first, second, first_texts[i], second_texts[j], round(similarity, 3), advice)
        )
    return tuple(
        sorted(found, key=lambda overlap: (-overlap.similarity, overlap.first, overlap.second))
    )


@dataclass(frozen=True)
class Alike:
    """Two personas that speakers are hard to tell apart by, with what they share.

    ``pains`` counts the pains of the one that has fewer for which the other has one that overlaps; ``of`` is how many it has.
    """

    first: str
    second: str
    first_description: str
    second_description: str
    pains: int
    of: int
    titles: tuple[str, ...]


def find_alike(library: PersonaLibrary, overlaps: Sequence[Overlap]) -> tuple[Alike, ...]:
    """Pairs of personas that share a title, or at least half of whose pains overlap; in the order of their ids."""
    found = []
    for a, b in combinations(library, 2):
        names = {comparable(title) for title in b.applies_to.titles}
        titles = tuple(title for title in a.applies_to.titles if comparable(title) in names)
        pairs = [
            (overlap.first.split("/")[1], overlap.second.split("/")[1])
            for overlap in overlaps
            if (overlap.first.split("/")[0], overlap.second.split("/")[0]) == (a.id, b.id)
        ]
        shared = min(len({x for x, _ in pairs}), len({y for _, y in pairs}))
        fewer = min(len(a.pains), len(b.pains))
        if titles or (pairs and 2 * shared >= fewer):
            found.append(Alike(a.id, b.id, a.description, b.description, shared, fewer, titles))
    return tuple(found)


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


def _cohesion(vectors: npt.NDArray[np.float64]) -> float:
    """Mean cosine of a pain's texts with each other; 1 for a single text."""
    if len(vectors) == 1:
        return 1.0
    return float((vectors @ vectors.T)[np.triu_indices(len(vectors), 1)].mean())


def _cosine(a: npt.NDArray[np.float64], b: npt.NDArray[np.float64]) -> float:
    norm = float(np.linalg.norm(a) * np.linalg.norm(b))
    return float(a @ b) / norm if norm else 0.0
