"""Who speaks, and for which account: conversations resolved against the CRM, or stated unknown."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

import polars as pl

from next_evidence.records import Account, Contact, Conversation, Participant, Side
from next_evidence.schemas import ACCOUNTS, CONTACTS, check
from next_evidence.settings import CompanySettings
from next_evidence.text.normalise import word_set

_V = TypeVar("_V")

# Domains that anybody can have: sharing one says nothing about an account.
PUBLIC_DOMAINS = word_set(
    """
    gmail.com googlemail.com outlook.com hotmail.com hotmail.co.uk hotmail.fr hotmail.de live.com live.co.uk msn.com yahoo.com yahoo.co.uk
    yahoo.fr yahoo.de ymail.com icloud.com me.com mac.com aol.com proton.me protonmail.com pm.me gmx.com gmx.de gmx.net web.de t-online.de
    mail.com mail.ru yandex.ru yandex.com qq.com 163.com 126.com orange.fr wanadoo.fr free.fr laposte.net sfr.fr libero.it
    virgilio.it telia.com bluewin.ch btinternet.com sky.com comcast.net verizon.net att.net zoho.com fastmail.com hey.com tutanota.com
    naver.com uol.com.br bol.com.br terra.com.br seznam.cz wp.pl o2.pl onet.pl interia.pl
    """
)
_LEGAL = word_set(
    """
    inc incorporated llc llp lp ltd limited plc corp corporation co company gmbh ag kg kgaa ohg ug se sa sas sarl sasu srl spa bv nv
    ab oy oyj as asa aps pty pte sp zoo kk kft sro doo pvt lda ltda the mbh haftungsbeschrankt
    """
)
_BOT_NAME = re.compile(
    r"\b(?:notetaker|note taker|note-taker|otter\.?ai|otter pilot|fireflies|fathom ai|gong(?:\.io| recorder| bot| assistant)?|read\.ai|read meeting notes"
    r"|tl;?dv|avoma|chorus recorder|grain recorder|fellow ai|zoom ai|ai companion|ai assistant|meeting assistant|copilot|recording bot|recorder"
    r"|auto-?responder|mailer-daemon|postmaster|chat ?bot|answer ?bot|fin ai|automation|automated system)\b|\bbot$|^bot\b",
    re.IGNORECASE,
)
_BOT_EMAIL = re.compile(
    r"^(?:no-?reply|do-?not-?reply|mailer-daemon|postmaster|bounces?|notifications?|auto-?reply|fred|notetaker|recorder)(?:[+\-_.].*)?@"
    r"|@(?:.+\.)?(?:fireflies\.ai|otter\.ai|gong\.io|read\.ai|avoma\.com|tldv\.io|chorus\.ai)$",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Resolved:
    """A conversation's account and how it was found; None: nobody in the CRM, or not certain who."""

    account_id: str | None
    by: str  # id, contact, domain, company, unknown


