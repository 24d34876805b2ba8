"""Holds what nobody has approved: which messages wait for a yes, and what an answer does to them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from next_evidence.delivery.outbox import DECLINED, GONE, SUPERSEDED, Entry, drop, replan
from next_evidence.delivery.protocol import InteractiveChannel

Version = tuple[str, str]  # key of an outbox entry, hash of its content


@dataclass(frozen=True)
class Answer:
    """What a person said of one version of one message: yes or no, in words that name who and when."""

    approved: bool
    said: str


Answers = Mapping[Version, Answer]


@dataclass(frozen=True)
class Approvals:
    """What may be posted. ``required`` False: everything that nobody declined."""

    required: bool
    answers: Answers

    def allow(self, entry: Entry) -> bool:
        """Whether these very words may be posted; what asks for approval needs none itself."""
        answer = self.answers.get((entry.key, entry.content_hash))
        if entry.is_request or entry.content is None:
            return True
        return answer.approved if answer is not None else not self.required

    def settle(self, entries: Sequence[Entry], *, now: datetime) -> list[Entry]:
        """Entries that are held, released or dropped by this; only those that change."""
        changed = [self._settled(entry, now) for entry in entries]
        return [new for new, old in zip(changed, entries, strict=True) if new != old]

    def _settled(self, entry: Entry, now: datetime) -> Entry:
        if entry.state not in ("planned", "held", "failed") or entry.content is None:
            return entry
        if self.allow(entry):
            if entry.state != "held":
                return entry
            return replace(entry, state="planned", next_attempt_at=now)
        if (entry.key, entry.content_hash) in self.answers:
            if entry.receipt is None:
                return drop(entry, DECLINED)
            # what readers have stays as it is
            return replace(
                entry, state="sent", content=None, problem=DECLINED, next_attempt_at=None
            )
        return replace(entry, state="held", next_attempt_at=None)


def held_briefs(entries: Iterable[Entry]) -> dict[tuple[str, str | None], list[Entry]]:
    """Messages that wait for a yes, by cycle and persona; persona None: the digest of all."""
    found: dict[tuple[str, str | None], list[Entry]] = {}
    for entry in entries:
        if entry.state == "held":
            found.setdefault((entry.cycle, entry.persona_id), []).append(entry)
    return found


def version_of(held: Iterable[Entry]) -> str:
    """What a person looked at: one hash of every message that waits, 64 bits in hex."""
    versions = sorted(f"{entry.key}:{entry.content_hash}" for entry in held)
    return hashlib.blake2b("\n".join(versions).encode(), digest_size=8).hexdigest()


def requests(
    entries: Sequence[Entry],
    channel: InteractiveChannel,
    *,
    name: str,
    answers: Answers,
    now: datetime,
) -> list[Entry]:
    """Messages that ask for approval, as they should stand now; only entries that change.

    Parameters
    ----------
    entries
        The outbox, settled.
    channel, name
        Where to ask. Nothing is asked when it has no ``approvals_to``.
    answers
        What was said, for requests that were answered.
    now
        The clock.
    """
    if not channel.approvals_to:
        return []
    mine = [entry for entry in entries if entry.channel == name]
    known = [entry for entry in mine if entry.is_request]
    held = held_briefs(entries)
    here = held_briefs(mine)
    messages = [
        channel.request(
            next((e.message for e in waiting if e.part == 0), None),
            cycle=cycle,
            persona_id=persona_id,
            version=version_of(held[cycle, persona_id]),
            corrects=any(entry.begun for entry in waiting),
        )
        for (cycle, persona_id), waiting in here.items()
    ]
    answered = [e for e in known if (e.cycle, e.persona_id) not in here]
    messages += [
        channel.closed_request(
            cycle=entry.cycle, persona_id=entry.persona_id, how=_how(entry, mine, answers)
        )
        for entry in answered
        if entry.begun
    ]
    gone = [drop(entry, GONE) for entry in answered if not entry.begun and entry.waits]
    return gone + replan(known, messages, channel=name, now=now)


def _how(request: Entry, mine: Iterable[Entry], answers: Answers) -> str:
    """What became of the messages that a request asked about."""
    told = [
        entry
        for entry in mine
        if not entry.is_request
        and (entry.cycle, entry.persona_id) == (request.cycle, request.persona_id)
    ]
    given = [answers[e.key, e.content_hash] for e in told if (e.key, e.content_hash) in answers]
    if given:
        return given[0].said
    if any(entry.problem == SUPERSEDED for entry in told):
        return "Superseded: a later cycle was reported before anybody answered. Nothing was posted."
    return "Nothing waits for an answer any more."


def approvals_asked(
    entries: Sequence[Entry],
    channels: Mapping[str, object],
    *,
    answers: Answers,
    now: datetime,
) -> list[Entry]:
    """`requests` of every channel that people can act on."""
    return [
        entry
        for name, channel in channels.items()
        if isinstance(channel, InteractiveChannel)
        for entry in requests(entries, channel, name=name, answers=answers, now=now)
    ]
