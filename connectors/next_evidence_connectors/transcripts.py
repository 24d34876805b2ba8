"""Calls: WebVTT, SRT, text and JSON transcripts, with metadata beside them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import Any, ClassVar, Self

from pydantic import Field

from next_evidence.records import Conversation, Kind, Rejection
from next_evidence.sources.protocol import Page
from next_evidence_connectors._call_json import CallText, parse_call_json
from next_evidence_connectors._call_metadata import CallMetadata, parse_call_metadata
from next_evidence_connectors._cues import parse_cues
from next_evidence_connectors._dates import DateProblem, parse_moment
from next_evidence_connectors._documents import Document, DocumentUnit
from next_evidence_connectors._files import SourceFile, files_in, name_within
from next_evidence_connectors._jsonl import RowProblem, parse_json
from next_evidence_connectors._names import name_speakers
from next_evidence_connectors._options import DateOrder, FolderOptions, read_options
from next_evidence_connectors._paging import Found, pages
from next_evidence_connectors._pasted import parse_pasted
from next_evidence_connectors._text import READ_AS_LATIN, TextProblem, decode
from next_evidence_connectors._turns import join_cues

_SUFFIXES = (".vtt", ".srt", ".txt", ".json")  # of two transcripts of one call the first is read


class TranscriptsOptions(FolderOptions):
    """Options of `TranscriptsConnector`."""

    kind: Kind = Field(default="call", description="What these conversations count as.")
    date_order: DateOrder | None = Field(
        default=None, description="How 03/04/2026 in metadata is meant: `dmy` or `mdy`."
    )


@dataclass
class _Bundle:
    """What the files of one call say."""

    metadata: dict[str, CallMetadata] | None = None
    transcript: tuple[str, list[CallText]] | None = None
    voiced: bool = False
    rejected: list[Rejection] = field(default_factory=list)


class TranscriptsConnector:
    """Reads a folder of call transcripts; files of the same stem are one call.

    A ``.json`` is metadata or a transcript, as its shape tells. Without metadata the speakers are the
    participants, on a side that nobody states, and the day comes from the file's name.
    """

    directory: ClassVar[bool] = False

    def __init__(self, options: TranscriptsOptions, *, root: Path) -> None:
        self._options = options
        self._root = root

    @classmethod
    def from_options(cls, options: Mapping[str, Any], *, root: Path) -> Self:
        """See `next_evidence.sources.protocol.Connector`."""
        return cls(read_options(TranscriptsOptions, options, connector="transcripts"), root=root)

    def pull(self, *, since: str | None, until: datetime) -> Iterator[Page]:
        """See `next_evidence.sources.protocol.Connector`."""
        calls: dict[str, list[SourceFile]] = {}
        for file in files_in(self._options.folder, root=self._root, suffixes=_SUFFIXES):
            calls.setdefault(str(PurePosixPath(file.name).with_suffix("")), []).append(file)
        units = (DocumentUnit(name, tuple(files), self._read) for name, files in calls.items())
        yield from pages(units, since=since)

    def _read(self, documents: list[Document]) -> Found:
        bundle = _Bundle()
        for document in sorted(documents, key=lambda found: _SUFFIXES.index(_suffix(found))):
            self._take(bundle, document)
        conversations: list[Conversation] = []
        if bundle.transcript is not None:
            name, calls = bundle.transcript
            for number, call in enumerate(calls):
                conversation = self._conversation(
                    bundle, name, call, number if len(calls) > 1 else None
                )
                if conversation is not None:
                    conversations.append(conversation)
        elif bundle.metadata is not None and not bundle.rejected:
            beside = documents[-1].name
            reason = "this is the metadata of a call, but no transcript lies beside it"
            bundle.rejected.append(Rejection(beside, 0, reason))
        return Found(conversations=tuple(conversations), rejected=tuple(bundle.rejected))

    def _take(self, bundle: _Bundle, document: Document) -> None:
        """Add one file to its call."""
        name = document.name
        if not document.data.strip():
            bundle.rejected.append(Rejection(name, 0, "the file is empty"))
            return
        try:
            text, latin = decode(document.data)
            if latin:
                bundle.rejected.append(Rejection(name, latin, READ_AS_LATIN))
            if _suffix(document) == ".json":
                calls, voiced = self._take_json(bundle, document, text), True
            else:
                calls, voiced = self._cues(bundle, document, text)
        except TextProblem as problem:
            bundle.rejected.append(Rejection(name, 0, str(problem)))
            return
        except RowProblem as problem:
            bundle.rejected.append(Rejection(name, problem.line, str(problem)))
            return
        if calls is None:
            return
        if bundle.transcript is not None:
            reason = "a second transcript of this call; the first one was read"
            bundle.rejected.append(Rejection(name, 0, reason))
        else:
            bundle.transcript, bundle.voiced = (name, calls), voiced

    def _take_json(self, bundle: _Bundle, document: Document, text: str) -> list[CallText] | None:
        value = parse_json(text.removeprefix("\ufeff"))
        calls = parse_call_json(value)
        metadata = parse_call_metadata(value, order=self._options.date_order)
        if metadata is not None:
            bundle.metadata = bundle.metadata or metadata
            problems = [problem for call in metadata.values() for problem in call.problems]
            bundle.rejected.extend(Rejection(document.name, 0, problem) for problem in problems)
        elif calls is None:
            raise RowProblem("this JSON is neither a transcript nor metadata of a call")
        return calls

    def _cues(
        self, bundle: _Bundle, document: Document, text: str
    ) -> tuple[list[CallText] | None, bool]:
        if _suffix(document) == ".txt":
            return [CallText(tuple(parse_pasted(text)))], True
        found = parse_cues(text)
        bundle.rejected.extend(Rejection(document.name, line, why) for line, why in found.problems)
        return [CallText(tuple(found.cues), language=found.language)], found.voiced

    def _conversation(
        self, bundle: _Bundle, name: str, call: CallText, number: int | None
    ) -> Conversation | None:
        metadata = _metadata_of(bundle, call)
        if not call.cues:
            bundle.rejected.append(
                Rejection(name, 0, "no cue was found: nobody says anything here")
            )
            return None
        started_at = metadata.started_at or _dated(call.began_at, name)
        if started_at is None:
            stem = PurePosixPath(name).stem
            reason = f"no start time: write start_time into {stem}.json, or a date such as 2026-10-02 into the file's name"
            bundle.rejected.append(Rejection(name, 0, reason))
            return None
        roster = metadata.roster.copy()
        cues = name_speakers(call.cues, roster=roster, voiced=bundle.voiced)
        turns = join_cues(cues, roster=roster, started_at=started_at)
        own = name_within(self._options.folder, name)
        return Conversation(
            conversation_id=call.call_id
            or metadata.call_id
            or (own if number is None else f"{own}-{number + 1}"),
            kind=self._options.kind,
            started_at=started_at,
            participants=tuple(roster.people),
            turns=tuple(turns),
            account_id=metadata.account_id,
            company=metadata.company,
            url=metadata.url,
            language=metadata.language or call.language,
            origin=f"{name}:1",
        )


def _metadata_of(bundle: _Bundle, call: CallText) -> CallMetadata:
    known = bundle.metadata or {}
    return known.get(call.call_id) or known.get("") or CallMetadata()


def _suffix(document: Document) -> str:
    return PurePosixPath(document.name).suffix.casefold()


def _dated(began_at: Any, name: str) -> datetime | None:
    """Start of a call whose metadata has none: the transcript's own moment, else the file's name."""
    stem = PurePosixPath(name).stem
    zoom = re.search(r"GMT(\d{8})-(\d{2})(\d{2})(\d{2})", stem)
    day = re.search(r"(?<!\d)(\d{4})[-_.]?(\d{2})[-_.]?(\d{2})(?!\d)", stem)
    candidates = [began_at]
    if zoom:
        candidates.append(f"{zoom[1]}T{zoom[2]}:{zoom[3]}:{zoom[4]}+00:00")
    if day:
        candidates.append("-".join(day.groups()))
    for candidate in candidates:
        try:
            if candidate is not None:
                return parse_moment(candidate)
        except DateProblem:
            continue
    return None
