"""Shifts of a whole library: what must not matter, and what must be found."""

import numpy as np
import polars as pl
import pytest

from next_evidence.drift.ballots import read_ballots
from next_evidence.drift.rising import level_shifts, overall_bounds, overall_p_values
from next_evidence.drift.shifts import detect
from next_evidence.drift.windows import windows
from next_evidence.personas.library import PersonaLibrary
from next_evidence.records import Cycle
from next_evidence.schemas import SHIFTS
from next_evidence.settings import DriftSettings
from next_evidence.testing.builders import heard, pains, votes
from next_evidence.testing.worlds import World, flat, no_pains, play

RULES = DriftSettings()
SEGMENTS = ("smb", "mid-market", "enterprise")


def rising_world(**more):
    levels = flat(9, [0.35, 0.10, 0.2])
    levels[6:, :, 1] = 0.45
    return World(levels, **more)


@pytest.fixture(scope="module")
def history():
    world = rising_world()
    return world, *play(world, np.random.default_rng(5))


def run(world, who, said, cycle=None, library=None, found=None):
    return detect(
        who,
        said,
        no_pains() if found is None else found,
        library or world.library,
        cycle=cycle or world.cycles[-1],
        rules=RULES,
    )


def overall(shifts, **where):
    return shifts.filter(pl.col("segment").is_null()).filter(**where)


def test_detect_finds_a_rise_in_every_comparison_that_shows_it(history):
    shifts = overall(run(*history), pain_id="pain-1", kind="pain_rising")

    found = dict(shifts.select("versus", "q_value").rows())
    assert found["document"] < 0.01
    assert found["trailing"] < 0.10


def test_detect_keeps_to_the_schema_and_leaves_judging_to_the_gate(history):
    shifts = run(*history)

    assert shifts.schema == SHIFTS
    assert shifts["verdict"].unique().to_list() == [""]
    assert shifts["reasons"].list.len().max() == 0
    assert overall(shifts)["q_value"].null_count() == 0
    assert shifts.filter(pl.col("segment").is_not_null())["q_value"].null_count() == len(
        shifts.filter(pl.col("segment").is_not_null())
    )


def test_detect_does_not_look_ahead(history):
    world, who, said = history
    for position in (2, 5, 7):
        cycle = world.cycles[position]
        past = [c.name for c in world.cycles[: position + 1]]

        whole = run(world, who, said, cycle)
        cut = run(
            world,
            who.filter(pl.col("cycle").is_in(past)),
            said.filter(pl.col("cycle").is_in(past)),
            cycle,
        )

        assert whole.equals(cut)


def test_detect_ignores_votes_that_became_known_later(history):
    world, who, said = history
    cycle = world.cycles[7]
    later = said.with_columns(
        known_cycle=pl.when(pl.col("pain_id") == "pain-1")
        .then(pl.lit(world.cycles[8].name))
        .otherwise("cycle")
    )

    shifts = run(world, who, later, cycle)

    assert shifts.filter(pain_id="pain-1").is_empty()


def test_detect_does_not_mind_the_order_of_rows(history):
    world, who, said = history

    shuffled = run(
        world,
        who.sample(fraction=1, shuffle=True, seed=1),
        said.sample(fraction=1, shuffle=True, seed=2),
    )

    assert run(*history).equals(shuffled)


def test_another_persona_changes_no_p_value(history):
    world, who, said = history
    other = rising_world(persona_id="analyst")
    other_who, other_said = play(other, np.random.default_rng(8))
    both = PersonaLibrary((other.persona, world.persona))

    alone = run(world, who, said)
    together = run(world, pl.concat([other_who, who]), pl.concat([other_said, said]), library=both)

    mine = together.filter(persona_id=world.persona_id)
    assert mine.drop("q_value").equals(alone.drop("q_value"))
    assert (overall(mine)["q_value"] >= overall(alone)["q_value"] * 0.99).any()


def test_a_persona_that_was_not_heard_in_this_cycle_has_no_shifts(history):
    world, who, said = history

    assert run(world, who.filter(pl.col("cycle") != world.cycles[-1].name), said).is_empty()


def test_personas_that_are_not_tracked_have_no_shifts(history):
    world, who, said = history
    off = PersonaLibrary((world.persona.model_copy(update={"tracking": "off"}),))

    assert run(world, who, said, library=off).is_empty()


