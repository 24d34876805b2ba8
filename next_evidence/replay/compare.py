"""What would have been sent at other settings, beside what was sent: gained, lost and near misses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

_ORDER = ("surface", "watch", "thin", "suppress")  # the best verdict first
_LEVELS = ("pain_rising", "pain_falling", "pain_faded")  # one question: has the share changed?


@dataclass(frozen=True)
class Outcomes:
    """A cycle at some settings: every persona's ``state``, and ``SHIFTS`` with their verdicts."""

    cycle: str
    states: Mapping[str, str]
    shifts: pl.DataFrame


@dataclass(frozen=True)
class JudgedTwice:
    """One shift under two settings. ``reason`` is the first of its verdict now; verdicts are None where it was not stated."""

    cycle: str
    persona_id: str
    kind: str
    pain_id: str
    label: str
    then: str | None
    now: str | None
    reason: str


@dataclass(frozen=True)
class PersonaCycle:
    """One persona in one cycle: the state of its brief, and how many shifts surfaced and were near misses."""

    cycle: str
    persona_id: str
    then: str
    now: str
    surfaced_then: int
    surfaced_now: int
    near_then: int
    near_now: int


@dataclass(frozen=True)
class Comparison:
    """Cycles in order; within them personas. ``gained`` surfaces only now, ``lost`` only then, ``near`` is watched now."""

    lines: tuple[PersonaCycle, ...]
    gained: tuple[JudgedTwice, ...]
    lost: tuple[JudgedTwice, ...]
    near: tuple[JudgedTwice, ...]

    @property
    def sent_then(self) -> int:
        """Briefs that were sent."""
        return sum(line.then == "sent" for line in self.lines)

    @property
    def sent_now(self) -> int:
        """Briefs that would be sent."""
        return sum(line.now == "sent" for line in self.lines)


def compare(then: Sequence[Outcomes], now: Sequence[Outcomes]) -> Comparison:
    """Set the same cycles side by side.

    A shift is one pain that changed, or one order of two pains: compared with last cycle, the trailing window and the document it is
    still one, and its best verdict counts. Segments are left out.
    """
    lines: list[PersonaCycle] = []
    stories: list[JudgedTwice] = []
    for old, new in zip(then, now, strict=True):
        before, after = _best(old.shifts), _best(new.shifts)
        for persona_id in sorted({*old.states, *new.states}):
            mine_then, mine_now = (
                [row for key, row in rows.items() if key[0] == persona_id]
                for rows in (before, after)
            )
            lines.append(
                PersonaCycle(
                    cycle=new.cycle,
                    persona_id=persona_id,
                    then=old.states.get(persona_id, "none"),
                    now=new.states.get(persona_id, "none"),
                    surfaced_then=_count(mine_then, "surface"),
                    surfaced_now=_count(mine_now, "surface"),
                    near_then=_count(mine_then, "watch"),
                    near_now=_count(mine_now, "watch"),
                )
            )
        stories += [
            _story(new.cycle, before.get(key), after.get(key)) for key in sorted({*before, *after})
        ]
    return Comparison(
        lines=tuple(lines),
        gained=tuple(s for s in stories if s.now == "surface" != s.then),
        lost=tuple(s for s in stories if s.then == "surface" != s.now),
        near=tuple(s for s in stories if s.now == "watch"),
    )


def _best(shifts: pl.DataFrame) -> dict[tuple[str, ...], dict[str, Any]]:
    """The row with the best verdict of every shift, the clearest of equals."""
    rows = shifts.filter(pl.col("segment").is_null()).to_dicts()
    found: dict[tuple[str, ...], dict[str, Any]] = {}
    for row in sorted(rows, key=_clearest_first):
        kind = "level" if row["kind"] in _LEVELS else row["kind"]
        topic = row["pain_id"] or row["label"]
        found.setdefault((row["persona_id"], kind, topic), row)
    return found


def _clearest_first(row: Mapping[str, Any]) -> tuple[Any, ...]:
    q_value = 1.0 if row["q_value"] is None else row["q_value"]
    return _ORDER.index(row["verdict"]), q_value, row["versus"], row["kind"]


def _count(rows: Sequence[Mapping[str, Any]], verdict: str) -> int:
    return sum(row["verdict"] == verdict for row in rows)


def _story(
    cycle: str, before: Mapping[str, Any] | None, after: Mapping[str, Any] | None
) -> JudgedTwice:
    told = after or before or {}
    reasons = told["reasons"] or [""] if after is not None else ["It is no comparison any more."]
    return JudgedTwice(
        cycle=cycle,
        persona_id=told["persona_id"],
        kind=told["kind"],
        pain_id=told["pain_id"] or "",
        label=told["label"] or "",
        then=None if before is None else before["verdict"],
        now=None if after is None else after["verdict"],
        reason=reasons[0],
    )
