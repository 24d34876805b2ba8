"""Candidate pains of a cycle, and the pains of the documents, as one registry."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from next_evidence.engine import Engine
from next_evidence.personas.library import PersonaLibrary
from next_evidence.records import Cycle
from next_evidence.schemas import PAINS, VOTES, empty
from next_evidence.workspace.cycles import earlier
from next_evidence.workspace.tables import CENTROIDS, STORED
from next_evidence.workspace.workspace import Workspace


@dataclass(frozen=True)
class FoundPains:
    """The registry at the end of a cycle, and what it changes in that cycle's matches.

    ``earlier_votes`` are votes of earlier cycles for pains that became known in this one.
    """

    pains: pl.DataFrame
    centroids: pl.DataFrame
    ledger: pl.DataFrame
    matches: pl.DataFrame
    earlier_votes: pl.DataFrame


def find_pains(work: Workspace, engine: Engine, cycle: Cycle, matches: pl.DataFrame) -> FoundPains:
    """Known pains first; then what no known pain explains."""
    known = document_pains(work.reading.library, matches, earlier(work, "pains", cycle, 1), cycle)
    return FoundPains(known, empty(CENTROIDS), empty(STORED["ledger"]), matches, empty(VOTES))


def document_pains(
    library: PersonaLibrary, matches: pl.DataFrame, before: pl.DataFrame, cycle: Cycle
) -> pl.DataFrame:
    """``PAINS`` rows of the documents: when each was first and last heard, and its surest quote of this cycle.

    Parameters
    ----------
    matches
        ``MATCHES`` of this cycle.
    before
        ``PAINS`` at the end of the cycle before.
    """
    carried = {(row["persona_id"], row["pain_id"]): row for row in before.to_dicts()}
    raised = (
        matches.filter(pl.col("status") == "accepted", pl.col("stance") == "raises")
        .sort(["confidence", "utterance_id"], descending=[True, False])
        .group_by("persona_id", "pain_id", maintain_order=True)
        .agg(pl.col("utterance_id").first())
    )
    heard_now = {(row[0], row[1]): row[2] for row in raised.iter_rows()}
    rows = []
    for persona in library:
        for pain in persona.pains:
            key = (persona.id, pain.id)
            old, quote = carried.get(key, {}), heard_now.get(key)
            rows.append(
                {
                    "cycle": cycle.name,
                    "pain_id": pain.id,
                    "persona_id": persona.id,
                    "label": pain.statement,
                    "origin": "document",
                    "status": "claimed",
                    "first_cycle": old.get("first_cycle") or (cycle.name if quote else None),
                    "last_cycle": cycle.name if quote else old.get("last_cycle"),
                    "keywords": [],
                    "exemplar": quote or old.get("exemplar"),
                }
            )
    return pl.DataFrame(rows, schema=PAINS)
