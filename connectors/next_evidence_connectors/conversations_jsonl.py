"""The plain interchange format that anything can be turned into: one conversation a line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, ClassVar, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from next_evidence.records import Conversation, Kind, Participant, Side, Turn
from next_evidence.sources.protocol import Page
from next_evidence_connectors._dates import DateProblem, parse_moment
from next_evidence_connectors._files import files_at
from next_evidence_connectors._jsonl import RowProblem, json_lines
from next_evidence_connectors._options import DatedOptions, DateOrder, read_options
from next_evidence_connectors._paging import pages
from next_evidence_connectors._rows import RowUnit
from next_evidence_connectors._text import clean, one_line

_PROBLEMS_TOLD = 3


def _word(value: Any) -> Any:
    """A null is an empty word; a number is a word."""
    return "" if value is None else one_line(str(value)) if isinstance(value, str | int) else value


Word = Annotated[str, BeforeValidator(_word)]


class _Row(BaseModel):
    """Keys that the format does not know are passed over, so that exports may carry more."""

    model_config = ConfigDict(extra="ignore", frozen=True)


class _ParticipantRow(_Row):
    id: Word = Field(min_length=1)
    name: Word = ""
    email: Word = ""
    title: Word = ""
    side: Side = "unknown"
    bot: bool = False


class _TurnRow(_Row):
    speaker: Word = ""
    at: Any = None
    text: str


class _ConversationRow(_Row):
    id: Word = Field(min_length=1)
    kind: Kind
    started_at: Any
    participants: tuple[_ParticipantRow, ...] = ()
    turns: tuple[_TurnRow, ...]
    account_id: Word = ""
    company: Word = ""
    url: Word = ""
    language: Word = ""


class ConversationsOptions(DatedOptions):
    """Options of `ConversationsConnector`."""


class ConversationsConnector:
    """Reads conversations JSON Lines, the format of the manual."""

    directory: ClassVar[bool] = False

    def __init__(self, options: ConversationsOptions, *, root: Path) -> None:
        self._options = options
        self._root = root

    @classmethod
    def from_options(cls, options: Mapping[str, Any], *, root: Path) -> Self:
        """See `next_evidence.sources.protocol.Connector`."""
        return cls(
            read_options(ConversationsOptions, options, connector="conversations_jsonl"), root=root
        )

    def pull(self, *, since: str | None, until: datetime) -> Iterator[Page]:
        """See `next_evidence.sources.protocol.Connector`."""
        files = files_at(
            file=self._options.file,
            folder=self._options.folder,
            root=self._root,
            suffixes=(".jsonl", ".ndjson"),
        )
        yield from pages((RowUnit(file, json_lines(self._convert)) for file in files), since=since)

    def _convert(self, row: dict[str, Any], origin: str) -> tuple[list[Conversation], list[str]]:
        try:
            parsed = _ConversationRow.model_validate(row)
        except ValidationError as error:
            raise RowProblem(_told(error)) from None
        order = self._options.date_order
        started_at = _moment(parsed.started_at, "started_at", order)
        people = {person.id: _participant(person) for person in parsed.participants}
        if len(people) < len(parsed.participants):
            raise RowProblem("participants: an id is given twice")
        turns = []
        for number, turn in enumerate(parsed.turns):
            at = None if turn.at is None else _moment(turn.at, f"turns[{number}].at", order)
            speaker = turn.speaker or "unknown"
            people.setdefault(speaker, Participant(key=speaker))
            if clean(turn.text):
                turns.append(Turn(speaker, clean(turn.text), at))
        conversation = Conversation(
            conversation_id=parsed.id,
            kind=parsed.kind,
            started_at=started_at,
            participants=tuple(people.values()),
            turns=tuple(turns),
            account_id=parsed.account_id,
            company=parsed.company,
            url=parsed.url,
            language=parsed.language,
            origin=origin,
        )
        return [conversation], []


def _participant(row: _ParticipantRow) -> Participant:
    return Participant(
        key=row.id,
        name=row.name,
        email=row.email.casefold(),
        title=row.title,
        side=row.side,
        bot=row.bot,
    )


def _moment(value: Any, where: str, order: DateOrder | None) -> datetime:
    try:
        return parse_moment(value, order=order)
    except DateProblem as problem:
        raise RowProblem(f"{where}: {problem}") from None


def _told(error: ValidationError) -> str:
    """The first problems of a row by key and rule, without any value."""
    found = error.errors(include_url=False, include_input=False)
    told = [
        f"{'.'.join(str(part) for part in one['loc'])}: {one['msg'][:1].lower()}{one['msg'][1:]}"
        for one in found[:_PROBLEMS_TOLD]
    ]
    more = f"; and {len(found) - _PROBLEMS_TOLD} more" if len(found) > _PROBLEMS_TOLD else ""
    return "; ".join(told) + more
