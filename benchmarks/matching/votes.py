"""How well an account's vote tells what it raised: yes-or-no votes beside likelihoods. The tables of decisions 5 and 21.

    python benchmarks/matching/votes.py --cache ~/.cache/next-evidence-bench [--vendors 10]

Years of the held-out vendors and of Meridian, matched month by month with the shipped head. For every pain: the correlation, over
accounts heard in a month, of the vote with whether the account truly raised the pain; the mean over pains that were raised
at least eight times. Then how many of the accounts that only deny a pain in a month are said to raise it, and of those that do raise
it. Meridian was printed here while votes were designed.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import polars as pl
from measure import compose, judge
from train_head import folds
from vendors import TRAINING, default_encoder

from next_evidence.drift.votes import count_votes, pain_links
from next_evidence.matching.head import load_head
from next_evidence.records import Cycle
from next_evidence.settings import MatchingSettings

CELL = ["cycle", "persona_id", "account_id"]
VOTE_AT = 0.4
VOTES: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "yes from 0.3 on": lambda x: (x >= 0.3).astype(float),
    "yes from 0.4 on": lambda x: (x >= 0.4).astype(float),
    "yes from 0.5 on": lambda x: (x >= 0.5).astype(float),
    "three levels (0.2, 0.6)": lambda x: (x >= 0.2) * 0.5 + (x >= 0.6) * 0.5,
    "the likelihood": lambda x: x,
}


def votes_of(matches: pl.DataFrame) -> pl.DataFrame:
    """``VOTES`` of a year of matches."""
    told = (
        pain_links(matches)
        .join(matches.select("utterance_id", "cycle", "source", "account_id"), on="utterance_id")
        .drop_nulls(["account_id", "persona_id"])
    )
    return count_votes(told, known_in=Cycle.parse(matches["cycle"].max()), vote_at=VOTE_AT)


def said_to_raise(matches: pl.DataFrame) -> pl.DataFrame:
    """Whether each account that spoke of a pain in a month is said to raise it: ``truly`` (it did, not only denied) and ``said``."""
    keys = [*CELL, "pain_id"]
    spoke = (
        matches.drop_nulls(["true_pain", "account_id"])
        .group_by("cycle", "account_id", persona_id="true_persona", pain_id="true_pain")
        .agg(truly=(pl.col("true_stance") == "raises").any())
    )
    votes = votes_of(matches).select(*keys, said="raises")
    return spoke.join(votes, on=keys, how="left").with_columns(pl.col("said").fill_null(False))


def cells(matches: pl.DataFrame, pains: list[tuple[str, str]]) -> dict[tuple[str, str], tuple]:
    """Likelihoods and truth by pain, over accounts heard for its persona in a month."""
    votes = votes_of(matches)
    heard = matches.drop_nulls(["account_id", "persona_id"]).select(CELL).unique().sort(CELL)
    raised = (
        matches.filter(pl.col("true_stance") == "raises")
        .select("cycle", "account_id", persona_id="true_persona", pain_id="true_pain")
        .unique()
        .with_columns(raised=True)
    )
    found = {}
    for persona, pain in pains:
        voters = heard.filter(pl.col("persona_id") == persona).with_columns(pain_id=pl.lit(pain))
        keys = [*CELL, "pain_id"]
        both = voters.join(votes.select(*keys, "likelihood"), on=keys, how="left").join(
            raised, on=keys, how="left"
        )
        found[persona, pain] = (
            both["likelihood"].fill_null(0.0).to_numpy(),
            both["raised"].fill_null(False).to_numpy(),
        )
    return found


def unequal_hearing(found: dict[tuple[str, str], tuple]) -> list[float]:
    """For each pair of a persona's pains: how many times as often the better heard one is counted, per time raised."""
    heard: dict[str, list[float]] = {}
    for (persona, _), (likely, truth) in found.items():
        if truth.sum() >= 8:
            heard.setdefault(persona, []).append(float((likely >= VOTE_AT).sum() / truth.sum()))
    return [
        max(a, b) / max(min(a, b), 1e-9)
        for rates in heard.values()
        for i, a in enumerate(rates)
        for b in rates[:i]
    ]


def correlation(vote: np.ndarray, truth: np.ndarray) -> float:
    """Pearson's; 0 where the vote never differs."""
    return float(np.corrcoef(vote, truth)[0, 1]) if vote.std() > 0 else 0.0


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--cache", type=Path, required=True)
    parser.add_argument("--vendors", type=int, default=10)
    arguments = parser.parse_args()
    encoder, head, rules = default_encoder(arguments.cache), load_head(), MatchingSettings()
    found: dict[str, list[dict[str, float]]] = {"held-out": [], "Meridian": []}
    unequal: dict[str, list[float]] = {"held-out": [], "Meridian": []}
    spoke: dict[tuple[str, str], list[pl.DataFrame]] = {}
    for name in (*folds(TRAINING)[0][: arguments.vendors], "meridian"):
        year = compose(name, arguments.cache / "years" / name)
        matches = judge(year, encoder, head, rules).rows
        encoder.save()
        group = "Meridian" if name == "meridian" else "held-out"
        pains = [(persona.id, pain.id) for persona in year.library for pain in persona.pains]
        for likely, truth in cells(matches, pains).values():
            if truth.sum() >= 8:
                found[group].append(
                    {vote: correlation(rule(likely), truth) for vote, rule in VOTES.items()}
                )
        unequal[group] += unequal_hearing(cells(matches, pains))
        unweighed = matches.with_columns(denial=pl.lit(0.0))
        for way, rows in (("as shipped", matches), ("without `denial`", unweighed)):
            spoke.setdefault((way, group), []).append(said_to_raise(rows))
    sys.stdout.write("| | held-out | Meridian |\n| --- | --- | --- |\n")
    for vote in VOTES:
        means = [np.mean([row[vote] for row in rows]) for rows in found.values()]
        sys.stdout.write(f"| {vote} | {' | '.join(f'{mean:.3f}' for mean in means)} |\n")
    sys.stdout.write(
        "\nOne pain heard so many times as often as another of its persona, both as often raised\n"
    )
    for share in (0.5, 0.8, 0.9, 0.95, 0.99):
        found_at = [np.quantile(ratios, share) for ratios in unequal.values()]
        sys.stdout.write(f"| {share:.0%} of pairs | {' | '.join(f'{x:.2f}' for x in found_at)} |\n")
    sys.stdout.write(
        "\nSaid to raise a pain, of accounts that only deny it and of those that raise it\n"
    )
    for (way, group), years in spoke.items():
        rows = pl.concat(years)
        denying, raising = (rows.filter(truly=truly)["said"].mean() for truly in (False, True))
        sys.stdout.write(f"| {group}, {way} | {denying:.3f} | {raising:.3f} |\n")


if __name__ == "__main__":
    main()
