"""Who spoke in a cycle: one row a speaker, as matching wants to know them."""

from __future__ import annotations

import polars as pl


def people(said: pl.DataFrame, accounts: pl.DataFrame) -> pl.DataFrame:
    """One row per speaker: ``speaker_key, account_id, contact_id, title, segment``, as last said.

    Parameters
    ----------
    said
        ``UTTERANCES`` of a cycle.
    accounts
        ``ACCOUNTS`` as they stood at its end.
    """
    return (
        said.sort("spoken_at", "utterance_id")
        .group_by("speaker_key")
        .agg(
            pl.col("account_id", "contact_id").drop_nulls().last(),
            pl.col("speaker_title").drop_nulls().last().alias("title"),
        )
        .join(accounts.select("account_id", "segment"), on="account_id", how="left")
        .sort("speaker_key")
    )
