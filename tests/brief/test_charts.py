"""Charts are drawn when there is something to draw, say it in words too, and repeat byte for byte."""

from __future__ import annotations

import io
import re
import sys
from collections import Counter
from dataclasses import replace
from xml.etree import ElementTree

import pytest
from PIL import Image, ImageColor

from next_evidence.assets import packaged
from next_evidence.brief.chart_templates import INK, NEW, OLD
from next_evidence.brief.charts import (
    MIN_POINTS,
    draw_charts,
    strength_spec,
    trend_spec,
    trend_stories,
)
from next_evidence.brief.model import Brief, PainPoint, PainStory
from next_evidence.brief.pictures import MAIL_WIDTH, draw_svg
from next_evidence.testing.briefs import sample_brief


@pytest.fixture(scope="module")
def brief() -> Brief:
    return sample_brief("strong")


@pytest.fixture(scope="module")
def pictures(brief):
    return {picture.name: picture for picture in draw_charts(brief)}


def test_both_charts_are_drawn_for_a_shift(pictures):
    assert list(pictures) == ["trend", "segments"]
    assert all(p.png.startswith(b"\x89PNG") for p in pictures.values())


def test_charts_repeat_byte_for_byte(brief, pictures):
    assert {p.name: p for p in draw_charts(brief)} == pictures


def test_pngs_are_white_sharp_and_keep_their_colours(pictures):
    picture = Image.open(io.BytesIO(pictures["trend"].png))
    shown = Counter({colour: many for many, colour in picture.convert("RGB").getcolors()})

    assert picture.size[0] == 2 * MAIL_WIDTH
    assert (
        f'width="{MAIL_WIDTH}"' in packaged("templates").joinpath("brief.email.html.j2").read_text()
    )
    assert next(iter(shown.most_common(1)))[0] == (255, 255, 255)
    for colour in (NEW, OLD, INK):
        assert shown[ImageColor.getrgb(colour)] > 100  # lines, dots and words
    assert {tint(NEW), tint(OLD)} < {colour for colour, _ in shown.most_common(4)}  # the bands


def tint(colour):
    """A band's colour on white."""
    return tuple(round(255 + (part - 255) * 0.16) for part in ImageColor.getrgb(colour))


def test_svgs_are_well_formed_labelled_and_self_contained(pictures):
    seen: list[str] = []
    for picture in pictures.values():
        for svg in (picture.wide, picture.narrow):
            root = ElementTree.fromstring(svg)
            assert root.attrib["role"] == "img"
            assert root.attrib["aria-label"] == picture.alt_text
            assert not re.search(r"<(script|image|foreignObject)", svg)
            assert not re.search(r"(href|src)=\"(?!#)", svg)
            seen += re.findall(r'\bid="([^"]+)"', svg)
    assert len(seen) == len(set(seen))


def test_text_takes_the_pages_colour_so_that_dark_pages_work(pictures):
    assert 'fill="currentColor"' in pictures["trend"].wide
    assert 'fill="white"' not in pictures["trend"].wide


def test_narrow_charts_fit_a_phone(pictures):
    for picture in pictures.values():
        width = float(ElementTree.fromstring(picture.narrow).attrib["width"])
        assert width <= 354  # 390 px less the margins of the page


def test_alt_text_tells_the_numbers(pictures):
    assert "to 39% in October 2026" in pictures["trend"].alt_text
    assert "SMB: only 6 accounts heard" in pictures["segments"].alt_text


def test_nothing_to_draw_draws_nothing_and_imports_nothing(monkeypatch):
    monkeypatch.setitem(sys.modules, "altair", None)
    monkeypatch.setitem(sys.modules, "vl_convert", None)

    assert draw_charts(sample_brief("nothing")) == ()


def test_a_short_history_is_a_sentence_not_a_chart(brief):
    lead = replace(
        brief.changes[0],
        story=replace(
            brief.changes[0].story, history=brief.changes[0].story.history[: MIN_POINTS - 1]
        ),
    )

    assert trend_stories(replace(brief, changes=(lead,))) == ()


def story(share: float, label: str) -> PainStory:
    moments = [c.start for c in (sample_brief("strong").cycle,)]
    points = tuple(
        PainPoint(f"2026-{month:02d}", moments[0], share, None, None) for month in range(5, 11)
    )
    return PainStory("p", label, True, None, None, 0, None, None, points)


@pytest.mark.parametrize(("new", "old"), [(0.0, 0.0), (1.0, 1.0), (0.5, 0.5), (1.0, 0.0)])
def test_labels_of_equal_lines_are_moved_apart(new, old):
    spec = trend_spec((story(new, "One " * 30), story(old, "Two " * 30)), narrow=True)

    (labels,) = (data["values"] for data in spec["data"] if data["name"] == "labels")
    first, second = sorted(row["at"] for row in labels)
    assert second - first > 0.05


def test_hostile_words_stay_text_in_svg():
    spec = trend_spec((story(0.4, "</text><script>alert(1)</script> ${x} datum.y"),), narrow=False)

    svg = draw_svg(spec, name="t", alt_text='"><script>')

    assert "<script" not in svg
    ElementTree.fromstring(svg)


def test_segments_without_a_share_are_drawn_without_a_dot(brief):
    spec = strength_spec(brief.strength, narrow=False)

    values = str(spec)
    assert "6 heard" in values
