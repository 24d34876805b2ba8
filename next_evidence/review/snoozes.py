"""Pains that somebody put to sleep: which ones a cycle's gate holds, and until when."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

import polars as pl

from next_evidence.records import Cycle
from next_evidence.review.decisions import SNOOZE, SNOOZED, before, in_force

PainOfPersona = tuple[str, str]  # persona id, pain id


@dataclass(frozen=True)
class Snooze:
    """One pain of one persona, asleep up to and with the day ``until``."""

    persona_id: str
    pain_id: str
    until: date
    by: str
    since: date

    @property
    def reason(self) -> str:
        """What the gate says."""
        return f"Snoozed until {self.until:%Y-%m-%d} by {self.by} on {self.since:%Y-%m-%d}."


Asleep = Mapping[PainOfPersona, Snooze]
NOTHING_ASLEEP: Asleep = MappingProxyType({})


def snoozes(log: pl.DataFrame) -> dict[PainOfPersona, Snooze]:
    """The newest snooze in force of every pain, also those whose day has passed, from ``DECISIONS``."""
    rows = in_force(log.filter(pl.col("kind") == SNOOZE)).filter(pl.col("verdict") == SNOOZED)
    return {
        (row["persona_id"], row["pain_id"]): Snooze(
            row["persona_id"],
            row["pain_id"],
            date.fromisoformat(json.loads(row["detail"])["until"]),
            row["by"],
            row["at"].date(),
        )
        for row in rows.iter_rows(named=True)
    }


def asleep_in(log: pl.DataFrame, cycle: Cycle) -> Asleep:
    """Pains that are asleep when a cycle ends: snoozed before its end, and for that day at least.

    So a brief that is out is never changed by a snooze, and the first brief after the day is not held.
    """
    known = snoozes(before(log, cycle.end))
    return {key: snooze for key, snooze in known.items() if cycle.end.date() <= snooze.until}
