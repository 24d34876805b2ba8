"""What the documents claim, as tables: which pains, in which order."""

from __future__ import annotations

import polars as pl

from next_evidence.personas.document import Persona
from next_evidence.personas.library import PersonaLibrary

CLAIMS = pl.Schema(
    {
        "persona_id": pl.String(),
        "pain_id": pl.String(),
        "label": pl.String(),
        "rank": pl.Int64(),  # 1: the document puts it first
        "ranked": pl.Boolean(),  # whether `priorities` names it; else its rank is its place in the document
    }
)


def claims(library: PersonaLibrary) -> pl.DataFrame:
    """What each tracked document claims: one row per pain, most important first within a persona."""
    rows = [
        (persona.id, pain_id, label_of(persona, pain_id), rank, pain_id in persona.priorities)
        for persona in library.tracked
        for rank, pain_id in enumerate(persona.claimed_order, start=1)
    ]
    return pl.DataFrame(rows, schema=CLAIMS, orient="row")


def top_pain(persona: Persona) -> str | None:
    """The pain that the document puts first; None for a document without pains."""
    return persona.claimed_order[0] if persona.claimed_order else None


def claimed_pairs(persona: Persona) -> tuple[tuple[str, str], ...]:
    """Neighbours in `priorities`, the more important first, below the top: what a priority shift can contradict."""
    return tuple(zip(persona.priorities[1:], persona.priorities[2:], strict=False))


def label_of(persona: Persona, pain_id: str) -> str:
    """The pain's statement, or its id where the document does not have it."""
    pain = persona.pain(pain_id)
    return pain_id if pain is None else pain.statement
