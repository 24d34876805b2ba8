from __future__ import annotations

import pytest

from next_evidence.evidence.accounts import (
    Directory,
    account_frame,
    company_key,
    contact_frame,
    is_bot,
)
from next_evidence.records import Account, Contact, Participant
from next_evidence.schemas import ACCOUNTS, CONTACTS


@pytest.mark.parametrize(
    ("changes", "account_id", "by"),
    [
        ({"account_id": "bolt"}, "bolt", "id"),
        ({"account_id": "nobody"}, "acme", "contact"),
        ({"participants": [Participant("p1", email="VIK@consult.example")]}, "bolt", "contact"),
        ({"participants": [Participant("p1", email="x@eu.mail.acme.example")]}, "acme", "domain"),
        ({"participants": [Participant("p1", email="x@gmail.com")]}, None, "unknown"),
        ({"participants": [Participant("p1", email="x@twin.example")]}, None, "unknown"),
        ({"participants": [Participant("p1")], "company": "ACME Foods, Limited"}, "acme", "company"),
        ({"participants": [Participant("p1")], "company": "Twin"}, None, "unknown"),
        ({"participants": [Participant("p1", email="a@acme.example"), Participant("p2", email="b@bolt.example")]}, None, "unknown"),
        ({"participants": [Participant("p1", email="a@acme.example"), Participant("p2", email="b@bolt.example")], "company": "Bolt"}, "bolt", "company"),
        ({"participants": [Participant("p1", email="x@acme.example", side="employee")]}, None, "unknown"),
        ({"participants": [Participant("p1", email="tom@meridian.example")]}, None, "unknown"),
    ],
)  # fmt: skip
def test_the_surest_sign_names_the_account(
    directory, company, conversation, changes, account_id, by
):
    found = directory.account_of(conversation("words", **changes), company)

    assert (found.account_id, found.by) == (account_id, by)


def test_contacts_are_known_by_email_then_by_name_within_the_account(directory):
    assert (
        directory.contact_of(Participant("p", email="Jo Lund <JO@acme.example>"), None).contact_id
        == "jo"
    )
    assert directory.contact_of(Participant("p", name="una  roy"), "acme").contact_id == "una"
    assert directory.contact_of(Participant("p", name="Una Roy"), "bolt") is None
    assert directory.contact_of(Participant("p"), "acme") is None


@pytest.mark.parametrize(
    ("participant", "side"),
    [
        (Participant("p", email="jo@acme.example", side="employee"), "employee"),
        (Participant("p", email="jo@acme.example"), "customer"),
        (Participant("p", email="tom@eu.meridian.example"), "employee"),
        (Participant("p", name="dana whitlock"), "employee"),
        (Participant("p", email="x@notmeridian.example"), "unknown"),
        (Participant("p", name="Somebody"), "unknown"),
    ],
)
def test_sides_are_what_the_source_says_then_the_crm_then_your_domains(
    directory, company, participant, side
):
    contact = directory.contact_of(participant, "acme")

    assert directory.side_of(participant, company, contact) == side


@pytest.mark.parametrize(
    ("participant", "bot"),
    [
        (Participant("p", name="Otter.ai"), True),
        (Participant("p", name="Fireflies Notetaker"), True),
        (Participant("p", name="Gong"), True),
        (Participant("p", email="no-reply@acme.example"), True),
        (Participant("p", name="Anybody", bot=True), True),
        (Participant("p", name="Abbot Lee", email="fredrik@acme.example"), False),
        (Participant("p", name="Bob Otter"), False),
    ],
)
def test_machines_are_told_from_people(participant, bot):
    assert is_bot(participant) is bot


def test_names_of_companies_compare_without_legal_form_and_accents():
    assert company_key("Müller & Söhne GmbH & Co. KG") == company_key("MULLER AND SOHNE AND")
    assert company_key("The Ltd.") == ""


def test_revenue_is_in_dollars_or_unknown():
    accounts = [
        Account("b", arr=100.0, currency="eur"),
        Account("a", arr=50.0),
        Account("c", arr=9.0, currency="XXX"),
        Account("d"),
        Account("a", arr=7.0),
    ]

    frame = account_frame(accounts, {"EUR": 1.1})

    assert frame.schema == ACCOUNTS
    assert frame["account_id"].to_list() == ["a", "b", "c", "d"]
    assert frame["arr_usd"].to_list() == pytest.approx([50.0, 110.0, None, None])
    assert frame["tier"].null_count() == 4


def test_frames_and_records_make_the_same_directory(directory, company, conversation):
    frames = Directory.from_frames(
        account_frame(list(directory.accounts.values()), {}),
        contact_frame(list(directory.contacts.values())),
    )
    talk = conversation("words", account_id="", company="Acme Foods")

    assert frames.account_of(talk, company) == directory.account_of(talk, company)
    assert frames.contacts == directory.contacts


def test_no_accounts_make_an_empty_table():
    assert account_frame([], {}).schema == ACCOUNTS
    assert contact_frame([Contact("c", "a")]).schema == CONTACTS
