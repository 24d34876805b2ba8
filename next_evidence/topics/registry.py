"""The registry of discovered pains as entries and events, and back to tables."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import polars as pl

from next_evidence.schemas import PAINS, check
from next_evidence.topics.space import Floats
from next_evidence.topics.speech import Mask, Speech
from next_evidence.topics.tables import CENTROIDS, EVIDENCE_ROWS, LEDGER

LIVING = ("candidate", "confirmed", "faded", "retired")


@dataclass(frozen=True)
class Entry:
    """One candidate of one persona, while a cycle is worked out."""

    pain_id: str
    persona_id: str
    label: str
    status: str
    first_cycle: str
    last_cycle: str
    keywords: tuple[str, ...]
    exemplar: str
    centroid: Floats
    novelty: float
    rows: Mask  # core statements of all trailing cycles

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


def read_registry(pains: pl.DataFrame, centroids: pl.DataFrame) -> list[Entry]:
    found = check(pains, PAINS, table="pains").filter(pl.col("origin") == "discovered")
    places = check(centroids, CENTROIDS, table="centroids")
    joined = found.join(places, on=["persona_id", "pain_id"], how="inner").sort(
        "persona_id", "pain_id"
    )
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
            novelty=row["novelty"],
            rows=np.zeros(0, dtype=bool),
        )
        for row in joined.iter_rows(named=True)
    ]


def evidence(speech: Speech, centroid: Floats, rows: Mask) -> tuple[str, ...]:
    """Most typical statements first; at most ``EVIDENCE_ROWS``."""
    places = np.flatnonzero(rows)
    cosines = np.round(speech.centred[places] @ speech.direction(centroid), 6)
    order = sorted(range(len(places)), key=lambda i: (-cosines[i], speech.ids[places[i]]))
    return tuple(speech.ids[places[i]] for i in order[:EVIDENCE_ROWS])


def pains_table(registry: Iterable[Entry], cycle: str) -> pl.DataFrame:
    rows = [
        (
            cycle,
            e.pain_id,
            e.persona_id,
            e.label,
            "discovered",
            e.status,
            e.first_cycle,
            e.last_cycle,
            list(e.keywords),
            e.exemplar,
        )
        for e in registry
    ]
    return pl.DataFrame(rows, schema=PAINS, orient="row").sort("persona_id", "pain_id")


def centroids_table(registry: Iterable[Entry]) -> pl.DataFrame:
    rows = [
        (e.pain_id, e.persona_id, e.centroid.astype(np.float32).tolist(), e.novelty)
        for e in registry
    ]
    return pl.DataFrame(rows, schema=CENTROIDS, orient="row").sort("persona_id", "pain_id")


def ledger_table(events: Iterable[Event], cycle: str) -> pl.DataFrame:
    rows = [(cycle, e.persona_id, e.pain_id, e.event, list(e.evidence), e.detail) for e in events]
    return pl.DataFrame(rows, schema=LEDGER, orient="row").sort("persona_id", "pain_id", "event")
