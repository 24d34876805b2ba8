"""How far a review has come, and how often matches are right."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import polars as pl

from next_evidence.review.decisions import ACCEPTED, MATCH, MOVED, REJECTED, SKIPPED
from next_evidence.review.queue import RANDOM
from next_evidence.stats.intervals import wilson_interval


@dataclass(frozen=True)
class Precision:
    """Share of matches that people agreed with, drawn at random; None before the first one."""

    reviewed: int
    right: int
    share: float | None
    low: float
    high: float


@dataclass(frozen=True)
class ReviewSummary:
    """What was reviewed of one cycle, or of all (``cycle`` None).

    ``skipped`` counts random ones that nobody could judge: were they like the others, nothing would change.
    ``precision`` is of all matches that name a pain, ``precision_accepted`` of those shown at the accepted bar or above.
    """

    cycle: str | None
    reviewed: int
    accepted: int
    rejected: int
    moved: int
    skipped: int
    left: int | None
    level: float
    precision: Precision
    precision_accepted: Precision

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return asdict(self)


def summarise(
    decided: pl.DataFrame, *, cycle: str | None, left: int | None, accept_at: float, level: float
) -> ReviewSummary:
    """Count what was decided.

    Parameters
    ----------
    decided
        ``DECISIONS`` in force.
    cycle
        One cycle, or None for all.
    left
        Matches still in the cycle's queue.
    accept_at
        Probability from which a match counts.
    level
        Of the Wilson intervals, 0 to 1.
    """
    rows = decided.filter(pl.col("kind") == MATCH)
    if cycle is not None:
        rows = rows.filter(pl.col("cycle") == cycle)
    counts = {v: rows.filter(pl.col("verdict") == v).height for v in (ACCEPTED, REJECTED, MOVED)}
    at_random = rows.filter(pl.col("drawn") == RANDOM)
    judged = at_random.filter(pl.col("verdict") != SKIPPED)
    return ReviewSummary(
        cycle=cycle,
        reviewed=sum(counts.values()),
        **counts,
        skipped=at_random.height - judged.height,
        left=left,
        level=level,
        precision=_precision(judged, level),
        precision_accepted=_precision(judged.filter(pl.col("confidence") >= accept_at), level),
    )


def _precision(judged: pl.DataFrame, level: float) -> Precision:
    n, right = judged.height, judged.filter(pl.col("verdict") == ACCEPTED).height
    low, high = wilson_interval(right, n, level=level)
    share = round(right / n, 6) if n else None
    return Precision(n, right, share, round(float(low), 6), round(float(high), 6))
