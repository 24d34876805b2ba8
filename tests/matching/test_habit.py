"""What a speaker says elsewhere in the cycle weighs in, and nothing else does."""

import numpy as np
import polars as pl
import pytest

from next_evidence.matching.habit import with_habit

OWN = np.array([[True, True, False]])


def said(*rows):
    return pl.DataFrame(
        [{"speaker_key": s, "conversation_id": c, "turn": t} for s, c, t in rows],
        schema={"speaker_key": pl.String, "conversation_id": pl.String, "turn": pl.Int64},
    )


def test_a_speaker_who_says_one_thing_keeps_the_chances_of_their_wording():
    chances = np.array([[0.4, 0.3, 0.2]])

    assert with_habit(chances, said(("ann", "c1", 0)), OWN).tolist() == [[0.4, 0.3, 0.0]]


def test_a_pain_told_in_another_turn_gains_on_the_others_and_none_keeps_its_odds_against_a_uniform_prior():
    chances = np.array([[0.4, 0.4, 0.0], [1.0, 0.0, 0.0]])

    found = with_habit(chances, said(("ann", "c1", 0), ("ann", "c2", 0)), np.repeat(OWN, 2, axis=0))

    # prior (2 + 1) / 5 and 2 / 5 instead of a half each
    assert found[0] == pytest.approx([0.48, 0.32, 0.0])
    assert found[1] == pytest.approx([1.0, 0.0, 0.0])


def test_sentences_of_one_turn_are_one_thing_said():
    own = np.repeat(OWN, 4, axis=0)
    chances = np.array([[0.4, 0.4, 0.0], [1.0, 0.0, 0.0], [1.0, 0.0, 0.0], [1.0, 0.0, 0.0]])
    one_turn = with_habit(chances, said(*[("ann", "c1", 0)] * 4), own)
    three_turns = with_habit(chances, said(*[("ann", "c1", t) for t in range(4)]), own)

    assert one_turn[0, 0] == pytest.approx(0.48)
    assert three_turns[0, 0] > one_turn[0, 0]


def test_other_people_and_other_personas_pains_count_for_nothing():
    own = np.array([[True, True, False], [True, True, False], [False, False, True]])
    chances = np.array([[0.4, 0.3, 0.3], [0.9, 0.0, 0.1], [0.9, 0.05, 0.05]])

    found = with_habit(chances, said(("ann", "c1", 0), ("bo", "c1", 1), ("cy", "c1", 2)), own)

    assert found[0].tolist() == [0.4, 0.3, 0.0]
    assert found[2].tolist() == [0.0, 0.0, 0.05]


def test_the_order_of_rows_does_not_matter():
    rng = np.random.default_rng(0)
    chances = np.round(rng.dirichlet(np.ones(6), 200)[:, :5], 6)
    rows = [
        (f"s{a}", f"c{b}", int(t)) for a, b, t in zip(rng.integers(0, 9, 200), rng.integers(0, 9, 200), rng.integers(0, 4, 200), strict=True)
    ]  # fmt: skip
    own = np.ones_like(chances, dtype=bool)
    order = rng.permutation(200)

    whole = with_habit(chances, said(*rows), own)
    mixed = with_habit(chances[order], said(*[rows[i] for i in order]), own)

    assert (whole[order] == mixed).all()
    assert (whole.sum(axis=1) <= 1.0 + 1e-5).all()


def test_nobody_said_anything():
    assert with_habit(np.zeros((0, 3)), said(), np.zeros((0, 3), dtype=bool)).shape == (0, 3)
