"""A pain sleeps from the snooze to its day, in cycles that end in between."""

from datetime import UTC, date, datetime, timedelta

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from next_evidence.records import Cycle
from next_evidence.review import decisions as log
from next_evidence.review.snoozes import asleep_in, snoozes

OCTOBER = Cycle.parse("2026-10")
PAIN = ("ops-lead", "data-trust")


def snoozed(at, until, *, by="maria"):
    persona_id, pain_id = PAIN
    return log.decision(
        at=at,
        by=by,
        kind=log.SNOOZE,
        subject=f"{persona_id}/{pain_id}",
        verdict=log.SNOOZED,
        persona_id=persona_id,
        pain_id=pain_id,
        detail={"until": until.isoformat()},
    )


@given(st.integers(-70, 70), st.integers(-70, 70))
def test_it_sleeps_in_cycles_that_end_after_the_decision_and_by_the_day(made, days):
    at, until = OCTOBER.end + timedelta(days=made), OCTOBER.end.date() + timedelta(days=days)

    asleep = asleep_in(snoozed(at, until), OCTOBER)

    assert (PAIN in asleep) is (made < 0 <= days)


def test_the_newest_snooze_holds_and_one_that_is_taken_back_does_not():
    first = snoozed(datetime(2026, 9, 1, tzinfo=UTC), date(2026, 12, 1))
    second = snoozed(datetime(2026, 9, 2, tzinfo=UTC), date(2026, 11, 1), by="tom")
    both = pl.concat([first, second])

    assert snoozes(both)[PAIN].until == date(2026, 11, 1)
    assert snoozes(both)[PAIN].reason == "Snoozed until 2026-11-01 by tom on 2026-09-02."
    back = log.undo(second.row(0, named=True), at=datetime(2026, 9, 3, tzinfo=UTC), by="tom")
    assert snoozes(pl.concat([both, back]))[PAIN].until == date(2026, 12, 1)


@pytest.mark.parametrize("kind", [log.MATCH, log.REVISION])
def test_other_decisions_put_nothing_to_sleep(kind):
    row = snoozed(datetime(2026, 9, 1, tzinfo=UTC), date(2026, 12, 1)).with_columns(
        pl.lit(kind).alias("kind")
    )

    assert snoozes(row) == {}
