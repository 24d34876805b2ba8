"""The null replay: how often a year in which nothing changes would send a brief, on the team's own data and settings."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np
import polars as pl

from next_evidence.drift.ballots import Ints
from next_evidence.drift.reference import comparisons
from next_evidence.drift.rising import overall_bounds
from next_evidence.personas.library import PersonaLibrary
from next_evidence.records import Cadence
from next_evidence.replay.alarms import Finding, Surfaced, every_test, surfaced_of
from next_evidence.replay.voters import Voters, agreeing, shuffled
from next_evidence.settings import DriftSettings, Settings
from next_evidence.stats.rates import Rate, event_rate

LEVEL = 0.95  # of the intervals around false-alarm rates
CYCLES_A_YEAR: Mapping[Cadence, int] = {"weekly": 52, "monthly": 12, "quarterly": 4}
_INTERVAL_REPLAYS = 20  # replays whose intervals are looked at; each holds hundreds
_TOGETHER = 20  # replays that are tested at once: more take more memory and hardly less time each
_BARS = (0.01, 0.05, 0.10)


@dataclass(frozen=True)
class Calibration:
    """P-values of one comparison when nothing changes: the share at or below 1, 5 and 10 %."""

    versus: str
    tests: int
    at_1: float
    at_5: float
    at_10: float


@dataclass(frozen=True)
class Audit:
    """What the null replays of a history gave.

    A *false alarm* is a brief that would be sent though nothing changed: one persona in one cycle. ``per_year``,
    ``per_cycle`` and ``by_persona`` count these, ``by_kind`` those in which such a shift surfaced; ``cells`` is the share of
    persona-pain pairs with any surfaced shift in the history;
    ``at_most`` is what 19 of 20 such histories stay within. ``covering`` is the share of the
    last cycle's printed intervals that hold "no change", of which ``interval`` should; null: there are none. ``repeated`` and ``repeated_shuffled``: of the pains that an account
    raises in one cycle in which it is heard, the share that it raises in the next such cycle, as counted and when shuffled.
    ``repeated_p`` is the share of shuffles that repeat as much: where it is small, customers keep up complaints for longer
    than the null allows, and real false alarms are more frequent than these.
    """

    cycles: tuple[str, ...]
    replays: int
    per_year: Rate
    per_cycle: Rate
    cells: Rate
    by_persona: Mapping[str, Rate]
    by_kind: Mapping[str, Rate]
    at_most: int
    calibration: tuple[Calibration, ...]
    interval: float
    covering: float | None
    repeated: float
    repeated_shuffled: float
    repeated_p: float

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return asdict(self)


@dataclass(frozen=True)
class Conditions:
    """What false alarms are counted at: settings, and the ``COVERAGE`` of every cycle that they give, oldest first."""

    settings: Settings
    coverage: Mapping[str, pl.DataFrame]


def audit(
    voters: Mapping[str, Voters],
    library: PersonaLibrary,
    *,
    coverage: Mapping[str, pl.DataFrame],
    settings: Settings,
    replays: int,
    seed: int,
    progress: Callable[[int], None] = lambda done: None,
) -> Audit:
    """`audits` at one set of settings."""
    (done,) = audits(
        voters,
        library,
        conditions=[Conditions(settings, coverage)],
        replays=replays,
        seed=seed,
        progress=progress,
    )
    return done


def audits(
    voters: Mapping[str, Voters],
    library: PersonaLibrary,
    *,
    conditions: Sequence[Conditions],
    replays: int,
    seed: int,
    progress: Callable[[int], None] = lambda done: None,
) -> tuple[Audit, ...]:
    """Replay a history in which nothing changes many times, and count what surfaces under each of several conditions.

    Each replay shuffles every account's ballots over the cycles in which it was heard (`shuffled`), lets the
    documents state the order that accounts raise pains in (`agreeing`), and makes the tests and verdicts of every cycle at these
    settings. New pains and words are not in it: whether those are real is no question of time.

    All conditions are asked of the same shuffles. Tests rest on ``settings.drift`` alone, so conditions that share it share them.

    Parameters
    ----------
    voters
        By persona id, up to the last cycle.
    conditions
        Of the same cycles; silent sources stay silent in the replays.
    replays
        At least 2.
    seed
        The same seed, data and number of replays give the same result, whatever other conditions there are; a replay does not
        depend on how many follow.
    progress
        Told how many replays are done.

    Returns
    -------
    One result per condition, in their order.
    """
    documents = agreeing(library, voters)
    counts = [_Counts(one, replays) for one in conditions]
    alike: dict[DriftSettings, list[_Counts]] = {}
    for count in counts:
        alike.setdefault(count.at.settings.drift, []).append(count)
    repeated: list[float] = []
    for first in range(0, replays, _TOGETHER):
        numbers = range(first, min(first + _TOGETHER, replays))
        nulls = [_null(voters, seed, number) for number in numbers]
        for rules, those in alike.items():
            tests = every_test(nulls, documents, cycles=those[0].at.coverage, rules=rules)
            for number, null, made in zip(numbers, nulls, tests, strict=True):
                holding = _holding_no_change(null, rules) if number < _INTERVAL_REPLAYS else []
                for count in those:
                    at = count.at
                    found = surfaced_of(made, documents, coverage=at.coverage, settings=at.settings)
                    count.add(number, found, holding)
        for number, null in zip(numbers, nulls, strict=True):
            repeated.append(_repeated(null))
            progress(number + 1)
    return tuple(count.told(voters, repeated) for count in counts)


def _null(voters: Mapping[str, Voters], seed: int, number: int) -> dict[str, Voters]:
    """The shuffles of one replay, by persona id."""
    rng = np.random.default_rng([seed, number])
    return {persona_id: shuffled(voters[persona_id], rng) for persona_id in sorted(voters)}


@dataclass
class _Counts:
    """What the replays have given so far under one set of conditions."""

    at: Conditions
    replays: int
    alarms: list[tuple[int, Finding]] = field(default_factory=list)
    below: dict[str, Ints] = field(default_factory=dict)
    holding: list[bool] = field(default_factory=list)

    def add(self, number: int, found: Surfaced, holding: Sequence[bool]) -> None:
        """Count one replay."""
        self.alarms += [(number, finding) for finding in found.findings]
        for versus, p_values in found.p_values.items():
            self.below[versus] = self.below.get(versus, _below([])) + _below(p_values)
        self.holding += holding

    def told(self, voters: Mapping[str, Voters], repeated: Sequence[float]) -> Audit:
        """The result, once all replays are counted; ``repeated`` holds a share for each."""
        cycles, settings = tuple(self.at.coverage), self.at.settings
        cycles_a_year = CYCLES_A_YEAR[settings.cadence] / len(cycles)
        pairs = sum(len(held.ballots.pains) for held in voters.values())
        briefs = {(number, found.cycle, found.persona_id) for number, found in self.alarms}
        cells = {(number, found.persona_id, found.pain_id) for number, found in self.alarms}
        counts = _per_replay(briefs, self.replays)
        as_counted = _repeated(voters)

        def a_year(events: Iterable[tuple[Any, ...]]) -> Rate:
            return event_rate(_per_replay(events, self.replays)).times(cycles_a_year)

        def briefs_with(kind: str) -> set[tuple[Any, ...]]:
            return {
                (n, found.cycle, found.persona_id) for n, found in self.alarms if found.kind == kind
            }

        return Audit(
            cycles=cycles,
            replays=self.replays,
            per_year=a_year(briefs),
            per_cycle=event_rate(counts).times(1 / len(cycles)),
            cells=event_rate(_per_replay(cells, self.replays)).times(1 / max(pairs, 1)),
            by_persona={
                name: a_year({b for b in briefs if b[2] == name}) for name in sorted(voters)
            },
            by_kind={
                kind: a_year(briefs_with(kind))
                for kind in sorted({found.kind for _, found in self.alarms})
            },
            at_most=int(np.quantile(counts, LEVEL, method="inverted_cdf")),
            calibration=tuple(
                Calibration(versus, int(below[0]), *(below[1:] / below[0]).tolist())
                for versus, below in sorted(self.below.items())
            ),
            interval=settings.drift.interval,
            covering=float(np.mean(self.holding)) if self.holding else None,
            repeated=as_counted,
            repeated_shuffled=float(np.mean(repeated)),
            repeated_p=(1 + sum(share >= as_counted for share in repeated)) / (1 + self.replays),
        )


def _per_replay(events: Iterable[tuple[Any, ...]], replays: int) -> Ints:
    """How many events each replay has; an event begins with its replay's number."""
    numbers = np.array([event[0] for event in events], dtype=np.int64)
    return np.bincount(numbers, minlength=replays).astype(np.int64)