class Directory:
    """The CRM as it stands: accounts and contacts by id, e-mail, domain and name.

    What is ambiguous resolves to nothing: a wrong account is worse than an unknown one.
    """

    def __init__(self, accounts: Iterable[Account], contacts: Iterable[Contact]) -> None:
        self.accounts: dict[str, Account] = {}
        for account in accounts:
            self.accounts.setdefault(account.account_id, account)
        self.contacts: dict[str, Contact] = {}
        for contact in contacts:
            self.contacts.setdefault(contact.contact_id, contact)
        self._by_email = _unique((_email(c.email), c) for c in self.contacts.values())
        self._by_domain = _unique(
            (domain, account.account_id)
            for account in self.accounts.values()
            if (domain := _domain(account.domain)) not in PUBLIC_DOMAINS
        )
        self._by_company = _unique(
            (company_key(a.name), a.account_id) for a in self.accounts.values()
        )
        self._by_name = _unique(
            (f"{c.account_id}\n{_name(c.name)}", c) for c in self.contacts.values() if _name(c.name)
        )
        self._people: dict[str, list[str]] = {}
        for contact in self.contacts.values():
            if contact.name:
                self._people.setdefault(contact.account_id, []).append(contact.name)

    @classmethod
    def from_frames(cls, accounts: pl.DataFrame, contacts: pl.DataFrame) -> Directory:
        """From ``ACCOUNTS`` and ``CONTACTS`` rows, as the store keeps them."""
        return cls(
            [
                Account(
                    account_id=row["account_id"],
                    name=row["name"] or "",
                    domain=row["domain"] or "",
                    arr=row["arr_usd"],
                    tier=row["tier"] or "",
                    segment=row["segment"] or "",
                    region=row["region"] or "",
                    renewal_date=row["renewal_date"] or "",
                )
                for row in check(accounts, ACCOUNTS, table="accounts").iter_rows(named=True)
            ],
            [
                Contact(**{key: value or "" for key, value in row.items()})
                for row in check(contacts, CONTACTS, table="contacts").iter_rows(named=True)
            ],
        )

    def people_of(self, account_id: str | None) -> tuple[str, ...]:
        """Names of an account's contacts."""
        return tuple(self._people.get(account_id or "", ()))

    def account_of(self, conversation: Conversation, company: CompanySettings) -> Resolved:
        """The account that a conversation belongs to, by the surest sign there is.

        In this order: the id that the source gives, a contact among the participants, their e-mail domain,
        the company's name. Signs of one kind that point to two accounts point to none, and the next kind
        is asked. Employees and bots are no sign.
        """
        if conversation.account_id in self.accounts:
            return Resolved(conversation.account_id, "id")
        outside = [p for p in conversation.participants if self._may_be_customer(p, company)]
        signs: tuple[tuple[str, set[str]], ...] = (
            (
                "contact",
                {
                    c.account_id
                    for p in outside
                    if (c := self._by_email.get(_email(p.email))) and c.account_id in self.accounts
                },
            ),
            (
                "domain",
                {a for p in outside if (a := self._account_of_domain(_email_domain(p.email)))},
            ),
            (
                "company",
                {a for a in [self._by_company.get(company_key(conversation.company))] if a},
            ),
        )
        for by, accounts in signs:
            if len(accounts) == 1:
                return Resolved(next(iter(accounts)), by)
        return Resolved(None, "unknown")

    def contact_of(self, participant: Participant, account_id: str | None) -> Contact | None:
        """The contact that a participant is: by e-mail, else by name within the account."""
        found = self._by_email.get(_email(participant.email))
        if found is not None:
            return found
        if account_id is None or not _name(participant.name):
            return None
        return self._by_name.get(f"{account_id}\n{_name(participant.name)}")

    def side_of(
        self, participant: Participant, company: CompanySettings, contact: Contact | None
    ) -> Side:
        """Whose side somebody is on: what the source says, then the CRM, then your domains and employees."""
        if participant.side != "unknown":
            return participant.side
        if contact is not None:
            return "customer"
        if _is_employee(participant, company):
            return "employee"
        return "unknown"

    def _may_be_customer(self, participant: Participant, company: CompanySettings) -> bool:
        if is_bot(participant) or participant.side == "employee":
            return False
        return participant.side == "customer" or not _is_employee(participant, company)

    def _account_of_domain(self, domain: str) -> str | None:
        """The account of ``eu.mail.acme.example``: as it stands, then without its first parts."""
        while "." in domain:
            if domain in self._by_domain:
                return self._by_domain[domain]
            domain = domain.split(".", 1)[1]
        return None


def is_bot(participant: Participant) -> bool:
    """Whether this is a machine: flagged by the source, or named or addressed like a note taker.

    >>> is_bot(Participant(key="p", name="Ann's Otter.ai Notetaker")), is_bot(Participant(key="p", name="Abbot Lee"))
    (True, False)
    """
    return (
        participant.bot
        or bool(_BOT_NAME.search(participant.name[:200]))
        or bool(_BOT_EMAIL.search(participant.email.strip()[:320]))
    )


