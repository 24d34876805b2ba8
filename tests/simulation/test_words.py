"""A swap of words is found; where customers say what they always said, alarms are rare. Figures: ``benchmarks/drift/README.md``."""

from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from next_evidence.testing.talk import NEW, OLD, TalkWorld, replay_talk

QUIET = TalkWorld()
SWAP_AT = 7  # position of the eighth cycle


def surfaced(world, seed, cycles):
    shifts = replay_talk(world, np.random.default_rng(seed), cycles=cycles)
    return shifts.filter(pl.col("verdict") == "surface")


def found_within_two_cycles(runs):
    world, hits = replace(QUIET, swapped_from=SWAP_AT), 0
    for seed in range(runs):
        shifts = surfaced(world, seed, (SWAP_AT, SWAP_AT + 1))
        hits += shifts.filter(
            pl.col("label").is_in([OLD, NEW]), persona_id="persona-0"
        ).height > 0  # fmt: skip
    return hits


def alarms(world, runs, cycles):
    return sum(
        surfaced(world, seed, cycles).select("persona_id", "position").unique().height
        for seed in range(runs)
    )


def test_a_swap_is_found_and_quiet_personas_stay_quiet():
    # nine in ten are found: neither of two once in a hundred times; an alarm in one of three personas is as rare
    assert found_within_two_cycles(2) >= 1
    assert alarms(QUIET, 1, (11,)) <= 1


@pytest.mark.slow
def test_a_swap_is_found_within_two_cycles_in_four_years_of_five():
    assert found_within_two_cycles(40) >= 0.8 * 40


@pytest.mark.slow
@pytest.mark.parametrize("chatty_from", [None, SWAP_AT])
def test_of_quiet_persona_cycles_at_most_one_in_ten_shows_a_word(chatty_from):
    cycles, runs = (3, 5, 7, 9, 11), 8

    shown = alarms(replace(QUIET, chatty_from=chatty_from), runs, cycles)

    assert shown <= 0.10 * runs * len(cycles) * QUIET.personas
