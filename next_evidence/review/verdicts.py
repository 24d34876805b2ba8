"""A person's verdict in place of the matcher's, and evidence that waits for one."""

from __future__ import annotations

from collections.abc import Collection

import polars as pl

from next_evidence.review.decisions import ACCEPTED, MOVED, REJECTED
from next_evidence.schemas import MATCHES, check
from next_evidence.settings import ReviewSettings

_AGREED = (ACCEPTED, MOVED)


def apply_verdicts(
    matches: pl.DataFrame,
    verdicts: pl.DataFrame,
    *,
    known: Collection[tuple[str, str]] | None = None,
) -> pl.DataFrame:
    """Matches with people's verdicts in them.

    ``accepted`` and ``moved``: the pain that the person named, accepted with confidence 1; what the matcher had proposed
    instead is the runner-up, with confidence 0. ``rejected``: no pain, and what was rejected is the runner-up; should the matcher by now
    propose another pain, nobody has judged that, and it stays.

    A verdict is about what a speaker of this persona said, and holds as long as matching keeps the speaker with it.

    Parameters
    ----------
    matches
        ``MATCHES`` rows.
    verdicts
        ``DECISIONS`` in force on matches.
    known
        Keys (persona id, pain id); only verdicts that name one of these are applied. None: all.

    Returns
    -------
    ``MATCHES``, by utterance id.
    """
    chosen = verdicts.filter(pl.col("verdict").is_in([*_AGREED, REJECTED])).select(
        "persona_id",
        utterance_id="subject",
        verdict="verdict",
        judged="pain_id",
        meant=pl.coalesce("to_pain_id", "pain_id"),
    )
    if known is not None:
        rows = [
            row for row in chosen.rows(named=True) if (row["persona_id"], row["meant"]) in known
        ]
        chosen = pl.DataFrame(rows, schema=chosen.schema)
    joined = check(matches, MATCHES, table="matches").join(
        chosen, on=["utterance_id", "persona_id"], how="left"
    )
    agreed = pl.col("verdict").is_in(_AGREED).fill_null(False)
    refused = (
        (pl.col("verdict") == REJECTED) & pl.col("pain_id").eq_missing(pl.col("judged"))
    ).fill_null(False)
    replaced = agreed & pl.col("pain_id").ne_missing(pl.col("meant"))
    proposed = replaced & pl.col("pain_id").is_not_null()

    def either(column: str, accepted: pl.Expr, rejected: pl.Expr) -> pl.Expr:
        return pl.when(agreed).then(accepted).when(refused).then(rejected).otherwise(column)

    settled = joined.with_columns(
        pain_id=either("pain_id", pl.col("meant"), pl.lit(None, pl.String)),
        confidence=either("confidence", pl.lit(1.0), pl.lit(0.0)),
        status=either("status", pl.lit("accepted"), pl.lit("rejected")),
        runner_up_pain_id=pl.when(refused | proposed)
        .then("pain_id")
        .otherwise("runner_up_pain_id"),
        # runner-ups vote too: what a person ruled out must not
        runner_up_confidence=pl.when(agreed | refused).then(0.0).otherwise("runner_up_confidence"),
    )
    return check(settled, MATCHES, table="matches").sort("utterance_id")


def hold_back(
    matches: pl.DataFrame, verdicts: pl.DataFrame, *, review: ReviewSettings
) -> pl.DataFrame:
    """Put to ``review`` what nobody accepted yet, for personas whose evidence waits for a person."""
    agreed = verdicts.filter(pl.col("verdict").is_in(_AGREED)).select(
        "persona_id", utterance_id="subject", pain_id=pl.coalesce("to_pain_id", "pain_id")
    )
    keys = ["utterance_id", "persona_id", "pain_id"]
    waiting = _waits(review) & (pl.col("status") == "accepted")
    held = matches.filter(waiting).join(agreed, on=keys, how="anti")["utterance_id"]
    status = pl.when(pl.col("utterance_id").is_in(held.implode())).then(pl.lit("review"))
    return matches.with_columns(status=status.otherwise("status"))


def without_waiting(matches: pl.DataFrame, *, review: ReviewSettings) -> pl.DataFrame:
    """Matches that may vote: where evidence waits for a person, those that one accepted."""
    return matches.filter(~_waits(review) | (pl.col("status") == "accepted"))


def without_required(rows: pl.DataFrame, *, review: ReviewSettings) -> pl.DataFrame:
    """Rows with a ``persona_id`` whose evidence does not wait for a person."""
    return rows.filter(~_waits(review))


def _waits(review: ReviewSettings) -> pl.Expr:
    known = pl.col("persona_id").is_not_null()
    own = [name for name, required in review.required_for.items() if required != review.required]
    listed = pl.col("persona_id").is_in(own)
    return known & (~listed if review.required else listed)
