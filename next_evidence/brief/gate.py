"""The bar: which shifts surface, whether a persona gets a brief, and every reason for it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any, Literal

import polars as pl

from next_evidence.drift.quiet import QUIET
from next_evidence.personas.document import Persona
from next_evidence.personas.library import PersonaLibrary
from next_evidence.review.snoozes import PainOfPersona, Snooze
from next_evidence.schemas import COVERAGE, SHIFTS, check
from next_evidence.settings import GateSettings, Settings

Row = Mapping[str, Any]  # one row of a checked table
State = Literal["sent", "withheld", "nothing_to_say"]
Weight = Literal["thin", "soft", "hard"]
Asleep = Mapping[PainOfPersona, Snooze]
NOTHING_ASLEEP: Asleep = MappingProxyType({})

_FALLS = ("pain_falling", "pain_faded")
_ORDERS = ("top_pain", "priority")
_MOSTLY = 0.5  # a part from which it is most of the whole
_LITTLE_DOUBT = (
    0.10  # chance at which a segment, which is no finding of its own, is said to agree clearly
)
_CLEAR = 0.05  # chance below which a raw change looks real
_TIE = 1e-9


@dataclass(frozen=True)
class GateOutcome:
    """Whether a persona's brief is sent, and why; ``reasons`` are sentences for people, the deciding ones first."""

    passed: bool
    state: State
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class Check:
    """One criterion: met or not, how much a miss weighs, and the sentence that says so."""

    met: bool
    weight: Weight
    reason: str


@dataclass(frozen=True)
class _Heard:
    """What coverage says of one persona in this cycle; None: nothing."""

    accounts: int | None
    state: str
    quiet: Mapping[str, Row]
    speaking: frozenset[str]


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
    standing = (
        None
        if without_quiet is None
        else {
            _finding(row): row
            for row in check(without_quiet, SHIFTS, table="shifts").to_dicts()
            if row["segment"] is None
        }
    )
    cycles = shifts["cycle"].unique()
    coverage = check(coverage, COVERAGE, table="coverage").filter(
        pl.col("cycle").is_in(cycles.implode())
    )
    rows = shifts.to_dicts()
    segments = _by_finding(rows)
    heard = {i: _heard(coverage, i) for i in sorted(set(shifts["persona_id"]))}
    trailing = {
        (row["persona_id"], row["pain_id"]): row
        for row in rows
        if row["segment"] is None and row["versus"] == "trailing" and row["kind"] != "language"
    }
    overall: dict[tuple[Any, ...], Row] = {}
    for row in rows:
        if row["segment"] is None:
            rules = _rules(row["persona_id"], library, settings)
            checks = _checks(row, segments.get(_finding(row), ()), heard[row["persona_id"]], rules)
            if rules is not None:
                checks += _more_than_last_cycle(
                    row, trailing.get((row["persona_id"], row["pain_id"])), rules
                )
                quiet = heard[row["persona_id"]].quiet
                # words are compared without such sources from the start
                if standing is not None and quiet and row["kind"] != "language":
                    checks += (
                        _stands_without(row, standing.get(_finding(row)), sorted(quiet), rules)
                        if heard[row["persona_id"]].speaking
                        else [_nothing_to_stand_on(quiet)]
                    )
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
    heard = _heard(check(coverage, COVERAGE, table="coverage"), persona.id)
    if persona.tracking == "off":
        return GateOutcome(False, "withheld", ("Tracking of this persona is off.",))
    rules = settings.gate_for(persona.id, persona.tracking)
    mine = check(shifts, SHIFTS, table="shifts").filter(
        pl.col("persona_id") == persona.id,
        pl.col("segment").is_null(),
        pl.col("kind") != "language",
    )
    by_verdict = {
        name: int((mine["verdict"] == name).sum())
        for name in ("surface", "watch", "thin", "suppress")
    }
    warnings = tuple(_quiet_sentence(source, row) for source, row in sorted(heard.quiet.items()))
    warnings += _sleeping(mine, asleep)
    if heard.accounts is not None and heard.accounts < rules.min_accounts:
        too_few = f"Only {_count(heard.accounts, 'account')} heard this cycle; {rules.min_accounts} needed."
        return GateOutcome(False, "withheld", (too_few, *warnings))
    accounts = (
        ()
        if heard.accounts is None
        else (
            f"{_count(heard.accounts, 'account')} heard this cycle, {rules.min_accounts} needed.",
        )
    )
    if by_verdict["surface"]:
        told = f"{_count(by_verdict['surface'], 'shift')} of {_count(len(mine), 'comparison')} met every criterion."
        return GateOutcome(True, "sent", (told, *accounts, *warnings))
    stale = heard.state in QUIET or any(row["state"] == "stale" for row in heard.quiet.values())
    if stale:
        told = (
            "Nothing surfaced, but with a source stopped that does not mean that nothing changed."
        )
        return GateOutcome(False, "withheld", (told, *warnings, *accounts))
    told = f"None of {_count(len(mine), 'comparison')} met every criterion; {by_verdict['watch']} came close."
    return GateOutcome(False, "nothing_to_say", (told, *accounts, *warnings))


