"""Which matches a person is asked about: half at random, half where an answer is worth most."""

from __future__ import annotations

from collections.abc import Collection
from hashlib import blake2b

import polars as pl

from next_evidence.schemas import ACCOUNTS, MATCHES, check
from next_evidence.settings import ReviewSettings

RANDOM, UNCERTAIN, STAKE, REQUIRED, CHOSEN = "random", "uncertain", "stake", "required", "chosen"
DRAWN = pl.Schema({"utterance_id": pl.String(), "drawn": pl.String()})


def lane(cycle: str, utterance_id: str) -> float:
    """A number in [0, 1) that depends on nothing but the cycle and the id: the coin of the draw.

    Below one half a statement can be drawn at random only, else sought out only. So the random ones in the order of their
    numbers are a simple random sample of all, at every length, whatever else was reviewed before.
    """
    digest = blake2b(f"{cycle} {utterance_id}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") / 2.0**64


def draw_queue(
    matches: pl.DataFrame,
    accounts: pl.DataFrame,
    *,
    decided: Collection[str],
    count: int,
    accept_at: float,
    review: ReviewSettings,
) -> pl.DataFrame:
    """Matches to review, in the order of asking.

    Parameters
    ----------
    matches
        ``MATCHES`` of one cycle. Those that name a pain are drawn from.
    accounts
        ``ACCOUNTS`` as they stood in the cycle.
    decided
        Utterance ids that people have judged. They count as drawn, whatever became of the match, so that going on
        draws what comes next and not more; the caller leaves them out.
    count
        How many to draw; fewer when there are fewer.
    accept_at
        Probability from which a match counts: what lies near it is uncertain.

    Returns
    -------
    ``DRAWN`` rows. ``random``: a simple random sample of the cycle's accepted and review matches, the only half that
    precision may be estimated from. Between them, in turn, the most ``uncertain`` and those with the highest ``stake``
    (revenue, one statement an account before anybody's second). Behind them what is ``required``: all other
    matches of personas whose evidence waits for a person.
    """
    judged = pl.col("utterance_id").is_in(list(decided))
    linked = (
        check(matches, MATCHES, table="matches")
        .filter(pl.col("status").is_in(["accepted", "review"]) | judged)
        .join(check(accounts, ACCOUNTS, table="accounts"), on="account_id", how="left")
    )
    coins = [lane(*key) for key in linked.select("cycle", "utterance_id").iter_rows()]
    linked = linked.with_columns(
        lane=pl.Series(coins, dtype=pl.Float64), doubt=(pl.col("confidence") - accept_at).abs()
    ).sort("lane", "utterance_id")
    at_random = linked.filter(pl.col("lane") < 0.5)["utterance_id"].to_list()
    others = linked.filter(pl.col("lane") >= 0.5)
    sought = _sought(others.filter(judged)) + _sought(others.filter(~judged))
    half = max(count - count // 2, count - len(sought))
    first = [(utterance_id, RANDOM) for utterance_id in at_random[:half]]
    drawn = _in_turn(first, sought[: count - len(first)])
    asked = {utterance_id for utterance_id, _ in drawn}
    rows = drawn + [
        (utterance_id, REQUIRED)
        for utterance_id, persona_id in linked.select("utterance_id", "persona_id").iter_rows()
        if review.required_of(persona_id) and utterance_id not in asked
    ]
    return pl.DataFrame(rows, schema=DRAWN, orient="row")


def _sought(linked: pl.DataFrame) -> list[tuple[str, str]]:
    """Everything, the most uncertain and the highest stake in turn."""
    uncertain = linked.sort("doubt", "utterance_id")["utterance_id"].to_list()
    nth = pl.int_range(pl.len()).over("account_id", order_by=["doubt", "utterance_id"])
    stake = (
        linked.filter(pl.col("arr_usd").is_not_null())
        .with_columns(nth=nth)
        .sort(["nth", "arr_usd", "utterance_id"], descending=[False, True, False])
    )["utterance_id"].to_list()
    both = _in_turn([(i, UNCERTAIN) for i in uncertain], [(i, STAKE) for i in stake])
    once: dict[str, str] = {}
    for utterance_id, why in both:
        once.setdefault(utterance_id, why)
    return list(once.items())


def _in_turn(first: list[tuple[str, str]], second: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """One of each in turn, then what is left of the longer one."""
    shared = min(len(first), len(second))
    mixed = [row for pair in zip(first, second, strict=False) for row in pair]
    return mixed + first[shared:] + second[shared:]
