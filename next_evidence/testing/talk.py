"""Made-up talk of customers with a known truth, for simulations of words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from next_evidence.brief.gate import judge
from next_evidence.drift.words import language_shifts
from next_evidence.personas.document import Pain, Persona
from next_evidence.personas.library import PersonaLibrary
from next_evidence.records import Cycle, cycles_between
from next_evidence.schemas import HEARD, MATCHES, VOTES, check
from next_evidence.settings import Settings
from next_evidence.testing.worlds import coverage
from next_evidence.text.terms import TermReader

SOURCES = ("calls", "tickets", "surveys")
OLD, NEW = "roll-up", "summary view"
_PAINS = ("pain-a", "pain-b", "pain-c")
_LISTED = ("word7", "word19", OLD)


@dataclass(frozen=True)
class TalkWorld:
    """What a library's customers say.

    Words follow Zipf's law. Every persona has some of its own, every account its own taste (``likeness``: the spread of log
    preferences), and ``retold`` of all statements repeat one of 300 sentences. ``swapped_from``: position of the cycle from which half
    of the first persona's accounts say `NEW` where all said `OLD`, in ``usage`` of the account-cycles heard; None: nothing ever changes.
    ``chatty_from``: position of the cycle from which everybody says twice as much, of the same; None: nobody does.
    """

    personas: int = 3
    accounts: int = 140
    heard_per_cycle: int = 60
    statements: int = 3
    words: int = 9
    vocabulary: int = 1200
    likeness: float = 1.0
    retold: float = 0.2
    usage: float = 0.35
    swapped_from: int | None = None
    chatty_from: int | None = None
    cycles: int = 12

    @property
    def library(self) -> PersonaLibrary:
        pains = tuple(Pain(id=p, statement=f"Statement of {p}") for p in _PAINS)
        return PersonaLibrary(
            tuple(
                Persona(id=f"persona-{i}", name=f"Persona {i}", pains=pains, language=_LISTED)
                for i in range(self.personas)
            )
        )

    @property
    def names(self) -> tuple[Cycle, ...]:
        first = Cycle.parse("2025-01")
        last = first
        for _ in range(self.cycles - 1):
            last = last.next()
        return cycles_between(first, last)


def talk(world: TalkWorld, rng: np.random.Generator) -> tuple[pl.DataFrame, ...]:
    """One history as ``MATCHES``, ``HEARD`` and ``VOTES``."""
    retold = [" ".join(_draw(rng, world, _zipf(world))) for _ in range(300)]
    rows: list[dict[str, object]] = []
    for i in range(world.personas):
        usual = _usual(world, rng)
        taste = np.exp(rng.normal(0.0, world.likeness, (world.accounts, world.vocabulary)))
        converts = rng.random(world.accounts) < 0.5
        fond = rng.beta(2.0, 2.0 * (1 - world.usage) / world.usage, world.accounts)
        pace = rng.gamma(2.0, 0.5, world.accounts)
        for position, cycle in enumerate(world.names):
            chatty = world.chatty_from is not None and position >= world.chatty_from
            statements = world.statements * (2 if chatty else 1)
            for a in _heard(world, pace, rng):
                said = [
                    str(rng.choice(retold))
                    if rng.random() < world.retold
                    else " ".join(_draw(rng, world, usual * taste[a]))
                    for _ in range(1 + rng.poisson(statements - 1))
                ]
                if rng.random() < fond[a]:
                    swapped = world.swapped_from is not None and position >= world.swapped_from
                    told = NEW if swapped and converts[a] and i == 0 else OLD
                    said[0] = f"{said[0]} {told}"
                for n, text in enumerate(said):
                    rows.append(
                        {
                            "utterance_id": f"u{i}-{position}-{a}-{n}",
                            "conversation_id": f"c{i}-{position}-{a}",
                            "account_id": f"A{i}-{a:03d}",
                            "persona_id": f"persona-{i}",
                            "cycle": cycle.name,
                            "spoken_at": cycle.start,
                            "pain_id": str(rng.choice(_PAINS)),
                            "status": str(rng.choice(["accepted", "review", "abstained"])),
                            "source": SOURCES[int(rng.integers(len(SOURCES)))],
                            "text": text,
                        }
                    )
    matches = check(_filled(rows, MATCHES), MATCHES, table="matches")
    return matches, _heard_table(matches), _votes_table(matches)


def replay_talk(
    world: TalkWorld,
    rng: np.random.Generator,
    *,
    cycles: Sequence[int],
    settings: Settings | None = None,
) -> pl.DataFrame:
    """Judged overall shifts of words, with a column ``position`` for the cycle."""
    settings = settings or Settings()
    said, heard, votes = talk(world, rng)
    reader, found = TermReader(), []
    for position in cycles:
        cycle = world.names[position]
        shifts = language_shifts(
            said,
            heard,
            votes,
            world.library,
            cycle=cycle,
            rules=settings.drift,
            gate_of=lambda persona: settings.gate_for(persona.id, persona.tracking),
            reader=reader,
            stopped=pl.DataFrame(schema={"persona_id": pl.String, "source": pl.String}),
        )
        judged = judge(shifts, coverage(heard, cycle), world.library, settings=settings)
        found.append(
            judged.filter(pl.col("segment").is_null()).with_columns(position=pl.lit(position))
        )
    return pl.concat(found)


def _usual(world: TalkWorld, rng: np.random.Generator) -> npt.NDArray[np.float64]:
    """How often a persona says each word: Zipf's law, and a tenth of the words much more than others do."""
    return np.where(rng.random(world.vocabulary) < 0.1, 5.0, 1.0) * _zipf(world)


