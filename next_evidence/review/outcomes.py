"""What people decided about one brief, as lines that its message shows."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

import polars as pl

from next_evidence.review import decisions as log

Action = Literal["propose_revision", "wrong_match", "snooze"]


@dataclass(frozen=True)
class Outcome:
    """What came of one action on a brief: who did what, and when. It repeats no customer's words."""

    action: Action
    line: str


def outcomes_of(
    decided: pl.DataFrame, *, cycle: str, persona_id: str, quoted: Sequence[str]
) -> tuple[Outcome, ...]:
    """Decisions in force on one brief, oldest first.

    Parameters
    ----------
    decided
        ``DECISIONS``, all of them.
    quoted
        Ids of the statements that the brief quotes.
    """
    about = decided.filter(
        pl.col("kind").is_in([log.SNOOZE, log.REVISION]),
        pl.col("cycle") == cycle,
        pl.col("persona_id") == persona_id,
    )
    verdicts = decided.filter(pl.col("kind") == log.MATCH, pl.col("subject").is_in(list(quoted)))
    rows = pl.concat([log.in_force(about), log.in_force(verdicts)]).sort("at", "decision_id")
    told = (_outcome(row, quoted) for row in rows.iter_rows(named=True))
    return tuple(outcome for outcome in told if outcome is not None)


def signed(what: str, row: Mapping[str, Any]) -> str:
    """A line with who decided and when."""
    return f"{what} · {row['by']}, {row['at']:%Y-%m-%d %H:%M} UTC"


def _outcome(row: Mapping[str, Any], quoted: Sequence[str]) -> Outcome | None:
    if row["verdict"] == log.SNOOZED:
        until = date.fromisoformat(json.loads(row["detail"])["until"])
        return Outcome("snooze", signed(f"Snoozed until {until:%Y-%m-%d}", row))
    if row["verdict"] == log.PROPOSED:
        return Outcome("propose_revision", signed("Revision proposed", row))
    if row["verdict"] == log.REJECTED:
        place = list(quoted).index(row["subject"]) + 1
        return Outcome("wrong_match", signed(f"Statement {place} is a wrong match", row))
    if row["verdict"] == log.MOVED:
        place = list(quoted).index(row["subject"]) + 1
        told = f"Statement {place} is about another pain ({row['to_pain_id']})"
        return Outcome("wrong_match", signed(told, row))
    return None
