"""Notes that employees write of what a customer said: markdown with front matter."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import Any, ClassVar, Self

from pydantic import Field

from next_evidence.records import Conversation, Kind, Rejection, Turn
from next_evidence.sources.protocol import Page
from next_evidence.yaml_text import parse_yaml
from next_evidence_connectors._dates import DateProblem, parse_moment
from next_evidence_connectors._documents import Document, DocumentUnit
from next_evidence_connectors._files import files_in, name_within
from next_evidence_connectors._jsonl import RowProblem
from next_evidence_connectors._options import DateOrder, FolderOptions, read_options
from next_evidence_connectors._paging import Found, pages
from next_evidence_connectors._people import People
from next_evidence_connectors._text import READ_AS_LATIN, TextProblem, clean, decode, one_line

_FENCE = re.compile(r"\ufeff?---[ \t]*\n(.*?)\n(?:---|\.\.\.)[ \t]*(?:\n|$)", re.S)
_ITEM = re.compile(r"\s*(?:[-*+]|\d{1,3}[.)])\s+")
_HEADING = re.compile(r"\s*#{1,6}\s|\s*(?:=+|-{3,}|\*{3,}|_{3,})\s*$")


class NotesOptions(FolderOptions):
    """Options of `NotesConnector`."""

    kind: Kind = Field(default="onboarding_note", description="What these notes count as.")
    date_order: DateOrder | None = Field(
        default=None, description="How 03/04/2026 is meant: `dmy` or `mdy`."
    )


class NotesConnector:
    """Reads a folder of notes, each one conversation; a paragraph or list item is a turn.

    The author is an employee who reports; the words count as the contact's, or as an unnamed customer's
    where the note names nobody.
    """

    directory: ClassVar[bool] = False

    def __init__(self, options: NotesOptions, *, root: Path) -> None:
        self._options = options
        self._root = root

    @classmethod
    def from_options(cls, options: Mapping[str, Any], *, root: Path) -> Self:
        """See `next_evidence.sources.protocol.Connector`."""
        return cls(read_options(NotesOptions, options, connector="notes_markdown"), root=root)

    def pull(self, *, since: str | None, until: datetime) -> Iterator[Page]:
        """See `next_evidence.sources.protocol.Connector`."""
        files = files_in(self._options.folder, root=self._root, suffixes=(".md", ".markdown"))
        units = (DocumentUnit(file.name, (file,), self._read) for file in files)
        yield from pages(units, since=since)

    def _read(self, documents: list[Document]) -> Found:
        (document,) = documents
        rejected = []
        if not document.data.strip():
            return Found(rejected=(Rejection(document.name, 0, "the file is empty"),))
        try:
            text, latin = decode(document.data)
            if latin:
                rejected.append(Rejection(document.name, latin, READ_AS_LATIN))
            conversation = self._conversation(document.name, re.sub(r"\r\n?", "\n", text))
        except (TextProblem, RowProblem) as problem:
            return Found(rejected=(*rejected, Rejection(document.name, 1, str(problem))))
        return Found(conversations=(conversation,), rejected=tuple(rejected))

    def _conversation(self, name: str, text: str) -> Conversation:
        fields, body, first_line = _front_matter(text)
        started_at = self._moment(fields, name)
        people = People()
        name_of, email = _contact(fields)
        speaker = people.add(
            name=name_of, email=email, title=_word(fields, "contact_title"), side="customer"
        )
        author = _word(fields, "author", "owner", "csm", "written_by")
        if author:
            people.add(
                name="" if "@" in author else author,
                email=author if "@" in author else "",
                side="employee",
            )
        return Conversation(
            conversation_id=_word(fields, "id", "note_id")
            or name_within(self._options.folder, name),
            kind=self._options.kind,
            started_at=started_at,
            participants=people.all(),
            turns=tuple(Turn(speaker, words, started_at) for words in paragraphs(body)),
            account_id=_word(fields, "account_id", "account"),
            company=_word(fields, "company", "customer", "account_name"),
            url=_word(fields, "url", "link"),
            language=_word(fields, "language", "lang"),
            origin=f"{name}:{first_line}",
        )

    def _moment(self, fields: Mapping[str, Any], name: str) -> datetime:
        given = _word(fields, "date", "created_at", "met_at", "held_on", "day")
        if not given:
            day = re.search(r"(?<!\d)\d{4}-\d{2}-\d{2}(?!\d)", PurePosixPath(name).stem)
            if day is None:
                raise RowProblem(
                    "no date: write `date: 2026-10-02` between lines of --- at the top"
                )
            given = day[0]
        try:
            return parse_moment(given, order=self._options.date_order)
        except DateProblem as problem:
            raise RowProblem(f"date: {problem}") from None


def paragraphs(body: str) -> list[str]:
    """Paragraphs and list items of markdown, without headings, rules and list marks."""
    found: list[list[str]] = [[]]
    for line in body.split("\n"):
        if not line.strip() or _HEADING.match(line):
            found.append([])
            continue
        item = _ITEM.match(line)
        if item:
            found.append([])
            line = line[item.end() :]
        found[-1].append(line.removeprefix("> ").strip())
    return [words for lines in found if (words := clean(" ".join(lines)))]


def _front_matter(text: str) -> tuple[Mapping[str, Any], str, int]:
    found = _FENCE.match(text)
    if found is None:
        return {}, text.removeprefix("\ufeff"), 1
    document = parse_yaml(found[1])
    if document.problems:
        raise RowProblem(f"front matter: {document.problems[0]}")
    if not isinstance(document.value, dict | None):
        raise RowProblem("front matter: write `key: value` lines")
    return document.value or {}, text[found.end() :], text.count("\n", 0, found.end()) + 1


def _contact(fields: Mapping[str, Any]) -> tuple[str, str]:
    """Name and e-mail address of the first contact, however it is written."""
    value = next(
        (fields[key] for key in ("contact", "contacts", "attendees") if fields.get(key)), ""
    )
    if isinstance(value, list):
        value = value[0] if value else ""
    if isinstance(value, dict):
        return _word(value, "name"), _word(value, "email")
    told = re.fullmatch(r"(?P<name>[^<>]*?)\s*<(?P<email>[^<>\s]+@[^<>\s]+)>", str(value).strip())
    if told:
        return told["name"], told["email"]
    return ("", str(value)) if "@" in str(value) else (str(value), "")


def _word(fields: Mapping[str, Any], *keys: str) -> str:
    for key in keys:
        value = fields.get(key)
        if isinstance(value, str) and value.strip():
            return one_line(value)
    return ""