def _zipf(world: TalkWorld) -> npt.NDArray[np.float64]:
    return np.asarray(1.0 / (np.arange(1, world.vocabulary + 1) + 5.0), dtype=float)


def _draw(
    rng: np.random.Generator, world: TalkWorld, weights: npt.NDArray[np.float64]
) -> list[str]:
    total = np.cumsum(weights)
    places = np.searchsorted(total, rng.random(world.words) * total[-1])
    return [f"word{place}" for place in places]


def _heard(
    world: TalkWorld, pace: npt.NDArray[np.float64], rng: np.random.Generator
) -> npt.NDArray[np.int64]:
    order = rng.exponential(1.0, world.accounts) / pace
    return np.sort(np.argsort(order)[: world.heard_per_cycle])


def _filled(rows: list[dict[str, object]], schema: pl.Schema) -> pl.DataFrame:
    """Rows with every column of the schema; what they do not say is null."""
    known = [name for name in schema if name in rows[0]]
    frame = pl.DataFrame(rows, schema={name: schema[name] for name in known})
    return frame.with_columns(
        pl.lit(None, dtype=dtype).alias(name) for name, dtype in schema.items() if name not in known
    )


def _heard_table(matches: pl.DataFrame) -> pl.DataFrame:
    heard = matches.group_by("cycle", "persona_id", "account_id").agg(
        utterances=pl.len().cast(pl.Int64), sources=pl.col("source").unique().sort()
    )
    segment = pl.when(pl.col("account_id").str.slice(-1).is_in(list("01234")))
    heard = heard.with_columns(
        tier=pl.lit("standard"),
        segment=segment.then(pl.lit("smb")).otherwise(pl.lit("enterprise")),
        arr_usd=pl.lit(10_000.0),
    )
    return check(heard, HEARD, table="heard").sort("cycle", "persona_id", "account_id")


def _votes_table(matches: pl.DataFrame) -> pl.DataFrame:
    votes = (
        matches.filter(pl.col("status") != "abstained")
        .group_by("cycle", "persona_id", "pain_id", "account_id")
        .agg(mentions=pl.len().cast(pl.Int64), sources=pl.col("source").unique().sort())
        .with_columns(raises=True, denies=False, known_cycle=pl.col("cycle"), likelihood=1.0)
    )
    return check(votes, VOTES, table="votes").sort("cycle", "persona_id", "pain_id", "account_id")
