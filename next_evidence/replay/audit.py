"""The null replay: how often a year in which nothing changes would send a brief, on the team's own data and settings."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import polars as pl

from next_evidence.drift.ballots import Ints
from next_evidence.drift.reference import by_reference
from next_evidence.drift.rising import level_shifts
from next_evidence.drift.windows import windows
from next_evidence.personas.library import PersonaLibrary
from next_evidence.records import Cadence
from next_evidence.replay.alarms import Finding, surfaced
from next_evidence.replay.voters import Voters, agreeing, shuffled
from next_evidence.settings import DriftSettings, Settings
from next_evidence.stats.rates import Rate, event_rate

LEVEL = 0.95  # of the intervals around false-alarm rates
CYCLES_A_YEAR: Mapping[Cadence, int] = {"weekly": 52, "monthly": 12, "quarterly": 4}
_INTERVAL_REPLAYS = 20  # replays whose intervals are looked at; each holds hundreds
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
    """Replay a history in which nothing changes many times, and count what surfaces.

    Each replay shuffles every account's ballots over the cycles in which it was heard (`shuffled`), lets the
    documents state the order that accounts raise pains in (`agreeing`), and makes the tests and verdicts of every cycle at these
    settings. New pains and words are not in it: whether those are real is no question of time.

    Parameters
    ----------
    voters
        By persona id, up to the last cycle.
    coverage
        ``COVERAGE`` of every cycle, oldest first; silent sources stay silent in the replays.
    replays
        At least 2.
    seed
        The same seed, data and number of replays give the same result; a replay does not depend on how many follow.
    progress
        Told how many replays are done.
    """
    documents = agreeing(library, voters)
    alarms: list[tuple[int, Finding]] = []
    below: dict[str, Ints] = {}
    holding: list[bool] = []
    repeated: list[float] = []
    for number in range(replays):
        rng = np.random.default_rng([seed, number])
        null = {persona_id: shuffled(voters[persona_id], rng) for persona_id in sorted(voters)}
        done = surfaced(null, documents, coverage=coverage, settings=settings)
        alarms += [(number, finding) for finding in done.findings]
        for versus, p_values in done.p_values.items():
            below[versus] = below.get(versus, _below([])) + _below(p_values)
        if number < _INTERVAL_REPLAYS:
            holding += _holding_no_change(null, settings.drift)
        repeated.append(_repeated(null))
        progress(number + 1)
    cycles_a_year = CYCLES_A_YEAR[settings.cadence] / len(coverage)
    pairs = sum(len(held.ballots.pains) for held in voters.values())
    briefs = {(number, found.cycle, found.persona_id) for number, found in alarms}
    counts = _per_replay(briefs, replays)
    as_counted = _repeated(voters)

    def a_year(events: Iterable[tuple[Any, ...]]) -> Rate:
        return event_rate(_per_replay(events, replays)).times(cycles_a_year)

    def briefs_with(kind: str) -> set[tuple[Any, ...]]:
        return {(n, found.cycle, found.persona_id) for n, found in alarms if found.kind == kind}

    return Audit(
        cycles=tuple(coverage),
        replays=replays,
        per_year=a_year(briefs),
        per_cycle=event_rate(counts).times(1 / len(coverage)),
        cells=event_rate(
            _per_replay({(n, found.persona_id, found.pain_id) for n, found in alarms}, replays)
        ).times(1 / max(pairs, 1)),
        by_persona={name: a_year({b for b in briefs if b[2] == name}) for name in sorted(voters)},
        by_kind={
            kind: a_year(briefs_with(kind)) for kind in sorted({found.kind for _, found in alarms})
        },
        at_most=int(np.quantile(counts, LEVEL, method="inverted_cdf")),
        calibration=tuple(
            Calibration(
                versus, int(below[versus][0]), *(below[versus][1:] / below[versus][0]).tolist()
            )
            for versus in sorted(below)
        ),
        interval=settings.drift.interval,
        covering=float(np.mean(holding)) if holding else None,
        repeated=as_counted,
        repeated_shuffled=float(np.mean(repeated)),
        repeated_p=(1 + sum(share >= as_counted for share in repeated)) / (1 + replays),
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
    found = []
    for held in voters.values():
        ballots = held.ballots
        names = {pain: pain for pain in ballots.pains}
        for window in windows(len(ballots.cycles), rules):
            for part, pains in by_reference(ballots, window, names, rules):
                rows = level_shifts(
                    ballots,
                    part,
                    labels=names,
                    tested=dict.fromkeys(pains, True),
                    interval=rules.interval,
                    segments=False,
                )
                found += [row.change_low <= 0 <= row.change_high for row in rows]
    return found


def _repeated(voters: Mapping[str, Voters]) -> float:
    """Of the pains raised in a cycle, the share that the account raises again when it is next heard; 0: none were."""
    again = asked = 0
    for held in voters.values():
        heard, raises = held.ballots.heard, held.ballots.raises
        for account in range(heard.shape[1]):
            ballots = raises[heard[:, account], account]
            again += int((ballots[:-1] & ballots[1:]).sum())
            asked += int(ballots[:-1].sum())
    return again / asked if asked else 0.0
