"""What the drift step of one cycle costs, at growing sizes: prints the table of ``benchmarks/drift/README.md``.

    python benchmarks/drift/speed.py [--profile]

Made-up histories of twelve monthly cycles: accounts of three segments and three sources, spread evenly over the personas, each heard
in two cycles of five, with a likelihood for three pains a cycle. CPU seconds of `detect`, and of `judge` with it, which is
what `tune` does for each cycle; best of three.
"""

from __future__ import annotations

import argparse
import cProfile
import pstats
import time
from collections.abc import Callable
from functools import partial

import numpy as np
import polars as pl

from next_evidence.brief.gate import judge
from next_evidence.drift.shifts import detect
from next_evidence.personas.document import Pain, Persona
from next_evidence.personas.library import PersonaLibrary
from next_evidence.records import Cycle, cycles_between
from next_evidence.schemas import HEARD, VOTES, check
from next_evidence.settings import Settings
from next_evidence.testing.worlds import coverage, no_pains

CYCLES = cycles_between(Cycle.parse("2025-01"), Cycle.parse("2025-12"))
SEGMENTS = ("smb", "mid-market", "enterprise")
SOURCES = ("calls", "tickets", "surveys")
HEARD_PART, VOTES_EACH, VOTE_AT = 0.4, 3, 0.4


def library(personas: int, pains: int) -> PersonaLibrary:
    """Documents with that many pains each, all of them ranked."""
    listed = tuple(Pain(id=f"pain-{i:02d}", statement=f"Statement {i}") for i in range(pains))
    ranked = tuple(pain.id for pain in listed)
    return PersonaLibrary(
        tuple(
            Persona(id=f"persona-{i:02d}", name=f"Persona {i}", pains=listed, priorities=ranked)
            for i in range(personas)
        )
    )


def history(
    personas: int, pains: int, voters: int, seed: int = 1
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """``HEARD`` and ``VOTES`` of that many persona-accounts in all, spread evenly over the personas."""
    rng = np.random.default_rng(seed)
    spoke = rng.random((len(CYCLES), voters)) < HEARD_PART
    cycle, voter = np.nonzero(spoke)
    names = pl.Series([one.name for one in CYCLES])
    heard = pl.DataFrame({"at": cycle, "voter": voter}).select(
        cycle=names[cycle],
        persona_id=pl.format(
            "persona-{}", (pl.col("voter") % personas).cast(pl.String).str.zfill(2)
        ),
        account_id=pl.format("A{}", (pl.col("voter") // personas).cast(pl.String).str.zfill(5)),
        tier=pl.lit("growth"),
        segment=pl.Series(SEGMENTS)[(voter // personas) % 3],
        arr_usd=pl.lit(10_000.0),
        utterances=pl.lit(3, dtype=pl.Int64),
        sources=pl.lit(list(SOURCES)),
    )
    said = np.argsort(rng.random((len(cycle), pains)), axis=1)[:, :VOTES_EACH].ravel()
    likelihood = np.round(rng.beta(0.6, 0.9, len(said)), 6)
    votes = heard.select("cycle", "persona_id", "account_id")[
        np.repeat(np.arange(len(cycle)), VOTES_EACH)
    ]
    votes = votes.with_columns(
        pain_id=pl.Series([f"pain-{i:02d}" for i in range(pains)])[said],
        raises=pl.Series(likelihood >= VOTE_AT),
        denies=pl.lit(False),
        mentions=pl.lit(1, dtype=pl.Int64),
        sources=pl.concat_list(pl.Series(SOURCES)[rng.integers(0, len(SOURCES), len(said))]),
        known_cycle=pl.col("cycle"),
        likelihood=pl.Series(likelihood),
    )
    return check(heard.select(list(HEARD)), HEARD, table="heard"), check(
        votes.select(list(VOTES)), VOTES, table="votes"
    )


def best_of(step: Callable[[], object], times: int = 3) -> float:
    """CPU seconds of the quickest call."""
    taken = []
    for _ in range(times):
        start = time.process_time()
        step()
        taken.append(time.process_time() - start)
    return min(taken)


def _verdicts(
    shifts: Callable[[], pl.DataFrame],
    covered: pl.DataFrame,
    documents: PersonaLibrary,
    settings: Settings,
) -> pl.DataFrame:
    return judge(shifts(), covered, documents, settings=settings)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--profile", action="store_true", help="where the largest size spends it")
    given = parser.parse_args()
    settings = Settings()
    print("| personas | pains each | accounts | rows of heard | of votes | drift step, CPU s | with verdicts |")  # fmt: skip
    print("| --- | --- | --- | --- | --- | --- | --- |")
    for personas, pains, voters in (
        (4, 6, 500),
        (50, 12, 500),
        (50, 12, 2000),
        (50, 12, 4000),
        (50, 12, 8000),
        (100, 12, 4000),
    ):
        documents = library(personas, pains)
        heard, votes = history(personas, pains, voters)
        last = CYCLES[-1]

        shifts = partial(
            detect, heard, votes, no_pains(), documents, cycle=last, rules=settings.drift
        )
        verdicts = partial(_verdicts, shifts, coverage(heard, last), documents, settings)
        if given.profile:
            profile = cProfile.Profile()
            profile.runcall(verdicts)
            pstats.Stats(profile).sort_stats("tottime").print_stats(25)
        print(
            f"| {personas} | {pains} | {voters:,} | {heard.height:,} | {votes.height:,} "
            f"| {best_of(shifts):.2f} | {best_of(verdicts):.2f} |",
            flush=True,
        )


if __name__ == "__main__":
    main()
