"""Statements that people accepted, as further examples of a pain."""

from __future__ import annotations

from collections import defaultdict

import polars as pl

from next_evidence.matching.profiles import PainKey
from next_evidence.review.decisions import ACCEPTED, MATCH, MOVED


def accepted_ids(decided: pl.DataFrame) -> list[str]:
    """Ids of the statements whose text `accepted_examples` needs."""
    return _agreed(decided)["subject"].to_list()


def accepted_examples(
    decided: pl.DataFrame, utterances: pl.DataFrame, *, cap: int
) -> dict[PainKey, tuple[str, ...]]:
    """Texts to compare statements with, by pain.

    Parameters
    ----------
    decided
        ``DECISIONS`` in force.
    utterances
        ``UTTERANCES`` that they are about; what was erased since is no example any more.
    cap
        Most examples a pain; the newest decisions win. One an account: a customer who is reviewed often must not become
        the pain.
    """
    chosen = (
        _agreed(decided)
        .join(utterances.select("utterance_id", "text"), left_on="subject", right_on="utterance_id")
        .with_columns(account=pl.coalesce("account_id", "subject"))
        .sort(["at", "decision_id"], descending=True)
        .unique(["persona_id", "meant", "account"], keep="first", maintain_order=True)
        .group_by("persona_id", "meant", maintain_order=True)
        .head(cap)
    )
    found: defaultdict[PainKey, list[str]] = defaultdict(list)
    for row in chosen.iter_rows(named=True):
        found[PainKey(row["persona_id"], row["meant"])].append(row["text"])
    return {key: tuple(sorted(texts)) for key, texts in sorted(found.items())}


def _agreed(decided: pl.DataFrame) -> pl.DataFrame:
    return decided.filter(
        pl.col("kind") == MATCH, pl.col("verdict").is_in([ACCEPTED, MOVED])
    ).with_columns(meant=pl.coalesce("to_pain_id", "pain_id"))
