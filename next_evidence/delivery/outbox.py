"""What is to be posted, what was, and what may have been: entries and how a new report changes them."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Literal

from next_evidence.delivery.protocol import Message
from next_evidence.records import Cycle

State = Literal["planned", "held", "sending", "sent", "ambiguous", "failed", "dropped"]

_MAY_BE_POSTED = ("sending", "ambiguous")
REQUEST = -1  # the part that asks people whether a brief may be posted; it stands in no thread
LATER_CYCLE = "a later cycle was reported first; its digest names this one"
SUPERSEDED = "a later cycle was reported before anybody approved this one"
DECLINED = "somebody declined it"
ELSEWHERE = "settings send it somewhere else now"
GONE = "the corrected brief no longer has this part"
CHANGED = "the brief changed after it was sent; this channel cannot correct what it sent"
_FIRST_WAIT, _LONGEST_WAIT = timedelta(minutes=10), timedelta(hours=24)


@dataclass(frozen=True)
class Entry:
    """One message on its way to one address.

    ``planned`` → ``sending`` → ``sent``. ``held``: nobody has approved it yet. ``ambiguous``: it may have been posted, and is looked for before it is posted
    again. ``failed``: it was not posted. ``dropped``: it will not be. ``content`` is None once there is nothing left to
    post, so that no second copy of customers' words stays. An entry that has a ``receipt`` and is not ``sent`` waits
    to be corrected in place; without ``content``, only for what people decided about it. ``next_attempt_at`` None: not by itself, a person decides.
    """

    key: str
    channel: str
    address: str
    cycle: str
    persona_id: str | None
    part: int
    position: int
    content_hash: str
    planned_at: datetime
    state: State = "planned"
    content: str | None = field(default=None, repr=False)
    attempts: int = 0
    problem: str = ""
    receipt: str | None = None
    next_attempt_at: datetime | None = None
    sent_at: datetime | None = None

    @property
    def message(self) -> Message:
        """What to post."""
        return Message(self.address, self.cycle, self.persona_id, self.part, self.content or "")

    @property
    def conversation(self) -> tuple[str, str, str, str]:
        """What a message and those in its thread share."""
        return self.channel, self.address, self.cycle, self.persona_id or ""

    @property
    def in_thread(self) -> bool:
        """Whether it follows the first message of its conversation."""
        return self.part > 0

    @property
    def order(self) -> tuple[datetime, int]:
        """Older cycles first, then as planned."""
        return Cycle.parse(self.cycle).start, self.position

    @property
    def waits(self) -> bool:
        """Whether there is something left to do about it."""
        return self.state not in ("sent", "dropped")

    @property
    def goes_out(self) -> bool:
        """Whether it will be tried without a person."""
        return self.waits and self.next_attempt_at is not None

    @property
    def begun(self) -> bool:
        """Whether somebody reads it already, or may."""
        return self.receipt is not None or self.state in _MAY_BE_POSTED

    @property
    def is_request(self) -> bool:
        """Whether it asks for approval."""
        return self.part == REQUEST


def entry_key(channel: str, message: Message) -> str:
    """What is posted once, whatever it says: channel, address, cycle, persona and part, as 64 bits in hex."""
    parts = (channel, message.address, message.cycle, message.persona_id or "", str(message.part))
    return hashlib.blake2b("\0".join(parts).encode(), digest_size=8).hexdigest()


def plan(
    known: Sequence[Entry],
    messages: Sequence[Message],
    *,
    channel: str,
    withdrawal: str | None,
    now: datetime,
) -> list[Entry]:
    """Entries that a cycle's report adds or changes, for one channel.

    Parameters
    ----------
    known
        This channel's entries so far, of any cycle.
    messages
        What the report would post, in order.
    withdrawal
        What takes the place of a posted message that is no longer there; None: the channel cannot correct.
    now
        The clock.

    Returns
    -------
    Only entries that differ from ``known``; the same report twice adds nothing.
    """
    by_key = {entry.key: entry for entry in known}
    wanted = {entry_key(channel, message): message for message in messages}
    changed = replan(known, messages, channel=channel, corrects=withdrawal is not None, now=now)
    spoken_of = {(m.address, m.cycle, m.persona_id) for m in messages}
    cycles = {message.cycle for message in messages}
    begun = _begun(known)
    for entry in known:
        if entry.key in wanted or entry.cycle not in cycles:
            continue
        if (entry.address, entry.cycle, entry.persona_id) in spoken_of:
            changed.append(_withdrawn(entry, withdrawal, now))
        elif entry.waits and entry.conversation not in begun:
            changed.append(drop(entry, ELSEWHERE))
    return [entry for entry in changed if by_key.get(entry.key) != entry]


def replan(
    known: Sequence[Entry],
    messages: Sequence[Message],
    *,
    channel: str,
    now: datetime,
    corrects: bool = True,
) -> list[Entry]:
    """As `plan`, but what no message speaks of stays as it is."""
    by_key = {entry.key: entry for entry in known}
    wanted = {entry_key(channel, message): message for message in messages}
    changed = [
        _new(channel, key, message, position, now)
        if key not in by_key
        else _changed(by_key[key], message, corrects=corrects, now=now)
        for position, (key, message) in enumerate(wanted.items())
    ]
    return [entry for entry in changed if by_key.get(entry.key) != entry]


def drop_older(known: Sequence[Entry], cycle: str, *, searches: bool) -> list[Entry]:
    """Conversations of cycles before this one that never began: they would only flood the channel.

    What may have been posted is looked for, where a channel ``searches``, but not posted again. A thread whose first
    message is out is completed.
    """
    start = Cycle.parse(cycle).start
    begun = _begun(known)
    dropped = []
    for entry in known:
        if not entry.waits or Cycle.parse(entry.cycle).start >= start or entry.receipt is not None:
            continue
        if entry.part == 0 and entry.state in _MAY_BE_POSTED:
            dropped.append(replace(entry, content=None) if searches else entry)
        elif entry.conversation not in begun:
            dropped.append(drop(entry, SUPERSEDED if entry.state == "held" else LATER_CYCLE))
    return dropped


def drop(entry: Entry, problem: str) -> Entry:
    """An entry that will not be posted."""
    return replace(entry, state="dropped", problem=problem, content=None, next_attempt_at=None)


def retried(entry: Entry, *, by_name: bool, now: datetime) -> Entry:
    """An entry that a person wants to be tried at once.

    What may have been posted, on a channel that cannot be asked, is sent again only when it is named.
    """
    undecided = entry.state in _MAY_BE_POSTED and entry.next_attempt_at is None
    if not entry.waits or entry.state == "held" or (undecided and not by_name):
        return entry
    state: State = "planned" if undecided else entry.state
    return replace(entry, state=state, next_attempt_at=now)


def wait_before(attempts: int) -> timedelta:
    """How long to wait after so many runs that failed: ten minutes, doubled each time, at most a day.

    >>> [str(wait_before(n)) for n in (1, 2, 3, 20)]
    ['0:10:00', '0:20:00', '0:40:00', '1 day, 0:00:00']
    """
    doublings = min(max(attempts, 1) - 1, 10)
    return min(_FIRST_WAIT * int(2**doublings), _LONGEST_WAIT)


def _begun(known: Sequence[Entry]) -> set[tuple[str, str, str, str]]:
    """Conversations whose first message somebody reads already, or may."""
    return {entry.conversation for entry in known if entry.part == 0 and entry.begun}


def _new(channel: str, key: str, message: Message, position: int, now: datetime) -> Entry:
    return Entry(
        key=key,
        channel=channel,
        address=message.address,
        cycle=message.cycle,
        persona_id=message.persona_id,
        part=message.part,
        position=position,
        content=message.content,
        content_hash=message.content_hash,
        planned_at=now,
        next_attempt_at=now,
    )


def _changed(entry: Entry, message: Message, *, corrects: bool, now: datetime) -> Entry:
    if entry.state == "dropped" and entry.problem not in (LATER_CYCLE, SUPERSEDED, DECLINED):
        return _new(entry.channel, entry.key, message, entry.position, now)
    if entry.content_hash == message.content_hash or entry.state == "dropped":
        return entry
    if entry.receipt is not None and not corrects:
        return replace(entry, problem=CHANGED)
    rewritten = replace(entry, content=message.content, content_hash=message.content_hash)
    if entry.state == "sent" or (entry.state == "failed" and entry.next_attempt_at is None):
        return replace(rewritten, state="planned", attempts=0, problem="", next_attempt_at=now)
    return rewritten


def _withdrawn(entry: Entry, withdrawal: str | None, now: datetime) -> Entry:
    if not entry.begun:
        return drop(entry, GONE) if entry.waits else entry
    if withdrawal is None:
        return replace(entry, problem=CHANGED)
    gone = Message(entry.address, entry.cycle, entry.persona_id, entry.part, withdrawal)
    return _changed(entry, gone, corrects=True, now=now)
