"""Surveys: CSV exports with a row per answer, or a row per response and a column per question."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, ClassVar, Self

from pydantic import Field

from next_evidence.records import Conversation, Rejection, Turn
from next_evidence.sources.protocol import Page
from next_evidence_connectors._csv import Columns, CsvRow, Header, csv_pages, plain_name
from next_evidence_connectors._dates import DateProblem, parse_moment
from next_evidence_connectors._options import DatedOptions, DateOrder, read_options
from next_evidence_connectors._paging import Found
from next_evidence_connectors._people import People
from next_evidence_connectors._rows import latin_note

_KNOWN = {
    "response_id": ("id", "responseid", "response", "token", "submission_id", "respondent_id", "survey_response_id"),
    "submitted_at": (
        "submitted", "submit_date", "submit_date_utc", "date", "created_at", "completed_at", "responded_at",
        "timestamp", "end_date", "recorded_date", "date_submitted", "response_date",
    ),
    "account_id": ("account", "organization_id", "organisation_id", "customer_id", "company_id"),
    "respondent_email": ("email", "e_mail", "email_address", "respondent", "contact_email", "recipient_email"),
    "respondent_name": ("name", "full_name", "contact_name", "recipient_name"),
    "respondent_title": ("title", "job_title", "role", "contact_title"),
    "company": ("company_name", "account_name", "organization", "organisation", "customer"),
    "url": ("link", "response_url"),
    "language": ("user_language", "locale"),
}  # fmt: skip
_ANSWERS = (
    "answer", "comment", "verbatim", "comments", "answer_text", "response_text", "text", "feedback", "open_text",
    "open_ended_response",
)  # fmt: skip


class SurveysOptions(DatedOptions):
    """Options of `SurveysConnector`."""

    answer_columns: tuple[str, ...] = Field(
        default=(),
        description="Headers of the columns with open answers, if they are not `answer` or `comment`.",
    )


@dataclass
class _Response:
    """Rows of one response that follow each other."""

    ident: str
    line: int
    started_at: datetime
    row: CsvRow
    answers: list[str] = field(default_factory=list)


class SurveysConnector:
    """Reads survey answers. Rows of one response are one conversation; a score alone says nothing."""

    directory: ClassVar[bool] = False

    def __init__(self, options: SurveysOptions, *, root: Path) -> None:
        self._options = options
        self._root = root
        self._answers = tuple(plain_name(name) for name in options.answer_columns) or _ANSWERS
        self._columns = Columns(
            {**_KNOWN, **dict.fromkeys(self._answers, ())},
            needed=(("response_id",), ("submitted_at",), self._answers),
        )

    @classmethod
    def from_options(cls, options: Mapping[str, Any], *, root: Path) -> Self:
        """See `next_evidence.sources.protocol.Connector`."""
        return cls(read_options(SurveysOptions, options, connector="surveys_csv"), root=root)

    def pull(self, *, since: str | None, until: datetime) -> Iterator[Page]:
        """See `next_evidence.sources.protocol.Connector`."""
        yield from csv_pages(self._options, self._root, self._columns, self._convert, since=since)

    def _convert(self, header: Header, rows: Iterator[CsvRow], file: str) -> Iterator[Found]:
        """Responses in order. Rows of a response that lie apart are conversations of their own."""
        seen: dict[str, int] = {}
        said: dict[bytes, int] = {}
        open_response: _Response | None = None
        rejected: list[Rejection] = []
        end = line = 0
        for row in rows:
            ident = row["response_id"]
            if open_response is not None and not row.problem and ident != open_response.ident:
                yield _closed(open_response, seen, file, rejected, end, line)
                open_response, rejected = None, []
            if row.latin:
                rejected.append(latin_note(file, row.line))
            problem = row.problem or self._take(row, said, open_response)
            if isinstance(problem, _Response):
                open_response = problem
            elif problem:
                rejected.append(Rejection(file, row.line, problem))
            end, line = row.end, row.last_line
            if open_response is None:
                yield Found(rejected=tuple(rejected), end=end, line=line)
                rejected = []
        if open_response is not None:
            yield _closed(open_response, seen, file, rejected, end, line)

    def _take(
        self, row: CsvRow, said: dict[bytes, int], current: _Response | None
    ) -> _Response | str:
        """Add a row to its response, or begin one; a text says why it cannot be used."""
        if not row["response_id"]:
            return "response_id is empty"
        digest = _digest(row)
        if digest in said:
            return f"the same row as line {said[digest]}"
        try:
            moment = parse_moment(row["submitted_at"], order=self._order)
        except DateProblem as problem:
            return f"submitted_at: {problem}"
        said[digest] = row.line
        if current is None:
            current = _Response(row["response_id"], row.line, moment, row)
        given = [answer for name in self._answers if (answer := row[name])]
        current.answers.extend(dict.fromkeys(given))  # the same words in two columns are said once
        return current

    @property
    def _order(self) -> DateOrder | None:
        return self._options.date_order


def _closed(
    response: _Response,
    seen: dict[str, int],
    file: str,
    rejected: list[Rejection],
    end: int,
    line: int,
) -> Found:
    row = response.row
    seen[response.ident] = seen.get(response.ident, 0) + 1
    again = "" if seen[response.ident] == 1 else f"-{seen[response.ident]}"
    people = People()
    key = people.add(
        name=row["respondent_name"],
        email=row["respondent_email"],
        title=row["respondent_title"],
        side="customer",
    )
    conversation = Conversation(
        conversation_id=response.ident + again,
        kind="survey",
        started_at=response.started_at,
        participants=people.all(),
        turns=tuple(Turn(key, answer, response.started_at) for answer in response.answers),
        account_id=row["account_id"],
        company=row["company"],
        url=row["url"],
        language=row["language"],
        origin=f"{file}:{response.line}",
    )
    return Found(conversations=(conversation,), rejected=tuple(rejected), end=end, line=line)


def _digest(row: CsvRow) -> bytes:
    cells = "\0".join(row.written)
    return hashlib.blake2b(cells.encode("utf-8", "replace"), digest_size=8).digest()