def _below(p_values: Sequence[float]) -> Ints:
    """How many there are, and how many at or below each of the bars."""
    p = np.asarray(p_values)
    return np.array([len(p), *((p <= bar).sum() for bar in _BARS)], dtype=np.int64)


def _holding_no_change(voters: Mapping[str, Voters], rules: DriftSettings) -> list[bool]:
    """Of every interval that the last cycle prints, whether it holds "no change"."""
    return [
        low <= 0 <= high
        for held in voters.values()
        for window, pains in comparisons(held.ballots, held.ballots.pains, rules)
        for low, high in overall_bounds(held.ballots, window, pains, interval=rules.interval)
    ]


def _repeated(voters: Mapping[str, Voters]) -> float:
    """Of the pains raised in a cycle, the share that the account raises again when it is next heard; 0: none were."""
    again = asked = 0
    for held in voters.values():
        heard, raises = held.ballots.heard, held.ballots.raises
        order = np.argsort(~heard, axis=0, kind="stable")  # cycles heard first, in time's order
        told = np.take_along_axis(raises & heard[:, :, None], order[:, :, None], axis=0)
        next_heard = np.take_along_axis(heard, order, axis=0)[1:]
        again += int((told[:-1] & told[1:]).sum())
        asked += int((told[:-1] & next_heard[:, :, None]).sum())
    return again / asked if asked else 0.0
