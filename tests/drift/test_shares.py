"""Share of accounts behind each pain."""

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from next_evidence.drift.shares import pain_shares
from next_evidence.schemas import HEARD
from next_evidence.testing.builders import heard, pains, votes

NOBODY = pl.DataFrame(schema=HEARD)


def overall(shares):
    return shares.filter(pl.col("segment").is_null())


def test_pain_shares_divide_by_accounts_heard_not_by_accounts_that_raise_anything():
    who = heard(*[{"account_id": f"a{i}"} for i in range(10)])
    said = votes(
        {"account_id": "a1"},
        {"account_id": "a2"},
        {"account_id": "a3", "raises": False, "denies": True},
    )

    shares = overall(
        pain_shares(who, said, pains({"pain_id": "export"}), level=0.8, mix_reference=NOBODY)
    )

    row = shares.row(0, named=True)
    assert (row["accounts_heard"], row["accounts_raising"], row["accounts_denying"]) == (10, 2, 1)
    assert row["share"] == 0.2
    assert row["share_low"] < 0.2 < row["share_high"]


def test_pain_shares_list_pains_of_the_document_that_nobody_raises_and_new_ones_that_somebody_does():
    shares = pain_shares(
        heard({"account_id": "a1"}),
        votes({"account_id": "a1", "pain_id": "new"}),
        pains({"pain_id": "export"}),
        level=0.8,
        mix_reference=NOBODY,
    )

    assert overall(shares).select("pain_id", "share").rows() == [("export", 0.0), ("new", 1.0)]


def test_pain_shares_leave_out_votes_of_accounts_that_were_not_heard():
    shares = pain_shares(
        heard({"account_id": "a1"}),
        votes({"account_id": "ghost"}),
        pains({"pain_id": "export"}),
        level=0.8,
        mix_reference=NOBODY,
    )

    assert overall(shares)["share"].to_list() == [0.0]


def test_pain_shares_come_by_segment_too_and_add_up():
    who = heard(
        *[{"account_id": f"s{i}", "segment": "smb"} for i in range(4)],
        *[{"account_id": f"e{i}", "segment": "enterprise"} for i in range(6)],
        {"account_id": "x", "segment": None},
    )
    said = votes(
        {"account_id": "s1"}, {"account_id": "e1"}, {"account_id": "e2"}, {"account_id": "x"}
    )

    shares = pain_shares(who, said, pains({"pain_id": "export"}), level=0.8, mix_reference=NOBODY)

    assert shares.select("segment", "accounts_heard", "accounts_raising").rows() == [
        (None, 11, 4),
        ("enterprise", 6, 2),
        ("smb", 4, 1),
    ]


def test_share_mix_adjusted_takes_out_who_spoke():
    """Enterprise always raises it, smb never; now enterprise speaks more, and nothing else changes."""

    def month(smb, enterprise, **common):
        return heard(
            *[{"account_id": f"s{i}", "segment": "smb"} for i in range(smb)],
            *[{"account_id": f"e{i}", "segment": "enterprise"} for i in range(enterprise)],
            **common,
        )

    said = votes(*[{"account_id": f"e{i}"} for i in range(15)])

    shares = pain_shares(
        month(5, 15),
        said,
        pains({"pain_id": "export"}),
        level=0.8,
        mix_reference=month(15, 5, cycle="2026-09"),
    )

    assert overall(shares).select("share", "share_mix_adjusted").rows() == [(0.75, 0.25)]


def test_share_mix_adjusted_falls_back_to_segments_and_then_to_the_raw_share():
    now = heard(*[{"account_id": f"a{i}", "tier": "top", "segment": "smb"} for i in range(4)])
    other_tier = heard(
        *[{"account_id": f"a{i}", "tier": "growth", "segment": "smb"} for i in range(4)]
    )
    elsewhere = heard(*[{"account_id": f"a{i}", "segment": "enterprise"} for i in range(4)])
    said, known = votes({"account_id": "a1"}), pains({"pain_id": "export"})

    found = [
        overall(pain_shares(now, said, known, level=0.8, mix_reference=reference))[
            "share_mix_adjusted"
        ][0]
        for reference in (other_tier, elsewhere)
    ]

    assert found == [0.25, 0.25]


@settings(max_examples=25, deadline=None)
@given(raising=st.sets(st.integers(0, 11)), seed=st.integers(0, 9))
def test_pain_shares_do_not_mind_order_or_duplicates(raising, seed):
    who = heard(
        *[{"account_id": f"a{i}", "segment": ["smb", "enterprise"][i % 2]} for i in range(12)]
    )
    said = votes(*[{"account_id": f"a{i}"} for i in sorted(raising)] or [{"account_id": "ghost"}])
    known = pains({"pain_id": "export"}, {"pain_id": "sync"})

    once = pain_shares(who, said, known, level=0.8, mix_reference=who)
    again = pain_shares(
        pl.concat([who, who]).sample(fraction=1, shuffle=True, seed=seed),
        said.reverse(),
        known.reverse(),
        level=0.8,
        mix_reference=who.reverse(),
    )

    assert once.equals(again)


@pytest.mark.parametrize("status", ["retired", "merged", "split"])
def test_pain_shares_leave_out_pains_that_have_ended(status):
    shares = pain_shares(
        heard({"account_id": "a1"}),
        votes({"account_id": "a1"}),
        pains({"pain_id": "export"}, {"pain_id": "gone", "status": status}),
        level=0.8,
        mix_reference=NOBODY,
    )

    assert overall(shares)["pain_id"].to_list() == ["export"]
