"""The bar: which shifts surface, and every reason for it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import polars as pl

from next_evidence.brief.criteria import LITTLE_DOUBT, Beside, Check, criteria, move_of
from next_evidence.brief.heard import summarise_heard
from next_evidence.brief.reasons import counted, signed_points
from next_evidence.personas.library import PersonaLibrary
from next_evidence.review.snoozes import NOTHING_ASLEEP, Asleep, PainOfPersona
from next_evidence.schemas import COVERAGE, FALLS, SHIFTS, Row, check
from next_evidence.settings import GateSettings, Settings

Finding = tuple[Any, ...]  # what a shift over all segments and its rows by segment share


def judge(
    shifts: pl.DataFrame,
    coverage: pl.DataFrame,
    library: PersonaLibrary,
    *,
    settings: Settings,
    without_quiet: pl.DataFrame | None = None,
    asleep: Asleep = NOTHING_ASLEEP,
) -> pl.DataFrame:
    """Give every shift its verdict and all reasons for it.

    - ``surface``: every criterion is met.
    - ``watch``: a near miss: one soft criterion is missed, or the chance of a false alarm is above the bar but below twice
      the bar.
    - ``thin``: too few accounts were heard to say.
    - ``suppress``: everything else, and whatever a hard criterion forbids: the mix of accounts explains it, it
      has already gone back, it does not stand without a source that has fallen silent, its pain is snoozed, tracking is
      off.

    A segment's row is no finding of its own: it follows the overall verdict where the segment agrees clearly, is
    ``watch`` where it agrees within chance, ``suppress`` where it does not, ``thin`` below
    ``gate.min_segment_accounts``.

    Parameters
    ----------
    shifts
        ``SHIFTS`` of one cycle, judged or not.
    coverage
        ``COVERAGE`` of that cycle; other cycles are ignored.
    library, settings
        The documents with their ``tracking``, and the bar.
    without_quiet
        ``SHIFTS`` of the same cycle, detected without the sources that have fallen silent
        (`next_evidence.drift.quiet`), of the personas that have such sources. By default nothing is asked of it.
    asleep
        Pains that somebody snoozed, by persona id and pain id.

    Returns
    -------
    ``SHIFTS``, rows in the order given.
    """
    shifts = check(shifts, SHIFTS, table="shifts")
    coverage = check(coverage, COVERAGE, table="coverage").filter(
        pl.col("cycle").is_in(shifts["cycle"].unique().implode())
    )
    rows = shifts.to_dicts()
    beside = _beside(rows, coverage, without_quiet)
    overall: dict[Finding, Row] = {}
    for row in rows:
        if row["segment"] is None:
            rules = _rules(row["persona_id"], library, settings)
            checks = criteria(row, beside(row), rules)
            if rules is not None:
                checks = [*_awake(row, asleep), *checks]
            row["verdict"], row["reasons"] = _verdict(row, checks, rules), _sentences(checks)
            overall[_finding(row)] = row
    for row in rows:
        if row["segment"] is not None:
            rules = _rules(row["persona_id"], library, settings) or settings.gate
            row["verdict"], reason = _segment_verdict(row, overall.get(_finding(row)), rules)
            row["reasons"] = [reason]
    return shifts.with_columns(
        pl.Series(name, [row[name] for row in rows], SHIFTS[name])
        for name in ("verdict", "reasons")
    )


def _beside(
    rows: Sequence[Row], coverage: pl.DataFrame, without_quiet: pl.DataFrame | None
) -> Callable[[Row], Beside]:
    """What each shift over all segments is held against."""
    heard = {i: summarise_heard(coverage, i) for i in sorted({row["persona_id"] for row in rows})}
    segments: dict[Finding, list[Row]] = {}
    trailing: dict[PainOfPersona, Row] = {}
    for row in rows:
        if row["segment"] is not None:
            segments.setdefault(_finding(row), []).append(row)
        elif row["versus"] == "trailing" and row["kind"] != "language":
            trailing[row["persona_id"], row["pain_id"]] = row
    alone: dict[Finding, Row] = {}
    if without_quiet is not None:
        speaking = check(without_quiet, SHIFTS, table="shifts").filter(pl.col("segment").is_null())
        alone = {_finding(row): row for row in speaking.to_dicts()}
    return lambda row: Beside(
        heard=heard[row["persona_id"]],
        segments=segments.get(_finding(row), ()),
        trailing=trailing.get((row["persona_id"], row["pain_id"])),
        alone=alone.get(_finding(row)),
        asks_alone=without_quiet is not None,
    )


def _rules(persona_id: str, library: PersonaLibrary, settings: Settings) -> GateSettings | None:
    """The persona's own bar; None where it is not tracked."""
    persona = library.get(persona_id)
    if persona is None or persona.tracking == "off":
        return None
    return settings.gate_for(persona_id, persona.tracking)


def _awake(row: Row, asleep: Asleep) -> list[Check]:
    snooze = asleep.get((row["persona_id"], row["pain_id"]))
    return [] if snooze is None else [Check(False, "hard", snooze.reason)]


def _verdict(row: Row, checks: Sequence[Check], rules: GateSettings | None) -> str:
    missed = [check for check in checks if not check.met]
    if not missed:
        return "surface"
    if any(check.weight == "hard" for check in missed):
        return "suppress"
    if any(check.weight == "thin" for check in missed):
        return "thin"
    q, bar = row["q_value"], 0.0 if rules is None else rules.false_discovery_rate
    return "watch" if len(missed) == 1 and q is not None and q < 2 * bar else "suppress"


def _segment_verdict(row: Row, whole: Row | None, rules: GateSettings) -> tuple[str, str]:
    count, change = row["accounts_heard"] or 0, move_of(row)
    if count < rules.min_segment_accounts:
        return (
            "thin",
            f"Only {counted(count, 'account')} heard in {row['segment']}; {rules.min_segment_accounts} needed.",
        )
    if whole is None:
        return "suppress", "There is no such shift over all segments."
    if change * move_of(whole) <= 0:
        return "suppress", f"{row['segment']} does not point the same way: {signed_points(change)}."
    overall = str(whole["verdict"])
    if row["p_value"] is None or row["p_value"] > LITTLE_DOUBT:
        weaker = "watch" if overall in ("surface", "watch") else overall
        return (
            weaker,
            f"{row['segment']} points the same way, within chance: {signed_points(change)}.",
        )
    return (
        overall,
        f"{row['segment']} clearly points the same way: {signed_points(change)}, {counted(count, 'account')} heard.",
    )


def _finding(row: Row) -> Finding:
    """Rising and falling are one question."""
    kind = "level" if row["kind"] in ("pain_rising", *FALLS) else row["kind"]
    word = row["label"] if row["kind"] == "language" else None
    return row["persona_id"], kind, row["versus"], row["pain_id"], row["versus_pain_id"], word


def _sentences(checks: Sequence[Check]) -> list[str]:
    """What was missed first."""
    return [c.reason for c in checks if not c.met] + [c.reason for c in checks if c.met]
