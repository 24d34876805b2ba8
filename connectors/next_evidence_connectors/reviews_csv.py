"""Reviews: CSV exports of review sites."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, ClassVar, Self

from next_evidence.records import Conversation, Turn
from next_evidence.sources.protocol import Page
from next_evidence_connectors._csv import Columns, CsvRow, Header, csv_pages, found_in
from next_evidence_connectors._dates import DateProblem, parse_moment
from next_evidence_connectors._options import DatedOptions, read_options
from next_evidence_connectors._paging import Found
from next_evidence_connectors._people import People

_BODIES = ("body", "likes", "dislikes", "problems")
_COLUMNS = Columns(
    {
        "review_id": ("id", "reviewid", "survey_id"),
        "published_at": (
            "published", "date", "review_date", "created_at", "submitted_at", "date_published", "updated", "timestamp",
        ),
        "body": ("review", "review_text", "text", "comment", "comments", "content", "description", "review_body"),
        "likes": ("pros", "what_do_you_like_best", "what_do_you_like_best_about", "love", "liked"),
        "dislikes": ("cons", "what_do_you_dislike", "what_do_you_dislike_about", "hate", "disliked"),
        "problems": ("what_problems_are_you_solving", "problems_solved", "benefits"),
        "reviewer_title": ("job_title", "reviewer_job_title", "role", "position", "author_title"),
        "reviewer_name": ("reviewer", "author", "author_name", "name", "user_name", "username"),
        "reviewer_email": ("email", "e_mail"),
        "company": ("company_name", "reviewer_company", "organization", "organisation", "account_name"),
        "account_id": ("account",),
        "url": ("link", "review_url", "permalink"),
        "language": ("lang", "locale"),
    },
    needed=(("review_id",), ("published_at",), _BODIES),
)  # fmt: skip


class ReviewsOptions(DatedOptions):
    """Options of `ReviewsConnector`."""


class ReviewsConnector:
    """Reads reviews, one a row; pros, cons and body are a turn each."""

    directory: ClassVar[bool] = False

    def __init__(self, options: ReviewsOptions, *, root: Path) -> None:
        self._options = options
        self._root = root

    @classmethod
    def from_options(cls, options: Mapping[str, Any], *, root: Path) -> Self:
        """See `next_evidence.sources.protocol.Connector`."""
        return cls(read_options(ReviewsOptions, options, connector="reviews_csv"), root=root)

    def pull(self, *, since: str | None, until: datetime) -> Iterator[Page]:
        """See `next_evidence.sources.protocol.Connector`."""
        yield from csv_pages(self._options, self._root, _COLUMNS, self._convert, since=since)

    def _convert(self, header: Header, rows: Iterator[CsvRow], file: str) -> Iterator[Found]:
        seen: dict[str, int] = {}
        for row in rows:
            outcome = self._conversation(row, seen, file)
            if isinstance(outcome, Conversation):
                yield found_in(row, file, conversations=(outcome,))
            else:
                yield found_in(row, file, outcome)

    def _conversation(self, row: CsvRow, seen: dict[str, int], file: str) -> Conversation | str:
        """The review of one row; a text says why there is none."""
        if row.problem:
            return row.problem
        ident = row["review_id"]
        if not ident:
            return "review_id is empty"
        if ident in seen:
            return f"review_id again, first on line {seen[ident]}"
        try:
            published_at = parse_moment(row["published_at"], order=self._options.date_order)
        except DateProblem as problem:
            return f"published_at: {problem}"
        seen[ident] = row.line
        people = People()
        key = people.add(
            name=row["reviewer_name"],
            email=row["reviewer_email"],
            title=row["reviewer_title"],
            side="customer",
        )
        return Conversation(
            conversation_id=ident,
            kind="review",
            started_at=published_at,
            participants=people.all(),
            turns=tuple(Turn(key, row[name], published_at) for name in _BODIES if row[name]),
            account_id=row["account_id"],
            company=row["company"],
            url=row["url"],
            language=row["language"],
            origin=f"{file}:{row.line}",
        )
