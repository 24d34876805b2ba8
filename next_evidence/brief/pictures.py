"""Draws a chart: SVG for pages, and from the same SVG a PNG for Slack and e-mail."""

from __future__ import annotations

import html
import io
import re
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any

from next_evidence.brief.chart_templates import FAINT, INK, NEW, OLD

if TYPE_CHECKING:
    from PIL.Image import Image

MAIL_WIDTH = 552  # pixels that a picture takes in a mail, as its template says
# how much of a colour there is in the tones of a PNG; bands and intervals have 0.16 and 0.28 of theirs
_TONES = (0.08, 0.16, 0.28, 0.4, 0.52, 0.64, 0.76, 0.88, 1.0)


@dataclass(frozen=True)
class Picture:
    """A chart in the forms that briefs need: SVG for wide and narrow screens, PNG where SVG is not shown."""

    name: str
    title: str
    alt_text: str
    wide: str = field(repr=False)
    narrow: str = field(repr=False)
    png: bytes = field(repr=False)


def draw_picture(
    name: str, title: str, alt_text: str, wide: dict[str, Any], narrow: dict[str, Any]
) -> Picture:
    """Every form of one chart, from its Vega for wide and for narrow screens."""
    drawn = draw_svg(wide, name=f"{name}-wide", alt_text=alt_text)
    return Picture(
        name=name,
        title=title,
        alt_text=alt_text,
        wide=drawn,
        narrow=draw_svg(narrow, name=f"{name}-narrow", alt_text=alt_text),
        png=draw_png(drawn),
    )


def draw_svg(chart: dict[str, Any], *, name: str, alt_text: str) -> str:
    """An SVG for a page: text in the page's own colour, ids that no other chart has, words for screen readers."""
    import vl_convert

    drawn: str = vl_convert.vega_to_svg(chart)
    drawn = re.sub(r'\bid="([^"]+)"', rf'id="{name}-\1"', drawn)
    drawn = re.sub(r"url\(#([^)]+)\)", rf"url(#{name}-\1)", drawn)
    drawn = drawn.replace(f'fill="{INK}"', 'fill="currentColor"')
    label = html.escape(alt_text, quote=True)
    return drawn.replace("<svg ", f'<svg role="img" aria-label="{label}" ', 1)


def draw_png(svg: str) -> bytes:
    """The same drawing as PNG for Slack and e-mail, in the tones of its colours: a seventh of the bytes.

    Twice as wide as mails show it, for fine screens. White, since vl-convert 1.9 turns see-through colours grey on a transparent background.
    """
    import vl_convert
    from PIL import Image

    white = re.sub(
        r"(<svg [^>]*>)", r'\1<rect width="100%" height="100%" fill="white"/>', svg, count=1
    )
    (width,) = re.findall(r'<svg [^>]*?\bwidth="([\d.]+)"', svg)
    drawn: bytes = vl_convert.svg_to_png(
        white.replace("currentColor", INK), scale=2 * MAIL_WIDTH / float(width)
    )
    small = io.BytesIO()
    picture = Image.open(io.BytesIO(drawn)).convert("RGB")
    picture.quantize(palette=_palette(), dither=Image.Dither.NONE).save(small, "PNG")
    return small.getvalue()


@cache
def _palette() -> Image:
    """Tones from each colour of ours to white: finding the best ones for a picture takes as long as drawing it."""
    from PIL import Image, ImageColor

    tones = [
        round(255 + (part - 255) * tone)
        for colour in (INK, FAINT, NEW, OLD)
        for tone in _TONES
        for part in ImageColor.getrgb(colour)[:3]
    ]
    palette = Image.new("P", (1, 1))
    palette.putpalette([255, 255, 255, *tones])
    return palette
