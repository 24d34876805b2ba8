"""Pains that have overtaken one which the document puts before them."""

from dataclasses import replace
from functools import partial

import numpy as np
import polars as pl
import pytest

from next_evidence.drift.ballots import Ballots, read_ballots
from next_evidence.drift.hearing import corrected_shares, read_hearing
from next_evidence.drift.order import lead_bounds, order_shifts, overtaking
from next_evidence.drift.windows import Window, document_window
from next_evidence.records import Cycle
from next_evidence.settings import DriftSettings
from next_evidence.stats.significance import sign_test
from next_evidence.testing.builders import heard, votes
from next_evidence.testing.worlds import World, flat, play

LABELS = {f"pain-{i}": f"pain {i}" for i in range(6)}
NOW_ONLY = Window("document", slice(0, 1), slice(0, 0))
top_pain_shifts = partial(order_shifts, kinds=("top_pain",))
priority_shifts = partial(order_shifts, kinds=("priority",))


def ballots_of(world, seed=0):
    who, said = play(world, np.random.default_rng(seed))
    return read_ballots(
        who, said, persona_id=world.persona_id, pains=world.pains, cycle=world.cycles[-1]
    )


def by_hand(raised, persona="ops-lead", pains=2):
    """One cycle; ``raised[i]`` are the pains of account i."""

    who = heard(*[{"account_id": f"a{i:03d}"} for i in range(len(raised))])
    said = votes(
        *[{"account_id": f"a{i:03d}", "pain_id": p} for i, ps in enumerate(raised) for p in ps]
    )

    return read_ballots(
        who,
        said,
        persona_id=persona,
        pains=tuple(f"pain-{i}" for i in range(pains)),
        cycle=Cycle.parse("2026-10"),
    )


def overtaken(ballots, window, pairs):
    return overtaking(ballots, window, pairs, hearing=read_hearing(ballots), segment=None)


def test_without_history_the_order_is_a_sign_test_of_accounts_that_raise_only_one():
    ballots = by_hand([["pain-1"]] * 14 + [["pain-0"]] + [["pain-0", "pain-1"]] * 2 + [[]] * 13)

    (found,) = overtaken(ballots, NOW_ONLY, [(0, 1)])

    assert (found.share_a, found.share_b) == (3 / 30, 16 / 30)
    assert found.p_value == pytest.approx(sign_test(14, 1) / 0.2)
    assert found.moved is None
    low, high = lead_bounds(ballots, NOW_ONLY, (0, 1), None, 0.8)
    assert low < 13 / 30 < high


def test_a_lead_that_a_better_heard_pain_would_have_anyway_proves_nothing():
    ballots = by_hand([["pain-1"]] * 130 + [["pain-0"]] * 40)

    (found,) = overtaken(ballots, NOW_ONLY, [(0, 1)])

    assert found.leads
    assert sign_test(130, 40) < 0.01
    assert found.p_value == 1


def moved_world(**more):
    levels = flat(9, [0.4, 0.12, 0.12, 0.1])
    levels[6:, :, 0], levels[6:, :, 1] = 0.12, 0.45
    return World(levels, **more)


def test_the_top_pain_moves_and_says_from_what_to_what():
    world = moved_world()
    ballots = ballots_of(world)

    shifts = top_pain_shifts(
        ballots, document_window(9, DriftSettings()), world.persona, labels=LABELS, interval=0.8
    )

    whole = shifts[0]
    assert (whole.kind, whole.pain_id, whole.versus_pain_id) == ("top_pain", "pain-1", "pain-0")
    assert whole.label == "Top pain moved from “pain 0” to “pain 1”"
    assert whole.p_value < 0.001
    assert whole.change == pytest.approx(whole.share_now - whole.share_before)
    assert whole.order_change > 0.3
    assert [s.segment for s in shifts[1:]] == ["enterprise", "mid-market", "smb"]


