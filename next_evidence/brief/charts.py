"""Draws what a brief says: one Altair specification for web, e-mail and Slack.

Altair and vl-convert are imported only when there is something to draw; starting them takes a second.
"""

from __future__ import annotations

import html
import io
import math
import re
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from next_evidence.brief.escape import displayable
from next_evidence.brief.model import Brief, PainStory, SegmentStrength
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
VEGA_LITE = "6.1"
PNG_COLOURS = 64

# Mid-tones with a contrast of 3 or more on white and on near-black, told apart by all common kinds of colour
# blindness; the older pain is dashed too, so that colour is never alone.
NEW, OLD = "#cf6f21", "#3b82c4"
INK, FAINT = "#6e7781", "#8c959f"
_FONT = "Liberation Sans, Arial, Helvetica, sans-serif"


@dataclass(frozen=True)
class Picture:
    """A chart in the forms that briefs need: SVG for wide and narrow screens, PNG where SVG is not shown."""

    name: str
    title: str
    alt_text: str
    wide: str = field(repr=False)
    narrow: str = field(repr=False)
    png: bytes = field(repr=False)


def draw_charts(brief: Brief) -> tuple[Picture, ...]:
    """Draw what the brief has to show, the same bytes each time; nothing when nothing surfaced."""
    brief = displayable(brief)
    pictures = []
    stories = trend_stories(brief)
    if stories:
        alt = trend_alt_text(brief, stories)
        pictures.append(
            _picture(
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
            _picture(
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
    """Share per cycle with interval bands and a label at the end of each line."""
    import altair as alt

    width, height, font = (190, 220, 12) if narrow else (450, 240, 14)
    names = sorted({point.cycle for story in stories for point in story.history})
    short = {name: cycle_short(span_of(Cycle.parse(name))) for name in names}
    ceiling = _ceiling(point.high or point.share for story in stories for point in story.history)
    rows = [
        {"cycle": p.cycle, "pain": key, "share": p.share, "low": p.low, "high": p.high}
        for key, story in zip(("new", "old"), stories, strict=False)
        for p in story.history
    ]
    labels = _labels(stories, names[-1], ceiling=ceiling, height=height, font=font, narrow=narrow)
    colour = alt.Color(
        "pain:N", scale=alt.Scale(domain=["new", "old"], range=[NEW, OLD]), legend=None
    )
    x = alt.X(
        "cycle:O",
        sort=names,
        axis=alt.Axis(
            title=None,
            labelAngle=0,
            labelExpr=f"{short}[datum.value]",
            labelOverlap="greedy",
            ticks=False,
            domainColor=FAINT,
            domainOpacity=0.6,
            labelPadding=8,
        ),
        scale=alt.Scale(padding=0.15),
    )
    y = alt.Y(
        "share:Q",
        axis=alt.Axis(
            title=None,
            format=".0%",
            tickCount=4,
            domain=False,
            ticks=False,
            gridOpacity=0.25,
            gridColor=FAINT,
        ),
        scale=alt.Scale(domain=[0, ceiling], nice=False),
    )
    base = alt.Chart(alt.InlineData(values=rows)).encode(x=x, color=colour)
    band = base.mark_area(opacity=0.16, interpolate="monotone").encode(
        y=alt.Y("low:Q", scale=alt.Scale(domain=[0, ceiling], nice=False)), y2="high:Q"
    )
    dash = alt.StrokeDash(
        "pain:N", scale=alt.Scale(domain=["new", "old"], range=[[1, 0], [6, 4]]), legend=None
    )
    line = base.mark_line(strokeWidth=2.5, interpolate="monotone").encode(y=y, strokeDash=dash)
    ends = alt.Chart(alt.InlineData(values=[row for row in rows if row["cycle"] == names[-1]]))
    dots = ends.mark_point(filled=True, size=70, opacity=1).encode(x=x, y=y, color=colour)
    named = alt.Chart(alt.InlineData(values=labels)).encode(
        x=x, y=alt.Y("at:Q", scale=alt.Scale(domain=[0, ceiling], nice=False))
    )
    values = named.mark_text(
        align="left", dx=12, fontWeight="bold", fontSize=font + 3, baseline="top"
    ).encode(text="value:N", color=colour)
    words = named.mark_text(
        align="left",
        dx=12,
        dy=font + 6,
        fontSize=font,
        baseline="top",
        color=INK,
        lineBreak="\n",
        lineHeight=font + 3,
    ).encode(text="label:N")
    chart = alt.layer(band, line, dots, values, words).properties(width=width, height=height)
    return _finished(chart, font=font)


def strength_spec(lines: Sequence[SegmentStrength], *, narrow: bool) -> dict[str, Any]:
    """Each segment's share with its interval and, hollow, the share before."""
    import altair as alt

    width, font = (190, 12) if narrow else (500, 14)
    order = [segment_name(line.segment) for line in lines]
    rows = []
    for line, name in zip(lines, order, strict=True):
        now = line.now if line.word != "thin" else None
        heard = line.now.heard if line.now else 0
        rows.append(
            {
                "segment": name,
                "share": now.share if now else None,
                "low": now.low if now else None,
                "high": now.high if now else None,
                "before": line.before if now else None,
                "note": f"{now.raising} of {now.heard}" if now else f"{heard} heard",
                "word": line.word,
            }
        )
    ceiling = _ceiling(max(row["high"] or 0, row["share"] or 0, row["before"] or 0) for row in rows)
    y = alt.Y(
        "segment:N",
        sort=order,
        axis=alt.Axis(title=None, ticks=False, domain=False, labelPadding=10, labelLimit=130),
    )
    x = alt.X(
        "share:Q",
        axis=alt.Axis(
            title=None,
            format=".0%",
            tickCount=4,
            domain=False,
            ticks=False,
            gridOpacity=0.25,
            gridColor=FAINT,
            labelPadding=6,
        ),
        scale=alt.Scale(domain=[0, ceiling], nice=False),
    )
    base = alt.Chart(alt.InlineData(values=rows)).encode(y=y)
    spans = base.transform_filter("datum.share != null")
    spread = spans.mark_rule(strokeWidth=7, opacity=0.28, strokeCap="round", color=NEW).encode(
        x=alt.X("low:Q", scale=alt.Scale(domain=[0, ceiling], nice=False)), x2="high:Q"
    )
    dot = spans.mark_point(filled=True, size=110, color=NEW, opacity=1).encode(x=x)
    past = (
        base.transform_filter("datum.before != null")
        .mark_point(shape="circle", size=80, filled=False, strokeWidth=2, color=OLD, opacity=1)
        .encode(x=alt.X("before:Q", scale=alt.Scale(domain=[0, ceiling], nice=False)))
    )
    notes = base.mark_text(align="left", color=INK, fontSize=font).encode(
        x=alt.value(width + 12), text="note:N"
    )
    chart = alt.layer(spread, past, dot, notes).properties(
        width=width, height=alt.Step(34 if narrow else 38)
    )
    return _finished(chart, font=font)


def draw_svg(spec: dict[str, Any], *, name: str, alt_text: str) -> str:
    """An SVG for a page: text in the page's own colour, ids that no other chart has, words for screen readers."""
    import vl_convert

    drawn: str = vl_convert.vegalite_to_svg(spec, vl_version=VEGA_LITE)
    drawn = re.sub(r'\bid="([^"]+)"', rf'id="{name}-\1"', drawn)
    drawn = re.sub(r"url\(#([^)]+)\)", rf"url(#{name}-\1)", drawn)
    drawn = drawn.replace(f'fill="{INK}"', 'fill="currentColor"')
    label = html.escape(alt_text, quote=True)
    return drawn.replace("<svg ", f'<svg role="img" aria-label="{label}" ', 1)


def draw_png(svg: str) -> bytes:
    """The same drawing as PNG at twice the size for Slack and e-mail, in `PNG_COLOURS` colours: a seventh of the bytes.

    White, since vl-convert 1.9 turns see-through colours grey on a transparent background.
    """
    import vl_convert
    from PIL import Image

    white = re.sub(
        r"(<svg [^>]*>)", r'\1<rect width="100%" height="100%" fill="white"/>', svg, count=1
    )
    drawn: bytes = vl_convert.svg_to_png(white.replace("currentColor", INK), scale=2)
    small = io.BytesIO()
    picture = Image.open(io.BytesIO(drawn)).convert("RGB")
    picture.quantize(PNG_COLOURS, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE).save(
        small, "PNG"
    )
    return small.getvalue()


def _picture(
    name: str, title: str, alt_text: str, wide: dict[str, Any], narrow: dict[str, Any]
) -> Picture:
    drawn = draw_svg(wide, name=f"{name}-wide", alt_text=alt_text)
    return Picture(
        name=name,
        title=title,
        alt_text=alt_text,
        wide=drawn,
        narrow=draw_svg(narrow, name=f"{name}-narrow", alt_text=alt_text),
        png=draw_png(drawn),
    )


def _finished(chart: Any, *, font: int) -> dict[str, Any]:
    finished = (
        chart.configure(
            background="transparent",
            font=_FONT,
            padding={"left": 2, "right": 4, "top": 8, "bottom": 4},
            autosize="pad",
        )
        .configure_view(stroke=None)
        .configure_axis(labelColor=INK, labelFontSize=font)
    )
    spec: dict[str, Any] = finished.to_dict()
    return spec


def _labels(
    stories: Sequence[PainStory], last: str, *, ceiling: float, height: int, font: int, narrow: bool
) -> list[dict[str, Any]]:
    """Where each line's words go: beside its end, moved apart where they would touch."""
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
