"""Small frozen dataclasses that two or more stages share."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal

from next_evidence.errors import UsageError

Kind = Literal["call", "ticket", "survey", "review", "onboarding_note"]
KINDS: tuple[Kind, ...] = ("call", "ticket", "survey", "review", "onboarding_note")
Side = Literal["customer", "employee", "unknown"]
Cadence = Literal["weekly", "monthly", "quarterly"]

_CYCLE_FORMS: dict[str, Cadence] = {
    r"(\d{4})-(\d{2})": "monthly",
    r"(\d{4})-W(\d{2})": "weekly",
    r"(\d{4})-Q([1-4])": "quarterly",
}


@dataclass(frozen=True, order=True)
class Cycle:
    """A half-open period of evidence, ``start <= spoken_at < end``, UTC.

    The name is ``2026-10`` (monthly), ``2026-W40`` (weekly, ISO 8601) or ``2026-Q4`` (quarterly).

    >>> Cycle.parse("2026-12").next().name
    '2027-01'
    """

    start: datetime
    end: datetime
    name: str

    @classmethod
    def parse(cls, name: str) -> Cycle:
        """Read a cycle's name; ``ValueError`` says which forms there are."""
        for form, cadence in _CYCLE_FORMS.items():
            found = re.fullmatch(form, name.strip())
            if found:
                year, number = int(found[1]), int(found[2])
                try:
                    if cadence == "weekly":
                        return cls.containing(
                            datetime.fromisocalendar(year, number, 1).replace(tzinfo=UTC), cadence
                        )
                    month = number if cadence == "monthly" else 3 * number - 2
                    return cls.containing(datetime(year, month, 1, tzinfo=UTC), cadence)
                except ValueError:
                    break
        raise ValueError("a cycle is written 2026-10, 2026-W40 or 2026-Q4")

    @classmethod
    def containing(cls, moment: datetime, cadence: Cadence) -> Cycle:
        """The cycle that a moment falls in; a moment without a zone is taken as UTC."""
        moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
        day = moment.replace(hour=0, minute=0, second=0, microsecond=0)
        if cadence == "weekly":
            start = day - timedelta(days=day.weekday())
            year, week, _ = start.isocalendar()
            return cls(start, start + timedelta(days=7), f"{year:04d}-W{week:02d}")
        if cadence == "quarterly":
            quarter = (day.month - 1) // 3
            start = day.replace(month=3 * quarter + 1, day=1)
            return cls(start, _months_later(start, 3), f"{day.year:04d}-Q{quarter + 1}")
        start = day.replace(day=1)
        return cls(start, _months_later(start, 1), f"{day.year:04d}-{day.month:02d}")

    @property
    def cadence(self) -> Cadence:
        """How long cycles of this form are."""
        return "weekly" if "W" in self.name else "quarterly" if "Q" in self.name else "monthly"

    def next(self) -> Cycle:
        """The cycle that follows."""
        return Cycle.containing(self.end, self.cadence)

    def previous(self) -> Cycle:
        """The cycle before."""
        return Cycle.containing(self.start - timedelta(microseconds=1), self.cadence)

    def __str__(self) -> str:
        return self.name


def named_cycle(name: str) -> Cycle:
    """The cycle that a person named.

    Raises
    ------
    UsageError
        It is no name of a cycle.
    """
    try:
        return Cycle.parse(name)
    except ValueError as error:
        raise UsageError(str(error)) from None


def cycles_up_to(last: Cycle, count: int) -> tuple[Cycle, ...]:
    """So many cycles that end with ``last``, oldest first."""
    found = []
    for _ in range(count):
        found.append(last)
        last = last.previous()
    return tuple(reversed(found))


def cycles_between(first: Cycle, last: Cycle) -> tuple[Cycle, ...]:
    """All cycles from ``first`` to ``last``, both included, oldest first."""
    found = []
    while first <= last:
        found.append(first)
        first = first.next()
    return tuple(found)


def _months_later(start: datetime, months: int) -> datetime:
    years, month = divmod(start.month - 1 + months, 12)
    return start.replace(year=start.year + years, month=month + 1)


@dataclass(frozen=True)
class Participant:
    """Somebody in a conversation, as the source names them. Empty strings mean that the source is silent."""

    key: str
    name: str = ""
    email: str = ""
    title: str = ""
    side: Side = "unknown"
    bot: bool = False


@dataclass(frozen=True)
class Turn:
    """What one participant said or wrote at once, as the source gives it (unmasked, never stored)."""

    speaker: str
    text: str
    at: datetime | None = None


@dataclass(frozen=True)
class Conversation:
    """One call, ticket, survey answer, review or note, as a connector reads it.

    ``account_id`` and ``company`` are what the source says of the customer; ``evidence`` resolves them.
    ``origin`` names the file and line, for messages. ``started_at`` is UTC.
    """

    conversation_id: str
    kind: Kind
    started_at: datetime
    participants: tuple[Participant, ...]
    turns: tuple[Turn, ...]
    account_id: str = ""
    company: str = ""
    url: str = ""
    language: str = ""
    origin: str = ""


@dataclass(frozen=True)
class Account:
    """A customer account as the CRM states it now. ``arr`` is in ``currency`` per year; None: unknown."""

    account_id: str
    name: str = ""
    domain: str = ""
    arr: float | None = None
    currency: str = "USD"
    tier: str = ""
    segment: str = ""
    region: str = ""
    renewal_date: str = ""


@dataclass(frozen=True)
class Contact:
    """A person at an account as the CRM states it now."""

    contact_id: str
    account_id: str
    name: str = ""
    email: str = ""
    title: str = ""


@dataclass(frozen=True)
class Rejection:
    """A row that could not be read: where it is and why. Never holds the row's own words.

    ``line`` is 1-based; 0 means the file as a whole.
    """

    file: str
    line: int
    reason: str


@dataclass(frozen=True)
class Quote:
    """A verbatim span of a stored turn, ``turn_text[start:end] == text``."""

    utterance_id: str
    text: str
    account_id: str | None
    contact_id: str | None
    title: str
    kind: str
    spoken_at: datetime
    url: str
    confidence: float
    stance: str = "raises"
    tier: str = ""
    segment: str = ""
