"""Numbers as words: the same rounding and the same certainty everywhere."""

from __future__ import annotations

import doctest

import pytest

from next_evidence.brief import words
from next_evidence.brief.words import (
    CERTAINTY_BANDS,
    certainty,
    cycle_days,
    cycle_name,
    cycle_short,
    money,
    ordinal,
    percent,
    points,
    sentence,
    span_of,
)
from next_evidence.records import Cycle


def test_examples_in_docstrings():
    assert doctest.testmod(words).failed == 0


@pytest.mark.parametrize(("bound", "word"), CERTAINTY_BANDS)
def test_a_band_includes_its_bound(bound, word):
    assert certainty(bound) == word
    assert certainty(bound + 1e-6) != word


@pytest.mark.parametrize("q_value", [None, float("nan"), 0.11, 1.0])
def test_everything_else_is_uncertain(q_value):
    assert certainty(q_value) == "uncertain"


def test_small_and_large_shares_do_not_become_none_and_all():
    assert [percent(s) for s in (0.0, 0.001, 0.005, 0.994, 0.999, 1.0)] == [
        "0%",
        "under 1%",
        "1%",
        "99%",
        "over 99%",
        "100%",
    ]


def test_halves_round_up():
    assert [percent(0.125), percent(0.135), points(0.005)] == ["13%", "14%", "+1 point"]


@pytest.mark.parametrize(
    ("amount", "shown"),
    [
        (0, "$0"),
        (9_999, "$9,999"),
        (10_000, "$10K"),
        (999_499, "$999K"),
        (999_500, "$1.0M"),
        (1_250_000, "$1.3M"),
        (123_400_000, "$123M"),
    ],
)
def test_money(amount, shown):
    assert money(amount) == shown


def test_cycles_are_named_as_people_say_them():
    month, week, quarter = (
        span_of(Cycle.parse(name)) for name in ("2026-10", "2026-W01", "2026-Q4")
    )

    assert [cycle_name(c) for c in (month, week, quarter)] == [
        "October 2026",
        "week 1 of 2026",
        "Q4 2026",
    ]
    assert [cycle_short(c) for c in (month, week, quarter)] == ["Oct", "W1", "Q4"]
    assert cycle_days(month) == "1 Oct 2026 to 31 Oct 2026"


def test_ordinals():
    assert [ordinal(n) for n in (None, 2, 11, 21, 22, 23, 112)] == [
        "unranked",
        "second",
        "11th",
        "21st",
        "22nd",
        "23rd",
        "112th",
    ]


def test_sentences_end_once():
    assert [sentence(s) for s in ("", "only one", "Done.", "why?", "he said “no.”")] == [
        "",
        "Only one.",
        "Done.",
        "Why?",
        "He said “no.”",
    ]
