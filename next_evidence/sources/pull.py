"""Runs one connector: retries, pages, and rows whose dates cannot be."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import stamina

from next_evidence.errors import SourceUnavailable
from next_evidence.records import Conversation, Rejection
from next_evidence.sources.protocol import Connector, Page

EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
_AHEAD = timedelta(days=1)  # a local time without a zone may lie up to 14 hours ahead of UTC


@dataclass(frozen=True)
class PullSummary:
    """What one pull of one source gave. ``cursor`` is where the next one goes on; None: nothing ever came."""

    source: str
    pages: int = 0
    conversations: int = 0
    accounts: int = 0
    contacts: int = 0
    rejected: int = 0
    cursor: str | None = None

    def __add__(self, page: Page) -> PullSummary:
        return replace(
            self,
            pages=self.pages + 1,
            conversations=self.conversations + len(page.conversations),
            accounts=self.accounts + len(page.accounts),
            contacts=self.contacts + len(page.contacts),
            rejected=self.rejected + len(page.rejected),
            cursor=page.cursor,
        )


def pull_source(
    connector: Connector,
    *,
    source: str,
    since: str | None,
    until: datetime,
    sink: Callable[[Page], None],
    attempts: int = 5,
    wait: timedelta = timedelta(seconds=1),
) -> PullSummary:
    """Hand over every new page of a source, in order, to ``sink``.

    A source that is unavailable is asked again from the last page that arrived, with growing waits.

    Parameters
    ----------
    connector
        The source's connector.
    source
        Its name in the settings, for the summary.
    since
        Cursor of the last stored page; None: from the beginning.
    until
        The clock. A conversation dated more than a day after it, or before the year 2000, is rejected.
    sink
        Stores one page: its rows and its cursor together.
    attempts
        How often the source is asked in all.
    wait
        First wait; each further one is about twice as long, up to half a minute.

    Raises
    ------
    SourceUnavailable
        The source did not answer at any attempt. Pages that arrived are stored.
    SourceRefused
        A person must act.
    """
    summary = PullSummary(source=source, cursor=since)
    retrying = stamina.retry_context(
        on=SourceUnavailable,
        attempts=attempts,
        timeout=None,
        wait_initial=wait,
        wait_max=max(wait, timedelta(seconds=30)),
        wait_jitter=wait,
    )
    for attempt in retrying:
        with attempt:
            for page in connector.pull(since=summary.cursor, until=until):
                screened = screen(page, until=until)
                sink(screened)
                summary += screened
    return summary


def screen(page: Page, *, until: datetime) -> Page:
    """A page without conversations whose dates cannot be, and with each conversation once, as last given."""
    kept: dict[str, Conversation] = {}
    rejected = list(page.rejected)
    for conversation in page.conversations:
        reason = _impossible(conversation, until=until)
        if reason:
            rejected.append(_rejection(conversation, reason))
            continue
        kept.pop(conversation.conversation_id, None)
        kept[conversation.conversation_id] = conversation
    return replace(page, conversations=tuple(kept.values()), rejected=tuple(rejected))


def _impossible(conversation: Conversation, *, until: datetime) -> str:
    moments = [("the conversation", conversation.started_at)]
    moments += [
        (f"turn {n}", turn.at)
        for n, turn in enumerate(conversation.turns, 1)
        if turn.at is not None
    ]
    for what, moment in moments:
        if moment.tzinfo is None:
            return f"{what} has a date without a time zone: a defect of the connector"
        if moment > until + _AHEAD:
            return f"{what} is dated {moment:%Y-%m-%d}, in the future"
        if moment < EARLIEST:
            return f"{what} is dated {moment.year:04d}, before the year {EARLIEST.year}"
    return ""


def _rejection(conversation: Conversation, reason: str) -> Rejection:
    """A conversation's rejection where its ``origin``, ``file:line``, says it is."""
    file, _, line = conversation.origin.rpartition(":")
    if file and line.isdecimal():
        return Rejection(file, int(line), reason)
    return Rejection(conversation.origin or "(unknown file)", 0, reason)
