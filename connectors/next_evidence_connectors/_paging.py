"""Pages and their cursor: what was read of which file, so that a pull goes on exactly there."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any, Protocol

from next_evidence.records import Account, Contact, Conversation, Rejection
from next_evidence.sources.protocol import Page

CONVERSATIONS_A_PAGE = 200
RECORDS_A_PAGE = 5000  # accounts and contacts
REJECTIONS_A_PAGE = 1000
_VERSION = 1

State = list[Any]  # JSON of one file: what was read, enough to tell whether it changed


@dataclass(frozen=True)
class Found:
    """What one row or document gave. ``end``, ``line``: the bytes and lines read with it."""

    conversations: tuple[Conversation, ...] = ()
    accounts: tuple[Account, ...] = ()
    contacts: tuple[Contact, ...] = ()
    rejected: tuple[Rejection, ...] = ()
    end: int = 0
    line: int = 0
    latin: bool = False  # a line so far was not UTF-8, and that has been said


class Reading(Protocol):
    """One unit of a source (a file, or a call's files) that has something new."""

    @property
    def restarted(self) -> tuple[str, ...]:
        """Files that are read from their beginning."""
        ...

    def found(self) -> Iterator[Found]:
        """What is new, in order."""
        ...

    def state_at(self, last: Found) -> State:
        """What to remember once everything up to ``last`` is stored."""
        ...

    def state(self) -> State | None:
        """What to remember once all is stored; None: try again at the next pull."""
        ...

    def close(self) -> None:
        """Let go of what is open."""
        ...


class Unit(Protocol):
    """Something that a cursor knows by name."""

    @property
    def name(self) -> str:
        """Key in the cursor."""
        ...

    def open(self, known: State | None) -> Reading | None:
        """Begin or go on reading; None: nothing is new since ``known``."""
        ...


@dataclass
class _Gathered:
    conversations: list[Conversation] = field(default_factory=list)
    accounts: list[Account] = field(default_factory=list)
    contacts: list[Contact] = field(default_factory=list)
    rejected: list[Rejection] = field(default_factory=list)
    files: list[str] = field(default_factory=list)

    def add(self, found: Found) -> None:
        self.conversations.extend(found.conversations)
        self.accounts.extend(found.accounts)
        self.contacts.extend(found.contacts)
        self.rejected.extend(found.rejected)

    def is_full(self) -> bool:
        return (
            len(self.conversations) >= CONVERSATIONS_A_PAGE
            or len(self.accounts) + len(self.contacts) >= RECORDS_A_PAGE
            or len(self.rejected) >= REJECTIONS_A_PAGE
        )

    def page(self, states: dict[str, State]) -> Page:
        return Page(
            cursor=json.dumps({"version": _VERSION, "read": states}, separators=(",", ":")),
            conversations=tuple(self.conversations),
            accounts=tuple(self.accounts),
            contacts=tuple(self.contacts),
            rejected=tuple(self.rejected),
            files=tuple(self.files),
        )

    def __bool__(self) -> bool:
        return any((self.conversations, self.accounts, self.contacts, self.rejected, self.files))


def pages(units: Iterable[Unit], *, since: str | None) -> Iterator[Page]:
    """Read what is new in ``units`` since a cursor, in pages of bounded size.

    A cursor that this version did not write counts as none: all is read again, and rows that are stored
    already are replaced by themselves.
    """
    units = list(units)
    known = _parse_cursor(since)
    states = {unit.name: known[unit.name] for unit in units if unit.name in known}
    gathered = _Gathered()
    for unit in units:
        reading = unit.open(states.get(unit.name))
        if reading is None:
            continue
        with closing(reading):
            if gathered.is_full():
                yield gathered.page(states)
                gathered = _Gathered()
            gathered.files.extend(reading.restarted)
            last: Found | None = None
            for found in reading.found():
                # only now: after a file's last row its state must say "done", not "go on here"
                if last is not None and gathered.is_full():
                    states[unit.name] = reading.state_at(last)
                    yield gathered.page(states)
                    gathered = _Gathered()
                gathered.add(found)
                last = found
            state = reading.state()
        if state is None:
            states.pop(unit.name, None)
        else:
            states[unit.name] = state
    if gathered:
        yield gathered.page(states)


def _parse_cursor(since: str | None) -> dict[str, State]:
    try:
        cursor = json.loads(since) if since else {}
    except ValueError:
        return {}
    if not isinstance(cursor, dict) or cursor.get("version") != _VERSION:
        return {}
    read = cursor.get("read")
    if not isinstance(read, dict):
        return {}
    return {name: state for name, state in read.items() if isinstance(state, list)}
