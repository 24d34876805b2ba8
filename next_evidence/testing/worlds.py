"""Made-up histories of voting accounts with a known truth, for simulations of drift."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import polars as pl
from scipy.special import betaincinv

from next_evidence.brief.gate import judge
from next_evidence.drift.shifts import detect
from next_evidence.personas.document import Pain, Persona
from next_evidence.personas.library import PersonaLibrary
from next_evidence.records import Cycle, cycles_between
from next_evidence.schemas import COVERAGE, HEARD, PAINS, VOTES, check
from next_evidence.settings import Settings

Floats = npt.NDArray[np.float64]
SOURCES = ("calls", "tickets")
TIERS = {"smb": "standard", "mid-market": "growth", "enterprise": "top"}


@dataclass(frozen=True)
class World:
    """What is true of one persona's accounts.

    ``levels`` is the chance that an account heard in a cycle really raises a pain, shape ``(n_cycles, n_segments, n_pains)``.
    ``talk`` scales how often a segment is heard, ``(n_cycles, n_segments)``. ``likeness`` is the intra-account correlation:
    how far accounts keep to their own pains. A matcher finds a raised pain with ``recall`` and one that is not there
    with ``false_rate``.
    """

    levels: Floats
    accounts: int = 108
    heard_per_cycle: float = 45.0
    segments: Mapping[str, float] = field(
        default_factory=lambda: {"smb": 1 / 3, "mid-market": 1 / 3, "enterprise": 1 / 3}
    )
    talk: Floats | None = None
    likeness: float = 0.2
    recall: float = 1.0
    false_rate: float = 0.0
    persona_id: str = "ops-lead"

    @property
    def pains(self) -> tuple[str, ...]:
        return tuple(f"pain-{i}" for i in range(self.levels.shape[2]))

    @property
    def persona(self) -> Persona:
        pains = tuple(Pain(id=p, statement=f"Statement of {p}") for p in self.pains)
        return Persona(id=self.persona_id, name="Ops lead", pains=pains, priorities=self.pains)

    @property
    def library(self) -> PersonaLibrary:
        return PersonaLibrary((self.persona,))

    @property
    def cycles(self) -> tuple[Cycle, ...]:
        first = Cycle.parse("2025-01")
        last = first
        for _ in range(self.levels.shape[0] - 1):
            last = last.next()
        return cycles_between(first, last)


def flat(cycles: int, shares: list[float], segments: int = 3) -> Floats:
    """Levels that never change."""
    return np.broadcast_to(np.array(shares), (cycles, segments, len(shares))).copy()


def play(world: World, rng: np.random.Generator) -> tuple[pl.DataFrame, pl.DataFrame]:
    """One history, as ``HEARD`` and ``VOTES``."""
    n_cycles, _, n_pains = world.levels.shape
    names = list(world.segments)
    segment = rng.choice(len(names), size=world.accounts, p=np.array(list(world.segments.values())))
    pace = rng.gamma(2.0, 0.5, world.accounts) * _base_rate(world)
    talk = np.ones((n_cycles, len(names))) if world.talk is None else world.talk
    heard = rng.random((n_cycles, world.accounts)) < 1 - np.exp(-pace * talk[:, segment])
    taste = rng.random((world.accounts, n_pains))
    levels = np.clip(world.levels[:, segment, :], 1e-6, 1 - 1e-6)
    strength = (1 - world.likeness) / world.likeness
    chance = betaincinv(levels * strength, (1 - levels) * strength, taste)
    true = rng.random(chance.shape) < chance
    found = (true & (rng.random(true.shape) < world.recall)) | (
        rng.random(true.shape) < world.false_rate
    )
    votes = found & heard[:, :, None]
    return _heard_table(world, heard, [names[s] for s in segment]), _votes_table(world, votes, rng)


def replay(
    worlds: Sequence[World],
    rng: np.random.Generator,
    *,
    cycles: Iterable[int] | None = None,
    settings: Settings | None = None,
    loud: tuple[str, str] | None = None,
) -> pl.DataFrame:
    """Judged overall shifts of a made-up library, cycle by cycle, with a column ``position`` for the cycle.

    Parameters
    ----------
    worlds
        One per persona, all with the same number of cycles.
    cycles
        Positions to report on; all by default.
    loud
        ``(account_id, pain_id)``: an account that raises the pain forty times in every cycle reported on.
    """
    settings = settings or Settings()
    played = [play(world, rng) for world in worlds]
    heard, votes = (pl.concat([one[i] for one in played]) for i in (0, 1))
    library = PersonaLibrary(
        tuple(sorted((w.persona for w in worlds), key=lambda persona: persona.id))
    )
    found = []
    for position in range(len(worlds[0].cycles)) if cycles is None else cycles:
        cycle = worlds[0].cycles[position]
        if loud is not None:
            heard, votes = _with_loud(heard, votes, worlds[0], cycle, loud)
        shifts = detect(heard, votes, no_pains(), library, cycle=cycle, rules=settings.drift)
        judged = judge(shifts, coverage(heard, cycle), library, settings=settings)
        found.append(
            judged.filter(pl.col("segment").is_null()).with_columns(position=pl.lit(position))
        )
    return pl.concat(found)


def _with_loud(
    heard: pl.DataFrame, votes: pl.DataFrame, world: World, cycle: Cycle, loud: tuple[str, str]
) -> tuple[pl.DataFrame, pl.DataFrame]:
    key = pl.col("account_id") == loud[0], pl.col("cycle") == cycle.name
    said = {"cycle": cycle.name, "persona_id": world.persona_id, "account_id": loud[0]}
    voter = {
        **said,
        "tier": "top",
        "segment": "enterprise",
        "utterances": 40,
        "sources": ["tickets"],
    }
    vote = {
        **said,
        "pain_id": loud[1],
        "raises": True,
        "denies": False,
        "mentions": 40,
        "sources": ["tickets"],
        "likelihood": 1.0,
    }
    one = check(
        pl.DataFrame([{**dict.fromkeys(HEARD), **voter}], schema=HEARD), HEARD, table="heard"
    )
    two = check(
        pl.DataFrame([{**vote, "known_cycle": cycle.name}], schema=VOTES), VOTES, table="votes"
    )
    other_pain = pl.col("pain_id") != loud[1]
    return (
        pl.concat([heard.filter(~(key[0] & key[1])), one]),
        pl.concat([votes.filter(~(key[0] & key[1]) | other_pain), two]),
    )


def no_pains() -> pl.DataFrame:
    """A ``PAINS`` table without discovered pains."""
    return pl.DataFrame(schema=PAINS)


def coverage(heard: pl.DataFrame, cycle: Cycle) -> pl.DataFrame:
    """Good coverage: every source is alive, and accounts are counted as heard."""
    rows = (
        heard.filter(pl.col("cycle") == cycle.name)
        .group_by("cycle", "persona_id")
        .agg(accounts_heard=pl.len().cast(pl.Int64), utterances=pl.col("utterances").sum())
        .with_columns(
            segment=pl.lit(None),
            source=pl.lit(None),
            accounts_in_crm=pl.lit(None),
            detectable_change=pl.lit(None),
            state=pl.lit("ok"),
            last_seen_at=pl.lit(None),
        )
    )
    return check(rows, COVERAGE, table="coverage")


def _base_rate(world: World) -> float:
    """Conversations per account and cycle at which the wanted number is heard, for Gamma(2, 1/2) paces."""
    part = min(world.heard_per_cycle / world.accounts, 0.98)
    return float(2 * ((1 - part) ** -0.5 - 1))


def _heard_table(world: World, heard: npt.NDArray[np.bool_], segments: list[str]) -> pl.DataFrame:
    c, a = np.nonzero(heard)
    cycles = [cycle.name for cycle in world.cycles]
    frame = pl.DataFrame(
        {
            "cycle": [cycles[i] for i in c],
            "persona_id": [world.persona_id] * len(c),
            "account_id": [f"A{i:04d}" for i in a],
            "tier": [TIERS.get(segments[i], "standard") for i in a],
            "segment": [segments[i] for i in a],
            "arr_usd": [10_000.0 + 10 * int(i) for i in a],
            "utterances": [3] * len(c),
            "sources": [list(SOURCES)] * len(c),
        },
        schema=HEARD,
    )
    return check(frame, HEARD, table="heard")


def _votes_table(
    world: World, votes: npt.NDArray[np.bool_], rng: np.random.Generator
) -> pl.DataFrame:
    c, a, k = np.nonzero(votes)
    cycles = [cycle.name for cycle in world.cycles]
    source = rng.integers(0, len(SOURCES), len(c))
    frame = pl.DataFrame(
        {
            "cycle": [cycles[i] for i in c],
            "persona_id": [world.persona_id] * len(c),
            "pain_id": [world.pains[i] for i in k],
            "account_id": [f"A{i:04d}" for i in a],
            "raises": [True] * len(c),
            "denies": [False] * len(c),
            "mentions": [1] * len(c),
            "sources": [[SOURCES[i]] for i in source],
            "known_cycle": [cycles[i] for i in c],
            "likelihood": [1.0] * len(c),
        },
        schema=VOTES,
    )
    return check(frame, VOTES, table="votes")


# Scenarios: what a careful analyst should, and should not, report. The change comes at position 9 of 12.
CHANGE_AT = 9
_USUAL = [0.35, 0.15, 0.15, 0.12, 0.12, 0.09]
_RECALL, _FALSE_RATE = 0.5, 0.03


def quiet_library(personas: int = 4) -> list[World]:
    """Nothing changes; the matcher hears half of what is said and mishears 3 %."""
    return [
        World(flat(12, _USUAL), persona_id=f"persona-{i}", recall=_RECALL, false_rate=_FALSE_RATE)
        for i in range(personas)
    ]


def doubling(heard_per_cycle: float) -> World:
    """One pain goes from 15 % to 30 % of accounts; an account is heard in two or three cycles out of six."""
    levels = flat(12, _USUAL)
    levels[CHANGE_AT:, :, 1] = 0.30
    return World(levels, heard_per_cycle=heard_per_cycle, accounts=int(heard_per_cycle * 2.4))


def moving_top(*, talkative_smb: bool = False) -> World:
    """The top pain falls from 35 % to 12 % and another rises from 12 % to 40 %, in mid-market and enterprise only.

    Small accounts are 40 % of all and talk a third as often, as in the sample company; or, with ``talkative_smb``, segments
    are of one size and talk alike. The matcher hears half of what is said and mishears 3 %.
    """
    levels = flat(12, [0.35, 0.12, 0.12, 0.12, 0.09, 0.09])
    levels[CHANGE_AT:, 1:, 0], levels[CHANGE_AT:, 1:, 1] = 0.12, 0.40
    if talkative_smb:
        return World(levels, recall=_RECALL, false_rate=_FALSE_RATE)
    talk = np.tile([0.35, 1.0, 1.3], (12, 1))
    segments = {"smb": 0.4, "mid-market": 0.4, "enterprise": 0.2}
    return World(
        levels,
        heard_per_cycle=54,
        talk=talk,
        segments=segments,
        recall=_RECALL,
        false_rate=_FALSE_RATE,
    )


def changing_mix() -> World:
    """Segments differ, and only who speaks changes: enterprise three times as much, small accounts a fifth."""
    levels = flat(12, _USUAL)
    levels[:, 0, 1], levels[:, 1, 1], levels[:, 2, 1] = 0.05, 0.20, 0.60
    talk = np.ones((12, 3))
    talk[CHANGE_AT:] = [0.2, 1.0, 3.0]
    return World(levels, talk=talk)


def spike() -> World:
    """One pain jumps from 12 % to 50 % for a single cycle."""
    levels = flat(12, _USUAL)
    levels[6, :, 3] = 0.50
    return World(levels)
