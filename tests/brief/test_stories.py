"""Since when, compared with what, and in which place."""

from __future__ import annotations

from next_evidence.brief.stories import (
    in_order,
    moved_since,
    outranks_since,
    ranks_now,
    read_shares,
    story,
)
from next_evidence.records import Cycle
from next_evidence.testing.briefs import PERSONA
from next_evidence.testing.builders import shares

OCTOBER = Cycle.parse("2026-10")


def table(**pains: list[int]):
    """Raising accounts out of 20 in the cycles that end with October 2026."""
    cycles = [OCTOBER]
    rows = []
    for pain, counts in pains.items():
        cycles = [OCTOBER]
        while len(cycles) < len(counts):
            cycles.insert(0, cycles[0].previous())
        rows += [
            {
                "cycle": c.name,
                "persona_id": PERSONA.id,
                "pain_id": pain.replace("_", "-"),
                "segment": None,
                "accounts_heard": 20,
                "accounts_raising": n,
                "accounts_denying": 0,
                "share": n / 20,
                "share_low": 0.0,
                "share_high": 1.0,
            }
            for c, n in zip(cycles, counts, strict=True)
        ]
    return read_shares(shares(*rows), persona_id=PERSONA.id, cycle=OCTOBER)


def test_a_top_pain_holds_since_the_first_cycle_of_its_unbroken_lead():
    index = table(data_trust=[9, 3, 8, 9, 9], manual_reporting=[2, 8, 4, 3, 2])

    assert outranks_since(index, "data-trust", "manual-reporting", None) == Cycle.parse("2026-08")


def test_a_pain_that_does_not_lead_now_holds_since_never():
    index = table(data_trust=[9, 9, 1], manual_reporting=[2, 2, 2])

    assert outranks_since(index, "data-trust", "manual-reporting", None) is None


def test_a_rise_began_where_the_share_came_nearer_to_now_than_to_before():
    index = table(data_trust=[2, 2, 3, 8, 9])

    assert moved_since(index, "data-trust", None, before=0.1, now=0.45) == Cycle.parse("2026-09")
    assert moved_since(index, "data-trust", None, before=0.45, now=0.45) is None
    assert moved_since(index, "data-trust", None, before=None, now=0.45) is None


def test_before_ends_where_the_shift_began():
    index = table(data_trust=[2, 2, 4, 10, 12])

    told = story(
        "data-trust", "Trust", index, PERSONA, since=Cycle.parse("2026-09"), trailing_cycles=2
    )

    assert told.before is not None
    assert (told.before.raising, told.before.heard, told.before_cycles) == (6, 40, 2)
    assert told.now is not None
    assert told.now.raising == 12


def test_a_shift_as_old_as_the_history_has_no_before():
    index = table(data_trust=[10, 10])

    told = story(
        "data-trust", "Trust", index, PERSONA, since=Cycle.parse("2026-09"), trailing_cycles=6
    )

    assert (told.before, told.before_cycles) == (None, 0)


def test_ranks_share_a_place_when_shares_are_equal():
    index = table(data_trust=[8], manual_reporting=[8], crm_hygiene=[3])

    assert ranks_now(index) == {"data-trust": 1, "manual-reporting": 1, "crm-hygiene": 3}


def test_later_cycles_are_not_looked_at():
    rows = [
        {
            "cycle": c,
            "persona_id": PERSONA.id,
            "pain_id": "data-trust",
            "segment": None,
            "share": 0.5,
            "accounts_heard": 20,
            "accounts_raising": 10,
            "accounts_denying": 0,
        }
        for c in ("2026-10", "2026-11")
    ]

    index = read_shares(shares(*rows), persona_id=PERSONA.id, cycle=OCTOBER)

    assert [p.cycle for p in index.points["data-trust", None]] == ["2026-10"]


def test_a_surfaced_order_ranks_its_pains_as_it_says_where_counts_are_level_or_the_reverse():
    index = table(data_trust=[4, 9], manual_reporting=[9, 9], tool_sprawl=[1, 10])

    def told(pain):
        return story(pain, pain, index, PERSONA, since=None, trailing_cycles=6)

    level = in_order(told("data-trust"), told("manual-reporting"))
    behind = in_order(told("data-trust"), told("tool-sprawl"))
    ahead = in_order(told("tool-sprawl"), told("data-trust"))

    assert [pain.rank_now for pain in level] == [2, 3]
    assert [pain.rank_now for pain in behind] == [1, 2]
    assert [pain.rank_now for pain in ahead] == [1, 2]
