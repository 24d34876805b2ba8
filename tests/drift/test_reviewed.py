"""Shares corrected with matches that people reviewed at random."""

import polars as pl
import pytest

from next_evidence.drift.reviewed import with_reviewed_shares
from next_evidence.drift.shares import pain_shares
from next_evidence.schemas import DECISIONS, HEARD
from next_evidence.settings import ReviewSettings
from next_evidence.testing.builders import CYCLE, heard, matches, pains, votes

NOBODY = pl.DataFrame(schema=HEARD)
ACCOUNTS = [f"a{n:02d}" for n in range(40)]
RULES = ReviewSettings()


def linked(accounts, **more):
    """One match an account, all of the pain ``export``, at probability 0.6."""
    row = {"pain_id": "export", "confidence": 0.6, **more}
    return matches(*[{"utterance_id": f"u-{a}", "conversation_id": f"c-{a}", "account_id": a, **row} for a in accounts])  # fmt: skip


def verdict(account, said, *, drawn="random", to=None, shown=0.6, **more):
    row = dict.fromkeys(DECISIONS) | {
        "decision_id": f"d-{account}", "kind": "match", "subject": f"u-{account}", "verdict": said,
        "persona_id": "ops-lead", "pain_id": "export", "to_pain_id": to, "cycle": CYCLE,
        "account_id": account, "drawn": drawn, "confidence": shown, **more,
    }  # fmt: skip
    return pl.DataFrame([row], schema=DECISIONS)


def verdicts(*rows):
    return pl.concat([pl.DataFrame(schema=DECISIONS), *rows])


def corrected(said, decided, *, accounts=ACCOUNTS, rules=RULES):
    who = heard(*[{"account_id": a} for a in accounts])
    raising = votes(*[{"account_id": a, "pain_id": "export"} for a in accounts])
    known = pains({"pain_id": "export"}, {"pain_id": "import"})
    plain = pain_shares(who, raising, known, level=0.8, mix_reference=NOBODY)
    made = with_reviewed_shares(
        plain, matches=said, heard=who, verdicts=decided, cycle=CYCLE, level=0.8, review=rules
    )
    assert made.select(plain.columns[:-4]).equals(plain.select(plain.columns[:-4]))
    rows = made.filter(pl.col("segment").is_null()).rows(named=True)
    return {row["pain_id"]: row for row in rows}


def test_verdicts_pull_the_share_to_what_people_found():
    half = [verdict(a, "accepted" if n % 4 == 0 else "rejected") for n, a in enumerate(ACCOUNTS[:32])]  # fmt: skip

    row = corrected(linked(ACCOUNTS), verdicts(*half))["export"]

    assert row["share"] == 1.0
    assert row["share_reviewed"] == pytest.approx(0.25, abs=0.03)
    assert row["share_reviewed_low"] < 0.25 < row["share_reviewed_high"] < 0.5
    assert row["reviewed_matches"] == 32


def test_what_was_moved_counts_for_the_pain_that_was_meant():
    moved = [verdict(a, "moved", to="import") for a in ACCOUNTS[:30]]

    found = corrected(linked(ACCOUNTS), verdicts(*moved))

    assert found["import"]["share"] == 0.0
    assert found["import"]["share_reviewed"] > 0.8
    assert found["export"]["share_reviewed"] < 0.1


@pytest.mark.parametrize(
    ("decided", "rules"),
    [
        ([verdict(a, "rejected") for a in ACCOUNTS[:11]], RULES),
        ([verdict(a, "rejected", drawn="uncertain") for a in ACCOUNTS], RULES),
        ([verdict(a, "rejected", cycle="2020-01") for a in ACCOUNTS], RULES),
        ([verdict(a, "skipped") for a in ACCOUNTS], RULES),
        ([verdict(a, "rejected") for a in ACCOUNTS], ReviewSettings(required=True)),
    ],
    ids=["too few", "sought out", "another cycle", "skipped", "review required"],
)
def test_shares_stay_as_counted_without_enough_random_verdicts_of_the_cycle(decided, rules):
    row = corrected(linked(ACCOUNTS), verdicts(*decided), rules=rules)["export"]

    assert row["share_reviewed"] is None
    assert row["reviewed_matches"] is None


def test_sought_out_verdicts_change_nothing_beside_random_ones():
    at_random = [verdict(a, "accepted") for a in ACCOUNTS[:20]]
    sought = [verdict(a, "rejected", drawn="stake") for a in ACCOUNTS[20:]]

    assert corrected(linked(ACCOUNTS), verdicts(*at_random)) == corrected(
        linked(ACCOUNTS), verdicts(*at_random, *sought)
    )


def test_a_verdict_in_the_matches_is_not_taken_for_a_prediction():
    decided = verdicts(*[verdict(a, "rejected") for a in ACCOUNTS[:20]])
    ruled_out = pl.concat(
        [
            linked(ACCOUNTS[:20], pain_id=None, confidence=0.0, status="rejected"),
            linked(ACCOUNTS[20:]),
        ]
    )

    assert corrected(ruled_out, decided) == corrected(linked(ACCOUNTS), decided)


def test_few_verdicts_leave_a_wider_interval_than_many():
    def width(count):
        said = [verdict(a, "accepted" if n % 2 else "rejected") for n, a in enumerate(ACCOUNTS[:count])]  # fmt: skip
        row = corrected(linked(ACCOUNTS), verdicts(*said))["export"]
        return row["share_reviewed_high"] - row["share_reviewed_low"]

    assert width(12) > 1.2 * width(40)


def test_an_accepted_denial_raises_nothing():
    decided = verdicts(*[verdict(a, "accepted") for a in ACCOUNTS[:20]])

    row = corrected(linked(ACCOUNTS, stance="denies"), decided)["export"]

    assert row["share_reviewed"] == 0.0


def test_what_is_doubtfully_denied_is_raised_in_part_though_a_person_accepted_its_pain():
    accepted = verdicts(*[verdict(a, "accepted") for a in ACCOUNTS[:32]])

    sure = corrected(linked(ACCOUNTS, denial=0.0), accepted)["export"]
    doubtful = corrected(linked(ACCOUNTS, stance="neutral", denial=0.5), accepted)["export"]

    assert sure["share_reviewed"] == pytest.approx(1.0, abs=0.03)
    assert doubtful["share_reviewed"] == pytest.approx(0.5, abs=0.05)


def test_order_of_rows_does_not_matter():
    decided = verdicts(*[verdict(a, "accepted" if n % 3 else "rejected") for n, a in enumerate(ACCOUNTS[:24])])  # fmt: skip

    assert corrected(linked(ACCOUNTS), decided) == corrected(
        linked(ACCOUNTS[::-1]), decided.reverse()
    )