def test_nothing_is_reported_while_the_documents_top_pain_leads():
    world = World(flat(9, [0.4, 0.12, 0.12, 0.1]))

    assert (
        top_pain_shifts(
            ballots_of(world),
            document_window(9, DriftSettings()),
            world.persona,
            labels=LABELS,
            interval=0.8,
        )
        == []
    )


def test_a_document_of_one_pain_has_no_order():
    world = World(flat(5, [0.4]))

    assert (
        top_pain_shifts(
            ballots_of(world),
            document_window(5, DriftSettings()),
            world.persona,
            labels=LABELS,
            interval=0.8,
        )
        == []
    )
    assert (
        priority_shifts(
            ballots_of(world),
            document_window(5, DriftSettings()),
            world.persona,
            labels=LABELS,
            interval=0.8,
        )
        == []
    )


def test_priorities_report_the_clearest_contradiction_below_the_top():
    levels = flat(9, [0.4, 0.35, 0.1, 0.1])
    levels[6:, :, 1], levels[6:, :, 2] = 0.08, 0.35
    world = World(levels)

    shifts = priority_shifts(
        ballots_of(world),
        document_window(9, DriftSettings()),
        world.persona,
        labels=LABELS,
        interval=0.8,
    )

    overall = [s for s in shifts if s.segment is None]
    assert [(s.pain_id, s.versus_pain_id) for s in overall] == [("pain-2", "pain-1")]
    assert overall[0].p_value < 0.01


def test_ballots_leave_out_votes_of_accounts_that_were_not_heard():
    world = moved_world()
    who, said = play(world, np.random.default_rng(1))
    ghost = said.head(1).with_columns(account_id=pl.lit("ghost"))

    with_ghost = read_ballots(
        who,
        pl.concat([said, ghost]),
        persona_id=world.persona_id,
        pains=world.pains,
        cycle=world.cycles[-1],
    )

    assert "ghost" not in with_ghost.accounts
    assert with_ghost.raises.sum() == len(said)


def test_the_p_value_is_corrected_for_all_pains_that_were_asked():
    world = moved_world(heard_per_cycle=25)
    ballots, window = ballots_of(world, seed=3), document_window(9, DriftSettings())

    whole = top_pain_shifts(ballots, window, world.persona, labels=LABELS, interval=0.8)[0]

    single = overtaken(ballots, window, [(0, 1)])[0].p_value
    assert whole.p_value == pytest.approx(3 * single)


def test_a_document_that_was_wrong_all_along_is_corrected_for_all_pains():
    ballots = by_hand(
        [["pain-1"]] * 14 + [["pain-0"]] * 3 + [["pain-2"]] * 2 + [["pain-3"]] + [[]] * 20, pains=4
    )
    persona = World(flat(1, [0.1] * 4)).persona

    whole = top_pain_shifts(ballots, NOW_ONLY, persona, labels=LABELS, interval=0.8)[0]

    assert whole.label == "Top pain is “pain 1”, not “pain 0”"
    assert whole.p_value == pytest.approx(3 * sign_test(14, 3) / 0.2)


def test_a_vote_of_a_cycle_in_which_the_account_was_not_heard_does_not_count():
    who = heard({"account_id": "a", "cycle": "2026-09"}, {"account_id": "b", "cycle": "2026-10"})
    said = votes({"account_id": "a", "pain_id": "pain-0", "cycle": "2026-10"})

    ballots = read_ballots(
        who, said, persona_id="ops-lead", pains=("pain-0",), cycle=Cycle.parse("2026-10")
    )

    assert not ballots.raises.any()
    assert not any(by.any() for by in ballots.sources.values())


