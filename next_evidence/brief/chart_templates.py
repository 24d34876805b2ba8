"""The two charts of a brief as Altair describes them: without data, turned into Vega once a process, then filled.

Describing a chart and compiling it costs more than drawing it, and is the same for every persona. Altair and vl-convert are
imported only when there is something to draw; starting them takes a second.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, Literal

ChartName = Literal["trend", "segments"]
VEGA_LITE = "6.1"

# Mid-tones with a contrast of 3 or more on white and on near-black, told apart by all common kinds of colour
# blindness; the older pain is dashed too, so that colour is never alone.
NEW, OLD = "#cf6f21", "#3b82c4"
INK, FAINT = "#6e7781", "#8c959f"
_FONT = "Liberation Sans, Arial, Helvetica, sans-serif"
# what a template leaves open besides its rows; `filled` gives the values
_CEILING, _NAMES = "ceiling", "names"


def text_size(*, narrow: bool) -> int:
    """Size of a chart's words in pixels."""
    return 12 if narrow else 14


def trend_height(*, narrow: bool) -> int:
    """Height of the trend's plot in pixels."""
    return 220 if narrow else 240


def filled(
    name: ChartName,
    *,
    narrow: bool,
    rows: Mapping[str, Sequence[Mapping[str, Any]]],
    ceiling: float,
    names: Mapping[str, str],
) -> dict[str, Any]:
    """A chart as Vega, ready to be drawn.

    Parameters
    ----------
    rows
        Rows of each data set that the template names.
    ceiling
        Where the scale of shares ends.
    names
        What stands at the other axis, by value.
    """
    template = _compiled(name, narrow=narrow)
    values = {_CEILING: ceiling, _NAMES: dict(names)}
    return {
        **template,
        "data": [
            {**data, "values": list(rows[data["name"]])} if data["name"] in rows else data
            for data in template["data"]
        ],
        "signals": [
            {**signal, "value": values[signal["name"]]} if signal["name"] in values else signal
            for signal in template["signals"]
        ],
    }


@cache
def _compiled(name: ChartName, *, narrow: bool) -> dict[str, Any]:
    import vl_convert

    template = (_trend if name == "trend" else _segments)(narrow=narrow)
    compiled: dict[str, Any] = vl_convert.vegalite_to_vega(template, vl_version=VEGA_LITE)
    return compiled


def _trend(*, narrow: bool) -> dict[str, Any]:
    """Share per cycle with interval bands and a label at the end of each line.

    Data sets: ``history`` (cycle, pain, share, low, high), ``ends`` (the last of them), ``labels`` (cycle, pain, at, value, label).
    """
    import altair as alt

    font = text_size(narrow=narrow)
    colour = alt.Color(
        "pain:N", scale=alt.Scale(domain=["new", "old"], range=[NEW, OLD]), legend=None
    )
    x = alt.X(
        "cycle:O",
        axis=alt.Axis(
            title=None,
            labelAngle=0,
            labelExpr=f"{_NAMES}[datum.value]",
            labelOverlap="greedy",
            labelLimit=0,
            ticks=False,
            domainColor=FAINT,
            domainOpacity=0.6,
            labelPadding=8,
        ),
        scale=alt.Scale(padding=0.15),
    )
    shares = _share_scale()
    y = alt.Y("share:Q", axis=_share_axis(), scale=shares)
    base = alt.Chart(alt.NamedData(name="history")).encode(x=x, color=colour)
    band = base.mark_area(fillOpacity=0.16, interpolate="monotone").encode(
        y=alt.Y("low:Q", scale=shares), y2="high:Q"
    )
    dash = alt.StrokeDash(
        "pain:N", scale=alt.Scale(domain=["new", "old"], range=[[1, 0], [6, 4]]), legend=None
    )
    line = base.mark_line(strokeWidth=2.5, interpolate="monotone").encode(y=y, strokeDash=dash)
    ends = alt.Chart(alt.NamedData(name="ends"))
    dots = ends.mark_point(filled=True, size=70, opacity=1).encode(x=x, y=y, color=colour)
    named = alt.Chart(alt.NamedData(name="labels")).encode(x=x, y=alt.Y("at:Q", scale=shares))
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
    chart = alt.layer(band, line, dots, values, words).properties(
        width=190 if narrow else 450, height=trend_height(narrow=narrow)
    )
    return _finished(chart, font=font)


def _segments(*, narrow: bool) -> dict[str, Any]:
    """Each segment's share with its interval and, hollow, the share before.

    Data set: ``segments`` (rank, share, low, high, before, note); shares are null where none is stated.
    """
    import altair as alt

    width, font = 190 if narrow else 500, text_size(narrow=narrow)
    y = alt.Y(
        "rank:O",
        axis=alt.Axis(
            title=None,
            ticks=False,
            domain=False,
            labelPadding=10,
            labelLimit=130,
            labelExpr=f"{_NAMES}[datum.value]",
        ),
    )
    shares = _share_scale()
    x = alt.X("share:Q", axis=_share_axis(labelPadding=6), scale=shares)
    base = alt.Chart(alt.NamedData(name="segments")).encode(y=y)
    spans = base.transform_filter("datum.share != null")
    spread = spans.mark_rule(
        strokeWidth=7, strokeOpacity=0.28, opacity=1, strokeCap="round", color=NEW
    ).encode(x=alt.X("low:Q", scale=shares), x2="high:Q")
    dot = spans.mark_point(filled=True, size=110, color=NEW, opacity=1).encode(x=x)
    past = (
        base.transform_filter("datum.before != null")
        .mark_point(shape="circle", size=80, filled=False, strokeWidth=2, color=OLD, opacity=1)
        .encode(x=alt.X("before:Q", scale=shares))
    )
    notes = base.mark_text(align="left", color=INK, fontSize=font).encode(
        x=alt.value(width + 12), text="note:N"
    )
    chart = alt.layer(spread, past, dot, notes).properties(
        width=width, height=alt.Step(34 if narrow else 38)
    )
    return _finished(chart, font=font)


def _share_scale() -> Any:
    import altair as alt

    return alt.Scale(domain=[0, alt.ExprRef(_CEILING)], nice=False)


def _share_axis(**more: Any) -> Any:
    import altair as alt

    return alt.Axis(
        title=None,
        format=".0%",
        tickCount=4,
        labelLimit=0,
        domain=False,
        ticks=False,
        gridOpacity=0.25,
        gridColor=FAINT,
        **more,
    )


def _finished(chart: Any, *, font: int) -> dict[str, Any]:
    import altair as alt

    finished = (
        chart.add_params(alt.param(name=_CEILING, value=1), alt.param(name=_NAMES, value={}))
        # the picture as a whole has words for screen readers; its marks need none
        .configure(
            aria=False,
            background="transparent",
            font=_FONT,
            padding={"left": 2, "right": 4, "top": 8, "bottom": 4},
            autosize="pad",
        )
        .configure_view(stroke=None)
        .configure_axis(labelColor=INK, labelFontSize=font, aria=False)
    )
    spec: dict[str, Any] = finished.to_dict()
    return spec
