"""Dates and amounts as exports write them."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from next_evidence_connectors._dates import DateProblem, parse_day, parse_moment
from next_evidence_connectors._numbers import NumberProblem, parse_amount

NINE = datetime(2026, 10, 2, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "written",
    [
        "2026-10-02T09:00:00Z", "2026-10-02T11:00:00+02:00", "2026-10-02 09:00", "2026-10-02 09:00:00.000",
        "2026/10/02 09:00", "2026-10-02T09: 00: 00Z", "2026-10-02 09:00:00 UTC", "2026-10-02 11:00:00 +0200",
        "02.10.2026 09:00", "10/02/2026 9:00 AM", "2 Oct 2026 09:00", "02-Oct-2026 09:00", "October 2, 2026 9:00 am",
        "Fri, 02 Oct 2026 09:00:00 +0000", 1790931600, "1790931600", 1790931600000, "1790931600000", NINE,
    ],
)  # fmt: skip
def test_moments_become_utc(written: object) -> None:
    assert parse_moment(written, order="mdy") == NINE


@pytest.mark.parametrize(
    "written",
    [
        "2026-10-02",
        "20261002",
        "2.10.2026",
        "2026/10/2",
        "13/10/2026",
        "10/13/2026",
        date(2026, 10, 2),
    ],
)
def test_dates_begin_at_midnight(written: object) -> None:
    moment = parse_moment(written)

    assert (moment.hour, moment.minute, moment.tzinfo) == (0, 0, UTC)
    assert moment.day in (2, 13)
    assert moment.month == 10


@pytest.mark.parametrize(("order", "expected"), [("dmy", "2026-04-03"), ("mdy", "2026-03-04")])
def test_day_and_month_follow_the_setting(order: str, expected: str) -> None:
    assert parse_day("03/04/2026", order=order) == expected  # type: ignore[arg-type]


def test_day_and_month_that_cannot_be_told_apart_name_the_setting() -> None:
    with pytest.raises(DateProblem, match="date_order"):
        parse_moment("03/04/2026")


@pytest.mark.parametrize(
    "written",
    ["", None, "soon", "2026-13-01", "2026-02-30", "31/31/2026", True, [], "03/04/26", 10**30, float("nan"),
     "0001-01-01T00:00:00+05:00", "2026-10-02 25:00", "x" * 5000],
)  # fmt: skip
def test_what_is_no_date_is_said_to_be_none(written: object) -> None:
    with pytest.raises(DateProblem) as told:
        parse_moment(written)

    assert "soon" not in str(told.value)


@given(st.text(max_size=30) | st.integers() | st.floats() | st.none())
def test_any_value_gives_a_moment_in_utc_or_a_problem(value: object) -> None:
    try:
        moment = parse_moment(value)
    except DateProblem:
        return
    assert moment.tzinfo is UTC


@given(st.datetimes(min_value=datetime(1971, 1, 1), max_value=datetime(2200, 1, 1)))  # noqa: DTZ001 (the zone is added)
def test_iso_dates_are_read_back(moment: datetime) -> None:
    moment = moment.replace(tzinfo=UTC)

    assert parse_moment(moment.isoformat()) == moment
    assert parse_moment(moment.timestamp()) == pytest.approx(moment, abs=datetime.resolution * 100)


@pytest.mark.parametrize(
    ("written", "amount", "currency"),
    [
        ("114800.0", 114800.0, ""), ("$12,400.00", 12400.0, "USD"), ("12.400,50 €", 12400.5, "EUR"), ("12,400", 12400.0, ""),
        ("1 200 000", 1_200_000.0, ""), ("1'200.5", 1200.5, ""), ("£38k", 38_000.0, "GBP"), ("USD 1,000", 1000.0, "USD"),
        ("1.234.567", 1_234_567.0, ""), ("12,5", 12.5, ""), ("0", 0.0, ""), ("-5", -5.0, ""), ("(1,200)", -1200.0, ""),
        ("1.2M", 1_200_000.0, ""), ("1e5", 100_000.0, ""), ("0.125", 0.125, ""), ("12,34,567", 1_234_567.0, ""), ("1\u00a0200,00 EUR", 1200.0, "EUR"),
    ],
)  # fmt: skip
def test_amounts_are_read(written: str, amount: float, currency: str) -> None:
    assert parse_amount(written) == (pytest.approx(amount), currency)


def test_an_amount_that_may_be_two_names_the_setting() -> None:
    with pytest.raises(NumberProblem, match="decimal"):
        parse_amount("12.400")

    assert parse_amount("12.400", decimal=",") == (12400.0, "")
    assert parse_amount("12.400", decimal=".") == (12.4, "")


@pytest.mark.parametrize("written", ["n/a", "12,3,4", "1.2.3,4,5", "twelve", "€", "--", "1,2.3,4"])
def test_what_is_no_amount_is_said_to_be_none(written: str) -> None:
    with pytest.raises(NumberProblem):
        parse_amount(written)


@given(st.text(max_size=20))
def test_any_text_gives_a_number_or_a_problem(text: str) -> None:
    try:
        amount, _ = parse_amount(text)
    except NumberProblem:
        return
    assert isinstance(amount, float)
