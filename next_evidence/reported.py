"""What a run says of a cycle's report, worked out now or before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

import polars as pl

from next_evidence.records import Cycle
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
