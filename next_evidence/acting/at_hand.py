"""A brief that was reported, as people act on it: its pain, its reasons, the statements that it quotes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import polars as pl

from next_evidence.errors import UsageError
from next_evidence.outlets import link_to
from next_evidence.records import Cycle, named_cycle
from next_evidence.workspace.cycles import step_digest
from next_evidence.workspace.workspace import Workspace


@dataclass(frozen=True)
class Statement:
    """One statement that a brief quotes, with what a reader needs to weigh it."""

    utterance_id: str
    text: str
    account: str
    kind: str
    spoken_at: datetime
    url: str


@dataclass(frozen=True)
class BriefAtHand:
    """A brief that was reported, and what people can do about it.

    ``made_from`` is the digest of everything that it rests on; ``link`` is where its page can be opened; empty: nowhere.
    """

    cycle: Cycle
    persona_id: str
    persona: str
    pain_id: str
    pain: str
    quoted: tuple[str, ...]
    reasons: tuple[str, ...]
    lead_reasons: tuple[str, ...]
    made_from: str
    link: str


def brief_at_hand(work: Workspace, persona_id: str, cycle: str | None) -> BriefAtHand:
    """The brief of a persona in a cycle, or in the newest that was reported.

    Raises
    ------
    UsageError
        There is none, nothing shifted in it, or ``cycle`` is no name of a cycle.
    """
    rows = work.store.read("leads", persona_id=persona_id)
    found = {Cycle.parse(row["cycle"]): row for row in rows.to_dicts()}
    wanted = named_cycle(cycle) if cycle is not None else max(found, default=None)
    if wanted is None or wanted not in found:
        of = f" of {wanted}" if wanted is not None else ""
        when = ", ".join(other.name for other in sorted(found)) or "none"
        raise UsageError(
            f"there is no brief{of} in which this persona shifted; it did in these cycles: {when}"
        )
    row, name = found[wanted], wanted.name
    persona = work.reading.library.get(persona_id)
    shifts = work.store.read("shifts", cycle=name, persona_id=persona_id, pain_id=row["pain_id"])
    surfaced = shifts.filter(
        pl.col("verdict") == "surface", pl.col("segment").is_null(), pl.col("kind") != "language"
    ).sort("q_value", "versus", "kind")
    briefs = work.store.read("briefs", cycle=name, persona_id=persona_id)
    return BriefAtHand(
        cycle=wanted,
        persona_id=persona_id,
        persona=persona.name if persona else persona_id,
        pain_id=row["pain_id"],
        pain=surfaced["label"][0] if surfaced.height else row["pain_id"],
        quoted=tuple(row["quoted"]),
        reasons=tuple(briefs["reasons"][0]) if briefs.height else (),
        lead_reasons=tuple(surfaced["reasons"][0]) if surfaced.height else (),
        made_from=step_digest(work.store, wanted, "report"),
        link=link_to(work, wanted, persona_id),
    )


def statements(work: Workspace, brief: BriefAtHand) -> tuple[Statement, ...]:
    """What a brief quotes, in its order. A statement that was erased since is left out."""
    rows = work.store.read("utterances", utterance_id=list(brief.quoted))
    accounts = work.store.accounts_as_of(brief.cycle.end)
    names = dict(accounts.select("account_id", "name").iter_rows())
    found = {row["utterance_id"]: row for row in rows.to_dicts()}
    return tuple(
        Statement(
            utterance_id,
            row["text"],
            names.get(row["account_id"]) or "unknown account",
            row["kind"],
            row["spoken_at"],
            row["url"] or "",
        )
        for utterance_id in brief.quoted
        if (row := found.get(utterance_id)) is not None
    )
