"""Histories with a planted change: who spoke when, of which pain, how often; and what is true of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import polars as pl

from next_evidence.testing.worlds import CHANGE_AT, World, changing_mix, flat, play

CYCLES = 12
USUAL = [0.35, 0.15, 0.15, 0.12, 0.12, 0.09]
QUIET = World(flat(CYCLES, USUAL))
LOUD_ACCOUNT, LOUD_PAIN, LOUD_MENTIONS = "A0003", "pain-5", 40
MORE_MENTIONS = 1.5  # mean mentions beyond the first, of a pain that an account raises in a cycle


@dataclass(frozen=True)
class Planted:
    """A change that is true: ``pain_id`` goes ``up`` or ``down`` from a cycle on, by position."""

    pain_id: str
    direction: str
    at: int


@dataclass(frozen=True)
class Scenario:
    """``make`` gives the world; ``planted`` is null where no pain changes; ``loud`` plants one account that repeats itself."""

    name: str
    make: Callable[[], World]
    planted: Planted | None = None
    loud: bool = False


@dataclass(frozen=True)
class Played:
    """One history. ``heard`` and ``votes`` are tables of the engine; ``mentions`` has columns ``position, pain_id, count``."""

    world: World
    heard: pl.DataFrame
    votes: pl.DataFrame
    mentions: pl.DataFrame


def _world(pain: int, course: list[float]) -> World:
    """The usual world with one pain on another course from the changed cycle on; the last level stays."""
    levels = flat(CYCLES, USUAL)
    for cycle in range(CHANGE_AT, CYCLES):
        levels[cycle, :, pain] = course[min(cycle - CHANGE_AT, len(course) - 1)]
    return World(levels)


def _birth() -> World:
    levels = flat(CYCLES, [*USUAL[:5], 0.001])
    levels[CHANGE_AT:, :, 5] = 0.25
    return World(levels)


def _outage() -> World:
    """Everybody talks two fifths as often, and says what they said."""
    talk = np.ones((CYCLES, 3))
    talk[CHANGE_AT:] = 0.4
    return World(flat(CYCLES, USUAL), talk=talk)


def _up(pain: int) -> Planted:
    return Planted(f"pain-{pain}", "up", CHANGE_AT)


SCENARIOS = (
    Scenario("none", lambda: QUIET),
    Scenario("step", lambda: _world(1, [0.35]), _up(1)),
    Scenario("ramp", lambda: _world(1, [0.22, 0.29, 0.36]), _up(1)),
    Scenario("spike", lambda: _world(3, [0.45, USUAL[3]]), _up(3)),
    Scenario("birth", _birth, _up(5)),
    Scenario("death", lambda: _world(0, [0.03]), Planted("pain-0", "down", CHANGE_AT)),
    Scenario("outage", _outage),
    Scenario("mix change", changing_mix),
    Scenario("loud account", lambda: QUIET, loud=True),
)


def play_scenario(scenario: Scenario, seed: int) -> Played:
    """One history of a scenario; the same seed gives the same."""
    rng = np.random.default_rng([seed, SCENARIOS.index(scenario)])
    world = scenario.make()
    heard, votes = play(world, rng)
    if scenario.loud:
        heard, votes = _with_loud(heard, votes, world)
    more = rng.poisson(MORE_MENTIONS, votes.height)
    loud = pl.col("account_id").eq(LOUD_ACCOUNT) & pl.col("pain_id").eq(LOUD_PAIN)
    place = {cycle.name: i for i, cycle in enumerate(world.cycles)}
    mentions = votes.with_columns(
        count=pl.when(loud & scenario.loud).then(LOUD_MENTIONS).otherwise(1 + pl.Series(more)),
        position=pl.col("cycle").replace_strict(place, return_dtype=pl.Int64),
    )
    counted = mentions.group_by("position", "pain_id").agg(pl.col("count").sum())
    return Played(world, heard, votes, counted.sort("position", "pain_id"))


def _with_loud(
    heard: pl.DataFrame, votes: pl.DataFrame, world: World
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The same with one account that raises one pain in every cycle from the changed one on."""
    late = [cycle.name for cycle in world.cycles[CHANGE_AT:]]
    voter = heard.head(1).with_columns(account_id=pl.lit(LOUD_ACCOUNT))
    vote = votes.head(1).with_columns(account_id=pl.lit(LOUD_ACCOUNT), pain_id=pl.lit(LOUD_PAIN))
    mine = pl.col("account_id").eq(LOUD_ACCOUNT) & pl.col("cycle").is_in(late)
    voters = [voter.with_columns(cycle=pl.lit(name)) for name in late]
    said = [vote.with_columns(cycle=pl.lit(n), known_cycle=pl.lit(n)) for n in late]
    kept = votes.filter(~(mine & pl.col("pain_id").eq(LOUD_PAIN)))
    return pl.concat([heard.filter(~mine), *voters]), pl.concat([kept, *said])
