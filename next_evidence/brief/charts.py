"""What a brief has to show: the pains that moved over time, and the shares of segments; for web, e-mail and Slack."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from next_evidence.brief.chart_templates import filled, text_size, trend_height
from next_evidence.brief.escape import displayable
from next_evidence.brief.model import Brief, PainStory, SegmentStrength
from next_evidence.brief.pictures import Picture, draw_picture
from next_evidence.brief.words import (
    counted,
    cycle_name,
    cycle_short,
    percent,
    segment_name,
    span_of,
)
from next_evidence.records import Cycle

MIN_POINTS = 4  # fewer are a sentence, not a chart


def draw_charts(brief: Brief) -> tuple[Picture, ...]:
    """Draw what the brief has to show, the same bytes each time; nothing when nothing surfaced."""
    brief = displayable(brief)
    pictures = []
    stories = trend_stories(brief)
    if stories:
        alt = trend_alt_text(brief, stories)
        pictures.append(
            draw_picture(
                "trend",
                "Share of accounts raising each pain",
                alt,
                trend_spec(stories, narrow=False),
                trend_spec(stories, narrow=True),
            )
        )
    stated = [line for line in brief.strength if line.word != "thin"]
    if stated and len(brief.strength) > 1:
        pictures.append(
            draw_picture(
                "segments",
                "Share of accounts by segment",
                strength_alt_text(brief),
                strength_spec(brief.strength, narrow=False),
                strength_spec(brief.strength, narrow=True),
            )
        )
    return tuple(pictures)


def trend_stories(brief: Brief) -> tuple[PainStory, ...]:
    """The pain that moved, then the one that it displaced, if there is enough history to draw."""
    lead = brief.lead
    if lead is None or lead.story is None or len(lead.story.history) < MIN_POINTS:
        return ()
    old = lead.old if lead.old is not None and len(lead.old.history) >= MIN_POINTS else None
    return (lead.story,) if old is None else (lead.story, old)


def trend_alt_text(brief: Brief, stories: Sequence[PainStory]) -> str:
    """The chart in words: from where to where each line goes."""
    parts = []
    for story in stories:
        first, last = story.history[0], story.history[-1]
        parts.append(
            f"“{story.label}” goes from {percent(first.share)} of accounts in "
            f"{cycle_name(span_of(Cycle.parse(first.cycle)))} to {percent(last.share)} in "
            f"{cycle_name(span_of(Cycle.parse(last.cycle)))}."
        )
    return (
        f"Line chart of {brief.persona} accounts by {brief.cycle.cadence} cycle. {' '.join(parts)}"
    )


def strength_alt_text(brief: Brief) -> str:
    """The dots in words."""
    parts = []
    for line in brief.strength:
        heard = counted(line.now.heard if line.now else 0, "account")
        if line.word == "thin" or line.now is None:
            parts.append(f"{segment_name(line.segment)}: only {heard} heard, no share stated.")
        else:
            before = f", {percent(line.before)} before" if line.before is not None else ""
            parts.append(
                f"{segment_name(line.segment)}: {percent(line.now.share)} of {heard}{before}."
            )
    return f"Share of accounts raising the pain by segment. {' '.join(parts)}"


def trend_spec(stories: Sequence[PainStory], *, narrow: bool) -> dict[str, Any]:
    """Share per cycle with interval bands and a label at the end of each line, as Vega."""
    cycles = sorted({point.cycle for story in stories for point in story.history})
    ceiling = _ceiling(point.high or point.share for story in stories for point in story.history)
    rows = [
        {"cycle": p.cycle, "pain": key, "share": p.share, "low": p.low, "high": p.high}
        for key, story in zip(("new", "old"), stories, strict=False)
        for p in story.history
    ]
    return filled(
        "trend",
        narrow=narrow,
        rows={
            "history": rows,
            "ends": [row for row in rows if row["cycle"] == cycles[-1]],
            "labels": _labels(stories, cycles[-1], ceiling=ceiling, narrow=narrow),
        },
        ceiling=ceiling,
        names={name: cycle_short(span_of(Cycle.parse(name))) for name in cycles},
    )


def strength_spec(lines: Sequence[SegmentStrength], *, narrow: bool) -> dict[str, Any]:
    """Each segment's share with its interval and, hollow, the share before, as Vega."""
    rows = []
    for rank, line in enumerate(lines):
        now = line.now if line.word != "thin" else None
        heard = line.now.heard if line.now else 0
        rows.append(
            {
                "rank": rank,
                "share": now.share if now else None,
                "low": now.low if now else None,
                "high": now.high if now else None,
                "before": line.before if now else None,
                "note": f"{now.raising} of {now.heard}" if now else f"{heard} heard",
            }
        )
    return filled(
        "segments",
        narrow=narrow,
        rows={"segments": rows},
        ceiling=_ceiling(
            max(row["high"] or 0, row["share"] or 0, row["before"] or 0) for row in rows
        ),
        names={str(rank): segment_name(line.segment) for rank, line in enumerate(lines)},
    )


def _labels(
    stories: Sequence[PainStory], last: str, *, ceiling: float, narrow: bool
) -> list[dict[str, Any]]:
    """Where each line's words go: beside its end, moved apart where they would touch."""
    height, font = trend_height(narrow=narrow), text_size(narrow=narrow)
    blocks: list[_Label] = []
    for key, story in zip(("new", "old"), stories, strict=False):
        share = story.history[-1].share
        lines = textwrap.wrap(
            story.label, 18 if narrow else 26, max_lines=4 if narrow else 3, placeholder="…"
        )
        tall = font + 6 + (font + 3) * len(lines)
        blocks.append(
            _Label(key, (1 - share / ceiling) * height - 10, tall, share, "\n".join(lines))
        )
    blocks.sort(key=lambda block: (block.top, block.pain))
    placed, floor = [], -8.0
    for block in blocks:
        placed.append(replace(block, top=max(block.top, floor)))
        floor = placed[-1].top + block.tall + 8
    over = max(0.0, floor - 8 - (height + 26))  # the last one would leave the picture: all move up
    return [
        {
            "cycle": last,
            "pain": block.pain,
            "at": (1 - (block.top - over) / height) * ceiling,
            "value": percent(block.share),
            "label": block.words,
        }
        for block in placed
    ]


@dataclass(frozen=True)
class _Label:
    """Words beside a line's end: how far from the top and how tall, in pixels."""

    pain: str
    top: float
    tall: float
    share: float
    words: str


def _ceiling(values: Any) -> float:
    """The next tenth above everything that is drawn, at least 20 %, at most all."""
    return min(1.0, max(0.2, math.ceil(max(values, default=0.2) * 10 + 1e-9) / 10))