def _rules(persona_id: str, library: PersonaLibrary, settings: Settings) -> GateSettings | None:
    """The persona's own bar; None where it is not tracked."""
    persona = library.get(persona_id)
    if persona is None or persona.tracking == "off":
        return None
    return settings.gate_for(persona_id, persona.tracking)


def _checks(
    row: Row, segments: Sequence[Row], heard: _Heard, rules: GateSettings | None
) -> list[Check]:
    if rules is None:
        return [Check(False, "hard", "Tracking of this persona is off.")]
    checks = [
        _enough_heard(row, heard, rules),
        _large_enough(row, rules),
        _no_false_alarm(row, rules),
        _lasting(row, rules),
        _same_at_fixed_mix(row, rules),
        _segments_agree(row, segments, rules),
        _enough_sources(row, rules),
    ]
    if _falls(row):
        checks += _source_still_there(row, heard)
    else:
        checks += [_enough_raising(row, rules), *_enough_top_tier(row, rules)]
    return checks


def _awake(row: Row, asleep: Asleep) -> list[Check]:
    snooze = asleep.get((row["persona_id"], row["pain_id"]))
    return [] if snooze is None else [Check(False, "hard", snooze.reason)]


def _falls(row: Row) -> bool:
    return row["kind"] in _FALLS or (row["kind"] == "language" and (row["change"] or 0.0) < 0)


def _enough_heard(row: Row, heard: _Heard, rules: GateSettings) -> Check:
    counts = [row["accounts_heard"] or 0, *([] if heard.accounts is None else [heard.accounts])]
    return _at_least(min(counts), rules.min_accounts, "account", "heard", "thin")


def _enough_raising(row: Row, rules: GateSettings) -> Check:
    return _at_least(
        row["accounts_raising"] or 0, rules.min_raising, "account", "raising it", "soft"
    )


def _enough_top_tier(row: Row, rules: GateSettings) -> list[Check]:
    if rules.min_top_tier_accounts == 0:
        return []
    count = (row["raising_tiers"] or []).count(rules.top_tier)
    return [
        _at_least(
            count, rules.min_top_tier_accounts, "account", "of the top tier raising it", "soft"
        )
    ]


def _enough_sources(row: Row, rules: GateSettings) -> Check:
    told = "that told of it before" if _falls(row) else "telling of it"
    return _at_least(len(row["sources"] or []), rules.min_sources, "source", told, "soft")


def _at_least(count: int, needed: int, noun: str, what: str, weight: Weight) -> Check:
    if count >= needed:
        return Check(True, weight, f"{_count(count, noun)} {what}, {needed} needed.")
    return Check(False, weight, f"Only {_count(count, noun)} {what}; {needed} needed.")


def _large_enough(row: Row, rules: GateSettings) -> Check:
    size = abs(row["change"] or 0.0)
    what = "The share changed by"
    if row["kind"] in _ORDERS:
        size, what = (
            max(row["change"] or 0.0, row["order_change"] or 0.0),
            "The two pains moved apart by",
        )
    elif row["kind"] == "pain_new":
        what = "It stands at"
    met = size >= rules.min_change - _TIE
    least = f"{_points(rules.min_change)} are needed."
    return Check(
        met,
        "soft",
        f"{what} {_points(size)}; {least}" if met else f"{what} only {_points(size)}; {least}",
    )


