from datetime import UTC, datetime

import polars as pl

from next_evidence.review.decisions import decision
from next_evidence.review.summary import summarise


def verdict(n, what, *, drawn="random", confidence=0.9, cycle="2026-10"):
    return decision(
        at=datetime(2026, 10, n, tzinfo=UTC), by="ann", kind="match", subject=f"u-{n}", verdict=what,
        drawn=drawn, confidence=confidence, cycle=cycle,
    )  # fmt: skip


ROWS = pl.concat(
    [
        verdict(1, "accepted"),
        verdict(2, "rejected", confidence=0.4),
        verdict(3, "moved", confidence=0.4),
        verdict(4, "skipped"),
        verdict(5, "rejected", drawn="uncertain"),
        verdict(6, "accepted", cycle="2026-09"),
    ]
)


def test_precision_is_of_random_ones_that_were_judged():
    found = summarise(ROWS, cycle="2026-10", left=3, accept_at=0.5, level=0.8)

    assert (found.reviewed, found.accepted, found.rejected, found.moved) == (4, 1, 2, 1)
    assert (found.skipped, found.left) == (1, 3)
    assert (found.precision.right, found.precision.reviewed) == (1, 3)
    assert found.precision.low < 1 / 3 < found.precision.high
    assert (found.precision_accepted.right, found.precision_accepted.reviewed) == (1, 1)


def test_all_cycles_together():
    assert summarise(ROWS, cycle=None, left=None, accept_at=0.5, level=0.8).precision.reviewed == 4


def test_before_the_first_answer_nothing_is_claimed():
    empty = summarise(ROWS.clear(), cycle=None, left=None, accept_at=0.5, level=0.8)

    assert (empty.precision.share, empty.precision.low, empty.precision.high) == (None, 0.0, 1.0)
