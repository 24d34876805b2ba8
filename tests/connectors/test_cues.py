"""WebVTT and SRT as the wild writes them."""

import html

import pytest
from hypothesis import given
from hypothesis import strategies as st

from next_evidence_connectors._cues import Cue, parse_cues


def _said(text: str) -> list[tuple[str | None, str]]:
    return [(cue.speaker, cue.text) for cue in parse_cues(text).cues]


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_newlines_and_byte_order_marks_do_not_matter(newline: str, mark: str) -> None:
    text = "WEBVTT\n\n1\n00:00:01.500 --> 00:00:02.000\nAda: One.\n\n2\n00:00:03.000 --> 00:00:04.000\nTwo.\n"

    cues = parse_cues(mark + text.replace("\n", newline)).cues

    assert cues == [Cue(1.5, 2.0, "Ada: One."), Cue(3.0, 4.0, "Two.")]


def test_hours_may_be_missing_and_srt_writes_commas() -> None:
    assert parse_cues("WEBVTT\n\n01:02.500 --> 01:03.000\nHi.\n").cues == [Cue(62.5, 63.0, "Hi.")]
    assert parse_cues("1\n00:00:01,000 --> 00:00:03,500\nHi.\n").cues == [Cue(1.0, 3.5, "Hi.")]
    assert parse_cues("WEBVTT\n\n100:00:01.000 --> 100:00:03.000\nHi.\n").cues[0].start == 360_001


def test_voices_are_read_unclosed_nested_spanning_and_with_classes() -> None:
    text = """WEBVTT

00:01.000 --> 00:02.000
<v Ada Byron>It starts
over two lines

00:02.000 --> 00:03.000
and goes on.</v>

00:03.000 --> 00:04.000
<v.loud Bob &amp; Co><i>No</i> way.</v> <v Ada Byron>Yes.

00:04.000 --> 00:05.000
<v Ada <c>Byron</c>>Hm.
"""

    assert _said(text)[:4] == [
        ("Ada Byron", "It starts over two lines"),
        (None, "and goes on."),
        ("Bob & Co", "No way."),
        ("Ada Byron", "Yes."),
    ]


def test_notes_styles_regions_settings_and_headers_are_not_speech() -> None:
    text = """WEBVTT Kind: captions
Language: de

STYLE
::cue { color: white }

REGION
id:one

NOTE
nobody says this

intro
00:01.000 --> 00:02.000 align:start position:0%
Guten Tag.

NOTE nor this

2
00:03.000 --> 00:04.000
NOTE is what I say.
"""

    found = parse_cues(text)

    assert found.language == "de"
    assert [cue.text for cue in found.cues] == ["Guten Tag.", "NOTE is what I say."]


def test_entities_become_characters_and_tags_go() -> None:
    text = "WEBVTT\n\n00:01.000 --> 00:02.000\n<c.yellow>R&amp;D &lt;b&gt; 5 < 6</c> <00:01.500>it&#39;s\u00a0fine&nbsp;\n"

    assert _said(text) == [(None, "R&D <b> 5 < 6 it's fine")]


def test_blank_lines_between_and_within_cues_may_be_wrong() -> None:
    text = "WEBVTT\n00:01.000 --> 00:02.000\nOne.\n\nStill one.\n2\n00:03.000 --> 00:04.000\nTwo.\n"

    assert [cue.text for cue in parse_cues(text).cues] == ["One. Still one.", "Two."]


def test_a_timing_that_cannot_be_read_is_told_with_its_line() -> None:
    text = "WEBVTT\n\n1\n00:00:xx --> 00:00:05.000\nLost.\n\n2\n00:06.000 --> 00:07.000\nKept.\n"

    found = parse_cues(text)

    assert [cue.text for cue in found.cues] == ["Kept."]
    assert [line for line, _ in found.problems] == [4]


def test_text_without_cues_gives_none() -> None:
    assert parse_cues("Just some words: nothing else\n").cues == []
    assert parse_cues("").cues == []


WORDS = st.text(
    st.characters(codec="utf-8", exclude_categories=("C", "Z")), min_size=1, max_size=8
).filter(lambda word: "-->" not in word)
SPOKEN = (
    st.lists(WORDS, min_size=1, max_size=8)
    .map(" ".join)
    .filter(lambda text: not text.startswith(("NOTE", "STYLE", "REGION")) and not text.isdigit())
)
NAMES = st.sampled_from(["Ada Byron", "José Núñez", "Bob & Co", "Dr. B", "山田太郎"])


@given(
    cues=st.lists(st.tuples(NAMES | st.none(), SPOKEN), min_size=1, max_size=6),
    newline=st.sampled_from(["\n", "\r\n", "\r"]),
    mark=st.sampled_from(["", "\ufeff"]),
    hours=st.booleans(),
    numbered=st.booleans(),
    settings=st.sampled_from(["", " align:start position:0%"]),
    closed=st.booleans(),
    wrapped=st.booleans(),
    last_newline=st.booleans(),
)
def test_what_is_written_is_read_back(
    cues: list[tuple[str | None, str]], newline: str, mark: str, hours: bool, numbered: bool,
    settings: str, closed: bool, wrapped: bool, last_newline: bool,
) -> None:  # fmt: skip
    lines = ["WEBVTT", ""]
    for number, (speaker, text) in enumerate(cues):
        written = html.escape(text)
        if wrapped:
            written = written.replace(" ", newline, 1)
        if speaker:
            written = f"<v {html.escape(speaker)}>{written}{'</v>' if closed else ''}"
        clock = "00:" if hours else ""
        lines += [str(number)] * numbered
        lines += [
            f"{clock}00:{number:02d}.000 --> {clock}00:{number:02d}.900{settings}",
            written,
            "",
        ]
    text = mark + newline.join(lines[: None if last_newline else -1])

    found = parse_cues(text)

    assert [(cue.speaker, cue.text) for cue in found.cues] == cues
    assert [cue.start for cue in found.cues] == list(range(len(cues)))
    assert found.problems == []
