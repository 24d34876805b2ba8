"""Conversations to masked customer statements: what is stored, and nothing else is."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

import polars as pl

from next_evidence.evidence.accounts import Directory, is_bot
from next_evidence.records import Conversation, Participant, Side
from next_evidence.schemas import TURNS, UTTERANCES
from next_evidence.settings import CompanySettings, EvidenceSettings
from next_evidence.text.messages import body
from next_evidence.text.models import NameFinder, SentenceFinder
from next_evidence.text.normalise import plain_text, storable
from next_evidence.text.redact import Masker
from next_evidence.text.turns import context_span, split_sentences, utterances

_LONGEST_TURN = 200_000  # characters; what is longer is a pasted file, not a statement


@dataclass(frozen=True)
class PreparedCounts:
    """What became of the turns that came in; every one is counted once."""

    conversations: int = 0
    unresolved_conversations: int = 0  # no account in the CRM, or not certain which
    customer_turns: int = 0  # stored, customer side
    unknown_turns: int = 0  # stored, nobody knows whose side
    employee_turns: int = 0  # left out
    bot_turns: int = 0  # left out
    empty_turns: int = 0  # left out: nothing of the author's own, or nothing but small talk
    small_talk: int = 0  # sentences left out of stored turns
    short: int = 0  # statements left out for their length
    utterances: int = 0


@dataclass(frozen=True)
class Prepared:
    """Rows to store.

    ``turns`` (``TURNS``) and ``utterances`` (``UTTERANCES``) are sorted by conversation, turn and place;
    each utterance's text is exactly ``turn_text[start:end]``. A turn without an utterance is not stored.
    """

    turns: pl.DataFrame
    utterances: pl.DataFrame
    counts: PreparedCounts
    finds_unlisted_people: (
        bool  # False: no name model is installed, only listed and common names are masked
    )


@dataclass(frozen=True)
class _Turn:
    conversation: Conversation
    number: int
    at: datetime
    participant: Participant
    side: Side
    account_id: str | None
    contact_id: str | None
    title: str
    raw: str
    people: tuple[str, ...]


def build_masker(
    directory: Directory, company: CompanySettings, *, names: NameFinder | None
) -> Masker:
    """A masker that knows every contact and employee, and keeps accounts' names readable."""
    people = [contact.name for contact in directory.contacts.values() if contact.name]
    return Masker(
        [*people, *company.employees],
        keep=[account.name for account in directory.accounts.values() if account.name]
        + [company.name],
        names=names,
    )


def prepare(
    conversations: Iterable[Conversation],
    *,
    source: str,
    directory: Directory,
    masker: Masker,
    company: CompanySettings,
    rules: EvidenceSettings,
    splitter: SentenceFinder,
) -> Prepared:
    """Masked statements of customers, and of speakers whose side nobody knows.

    What employees and machines say is never stored; personal data is masked before this returns. The result
    does not depend on how conversations are spread over calls.

    Parameters
    ----------
    conversations
        One page of a source. Of an id that comes twice the later one counts.
    source
        Name of the source in ``next_evidence.yaml``.
    directory, masker, splitter
        The CRM, who is masked (`build_masker`), and where sentences end.
    """
    latest = {conversation.conversation_id: conversation for conversation in conversations}
    heard: list[_Turn] = []
    unresolved = employees = bots = 0
    for conversation_id in sorted(latest):
        resolved, turns, from_employees, from_bots = _customer_turns(
            latest[conversation_id], directory, company
        )
        unresolved += resolved is None
        employees += from_employees
        bots += from_bots
        heard += turns
    texts = masker.mask_all(
        [_own_words(turn) for turn in heard], people=[turn.people for turn in heard]
    )
    sentences = split_sentences(texts, splitter)
    turn_rows: list[dict[str, object]] = []
    rows: list[dict[str, object]] = []
    sides = {"customer": 0, "unknown": 0}
    small_talk = short = 0
    for turn, text, found in zip(heard, texts, sentences, strict=True):
        said = utterances(text, found, min_words=rules.min_words)
        small_talk += said.dropped_small_talk
        short += said.dropped_short
        if not said.spans:
            continue
        sides[turn.side] += 1
        turn_rows.append(
            {
                "source": source,
                "conversation_id": turn.conversation.conversation_id,
                "turn": turn.number,
                "text": text,
            }
        )
        for start, end in said.spans:
            around = context_span(text, said.sentences, (start, end))
            rows.append(_row(turn, source, text, (start, end), context=text[slice(*around)]))
    stored = sides["customer"] + sides["unknown"]
    return Prepared(
        turns=pl.DataFrame(turn_rows, schema=TURNS),
        utterances=pl.DataFrame(rows, schema=UTTERANCES),
        counts=PreparedCounts(
            conversations=len(latest),
            unresolved_conversations=unresolved,
            customer_turns=sides["customer"],
            unknown_turns=sides["unknown"],
            employee_turns=employees,
            bot_turns=bots,
            empty_turns=len(heard) - stored,
            small_talk=small_talk,
            short=short,
            utterances=len(rows),
        ),
        finds_unlisted_people=masker.finds_unlisted_people,
    )