def soft_ballots(raised, *, heard_true, heard_false, seed=0):
    """Likelihoods of a calibrated matcher that is right ``heard_true`` and mistaken ``heard_false`` of the time.

    ``raised`` has shape ``(n_cycles, n_accounts, n_pains)``.
    """
    rng = np.random.default_rng(seed)
    hit = np.where(
        raised, rng.random(raised.shape) < heard_true, rng.random(raised.shape) < heard_false
    )
    rate = raised.mean(axis=(0, 1))
    surely = rate * heard_true / (rate * heard_true + (1 - rate) * heard_false)
    hardly = rate * (1 - heard_true) / (rate * (1 - heard_true) + (1 - rate) * (1 - heard_false))
    likelihood = np.where(hit, surely, hardly)
    n_cycles, n_accounts, n_pains = raised.shape
    return Ballots(
        persona_id="ops-lead",
        cycles=tuple(f"2026-{c + 1:02d}" for c in range(n_cycles)),
        accounts=tuple(f"a{i}" for i in range(n_accounts)),
        pains=tuple(f"pain-{k}" for k in range(n_pains)),
        segments=("smb",),
        tiers=("top",),
        heard=np.ones((n_cycles, n_accounts), dtype=bool),
        raises=likelihood >= 0.4,
        likelihood=likelihood,
        segment=np.zeros((n_cycles, n_accounts), dtype=np.int64),
        tier=np.zeros((n_cycles, n_accounts), dtype=np.int64),
        arr_usd=np.full(n_accounts, 1.0),
        sources={},
    )


def test_the_corrected_share_is_what_accounts_raise_and_not_what_is_heard():
    rng = np.random.default_rng(4)
    level = np.r_[np.full(6, 0.15), np.full(3, 0.45)]
    raised = rng.random((9, 800, 1)) < level[:, None, None]
    ballots = soft_ballots(raised, heard_true=0.5, heard_false=0.1)
    window = Window("document", slice(6, 9), slice(0, 6))

    (found,) = corrected_shares(ballots, read_hearing(ballots), window.now, None)

    assert ballots.likelihood[6:].mean() < 0.35
    assert found == pytest.approx(0.45, abs=0.04)


def test_votes_of_yes_or_no_need_no_correction():
    rng = np.random.default_rng(5)
    raised = rng.random((9, 50, 1)) < 0.3
    ballots = soft_ballots(raised, heard_true=1.0, heard_false=0.0)
    window = Window("document", slice(6, 9), slice(0, 6))

    assert corrected_shares(ballots, read_hearing(ballots), window.now, None) == pytest.approx(
        raised[6:].mean()
    )


def test_a_matcher_that_hears_nothing_is_not_corrected():
    raised = np.zeros((9, 20, 1), dtype=bool)
    ballots = replace(
        soft_ballots(raised, heard_true=0.5, heard_false=0.1), likelihood=np.full((9, 20, 1), 0.2)
    )
    window = Window("document", slice(6, 9), slice(0, 6))

    assert corrected_shares(ballots, read_hearing(ballots), window.now, None) == pytest.approx(0.2)


def test_the_new_top_pain_may_be_one_that_is_heard_less_than_another():
    rng = np.random.default_rng(8)
    level = np.tile([0.45, 0.15, 0.35], (9, 1))
    level[6:] = [0.15, 0.45, 0.40]
    raised = rng.random((9, 300, 3)) < level[:, None, :]
    hears = np.array([0.8, 0.3, 0.9])
    ballots = soft_ballots(raised, heard_true=hears, heard_false=0.02)
    window = Window("document", slice(6, 9), slice(0, 6))
    persona = World(flat(1, [0.1] * 3)).persona

    moved = top_pain_shifts(ballots, window, persona, labels=LABELS, interval=0.8)[0]

    counted = ballots.raises[6:].any(axis=0).mean(axis=0)
    assert counted[2] > 1.5 * counted[1]
    assert moved.pain_id == "pain-1"


