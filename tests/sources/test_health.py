"""Which sources are fresh, silent or stale."""

from datetime import UTC, date, datetime, timedelta

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from next_evidence.errors import SchemaError
from next_evidence.settings import CoverageSettings
from next_evidence.sources.health import ARRIVALS, HEALTH, source_health

RULES = CoverageSettings()
LAST = date(2026, 9, 30)


def _arrivals(*rows: tuple[str, str, date, int]) -> pl.DataFrame:
    return pl.DataFrame(list(rows), schema=ARRIVALS, orient="row")


def _daily(days: int = 60, n: int = 3, source: str = "tickets") -> list[tuple[str, str, date, int]]:
    return [(source, "ticket", LAST - timedelta(days=back), n) for back in range(days)]


def _state(rows: list[tuple[str, str, date, int]], *, quiet_days: int) -> str:
    now = datetime(2026, 9, 30, 12, tzinfo=UTC) + timedelta(days=quiet_days)
    return source_health(_arrivals(*rows), now=now, rules=RULES)["state"][0]


@pytest.mark.parametrize(
    ("quiet_days", "state"), [(0, "ok"), (1, "ok"), (2, "silent"), (3, "stale"), (30, "stale")]
)
def test_a_daily_source_is_silent_after_two_days_and_stale_after_three(quiet_days, state):
    assert _state(_daily(), quiet_days=quiet_days) == state


@pytest.mark.parametrize(("quiet_days", "state"), [(80, "ok"), (88, "ok"), (89, "stale")])
def test_a_source_that_comes_in_rounds_is_not_silent_between_two(quiet_days, state):
    rounds = [
        ("surveys", "survey", LAST - timedelta(days=90 * back + day), 40)
        for back in range(4)
        for day in range(3)
    ]

    assert _state(rounds, quiet_days=quiet_days) == state


def test_too_few_days_tell_no_pace():
    row = source_health(
        _arrivals(*_daily(4)), now=datetime(2027, 9, 30, tzinfo=UTC), rules=RULES
    ).to_dicts()[0]

    assert (row["state"], row["gap_probability"]) == ("new", None)


def test_a_row_says_what_was_seen():
    rows = [("calls", "call", LAST - timedelta(days=7 * back), 2) for back in range(6)]

    row = source_health(
        _arrivals(*rows), now=datetime(2026, 10, 4, tzinfo=UTC), rules=RULES
    ).to_dicts()[0]

    assert (row["source"], row["kind"], row["conversations"]) == ("calls", "call", 12)
    assert (row["first_seen"], row["last_seen"]) == (LAST - timedelta(days=35), LAST)
    assert (row["typical_gap_days"], row["gap_days"]) == (7.0, 4)


def test_sources_and_kinds_are_rows_of_their_own_in_order():
    rows = [("b", "call", LAST, 1), ("a", "ticket", LAST, 1), ("a", "call", LAST, 1)]

    health = source_health(_arrivals(*rows), now=datetime(2026, 10, 4, tzinfo=UTC), rules=RULES)

    assert health.select("source", "kind").rows() == [("a", "call"), ("a", "ticket"), ("b", "call")]


def test_days_to_come_and_empty_tables_are_left_out():
    now = datetime(2026, 9, 1, tzinfo=UTC)

    assert source_health(_arrivals(("a", "call", LAST, 1)), now=now, rules=RULES).is_empty()
    assert source_health(_arrivals(), now=now, rules=RULES).schema == HEALTH


def test_a_table_of_another_shape_is_refused():
    with pytest.raises(SchemaError):
        source_health(
            pl.DataFrame({"source": ["a"]}), now=datetime(2026, 9, 1, tzinfo=UTC), rules=RULES
        )


@given(st.permutations(_daily(20)), st.integers(0, 40))
def test_the_order_of_rows_and_their_splitting_do_not_matter(rows, quiet):
    now = datetime(2026, 9, 30, tzinfo=UTC) + timedelta(days=quiet)
    split = [(*row[:3], 1) for row in rows for _ in range(row[3])]

    whole = source_health(_arrivals(*_daily(20)), now=now, rules=RULES)

    assert source_health(_arrivals(*rows), now=now, rules=RULES).equals(whole)
    assert source_health(_arrivals(*split), now=now, rules=RULES).equals(whole)


@given(st.lists(st.integers(0, 5), min_size=6, max_size=40), st.integers(0, 60))
def test_a_longer_silence_is_never_more_usual(counts, quiet):
    rows = [("a", "call", LAST - timedelta(days=back), n) for back, n in enumerate(counts) if n]
    if len(rows) < 6:
        return
    now = datetime(2026, 9, 30, tzinfo=UTC) + timedelta(days=quiet)

    shorter, longer = (
        source_health(_arrivals(*rows), now=now + timedelta(days=more), rules=RULES)[
            "gap_probability"
        ][0]
        for more in (0, 1)
    )

    assert longer <= shorter