def _customer_turns(
    conversation: Conversation, directory: Directory, company: CompanySettings
) -> tuple[str | None, list[_Turn], int, int]:
    account_id = directory.account_of(conversation, company).account_id
    participants = {participant.key: participant for participant in conversation.participants}
    people = tuple(
        dict.fromkeys(
            name
            for name in (
                *(p.name for p in conversation.participants if not is_bot(p)),
                *directory.people_of(account_id),
            )
            if name
        )
    )
    turns: list[_Turn] = []
    employees = bots = 0
    for number, turn in enumerate(conversation.turns):
        # a speaker whom the source does not list is known by what it calls them
        who = participants.get(turn.speaker) or Participant(key=turn.speaker, name=turn.speaker)
        if is_bot(who):
            bots += 1
            continue
        contact = directory.contact_of(who, account_id)
        side = directory.side_of(who, company, contact)
        if side == "employee":
            employees += 1
            continue
        turns.append(
            _Turn(
                conversation=conversation,
                number=number,
                at=_utc(turn.at or conversation.started_at),
                participant=who,
                side=side,
                account_id=account_id,
                contact_id=contact.contact_id if contact else None,
                title=(contact.title if contact else "") or who.title,
                raw=turn.text[:_LONGEST_TURN],
                people=people,
            )
        )
    return account_id, turns, employees, bots


def _own_words(turn: _Turn) -> str:
    text = plain_text(turn.raw)
    kind = turn.conversation.kind
    return text if kind == "call" else body(text, markdown=kind == "onboarding_note")


def _row(
    turn: _Turn, source: str, text: str, span: tuple[int, int], *, context: str
) -> dict[str, object]:
    conversation = turn.conversation
    return {
        "utterance_id": _hash(source, conversation.conversation_id, str(turn.number), str(span[0])),
        "conversation_id": conversation.conversation_id,
        "source": source,
        "kind": conversation.kind,
        "account_id": turn.account_id,
        "contact_id": turn.contact_id,
        "speaker_key": turn.contact_id or _speaker_key(turn, source),
        "speaker_title": storable(turn.title).strip() or None,
        "side": turn.side,
        "spoken_at": turn.at,
        "turn": turn.number,
        "start": span[0],
        "end": span[1],
        "text": text[span[0] : span[1]],
        "context": context,
        "url": storable(conversation.url).strip() or None,
        "language": storable(conversation.language).strip() or None,
    }


def _speaker_key(turn: _Turn, source: str) -> str:
    """One key per person whom the CRM does not know, which does not show who it is.

    By e-mail the same person is known again in other conversations; a name alone holds within one.
    """
    email = turn.participant.email.strip().casefold()
    if email:
        return f"s-{_hash(source, 'email', email)}"
    who = turn.participant.name.strip().casefold() or turn.participant.key
    return f"s-{_hash(source, 'name', turn.conversation.conversation_id, who)}"


def _hash(*parts: str) -> str:
    text = "\x1f".join(parts)
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()


def _utc(moment: datetime) -> datetime:
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
