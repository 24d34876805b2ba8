"""Whether a persona gets a brief for a cycle, and why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import polars as pl

from next_evidence.brief.heard import summarise_heard
from next_evidence.brief.reasons import counted
from next_evidence.drift.quiet import QUIET
from next_evidence.personas.document import Persona
from next_evidence.review.snoozes import NOTHING_ASLEEP, Asleep
from next_evidence.schemas import COVERAGE, SHIFTS, Row, check
from next_evidence.settings import Settings


@dataclass(frozen=True)
class GateOutcome:
    """Whether a persona's brief is sent, and why; ``reasons`` are sentences for people, the deciding ones first."""

    passed: bool
    state: Literal["sent", "withheld", "nothing_to_say"]
    reasons: tuple[str, ...]


def outcome(
    persona: Persona,
    shifts: pl.DataFrame,
    coverage: pl.DataFrame,
    *,
    settings: Settings,
    asleep: Asleep = NOTHING_ASLEEP,
) -> GateOutcome:
    """Say whether this persona's brief is sent.

    ``withheld``: tracking is off, too few accounts were heard, or nothing surfaced while a source is stale, so that
    "nothing changed" cannot be told from "nobody was heard". ``nothing_to_say``: enough was heard and nothing surfaced.
    Words alone send no brief: they are a section of it.

    Parameters
    ----------
    persona
        The document.
    shifts
        Judged ``SHIFTS`` of one cycle.
    coverage
        ``COVERAGE`` of that cycle.
    asleep
        Pains that somebody snoozed: they are named among the reasons.
    """
    heard = summarise_heard(check(coverage, COVERAGE, table="coverage"), persona.id)
    if persona.tracking == "off":
        return GateOutcome(False, "withheld", ("Tracking of this persona is off.",))
    rules = settings.gate_for(persona.id, persona.tracking)
    mine = check(shifts, SHIFTS, table="shifts").filter(
        pl.col("persona_id") == persona.id,
        pl.col("segment").is_null(),
        pl.col("kind") != "language",
    )
    surfaced, close = (int((mine["verdict"] == name).sum()) for name in ("surface", "watch"))
    compared = counted(len(mine), "comparison")
    warnings = tuple(_quiet_sentence(source, row) for source, row in sorted(heard.quiet.items()))
    warnings += _sleeping(mine, asleep)
    if heard.accounts is not None and heard.accounts < rules.min_accounts:
        too_few = f"Only {counted(heard.accounts, 'account')} heard this cycle; {rules.min_accounts} needed."
        return GateOutcome(False, "withheld", (too_few, *warnings))
    accounts: tuple[str, ...] = ()
    if heard.accounts is not None:
        told = (
            f"{counted(heard.accounts, 'account')} heard this cycle, {rules.min_accounts} needed."
        )
        accounts = (told,)
    if surfaced:
        told = f"{counted(surfaced, 'shift')} of {compared} met every criterion."
        return GateOutcome(True, "sent", (told, *accounts, *warnings))
    stale = heard.state in QUIET or any(row["state"] == "stale" for row in heard.quiet.values())
    if stale:
        told = (
            "Nothing surfaced, but with a source stopped that does not mean that nothing changed."
        )
        return GateOutcome(False, "withheld", (told, *warnings, *accounts))
    told = f"None of {compared} met every criterion; {close} came close."
    return GateOutcome(False, "nothing_to_say", (told, *accounts, *warnings))


def _sleeping(mine: pl.DataFrame, asleep: Asleep) -> tuple[str, ...]:
    """One sentence for each snoozed pain that something was tested of."""
    tested = mine.drop_nulls("pain_id").sort("pain_id", "label").unique("pain_id", keep="first")
    return tuple(
        f"“{row['label']}” is held. {asleep[row['persona_id'], row['pain_id']].reason}"
        for row in tested.sort("pain_id").to_dicts()
        if (row["persona_id"], row["pain_id"]) in asleep
    )


def _quiet_sentence(source: str, row: Row) -> str:
    seen: datetime | None = row["last_seen_at"]
    since = "" if seen is None else f" since {seen:%Y-%m-%d}"
    return f"Source {source} has been {row['state']}{since}."
