"""Who was heard for a persona, and where nobody spoke."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from next_evidence.brief.model import CoverageLine, CoverageView
from next_evidence.drift.quiet import QUIET
from next_evidence.matching.speakers import ambiguous_pairs
from next_evidence.personas.document import Persona
from next_evidence.records import Cycle
from next_evidence.schemas import COVERAGE, HEARD, Row, check


def coverage_view(
    coverage: pl.DataFrame,
    heard: pl.DataFrame,
    speakers: pl.DataFrame,
    persona: Persona,
    *,
    cycle: Cycle,
    names: Mapping[str, str],
) -> CoverageView:
    """One persona's coverage in one cycle: overall, by segment (most accounts first), by source (by name).

    ``names`` are those of other personas, by id. Without a row for all segments and sources, who was heard is counted from ``heard``.
    """
    mine = check(coverage, COVERAGE, table="coverage").filter(
        pl.col("persona_id") == persona.id, pl.col("cycle") == cycle.name
    )
    whole, by_segment, by_source = None, [], []
    for row in mine.iter_rows(named=True):
        if row["segment"] is None and row["source"] is None:
            whole = _line("", row)
        elif row["source"] is None:
            by_segment.append(_line(row["segment"], row))
        elif row["segment"] is None:
            by_source.append(_line(row["source"], row))
    if whole is None:
        voters = check(heard, HEARD, table="heard").filter(
            pl.col("persona_id") == persona.id, pl.col("cycle") == cycle.name
        )
        spoken = int(voters["utterances"].sum())
        whole = CoverageLine("", None, voters["account_id"].n_unique(), spoken, None, "ok", None)
    return CoverageView(
        overall=whole,
        segments=tuple(
            sorted(by_segment, key=lambda line: (-(line.accounts_in_crm or 0), line.name))
        ),
        sources=tuple(sorted(by_source, key=lambda line: line.name)),
        expected=persona.channels,
        ambiguous=tuple(
            (names.get(other, other), count)
            for other, count in _ambiguous(speakers, persona, cycle)
        ),
    )


def _ambiguous(
    speakers: pl.DataFrame, persona: Persona, cycle: Cycle
) -> tuple[tuple[str, int], ...]:
    pairs = ambiguous_pairs(speakers.filter(pl.col("cycle") == cycle.name))
    found = [
        (other if first == persona.id else first, count)
        for first, other, count in pairs.select(
            "persona_id", "other_persona_id", "speakers"
        ).iter_rows()
        if persona.id in (first, other)
    ]
    return tuple(sorted(found, key=lambda pair: (-pair[1], pair[0])))


def _line(name: str, row: dict[str, Any]) -> CoverageLine:
    return CoverageLine(
        name=name,
        accounts_in_crm=row["accounts_in_crm"],
        accounts_heard=row["accounts_heard"] or 0,
        utterances=row["utterances"] or 0,
        detectable_change=row["detectable_change"],
        state=row["state"] or "ok",
        last_seen_at=row["last_seen_at"],
    )


@dataclass(frozen=True)
class HeardSummary:
    """Who was heard for one persona in a cycle, as the gate asks it.

    ``accounts`` None: coverage does not say. ``quiet`` are the rows of sources that have fallen silent, by name; ``speaking``
    are the names of the others.
    """

    accounts: int | None
    state: str
    quiet: Mapping[str, Row]
    speaking: frozenset[str]


def summarise_heard(coverage: pl.DataFrame, persona_id: str) -> HeardSummary:
    """Sum up ``COVERAGE`` of one cycle for a persona, over all segments."""
    rows = coverage.filter(
        pl.col("persona_id") == persona_id, pl.col("segment").is_null()
    ).to_dicts()
    overall = next((row for row in rows if row["source"] is None), None)
    sources = {row["source"]: row for row in rows if row["source"] is not None}
    quiet = {source: row for source, row in sources.items() if row["state"] in QUIET}
    return HeardSummary(
        accounts=None if overall is None else overall["accounts_heard"],
        state="ok" if overall is None else overall["state"],
        quiet=quiet,
        speaking=frozenset(sources) - frozenset(quiet),
    )