def test_a_pain_that_is_heard_much_more_often_was_not_always_raised_more_often():
    rng = np.random.default_rng(2)
    raised = rng.random((9, 200, 2)) < [0.25, 0.35]
    ballots = soft_ballots(raised, heard_true=np.array([0.25, 0.9]), heard_false=0.02)
    window = Window("document", slice(6, 9), slice(0, 6))
    # as unsure as a matcher is of what it hardly hears
    ballots = replace(ballots, raises=ballots.likelihood >= 0.85)

    (found,) = overtaken(ballots, window, [(0, 1)])

    assert found.share_b > 4 * found.share_a
    assert found.corrected_b < 4 * found.corrected_a
    assert found.p_wrong == 1.0


def overtaken_by(levels_now, **more):
    """The top pain row where pain-0 led, and shares since are these."""
    rng = np.random.default_rng(3)
    level = np.tile([0.45, 0.15, 0.15, 0.15], (9, 1))
    level[6:] = levels_now
    raised = rng.random((9, 200, 4)) < level[:, None, :]
    ballots = soft_ballots(raised, heard_true=0.6, heard_false=0.02)
    window = Window("document", slice(6, 9), slice(0, 6))
    persona = World(flat(1, [0.1] * 4)).persona

    return top_pain_shifts(ballots, window, persona, labels=LABELS, interval=0.8, **more)


def test_pains_that_overtook_the_old_top_beside_the_new_one_are_named():
    both = overtaken_by([0.15, 0.50, 0.40, 0.15])[0]

    assert (both.pain_id, both.also_ahead) == ("pain-1", ("pain-2",))


def test_a_second_look_tells_of_the_pair_that_the_first_named_although_another_is_clearer():
    levels = [0.15, 0.50, 0.45, 0.05]
    (first, *_) = overtaken_by(levels)
    assert first.pain_id == "pain-1"

    (second, *_) = overtaken_by(levels, preferred=[("pain-0", "pain-2")])

    assert (second.versus_pain_id, second.pain_id) == ("pain-0", "pain-2")
    assert second.also_ahead == ("pain-1",)


def test_a_second_look_does_not_tell_of_a_pair_that_could_not_lead():
    levels = [0.15, 0.50, 0.20, 0.05]

    (found, *_) = overtaken_by(levels, preferred=[("pain-0", "pain-2"), ("pain-1", "pain-2")])

    assert found.pain_id == "pain-1"


def test_a_pain_that_rose_and_still_comes_after_the_old_top_is_not_named_beside_the_new_one():
    assert overtaken_by([0.30, 0.50, 0.15, 0.22])[0].also_ahead == ()


def test_segments_name_no_other_pains():
    _, *segments = overtaken_by([0.15, 0.50, 0.40, 0.15])

    assert segments
    assert all(row.also_ahead == () for row in segments)


def spiked(*, lasting):
    """Nine cycles in which pain-1 overtakes pain-0 from the eighth on, for one cycle or for good."""
    rng = np.random.default_rng(7)
    level = np.tile([0.4, 0.1], (9, 1))
    level[7:] = [0.05, 0.9]
    if not lasting:
        level[8] = level[0]
    raised = rng.random((9, 400, 2)) < level[:, None, :]
    return soft_ballots(raised, heard_true=0.5, heard_false=0.1)


@pytest.mark.parametrize(
    ("cycles", "lasting", "held"), [(8, False, 1 / 3), (9, False, 1 / 3), (9, True, 2 / 3)]
)
def test_an_order_that_one_cycle_turned_round_has_not_held(cycles, lasting, held):
    whole = spiked(lasting=lasting)
    ballots = replace(
        whole,
        cycles=whole.cycles[:cycles],
        **{
            name: getattr(whole, name)[:cycles]
            for name in ("heard", "raises", "likelihood", "segment", "tier")
        },
    )
    window = document_window(cycles, DriftSettings())
    persona = World(flat(1, [0.1] * 2)).persona

    (moved, *_) = top_pain_shifts(ballots, window, persona, labels=LABELS, interval=0.8)

    assert moved.label.startswith("Top pain moved")
    assert moved.consistency == pytest.approx(held)
    assert (moved.durability == "transient") == (not lasting)
