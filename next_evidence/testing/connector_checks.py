"""What every connector must do, as checks that a plugin's own test suite can run.

::

    @pytest.mark.parametrize(("name", "check"), yield_checks(lambda: AcmeConnector(recorded)))
    def test_acme_keeps_the_contract(name, check):
        check()

Put rows that are wrong into what the connector reads, with words of your choice in them, and name those
words in ``planted``: no reason for a rejection may repeat them. Give it several pages to read, too.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import islice
from typing import Any, get_args

from next_evidence.records import KINDS, Account, Contact, Conversation, Rejection, Side, Turn
from next_evidence.sources.protocol import Connector, Page

UNTIL = datetime(2100, 1, 1, tzinfo=UTC)
_LONGEST_CURSOR = 2_000_000  # characters; it is stored with every page
_LONGEST_ECHO = 30  # characters of a turn that a reason may share with it by chance

MakeConnector = Callable[[], Connector]
Check = Callable[[], None]


class ContractBroken(AssertionError):
    """A connector does not do what the contract says; the message says which part, and where."""


@dataclass(frozen=True)
class Rows:
    """All rows of some pages, in order."""

    conversations: tuple[Conversation, ...]
    accounts: tuple[Account, ...]
    contacts: tuple[Contact, ...]
    rejected: tuple[Rejection, ...]


def yield_checks(
    make_connector: MakeConnector, *, planted: Sequence[str] = (), until: datetime = UNTIL
) -> Iterator[tuple[str, Check]]:
    """Every check by name, ready to call.

    Parameters
    ----------
    make_connector
        Makes a fresh connector over the same unchanged source each time.
    planted
        Words in rows that must be rejected.
    until
        Handed to ``pull``.
    """
    for check in (
        check_pages_are_pages,
        check_cursor_is_text,
        check_resuming_loses_nothing,
        check_pulling_twice_gives_nothing_new,
        check_holds_no_state,
        check_directory_gives_no_conversations,
        check_rows_are_valid,
        check_rejections_say_where,
    ):
        yield check.__name__.removeprefix("check_"), partial(check, make_connector, until=until)
    yield (
        "rejections_hold_no_customer_words",
        partial(
            check_rejections_hold_no_customer_words, make_connector, planted=planted, until=until
        ),
    )


def check_pages_are_pages(make_connector: MakeConnector, *, until: datetime = UNTIL) -> None:
    """The source gives something, in pages whose parts are tuples."""
    pages = _pages(make_connector, until=until)
    if not pages:
        raise ContractBroken("the source gave no page; check it over a source that holds something")
    for number, page in enumerate(pages, start=1):
        if not isinstance(page, Page):
            raise ContractBroken(f"page {number} is a {type(page).__name__}, not a Page")
        parts = (page.conversations, page.accounts, page.contacts, page.rejected, page.files)
        if not all(isinstance(part, tuple) for part in parts):
            raise ContractBroken(f"page {number}: every part of a page is a tuple")


def check_cursor_is_text(make_connector: MakeConnector, *, until: datetime = UNTIL) -> None:
    """Every page has a cursor: text of bounded size that any store takes."""
    for number, page in enumerate(_pages(make_connector, until=until), start=1):
        if not isinstance(page.cursor, str) or not page.cursor:
            raise ContractBroken(f"page {number}: the cursor is not a text, or an empty one")
        if len(page.cursor) > _LONGEST_CURSOR:
            raise ContractBroken(f"page {number}: the cursor has {len(page.cursor)} characters")
        if not _storable(page.cursor):
            raise ContractBroken(f"page {number}: the cursor holds characters that no store takes")


def check_resuming_loses_nothing(make_connector: MakeConnector, *, until: datetime = UNTIL) -> None:
    """Stopped after any page and resumed from its cursor, it yields exactly what was left."""
    pages = _pages(make_connector, until=until)
    for number, page in enumerate(pages, start=1):
        stopped = make_connector().pull(since=None, until=until)
        list(islice(stopped, number))
        del stopped
        left = _rows(pages[number:])
        resumed = _rows(list(make_connector().pull(since=page.cursor, until=until)))
        for part in ("conversations", "accounts", "contacts", "rejected"):
            expected, found = getattr(left, part), getattr(resumed, part)
            if expected != found:
                raise ContractBroken(
                    f"resumed after page {number} of {len(pages)}: {len(found)} {part} where "
                    f"{len(expected)} were left"
                    + ("" if len(expected) != len(found) else ", and not the same ones")
                )


def check_pulling_twice_gives_nothing_new(
    make_connector: MakeConnector, *, until: datetime = UNTIL
) -> None:
    """With nothing new in the source, the last cursor leads to no pages."""
    pages = _pages(make_connector, until=until)
    if not pages:
        return
    again = list(make_connector().pull(since=pages[-1].cursor, until=until))
    if again:
        raise ContractBroken(f"{len(again)} page(s) from the last cursor, although nothing is new")


def check_holds_no_state(make_connector: MakeConnector, *, until: datetime = UNTIL) -> None:
    """One connector asked twice, also while another pull runs, gives the same rows: the engine keeps the cursor."""
    connector = make_connector()
    half_read = connector.pull(since=None, until=until)
    next(half_read, None)
    first = _rows(list(connector.pull(since=None, until=until)))
    second = _rows(list(connector.pull(since=None, until=until)))
    if first != second or first != _rows(_pages(make_connector, until=until)):
        raise ContractBroken("asked twice from the beginning, it gives other rows")


def check_directory_gives_no_conversations(
    make_connector: MakeConnector, *, until: datetime = UNTIL
) -> None:
    """``directory`` is told, and where it is True there are accounts and contacts only."""
    directory = getattr(make_connector(), "directory", None)
    if not isinstance(directory, bool):
        raise ContractBroken("directory is not told: True or False, on the class")
    if directory and _rows(_pages(make_connector, until=until)).conversations:
        raise ContractBroken(
            "directory is True, although conversations come; they would not be prepared"
        )


def check_rows_are_valid(make_connector: MakeConnector, *, until: datetime = UNTIL) -> None:
    """Ids are there, moments are UTC, speakers are participants, texts can be stored."""
    rows = _rows(_pages(make_connector, until=until))
    for number, conversation in enumerate(rows.conversations, start=1):
        for problem in _conversation_problems(conversation):
            raise ContractBroken(f"conversation {number}: {problem}")
    for number, account in enumerate(rows.accounts, start=1):
        if not account.account_id.strip():
            raise ContractBroken(f"account {number}: it has no account_id")
        if account.arr is not None and not (math.isfinite(account.arr) and account.arr >= 0):
            raise ContractBroken(f"account {number}: arr is {account.arr}; unknown is None")
        if not re.fullmatch(r"[A-Z]{3}", account.currency):
            raise ContractBroken(f"account {number}: currency is no ISO code of three letters")
        _check_texts(f"account {number}", vars(account))
    for number, contact in enumerate(rows.contacts, start=1):
        if not contact.contact_id.strip():
            raise ContractBroken(f"contact {number}: it has no contact_id")
        _check_texts(f"contact {number}", vars(contact))


def check_rejections_say_where(make_connector: MakeConnector, *, until: datetime = UNTIL) -> None:
    """Each rejection names a file relative to the workspace, a line and a reason on one line."""
    for number, page in enumerate(_pages(make_connector, until=until), start=1):
        for rejection in page.rejected:
            if (
                not rejection.file
                or rejection.file.startswith(("/", "~"))
                or "\\" in rejection.file
            ):
                raise ContractBroken(
                    f"page {number}: a rejection's file is not relative to the workspace"
                )
            if rejection.line < 0:
                raise ContractBroken(f"page {number}: a rejection's line is below 0")
            if (
                not rejection.reason.strip()
                or "\n" in rejection.reason
                or len(rejection.reason) > 500
            ):
                raise ContractBroken(f"page {number}: a reason is empty, or longer than one line")
        for name in page.files:
            if not isinstance(name, str) or not name or name.startswith(("/", "~")):
                raise ContractBroken(
                    f"page {number}: a file's name is not relative to the workspace"
                )


def check_rejections_hold_no_customer_words(
    make_connector: MakeConnector, *, planted: Sequence[str] = (), until: datetime = UNTIL
) -> None:
    """No reason and no cursor repeats what a customer said, a person's address, or a planted word."""
    pages = _pages(make_connector, until=until)
    rows = _rows(pages)
    reasons = " | ".join(rejection.reason for rejection in rows.rejected)
    told = f"{reasons} | {pages[-1].cursor if pages else ''}".casefold()
    for word in planted:
        if word.casefold() in told:
            raise ContractBroken("a reason or the cursor repeats a planted word")
    for conversation in rows.conversations:
        said = [turn.text for turn in conversation.turns if len(turn.text) >= _LONGEST_ECHO]
        people = [person.email for person in conversation.participants if person.email]
        for text in (*(words[:_LONGEST_ECHO] for words in said), *people):
            if text.casefold() in told:
                raise ContractBroken("a reason or the cursor repeats a customer's words or address")


