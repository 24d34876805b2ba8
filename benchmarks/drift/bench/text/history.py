"""Histories with text: which account said which utterance when, beside the documents and the truth; and their files."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import polars as pl
from material import Label, Material, Speaker, halves, nearest
from planting import CHANGE_AT, LOUD_MENTIONS, SCENARIOS, USUAL, Plan, TextScenario, quiet
from scenarios import CYCLES, LOUD_ACCOUNT, Planted
from vendors import sentences, window

from next_evidence.personas.document import Persona
from next_evidence.personas.library import PersonaLibrary
from next_evidence.records import Cycle
from next_evidence.schemas import ACCOUNTS, MOMENT, UTTERANCES, check
from next_evidence.testing.worlds import World, play

PERSONAS = 2  # the first one changes
ACCOUNTS_OF_A_PERSONA, HEARD_PER_CYCLE = 86, 36.0
MORE_MENTIONS = 0.15  # mean mentions beyond the first, of a label that an account raises in a cycle
SMALL_TALK = 1.0  # mean remarks without a label, of an account heard in a cycle
KINDS = {"calls": "call", "tickets": "ticket"}
KNOWN_SINCE = datetime(2024, 12, 1, tzinfo=UTC)
CYCLE_NAMES = tuple(cycle.name for cycle in World(quiet(1).levels).cycles)
TRUTH = pl.Schema({"utterance_id": pl.String(), "label": pl.String()})


@dataclass(frozen=True)
class Truth:
    """What is true of a history, for judging alone.

    Attributes
    ----------
    planted
        ``pain_id`` is a label.
    stated
        The labels that each pain of a document stands for, by topic id (`topic_id`).
    followed
        The label whose identity is judged.
    new
        The label that a system may call new; null: none.
    labels
        `TRUTH` rows; ``label`` is null for small talk. Labels of two personas differ (`label_id`).
    """

    scenario: str
    material: str
    seed: int
    planted: tuple[Planted, ...]
    stated: dict[str, tuple[str, ...]]
    followed: str
    new: str | None
    labels: pl.DataFrame


@dataclass(frozen=True, eq=False)
class History:
    """One history. ``utterances`` are ``UTTERANCES`` of the engine, ``accounts`` its ``ACCOUNTS``; systems see these and the library."""

    utterances: pl.DataFrame
    accounts: pl.DataFrame
    library: PersonaLibrary
    truth: Truth

    @property
    def cycles(self) -> tuple[Cycle, ...]:
        return tuple(Cycle.parse(name) for name in CYCLE_NAMES)

    @property
    def positions(self) -> list[int]:
        """The cycle of each utterance, by position."""
        place = {name: i for i, name in enumerate(CYCLE_NAMES)}
        return [place[m] for m in self.utterances["spoken_at"].dt.strftime("%Y-%m")]


def topic_id(persona_id: str, pain_id: str) -> str:
    """How a system names a pain of a document in alerts and topics."""
    return f"{persona_id}/{pain_id}"


def label_id(speaker: Speaker, label: Label) -> str:
    """A label among those of all personas."""
    return f"{speaker.persona_id}/{label.name}"


class _Pool:
    """Texts in a random order, each once; a pool that runs dry begins again."""

    def __init__(self, texts: Sequence[str], rng: np.random.Generator) -> None:
        self._texts, self._rng = list(texts), rng
        self._left: list[str] = []

    def draw(self) -> str:
        if not self._left:
            self._left = [self._texts[i] for i in self._rng.permutation(len(self._texts))]
        return self._left.pop()


def compose(material: Material, scenario: TextScenario, seed: int) -> History:
    """One history of a scenario; the same seed gives the same."""
    rng = np.random.default_rng([seed, SCENARIOS.index(scenario)])
    chosen = [material.speakers[i] for i in rng.permutation(len(material.speakers))[:PERSONAS]]
    small_talk = _Pool(material.small_talk, rng)
    rows: list[dict[str, object]] = []
    accounts, personas, stated = [], [], {}
    planted: tuple[Planted, ...] = ()
    followed, new = "", None
    for number, speaker in enumerate(chosen):
        n = min(len(USUAL), len(speaker.labels))
        plan = scenario.make(n) if number == 0 else quiet(n)
        cast = replace(speaker, labels=_cast(speaker, plan, rng))
        persona, mine = _document(cast, plan)
        personas.append(persona)
        stated |= mine
        if number == 0:
            names = [label_id(cast, label) for label in cast.labels]
            planted = tuple(replace(p, pain_id=names[int(p.pain_id)]) for p in plan.planted)
            followed = names[plan.followed]
            new = followed if plan.unwritten or plan.as_one is not None else None
        heard, said = _talk(cast, plan, small_talk, rng)
        accounts.append(heard)
        rows += said
    utterances = pl.DataFrame(rows, schema={**UTTERANCES, "label": pl.String()}, orient="row")
    utterances = utterances.sort("spoken_at", "utterance_id")
    library = PersonaLibrary(tuple(sorted(personas, key=lambda persona: persona.id)))
    labels = utterances.select("utterance_id", "label")
    truth = Truth(scenario.name, material.name, seed, planted, stated, followed, new, labels)
    known = check(pl.concat(accounts).sort("account_id"), ACCOUNTS, table="accounts")
    return History(check(utterances, UTTERANCES, table="utterances"), known, library, truth)


def _cast(speaker: Speaker, plan: Plan, rng: np.random.Generator) -> tuple[Label, ...]:
    """Which labels play which places."""
    order = [speaker.labels[i] for i in rng.permutation(len(speaker.labels))]
    if plan.neighbours:
        left = order[2:]
        order.insert(2, order.pop(2 + nearest(order[1], left)))
    return tuple(order[: plan.levels.shape[2]])


def _document(cast: Speaker, plan: Plan) -> tuple[Persona, dict[str, tuple[str, ...]]]:
    """The persona's document, and which labels each of its pains stands for."""
    together = [[i] for i in range(len(cast.labels)) if i not in plan.unwritten]
    if plan.as_one is not None:
        first, second = plan.as_one
        together = [[first, second] if i == [first] else i for i in together if i != [second]]
    pains, stated = [], {}
    for places in together:
        labels = [cast.labels[i] for i in places]
        pain_id = "-or-".join(label.name for label in labels)
        statement = "; or: ".join(label.statement.rstrip(".") for label in labels)
        quotes = [quote for label in labels for quote in label.quotes]
        pains.append({"id": pain_id, "statement": statement, "examples": quotes})
        stated[topic_id(cast.persona_id, pain_id)] = tuple(label_id(cast, one) for one in labels)
    persona = Persona.model_validate(
        {
            "id": cast.persona_id,
            "name": cast.name,
            "description": cast.description,
            "applies_to": {"titles": cast.titles},
            "language": cast.language,
            "pains": pains,
            "priorities": [pain["id"] for pain in pains],
        }
    )
    return persona, stated


