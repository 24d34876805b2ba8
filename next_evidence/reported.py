"""What is kept of a cycle's report, and what a run says of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

import polars as pl

from next_evidence.brief.model import Brief
from next_evidence.brief.render import RenderedBrief
from next_evidence.records import Cycle
from next_evidence.schemas import BRIEFS
from next_evidence.workspace.tables import LEADS
from next_evidence.workspace.workspace import Workspace


@dataclass(frozen=True)
class PersonaRow:
    """One line of a run's summary."""

    persona_id: str
    state: str
    accounts_heard: int
    headline: str
    path: str | None


@dataclass(frozen=True)
class ReportResult:
    """A cycle's report. ``unchanged``: nothing that it rests on has changed since the last time."""

    unchanged: bool
    rows: tuple[PersonaRow, ...]
    page: str
    problems: tuple[str, ...] = ()


def brief_rows(briefs: Sequence[Brief], places: Mapping[str | None, str]) -> pl.DataFrame:
    """``BRIEFS`` of a cycle; ``places`` is where a reader finds each page, by persona id."""
    rows = [
        {
            "cycle": brief.cycle.name,
            "persona_id": brief.persona_id,
            "state": brief.gate_state,
            "reasons": list(brief.reasons),
            "path": places.get(brief.persona_id),
        }
        for brief in briefs
    ]
    return pl.DataFrame(rows, schema=BRIEFS)


def lead_rows(rendered: Sequence[RenderedBrief]) -> pl.DataFrame:
    """``LEADS`` of a cycle: what people can act on, for each persona that shifted."""
    rows = [
        (brief.cycle, brief.persona_id, brief.lead_pain_id, list(brief.quoted))
        for brief in rendered
        if brief.lead_pain_id is not None
    ]
    return pl.DataFrame(rows, schema=LEADS, orient="row")


def stored_report(work: Workspace, cycle: Cycle) -> ReportResult:
    """What was worked out before, as it stands in the store."""
    written = work.store.read("briefs", cycle=cycle.name)
    covered = work.store.read("coverage", cycle=cycle.name)
    titles = {row["persona_id"]: "; ".join(row["reasons"][:1]) for row in written.to_dicts()}
    paths = [path for path in written["path"].to_list() if path]
    page = str(PurePosixPath(paths[0]).parent.parent / "index.html") if paths else ""
    return ReportResult(True, persona_rows(written, covered, titles), page)


def persona_rows(
    written: pl.DataFrame, covered: pl.DataFrame, titles: Mapping[Any, str]
) -> tuple[PersonaRow, ...]:
    """A line a persona: ``BRIEFS`` and ``COVERAGE`` of a cycle, with headlines by persona id."""
    overall = covered.filter(pl.col("segment").is_null(), pl.col("source").is_null())
    heard = dict(zip(overall["persona_id"], overall["accounts_heard"], strict=True))
    return tuple(
        PersonaRow(
            persona_id=row["persona_id"],
            state=row["state"],
            accounts_heard=heard.get(row["persona_id"], 0),
            headline=titles.get(row["persona_id"], ""),
            path=row["path"],
        )
        for row in written.to_dicts()
    )
