"""From who was heard and what they raised to judged shifts: what a run, `tune` and the null replay share."""

from __future__ import annotations

from dataclasses import dataclass, replace

import polars as pl

from next_evidence.brief.gate import judge
from next_evidence.drift.ballots import cut_to
from next_evidence.drift.order import orders_named
from next_evidence.drift.quiet import quiet_sources, without_sources
from next_evidence.drift.shifts import detect
from next_evidence.evidence.coverage import coverage
from next_evidence.personas.library import PersonaLibrary
from next_evidence.records import Cycle
from next_evidence.review.snoozes import NOTHING_ASLEEP, Asleep
from next_evidence.settings import Settings

_COVERAGE_CYCLES = 7  # this one and half a year before it, whatever the cadence


@dataclass(frozen=True)
class History:
    """What was heard up to a cycle, as far as shifts and their verdicts rest on it.

    ``cycles`` are the names of those that were worked out, oldest first. ``heard``, ``votes``, ``pains``, ``daily`` and
    ``speakers`` hold rows of these cycles; ``accounts`` and ``contacts`` are the CRM as it stood. ``pains`` has the whole
    registry once per cycle.
    """

    cycles: tuple[str, ...]
    heard: pl.DataFrame
    votes: pl.DataFrame
    pains: pl.DataFrame
    daily: pl.DataFrame
    speakers: pl.DataFrame
    accounts: pl.DataFrame
    contacts: pl.DataFrame

    def until(self, cycle: Cycle, *, accounts: pl.DataFrame) -> History:
        """The history as it stood at the end of an earlier cycle, with the CRM's accounts of that moment."""
        done = tuple(name for name in self.cycles if Cycle.parse(name) <= cycle)
        tables = ("heard", "votes", "pains", "daily", "speakers")
        return replace(
            self,
            cycles=done,
            accounts=accounts,
            **{name: cut_to(getattr(self, name), cycle) for name in tables},
        )


@dataclass(frozen=True)
class Measured:
    """``SHIFTS`` of a cycle with their verdicts, and its ``COVERAGE``."""

    shifts: pl.DataFrame
    coverage: pl.DataFrame


def measure(
    history: History,
    library: PersonaLibrary,
    *,
    cycle: Cycle,
    settings: Settings,
    asleep: Asleep = NOTHING_ASLEEP,
    shifts: pl.DataFrame | None = None,
) -> Measured:
    """Coverage, shifts and verdicts of a cycle, from what was heard until its end.

    Parameters
    ----------
    history
        Nothing in it is later than the cycle.
    library
        The persona documents.
    settings
        Of which ``gate``, ``gate_overrides``, ``drift`` and ``coverage`` decide.
    asleep
        Pains that were snoozed when the cycle ended.
    shifts
        What `detect` gave before for the same history and ``settings.drift``; None: it is asked.
    """
    covered = cover(history, library, cycle=cycle, settings=settings)
    heard, votes = history.heard, history.votes
    pains = history.pains.filter(pl.col("cycle") == cycle.name)
    if shifts is None:
        shifts = detect(heard, votes, pains, library, cycle=cycle, rules=settings.drift)
    stopped = quiet_sources(covered)
    alone = None
    if not stopped.is_empty():
        living = without_sources(heard, votes, stopped)
        alone = detect(
            *living,
            pains,
            library,
            cycle=cycle,
            rules=settings.drift,
            segments=False,
            preferred={
                str(persona_id): orders_named(rows["versus_pain_id"], rows["pain_id"])
                for (persona_id,), rows in shifts.group_by("persona_id")
            },
        )
    judged = judge(shifts, covered, library, settings=settings, without_quiet=alone, asleep=asleep)
    return Measured(judged, covered)


def cover(
    history: History, library: PersonaLibrary, *, cycle: Cycle, settings: Settings
) -> pl.DataFrame:
    """``COVERAGE`` of a cycle: who was heard of those who could have been, and which sources are silent."""
    recent = list(history.cycles[-_COVERAGE_CYCLES:])
    return coverage(
        history.daily.filter(pl.col("cycle").is_in(recent)),
        heard=history.heard,
        accounts=history.accounts,
        contacts=history.contacts,
        speakers=history.speakers,
        library=library,
        cycle=cycle,
        rules=settings.coverage,
        gate_of=lambda persona: settings.gate_for(persona.id, persona.tracking),
        power=settings.drift.power,
    )


def covers_alike(one: Settings, other: Settings, library: PersonaLibrary) -> bool:
    """Whether `cover` gives the same at both settings: of the bar, only how many accounts must be heard matters to it."""

    def decides(settings: Settings) -> tuple[object, ...]:
        bars = [settings.gate_for(persona.id, persona.tracking) for persona in library]
        least = [(bar.min_accounts, bar.min_segment_accounts) for bar in bars]
        return settings.coverage, settings.drift.power, least

    return decides(one) == decides(other)