def _talk(
    cast: Speaker, plan: Plan, small_talk: _Pool, rng: np.random.Generator
) -> tuple[pl.DataFrame, list[dict[str, object]]]:
    """Accounts of a persona, and what they say in all cycles."""
    world = World(
        plan.levels,
        accounts=ACCOUNTS_OF_A_PERSONA,
        heard_per_cycle=HEARD_PER_CYCLE,
        talk=plan.talk,
        persona_id=cast.persona_id,
    )
    heard, votes = play(world, rng)
    early = [_Pool(_words(cast, plan, i, late=False), rng) for i in range(len(cast.labels))]
    late = [_Pool(_words(cast, plan, i, late=True), rng) for i in range(len(cast.labels))]
    pools = {
        (i, after): late[i] if after and i == plan.reworded else early[i]
        for i in range(len(cast.labels))
        for after in (False, True)
    }
    said = _mentions(votes, plan, rng)
    remarks = rng.poisson(SMALL_TALK, heard.height)
    for count, account, cycle in zip(remarks, heard["account_id"], heard["cycle"], strict=True):
        source = str(rng.choice(list(KINDS)))
        said += [(CYCLE_NAMES.index(cycle), account, source, None)] * int(count)
    rows = []
    for number, (position, account, source, place) in enumerate(said):
        pool = small_talk if place is None else pools[place, position >= CHANGE_AT]
        label = None if place is None else label_id(cast, cast.labels[place])
        rows += _utterances(cast, number, position, account, source, pool.draw(), label, rng)
    return _accounts(heard, cast), rows


def _words(cast: Speaker, plan: Plan, place: int, *, late: bool) -> tuple[str, ...]:
    said = cast.labels[place].said
    return halves(said)[int(late)] if place == plan.reworded else said


