from datetime import UTC, datetime, timedelta

import polars as pl

from next_evidence.review.decisions import (
    ACCEPTED,
    CYCLE,
    MATCH,
    REJECTED,
    REOPENED,
    decision,
    in_force,
    next_moment,
    seen_by_cycle,
    undo,
)

NOON = datetime(2026, 11, 3, 12, tzinfo=UTC)


def verdict(minute, what, *, subject="u-1", by="ann", cycle="2026-10"):
    return decision(
        at=NOON + timedelta(minutes=minute), by=by, kind=MATCH, subject=subject, verdict=what, cycle=cycle,
        persona_id="ops-lead", pain_id="export",
    )  # fmt: skip


def taken_back(row, minute):
    return undo(row.row(0, named=True), at=NOON + timedelta(minutes=minute), by="ann")


def force(*rows):
    return dict(in_force(pl.concat(rows)).select("subject", "verdict").iter_rows())


def test_the_later_verdict_holds_whatever_the_order_of_rows():
    first, second = verdict(0, ACCEPTED), verdict(1, REJECTED, by="bo")

    assert force(first, second) == force(second, first) == {"u-1": REJECTED}


def test_what_is_taken_back_leaves_what_was_there_before():
    first, second = verdict(0, ACCEPTED), verdict(1, REJECTED, by="bo")

    assert force(first, second, taken_back(second, 2)) == {"u-1": ACCEPTED}
    assert force(first, taken_back(first, 1)) == {}


def test_statements_do_not_touch_each_other():
    assert force(verdict(0, ACCEPTED), verdict(1, REJECTED, subject="u-2")) == {
        "u-1": ACCEPTED,
        "u-2": REJECTED,
    }


def test_a_clock_that_goes_back_keeps_the_order_of_decisions():
    later = verdict(60, ACCEPTED)

    assert next_moment(later, NOON) > NOON + timedelta(minutes=60)
    assert next_moment(later.clear(), NOON) == NOON


def test_ids_sort_by_moment_and_differ_by_content():
    ids = [verdict(m, ACCEPTED)["decision_id"][0] for m in (0, 1, 2)]

    assert ids == sorted(ids)
    assert verdict(0, ACCEPTED)["decision_id"][0] != verdict(0, REJECTED)["decision_id"][0]


def test_a_cycle_sees_verdicts_before_its_end_and_later_ones_only_up_to_its_reopening():
    end = NOON
    log = pl.concat([verdict(-1, ACCEPTED), verdict(0, REJECTED, subject="u-2"), verdict(2, REJECTED, subject="u-3")])  # fmt: skip
    reopened = decision(at=NOON + timedelta(minutes=1), by="run", kind=CYCLE, subject="2026-10", verdict=REOPENED)  # fmt: skip

    def seen(*rows):
        found = seen_by_cycle(pl.concat([log, *rows]), "2026-10", end)
        return found.filter(pl.col("kind") == MATCH)["subject"].sort().to_list()

    assert seen() == ["u-1"]
    assert seen(reopened) == ["u-1", "u-2"]
