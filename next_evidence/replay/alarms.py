"""What would surface in a history of voters: the tests and verdicts of `brief.measure`, at a fifth of its cost.

Only shifts of document pains, and only what decides a verdict: every test of a cycle is made and corrected, then rows are
written for those alone whose chance of a false alarm passes the bar, and the gate judges them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import polars as pl

from next_evidence.brief.gate import judge
from next_evidence.drift.ballots import Ballots
from next_evidence.drift.claims import claimed_pairs, label_of
from next_evidence.drift.correction import adjusted_p_values
from next_evidence.drift.order import ORDERS, order_p_values, order_shifts, orders_named
from next_evidence.drift.quiet import quiet_sources
from next_evidence.drift.reference import comparisons
from next_evidence.drift.rising import level_shifts, overall_p_values
from next_evidence.drift.rows import Shift, as_table
from next_evidence.drift.shifts import order_window
from next_evidence.personas.document import Persona
from next_evidence.personas.library import PersonaLibrary
from next_evidence.replay.side_by_side import SideBySide, side_by_side
from next_evidence.replay.voters import Voters, until, without
from next_evidence.settings import DriftSettings, Settings

_ROUNDING = 1e-6  # q-values are judged after rounding to six digits


@dataclass(frozen=True, order=True)
class Finding:
    """A shift that surfaced."""

    cycle: str
    persona_id: str
    kind: str
    pain_id: str
    versus: str


@dataclass(frozen=True)
class Surfaced:
    """``findings`` in order; ``p_values`` of every test of a pain's level that was made, by what it compares with."""

    findings: tuple[Finding, ...]
    p_values: Mapping[str, list[float]]


@dataclass(frozen=True)
class _Tests:
    """One persona's tests in a cycle: p-values by kind, comparison and pain, and how many tests each family made.

    ``voters`` are those of the whole history.
    """

    persona: Persona
    voters: Voters
    levels: Mapping[tuple[str, str], float]
    orders: Mapping[str, float]

    @property
    def made(self) -> dict[str, int]:
        others = len(self.levels) + bool(claimed_pairs(self.persona))
        return {"others": others, "top_pain": int(len(self.persona.pains) > 1)}


@dataclass(frozen=True)
class CycleTests:
    """Every test of one cycle, by persona, and the q-value of each; the same at whatever gate."""

    by_persona: tuple[_Tests, ...]
    q_values: Mapping[tuple[str, ...], float]


@dataclass
class _Family:
    """Tests that are corrected together, in the order in which they were made."""

    keys: list[tuple[str, ...]] = field(default_factory=list)
    p_values: list[float] = field(default_factory=list)
    made: int = 0

    def add(self, key: tuple[str, ...], p_value: float) -> None:
        self.keys.append(key)
        self.p_values.append(p_value)

    def corrected(self) -> dict[tuple[str, ...], float]:
        asked = [key[1] for key in self.keys]
        adjusted = adjusted_p_values(self.p_values, asked, tests=self.made)
        return dict(zip(self.keys, adjusted.tolist(), strict=True))


def surfaced(
    voters: Mapping[str, Voters],
    library: PersonaLibrary,
    *,
    coverage: Mapping[str, pl.DataFrame],
    settings: Settings,
) -> Surfaced:
    """Every shift of a document pain that surfaces in these cycles.

    Parameters
    ----------
    voters
        By persona id.
    coverage
        ``COVERAGE`` of every cycle to look at, by its name, oldest first.
    """
    (tests,) = every_test([voters], library, cycles=coverage, rules=settings.drift)
    return surfaced_of(tests, library, coverage=coverage, settings=settings)


def every_test(
    histories: Sequence[Mapping[str, Voters]],
    library: PersonaLibrary,
    *,
    cycles: Iterable[str],
    rules: DriftSettings,
) -> list[dict[str, CycleTests]]:
    """All tests of these cycles, by the cycle's name: most of the work of `surfaced`, and the same at whatever gate.

    Parameters
    ----------
    histories
        One at least, by persona id; several are shuffles of one (`replay.voters.shuffled`), and tested together, which costs little
        more than testing one.

    Returns
    -------
    One mapping per history.
    """
    together = {
        persona.id: side_by_side([one[persona.id] for one in histories])
        for persona in library.tracked
        if persona.id in histories[0]
    }
    found: list[dict[str, CycleTests]] = [{} for _ in histories]
    for cycle in cycles:
        made = _cycle_tests(histories, together, library, cycle, rules)
        for number, tests in enumerate(made):
            found[number][cycle] = CycleTests(tuple(tests), _corrected(tests))
    return found


def surfaced_of(
    tests: Mapping[str, CycleTests],
    library: PersonaLibrary,
    *,
    coverage: Mapping[str, pl.DataFrame],
    settings: Settings,
) -> Surfaced:
    """`surfaced`, of tests that were made before (`every_test`, by ``settings.drift``)."""
    found: list[Finding] = []
    p_values: dict[str, list[float]] = {}
    for cycle, made in tests.items():
        for one in made.by_persona:
            for (versus, _), p_value in one.levels.items():
                p_values.setdefault(versus, []).append(p_value)
            found += _judged(one, cycle, made.q_values, coverage[cycle], library, settings)
    return Surfaced(tuple(sorted(found)), p_values)


