"""Accounts and ARR behind a shift: each once, unknown said, renewals within 90 days."""

from __future__ import annotations

from datetime import date

from next_evidence.brief.exposure import exposure
from next_evidence.records import Cycle
from next_evidence.testing.builders import accounts, heard

OCTOBER = Cycle.parse("2026-10")


def voters(*rows):
    return heard(*rows, persona_id="lead", cycle="2026-10")


def test_each_account_counts_once():
    rows = voters(
        {"account_id": "acme", "arr_usd": 100.0}, {"account_id": "acme", "arr_usd": 100.0}
    )

    found = exposure(["acme", "acme"], rows, accounts({"account_id": "acme"}), cycle=OCTOBER)

    assert found.arr_usd == 100.0
    assert (len(found.accounts), found.accounts_heard) == (1, 1)


def test_unknown_arr_is_reported_and_not_zero():
    rows = voters({"account_id": "acme", "arr_usd": None}, {"account_id": "bolt", "arr_usd": 50.0})
    crm = accounts({"account_id": "acme", "arr_usd": None}, {"account_id": "bolt", "arr_usd": 70.0})

    both = exposure({"acme", "bolt"}, rows, crm, cycle=OCTOBER)
    none = exposure({"acme"}, rows, crm, cycle=OCTOBER)

    assert (both.arr_usd, both.arr_unknown) == (50.0, 1)
    assert (none.arr_usd, none.arr_unknown) == (None, 1)
    assert both.accounts[-1].account_id == "acme"


def test_arr_is_what_it_was_in_the_cycle():
    rows = voters({"account_id": "acme", "arr_usd": 50.0})

    found = exposure(
        {"acme"}, rows, accounts({"account_id": "acme", "arr_usd": 90.0}), cycle=OCTOBER
    )

    assert found.arr_usd == 50.0


def test_renewals_start_at_the_end_of_the_cycle_and_last_90_days():
    crm = accounts(
        {"account_id": "before", "renewal_date": "2026-10-31"},
        {"account_id": "first", "renewal_date": "2026-11-01"},
        {"account_id": "last", "renewal_date": "2027-01-29"},
        {"account_id": "after", "renewal_date": "2027-01-30"},
        {"account_id": "unknown", "renewal_date": None},
        {"account_id": "wrong", "renewal_date": "soon"},
    )
    ids = crm["account_id"].to_list()

    found = exposure(ids, voters(*({"account_id": i} for i in ids)), crm, cycle=OCTOBER)

    assert [a.account_id for a in found.renewals] == ["first", "last"]
    assert found.renewals[0].renewal_date == date(2026, 11, 1)
    assert found.renewal_unknown == 2


def test_tiers_say_how_many_of_those_heard():
    rows = voters(
        {"account_id": "acme", "tier": "top", "arr_usd": 90.0},
        {"account_id": "bolt", "tier": "top", "arr_usd": 80.0},
        {"account_id": "core", "tier": None, "arr_usd": None},
    )
    crm = accounts({"account_id": "core", "tier": None, "arr_usd": None})

    found = exposure({"acme", "core"}, rows, crm, cycle=OCTOBER)

    assert [(t.tier, t.accounts, t.heard, t.arr_unknown) for t in found.tiers] == [
        ("top", 1, 2, 0),
        ("", 1, 1, 1),
    ]


def test_an_account_that_the_crm_does_not_know_is_named_by_its_id():
    found = exposure({"A9"}, voters({"account_id": "A9"}), accounts(), cycle=OCTOBER)

    assert found.accounts[0].name == "A9"


def test_nobody():
    found = exposure((), voters(), accounts(), cycle=OCTOBER)

    assert (found.accounts, found.arr_usd, found.renewals) == ((), None, ())
