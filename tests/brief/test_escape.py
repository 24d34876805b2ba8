"""Words are inert in Markdown, links pass http only, and nothing invisible is shown."""

from __future__ import annotations

import doctest
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from next_evidence.brief import escape
from next_evidence.brief.escape import clipped, displayable, href, markdown, visible
from next_evidence.testing.briefs import sample_brief


def test_examples_in_docstrings():
    assert doctest.testmod(escape).failed == 0


def test_what_reorders_or_hides_text_is_not_shown():
    assert visible("a\u202eb\u2066c\u200bd\ufeffe\x00f") == "abcdef"
    assert visible("two\nlines\tand  spaces ") == "two lines and spaces"


def test_emoji_and_other_scripts_stay():
    assert visible("👩\u200d💻 שלום مرحبا 日本") == "👩\u200d💻 שלום مرحبا 日本"


@pytest.mark.parametrize(
    "words",
    [
        "**bold**",
        "_it_",
        "[a](http://b)",
        "![x](y)",
        "`code`",
        "# head",
        "- item",
        "1. item",
        "> quote",
        "a | b",
        "~~no~~",
        "<b>",
        "&lt;",
        "http://x.example",
        "www.x.example",
        "{{ 7*7 }}",
        "$x$",
        "+ item",
        "===",
    ],
)
def test_markdown_marks_are_escaped(words):
    shown = markdown(words)

    assert shown != words
    assert "<" not in shown
    assert "](" not in shown.replace("\\]", "")


def test_plain_words_and_money_stay_readable():
    plain = "We pay $1.9M - or so, it's 50% (up) & more; e.g. 3.5!"

    assert markdown(plain) == plain.replace("&", "&amp;")


def test_markdown_words_stay_on_one_line():
    assert "\n" not in markdown("a\n# b")


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "//x.example",
        "file:///etc",
        "",
        None,
        "http://a\u202eb",
        "ftp://x",
        "https://",
    ],
)
def test_only_http_links_pass(url):
    assert href(url) == ""


@given(st.text())
def test_links_cannot_leave_their_attribute(text):
    shown = href("https://x.example/" + text)

    assert not set("\"'<>() \n\t") & set(shown)


@given(st.text(max_size=300), st.integers(2, 100))
def test_clipping_keeps_the_limit(text, limit):
    assert len(clipped(text, limit)) <= limit
    assert clipped("short", 5) == "short"


def test_every_word_of_a_brief_is_made_displayable():
    brief = sample_brief("strong")

    shown = displayable(replace(brief, persona="Ops\u202e\nLead", reasons=("a\u2066b",)))

    assert (shown.persona, shown.reasons) == ("Ops Lead", ("ab",))
    assert shown.quotes == brief.quotes
    assert shown.exposure == brief.exposure