def test_a_first_cycle_has_no_history_to_differ_from(history):
    world, who, said = history

    shifts = run(world, who, said, world.cycles[0])

    assert set(shifts["versus"]) <= {"document"}
    assert set(shifts["kind"]) <= {"top_pain", "priority"}


def test_shares_and_counts_of_a_row_can_be_counted_by_hand():
    cycles = ["2026-08", "2026-09", "2026-10"]
    who = heard(
        *[
            {"account_id": f"a{i}", "cycle": c, "arr_usd": None if i == 1 else 100.0}
            for c in cycles
            for i in range(10)
        ]
    )
    said = votes(
        {"account_id": "a0", "cycle": "2026-09", "sources": ["calls"]},
        *[
            {"account_id": f"a{i}", "cycle": "2026-10", "sources": [["calls"], ["tickets"]][i % 2]}
            for i in range(4)
        ],
    )
    library = PersonaLibrary((World(flat(1, [0.1])).persona.model_copy(update={"id": "ops-lead"}),))
    known = pains(
        {
            "pain_id": "export",
            "origin": "discovered",
            "status": "confirmed",
            "first_cycle": "2026-08",
        }
    )

    shifts = detect(who, said, known, library, cycle=Cycle.parse("2026-10"), rules=RULES)

    row = overall(shifts, versus="last_cycle").row(0, named=True)
    assert (row["pain_id"], row["kind"]) == ("export", "pain_rising")
    assert (row["share_before"], row["share_now"], row["change"]) == (0.1, 0.4, 0.3)
    assert (row["accounts_heard"], row["accounts_raising"], row["arr_usd"]) == (10, 4, 300.0)
    assert (row["sources"], row["source_accounts"]) == (["calls", "tickets"], [2, 2])
    assert row["p_value"] == pytest.approx(0.25)  # three of three turned to it: 2 x 1/8
    assert row["change_low"] < 0.3 < row["change_high"]


def test_arr_that_nobody_knows_is_null_not_zero():
    who = heard(
        *[
            {"account_id": f"a{i}", "cycle": c, "arr_usd": None}
            for c in ("2026-09", "2026-10")
            for i in range(5)
        ]
    )
    said = votes({"account_id": "a1", "pain_id": "pain-0"})
    library = PersonaLibrary((World(flat(1, [0.1])).persona,))

    shifts = detect(who, said, no_pains(), library, cycle=Cycle.parse("2026-10"), rules=RULES)

    assert shifts["arr_usd"].to_list() == [None] * len(shifts)


def test_a_discovered_pain_is_new_while_no_document_has_it():
    cycles = [f"2026-{m:02d}" for m in range(4, 11)]
    who = heard(*[{"account_id": f"a{i}", "cycle": c} for c in cycles for i in range(30)])
    said = votes(*[{"account_id": f"a{i}", "cycle": "2026-10"} for i in range(9)])
    known = pains({"pain_id": "export", "origin": "discovered", "status": "candidate"})
    library = PersonaLibrary((World(flat(1, [0.1])).persona,))

    shifts = detect(who, said, known, library, cycle=Cycle.parse("2026-10"), rules=RULES)

    row = overall(shifts, kind="pain_new").row(0, named=True)
    assert (row["pain_id"], row["versus"], row["share_before"], row["share_now"]) == (
        "export",
        "document",
        0.0,
        0.3,
    )
    assert (row["accounts_heard"], row["accounts_raising"], row["durability"]) == (30, 9, "unknown")
    assert row["p_value"] < 1e-6


@pytest.mark.parametrize("raising", [0, 1])
def test_a_discovered_pain_within_the_matchers_noise_is_not_reported(raising):
    who = heard(*[{"account_id": f"a{i}"} for i in range(30)])
    said = votes(*[{"account_id": f"a{i}"} for i in range(raising)] or [{"account_id": "ghost"}])
    known = pains({"pain_id": "export", "origin": "discovered", "status": "candidate"})
    library = PersonaLibrary((World(flat(1, [0.1])).persona,))

    shifts = detect(who, said, known, library, cycle=Cycle.parse("2026-10"), rules=RULES)

    assert shifts.filter(kind="pain_new").is_empty()


