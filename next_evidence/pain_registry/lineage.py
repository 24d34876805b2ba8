"""A discovered pain's life: what the engine saw and what people decided, each with its evidence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from next_evidence.matching.profiles import PainKey
from next_evidence.pain_registry.known import KnownPain
from next_evidence.review import decisions as log
from next_evidence.review.pain_decisions import MERGED, NAMED, SPLIT, subject
from next_evidence.workspace.decisions import read_decisions
from next_evidence.workspace.workspace import Workspace


@dataclass(frozen=True)
class LineageEvent:
    """One moment in a pain's life: what the engine saw (``by`` None) or what a person decided, with its evidence.

    ``evidence`` are statements by utterance id; an erased one is left out. ``told`` is a short English sentence.
    """

    when: str
    event: str
    by: str | None
    told: str
    evidence: Mapping[str, str]
    decision_id: str | None = None
    undone: bool = False


def lineage(work: Workspace, pain: KnownPain) -> list[LineageEvent]:
    """A pain's life, oldest first."""
    key = pain.key
    ledger = work.store.read("ledger", persona_id=key.persona_id, pain_id=key.pain_id).sort(
        "cycle", maintain_order=True
    )
    everything = read_decisions(work.store)
    undone = set(everything["undoes"].drop_nulls())
    own = everything.filter(
        pl.col("kind").is_in(log.PAIN_KINDS), pl.col("verdict") != log.UNDONE, _about(key)
    )
    ids = {i for row in ledger["evidence"] for i in row}
    details = [log.detail_of(row) for row in own.to_dicts()]
    ids |= {i for detail in details for i in _shown(detail)}
    texts = _texts(work, sorted(ids))
    events = [
        LineageEvent(
            row["cycle"], row["event"], None, row["detail"], _quoted(row["evidence"], texts)
        )
        for row in ledger.to_dicts()
    ]
    decided = [
        LineageEvent(
            f"{row['at']:%Y-%m-%d %H:%M}",
            row["verdict"],
            row["by"],
            _told(row, detail, key),
            _quoted(_shown(detail), texts),
            row["decision_id"],
            row["decision_id"] in undone,
        )
        for row, detail in zip(own.to_dicts(), details, strict=True)
    ]
    return sorted([*events, *decided], key=lambda event: event.when)


def _texts(work: Workspace, ids: Sequence[str]) -> dict[str, str]:
    """Words of statements by utterance id; erased ones are left out."""
    said = work.store.read("utterances", utterance_id=list(ids)) if ids else None
    return {} if said is None else dict(said.select("utterance_id", "text").iter_rows())


def _about(key: PainKey) -> pl.Expr:
    """Decisions on a pain, and those that brought others into it or made it."""
    own = pl.col("subject") == subject(key)
    into = (pl.col("persona_id") == key.persona_id) & (pl.col("to_pain_id") == key.pain_id)
    made = (
        (pl.col("persona_id") == key.persona_id)
        & (pl.col("verdict") == SPLIT)
        & pl.col("detail").str.contains(f'"{key.pain_id}"', literal=True)
    )
    return (own | into | made).fill_null(False)


def _shown(detail: Mapping[str, Any]) -> list[str]:
    """Utterance ids that a decision rests on."""
    examples = [i for part in detail.get("parts", ()) for i in part["examples"]]
    typical = detail.get("seen", {}).get("exemplar")
    return examples or ([typical] if typical else [])


def _quoted(ids: Sequence[str], texts: Mapping[str, str]) -> dict[str, str]:
    return {i: texts[i] for i in ids if i in texts}


def _told(row: Mapping[str, Any], detail: Mapping[str, Any], key: PainKey) -> str:
    other = f"{row['pain_id']} " if row["pain_id"] != key.pain_id else ""
    if row["verdict"] == NAMED:
        return f'as "{detail["name"]}"'
    if row["verdict"] == MERGED:
        return f"{other}into {row['to_pain_id']}"
    if row["verdict"] == SPLIT:
        return f"{other}into {', '.join(part['pain_id'] for part in detail['parts'])}"
    return ""
