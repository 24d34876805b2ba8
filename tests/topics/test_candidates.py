"""From what was said to a candidate: what grows, and is it told apart from its past?"""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from next_evidence.settings import TopicSettings
from next_evidence.topics.candidates import (
    _grown_neighbourhoods,
    _nearest,
    _said_before,
    beyond_usual,
    candidates,
    growth_since,
    shuffled,
)
from next_evidence.topics.separate import Past
from next_evidence.topics.speech import persona_speech
from next_evidence.topics.tables import KNOWN

C = tuple(f"2026-{month:02d}" for month in range(1, 10))


def speech_of(small, cycles=C):
    frame, vectors = small.frames()
    return persona_speech(
        frame, vectors, np.array(small.contexts), persona_id="ops-lead", known=pl.DataFrame(small.known, schema=KNOWN, orient="row"),
        cycles=cycles, window_cycles=3, relevant_at=0.5,
    )  # fmt: skip


def about(speech, topic: str) -> np.ndarray:
    return np.array([topic in text for text in speech.texts])


def one_loud_account(small, *, times: int):
    """The usual talk, and one account that says the same so many times a cycle from the eighth on."""
    small.usual(cycles=C)
    for cycle in C[7:]:
        for _ in range(times):
            small.say(cycle, "a00", "chatbot")
    return small


@pytest.fixture
def speech(small):
    return speech_of(small.usual(cycles=C).chorus("chatbot", C[7:]))


def test_what_grew_is_one_candidate_with_its_onset(speech):
    found = candidates(speech, TopicSettings())

    assert len(found) == 1
    grown, new = found[0].growth, about(speech, "chatbot")
    assert (grown.onset, grown.heard_before, grown.heard_since) == (7, 7 * 24, 2 * 24)
    assert grown.raising_since >= 16
    assert grown.score > 5
    assert found[0].rows[new].all()
    assert found[0].rows.sum() <= 24
    assert shuffled(speech, found[0].rows, 7) < 0.001


def test_growth_does_not_rise_when_one_account_repeats_itself(small):
    speech = speech_of(one_loud_account(small, times=9))

    grown = growth_since(speech, about(speech, "chatbot"), 7)

    assert grown.raising_since == 2
    assert grown.score < 3
    assert shuffled(speech, about(speech, "chatbot"), 7) > 0.02


def test_without_a_past_there_is_no_candidate(small):
    assert candidates(speech_of(small.usual(cycles=C[:3]).chorus("chatbot", C[2:3]), C[:3]), TopicSettings()) == []  # fmt: skip


def test_what_grows_with_its_known_pain_is_told_by_its_growth(small):
    small.usual(cycles=C).chorus("price", C[7:], accounts=20, status="accepted", confidence=0.8)
    small.chorus("hosting", C[7:], status="accepted", pain="price", confidence=0.6)
    speech = speech_of(small)

    found = candidates(speech, TopicSettings())

    assert {speech.known_ids[c.known] for c in found} == {"price"}
    assert min(c.known_growth for c in found) > 3


def test_without_known_pains_a_group_can_still_be_found(small):
    small.known.clear()
    speech = speech_of(small.usual(cycles=C).chorus("chatbot", C[7:]))

    assert [c.known for c in candidates(speech, TopicSettings())] == [-1]


def test_separating_takes_in_what_the_seed_lacked_and_leaves_out_what_the_past_had(speech):
    new, old = about(speech, "chatbot"), about(speech, "export")
    seed = np.zeros(len(speech), dtype=bool)
    seed[np.flatnonzero(new)[:6]] = True
    seed[np.flatnonzero(old & (speech.cycle >= 7))[:1]] = True

    found = Past(speech, 7).separate(seed)

    assert found.core[new].all()
    assert (found.core & (speech.cycle >= 7)).sum() <= 24
    assert found.chances[new].min() > 0.95
    assert (found.chances[~new] > 0.5).mean() < 0.1
    again = found.claim.chances(speech.centred)
    assert again[new].min() > 0.95
    assert (again[~new] > 0.5).mean() < 0.1


def test_what_was_said_all_along_cannot_be_separated(small):
    speech = speech_of(small.usual(cycles=C))

    assert Past(speech, 7).separate(about(speech, "export")) is None


def test_too_few_statements_cannot_be_separated(speech):
    seed = np.zeros(len(speech), dtype=bool)
    seed[np.flatnonzero(about(speech, "chatbot"))[:3]] = True

    assert Past(speech, 7).separate(seed) is None


def test_growth_compares_calls_with_calls():
    """One account in two raises it in tickets, none in surveys, before and since; only surveys stop."""
    heard = np.zeros((20, 2, 6), dtype=bool)
    heard[:, 0, :] = True
    heard[:, 1, :4] = True
    raising = np.zeros_like(heard)
    raising[::2, 0, :] = True

    score = beyond_usual(heard, raising, 4)

    assert abs(score) < 1e-9


def test_growth_matches_the_textbook_formula_for_one_kind():
    heard = np.ones((10, 1, 2), dtype=bool)
    raising = np.zeros_like(heard)
    raising[:3, 0, 0] = raising[:7, 0, 1] = True

    score = beyond_usual(heard, raising, 1)

    # 7 of 10 against 3 of 10: usual 5, variance 10 * 10 * 10 * 10 / (20**2 * 19)
    assert score == pytest.approx(2.0 / np.sqrt(10_000 / (400 * 19)), abs=1e-6)


def test_what_grows_near_single_statements_is_counted_as_in_any_group(speech):
    grown = _grown_neighbourhoods(speech, 1, (6, 7, 8))

    assert grown
    heard = speech.heard()
    for score, onset, rows in grown:
        mask = np.zeros(len(speech), dtype=bool)
        mask[rows] = True
        recent = rows[speech.cycle[rows] >= onset]
        assert score == pytest.approx(beyond_usual(heard, speech.heard(mask), onset))
        assert 2 * len(recent) >= len(rows)
        assert len(np.unique(speech.account[recent])) >= 4
    _, _, most = max(grown, key=lambda g: g[0])
    assert about(speech, "chatbot")[most].mean() > 0.8


def test_a_code_that_stands_further_left_was_said_before():
    rng = np.random.default_rng(2)
    codes = rng.integers(0, 6, size=(20, 15))

    before = _said_before(codes)

    for row, said in zip(codes.tolist(), before.tolist(), strict=True):
        assert said == [code in row[:i] for i, code in enumerate(row)]


def test_one_loud_account_makes_no_neighbourhood(small):
    speech = speech_of(one_loud_account(small, times=12))

    grown = _grown_neighbourhoods(speech, 1, (6, 7, 8))

    assert not any(about(speech, "chatbot")[rows].mean() > 0.5 for _, _, rows in grown)


def test_the_nearest_are_those_that_sorting_all_gives_also_among_equals():
    rng = np.random.default_rng(3)
    vectors = np.round(rng.normal(size=(700, 4)), 1)
    vectors[300:330] = vectors[5]
    rows = np.arange(0, 700, 2)

    near = _nearest(vectors, rows, 40)

    every = np.argsort(-np.round(vectors[rows] @ vectors.T, 6), axis=1, kind="stable")[:, :40]
    np.testing.assert_array_equal(near, every)
