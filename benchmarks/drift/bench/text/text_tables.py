"""Scores of single histories on disk, and the tables that the README prints of them."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from alerts import Score, summary
from planting import SCENARIOS
from scoring import A_YEAR, Identity, mean_with_error

PLANTED = tuple(s.name for s in SCENARIOS if s.make(6).planted)
QUIET = tuple(s.name for s in SCENARIOS if s.name not in PLANTED)


@dataclass(frozen=True)
class Scored:
    """A system on a history. ``seconds``: CPU time without encoding."""

    scenario: str
    seed: int
    system: str
    alerts: Score
    identity: Identity
    seconds: float

    @property
    def key(self) -> tuple[str, int, str]:
        return (self.scenario, self.seed, self.system)

    def append_to(self, path: Path) -> None:
        """One line more."""
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(asdict(self), sort_keys=True) + "\n")


def read_scores(path: Path) -> list[Scored]:
    """All scores in a file; none where there is no file."""
    if not path.is_file():
        return []
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    return [
        Scored(**{**row, "alerts": Score(**row["alerts"]), "identity": Identity(**row["identity"])})
        for row in rows
    ]


def detection_table(scores: Sequence[Scored]) -> str:
    """At once / within three cycles with its interval, and the mean delay; by planted change and system."""

    def cell(some: Sequence[Scored]) -> str:
        row = summary([one.alerts for one in some], planted=True)
        return f"{row['at once'].split()[0]} / {row['in three']}, {row['delay'] or '-'}"

    return _table("planted", scores, PLANTED, cell)


def false_alert_table(scores: Sequence[Scored]) -> str:
    """False alerts a year, share of years without, and false of all alerts; by scenario and system."""

    def cell(some: Sequence[Scored]) -> str:
        row = summary([one.alerts for one in some], planted=True)
        return f"{row['false a year']}; {row['quiet years']}; {row['false of all']}"

    return _table("planted", scores, (*PLANTED, *QUIET), cell)


def identity_table(scores: Sequence[Scored]) -> str:
    """Of the followed label: kept, purity, changes, false births a year; by scenario and system."""

    def cell(some: Sequence[Scored]) -> str:
        kept = mean_with_error([one.identity.kept for one in some])
        pure = [one.identity.purity for one in some if one.identity.purity is not None]
        changes = mean_with_error([one.identity.changes for one in some])
        births = sum(one.identity.false_births for one in some) / len(some) * A_YEAR
        return (
            f"{kept}; {mean_with_error(pure).split()[0] if pure else '-'}; {changes}; {births:.1f}"
        )

    return _table("followed", scores, (*PLANTED, *QUIET), cell)


def _table(
    corner: str,
    scores: Sequence[Scored],
    scenarios: Sequence[str],
    cell: Callable[[Sequence[Scored]], str],
) -> str:
    """Markdown with a row a scenario, and one of all, and a column a system with its largest number of histories a scenario."""
    systems = list(dict.fromkeys(one.system for one in scores))
    counts = [
        max(sum(o.system == s and o.scenario == n for o in scores) for n in scenarios)
        for s in systems
    ]
    heads = [f"{name}, {n}" for name, n in zip(systems, counts, strict=True)]
    lines = [f"| {corner} | {' | '.join(heads)} |", f"| --- |{' --- |' * len(systems)}"]
    for name, pooled in [*((s, (s,)) for s in scenarios), ("all of these", scenarios)]:
        some = [[o for o in scores if o.system == s and o.scenario in pooled] for s in systems]
        if any(some):
            lines.append(f"| {name} | {' | '.join(cell(one) if one else '' for one in some)} |")
    return "\n".join(lines)
