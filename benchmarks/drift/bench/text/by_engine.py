"""This engine on a history, end to end: the evidence step of `next_evidence.cycle`, then shifts and the gate.

The very code of a run, on a store in memory: vectors, matching, speakers, discovery, votes, tests, verdicts. Left out are
what comes before (connectors, masking) and after (briefs), and shifts of words.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import polars as pl
import sqlalchemy as sa
from alerts import REPORTED, Alert
from history import KNOWN_SINCE, History, topic_id
from said import TOPICS, Said
from systems import DOWN

from next_evidence.brief.measure import measure
from next_evidence.cycle import work_out_evidence
from next_evidence.encoding.cached import CachedEncoder
from next_evidence.engine import Engine
from next_evidence.lessons import taught_by
from next_evidence.matching.head import Head
from next_evidence.personas.library import LibraryReading
from next_evidence.settings import Settings
from next_evidence.workspace.history import load_history
from next_evidence.workspace.paths import WorkspacePaths
from next_evidence.workspace.store import Store
from next_evidence.workspace.workspace import Workspace


class LoadedEngine(Engine):
    """An engine whose models were loaded before."""

    def __init__(self, work: Workspace, encoder: CachedEncoder, head: Head) -> None:
        super().__init__(work, progress=lambda *_: None)
        self.encoder, self.head = encoder, head


def next_evidence(history: History, encoder: CachedEncoder, head: Head) -> Said:
    """Everything that surfaces at default settings, and where each accepted statement lies."""
    work = _workspace(history)
    engine = LoadedEngine(work, encoder, head)
    found: list[Alert] = []
    topics, digest = [], ""
    born: dict[str, int] = {}
    for position, cycle in enumerate(history.cycles):
        taught = taught_by(work, engine, cycle)
        digest = work_out_evidence(work, engine, cycle, digest, taught, force=True)
        matched = work.store.read("matches", cycle=cycle.name, status="accepted")
        topics.append(_placed(matched, position))
        candidates = work.store.read("candidates", cycle=cycle.name)
        for topic in _topics(candidates):
            born.setdefault(topic, position)
        if position in REPORTED:
            past = load_history(work, cycle)
            judged = measure(past, history.library, cycle=cycle, settings=work.settings).shifts
            told = judged.filter(pl.col("verdict") == "surface", pl.col("segment").is_null())
            for kind, topic in zip(told["kind"], _topics(told), strict=True):
                found.append(Alert(position, topic, "down" if kind in DOWN else "up"))
    work.close()
    return Said(found, pl.concat(topics), born)


def _workspace(history: History) -> Workspace:
    """A workspace in memory that holds the statements and accounts of a history."""
    memory = sa.create_engine("sqlite://", poolclass=sa.StaticPool)
    work = Workspace(
        WorkspacePaths(Path("/nowhere")),
        Settings(),
        LibraryReading(history.library, ()),
        Store(memory),
    )
    people = history.utterances.unique("contact_id", keep="first", maintain_order=True)
    contacts = people.select("contact_id", "account_id", title="speaker_title").with_columns(
        name=pl.lit(None, pl.String), email=pl.lit(None, pl.String)
    )
    with work.store.transaction() as transaction:
        transaction.append("utterances", history.utterances)
        transaction.append("accounts", history.accounts.with_columns(seen_at=pl.lit(KNOWN_SINCE)))
        transaction.append("contacts", contacts)
    return work


def _placed(matched: pl.DataFrame, position: int) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "position": position,
            "utterance_id": matched["utterance_id"],
            "topic_id": _topics(matched),
        },
        schema=TOPICS,
    )


def _topics(rows: pl.DataFrame) -> Sequence[str]:
    return [topic_id(*pain) for pain in rows.select("persona_id", "pain_id").iter_rows()]
