"""Accounts: a CSV export of the CRM."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from pathlib import Path
from typing import Any, ClassVar, Literal, Self

from pydantic import Field

from next_evidence.records import Account
from next_evidence.sources.protocol import Page
from next_evidence_connectors._csv import Columns, CsvRow, Header, csv_pages, found_in
from next_evidence_connectors._dates import DateProblem, parse_day
from next_evidence_connectors._numbers import NumberProblem, parse_amount
from next_evidence_connectors._options import DatedOptions, read_options
from next_evidence_connectors._paging import Found

_COLUMNS = Columns(
    {
        "account_id": ("id", "accountid", "crm_id", "customer_id", "company_id", "organization_id", "salesforce_id"),
        "name": ("account_name", "account", "company", "company_name", "customer", "organization", "organisation"),
        "domain": ("website", "web_site", "email_domain", "company_domain", "url", "company_domain_name"),
        "arr": (
            "arr_usd", "annual_recurring_revenue", "annual_revenue", "acv", "annual_contract_value", "current_arr",
            "recurring_revenue", "arr_amount", "contract_value",
        ),
        "currency": ("arr_currency", "currency_iso_code", "account_currency", "currency_code"),
        "tier": ("account_tier", "customer_tier", "plan", "level"),
        "segment": ("account_segment", "market_segment", "customer_segment", "size_segment"),
        "region": ("territory", "geo", "account_region", "billing_region"),
        "renewal_date": ("renewal", "renews_on", "renews_at", "contract_end", "contract_end_date", "next_renewal_date"),
    },
    needed=(("account_id",),),
)  # fmt: skip


class AccountsOptions(DatedOptions):
    """Options of `AccountsConnector`."""

    currency: str = Field(
        default="USD", pattern=r"^[A-Z]{3}$", description="Currency of amounts that state none."
    )
    decimal: Literal[".", ","] | None = Field(
        default=None,
        description="Mark before the decimals, where 12.400 could be twelve or twelve thousand.",
    )


@dataclass(frozen=True)
class _Seen:
    line: int
    account: Account


class AccountsConnector:
    """Reads accounts, one a row. An account whose revenue cannot be read is kept, its revenue unknown."""

    directory: ClassVar[bool] = True

    def __init__(self, options: AccountsOptions, *, root: Path) -> None:
        self._options = options
        self._root = root

    @classmethod
    def from_options(cls, options: Mapping[str, Any], *, root: Path) -> Self:
        """See `next_evidence.sources.protocol.Connector`."""
        return cls(read_options(AccountsOptions, options, connector="accounts_csv"), root=root)

    def pull(self, *, since: str | None, until: datetime) -> Iterator[Page]:
        """See `next_evidence.sources.protocol.Connector`."""
        yield from csv_pages(self._options, self._root, _COLUMNS, self._convert, since=since)

    def _convert(self, header: Header, rows: Iterator[CsvRow], file: str) -> Iterator[Found]:
        seen: dict[str, _Seen] = {}
        stated = _stated_currency(header)
        for row in rows:
            reasons = [row.problem] if row.problem else []
            account = None
            if not row.problem and not row["account_id"]:
                reasons.append("account_id is empty")
            elif not row.problem:
                account, problems = self._account(row, stated)
                before = seen.setdefault(account.account_id, _Seen(row.line, account))
                if before.line != row.line:
                    reasons, account = [_twice(before, account)], None
                else:
                    reasons = problems
            yield found_in(row, file, *reasons, accounts=(account,) if account else ())

    def _account(self, row: CsvRow, stated: str) -> tuple[Account, list[str]]:
        problems = []
        arr, currency = None, ""
        if row["arr"]:
            try:
                arr, currency = parse_amount(row["arr"], decimal=self._options.decimal)
                if arr < 0:
                    arr = None
                    problems.append("arr is negative; the account is kept, its revenue unknown")
            except NumberProblem as problem:
                problems.append(f"arr: {problem}; the account is kept, its revenue unknown")
        renewal = ""
        if row["renewal_date"]:
            try:
                renewal = parse_day(row["renewal_date"], order=self._options.date_order)
            except DateProblem as problem:
                problems.append(f"renewal_date: {problem}; the account is kept without it")
        account = Account(
            account_id=row["account_id"],
            name=row["name"],
            domain=_host(row["domain"]),
            arr=arr,
            currency=_code(row["currency"]) or currency or stated or self._options.currency,
            tier=row["tier"],
            segment=row["segment"],
            region=row["region"],
            renewal_date=renewal,
        )
        return account, problems


def _twice(before: _Seen, account: Account) -> str:
    differing = [
        column.name
        for column in fields(Account)
        if getattr(before.account, column.name) != getattr(account, column.name)
    ]
    if not differing:
        return f"the same account as on line {before.line}"
    return f"account_id again with other {', '.join(differing)}; line {before.line} counts"


def _stated_currency(header: Header) -> str:
    """Currency in a header such as ``ARR (EUR)`` or ``arr_usd``."""
    written = header.written("arr")
    found = re.search(
        r"\b(USD|EUR|GBP|JPY|CAD|AUD|CHF|SEK|NOK|DKK|INR|BRL)\b|[$€£]",
        written.upper().replace("_", " "),
    )
    return {"$": "USD", "€": "EUR", "£": "GBP"}.get(found[0], found[0]) if found else ""


def _code(text: str) -> str:
    code = {"$": "USD", "€": "EUR", "£": "GBP"}.get(text, text.upper())
    return code if re.fullmatch(r"[A-Z]{3}", code) else ""


def _host(text: str) -> str:
    """Domain of a website or e-mail address."""
    host = re.sub(r"^[a-z]+://", "", text.casefold()).rsplit("@", 1)[-1]
    return re.split(r"[/?#:\s]", host, maxsplit=1)[0].removeprefix("www.").rstrip(".")
