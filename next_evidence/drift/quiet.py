"""History as it would stand had a source that has fallen silent never spoken: for asking whether a shift stands without it."""

from __future__ import annotations

import polars as pl

from next_evidence.schemas import HEARD, VOTES, check

QUIET = ("stale", "silent")  # states of a source that no longer speaks


def quiet_sources(coverage: pl.DataFrame) -> pl.DataFrame:
    """Which sources have fallen silent for which persona.

    Parameters
    ----------
    coverage
        ``COVERAGE`` of one cycle.

    Returns
    -------
    Columns ``persona_id``, ``source``; one row per pair.
    """
    return (
        coverage.filter(
            pl.col("segment").is_null(),
            pl.col("source").is_not_null(),
            pl.col("state").is_in(QUIET),
        )
        .select("persona_id", "source")
        .unique()
        .sort("persona_id", "source")
    )


def without_sources(
    heard: pl.DataFrame, votes: pl.DataFrame, dropped: pl.DataFrame
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Leave out, over all of history, what was heard in some sources only.

    A source that has stopped makes "now" differ from "before" though no customer changed. Without it both are heard
    through the same channels. An account that other sources also heard stays a voter; a vote that another source also told
    stays a vote.

    Parameters
    ----------
    heard, votes
        ``HEARD`` and ``VOTES``, of any cycles.
    dropped
        Columns ``persona_id``, ``source``. Personas that are not in it are left out altogether: nothing
        would change for them.

    Returns
    -------
    ``HEARD`` and ``VOTES`` of the personas in ``dropped``.
    """
    return (
        check(_left(heard, dropped), HEARD, table="heard"),
        check(_left(votes, dropped), VOTES, table="votes"),
    )


def _left(frame: pl.DataFrame, dropped: pl.DataFrame) -> pl.DataFrame:
    gone = dropped.group_by("persona_id").agg(gone=pl.col("source"))
    return (
        frame.join(gone, on="persona_id", how="inner", maintain_order="left")
        .with_columns(sources=pl.col("sources").list.set_difference("gone").list.sort())
        .filter(pl.col("sources").list.len() > 0)
        .drop("gone")
    )
