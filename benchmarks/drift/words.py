"""How often a swap of words is found, and how often one is imagined: prints the last tables of ``benchmarks/drift/README.md``.

    python benchmarks/drift/words.py [--years 12] [--runs 40]

About ten minutes on one core at the default size; seeds are fixed.
"""

from __future__ import annotations

import argparse
import time
from dataclasses import replace

import numpy as np
import polars as pl

from next_evidence.testing.talk import NEW, OLD, TalkWorld, replay_talk, talk

SWAP_AT = 7  # position of the eighth cycle
LOOKED_AT = range(3, 12)


def surfaced(shifts: pl.DataFrame) -> pl.DataFrame:
    return shifts.filter(pl.col("verdict") == "surface")


def imagined(name: str, world: TalkWorld, cycles: range, years: int) -> None:
    """Persona-cycles with any surfaced word, where what customers say never changes."""
    alarms = words = 0
    for seed in range(years):
        found = surfaced(replay_talk(world, np.random.default_rng(seed), cycles=cycles))
        alarms += found.select("persona_id", "position").unique().height
        words += found.height
    looked = years * len(cycles) * world.personas
    print(f"| {name} | {alarms / looked:.3f} | {words / looked:.3f} | {looked} |", flush=True)


def by_tokens(world: TalkWorld, cycles: range, years: int) -> None:
    """The same worlds by the usual keyness test: log-likelihood of token counts, this cycle against the trailing ones."""
    alarms = words = 0
    for seed in range(years):
        said, _, _ = talk(world, np.random.default_rng(seed))
        tokens = said.select("persona_id", "cycle", token=pl.col("text").str.split(" ")).explode(
            "token", empty_as_null=True
        )
        for position in cycles:
            names = [cycle.name for cycle in world.names[max(0, position - 6) : position + 1]]
            for persona in world.library:
                mine = tokens.filter(persona_id=persona.id).filter(pl.col("cycle").is_in(names))
                now, before = _counts(mine, names[-1])
                clear = int((_log_likelihood(now, before) > 15.13).sum())  # p < 0.0001
                alarms += clear > 0
                words += clear
    looked = years * len(cycles) * world.personas
    print(
        f"| for comparison: tokens counted, log-likelihood at p < 0.0001 | {alarms / looked:.3f} | {words / looked:.3f} | {looked} |",
        flush=True,
    )


def _counts(tokens: pl.DataFrame, now: str) -> tuple[np.ndarray, np.ndarray]:
    counted = tokens.group_by("token").agg(
        now=(pl.col("cycle") == now).sum(), before=(pl.col("cycle") != now).sum()
    )
    return counted["now"].to_numpy().astype(float), counted["before"].to_numpy().astype(float)


def _log_likelihood(now: np.ndarray, before: np.ndarray) -> np.ndarray:
    both = now + before
    expected = both * now.sum() / both.sum(), both * before.sum() / both.sum()
    terms = [
        np.where(seen > 0, seen * np.log(np.maximum(seen, 1) / usual), 0.0)
        for seen, usual in zip((now, before), expected, strict=True)
    ]
    return 2 * (terms[0] + terms[1])


def found(name: str, world: TalkWorld, runs: int) -> None:
    """Runs in which the new word, or the loss of the old one, has surfaced by the first and the second cycle."""
    first: list[int | None] = []
    for seed in range(runs):
        cycles = range(SWAP_AT, SWAP_AT + 2)
        shifts = surfaced(replay_talk(world, np.random.default_rng(1000 + seed), cycles=cycles))
        hits = shifts.filter(pl.col("label").is_in([NEW, OLD]), persona_id="persona-0")
        first.append(hits["position"].min() if hits.height else None)
    by = [sum(f is not None and f <= SWAP_AT + k for f in first) / runs for k in (0, 1)]
    print(f"| {name} | {by[0]:.2f} | {by[1]:.2f} | {runs} |", flush=True)


def main() -> None:
    """Print both tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--years", type=int, default=12)
    parser.add_argument("--runs", type=int, default=40)
    arguments = parser.parse_args()
    start, quiet = time.perf_counter(), TalkWorld()
    print("| nothing changes | persona-cycles with a word | words each | persona-cycles |")
    print("| --- | --- | --- | --- |")
    imagined("usual talk", quiet, LOOKED_AT, arguments.years)
    imagined(
        "everybody says twice as much from the eighth cycle on",
        replace(quiet, chatty_from=SWAP_AT),
        range(SWAP_AT, SWAP_AT + 3),
        arguments.years,
    )
    by_tokens(quiet, LOOKED_AT, arguments.years)
    swap = replace(quiet, swapped_from=SWAP_AT)
    print("\n| half of the accounts say another word | first cycle | second | runs |")
    print("| --- | --- | --- | --- |")
    found("said in 35 % of account-cycles, 60 accounts heard", swap, arguments.runs)
    found("said in 25 %, 60 heard", replace(swap, usage=0.25), arguments.runs)
    found(
        "said in 35 %, 30 heard",
        replace(swap, accounts=70, heard_per_cycle=30),
        arguments.runs,
    )
    print(f"\n{time.perf_counter() - start:.0f} s")


if __name__ == "__main__":
    main()
