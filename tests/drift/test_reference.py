"""The cycles that each pain is compared with."""

import numpy as np
import pytest

from next_evidence.drift.ballots import read_ballots
from next_evidence.drift.reference import by_reference
from next_evidence.drift.windows import windows
from next_evidence.settings import DriftSettings
from next_evidence.testing.worlds import World, flat, play

RULES = DriftSettings()


def ballots_of(levels, seed=0):
    world = World(levels, heard_per_cycle=120, accounts=200)
    who, said = play(world, np.random.default_rng(seed))
    return read_ballots(
        who, said, persona_id=world.persona_id, pains=world.pains, cycle=world.cycles[-1]
    )


def reference_of(levels, pain="pain-1", rules=RULES, seed=0):
    ballots = ballots_of(levels, seed)
    window = windows(len(ballots.cycles), rules)[-1]
    (found,) = (
        w for w, names in by_reference(ballots, window, ballots.pains, rules) if pain in names
    )
    assert found.now == window.now
    return found.before


def stepping(cycles, *steps):
    """One pain of three that stands at another level from each of the given cycles on."""
    levels = flat(cycles, [0.3, 0.12, 0.2])
    for at, level in steps:
        levels[at:, :, 1] = level
    return levels


def test_a_pain_that_stays_is_compared_with_all_there_was():
    assert reference_of(stepping(12)) == slice(0, 9)


def test_a_reference_does_not_grow_for_ever():
    assert reference_of(stepping(24)) == slice(0, 12)
    assert reference_of(stepping(24), rules=DriftSettings(reference_cycles=20)) == slice(0, 20)


@pytest.mark.parametrize("cycles", [14, 24])
def test_a_pain_that_has_moved_is_compared_with_what_it_was_however_long_ago(cycles):
    assert reference_of(stepping(cycles, (5, 0.4))) == slice(0, 5)


def test_of_two_steps_the_first_ends_the_reference():
    assert reference_of(stepping(16, (4, 0.35), (8, 0.7))) == slice(0, 4)


def test_a_cycle_that_stood_out_once_does_not_end_it():
    levels = stepping(12)
    levels[4, :, 1] = 0.6

    assert reference_of(levels) == slice(0, 9)


def test_three_cycles_are_kept_even_where_a_pain_moved_before():
    assert reference_of(stepping(12, (2, 0.6))) == slice(0, 3)


@pytest.mark.parametrize("cycles", range(4, 20))
def test_every_pain_has_one_reference_before_what_counts_as_now(cycles):
    ballots = ballots_of(stepping(cycles, (cycles // 2, 0.5)))
    for window in windows(cycles, RULES):
        parts = by_reference(ballots, window, ballots.pains, RULES)

        assert sorted(name for _, names in parts for name in names) == sorted(ballots.pains)
        assert all(0 <= w.before.start < w.before.stop <= w.now.start for w, _ in parts)
        if window.versus != "document":
            assert parts == [(window, ballots.pains)]
