"""The registry of discovered pains as entries and events, and back to tables."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import polars as pl

from next_evidence.schemas import check
from next_evidence.topics.separate import Claim
from next_evidence.topics.space import Floats
from next_evidence.topics.speech import Mask, Speech
from next_evidence.topics.tables import CANDIDATES, EVIDENCE_ROWS, LEDGER

LIVING = ("candidate", "faded")


@dataclass(frozen=True)
class Entry:
    """One candidate of one persona, while a cycle is worked out.

    ``rows`` are its core statements and ``chances`` the probability that a statement is its own, both of shape ``(n,)``
    over the persona's speech, and empty until they were worked out. ``raised`` and ``heard`` count account-cycles from its first
    cycle to its last.
    """

    pain_id: str
    persona_id: str
    label: str
    status: str
    first_cycle: str
    last_cycle: str
    keywords: tuple[str, ...]
    exemplar: str
    centroid: Floats
    claim: Claim
    raised: int
    heard: int
    rows: Mask
    chances: Floats

    @property
    def alive(self) -> bool:
        return self.status in LIVING


@dataclass(frozen=True)
class Event:
    persona_id: str
    pain_id: str
    event: str
    evidence: tuple[str, ...]
    detail: str


def read_registry(candidates: pl.DataFrame) -> list[Entry]:
    rows = check(candidates, CANDIDATES, table="candidates").sort("persona_id", "pain_id")
    return [
        Entry(
            pain_id=row["pain_id"],
            persona_id=row["persona_id"],
            label=row["label"],
            status=row["status"],
            first_cycle=row["first_cycle"],
            last_cycle=row["last_cycle"],
            keywords=tuple(row["keywords"] or ()),
            exemplar=row["exemplar"],
            centroid=np.asarray(row["centroid"], dtype=np.float64),
            claim=Claim(np.asarray(row["weights"], dtype=np.float64), row["bias"]),
            raised=row["raised"],
            heard=row["heard"],
            rows=np.zeros(0, dtype=bool),
            chances=np.zeros(0),
        )
        for row in rows.iter_rows(named=True)
    ]


def evidence(speech: Speech, centroid: Floats, rows: Mask) -> tuple[str, ...]:
    """Most typical statements first; at most ``EVIDENCE_ROWS``."""
    places = np.flatnonzero(rows)
    cosines = np.round(speech.centred[places] @ speech.direction(centroid), 6)
    order = sorted(range(len(places)), key=lambda i: (-cosines[i], speech.ids[places[i]]))
    return tuple(speech.ids[places[i]] for i in order[:EVIDENCE_ROWS])


def candidates_table(registry: Iterable[Entry]) -> pl.DataFrame:
    rows = [
        (
            e.pain_id,
            e.persona_id,
            e.label,
            e.status,
            e.first_cycle,
            e.last_cycle,
            list(e.keywords),
            e.exemplar,
            e.centroid.astype(np.float32).tolist(),
            e.claim.weights.tolist(),
            e.claim.bias,
            e.raised,
            e.heard,
        )
        for e in registry
    ]
    return pl.DataFrame(rows, schema=CANDIDATES, orient="row").sort("persona_id", "pain_id")


def ledger_table(events: Iterable[Event], cycle: str) -> pl.DataFrame:
    rows = [(cycle, e.persona_id, e.pain_id, e.event, list(e.evidence), e.detail) for e in events]
    return pl.DataFrame(rows, schema=LEDGER, orient="row").sort("persona_id", "pain_id", "event")
