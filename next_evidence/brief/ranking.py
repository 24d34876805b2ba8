"""Which shift leads a brief, and which ones tell a reader the same thing."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from next_evidence.brief.model import Change
from next_evidence.schemas import FALLS

_KINDS = (
    "top_pain",
    "pain_new",
    "pain_rising",
    "pain_faded",
    "pain_falling",
    "priority",
)
_REFERENCES = ("document", "trailing", "last_cycle")


def strongest_first(row: Mapping[str, Any]) -> tuple[Any, ...]:
    """Sort key of ``SHIFTS`` rows: a new top pain first, then by kind, all segments first, the clearest first."""
    return weight_of(row["kind"]), *clearest_first(row)


def weight_of(kind: str) -> int:
    """How much a kind of shift weighs with readers; the heaviest is 0."""
    return _KINDS.index(kind) if kind in _KINDS else len(_KINDS)


def clearest_first(row: Mapping[str, Any]) -> tuple[Any, ...]:
    """Sort key of ``SHIFTS`` rows: all segments first, then the clearest; ties always fall the same way."""
    versus, q_value = row["versus"], number_of(row["q_value"])
    return (
        row["segment"] is not None,
        1.0 if q_value is None else q_value,
        -abs(number_of(row["change"]) or 0.0),
        _REFERENCES.index(versus) if versus in _REFERENCES else len(_REFERENCES),
        row["segment"] or "",
        row["pain_id"] or "",
        row["label"] or "",
    )


def topic(change: Change) -> tuple[str, str]:
    """What a shift is about: two shifts of one pain in one direction tell a reader the same thing."""
    falls = change.kind in FALLS or (not change.is_order and (change.change or 0.0) < 0)
    return "falls" if falls else "rises", change.pain_id or ""


def without_repeats(changes: Sequence[Change]) -> list[Change]:
    """The strongest of each topic; a top pain also speaks for the fall of the pain that it displaced."""
    kept: dict[tuple[str, str], Change] = {}
    spoken_for: dict[tuple[str, str], tuple[str, str]] = {}
    for change in changes:
        about = topic(change)
        owner = spoken_for.get(about)
        if owner is not None:
            kept[owner] = replace(kept[owner], agreeing=kept[owner].agreeing + 1)
            continue
        kept[about] = change
        spoken_for[about] = about
        if change.kind == "top_pain" and change.old is not None:
            spoken_for["falls", change.old.pain_id] = about
    return list(kept.values())


def number_of(value: float | None) -> float | None:
    """Null and NaN are both unknown."""
    return None if value is None or math.isnan(value) else float(value)
