"""Who was heard and who was not: per persona, segment and source, with what silence means."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

import polars as pl

from next_evidence.personas.document import Persona
from next_evidence.personas.library import PersonaLibrary
from next_evidence.records import Cycle
from next_evidence.schemas import (
    ACCOUNTS,
    CONTACTS,
    COVERAGE,
    HEARD,
    SPEAKERS,
    UTTERANCES,
    check,
    empty,
)
from next_evidence.settings import CoverageSettings, GateSettings
from next_evidence.stats.power import detectable_change, silence_probability
from next_evidence.text.normalise import comparable

DAILY = pl.Schema(
    {
        "persona_id": pl.String(),
        "source": pl.String(),
        "kind": pl.String(),
        "day": pl.Date(),  # UTC
        "n": pl.Int64(),  # utterances of that day
    }
)

_TRAILING_DAYS = 183  # half a year tells a source's pace; older days tell of another product
_FEWEST_EVENTS = 5  # fewer, or over less than two weeks, tell no pace
_FEWEST_DAYS = 14
_CHANNELS = {
    "call": ("call", "calls", "meetings", "zoom", "gong"),
    "ticket": ("ticket", "tickets", "support", "help desk", "helpdesk", "email"),
    "survey": ("survey", "surveys", "nps", "csat"),
    "review": ("review", "reviews"),
    "onboarding_note": ("onboarding note", "onboarding notes", "onboarding", "notes", "note"),
}


def daily_counts(utterances: pl.DataFrame, speakers: pl.DataFrame) -> pl.DataFrame:
    """Utterances a day, per persona and source.

    Parameters
    ----------
    utterances
        ``UTTERANCES`` rows of any number of cycles.
    speakers
        ``SPEAKERS`` rows; of a speaker with several the latest cycle counts.

    Returns
    -------
    ``DAILY`` rows, sorted; speakers whom no persona fits are left out.
    """
    persona = (
        check(speakers, SPEAKERS, table="speakers")
        .sort("cycle")
        .unique("speaker_key", keep="last", maintain_order=True)
        .filter(pl.col("persona_id").is_not_null())
        .select("speaker_key", "persona_id")
    )
    counted = (
        check(utterances, UTTERANCES, table="utterances")
        .join(persona, on="speaker_key", how="inner")
        .group_by("persona_id", "source", "kind", pl.col("spoken_at").dt.date().alias("day"))
        .agg(pl.len().cast(pl.Int64).alias("n"))
        .sort("persona_id", "source", "kind", "day")
    )
    return check(counted, DAILY, table="daily")


def coverage(
    daily: pl.DataFrame,
    *,
    heard: pl.DataFrame,
    accounts: pl.DataFrame,
    speakers: pl.DataFrame,
    library: PersonaLibrary,
    cycle: Cycle,
    rules: CoverageSettings,
    gate_of: Callable[[Persona], GateSettings],
    power: float,
    contacts: pl.DataFrame | None = None,
) -> pl.DataFrame:
    """Who was heard in a cycle, against who could have been.

    Parameters
    ----------
    daily
        ``DAILY`` rows up to this cycle's end, at least of the last half year; later days are not looked at.
    heard
        ``HEARD`` rows of this cycle; other cycles' rows are left out.
    accounts, contacts
        The CRM. ``contacts`` may be left out; with it, contacts whose title a persona names count.
    speakers
        ``SPEAKERS`` rows of this and earlier cycles: who ever spoke for a persona.
    gate_of
        The bar of one persona: below ``min_accounts`` (in a segment ``min_segment_accounts``) coverage is thin.
    power
        Power at which the detectable change is stated, 0.5 to 1.

    Returns
    -------
    ``COVERAGE`` rows: per persona one for all, one per segment, one per source; in the library's order.
    ``last_seen_at`` is the beginning of the last day with an utterance.

    Notes
    -----
    A source is ``stale`` when a gap as long as the present one, at its usual pace, is less likely than
    ``rules.stale_probability``, and ``silent`` below ``rules.warn_probability``. One that gave too little to know its
    pace, and nothing in this cycle, is ``thin``. Sources that a persona does not list among its channels are counted
    and never called silent.
    """
    days = check(daily, DAILY, table="daily").filter(pl.col("day") < cycle.end.date())
    now = check(heard, HEARD, table="heard").filter(pl.col("cycle") == cycle.name)
    crm = check(accounts, ACCOUNTS, table="accounts")
    known = check(speakers, SPEAKERS, table="speakers")
    titles = None if contacts is None else check(contacts, CONTACTS, table="contacts")
    rows: list[dict[str, object]] = []
    for persona in library.personas:
        gate = gate_of(persona)
        mine = days.filter(pl.col("persona_id") == persona.id)
        voters = now.filter(pl.col("persona_id") == persona.id)
        reachable = _reachable(persona, crm, known, titles, voters)
        last = _moment(mine["day"].max()) if not mine.is_empty() else None
        rows.append(
            _row(cycle, persona, segment=None, source=None, reachable=reachable, voters=voters, power=power,
                 least=gate.min_accounts, last_seen_at=last, before=not mine.is_empty())
        )  # fmt: skip
        for segment in _segments(reachable, voters):
            here = pl.col("segment") == segment
            rows.append(
                _row(cycle, persona, segment=segment, source=None, reachable=reachable.filter(here), voters=voters.filter(here),
                     power=power, least=gate.min_segment_accounts, last_seen_at=None, before=False)
            )  # fmt: skip
        spoken, heard_in = _days_by_source(mine), _accounts_by_source(voters)
        for source in _sources(days, mine, persona):
            told = _Told(spoken.get(source.name, {}), len(heard_in.get(source.name, ())))
            rows.append(
                _source_row(cycle, persona, source, told, reachable, rules=rules, power=power)
            )
    if not rows:
        return empty(COVERAGE)
    return check(pl.DataFrame(rows, schema=COVERAGE), COVERAGE, table="coverage")


@dataclass(frozen=True)
class _Source:
    name: str
    expected: bool  # the persona's document names this channel, or names none


@dataclass(frozen=True)
class _Told:
    """What came from one source: utterances of each day that had any, and accounts heard in the cycle."""

    days: Mapping[date, int]
    accounts: int


def _reachable(
    persona: Persona,
    accounts: pl.DataFrame,
    speakers: pl.DataFrame,
    contacts: pl.DataFrame | None,
    voters: pl.DataFrame,
) -> pl.DataFrame:
    """CRM accounts where this persona is known to be; where nobody is known, all of its segments."""
    ids = set(
        speakers.filter(pl.col("persona_id") == persona.id)["account_id"].drop_nulls().to_list()
    )
    titles = {comparable(title) for title in persona.applies_to.titles}
    if contacts is not None and titles:
        fits = [comparable(title or "") in titles for title in contacts["title"].to_list()]
        ids |= set(
            contacts.filter(pl.Series(fits, dtype=pl.Boolean))["account_id"].drop_nulls().to_list()
        )
    if not ids:
        segments = list(persona.applies_to.segments)
        return accounts.filter(pl.col("segment").is_in(segments)) if segments else accounts
    ids |= set(voters["account_id"].drop_nulls().to_list())
    return accounts.filter(pl.col("account_id").is_in(sorted(ids)))


def _segments(reachable: pl.DataFrame, voters: pl.DataFrame) -> list[str]:
    both = pl.concat([reachable["segment"], voters["segment"]]).drop_nulls()
    return sorted(both.unique().to_list())


def _sources(days: pl.DataFrame, mine: pl.DataFrame, persona: Persona) -> list[_Source]:
    """Sources that this persona was ever heard in, or that its channels name; sorted."""
    kinds: dict[str, set[str]] = {}
    for name, kind in days.select("source", "kind").unique().iter_rows():
        kinds.setdefault(name, set()).add(kind)
    heard = set(mine["source"].to_list())
    named = {name for name, of in kinds.items() if _named(name, of, persona.channels)}
    return [
        _Source(name, expected=name in named or not persona.channels)
        for name in sorted(heard | named)
    ]


def _named(source: str, kinds: set[str], channels: Sequence[str]) -> bool:
    asked = {comparable(channel.replace("_", " ").replace("-", " ")) for channel in channels}
    words = {comparable(source.replace("_", " ").replace("-", " "))}
    words |= {word for kind in kinds for word in _CHANNELS.get(kind, (kind,))}
    return bool(asked & words)


def _source_row(
    cycle: Cycle,
    persona: Persona,
    source: _Source,
    told: _Told,
    reachable: pl.DataFrame,
    *,
    rules: CoverageSettings,
    power: float,
) -> dict[str, object]:
    return {
        "cycle": cycle.name,
        "persona_id": persona.id,
        "segment": None,
        "source": source.name,
        "accounts_in_crm": reachable.height,
        "accounts_heard": told.accounts,
        "utterances": sum(n for day, n in told.days.items() if day >= cycle.start.date()),
        "detectable_change": detectable_change(told.accounts, power=power),
        "state": source_state(told.days, cycle, rules) if source.expected else "ok",
        "last_seen_at": _moment(max(told.days, default=None)),
    }


def _days_by_source(mine: pl.DataFrame) -> dict[str, dict[date, int]]:
    """Utterances of each day that had any, by source."""
    found: dict[str, dict[date, int]] = {}
    for source, day, n in mine.group_by("source", "day").agg(pl.col("n").sum()).iter_rows():
        if n > 0:
            found.setdefault(source, {})[day] = n
    return found


def _accounts_by_source(voters: pl.DataFrame) -> dict[str, set[str]]:
    """Accounts heard in each source."""
    found: dict[str, set[str]] = {}
    for account_id, sources in voters.select("account_id", "sources").iter_rows():
        for source in sources or ():
            found.setdefault(source, set()).add(account_id)
    return found


def source_state(counts: Mapping[date, int], cycle: Cycle, rules: CoverageSettings) -> str:
    """``ok``, ``silent`` or ``stale``, for utterances a day up to the cycle's end; ``thin``: too few to tell a pace.

    The pace is that of the half year before the last utterance, without the gap itself: a source that has
    stopped must not look slow for having stopped.
    """
    if not counts:
        return "silent"
    last = max(counts)
    first = max(min(counts), last - timedelta(days=_TRAILING_DAYS - 1))
    pace = [counts.get(first + timedelta(days=at), 0) for at in range((last - first).days + 1)]
    gap = (cycle.end.date() - last).days - 1
    odds, known = 1.0, False
    if sum(pace) >= _FEWEST_EVENTS and len(pace) >= _FEWEST_DAYS:
        odds = silence_probability(pace, gap)
        known = True
    if odds < rules.stale_probability:
        return "stale"
    if odds < rules.warn_probability:
        return "silent"
    return "thin" if not known and last < cycle.start.date() else "ok"


def _row(
    cycle: Cycle,
    persona: Persona,
    *,
    segment: str | None,
    source: str | None,
    reachable: pl.DataFrame,
    voters: pl.DataFrame,
    power: float,
    least: int,
    last_seen_at: datetime | None,
    before: bool,
) -> dict[str, object]:
    accounts = voters["account_id"].drop_nulls().n_unique()
    state = "ok" if accounts >= least else "silent" if accounts == 0 and before else "thin"
    return {
        "cycle": cycle.name,
        "persona_id": persona.id,
        "segment": segment,
        "source": source,
        "accounts_in_crm": reachable["account_id"].n_unique(),
        "accounts_heard": accounts,
        "utterances": int(voters["utterances"].sum()),
        "detectable_change": detectable_change(accounts, power=power),
        "state": state,
        "last_seen_at": last_seen_at,
    }


def _moment(day: object) -> datetime | None:
    return datetime.combine(day, time(), tzinfo=UTC) if isinstance(day, date) else None
