"""Help-desk tickets and support conversations, in the shapes that vendors export."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from next_evidence.records import Conversation, Side, Turn
from next_evidence_connectors._dates import DateProblem, parse_moment
from next_evidence_connectors._jsonl import RowProblem
from next_evidence_connectors._options import DateOrder
from next_evidence_connectors._people import People
from next_evidence_connectors._text import first_word, plain_text

_ROLES: dict[str, Side] = {
    "end_user": "customer", "enduser": "customer", "customer": "customer", "user": "customer",
    "requester": "customer", "contact": "customer", "lead": "customer", "visitor": "customer",
    "agent": "employee", "admin": "employee", "team_member": "employee", "employee": "employee",
    "staff": "employee", "teammate": "employee", "team": "employee", "owner": "employee",
    "bot": "employee", "system": "employee", "operator": "employee", "workflow": "employee",
}  # fmt: skip
_BOTS = frozenset({"bot", "system", "operator", "workflow"})
_SPOKEN_PARTS = frozenset({"comment", "open", "close", "assignment", "quick_reply", ""})


@dataclass(frozen=True)
class _Comment:
    author: Mapping[str, Any]
    body: str
    written_at: Any
    place: str  # for messages


def ticket_conversation(
    row: Mapping[str, Any], origin: str, *, order: DateOrder | None
) -> tuple[Conversation, list[str]]:
    """One ticket as a conversation, a turn for each public comment; and what should be said of it.

    Internal notes (``public: false``, Intercom's ``note`` parts) are never evidence and are left out, and so
    is the subject, which help desks cut from the first comment. A comment whose date cannot be read takes
    the date of the one before.

    Raises
    ------
    RowProblem
        There is no id or no date.
    """
    row = row["ticket"] if isinstance(row.get("ticket"), dict) and "id" not in row else row
    ident = first_word(row, "id", "ticket_id", "conversation_id", "key")
    if not ident:
        raise RowProblem("the ticket has no id")
    created = next(
        (row[key] for key in ("created_at", "createdAt", "created") if row.get(key)), None
    )
    comments = _comments(row)
    created = created or next(
        (comment.written_at for comment in comments if comment.written_at), None
    )
    try:
        started_at = parse_moment(created, order=order)
    except DateProblem as problem:
        raise RowProblem(f"created_at: {problem}") from None
    people, notes, turns = People(), list[str](), list[Turn]()
    requester = _mapping(row.get("requester")) or _mapping(row.get("customer"))
    if requester:
        _add(people, requester, row, default="customer")
    at = started_at
    for comment in comments:
        at = _comment_time(comment, at, order, notes)
        text = plain_text(comment.body)
        if text:
            turns.append(Turn(_add(people, comment.author, row, default="unknown"), text, at))
    turns.sort(key=lambda turn: turn.at or started_at)
    return (
        Conversation(
            conversation_id=ident,
            kind="ticket",
            started_at=started_at,
            participants=people.all(),
            turns=tuple(turns),
            account_id=_account(row),
            company=first_word(_mapping(row.get("organization")), "name")
            or first_word(row, "company", "organization_name"),
            url=first_word(row, "url", "html_url", "link"),
            language=first_word(row, "language", "locale"),
            origin=origin,
        ),
        notes,
    )


def _comment_time(
    comment: _Comment, before: datetime, order: DateOrder | None, notes: list[str]
) -> datetime:
    if comment.written_at is None:
        return before
    try:
        return parse_moment(comment.written_at, order=order)
    except DateProblem as problem:
        notes.append(
            f"{comment.place}.created_at: {problem}; the comment is read with the date before it"
        )
        return before


def _comments(row: Mapping[str, Any]) -> list[_Comment]:
    """Public comments of any shape, in the order of the export."""
    if isinstance(row.get("conversation_parts"), dict) or row.get("type") == "conversation":
        return _intercom(row)
    if isinstance(row.get("comments"), list) or isinstance(row.get("messages"), list):
        name = "comments" if isinstance(row.get("comments"), list) else "messages"
        found = []
        for number, comment in enumerate(row[name]):
            if not isinstance(comment, dict) or _is_internal(comment):
                continue
            author = _mapping(comment.get("author")) or {"id": comment.get("author_id")}
            body = _word_or_html(comment, "plain_body", "body", "text", "html_body", "content")
            when = comment.get("created_at") or comment.get("createdAt") or comment.get("timestamp")
            found.append(_Comment(author, body, when, f"{name}[{number}]"))
        return found
    body = _word_or_html(row, "description", "body", "text")
    author = _mapping(row.get("requester")) or {"id": row.get("requester_id"), "role": "end-user"}
    return [_Comment(author, body, row.get("created_at"), "description")] if body else []


def _intercom(row: Mapping[str, Any]) -> list[_Comment]:
    source = _mapping(row.get("source"))
    found = [
        _Comment(
            _mapping(source.get("author")),
            str(source.get("body") or ""),
            row.get("created_at"),
            "source",
        )
    ]
    parts = _mapping(row.get("conversation_parts")).get("conversation_parts")
    for number, part in enumerate(parts if isinstance(parts, list) else []):
        if not isinstance(part, dict) or part.get("part_type", "") not in _SPOKEN_PARTS:
            continue
        if part.get("body") and not part.get("redacted"):
            place = f"conversation_parts[{number}]"
            found.append(
                _Comment(
                    _mapping(part.get("author")), str(part["body"]), part.get("created_at"), place
                )
            )
    return found


def _is_internal(comment: Mapping[str, Any]) -> bool:
    public = comment.get("public", comment.get("is_public"))
    if isinstance(public, str):
        public = public.casefold() != "false"
    return public is False or comment.get("private") is True or comment.get("internal") is True


def _add(
    people: People, author: Mapping[str, Any], row: Mapping[str, Any], *, default: Side
) -> str:
    role = first_word(author, "role", "type").casefold().replace("-", "_")
    side = _ROLES.get(role, default)
    ident = first_word(author, "id")
    requester = _mapping(row.get("requester"))
    if side == "unknown":
        email = first_word(author, "email").casefold()
        if (email and email == first_word(requester, "email").casefold()) or (
            ident and ident in (first_word(row, "requester_id"), first_word(requester, "id"))
        ):
            side = "customer"
        elif ident and ident == first_word(row, "assignee_id"):
            side = "employee"
    return people.add(
        name=first_word(author, "name", "display_name"),
        email=first_word(author, "email"),
        ident=ident,
        title=first_word(author, "title", "job_title"),
        side=side,
        bot=role in _BOTS,
        fallback="customer" if side == "customer" else "unknown",
    )


def _account(row: Mapping[str, Any]) -> str:
    company = _mapping(row.get("company")) or _mapping(row.get("organization"))
    return first_word(row, "account_id", "organization_id", "company_id") or first_word(
        company, "id", "company_id"
    )


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _word_or_html(row: Mapping[str, Any], *keys: str) -> str:
    return next(
        (row[key] for key in keys if isinstance(row.get(key), str) and row[key].strip()), ""
    )
