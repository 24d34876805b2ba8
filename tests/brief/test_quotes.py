"""Quotes are verbatim, from different accounts, typical, and never widened beyond their turn."""

from __future__ import annotations

import numpy as np
import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from next_evidence.brief.model import QuoteCard
from next_evidence.brief.quotes import is_complete, pick_quotes
from next_evidence.brief.verbatim import MAX_WORDS, MIN_WORDS, candidates
from next_evidence.records import Quote
from next_evidence.testing.builders import SPOKEN_AT, matches, turns, utterances

LONG_ENOUGH = "I refreshed twice and got two different totals."


def said(turn: str, text: str, *, start: int | None = None, account: str | None = "acme"):
    at = turn.index(text) if start is None else start
    common = {"utterance_id": "u1", "conversation_id": "c1", "account_id": account}
    return (
        matches({**common, "text": text, "pain_id": "trust", "persona_id": "lead"}),
        utterances(
            {
                **common,
                "source": "calls",
                "turn": 0,
                "start": at,
                "end": at + len(text),
                "text": text,
            }
        ),
        turns({"source": "calls", "conversation_id": "c1", "turn": 0, "text": turn}),
    )


def card(uid: str, text: str, *, account: str, confidence: float = 0.9, **where: str) -> QuoteCard:
    quote = Quote(
        uid,
        text,
        account,
        None,
        "Lead",
        "call",
        SPOKEN_AT,
        "",
        confidence,
        tier=where.get("tier", ""),
        segment=where.get("segment", ""),
    )
    return QuoteCard(quote, account.title(), where.get("source", "calls"))


def test_a_quote_is_the_stored_span():
    turn = f"Hello there. {LONG_ENOUGH} Bye."

    found = candidates(
        *said(turn, LONG_ENOUGH), {"acme": {"name": "Acme", "tier": "top", "segment": "smb"}}
    )

    (only,) = found.cards
    assert only.quote.text == LONG_ENOUGH
    assert (only.account, only.quote.tier, only.quote.segment, only.source) == (
        "Acme",
        "top",
        "smb",
        "calls",
    )
    assert found.refused_ids == ()


def test_a_span_that_the_turn_does_not_hold_is_refused_and_counted():
    turn = f"Hello there. {LONG_ENOUGH} Bye."

    found = candidates(*said(turn, LONG_ENOUGH, start=3), {})

    assert found.cards == ()
    assert len(found.refused_ids) == 1


def test_a_quote_whose_turn_is_gone_is_refused():
    rows = said(LONG_ENOUGH, LONG_ENOUGH)

    found = candidates(rows[0], rows[1], rows[2].clear(), {})

    assert (found.cards, len(found.refused_ids)) == ((), 1)


def test_only_accepted_matches_of_known_accounts_are_quoted():
    unknown = candidates(*said(LONG_ENOUGH, LONG_ENOUGH, account=None), {})
    match, utterance, turn = said(LONG_ENOUGH, LONG_ENOUGH)
    waiting = candidates(match.with_columns(status=pl.lit("review")), utterance, turn, {})

    assert unknown.cards == waiting.cards == ()


def test_a_short_remark_is_widened_to_what_follows_in_its_turn():
    turn = "Two truths. I say roughly before I read any of it aloud. Anyway."

    found = candidates(*said(turn, "Two truths."), {})

    (only,) = found.cards
    assert only.quote.text == "Two truths. I say roughly before I read any of it aloud."
    assert only.quote.text in turn


def test_a_short_remark_at_the_end_is_widened_to_what_precedes():
    turn = "Hi. We pulled both reports this morning for the board. Different again!"

    found = candidates(*said(turn, "Different again!"), {})

    assert (
        found.cards[0].quote.text
        == "We pulled both reports this morning for the board. Different again!"
    )


def test_what_cannot_be_widened_and_what_is_too_long_is_left_out():
    alone = candidates(*said("Two truths.", "Two truths."), {})
    endless = "word " * (MAX_WORDS + 1)
    long = candidates(*said(endless, endless.strip()), {})

    assert alone.cards == long.cards == ()
    assert alone.refused_ids == long.refused_ids == ()


def test_limits_count_words_inclusively():
    least, most = " ".join(["word"] * MIN_WORDS), " ".join(["word"] * MAX_WORDS)

    assert candidates(*said(least, least), {}).cards[0].quote.text == least
    assert candidates(*said(most, most), {}).cards[0].quote.text == most


@given(st.text(max_size=80), st.integers(0, 80), st.integers(0, 80))
def test_whatever_is_quoted_stands_in_the_turn(turn: str, first: int, second: int):
    start, end = sorted((min(first, len(turn)), min(second, len(turn))))
    text = turn[start:end]

    match, utterance, stored = said(turn, text, start=start)
    found = candidates(match, utterance, stored, {})

    assert all(c.quote.text in turn and len(c.quote.text.split()) >= MIN_WORDS for c in found.cards)


def test_one_quote_an_account():
    cards = [
        card(f"u{i}", f"The totals never match for reason {i} here.", account="acme")
        for i in range(5)
    ]

    assert len(pick_quotes(cards, count=4)) == 1


def test_the_typical_quote_comes_first_and_repeats_are_left_out():
    cards = [
        card("odd", "The cafeteria is closed again on Friday this week.", account="a"),
        card("one", "The numbers never match between billing and the CRM.", account="b"),
        card("two", "Billing numbers and CRM numbers do not match at all.", account="c"),
        card("same", "The numbers never match between billing and the CRM.", account="d"),
    ]
    vectors = {
        "odd": np.array([0.0, 1.0], dtype=np.float32),
        "one": np.array([1.0, 0.05], dtype=np.float32),
        "two": np.array([0.85, 0.5], dtype=np.float32),
        "same": np.array([1.0, 0.05], dtype=np.float32),
    }

    picked = [c.quote.utterance_id for c in pick_quotes(cards, count=4, vectors=vectors)]

    assert picked[0] in ("one", "same", "two")
    assert not {"one", "same"} <= set(picked)


def test_an_unheard_segment_is_preferred_among_equals():
    cards = [
        card("u1", "The figures differ between both of our systems.", account="a", segment="smb"),
        card("u2", "Finance and sales bring totals that never agree.", account="b", segment="smb"),
        card(
            "u3",
            "Nobody on the board believes this dashboard now.",
            account="c",
            segment="enterprise",
        ),
    ]
    equal = {f"u{i}": np.eye(3, dtype=np.float32)[i - 1] for i in (1, 2, 3)}

    picked = pick_quotes(cards, count=2, vectors=equal)

    assert {c.quote.segment for c in picked} == {"smb", "enterprise"}


def test_the_order_of_rows_does_not_matter():
    cards = [
        card(f"u{i}", f"Totals differ in system number {i} every week.", account=f"a{i}")
        for i in range(6)
    ]

    assert pick_quotes(cards, count=3) == pick_quotes(cards[::-1], count=3)


def test_no_candidates_no_quotes():
    assert pick_quotes([], count=4) == ()
    assert pick_quotes([card("u", "One two three four five six.", account="a")], count=0) == ()


def test_complete_sentences():
    assert is_complete("It broke again.")
    assert is_complete("“Why?”")
    assert not is_complete("and then it")
    assert not is_complete("it broke again.")
