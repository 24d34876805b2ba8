"""What people decided about discovered pains: their names, and what became of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import polars as pl

from next_evidence.matching.profiles import PainKey
from next_evidence.review.decisions import (
    PAIN_FATE,
    PAIN_KINDS,
    PAIN_NAME,
    decision,
    detail_of,
    in_force,
)

NAMED, MERGED, SPLIT, RETIRED, CONFIRMED = "named", "merged", "split", "retired", "confirmed"
CLOSED = (MERGED, SPLIT, RETIRED)


@dataclass(frozen=True)
class Part:
    """One of the pains that a split made. ``examples`` are utterance ids; ``name`` None: nobody gave one."""

    pain_id: str
    name: str | None
    examples: tuple[str, ...]


@dataclass(frozen=True)
class Fate:
    """What became of a pain. ``into``: the pain that it was merged into; ``parts``: those that it was split into."""

    verdict: str
    into: str | None = None
    parts: tuple[Part, ...] = ()


@dataclass(frozen=True)
class PainDecisions:
    """Names and fates in force, by pain."""

    names: Mapping[PainKey, str]
    fates: Mapping[PainKey, Fate]

    @property
    def given_ids(self) -> tuple[str, ...]:
        """Ids that people's splits gave."""
        parts = (part for fate in self.fates.values() for part in fate.parts)
        return tuple(sorted({part.pain_id for part in parts}))

    def closed_of(self, persona_id: str) -> frozenset[str]:
        """Ids of a persona's pains that people merged, split or retired."""
        return frozenset(
            key.pain_id
            for key, fate in self.fates.items()
            if key.persona_id == persona_id and fate.verdict in CLOSED
        )

    def followed(self, key: PainKey) -> PainKey:
        """The pain that a pain was merged into, and that one, to the end; itself where it was not."""
        seen = {key}
        while (fate := self.fates.get(key)) is not None and fate.verdict == MERGED and fate.into:
            key = PainKey(key.persona_id, fate.into)
            if key in seen:  # two decisions of people who did not know of each other
                return min(seen)
            seen.add(key)
        return key


NO_DECISIONS = PainDecisions({}, {})


def pain_decision(
    key: PainKey,
    verdict: str,
    *,
    at: datetime,
    by: str,
    cycle: str,
    detail: Mapping[str, Any],
    into: str | None = None,
    encoder: str | None = None,
    head: str | None = None,
) -> pl.DataFrame:
    """One row of ``DECISIONS`` on a discovered pain.

    Parameters
    ----------
    cycle
        The cycle whose registry the person saw.
    detail
        What they saw, and what the verdict needs: ``name``; or ``parts``, as `Part` has them.
    """
    return decision(
        at=at,
        by=by,
        kind=PAIN_NAME if verdict == NAMED else PAIN_FATE,
        subject=subject(key),
        verdict=verdict,
        persona_id=key.persona_id,
        pain_id=key.pain_id,
        to_pain_id=into,
        cycle=cycle,
        detail=detail,
        encoder=encoder,
        head=head,
    )


def subject(key: PainKey) -> str:
    """How a decision names a pain.

    >>> subject(PainKey("ops-lead", "found-2026-09-1a2b3c"))
    'ops-lead/found-2026-09-1a2b3c'
    """
    return f"{key.persona_id}/{key.pain_id}"


def pain_decisions(log: pl.DataFrame) -> PainDecisions:
    """What is in force of a log of ``DECISIONS``."""
    names: dict[PainKey, str] = {}
    fates: dict[PainKey, Fate] = {}
    rows = in_force(log.filter(pl.col("kind").is_in(PAIN_KINDS)))
    for row in rows.iter_rows(named=True):
        key, detail = PainKey(row["persona_id"], row["pain_id"]), detail_of(row)
        if row["kind"] == PAIN_NAME:
            names[key] = detail["name"]
        else:
            fates[key] = Fate(row["verdict"], row["to_pain_id"], _parts(detail))
    for key, fate in list(fates.items()):
        for part in fate.parts:
            if part.name is not None:
                names.setdefault(PainKey(key.persona_id, part.pain_id), part.name)
    return PainDecisions(names, fates)


def _parts(detail: Mapping[str, Any]) -> tuple[Part, ...]:
    return tuple(
        Part(part["pain_id"], part["name"], tuple(part["examples"]))
        for part in detail.get("parts", ())
    )
