"""Tickets and support conversations: JSON Lines of a help desk, or one JSON file of a small export."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, ClassVar, Self

from next_evidence.records import Conversation, Rejection
from next_evidence.sources.protocol import Page
from next_evidence_connectors._documents import Document, DocumentUnit
from next_evidence_connectors._files import SourceFile, files_at
from next_evidence_connectors._jsonl import RowProblem, json_lines, parse_json
from next_evidence_connectors._options import DatedOptions, read_options
from next_evidence_connectors._paging import Found, Unit, pages
from next_evidence_connectors._rows import RowUnit
from next_evidence_connectors._text import TextProblem, decode
from next_evidence_connectors._ticket_shapes import ticket_conversation

_SUFFIXES = (".jsonl", ".ndjson", ".json")
_LISTS = ("tickets", "conversations", "results", "data")


class TicketsOptions(DatedOptions):
    """Options of `TicketsConnector`."""


class TicketsConnector:
    """Reads tickets: one object a line with ``id``, ``created_at`` and ``comments``.

    Zendesk's and Intercom's own shapes are read too, and a ``.json`` file with a list of them.
    """

    directory: ClassVar[bool] = False

    def __init__(self, options: TicketsOptions, *, root: Path) -> None:
        self._options = options
        self._root = root

    @classmethod
    def from_options(cls, options: Mapping[str, Any], *, root: Path) -> Self:
        """See `next_evidence.sources.protocol.Connector`."""
        return cls(read_options(TicketsOptions, options, connector="tickets_jsonl"), root=root)

    def pull(self, *, since: str | None, until: datetime) -> Iterator[Page]:
        """See `next_evidence.sources.protocol.Connector`."""
        files = files_at(
            file=self._options.file,
            folder=self._options.folder,
            root=self._root,
            suffixes=_SUFFIXES,
        )
        yield from pages((self._unit(file) for file in files), since=since)

    def _unit(self, file: SourceFile) -> Unit:
        if file.name.casefold().endswith(".json"):
            return DocumentUnit(file.name, (file,), self._read_json)
        return RowUnit(file, json_lines(self._convert))

    def _convert(self, row: dict[str, Any], origin: str) -> tuple[list[Conversation], list[str]]:
        conversation, notes = ticket_conversation(row, origin, order=self._options.date_order)
        return [conversation], notes

    def _read_json(self, documents: list[Document]) -> Found:
        (document,) = documents
        conversations: list[Conversation] = []
        rejected: list[Rejection] = []
        try:
            value = parse_json(decode(document.data)[0].removeprefix("\ufeff"))
        except TextProblem as problem:
            return Found(rejected=(Rejection(document.name, 0, str(problem)),))
        except RowProblem as problem:
            return Found(rejected=(Rejection(document.name, problem.line, str(problem)),))
        rows = value
        if isinstance(value, dict):
            rows = next((value[key] for key in _LISTS if isinstance(value.get(key), list)), [value])
        for number, row in enumerate(rows if isinstance(rows, list) else [None], start=1):
            try:
                if not isinstance(row, dict):
                    raise RowProblem("this is no object in braces")
                found, notes = self._convert(row, f"{document.name}:1")
                conversations.extend(found)
            except RowProblem as problem:
                notes = [str(problem)]
            rejected.extend(
                Rejection(document.name, 0, f"ticket {number}: {note}") for note in notes
            )
        return Found(conversations=tuple(conversations), rejected=tuple(rejected))
