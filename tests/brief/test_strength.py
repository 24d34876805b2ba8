"""Signal strength in words: strong, moderate, thin, none; each tied to numbers."""

from __future__ import annotations

import pytest

from next_evidence.brief.stories import read_shares
from next_evidence.brief.strength import order_strength, segment_strength
from next_evidence.records import Cycle
from next_evidence.schemas import SHARES, empty
from next_evidence.testing.builders import heard, shares, votes

OCTOBER = Cycle.parse("2026-10")


def row(cycle: str, segment: str, raising: int, heard: int, *, pain="trust", low=None, high=None):
    share = raising / heard
    return {
        "cycle": cycle,
        "persona_id": "lead",
        "pain_id": pain,
        "segment": segment,
        "accounts_heard": heard,
        "accounts_raising": raising,
        "accounts_denying": 0,
        "share": share,
        "share_low": share - 0.1 if low is None else low,
        "share_high": share + 0.1 if high is None else high,
    }


def strength(*rows, falling=False, over=None, min_raising=5):
    index = read_shares(shares(*rows) if rows else empty(SHARES), persona_id="lead", cycle=OCTOBER)
    (line,) = segment_strength(
        "trust",
        ["smb"],
        index,
        falling=falling,
        over=over,
        since=None,
        trailing_cycles=6,
        min_segment_accounts=8,
        min_raising=min_raising,
    )
    return line


@pytest.mark.parametrize(
    ("raising", "word", "direction"),
    [(14, "strong", "up"), (9, "moderate", "up"), (8, "none", "flat"), (4, "none", "down")],
)
def test_a_rise_is_strong_when_its_whole_interval_lies_above_the_share_before(
    raising, word, direction
):
    line = strength(row("2026-09", "smb", 8, 20), row("2026-10", "smb", raising, 20))

    assert (line.word, line.direction) == (word, direction)
    assert line.before == pytest.approx(0.4)


def test_a_fall_is_strong_when_its_whole_interval_lies_below():
    line = strength(row("2026-09", "smb", 12, 20), row("2026-10", "smb", 3, 20), falling=True)

    assert (line.word, line.direction) == ("strong", "down")


def test_a_segment_with_too_few_accounts_is_thin_whatever_they_say():
    line = strength(row("2026-09", "smb", 1, 20), row("2026-10", "smb", 7, 7))

    assert line.word == "thin"


def test_eight_accounts_are_enough():
    assert strength(row("2026-09", "smb", 1, 20), row("2026-10", "smb", 8, 8)).word == "strong"


def test_a_segment_that_was_not_heard_is_thin():
    line = strength()

    assert (line.word, line.now) == ("thin", None)


def test_a_top_pain_that_does_not_lead_in_a_segment_is_no_sign_there():
    line = strength(
        row("2026-09", "smb", 2, 20),
        row("2026-10", "smb", 10, 20),
        row("2026-10", "smb", 12, 20, pain="manual"),
        over="manual",
    )

    assert line.word == "none"


def test_a_rise_that_rests_on_two_accounts_is_thin_in_any_segment():
    before = row("2026-09", "smb", 0, 20)

    assert strength(before, row("2026-10", "smb", 2, 8, low=0.1)).word == "thin"
    assert strength(before, row("2026-10", "smb", 3, 8, low=0.1)).word == "moderate"
    assert strength(before, row("2026-10", "smb", 5, 8, low=0.1)).word == "strong"


def test_without_history_strength_asks_for_accounts():
    assert strength(row("2026-10", "smb", 5, 20)).word == "strong"
    assert strength(row("2026-10", "smb", 4, 20)).word == "moderate"
    assert strength(row("2026-10", "smb", 0, 20)).word == "none"


def order_in_smb(likelihood, *, leads=None, raising=6):
    """Six of ten accounts raise "trust", nine raised "export"; nobody raised either before."""
    now, before = ["2026-08", "2026-09", "2026-10"], ["2026-05"]
    spoke = heard(
        *[{"cycle": c, "account_id": f"a{i}"} for c in ("2026-05", "2026-10") for i in range(10)],
        segment="smb",
    )
    said = votes(
        *[
            {"account_id": f"a{i}", "pain_id": "trust", "likelihood": likelihood}
            for i in range(raising)
        ],
        *[{"account_id": f"a{i}", "pain_id": "export"} for i in range(9)],
        cycle="2026-10",
    )
    (line,) = order_strength(
        "trust",
        "export",
        ["smb"],
        spoke,
        said,
        now=now,
        before=before,
        level=0.8,
        min_segment_accounts=8,
        min_raising=5,
        leads=leads,
    )
    return line


def test_a_pain_that_leads_only_once_corrected_is_weighed_where_it_does():
    assert order_in_smb(0.9).word == "none"
    assert order_in_smb(0.9, leads={"smb": False}).word == "none"
    assert order_in_smb(0.9, leads={"smb": True}).word == "strong"


def test_accounts_that_are_hardly_likely_to_raise_it_are_few_voices():
    line = order_in_smb(0.45, leads={"smb": True})

    assert line.word == "thin"
    assert line.now.raising == 6
    assert line.now.voices == pytest.approx(2.7)
