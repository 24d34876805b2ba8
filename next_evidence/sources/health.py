"""How fresh and how full each source is, and which have gone silent or stale."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import polars as pl

from next_evidence.schemas import check, empty
from next_evidence.settings import CoverageSettings
from next_evidence.stats.power import silence_probability

ARRIVALS = pl.Schema(
    {
        "source": pl.String(),
        "kind": pl.String(),
        "day": pl.Date(),  # of `started_at`, UTC
        "conversations": pl.Int64(),  # that began on that day
    }
)

HEALTH = pl.Schema(
    {
        "source": pl.String(),
        "kind": pl.String(),
        "conversations": pl.Int64(),
        "first_seen": pl.Date(),
        "last_seen": pl.Date(),
        "typical_gap_days": pl.Float64(),  # median between days with conversations; null: one such day
        "gap_days": pl.Int64(),  # from the last such day to now
        "gap_probability": pl.Float64(),  # of such a gap at the usual pace, 0 to 1; null: no pace known
        "state": pl.String(),  # ok, silent, stale, new
    }
)

_DAYS_FOR_A_PACE = 5  # days with conversations; fewer tell no pace


def source_health(
    arrivals: pl.DataFrame, *, now: datetime, rules: CoverageSettings
) -> pl.DataFrame:
    """Say of each source and kind whether its present silence is usual for it.

    A silence is unlikely if the pace of the days between the first and the last conversation makes it so
    (`next_evidence.stats.power.silence_probability`, which allows for bursts and for regular rests) and few earlier silences were as
    long: a survey sent each quarter is not silent between two rounds, although its days are far from
    independent.

    Parameters
    ----------
    arrivals
        ``ARRIVALS`` rows. Days after ``now`` are left out.
    now
        The clock, UTC.
    rules
        Below ``warn_probability`` a gap is called silent, below ``stale_probability`` stale.

    Returns
    -------
    ``HEALTH`` rows by source and kind. ``new``: too few days to know a pace.
    """
    days = (
        check(arrivals, ARRIVALS, table="arrivals")
        .filter(pl.col("day") <= now.date(), pl.col("conversations") > 0)
        .group_by("source", "kind", "day")
        .agg(pl.col("conversations").sum())
        .sort("source", "kind", "day")
    )
    rows = [
        (*names, *_health(group, now=now, rules=rules))
        for names, group in days.group_by("source", "kind", maintain_order=True)
    ]
    return pl.DataFrame(rows, schema=HEALTH, orient="row") if rows else empty(HEALTH)


def _health(
    days: pl.DataFrame, *, now: datetime, rules: CoverageSettings
) -> tuple[int, date, date, float | None, int, float | None, str]:
    """One source's days, oldest first, to the rest of its row."""
    seen: list[date] = days["day"].to_list()
    counts = dict(zip(seen, days["conversations"].to_list(), strict=True))
    first, last = seen[0], seen[-1]
    gap = (now.date() - last).days
    typical = days["day"].diff().dt.total_days().median()
    probability, state = None, "new"
    if len(seen) >= _DAYS_FOR_A_PACE:
        span = (last - first).days + 1
        each_day = [counts.get(first + timedelta(days=n), 0) for n in range(span)]
        probability = silence_probability(each_day, gap)
        state = _state(probability, rules)
    return (
        sum(counts.values()), first, last,
        None if typical is None else float(typical),  # type: ignore[arg-type]
        gap, probability, state,
    )  # fmt: skip


def _state(probability: float, rules: CoverageSettings) -> str:
    if probability < rules.stale_probability:
        return "stale"
    return "silent" if probability < rules.warn_probability else "ok"
