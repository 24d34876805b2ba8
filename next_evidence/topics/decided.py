"""What people decided about discovered pains, laid over what the engine found in a cycle.

The engine's own registry stays as it was found, so that taking a decision back brings everything back.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import polars as pl

from next_evidence.matching.profiles import PainKey
from next_evidence.review.pain_decisions import (
    CONFIRMED,
    MERGED,
    RETIRED,
    SPLIT,
    Fate,
    PainDecisions,
    Part,
)
from next_evidence.schemas import PAINS, check
from next_evidence.topics.space import Floats, unit
from next_evidence.topics.tables import CANDIDATES, MEMBERS

DECIDED_MEMBERS = pl.Schema({**MEMBERS, "found_pain_id": pl.String()})


@dataclass(frozen=True)
class Examples:
    """Statements that people gave as examples of parts: words and unit vectors by utterance id."""

    texts: Mapping[str, str]
    vectors: Mapping[str, Floats]


@dataclass(frozen=True)
class _Row:
    key: PainKey
    label: str
    status: str
    first_cycle: str
    last_cycle: str
    keywords: tuple[str, ...]
    exemplar: str


def decided_members(
    members: pl.DataFrame,
    decisions: PainDecisions,
    *,
    vectors: Mapping[str, Floats],
    examples: Examples,
) -> pl.DataFrame:
    """Statements of discovered pains under the ids that people gave them.

    A merged pain's statements are the other one's, a split pain's are those of the part whose examples they are most like, and a
    retired pain has none.

    Parameters
    ----------
    members
        ``MEMBERS`` rows.
    vectors
        Unit vectors of the statements of split pains, by utterance id.

    Returns
    -------
    ``MEMBERS`` with ``found_pain_id``, the id under which the engine found them.
    """
    rows = []
    for row in check(members, MEMBERS, table="members").iter_rows(named=True):
        found = PainKey(row["persona_id"], row["pain_id"])
        key = _settled(found, decisions, vectors.get(row["utterance_id"]), examples)
        if key is not None:
            rows.append({**row, "pain_id": key.pain_id, "found_pain_id": found.pain_id})
    return pl.DataFrame(rows, schema=DECIDED_MEMBERS)


def decided_pains(
    candidates: pl.DataFrame,
    decisions: PainDecisions,
    *,
    members: pl.DataFrame,
    examples: Examples,
    cycle: str,
) -> pl.DataFrame:
    """``PAINS`` rows of the discovered pains as people named, merged, split, retired and confirmed them.

    Parameters
    ----------
    candidates
        ``CANDIDATES`` rows at the end of the cycle.
    members
        What `decided_members` gave, of this cycle and those before it.
    """
    found = {row.key: row for row in map(_found, _rows(candidates))}
    waiting = sorted(found)
    while waiting:
        key = waiting.pop()
        fate = decisions.fates.get(key)
        if fate is not None and fate.verdict == SPLIT:
            made = _part_rows(found[key], fate, members, examples)
            waiting += sorted(set(made) - set(found))  # a part may have been split in turn
            found |= made
    rows = {key: replace(row, status=_status(row, decisions)) for key, row in found.items()}
    for key, row in found.items():
        into = decisions.followed(key)
        if into != key and into in rows:
            kept = rows[into]
            rows[into] = replace(
                kept,
                first_cycle=min(kept.first_cycle, row.first_cycle),
                last_cycle=max(kept.last_cycle, row.last_cycle),
            )
    table = [
        (
            cycle,
            key.pain_id,
            key.persona_id,
            decisions.names.get(key, row.label),
            "discovered",
            row.status,
            row.first_cycle,
            row.last_cycle,
            list(row.keywords),
            row.exemplar,
        )
        for key, row in rows.items()
    ]
    return pl.DataFrame(table, schema=PAINS, orient="row").sort("persona_id", "pain_id")


def _settled(
    key: PainKey, decisions: PainDecisions, vector: Floats | None, examples: Examples
) -> PainKey | None:
    """Where a statement of a pain belongs after all that was decided; None: nowhere."""
    seen: set[PainKey] = set()
    while key not in seen:
        seen.add(key)
        fate = decisions.fates.get(key)
        if fate is None or fate.verdict == CONFIRMED:
            return key
        if fate.verdict == RETIRED:
            return None
        if fate.verdict == MERGED and fate.into:
            key = PainKey(key.persona_id, fate.into)
        elif fate.verdict == SPLIT:
            part = _nearest_part(fate.parts, vector, examples)
            if part is None:
                return key
            key = PainKey(key.persona_id, part.pain_id)
    return decisions.followed(key)


def _nearest_part(
    parts: tuple[Part, ...], vector: Floats | None, examples: Examples
) -> Part | None:
    """The part whose examples a statement is most like; None where no example is left, such as after an erasure."""
    told = {
        part: unit(
            np.mean([examples.vectors[i] for i in part.examples if i in examples.vectors], 0)
        )
        for part in parts
        if any(i in examples.vectors for i in part.examples)
    }
    if vector is None or not told:
        return None
    return max(told, key=lambda part: (round(float(told[part] @ vector), 6), part.pain_id))


def _status(row: _Row, decisions: PainDecisions) -> str:
    fate = decisions.fates.get(row.key)
    if fate is None:
        return row.status
    if fate.verdict == CONFIRMED:  # a person's yes does not make a silent pain heard
        return "confirmed" if row.status == "candidate" else row.status
    return fate.verdict


def _part_rows(
    whole: _Row, fate: Fate, members: pl.DataFrame, examples: Examples
) -> dict[PainKey, _Row]:
    rows = {}
    for part in fate.parts:
        key = PainKey(whole.key.persona_id, part.pain_id)
        own = members.filter(pl.col("pain_id") == part.pain_id, pl.col("status") == "accepted")
        last, quote = own["cycle"].max(), examples.texts.get(part.examples[0])
        rows[key] = _Row(
            key=key,
            label=part.name or (f'"{quote}"' if quote else part.pain_id),
            status="faded" if whole.status == "faded" else "candidate",
            first_cycle=whole.first_cycle,
            last_cycle=last if isinstance(last, str) else whole.first_cycle,
            keywords=(),
            exemplar=part.examples[0],
        )
    return rows


def _rows(candidates: pl.DataFrame) -> list[dict[str, Any]]:
    return check(candidates, CANDIDATES, table="candidates").to_dicts()


def _found(row: dict[str, Any]) -> _Row:
    return _Row(
        key=PainKey(row["persona_id"], row["pain_id"]),
        label=row["label"],
        status=row["status"],
        first_cycle=row["first_cycle"],
        last_cycle=row["last_cycle"],
        keywords=tuple(row["keywords"] or ()),
        exemplar=row["exemplar"],
    )
