"""Dates as exports write them, turned into UTC."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

from next_evidence_connectors._options import DateOrder

_CLOCK = r"(?:[T\s]\s*(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,]\d+)?)?\s*(?P<half>[AaPp]\.?[Mm]\.?)?)?"
_ZONE = r"\s*(?P<zone>Z|UTC|GMT|[+-]\d{2}:?\d{2})?"
_YEAR_FIRST = re.compile(
    rf"(?P<y>\d{{4}})[-/.](?P<m>\d{{1,2}})[-/.](?P<d>\d{{1,2}}){_CLOCK}{_ZONE}"
)
_YEAR_LAST = re.compile(
    rf"(?P<a>\d{{1,2}})(?P<mark>[-/.])(?P<b>\d{{1,2}})(?P=mark)(?P<y>\d{{4}}),?{_CLOCK}{_ZONE}"
)
_DAY_WORD = re.compile(
    rf"(?P<d>\d{{1,2}})[\s-](?P<name>[A-Za-z]{{3,9}})\.?[\s,-]+(?P<y>\d{{4}}),?{_CLOCK}{_ZONE}"
)
_WORD_DAY = re.compile(
    rf"(?P<name>[A-Za-z]{{3,9}})\.?\s(?P<d>\d{{1,2}}),?\s(?P<y>\d{{4}}),?{_CLOCK}{_ZONE}"
)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MILLISECONDS_FROM = 100_000_000_000  # as seconds that would be the year 5138


class DateProblem(ValueError):
    """A date that cannot be read; the message says what would be right and holds no word of it."""


def parse_moment(value: Any, *, order: DateOrder | None = None) -> datetime:
    """Read a moment and return it in UTC; one without a zone is taken as UTC.

    Reads ISO 8601, dates without a time, epoch seconds and milliseconds, ``2 Oct 2026``, ``02.10.2026``
    (a day comes first where dots part the numbers), RFC 2822, and ``03/04/2026`` where ``order`` or a
    number above 12 tells day from month.

    >>> parse_moment("2026-10-02 09:00").isoformat()
    '2026-10-02T09:00:00+00:00'

    Raises
    ------
    DateProblem
        The text is no date, or day and month cannot be told apart.
    """
    if isinstance(value, datetime):
        return _utc(value)
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day, tzinfo=UTC)
    if isinstance(value, bool) or value is None:
        raise DateProblem("there is no date")
    if isinstance(value, int | float):
        return _epoch(float(value))
    text = str(value).strip()
    if not text:
        raise DateProblem("there is no date")
    if len(text) > 60:
        raise DateProblem("this is no date")
    if re.fullmatch(r"\d{9,14}(\.\d+)?", text):
        return _epoch(float(text))
    try:
        return _utc(datetime.fromisoformat(text))
    except ValueError:
        return _written(re.sub(r":\s+", ":", text), order)


def parse_day(value: Any, *, order: DateOrder | None = None) -> str:
    """Read a date and return it as ISO 8601, ``2026-10-02``."""
    return parse_moment(value, order=order).date().isoformat()


def _epoch(number: float) -> datetime:
    seconds = number / 1000 if abs(number) >= _MILLISECONDS_FROM else number
    try:
        return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
    except (OverflowError, ValueError):
        raise DateProblem(
            "this number is no moment in seconds or milliseconds since 1970"
        ) from None


def _utc(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        return moment.replace(tzinfo=UTC)
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        raise DateProblem("this is no date of our time") from None


def _written(text: str, order: DateOrder | None) -> datetime:
    found = _YEAR_FIRST.fullmatch(text)
    if found:
        return _moment(found, int(found["m"]), int(found["d"]))
    found = _YEAR_LAST.fullmatch(text)
    if found:
        day, month = _day_and_month(int(found["a"]), int(found["b"]), found["mark"], order)
        return _moment(found, month, day)
    found = _DAY_WORD.fullmatch(text) or _WORD_DAY.fullmatch(text)
    if found and found["name"][:3].casefold() in _MONTHS:
        return _moment(found, _MONTHS.index(found["name"][:3].casefold()) + 1, int(found["d"]))
    try:
        return _utc(parsedate_to_datetime(text))
    except (ValueError, TypeError, IndexError, OverflowError):
        raise DateProblem("this is no date; write it as 2026-10-02T09:00:00Z") from None


def _day_and_month(first: int, second: int, mark: str, order: DateOrder | None) -> tuple[int, int]:
    if order == "mdy" and mark != ".":
        return second, first
    if order == "dmy" or mark == "." or first > 12 or first == second:
        return first, second
    if second > 12:
        return second, first
    raise DateProblem("day and month cannot be told apart; set date_order to dmy or mdy")


def _moment(found: re.Match[str], month: int, day: int) -> datetime:
    hour, half = int(found["hour"] or 0), (found["half"] or "").casefold().replace(".", "")
    if half and 1 <= hour <= 12:
        hour = hour % 12 + (12 if half == "pm" else 0)
    try:
        moment = datetime(
            int(found["y"]), month, day, hour, int(found["minute"] or 0), int(found["second"] or 0),
            tzinfo=UTC,
        )  # fmt: skip
        zone = found["zone"] or ""
        if zone[:1] in ("+", "-"):
            away = timedelta(hours=int(zone[1:3]), minutes=int(zone[-2:]))
            return moment - away if zone[0] == "+" else moment + away
    except (ValueError, OverflowError):
        raise DateProblem("there is no such day or time") from None
    return moment
