"""What a metadata JSON says of a call: when, with whom, for which account."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from next_evidence.records import Participant, Side
from next_evidence_connectors._dates import DateProblem, parse_moment
from next_evidence_connectors._names import Roster, without_suffix
from next_evidence_connectors._options import DateOrder
from next_evidence_connectors._text import first_word

_PEOPLE = ("participants", "attendees", "parties", "speakers", "users")
_STARTS = ("start_time", "started_at", "startTime", "started", "scheduled", "date", "start")
_SIDES: dict[str, Side] = {
    "internal": "employee", "employee": "employee", "agent": "employee", "host": "employee",
    "external": "customer", "customer": "customer", "prospect": "customer", "client": "customer",
}  # fmt: skip


@dataclass
class CallMetadata:
    """One call's metadata. ``problems`` says what of it cannot be used."""

    call_id: str = ""
    started_at: datetime | None = None
    account_id: str = ""
    company: str = ""
    url: str = ""
    language: str = ""
    roster: Roster = field(default_factory=Roster)
    problems: list[str] = field(default_factory=list)


def parse_call_metadata(
    value: Any, *, order: DateOrder | None = None
) -> dict[str, CallMetadata] | None:
    """Read metadata: one call, under the key ``""``, or Gong's list of calls by their id.

    Returns None where the JSON has no shape of metadata.
    """
    if not isinstance(value, dict):
        return None
    if isinstance(value.get("calls"), list):
        many = [_metadata(call, order) for call in value["calls"] if isinstance(call, dict)]
        return {call.call_id: call for call in many}
    people = any(isinstance(value.get(key), list) for key in _PEOPLE)
    dated = any(value.get(key) for key in _STARTS)
    if not (people or dated or value.get("account_id")):
        return None
    return {"": _metadata(value, order)}


def _metadata(value: Mapping[str, Any], order: DateOrder | None) -> CallMetadata:
    inner = value.get("metaData")
    fields = {**value, **inner} if isinstance(inner, dict) else value
    found = CallMetadata(
        call_id=first_word(fields, "id", "uuid", "call_id", "callId", "meeting_id"),
        account_id=first_word(
            fields, "account_id", "accountId", "organization_id", "crm_account_id"
        ),
        company=first_word(fields, "company", "account_name", "account", "customer"),
        url=first_word(fields, "share_url", "url", "recording_url", "play_url"),
        language=first_word(fields, "language", "language_code"),
    )
    dated = next((fields[key] for key in _STARTS if fields.get(key)), None)
    if dated is not None:
        try:
            found.started_at = parse_moment(dated, order=order)
        except DateProblem as problem:
            found.problems.append(f"the start time cannot be read: {problem}")
    rows: list[Any] = next(
        (fields[key] for key in _PEOPLE if isinstance(fields.get(key), list)), []
    )
    for number, row in enumerate(rows, start=1):
        if isinstance(row, str):
            row = {"name": row}
        if not isinstance(row, dict):
            found.problems.append(f"participant {number} is no object")
            continue
        _add(found.roster, row, number)
    return found


def _add(roster: Roster, row: Mapping[str, Any], number: int) -> None:
    name = without_suffix(
        first_word(row, "name", "display_name", "displayName", "user_name", "full_name")
    )
    email = first_word(row, "email", "emailAddress", "user_email", "email_address").casefold()
    key = email or name.casefold() or f"participant-{number}"
    if any(person.key == key for person in roster.people):
        key = f"{key}-{number}"
    roster.people.append(
        Participant(
            key=key,
            name=name,
            email=email,
            title=first_word(row, "title", "job_title", "role_title"),
            side=_side(row),
        )
    )
    for other in ("id", "speakerId", "speaker_id", "userId"):
        if first_word(row, other):
            roster.aliases.setdefault(first_word(row, other).casefold(), key)


def _side(row: Mapping[str, Any]) -> Side:
    internal = row.get("internal", row.get("is_internal"))
    if isinstance(internal, str) and internal.casefold() in ("true", "false"):
        internal = internal.casefold() == "true"
    if isinstance(internal, bool):
        return "employee" if internal else "customer"
    for key in ("side", "affiliation", "type"):
        if isinstance(row.get(key), str) and row[key].casefold() in _SIDES:
            return _SIDES[row[key].casefold()]
    return "unknown"