def _mentions(
    votes: pl.DataFrame, plan: Plan, rng: np.random.Generator
) -> list[tuple[int, str, str, int | None]]:
    """Position of the cycle, account, source and place of a label, one a mention."""
    said: list[tuple[int, str, str, int | None]] = []
    more = rng.poisson(MORE_MENTIONS, votes.height)
    for row, extra in zip(votes.iter_rows(named=True), more, strict=True):
        place = int(row["pain_id"].removeprefix("pain-"))
        mention = (CYCLE_NAMES.index(row["cycle"]), row["account_id"], row["sources"][0], place)
        said += [mention] * (1 + int(extra))
    if plan.loud is not None:
        for position in range(CHANGE_AT, CYCLES):
            said += [(position, LOUD_ACCOUNT, "tickets", plan.loud)] * LOUD_MENTIONS
    return said


def _utterances(
    cast: Speaker,
    number: int,
    position: int,
    account: str,
    source: str,
    text: str,
    label: str | None,
    rng: np.random.Generator,
) -> list[dict[str, object]]:
    """One mention, a sentence each; what an account says in a source and cycle is one conversation."""
    cycle = Cycle.parse(CYCLE_NAMES[position])
    key = f"{cast.persona_id}-{account}"
    minutes = int(rng.integers(0, (cycle.end - cycle.start) // timedelta(minutes=1)))
    parts = sentences(text)
    return [
        {
            "utterance_id": f"{key}-{number:05d}-{place:02d}",
            "conversation_id": f"{key}-{cycle.name}-{source}",
            "source": source,
            "kind": KINDS[source],
            "account_id": key,
            "contact_id": f"{key}-c",
            "speaker_key": f"{key}-c",
            "speaker_title": cast.titles[0],
            "side": "customer",
            "spoken_at": cycle.start + timedelta(minutes=minutes),
            "turn": number,
            "start": text.find(part),
            "end": text.find(part) + len(part),
            "text": part,
            "context": window(parts, place),
            "url": None,
            "language": "en",
            "label": label,
        }
        for place, part in enumerate(parts)
    ]


def _accounts(heard: pl.DataFrame, cast: Speaker) -> pl.DataFrame:
    """``ACCOUNTS`` of everybody ever heard."""
    rows = heard.unique("account_id", keep="first", maintain_order=True)
    key = pl.concat_str(pl.lit(f"{cast.persona_id}-"), "account_id")
    return rows.select(
        key.alias("account_id"),
        name=key,
        domain=pl.lit(None, pl.String),
        arr_usd="arr_usd",
        tier="tier",
        segment="segment",
        region=pl.lit(None, pl.String),
        renewal_date=pl.lit(None, pl.String),
    )


def write_history(history: History, folder: Path) -> None:
    """The files that README.md describes: what systems read, and ``truth.json`` with ``labels.jsonl`` beside it."""
    folder.mkdir(parents=True, exist_ok=True)
    history.utterances.with_columns(
        pl.col("spoken_at").dt.strftime("%Y-%m-%dT%H:%M:%SZ")
    ).write_ndjson(folder / "utterances.jsonl")
    history.accounts.write_ndjson(folder / "accounts.jsonl")
    documents = [
        persona.model_dump(mode="json", exclude_defaults=True) for persona in history.library
    ]
    _write_json(documents, folder / "personas.json")
    truth = {k: v for k, v in asdict(history.truth).items() if k != "labels"}
    _write_json({**truth, "cycles": CYCLE_NAMES}, folder / "truth.json")
    history.truth.labels.write_ndjson(folder / "labels.jsonl")


def read_history(folder: Path) -> History:
    """What `write_history` writes."""
    utterances = pl.read_ndjson(
        folder / "utterances.jsonl", schema={**UTTERANCES, "spoken_at": pl.String()}
    ).with_columns(pl.col("spoken_at").str.to_datetime("%Y-%m-%dT%H:%M:%SZ").cast(MOMENT))
    documents = json.loads((folder / "personas.json").read_text("utf-8"))
    truth = json.loads((folder / "truth.json").read_text("utf-8"))
    del truth["cycles"]
    truth["planted"] = tuple(Planted(**one) for one in truth["planted"])
    truth["stated"] = {topic: tuple(labels) for topic, labels in truth["stated"].items()}
    return History(
        utterances,
        pl.read_ndjson(folder / "accounts.jsonl", schema=ACCOUNTS),
        PersonaLibrary(tuple(Persona.model_validate(one) for one in documents)),
        Truth(**truth, labels=pl.read_ndjson(folder / "labels.jsonl", schema=TRUTH)),
    )


def _write_json(value: object, path: Path) -> None:
    path.write_text(json.dumps(value, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
