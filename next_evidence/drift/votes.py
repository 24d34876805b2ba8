"""Who was heard and who raised what in a cycle: one vote per account, however often it speaks."""

from __future__ import annotations

import polars as pl

from next_evidence.records import Cycle
from next_evidence.schemas import (
    ACCOUNTS,
    HEARD,
    MATCHES,
    SPEAKERS,
    UTTERANCES,
    VOTES,
    check,
)

_PAIN = ("persona_id", "pain_id")
UNLIKELY = 0.05  # what is less likely than this is no row of ``VOTES``


def tally(
    matches: pl.DataFrame,
    speakers: pl.DataFrame,
    utterances: pl.DataFrame,
    accounts: pl.DataFrame,
    *,
    cycle: Cycle,
    vote_at: float = 0.5,
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The voters of a cycle, and their votes.

    An account is heard for a persona when a speaker of that persona said anything in the cycle on its behalf. It raises a pain
    when its statements, taken together, make that more likely than ``vote_at``: two statements that are each a little
    unsure say more than either, and forty tickets are still one vote. How likely it is stands beside it, and is what tests
    weigh. It denies a pain when an accepted statement does; it may do both. Whoever belongs to no known account cannot
    vote; `without_account` counts them.

    Notes
    -----
    A statement raises a pain with the probability that it speaks of it times that it does not deny it; one that is said to deny it
    does not (`raising_chance`). With ``p`` the surest of a conversation's statements, an account raises the pain with probability
    ``1 - prod(1 - p)`` over its conversations: what is said within one conversation repeats itself, what is said in two
    does so less. A statement speaks of its likeliest pain and of its runner-up, each with its own probability.

    Parameters
    ----------
    matches
        ``MATCHES`` after near-duplicates were dropped.
    speakers
        ``SPEAKERS`` that are confidently of their persona; rows without one do not vote.
    utterances
        ``UTTERANCES`` that were kept.
    accounts
        ``ACCOUNTS`` as they stand in the cycle.
    cycle
        Rows of other cycles are ignored.
    vote_at
        Probability from which an account raises a pain, 0 to 1.

    Returns
    -------
    ``HEARD``, by persona and account, and ``VOTES``, by persona, pain and account, also where an account is not likely enough to
    raise the pain. ``sources`` of a vote are those that raise the pain; where none does, all that speak of it.
    """
    spoken = _spoken(speakers, utterances, cycle)
    voters = spoken.filter(pl.col("account_id").is_not_null())
    heard = (
        voters.group_by("persona_id", "account_id")
        .agg(utterances=pl.len().cast(pl.Int64), sources=pl.col("source").unique().sort())
        .join(
            check(accounts, ACCOUNTS, table="accounts").unique(
                "account_id", keep="first", maintain_order=True
            ),
            on="account_id",
            how="left",
        )
        .with_columns(cycle=pl.lit(cycle.name))
        .sort("persona_id", "account_id")
    )
    told = (
        pain_links(check(matches, MATCHES, table="matches"))
        .join(voters, on=["utterance_id", "persona_id"], how="inner")
        .with_columns(cycle=pl.lit(cycle.name))
    )
    return check(heard, HEARD, table="heard"), count_votes(told, known_in=cycle, vote_at=vote_at)


def raising_chance() -> pl.Expr:
    """Probability that a statement raises the pain that it speaks of, from its ``stance`` and ``denial``, 0 to 1."""
    doubt = pl.col("denial").fill_null(0.0)
    return pl.when(pl.col("stance") == "denies").then(0.0).otherwise(1.0 - doubt)


def pain_links(matches: pl.DataFrame) -> pl.DataFrame:
    """One row per statement and pain that it may speak of: the likeliest and the runner-up."""
    keys = ["utterance_id", "conversation_id", "persona_id", "stance", "denial"]
    linked = pl.col("status").is_in(["accepted", "review"]) & pl.col("pain_id").is_not_null()
    first = matches.filter(linked).select(*keys, "pain_id", "status", "confidence")
    second = matches.filter(pl.col("runner_up_pain_id").is_not_null()).select(
        *keys,
        pain_id="runner_up_pain_id",
        status=pl.lit("runner_up"),
        confidence="runner_up_confidence",
    )
    return pl.concat([first, second]).unique()


def count_votes(told: pl.DataFrame, *, known_in: Cycle, vote_at: float) -> pl.DataFrame:
    """One vote per cycle, persona, pain and account, by the rule that `tally` states.

    Parameters
    ----------
    told
        Statements linked to a pain: columns ``cycle, utterance_id, conversation_id, source, account_id, persona_id, pain_id,
        stance, denial, status, confidence``.
    known_in
        The cycle in which these votes became known.
    vote_at
        Probability from which an account raises a pain, 0 to 1.

    Returns
    -------
    ``VOTES``, by cycle, persona, pain and account.
    """
    ballot = ["cycle", *_PAIN, "account_id"]
    conversations = (
        told.with_columns(
            sure=pl.col("confidence") * raising_chance(),
            against=(pl.col("stance") == "denies") & (pl.col("status") == "accepted"),
        )
        .group_by(*ballot, "source", "conversation_id")
        .agg(
            pl.col("sure").max(),
            pl.col("against").any(),
            mentions=pl.col("utterance_id").filter(pl.col("status") != "runner_up").n_unique(),
        )
        # by surety first, so that the product does not depend on the order of rows
        .sort("sure", "source", "conversation_id", descending=True)
    )
    votes = (
        conversations.group_by(*ballot, maintain_order=True)
        .agg(
            likelihood=(1.0 - (1.0 - pl.col("sure")).product()).round(6),
            denies=pl.col("against").any(),
            mentions=pl.col("mentions").sum().cast(pl.Int64),
            raised_in=pl.col("source")
            .filter(pl.col("sure") > 0.0, pl.col("sure") >= pl.col("sure").max() / 2)
            .unique()
            .sort(),
            told_in=pl.col("source").unique().sort(),
        )
        .with_columns(raises=pl.col("likelihood") >= vote_at)
        .filter(pl.col("denies") | (pl.col("likelihood") >= min(UNLIKELY, vote_at)))
        .with_columns(
            sources=pl.when("raises").then("raised_in").otherwise("told_in"),
            known_cycle=pl.lit(known_in.name),
        )
        .sort(ballot)
    )
    return check(votes, VOTES, table="votes")


def without_account(
    speakers: pl.DataFrame, utterances: pl.DataFrame, *, cycle: Cycle
) -> pl.DataFrame:
    """Speakers of a persona who belong to no known account, so that nobody counts them.

    Returns
    -------
    Columns ``persona_id``, ``speakers``, ``utterances``; one row per persona that has such speakers.
    """
    return (
        _spoken(speakers, utterances, cycle)
        .filter(pl.col("account_id").is_null())
        .group_by("persona_id")
        .agg(
            speakers=pl.col("speaker_key").n_unique().cast(pl.Int64),
            utterances=pl.len().cast(pl.Int64),
        )
        .sort("persona_id")
    )


def _spoken(speakers: pl.DataFrame, utterances: pl.DataFrame, cycle: Cycle) -> pl.DataFrame:
    """What speakers of a persona said in this cycle, and on behalf of which account."""
    known = (
        check(speakers, SPEAKERS, table="speakers")
        .filter(pl.col("cycle") == cycle.name, pl.col("persona_id").is_not_null())
        .select("speaker_key", "persona_id", speaker_account="account_id")
        .unique(["speaker_key", "persona_id"], keep="first", maintain_order=True)
    )
    return (
        check(utterances, UTTERANCES, table="utterances")
        .filter(pl.col("spoken_at") >= cycle.start, pl.col("spoken_at") < cycle.end)
        .unique("utterance_id", keep="first", maintain_order=True)
        .join(known, on="speaker_key", how="inner")
        .select(
            "utterance_id",
            "speaker_key",
            "persona_id",
            "source",
            account_id=pl.coalesce("account_id", "speaker_account"),
        )
    )
