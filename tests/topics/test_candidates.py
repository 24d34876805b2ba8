"""From a topic to a candidate: who belongs, and does it grow?"""

from __future__ import annotations

import numpy as np
import pytest

from next_evidence.topics.candidates import (
    FEATURES,
    belongs,
    beyond_usual,
    crowd,
    features,
    growth,
    propose,
    settle,
    shuffled,
)
from next_evidence.topics.novelty import membership, novelty
from next_evidence.topics.space import mean_statement
from next_evidence.topics.speech import persona_speech

C = tuple(f"2026-{month:02d}" for month in range(1, 10))


def speech_of(small, cycles=C):
    import polars as pl

    from next_evidence.topics.tables import KNOWN

    frame, vectors = small.frames()
    return persona_speech(
        frame, vectors, persona_id="ops-lead", known=pl.DataFrame(small.known, schema=KNOWN, orient="row"),
        cycles=cycles, window_cycles=3, relevant_at=0.5,
    )  # fmt: skip


def about(speech, topic: str) -> np.ndarray:
    return np.array([topic in text for text in speech.texts])


@pytest.fixture
def speech(small):
    return speech_of(small.usual(cycles=C).chorus("chatbot", C[7:]))


def test_growth_finds_the_onset_and_counts_accounts(speech):
    grown = growth(speech, about(speech, "chatbot"), window_cycles=3)

    assert (grown.onset, grown.raising_before, grown.raising_since) == (7, 0, 16)
    assert (grown.heard_before, grown.heard_since) == (7 * 24, 2 * 24)
    assert grown.score > 5
    assert shuffled(speech, about(speech, "chatbot"), 7) < 0.001


def test_growth_does_not_rise_when_one_account_repeats_itself(small):
    small.usual(cycles=C)
    for cycle in C[7:]:
        for _ in range(9):
            small.say(cycle, "a00", "chatbot")
    speech = speech_of(small)

    grown = growth(speech, about(speech, "chatbot"), window_cycles=3)

    assert grown.raising_since == 2
    assert grown.score < 3
    assert shuffled(speech, about(speech, "chatbot"), 7) > 0.02


def test_growth_is_not_known_without_a_past(small):
    speech = speech_of(small.usual(cycles=C[:3]).chorus("chatbot", C[2:3]), C[:3])

    grown = growth(speech, about(speech, "chatbot"), window_cycles=3)

    assert (grown.onset, grown.score, grown.lift) == (None, 0.0, 0.0)


def test_settling_takes_back_what_matching_had_given_to_a_known_pain(small):
    small.usual(cycles=C).chorus("chatbot", C[7:], accounts=6)
    for a in range(6, 10):
        small.say(C[8], f"a{a:02d}", "chatbot", status="accepted", pain="price")
    speech = speech_of(small)
    left_over = about(speech, "chatbot") & (speech.matched < 0)

    centroid, rows = settle(speech, left_over)

    assert np.array_equal(rows, about(speech, "chatbot"))
    assert np.allclose(centroid, mean_statement(speech.vectors[rows]))


def test_a_statement_nearer_to_a_known_pain_does_not_belong(speech):
    centroid = speech.vectors[about(speech, "export")].mean(axis=0)

    assert not belongs(speech, centroid)[about(speech, "export")].all()
    assert not belongs(speech, centroid)[about(speech, "sync")].any()


def test_a_new_pain_is_likelier_than_a_missed_one(speech):
    new = propose(speech, about(speech, "chatbot") & speech.in_window, window_cycles=3)
    missed = propose(
        speech, about(speech, "sync") & (speech.matched < 0) & speech.in_window, window_cycles=3
    )

    assert new.novelty > 0.9 > 0.3 > missed.novelty


def test_features_are_as_many_as_their_names(speech):
    rows = about(speech, "chatbot")
    grown = growth(speech, rows, window_cycles=3)

    values = features(speech, speech.vectors[rows].mean(axis=0), rows, grown)

    assert values.shape == (len(FEATURES),)
    assert 0.0 <= novelty(values) <= 1.0


def test_without_known_pains_everything_can_still_be_weighed(small):
    small.known.clear()
    speech = speech_of(small.usual(cycles=C).chorus("chatbot", C[7:]))

    assert 0.0 <= propose(speech, about(speech, "chatbot"), window_cycles=3).novelty <= 1.0


def test_membership_rises_with_the_candidate_and_falls_with_the_known_pain():
    near = np.array([0.3, 0.6, 0.6])
    known = np.array([0.0, 0.0, 0.4])

    chances = membership(near, known, np.full(3, 0.9), np.full(3, 0.3))

    assert chances[1] > chances[0]
    assert chances[1] > chances[2]
    assert ((chances > 0) & (chances < 1)).all()


def test_growth_compares_calls_with_calls():
    """One account in two raises it in tickets, none in surveys, before and since; only surveys stop."""
    heard = np.zeros((20, 2, 6), dtype=bool)
    heard[:, 0, :] = True
    heard[:, 1, :4] = True
    raising = np.zeros_like(heard)
    raising[::2, 0, :] = True

    score, lift = beyond_usual(heard, raising, 4)

    assert abs(score) < 1e-9
    assert abs(lift) < 1e-9


def test_growth_matches_the_textbook_formula_for_one_kind():
    heard = np.ones((10, 1, 2), dtype=bool)
    raising = np.zeros_like(heard)
    raising[:3, 0, 0] = raising[:7, 0, 1] = True

    score, _ = beyond_usual(heard, raising, 1)

    # 7 of 10 against 3 of 10: usual 5, variance 10 * 10 * 10 * 10 / (20**2 * 19)
    assert score == pytest.approx(2.0 / np.sqrt(10_000 / (400 * 19)), abs=1e-6)


def test_a_crowd_is_what_lies_outside_and_is_no_retelling(speech):
    own = about(speech, "chatbot")
    known = np.flatnonzero(about(speech, "export"))[:1]

    assert crowd(speech, known, own)[0] > crowd(speech, np.flatnonzero(own)[:1], own)[0]
    assert crowd(speech, known, np.ones(len(speech), dtype=bool)).tolist() == [0.0]
