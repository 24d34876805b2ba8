"""How often drift is found, and how often it is imagined: prints the table of ``benchmarks/drift/README.md``.

    python benchmarks/drift/quick.py [--runs 100] [--years 40]

About ten minutes on one core at the default size; seeds are fixed.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable

import numpy as np
import polars as pl

from next_evidence.testing.worlds import (
    CHANGE_AT,
    World,
    changing_mix,
    doubling,
    flat,
    moving_top,
    quiet_library,
    replay,
    spike,
)

AFTER = (CHANGE_AT, CHANGE_AT + 1, CHANGE_AT + 2)
STRONG = 20  # e-value


def surfaced(shifts: pl.DataFrame) -> pl.DataFrame:
    return shifts.filter(pl.col("verdict") == "surface")


def strong(shifts: pl.DataFrame) -> pl.DataFrame:
    """Rows with strong evidence against "it never changed", whatever the gate says of them."""
    return shifts.filter(pl.col("e_value") >= STRONG)


def detection(name: str, make: Callable[[], list[World]], runs: int, **where: str) -> None:
    surfaces, proven = [], []
    for seed in range(runs):
        played = replay(make(), np.random.default_rng(seed), cycles=AFTER).filter(
            persona_id=make()[0].persona_id, **where
        )
        surfaces.append(surfaced(played)["position"].min())
        proven.append(strong(played)["position"].min())
    tell(name, surfaces)
    if "pain_rising" in where.values():
        tell(f"{name}: e-value of {STRONG}", proven)


def tell(name: str, first: list[int | None]) -> None:
    """Print in how many runs it was so by each cycle; ``first`` is the cycle of each run in which it first was."""
    by = [sum(f is not None and f <= cycle for f in first) / len(first) for cycle in AFTER]
    print(f"| {name} | {by[0]:.2f} | {by[1]:.2f} | {by[2]:.2f} | {len(first)} |", flush=True)


def in_library(world: World) -> list[World]:
    """The world among three quiet personas, whose tests it is corrected with."""
    return [world, *quiet_library(3)]


def close_pains() -> list[World]:
    """One persona whose pains are so alike in size that their order is chance."""
    return [World(flat(12, [0.25, 0.24, 0.22, 0.2, 0.15, 0.1]), recall=0.5, false_rate=0.03)]


def quiet(name: str, make: Callable[[], list[World]], years: int) -> None:
    cells = briefs = tops = proven = 0
    pairs = sum(len(world.pains) for world in make())
    for seed in range(years):
        played = replay(make(), np.random.default_rng(seed))
        proven += strong(played).select("persona_id", "pain_id").unique().height
        shifts = surfaced(played)
        cells += shifts.select("persona_id", "pain_id").unique().height
        briefs += shifts.select("persona_id", "cycle").unique().height
        tops += shifts.filter(kind="top_pain").select("persona_id", "cycle").unique().height
    print(f"\n| nothing changes: {name} | in each of {years} years |")
    print("| --- | --- |")
    print(f"| persona-pain cells with any false alarm | {cells / (pairs * years):.1%} |")
    print(f"| briefs sent in error | {briefs / years:.2f} |")
    print(f"| of them with a moved top pain | {tops / years:.2f} |")
    print(f"| cells whose e-value is ever {STRONG} or more | {proven / (pairs * years):.1%} |")


def traps(runs: int) -> None:
    raw = told = durable = spiked = loud = 0
    for seed in range(runs):
        mixed = replay([changing_mix()], np.random.default_rng(seed), cycles=AFTER)
        mixed = mixed.filter(pain_id="pain-1", kind="pain_rising")
        raw += int((mixed["change"] >= 0.10).any())
        told += int(len(surfaced(mixed)) > 0)
        once = replay([spike()], np.random.default_rng(seed), cycles=range(6, 12))
        once = once.filter(pain_id="pain-3", kind="pain_rising")
        spiked += int(len(surfaced(once).filter(position=6)) > 0)
        durable += int(len(once.filter(durability="durable")) > 0)
        levels = flat(12, [0.35, 0.15, 0.15, 0.12, 0.12, 0.0])
        shouted = replay(
            [World(levels)], np.random.default_rng(seed), cycles=(11,), loud=("A0003", "pain-5")
        )
        loud += int(len(surfaced(shouted).filter(pain_id="pain-5")) > 0)
    print("\n| trap | runs in which |  |")
    print("| --- | --- | --- |")
    print(
        f"| only the mix of segments changes | the raw share rises by 10 points or more | {raw / runs:.2f} |"
    )
    print(f"| | a rise surfaces | {told / runs:.2f} |")
    print(
        f"| a spike of one cycle | it surfaces in its own cycle, as too early to tell | {spiked / runs:.2f} |"
    )
    print(f"| | it is called durable in any later cycle | {durable / runs:.2f} |")
    print(f"| one account raises a pain forty times | it surfaces | {loud / runs:.2f} |")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=100)
    parser.add_argument("--years", type=int, default=40)
    given = parser.parse_args()
    start = time.perf_counter()
    quiet("four personas, 24 pains", lambda: quiet_library(4), given.years)
    quiet("one persona, six pains of about one size", close_pains, 3 * given.years)
    print("\n| planted | found by cycle 1 | 2 | 3 | runs |")
    print("| --- | --- | --- | --- | --- |")
    rise = {"kind": "pain_rising", "pain_id": "pain-1"}
    top = {"kind": "top_pain", "pain_id": "pain-1"}
    detection("15 % to 30 %, 40 accounts heard a cycle", lambda: [doubling(40)], given.runs, **rise)
    detection("15 % to 30 %, 120 accounts", lambda: [doubling(120)], given.runs, **rise)
    detection(
        "top pain moves in two segments of three, small ones talk less",
        lambda: [moving_top()],
        given.runs,
        **top,
    )
    detection("the same among four personas", lambda: in_library(moving_top()), given.runs, **top)
    detection(
        "the same, segments alike", lambda: [moving_top(talkative_smb=True)], given.runs, **top
    )
    traps(given.runs // 2)
    print(f"\n{time.perf_counter() - start:.0f} seconds")


if __name__ == "__main__":
    main()
