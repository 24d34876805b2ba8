"""The quick path finds exactly what `detect` and `judge` find."""

import polars as pl
import pytest

from next_evidence.brief.gate import judge
from next_evidence.drift.quiet import quiet_sources, without_sources
from next_evidence.drift.shifts import detect
from next_evidence.replay.alarms import surfaced
from next_evidence.settings import DriftSettings, GateSettings, Settings
from next_evidence.testing.worlds import (
    coverage,
    doubling,
    moving_top,
    no_pains,
    quiet_library,
    spike,
)

LOW_BAR = Settings(
    gate=GateSettings(min_change=0.03, min_raising=2, false_discovery_rate=0.4, min_sources=1)
)
ALSO = Settings(drift=DriftSettings(trailing_cycles=4, document_cycles=2), gate=LOW_BAR.gate)


def covered(made, *, silent):
    """Coverage of every cycle; with ``silent``, tickets fell silent in the last three."""
    found = {}
    for position, cycle in enumerate(made.cycles):
        frame = coverage(made.heard, cycle)
        if silent and position >= len(made.cycles) - 3:
            tickets = frame.with_columns(source=pl.lit("tickets"), state=pl.lit("silent"))
            frame = pl.concat([frame, tickets])
        found[cycle.name] = frame
    return found


def by_the_book(made, coverage_of, settings):
    found = []
    for cycle in made.cycles:
        frame = coverage_of[cycle.name]
        shifts = detect(
            made.heard, made.votes, no_pains(), made.library, cycle=cycle, rules=settings.drift
        )
        stopped = quiet_sources(frame)
        alone = None
        if len(stopped):
            living = without_sources(made.heard, made.votes, stopped)
            alone = detect(*living, no_pains(), made.library, cycle=cycle, rules=settings.drift)
        judged = judge(shifts, frame, made.library, settings=settings, without_quiet=alone)
        rows = judged.filter(pl.col("verdict") == "surface", pl.col("segment").is_null())
        found += rows.select("cycle", "persona_id", "kind", "pain_id", "versus").rows()
    return sorted(found)


@pytest.mark.parametrize("silent", [False, True])
@pytest.mark.parametrize("settings", [Settings(), LOW_BAR, ALSO], ids=["usual", "low", "windows"])
def test_it_surfaces_what_detect_and_judge_surface(played, settings, silent):
    made = played([moving_top(), *quiet_library(2)], seed=3)
    frames = covered(made, silent=silent)

    found = surfaced(made.voters, made.library, coverage=frames, settings=settings).findings

    told = [(f.cycle, f.persona_id, f.kind, f.pain_id, f.versus) for f in found]
    assert told == by_the_book(made, frames, settings)
    assert told


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("world", [moving_top, spike, lambda: doubling(40)])
def test_it_does_so_for_many_histories(played, world, seed):
    made = played([world(), *quiet_library(2)], seed=seed)
    frames = covered(made, silent=seed % 2 == 1)

    found = surfaced(made.voters, made.library, coverage=frames, settings=LOW_BAR).findings

    told = [(f.cycle, f.persona_id, f.kind, f.pain_id, f.versus) for f in found]
    assert told == by_the_book(made, frames, LOW_BAR)


def test_p_values_are_those_of_every_level_test(played):
    made = played(quiet_library(2))
    frames = covered(made, silent=False)

    p_values = surfaced(made.voters, made.library, coverage=frames, settings=Settings()).p_values

    rows = pl.concat(
        detect(made.heard, made.votes, no_pains(), made.library, cycle=c, rules=DriftSettings())
        for c in made.cycles
    ).filter(pl.col("segment").is_null(), pl.col("kind").str.starts_with("pain_"))
    for versus in ("document", "last_cycle", "trailing"):
        told = rows.filter(versus=versus)["p_value"]
        assert sorted(p_values[versus]) == pytest.approx(sorted(told), abs=1e-6)