def _conversation_problems(conversation: Conversation) -> Iterator[str]:
    if not conversation.conversation_id.strip():
        yield "it has no conversation_id"
    if conversation.kind not in KINDS:
        yield f"its kind is none of {', '.join(KINDS)}"
    if conversation.started_at.utcoffset() != timedelta(0):
        yield "started_at is not in UTC"
    if not conversation.origin:
        yield "origin does not say where it was read"
    if not all(_storable(value) for value in vars(conversation).values() if isinstance(value, str)):
        yield "a field holds characters that no store takes"
    keys = [person.key for person in conversation.participants]
    if len(set(keys)) < len(keys) or not all(keys):
        yield "two participants have the same key, or one has none"
    if any(person.side not in get_args(Side) for person in conversation.participants):
        yield "a participant's side is none of customer, employee, unknown"
    for number, turn in enumerate(conversation.turns, start=1):
        yield from (f"turn {number}: {problem}" for problem in _turn_problems(turn, keys))


def _turn_problems(turn: Turn, keys: Sequence[str]) -> Iterator[str]:
    if turn.speaker not in keys:
        yield "the speaker is no participant"
    if not turn.text.strip():
        yield "nothing is said"
    if turn.at is not None and turn.at.utcoffset() != timedelta(0):
        yield "its time is not in UTC"
    if not _storable(turn.text):
        yield "it holds characters that no store takes"


def _check_texts(where: str, values: dict[str, Any]) -> None:
    for name, value in values.items():
        if isinstance(value, str) and not _storable(value):
            raise ContractBroken(f"{where}: {name} holds characters that no store takes")


def _storable(text: str) -> bool:
    return "\x00" not in text and not any("\ud800" <= letter <= "\udfff" for letter in text)


def _pages(make_connector: MakeConnector, *, until: datetime) -> list[Page]:
    return list(make_connector().pull(since=None, until=until))


def _rows(pages: Sequence[Page]) -> Rows:
    return Rows(
        conversations=tuple(row for page in pages for row in page.conversations),
        accounts=tuple(row for page in pages for row in page.accounts),
        contacts=tuple(row for page in pages for row in page.contacts),
        rejected=tuple(row for page in pages for row in page.rejected),
    )
