"""Contacts: a CSV export of the CRM."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, ClassVar, Self

from next_evidence.records import Contact
from next_evidence.sources.protocol import Page
from next_evidence_connectors._csv import Columns, CsvRow, Header, csv_pages, found_in
from next_evidence_connectors._options import FileOptions, read_options
from next_evidence_connectors._paging import Found
from next_evidence_connectors._text import one_line

_COLUMNS = Columns(
    {
        "contact_id": ("id", "contactid", "person_id", "crm_contact_id", "salesforce_id"),
        "account_id": ("accountid", "account", "company_id", "customer_id", "organization_id", "associated_company_id"),
        "name": ("full_name", "contact_name", "contact", "display_name"),
        "first_name": ("firstname", "given_name"),
        "last_name": ("lastname", "surname", "family_name"),
        "email": ("e_mail", "email_address", "contact_email", "work_email", "mail"),
        "title": ("job_title", "role", "position", "contact_title", "jobtitle"),
    },
    needed=(("contact_id", "email"),),
)  # fmt: skip


class ContactsOptions(FileOptions):
    """Options of `ContactsConnector`."""


class ContactsConnector:
    """Reads contacts, one a row. Without an id the e-mail address is the id."""

    directory: ClassVar[bool] = True

    def __init__(self, options: ContactsOptions, *, root: Path) -> None:
        self._options = options
        self._root = root

    @classmethod
    def from_options(cls, options: Mapping[str, Any], *, root: Path) -> Self:
        """See `next_evidence.sources.protocol.Connector`."""
        return cls(read_options(ContactsOptions, options, connector="contacts_csv"), root=root)

    def pull(self, *, since: str | None, until: datetime) -> Iterator[Page]:
        """See `next_evidence.sources.protocol.Connector`."""
        yield from csv_pages(self._options, self._root, _COLUMNS, _convert, since=since)


def _convert(header: Header, rows: Iterator[CsvRow], file: str) -> Iterator[Found]:
    seen: dict[str, int] = {}
    for row in rows:
        reason = row.problem
        contact = None
        if not reason:
            contact = _contact(row)
            if not contact.contact_id:
                reason = "contact_id and email are empty"
            elif contact.contact_id in seen:
                reason = f"the same contact as on line {seen[contact.contact_id]}"
        if reason:
            yield found_in(row, file, reason)
        elif contact:
            seen[contact.contact_id] = row.line
            yield found_in(row, file, contacts=(contact,))


def _contact(row: CsvRow) -> Contact:
    email = one_line(row["email"]).casefold()
    return Contact(
        contact_id=row["contact_id"] or email,
        account_id=row["account_id"],
        name=one_line(row["name"] or f"{row['first_name']} {row['last_name']}"),
        email=email,
        title=one_line(row["title"]),
    )