def _no_false_alarm(row: Row, rules: GateSettings) -> Check:
    q, bar = row["q_value"], rules.false_discovery_rate
    if q is None:
        return Check(False, "hard", "It could not be tested.")
    met = q <= bar + _TIE
    how_many = f"about {_percent(q)}" if q < _MOSTLY else f"{_percent(_MOSTLY)} or more"
    told = f"Of findings this clear {how_many} are false alarms; {_percent(bar)} are allowed."
    return Check(met, "soft", told)


def _lasting(row: Row, rules: GateSettings) -> Check:
    words = {
        "durable": "It has lasted: a lasting step explains the counts better than a passing spike.",
        "transient": "It has passed: a spike of one cycle explains the counts best.",
        "unknown": "Too early to tell whether it lasts.",
    }
    if row["kind"] in ("top_pain", "priority"):
        words["transient"] = "It has not held: one odd cycle explains it."
    agree = round((row["consistency"] or 0.0) * 100)
    told = f"{words[row['durability']]} It held in {agree} % of the last three cycles."
    return Check(row["durability"] in rules.durability, "hard", told)


def _same_at_fixed_mix(row: Row, rules: GateSettings) -> Check:
    raw = _move(row)
    fixed, p, p_mix = row["change_mix_adjusted"], row["p_value"], row["p_mix_adjusted"]
    if fixed is None:
        if row["kind"] == "pain_new":
            return Check(
                True, "hard", "No change of mix can bring a pain that nobody raised before."
            )
        return Check(
            True, "hard", "Too few accounts in some segments to hold the mix of segments fixed."
        )
    told = f"with the mix of segments held as before, the change is {_signed(fixed)} instead of {_signed(raw)}."
    gone = abs(fixed) < abs(raw) / 2 or fixed * raw < 0
    doubtful = p is not None and p_mix is not None and p <= _CLEAR and p_mix > _LITTLE_DOUBT
    if (gone or doubtful) and abs(raw) >= rules.min_change / 2:
        return Check(False, "hard", f"It vanishes when the mix of segments is fixed: {told}")
    return Check(True, "hard", f"It stands when the mix of segments is fixed: {told}")


def _more_than_last_cycle(row: Row, trailing: Row | None, rules: GateSettings) -> list[Check]:
    """A change since last cycle alone may be last cycle's accident: the trailing cycles must show it too."""
    if row["versus"] != "last_cycle":
        return []
    change = 0.0 if trailing is None else (trailing["change"] or 0.0)
    met = change * (row["change"] or 0.0) > 0 and abs(change) >= rules.min_change / 2 - _TIE
    told = f"Against the trailing cycles the change is {_signed(change)}."
    return [Check(met, "soft", told if met else f"{told} Last cycle may have been the odd one.")]


def _segments_agree(row: Row, segments: Sequence[Row], rules: GateSettings) -> Check:
    large = [s for s in segments if (s["accounts_heard"] or 0) >= rules.min_segment_accounts]
    if not large:
        told = f"No segment has {rules.min_segment_accounts} accounts, so none can confirm it."
        return Check(rules.min_segments <= 1, "soft", told)
    same = sum(_move(s) * _move(row) > 0 for s in large)
    told = f"{same} of {_count(len(large), 'segment')} with enough accounts point the same way, {rules.min_segments} needed."
    return Check(same >= rules.min_segments, "soft", told)


def _source_still_there(row: Row, heard: _Heard) -> list[Check]:
    """A fall is no fall when the source that told of the pain has stopped."""
    counts = dict(zip(row["sources"] or [], row["source_accounts"] or [], strict=True))
    lost = sorted(set(counts) & set(heard.quiet))
    if not lost:
        return []
    part = sum(counts[source] for source in lost) / sum(counts.values())
    names = " and ".join(lost)
    told = f"{_percent(part)} of those who told of it spoke in {names}, which has fallen silent."
    return [Check(part < _MOSTLY, "hard", told)]


