"""Share of the accounts heard that raise each pain, with its interval and at the trailing mix."""

from __future__ import annotations

import numpy as np
import polars as pl

from next_evidence.drift.ballots import Floats
from next_evidence.drift.mix import adjusted_shares
from next_evidence.drift.rows import DIGITS
from next_evidence.schemas import HEARD, PAINS, SHARES, VOTES, check, empty
from next_evidence.stats.intervals import wilson_interval

_ENDED = ("retired", "merged", "split")  # pains that take no more votes
_PAIR = ["cycle", "persona_id"]


def pain_shares(
    heard: pl.DataFrame,
    votes: pl.DataFrame,
    pains: pl.DataFrame,
    *,
    level: float,
    mix_reference: pl.DataFrame,
) -> pl.DataFrame:
    """Share of each persona's accounts that raise each pain, overall and by segment.

    Accounts are counted, not utterances: forty tickets from one account are one vote. The interval is Wilson's.

    ``share_mix_adjusted`` (overall rows; in a segment it is the share itself) is the share that the trailing mix of accounts
    would give: shares by segment x tier, weighted as those cells were heard in ``mix_reference``. Where a cell of at least 5 %
    of that mix has fewer than two accounts now, segments alone are used; where that fails too, or there is
    no reference, it is the raw share.

    Parameters
    ----------
    heard, votes
        ``HEARD`` and ``VOTES`` of the cycles to report on.
    pains
        ``PAINS``: those of the documents and the discovered ones. Pains that have votes but no row here are kept.
    level
        Of the interval, 0 to 1.
    mix_reference
        ``HEARD`` of the trailing cycles.

    Returns
    -------
    ``SHARES`` rows, sorted by cycle, persona, pain and segment (overall first). What `with_reviewed_shares` fills in is null.
    """
    heard = check(heard, HEARD, table="heard").unique([*_PAIR, "account_id"], maintain_order=True)
    votes = check(votes, VOTES, table="votes").join(
        heard.select(*_PAIR, "account_id", "segment", "tier"),
        on=[*_PAIR, "account_id"],
        how="inner",
    )
    if heard.is_empty():
        return empty(SHARES)
    named = check(pains, PAINS, table="pains").filter(~pl.col("status").is_in(_ENDED))
    pairs = pl.concat(
        [named.select("persona_id", "pain_id"), votes.select("persona_id", "pain_id")]
    ).unique()
    groups = pl.concat(
        [
            heard.with_columns(segment=pl.lit(None, pl.String)),
            heard.filter(pl.col("segment").is_not_null()),
        ]
    )
    cast = pl.concat(
        [
            votes.with_columns(segment=pl.lit(None, pl.String)),
            votes.filter(pl.col("segment").is_not_null()),
        ]
    )
    counts = cast.group_by(*_PAIR, "pain_id", "segment").agg(
        accounts_raising=pl.col("raises").sum().cast(pl.Int64),
        accounts_denying=pl.col("denies").sum().cast(pl.Int64),
    )
    frame = (
        groups.group_by(*_PAIR, "segment")
        .agg(accounts_heard=pl.len().cast(pl.Int64))
        .join(pairs, on="persona_id", how="inner")
        .join(counts, on=[*_PAIR, "pain_id", "segment"], how="left", nulls_equal=True)
        .with_columns(pl.col("accounts_raising", "accounts_denying").fill_null(0))
        .with_columns(share=pl.col("accounts_raising") / pl.col("accounts_heard"))
    )
    low, high = wilson_interval(
        frame["accounts_raising"].to_numpy(), frame["accounts_heard"].to_numpy(), level=level
    )
    frame = frame.with_columns(share_low=pl.Series(low), share_high=pl.Series(high))
    adjusted = _at_reference_mix(heard, votes, check(mix_reference, HEARD, table="mix_reference"))
    frame = frame.join(adjusted, on=[*_PAIR, "pain_id"], how="left").with_columns(
        share_mix_adjusted=pl.when(pl.col("segment").is_null())
        .then(pl.coalesce("adjusted", "share"))
        .otherwise("share")
    )
    floats = [name for name, kind in SHARES.items() if kind == pl.Float64]
    missing = [pl.lit(None, SHARES[n]).alias(n) for n in SHARES if n not in frame.columns]
    frame = check(frame.with_columns(missing), SHARES, table="shares").with_columns(
        pl.col(floats).round(DIGITS)
    )
    return frame.sort("cycle", "persona_id", "pain_id", "segment", nulls_last=False)


def _at_reference_mix(
    heard: pl.DataFrame, votes: pl.DataFrame, reference: pl.DataFrame
) -> pl.DataFrame:
    """Share of every pain that has votes, at the reference mix; no row where cells are too empty."""
    rows: list[tuple[str, str, str, float]] = []
    for (cycle, persona_id), now in sorted(heard.partition_by(_PAIR, as_dict=True).items()):
        raising = votes.filter(
            pl.col("cycle") == cycle, pl.col("persona_id") == persona_id, pl.col("raises")
        ).sort("pain_id")
        before = reference.filter(pl.col("persona_id") == persona_id)
        pain_ids = raising["pain_id"].unique(maintain_order=True).to_list()
        for by in (["segment", "tier"], ["segment"]):
            shares = _standardised(now, raising, before, pain_ids, by)
            if shares is not None:
                rows += [
                    (cycle, persona_id, p, float(s)) for p, s in zip(pain_ids, shares, strict=True)
                ]
                break
    schema = {
        "cycle": pl.String(),
        "persona_id": pl.String(),
        "pain_id": pl.String(),
        "adjusted": pl.Float64(),
    }
    return pl.DataFrame(rows, schema=schema, orient="row")


def _standardised(
    now: pl.DataFrame,
    raising: pl.DataFrame,
    before: pl.DataFrame,
    pain_ids: list[str],
    by: list[str],
) -> Floats | None:
    cells = sorted({*now.select(by).rows(), *before.select(by).rows()}, key=repr)
    place = {cell: i for i, cell in enumerate(cells)}
    heard_now, heard_before = (
        np.zeros(len(cells), dtype=np.int64),
        np.zeros(len(cells), dtype=np.int64),
    )
    np.add.at(heard_now, [place[cell] for cell in now.select(by).rows()], 1)
    np.add.at(heard_before, [place[cell] for cell in before.select(by).rows()], 1)
    counts = np.zeros((len(cells), len(pain_ids)))
    column = {pain_id: i for i, pain_id in enumerate(pain_ids)}
    for pain_id, *cell in raising.select("pain_id", *by).iter_rows():
        counts[place[tuple(cell)], column[pain_id]] += 1
    return adjusted_shares(heard_now, counts, heard_before)
