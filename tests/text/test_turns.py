from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from next_evidence.text.models import (
    RuleSentences,
    SpacySentences,
    default_sentences,
    model_installed,
)
from next_evidence.text.turns import (
    CONTEXT_WORDS,
    LONGEST,
    context_span,
    is_small_talk,
    split_sentences,
    utterances,
)

RULES = RuleSentences()


def said(text: str, *, min_words: int = 3, finder=RULES) -> list[str]:
    found = utterances(text, split_sentences([text], finder)[0], min_words=min_words)
    return [text[start:end] for start, end in found.spans]


@pytest.mark.parametrize(
    "sentence",
    ["Mm-hm.", "Yeah, yeah, no, exactly.", "Right, okay, gotcha.", "Thanks a lot!", "Hi team,", "Got it", "ok thx!", "Kind regards, [person]",
     "Hello [person]!", "😀", "...", "No worries at all.", "Oh wow."],
)  # fmt: skip
def test_small_talk_is_dropped(sentence):
    assert is_small_talk(sentence)


@pytest.mark.parametrize(
    "sentence",
    ["No, it makes no sense to me.", "Yeah, the export is slow.", "Thanks, but it died again.", "Not good enough.", "Right now nothing works.",
     "So slow.", "Please fix exports.", "Hi, please deactivate three users", "Welcome screen is broken", "One label, four formulas."],
)  # fmt: skip
def test_what_says_something_stays(sentence):
    assert not is_small_talk(sentence)


def test_fragments_join_their_neighbour():
    assert said("They said cut three. Cut which three? There is a director attached to each.") == [
        "They said cut three. Cut which three? There is a director attached to each."
    ]


def test_statements_that_stand_for_themselves_stay_apart():
    assert said(
        "The nightly sync failed again today. Our finance team distrusts every dashboard."
    ) == [
        "The nightly sync failed again today.",
        "Our finance team distrusts every dashboard.",
    ]


def test_fragments_do_not_join_across_lines_and_bullets_are_not_said():
    assert said("- exports are broken\n- dashboards are slow") == [
        "exports are broken",
        "dashboards are slow",
    ]


@pytest.mark.parametrize(
    "whole",
    ["It times out on v2.1 e.g. for our emea tables every night.", "Dr. Smith wants 2.5 percent of all rows back.", "wow... that was slow... we simply gave up"],
)  # fmt: skip
def test_abbreviations_numbers_and_ellipses_do_not_end_a_statement(whole):
    assert said(whole) == [whole]


def test_rules_take_back_what_the_model_splits_wrongly():
    class Eager:
        def find(self, texts):
            return [
                [(at, at + 1) for at, char in enumerate(text) if char in ".,5"] for text in texts
            ]

    whole = "We asked Prof. Smith for 2.5 percent, e.g. of all rows, every night"

    assert said(whole, finder=Eager()) == [whole]


def test_a_turn_with_too_few_words_says_nothing():
    assert said("Permission model") == []
    assert said("Permission model", min_words=2) == ["Permission model"]


def test_run_ons_are_cut_at_a_clause():
    clause = (
        "the sync broke on monday morning before the board meeting and nobody noticed it until noon"
    )
    text = ", but ".join([clause] * 8)

    parts = said(text)

    assert len(parts) > 1
    assert all(len(part.split()) <= LONGEST for part in parts)
    assert all(part.startswith(("the sync", "but ", "and ")) for part in parts)
    assert "".join(text.split()) == "".join("".join(parts).split())


def test_context_is_the_sentence_before_and_after():
    text = "The sync failed on Monday. Nobody noticed the missing rows. The board saw wrong numbers. We were ashamed of it."
    sentences = split_sentences([text], RULES)[0]

    start, end = context_span(text, sentences, sentences[1])

    assert (
        text[start:end]
        == "The sync failed on Monday. Nobody noticed the missing rows. The board saw wrong numbers."
    )


WORDS = st.lists(
    st.sampled_from(["Hi team,", "Thanks!", "the export", "fails.", "e.g.", "so slow", "and", "but", ";", " - ", "\n", "Mm-hm.", "😀", "שלום", "2.5", "- ", "We", "gave up."]),
    max_size=80,
).map(" ".join)  # fmt: skip


@given(st.one_of(WORDS, st.text(max_size=400)), st.integers(1, 6))
def test_utterances_are_ordered_disjoint_spans_of_the_turn(text, min_words):
    sentences = split_sentences([text], RULES)[0]

    spans = utterances(text, sentences, min_words=min_words).spans

    assert all(0 <= start < end <= len(text) for start, end in spans)
    assert all(before[1] <= after[0] for before, after in itertools.pairwise(spans))
    for start, end in spans:
        around = context_span(text, sentences, (start, end))
        assert around[0] <= start < end <= around[1]
        assert len(text[slice(*around)].split()) <= CONTEXT_WORDS or around == (start, end)


@given(WORDS)
def test_words_are_lost_only_with_small_talk_or_short_statements(text):
    sentences = split_sentences([text], RULES)[0]
    found = utterances(text, sentences, min_words=1)
    kept = "".join(text[start:end] for start, end in found.spans)

    for start, end in sentences:
        if not is_small_talk(text[start:end]) and found.dropped_short == 0:
            assert "".join(text[start:end].split()) in "".join(kept.split())


@given(st.lists(WORDS, max_size=5))
def test_sentences_do_not_depend_on_what_else_is_split(texts):
    assert split_sentences(texts, RULES) == [split_sentences([text], RULES)[0] for text in texts]


@pytest.mark.parametrize(
    "hostile",
    ["word " * 20_000, "a" * 100_000, "yes, " * 20_000, "A. " * 33_000, "and, " * 20_000, "\n" * 100_000, "x\n" * 50_000, "ab. Cd " * 14_000, "yeah so " * 12_000],
    ids=lambda text: text[:6].strip(),
)  # fmt: skip
def test_long_hostile_turns_give_readable_parts(hostile):
    parts = said(hostile)

    assert sum(len(part) for part in parts) <= len(hostile)
    assert all(len(part.split()) <= LONGEST for part in parts)


@pytest.mark.model
@pytest.mark.skipif(not model_installed(), reason="the packaged model is not installed")
def test_the_packaged_model_splits_lower_case_prose():
    assert isinstance(default_sentences(), SpacySentences)
    assert said(
        "the orders table does not load today. it times out after thirty seconds",
        finder=default_sentences(),
    ) == [
        "the orders table does not load today.",
        "it times out after thirty seconds",
    ]


def test_rules_stand_in_for_a_missing_model():
    assert isinstance(default_sentences("no_such_model_at_all"), RuleSentences)
