"""Whether the null replay tells the truth: prints the tables of ``benchmarks/drift/README.md``.

    python benchmarks/drift/audit.py [--years 200] [--audits 10] [--replays 60]

About twenty minutes on one core at the default size; seeds are fixed.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import polars as pl

from next_evidence.personas.library import PersonaLibrary
from next_evidence.replay.alarms import surfaced
from next_evidence.replay.audit import Audit, audit
from next_evidence.replay.voters import Voters, read_voters
from next_evidence.settings import GateSettings, Settings
from next_evidence.stats.rates import event_rate
from next_evidence.testing.worlds import World, coverage, doubling, moving_top, play, quiet_library

LOW_BAR = Settings(gate=GateSettings(min_change=0.05, min_raising=3, false_discovery_rate=0.20))


def played(
    worlds: Sequence[World], seed: int
) -> tuple[dict[str, Voters], PersonaLibrary, dict[str, pl.DataFrame]]:
    rng = np.random.default_rng(seed)
    tables = [play(world, rng) for world in worlds]
    heard, votes = (pl.concat([table[i] for table in tables]) for i in (0, 1))
    library = PersonaLibrary(
        tuple(sorted((world.persona for world in worlds), key=lambda persona: persona.id))
    )
    cycles = worlds[0].cycles
    read = {p.id: read_voters(heard, votes, p, cycle=cycles[-1]) for p in library}
    voters = {persona_id: found for persona_id, found in read.items() if found is not None}
    return voters, library, {cycle.name: coverage(heard, cycle) for cycle in cycles}


def years(worlds: Sequence[World], settings: Settings, count: int) -> tuple[list[int], list[int]]:
    """Briefs sent, and persona-pain pairs that surfaced, in fresh years of a library."""
    briefs, cells = [], []
    for seed in range(count):
        voters, library, frames = played(worlds, seed)
        found = surfaced(voters, library, coverage=frames, settings=settings).findings
        briefs.append(len({(f.cycle, f.persona_id) for f in found}))
        cells.append(len({(f.persona_id, f.pain_id) for f in found}))
    return briefs, cells


def audits(worlds: Sequence[World], settings: Settings, count: int, replays: int) -> list[Audit]:
    """Audits of single years of a library."""
    return [
        audit(voters, library, coverage=frames, settings=settings, replays=replays, seed=seed)
        for seed in range(count)
        for voters, library, frames in [played(worlds, seed + 10_000)]
    ]


def without_change(worlds: Sequence[World]) -> list[World]:
    """The same worlds as they were in their first cycle."""
    return [
        replace(world, levels=np.broadcast_to(world.levels[:1], world.levels.shape).copy())
        for world in worlds
    ]


def compare(
    name: str,
    make: Callable[[], list[World]],
    settings: Settings,
    given: argparse.Namespace,
) -> list[Audit]:
    briefs, cells = years(without_change(make()), settings, given.years)
    truth = event_rate(briefs)
    pairs = sum(len(world.pains) for world in make())
    told = audits(make(), settings, given.audits, given.replays)
    rates = np.array([one.per_year.value for one in told])
    error = rates.std(ddof=1) / len(rates) ** 0.5
    share = np.mean([one.cells.value for one in told])
    inside = np.mean([one.per_year.low <= truth.value <= one.per_year.high for one in told])
    print(
        f"| {name} | {truth.value:.2f} ({truth.low:.2f} to {truth.high:.2f}) "
        f"| {rates.mean():.2f} ± {1.96 * error:.2f} | {rates.min():.2f} to {rates.max():.2f} | {inside:.0%} "
        f"| {np.mean(cells) / pairs:.1%} | {share:.1%} |",
        flush=True,
    )
    return told


def calibration(told: Sequence[Audit]) -> None:
    print("\n| p-values, compared with | tests | ≤ 0.01 | ≤ 0.05 | ≤ 0.10 |")
    print("| --- | --- | --- | --- | --- |")
    for position, one in enumerate(told[0].calibration):
        all_of = [audit.calibration[position] for audit in told]
        tests = sum(c.tests for c in all_of)
        shares = [
            sum(getattr(c, name) * c.tests for c in all_of) / tests
            for name in ("at_1", "at_5", "at_10")
        ]
        row = " | ".join(f"{share:.1%}" for share in shares)
        print(f"| {one.versus} | {tests} | {row} |")
    holding = np.mean([one.covering for one in told])
    print(f"\n80 % intervals that hold no change: {holding:.1%}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--years", type=int, default=200)
    parser.add_argument("--audits", type=int, default=10)
    parser.add_argument("--replays", type=int, default=60)
    given = parser.parse_args()
    start = time.perf_counter()
    print("| a year of | false alarms in truth | as audited | least and most | truth in its interval | pairs, truth | pairs, audited |")  # fmt: skip
    print("| --- | --- | --- | --- | --- | --- | --- |")
    usual, low = Settings(), LOW_BAR
    told = compare("four quiet personas", lambda: quiet_library(4), usual, given)
    compare("the same, a low bar", lambda: quiet_library(4), low, given)
    small = [replace(world, heard_per_cycle=20.0, accounts=48) for world in quiet_library(4)]
    compare("the same, 20 accounts heard a cycle", lambda: small, usual, given)
    compare("a top pain that moves, and three quiet ones", lambda: [moving_top(), *quiet_library(3)], usual, given)  # fmt: skip
    compare("a doubling, and three quiet ones", lambda: [doubling(60), *quiet_library(3)], usual, given)  # fmt: skip
    calibration(told)
    print(f"\n{time.perf_counter() - start:.0f} seconds")


if __name__ == "__main__":
    main()