def test_a_pain_that_later_turned_up_is_not_known_yet():
    who = heard(*[{"account_id": f"a{i}", "cycle": "2026-09"} for i in range(30)])
    said = votes(*[{"account_id": f"a{i}", "cycle": "2026-09"} for i in range(9)])
    known = pains(
        {"pain_id": "export", "origin": "discovered", "status": "candidate", "cycle": "2026-10"}
    )
    library = PersonaLibrary((World(flat(1, [0.1])).persona,))

    shifts = detect(who, said, known, library, cycle=Cycle.parse("2026-09"), rules=RULES)

    assert shifts.is_empty()


def test_a_pain_of_the_document_that_falls_silent_has_faded():
    levels = flat(9, [0.35, 0.30, 0.2])
    levels[6:, :, 1] = 0.0
    world = World(levels)
    who, said = play(world, np.random.default_rng(5))

    row = overall(run(world, who, said), pain_id="pain-1", versus="document").row(0, named=True)

    assert row["kind"] == "pain_faded"
    assert row["q_value"] < 0.01
    assert sum(row["source_accounts"]) > 0  # where it used to be raised


def test_a_halved_pain_is_falling_not_faded():
    levels = flat(9, [0.35, 0.40, 0.2])
    levels[6:, :, 1] = 0.2
    world = World(levels)
    who, said = play(world, np.random.default_rng(5))

    assert overall(run(world, who, said), pain_id="pain-1", versus="document")[
        "kind"
    ].to_list() == ["pain_falling"]


def test_segment_rows_count_their_own_accounts(history):
    world, who, said = history

    shifts = run(world, who, said).filter(versus="last_cycle", pain_id="pain-1")

    counts = dict(shifts.select("segment", "accounts_heard").rows())
    assert counts[None] == sum(counts[s] for s in SEGMENTS)


def test_a_raw_rise_against_the_same_accounts_own_fall_is_no_evidence():
    """Eight regulars raise it less than before; the share rises only as forty silent voices are missing now."""
    regulars = [f"r{i}" for i in range(8)]
    cycles = ["2026-08", "2026-09", "2026-10"]
    who = heard(
        *[{"account_id": r, "cycle": c} for c in cycles[1:] for r in regulars],
        *[{"account_id": f"q{i}", "cycle": c} for c in cycles[:2] for i in range(20)],
    )
    said = votes(
        *[{"account_id": r, "cycle": "2026-09", "pain_id": "pain-0"} for r in regulars],
        *[{"account_id": r, "cycle": "2026-10", "pain_id": "pain-0"} for r in regulars[:4]],
    )
    library = PersonaLibrary((World(flat(1, [0.1])).persona,))

    shifts = detect(who, said, no_pains(), library, cycle=Cycle.parse("2026-10"), rules=RULES)

    row = overall(shifts, versus="trailing").row(0, named=True)
    assert (row["kind"], row["p_value"]) == ("pain_rising", 1.0)


def test_one_odd_cycle_in_a_short_history_moves_no_top_pain():
    levels = flat(4, [0.5, 0.1])
    levels[3, :, 0], levels[3, :, 1] = 0.1, 0.4
    world = World(levels)
    who, said = play(world, np.random.default_rng(5))

    shifts = run(world, who, said)

    assert overall(shifts, kind="top_pain")["order_change"].drop_nulls().is_empty()
    assert (
        overall(shifts, kind="pain_rising", pain_id="pain-1", versus="trailing")["q_value"][0] < 0.1
    )


def test_bounds_and_p_values_of_overall_rows_can_be_had_alone(history):
    world, who, said = history
    pain_ids = tuple(pain.id for pain in world.persona.pains)
    ballots = read_ballots(
        who, said, persona_id=world.persona.id, pains=pain_ids, cycle=world.cycles[-1]
    )
    for window in windows(len(ballots.cycles), RULES):
        rows = level_shifts(
            ballots,
            [(window, dict.fromkeys(pain_ids, True))],
            labels={pain_id: pain_id for pain_id in pain_ids},
            interval=0.8,
            segments=False,
        )

        bounds = overall_bounds(ballots, window, pain_ids, interval=0.8)
        p_values = overall_p_values(ballots, window, pain_ids)

        assert bounds == [(row.change_low, row.change_high) for row in rows]
        assert p_values == {row.pain_id: row.p_value for row in rows}
