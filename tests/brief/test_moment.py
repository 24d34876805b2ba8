"""A quote's link leads to its words, and never anywhere else."""

from __future__ import annotations

from dataclasses import replace

import pytest

from next_evidence.brief.escape import moment
from next_evidence.testing.briefs import sample_brief


def card(text: str, url: str = "https://calls.example/c1"):
    first = sample_brief("strong").quotes[0]
    return replace(first, quote=replace(first.quote, text=text, url=url))


@pytest.mark.parametrize(
    ("text", "fragment"),
    [
        ("The totals moved again overnight", "The%20totals%20moved%20again%20overnight"),
        (
            "One two three four five six seven eight nine ten",
            "One%20two%20three%20four%20five%20six%20seven%20eight",
        ),
        (
            "Ask [NAME] whether closed-won, Q3 & Q4, ties out",
            "whether%20closed%2Dwon%2C%20Q3%20%26%20Q4%2C%20ties%20out",
        ),
    ],
)
def test_the_first_words_between_masks_are_looked_for(text, fragment):
    assert moment(card(text)) == f"https://calls.example/c1#:~:text={fragment}"


@pytest.mark.parametrize("text", ["Two words", "[NAME] asked [COMPANY] why", ""])
def test_too_few_words_to_be_found_are_not_looked_for(text):
    assert moment(card(text)) == "https://calls.example/c1"


def test_an_address_keeps_a_fragment_of_its_own():
    assert (
        moment(card("The totals moved again overnight", "https://desk.example/#/t/1"))
        == "https://desk.example/#/t/1"
    )


@pytest.mark.parametrize("url", ["", "javascript:alert(1)", "file:///etc/passwd"])
def test_no_other_address_is_a_link(url):
    assert moment(card("The totals moved again overnight", url)) == ""
