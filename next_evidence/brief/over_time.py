"""Every pain's share over the last cycles, beside each other on one scale, as numbers and as a small line."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import dropwhile

from markupsafe import Markup

from next_evidence.brief.model import CycleSpan, PainPoint, PainStory
from next_evidence.brief.words import span_of
from next_evidence.records import Cycle, cycles_up_to

CYCLES = 12
WIDTH, HEIGHT = 168, 52  # of the drawing, in CSS pixels
_EDGE = 3.0
_INK = "#b4570f"  # a contrast of 3 or more on white and on near-black


@dataclass(frozen=True)
class PainLine:
    """One pain: a point for each cycle of `OverTime`, None where nobody was heard, and its drawing."""

    story: PainStory
    points: tuple[PainPoint | None, ...]
    drawing: Markup


@dataclass(frozen=True)
class OverTime:
    """All pains over the same cycles, oldest first; ``ceiling`` is the share at the upper edge of each drawing."""

    cycles: tuple[CycleSpan, ...]
    lines: tuple[PainLine, ...]
    ceiling: float


def over_time(pains: Sequence[PainStory], *, last: str) -> OverTime:
    """The last `CYCLES` cycles up to ``last``, beginning with the first in which anybody was heard.

    Shares lie on one scale from nothing to the highest end of an interval, rounded up to a tenth, so that two
    drawings can be compared.
    """
    known = {point.cycle for pain in pains for point in pain.history}
    recent = cycles_up_to(Cycle.parse(last), CYCLES)
    cycles = tuple(dropwhile(lambda cycle: cycle.name not in known, recent))
    rows = []
    for pain in pains:
        by_cycle = {point.cycle: point for point in pain.history}
        rows.append((pain, tuple(by_cycle.get(cycle.name) for cycle in cycles)))
    highest = [p.high or p.share for _, points in rows for p in points if p is not None]
    ceiling = min(1.0, math.ceil(max(highest, default=0.1) * 10 - 1e-9) / 10)
    return OverTime(
        tuple(span_of(cycle) for cycle in cycles),
        tuple(PainLine(pain, points, sparkline(points, ceiling=ceiling)) for pain, points in rows),
        ceiling,
    )


def sparkline(points: Sequence[PainPoint | None], *, ceiling: float) -> Markup:
    """A line with the band of its intervals, and a dot at its end; it breaks where nobody was heard.

    Readers of screens skip it: the table beside it holds the same numbers. Colours stand in the drawing, since
    printers to PDF do not style what is inside one.
    """
    step = (WIDTH - 2 * _EDGE) / max(1, len(points) - 1)

    def at(index: int, share: float) -> str:
        return f"{_EDGE + index * step:.1f},{HEIGHT - _EDGE - share / ceiling * (HEIGHT - 2 * _EDGE):.1f}"

    parts = []
    for run in _runs(points):
        above = [at(i, p.share if p.high is None else p.high) for i, p in run]
        below = [at(i, p.share if p.low is None else p.low) for i, p in reversed(run)]
        parts.append(f'<polygon points="{" ".join(above + below)}" fill="{_INK}" opacity="0.3"/>')
        line = " ".join(at(i, p.share) for i, p in run)
        parts.append(
            f'<polyline points="{line}" fill="none" stroke="{_INK}" stroke-width="2" stroke-linejoin="round"/>'
        )
        last, end = run[-1]
        if last == len(points) - 1 or len(run) == 1:
            x, y = at(last, end.share).split(",")
            parts.append(f'<circle cx="{x}" cy="{y}" r="2.8" fill="{_INK}"/>')
    floor = HEIGHT - _EDGE
    return Markup(  # numbers and our own words only
        f'<svg class="spark" aria-hidden="true" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}">'
        f'<path d="M0 {floor:.1f}H{WIDTH}" stroke="#8c959f" stroke-width="1" opacity="0.5"/>'
        f"{''.join(parts)}</svg>"
    )


def _runs(points: Sequence[PainPoint | None]) -> list[list[tuple[int, PainPoint]]]:
    """Unbroken stretches of cycles with a share."""
    runs: list[list[tuple[int, PainPoint]]] = []
    for index, point in enumerate(points):
        if point is None:
            continue
        if runs and runs[-1][-1][0] == index - 1:
            runs[-1].append((index, point))
        else:
            runs.append([(index, point)])
    return runs
