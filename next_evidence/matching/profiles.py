"""The library as texts and vectors to compare statements with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from next_evidence.encoding.protocol import Encoder
from next_evidence.matching.cues import cues
from next_evidence.personas.document import Persona
from next_evidence.personas.library import PersonaLibrary


class PainKey(NamedTuple):
    """A pain of a persona; pain ids alone may repeat between personas."""

    persona_id: str
    pain_id: str


@dataclass(frozen=True)
class Profiles:
    """Prototypes of every pain and persona that statements are compared with.

    Personas come in the order of their ids, pains in the order of (persona id, pain id), so that the order
    in which documents or examples were read makes no difference.

    Attributes
    ----------
    personas
        Persona ids.
    pains
        Keys of the pains.
    pain_persona
        Index of each pain's persona, shape ``(n_pains,)``.
    prototypes
        Unit vectors of every statement and example, shape ``(n_prototypes, n_dims)``.
    prototype_pain
        Index of each prototype's pain, shape ``(n_prototypes,)``.
    prototype_cues
        Signs in the wording of each, as `cues` reads them, shape ``(n_prototypes, n_cues)``.
    statement
        For each pain the index of its statement among the prototypes, shape ``(n_pains,)``.
    worlds
        For each persona the vectors of its description and of its language, shape
        ``(n_personas, 2, n_dims)``; zeros where the document is silent.
    titles, segments
        What the documents say of the people, lower case, by persona.
    title_vectors
        Unit vectors of the titles, by persona; shape ``(n_titles, n_dims)`` each.
    encoder
        Name of the encoder that made the vectors.
    """

    personas: tuple[str, ...]
    pains: tuple[PainKey, ...]
    pain_persona: np.ndarray
    prototypes: np.ndarray
    prototype_pain: np.ndarray
    prototype_cues: np.ndarray
    statement: np.ndarray
    worlds: np.ndarray
    titles: tuple[tuple[str, ...], ...]
    segments: tuple[tuple[str, ...], ...]
    title_vectors: tuple[np.ndarray, ...]
    encoder: str

    @property
    def examples(self) -> np.ndarray:
        """Indices of the prototypes that are examples: what documents and reviews show customers saying."""
        return np.setdiff1d(np.arange(len(self.prototypes)), self.statement)

    def of(self, persona: int) -> np.ndarray:
        """Indices of the pains of the persona with this index."""
        return np.flatnonzero(self.pain_persona == persona)


@dataclass(frozen=True)
class ExtraPain:
    """A pain that people confirmed but no document has yet, e.g. a discovered one."""

    key: PainKey
    statement: str
    examples: tuple[str, ...] = ()


def build_profiles(
    library: PersonaLibrary,
    encoder: Encoder,
    *,
    extra_examples: Mapping[PainKey, Sequence[str]] | None = None,
    extra_pains: Sequence[ExtraPain] = (),
) -> Profiles:
    """Encode a library once.

    Parameters
    ----------
    library
        Personas; those without pains are kept, since a speaker may still be one of them.
    encoder
        The encoder that also encodes the statements.
    extra_examples
        More texts of known pains, e.g. matches that people accepted in review. Keys that the library does
        not have are left out.
    extra_pains
        Pains beyond the documents; those of personas that the library lacks are left out.
    """
    personas = tuple(sorted(library, key=lambda persona: persona.id))
    index = {persona.id: i for i, persona in enumerate(personas)}
    texts = _pain_texts(personas, index, extra_examples or {}, extra_pains)
    keys = tuple(sorted(texts))
    flat = [(number, text) for number, key in enumerate(keys) for text in texts[key]]
    prototype_pain = np.array([number for number, _ in flat], dtype=np.int64)
    return Profiles(
        personas=tuple(index),
        pains=keys,
        pain_persona=np.array([index[key.persona_id] for key in keys], dtype=np.int64),
        prototypes=_encode(encoder, [text for _, text in flat]),
        prototype_pain=prototype_pain,
        prototype_cues=cues([text for _, text in flat]),
        statement=np.searchsorted(prototype_pain, np.arange(len(keys))),
        worlds=_worlds(personas, encoder),
        titles=tuple(tuple(normal_title(t) for t in p.applies_to.titles) for p in personas),
        segments=tuple(tuple(s.strip().lower() for s in p.applies_to.segments) for p in personas),
        title_vectors=tuple(_encode(encoder, list(p.applies_to.titles)) for p in personas),
        encoder=encoder.name,
    )


def normal_title(title: str | None) -> str:
    """A job title for comparing: lower case, letters and digits only, single spaces.

    >>> normal_title("Sr. Revenue-Operations  Manager")
    'senior revenue operations manager'
    """
    words = "".join(c if c.isalnum() else " " for c in (title or "").lower()).split()
    return " ".join(_SHORT_FORMS.get(word, word) for word in words)


_SHORT_FORMS = {
    "sr": "senior",
    "jr": "junior",
    "mgr": "manager",
    "dir": "director",
    "vp": "vice president",
}


def _pain_texts(
    personas: Sequence[Persona],
    index: Mapping[str, int],
    extra_examples: Mapping[PainKey, Sequence[str]],
    extra_pains: Sequence[ExtraPain],
) -> dict[PainKey, list[str]]:
    """Statement first, then examples; each text once."""
    texts = {
        PainKey(persona.id, pain.id): [pain.statement, *pain.examples]
        for persona in personas
        for pain in persona.pains
    }
    for extra in extra_pains:
        if extra.key.persona_id in index and extra.key not in texts:
            texts[extra.key] = [extra.statement, *extra.examples]
    for key, more in extra_examples.items():
        if key in texts:
            texts[key] += sorted(more)
    return {key: list(dict.fromkeys(found)) for key, found in texts.items()}


def _worlds(personas: Sequence[Persona], encoder: Encoder) -> np.ndarray:
    described = [persona.description for persona in personas]
    spoken = [", ".join(persona.language) for persona in personas]
    vectors = _encode(encoder, [text or "-" for text in described + spoken])
    silent = np.array([not text for text in described + spoken])
    vectors[silent] = 0.0
    return np.stack([vectors[: len(personas)], vectors[len(personas) :]], axis=1)


def _encode(encoder: Encoder, texts: list[str]) -> np.ndarray:
    if not texts:
        return np.zeros((0, encoder.n_dims))
    return np.asarray(encoder.encode(texts), dtype=np.float64)