def _cycle_tests(
    histories: Sequence[Mapping[str, Voters]],
    together: Mapping[str, SideBySide],
    library: PersonaLibrary,
    cycle: str,
    rules: DriftSettings,
) -> list[list[_Tests]]:
    """Every persona's tests in one cycle, of each history; ``together`` has the histories side by side."""
    found: list[list[_Tests]] = [[] for _ in histories]
    for persona in library.tracked:
        held = together[persona.id].until(cycle) if persona.id in together else None
        if held is None:
            continue
        levels: list[dict[tuple[str, str], float]] = [{} for _ in histories]
        whose = held.whose
        for window, names in comparisons(held.ballots, held.ballots.pains, rules):
            for name, p_value in overall_p_values(held.ballots, window, names).items():
                number, pain_id = whose[name]
                levels[number][window.versus, pain_id] = p_value
        window = order_window(len(held.ballots.cycles), rules)
        orders = order_p_values(held.ballots, window, persona, pains=held.pains)
        for number, voters in enumerate(histories):
            found[number].append(
                _Tests(persona, voters[persona.id], levels[number], orders[number])
            )
    return found


def _corrected(tests: Sequence[_Tests]) -> dict[tuple[str, ...], float]:
    """Q-value of every test, by persona, kind or comparison, and pain; as `drift.shifts.detect` corrects them."""
    families = {"others": _Family(), "top_pain": _Family()}
    for one in tests:
        for key, p_value in one.levels.items():
            families["others"].add((one.persona.id, *key), p_value)
        for kind, p_value in one.orders.items():
            families["top_pain" if kind == "top_pain" else "others"].add(
                (one.persona.id, kind), p_value
            )
        for name, made in one.made.items():
            families[name].made += made
    return {key: q for family in families.values() for key, q in family.corrected().items()}


def _judged(
    tests: _Tests,
    cycle: str,
    q_values: Mapping[tuple[str, ...], float],
    covered: pl.DataFrame,
    library: PersonaLibrary,
    settings: Settings,
) -> list[Finding]:
    persona = tests.persona
    bar = settings.gate_for(persona.id, persona.tracking).false_discovery_rate + _ROUNDING
    likely = {key[1:] for key, q in q_values.items() if key[0] == persona.id and q <= bar}
    if not likely:
        return []
    pains = {key[1] for key in likely if len(key) > 1}
    kinds = {key[0] for key in likely if len(key) == 1}
    voters = until(tests.voters, cycle)
    if voters is None:
        return []
    rows = _rows(voters.ballots, persona, pains, kinds, settings.drift)
    rows = [_with_q(row, q_values) for row in rows]
    quiet = quiet_sources(covered).filter(pl.col("persona_id") == persona.id)["source"].to_list()
    alone = None
    if quiet:
        living = without(voters, quiet)
        named = orders_named((row.versus_pain_id for row in rows), (row.pain_id for row in rows))
        told = (
            _rows(
                living.ballots,
                persona,
                pains,
                kinds,
                settings.drift,
                segments=False,
                preferred=named,
            )
            if living
            else []
        )
        alone = as_table(told)
    judged = judge(as_table(rows), covered, library, settings=settings, without_quiet=alone)
    surface = judged.filter(pl.col("verdict") == "surface", pl.col("segment").is_null())
    names = ("cycle", "persona_id", "kind", "pain_id", "versus")
    return [Finding(*row) for row in surface.select(names).iter_rows()]


def _rows(
    ballots: Ballots,
    persona: Persona,
    pains: Collection[str],
    kinds: Collection[str],
    rules: DriftSettings,
    *,
    segments: bool = True,
    preferred: Collection[tuple[str, str]] = (),
) -> list[Shift]:
    """What `drift.shifts.detect` would report of these pains and orders, before correction."""
    labels = {pain.id: label_of(persona, pain.id) for pain in persona.pains}
    compared = comparisons(ballots, pains, rules) if pains else ()
    levels = level_shifts(
        ballots,
        ((window, dict.fromkeys(names, True)) for window, names in compared),
        labels=labels,
        interval=rules.interval,
        segments=segments,
    )
    window = order_window(len(ballots.cycles), rules)
    orders = order_shifts(
        ballots,
        window,
        persona,
        labels=labels,
        interval=rules.interval,
        kinds=kinds,
        preferred=preferred,
    )
    return levels + orders


def _with_q(row: Shift, q_values: Mapping[tuple[str, ...], float]) -> Shift:
    if row.segment is not None:
        return row
    test = (row.kind,) if row.kind in ORDERS else (row.versus, row.pain_id)
    return replace(row, q_value=q_values[(row.persona_id, *test)])