def _stands_without(
    row: Row, alone: Row | None, quiet: Sequence[str], rules: GateSettings
) -> list[Check]:
    """A source that has stopped changes what is heard though nobody changed; the others must tell the same."""
    size = (
        "order_change" if row["kind"] in _ORDERS and row["order_change"] is not None else "change"
    )
    whole, names = row[size] or 0.0, " and ".join(quiet)
    if abs(whole) < rules.min_change / 2:  # too small to surface anyway
        return []
    without = f"without {names}, silent now"
    if alone is None:
        return [Check(False, "hard", f"There is no such shift {without}.")]
    change, p = _move(alone), alone["p_value"]
    if change * whole <= 0 or abs(change) < abs(whole) / 2:
        told = f"It vanishes {without}: {_signed(change)} instead of {_signed(whole)}."
        return [Check(False, "hard", told)]
    if p is None or p > _LITTLE_DOUBT:
        return [Check(False, "hard", f"It is within chance {without}: {_signed(change)}.")]
    return [Check(True, "hard", f"It stands {without}: {_signed(change)}.")]


def _nothing_to_stand_on(quiet: Iterable[str]) -> Check:
    """Where every source has stopped, then and now were heard through the same ones, and none is left to ask."""
    names = " and ".join(sorted(quiet))
    return Check(
        True, "hard", f"No source is left that could be asked without {names}, silent now."
    )


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
    count, change = row["accounts_heard"] or 0, _move(row)
    if count < rules.min_segment_accounts:
        return (
            "thin",
            f"Only {_count(count, 'account')} heard in {row['segment']}; {rules.min_segment_accounts} needed.",
        )
    if whole is None:
        return "suppress", "There is no such shift over all segments."
    if change * _move(whole) <= 0:
        return "suppress", f"{row['segment']} does not point the same way: {_signed(change)}."
    overall = str(whole["verdict"])
    if row["p_value"] is None or row["p_value"] > _LITTLE_DOUBT:
        weaker = "watch" if overall in ("surface", "watch") else overall
        return weaker, f"{row['segment']} points the same way, within chance: {_signed(change)}."
    return (
        overall,
        f"{row['segment']} clearly points the same way: {_signed(change)}, {_count(count, 'account')} heard.",
    )


def _move(row: Row) -> float:
    """How far a shift went: for a change of order how far the two pains moved apart, where there is a before."""
    size = row["order_change"] if row["kind"] in _ORDERS else None
    return float(row["change"] or 0.0) if size is None else float(size)


def _finding(row: Row) -> tuple[Any, ...]:
    """What a row and its segments' rows share; rising and falling are one question."""
    kind = "level" if row["kind"] in ("pain_rising", *_FALLS) else row["kind"]
    word = row["label"] if row["kind"] == "language" else None
    return row["persona_id"], kind, row["versus"], row["pain_id"], row["versus_pain_id"], word


def _by_finding(rows: Sequence[dict[str, Any]]) -> dict[tuple[Any, ...], list[dict[str, Any]]]:
    found: dict[tuple[Any, ...], list[dict[str, Any]]] = {}
    for row in rows:
        if row["segment"] is not None:
            found.setdefault(_finding(row), []).append(row)
    return found


def _heard(coverage: pl.DataFrame, persona_id: str) -> _Heard:
    rows = coverage.filter(
        pl.col("persona_id") == persona_id, pl.col("segment").is_null()
    ).to_dicts()
    overall = next((row for row in rows if row["source"] is None), None)
    sources = {row["source"]: row for row in rows if row["source"] is not None}
    quiet = {source: row for source, row in sources.items() if row["state"] in QUIET}
    return _Heard(
        accounts=None if overall is None else overall["accounts_heard"],
        state="ok" if overall is None else overall["state"],
        quiet=quiet,
        speaking=frozenset(sources) - frozenset(quiet),
    )


def _sentences(checks: Sequence[Check]) -> list[str]:
    """What was missed first."""
    return [c.reason for c in checks if not c.met] + [c.reason for c in checks if c.met]


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


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _points(share: float) -> str:
    points = round(share * 100)
    return f"{points} point" if points == 1 else f"{points} points"


def _signed(share: float) -> str:
    return f"{'−' if share < 0 else '+'}{_points(abs(share))}"


def _percent(share: float) -> str:
    return "less than 1 %" if share < 0.01 else f"{round(share * 100)} %"