def company_key(name: str) -> str:
    """A company's name for comparing: folded, without legal forms; empty when nothing is left.

    >>> company_key("Müller & Söhne GmbH") == company_key("MULLER AND SOHNE")
    True
    """
    folded = unicodedata.normalize("NFKD", name.casefold().replace("&", " and ")).replace(".", "")
    plain = "".join(char for char in folded if not unicodedata.combining(char))
    words = re.findall(r"\w+", plain)
    return " ".join(word for word in words if word not in _LEGAL)


def account_frame(accounts: Sequence[Account], rates: Mapping[str, float]) -> pl.DataFrame:
    """Accounts as a table, revenue in US dollars.

    Parameters
    ----------
    accounts
        As connectors give them; of an id that comes twice the first counts.
    rates
        US dollars per unit of other currencies. Without a rate the revenue is null: unknown, not zero.

    Returns
    -------
    ``ACCOUNTS`` rows, sorted by id; empty strings become null.
    """
    upper = {currency.upper(): rate for currency, rate in rates.items()}
    first: dict[str, Account] = {}
    for account in accounts:
        first.setdefault(account.account_id, account)
    rows = [
        {
            "account_id": account.account_id,
            "name": account.name or None,
            "domain": account.domain or None,
            "arr_usd": _in_dollars(account, upper),
            "tier": account.tier or None,
            "segment": account.segment or None,
            "region": account.region or None,
            "renewal_date": account.renewal_date or None,
        }
        for account in sorted(first.values(), key=lambda account: account.account_id)
    ]
    return pl.DataFrame(rows, schema=ACCOUNTS)


def contact_frame(contacts: Sequence[Contact]) -> pl.DataFrame:
    """Contacts as a table: ``CONTACTS`` rows, sorted by id; of an id that comes twice the first counts."""
    first: dict[str, Contact] = {}
    for contact in contacts:
        first.setdefault(contact.contact_id, contact)
    rows = [
        {
            "contact_id": contact.contact_id,
            "account_id": contact.account_id or None,
            "name": contact.name or None,
            "email": contact.email or None,
            "title": contact.title or None,
        }
        for contact in sorted(first.values(), key=lambda contact: contact.contact_id)
    ]
    return pl.DataFrame(rows, schema=CONTACTS)


def _in_dollars(account: Account, rates: Mapping[str, float]) -> float | None:
    if account.arr is None or not (account.arr >= 0 and account.arr != float("inf")):
        return None
    currency = account.currency.strip().upper() or "USD"
    rate = 1.0 if currency == "USD" else rates.get(currency)
    return None if rate is None else float(account.arr) * rate


def _is_employee(participant: Participant, company: CompanySettings) -> bool:
    domain = _email_domain(participant.email)
    own = [_domain(name) for name in company.domains]
    if domain and any(domain == name or domain.endswith(f".{name}") for name in own if name):
        return True
    name = _name(participant.name)
    return bool(name) and name in {_name(employee) for employee in company.employees}


def _unique(pairs: Iterable[tuple[str, _V]]) -> dict[str, _V]:
    """Keys that stand for one value; a key given to two values is in doubt and left out."""
    found: dict[str, _V] = {}
    doubtful = set()
    for key, value in pairs:
        if key and key in found and found[key] != value:
            doubtful.add(key)
        elif key:
            found[key] = value
    return {key: value for key, value in found.items() if key not in doubtful}


def _email(address: str) -> str:
    text = address.strip().casefold()
    if "<" in text and ">" in text:  # "Jo Lund <jo@acme.example>"
        text = text[text.rfind("<") + 1 : text.rfind(">")].strip()
    return text


def _email_domain(address: str) -> str:
    text = _email(address)
    return _domain(text.rsplit("@", 1)[1]) if "@" in text else ""


def _domain(text: str) -> str:
    host = text.strip().casefold().rstrip(".")
    host = host.split("://", 1)[-1].split("/", 1)[0].rsplit("@", 1)[-1]
    return host.removeprefix("www.")


def _name(text: str) -> str:
    folded = unicodedata.normalize("NFKD", text.casefold())
    return " ".join(
        re.findall(r"[^\W_]+", "".join(char for char in folded if not unicodedata.combining(char)))
    )
