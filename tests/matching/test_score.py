import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from next_evidence.errors import EncoderError
from next_evidence.matching.profiles import build_profiles
from next_evidence.matching.score import (
    Prototypes,
    foreignness,
    in_register,
    score_utterances,
)
from next_evidence.personas.document import Persona
from next_evidence.personas.library import PersonaLibrary
from tests.matching.conftest import N_DIMS, WORDS, utterances
from tests.matching.random_head import random_head, random_scorer


@pytest.fixture
def score(encoder, profiles, head):
    def of(rows, against=profiles):
        vectors = encoder.encode(rows["text"].to_list())
        around = encoder.encode(rows["context"].to_list())
        return score_utterances(rows, vectors, around, profiles=against, head=head)

    return of


def test_statement_goes_to_the_pain_it_names(score):
    scores = score(utterances(("kim", "export export"), ("kim", "the login")))

    assert scores.pains[0].argmax() == 1
    assert scores.pains[0, 1] > 0.8
    assert scores.pains[1].argmax() == 0
    assert scores.personas[0].argmax() == 1


def test_noise_is_irrelevant_and_says_nothing_of_the_speaker(score):
    scores = score(utterances(("kim", "weather weather")))

    assert scores.relevance[0] < 0.1
    assert scores.pains.max() < 0.1
    assert np.abs(scores.personas).max() < 0.3


def test_relevant_statement_of_no_known_pain_is_left_to_none(score):
    scores = score(utterances(("kim", "stock stock")))

    assert scores.relevance[0] > 0.9
    assert scores.pains[0].max() < 0.3


def of_the_weather(encoder, n_examples):
    """A library about the weather, which the head takes for idle talk."""
    said = [f"weather weather {number}" for number in range(n_examples)]
    pain = {"id": "rain", "statement": "weather is wet", "examples": said}
    farmer = {"id": "farmer", "name": "Farmer", "pains": [pain]}
    return build_profiles(PersonaLibrary((Persona.model_validate(farmer),)), encoder)


def test_what_a_librarys_examples_sound_like_is_relevant_though_the_head_never_heard_such_a_pain(
    encoder, score
):
    scores = score(utterances(("kim", "weather weather")), of_the_weather(encoder, 12))

    assert scores.relevance[0] > 0.9


def test_a_head_that_knows_the_examples_for_pains_is_believed(profiles, head):
    assert foreignness(profiles, head) == 0.0


def test_without_examples_nothing_is_known_of_how_customers_talk(encoder, head):
    assert foreignness(of_the_weather(encoder, 0), head) == 0.0


def test_few_examples_are_believed_less_than_many(encoder, head):
    few, some, many = (foreignness(of_the_weather(encoder, n), head) for n in (1, 4, 400))

    assert 0 < few < some < many
    assert some == pytest.approx(many / 2, rel=0.1)


@given(
    log_odds=st.lists(st.floats(-20, 20), min_size=2, max_size=5).map(sorted),
    foreign=st.floats(0.01, 8),
)
def test_the_more_foreign_the_more_is_relevant_in_the_same_order(log_odds, foreign):
    here = np.array(log_odds)

    moved = in_register(here, foreign)

    assert np.array_equal(in_register(here, 0.0), here)
    assert (np.diff(moved) >= 0).all()
    assert in_register(np.array([-foreign]), foreign) == pytest.approx([foreign])
    assert (moved[here <= 0] >= here[here <= 0]).all()


def test_pains_of_one_persona_and_none_add_up_to_at_most_one(score, profiles):
    scores = score(utterances(("kim", "export invoice"), ("kim", "export login stock")))

    for persona in range(len(profiles.personas)):
        assert (scores.pains[:, profiles.of(persona)].sum(axis=1) <= 1.0 + 1e-5).all()


def test_denial_is_heard(score):
    scores = score(utterances(("kim", "export solved"), ("kim", "export fails")))

    assert scores.denial[0] > 0.9
    assert scores.denial[1] < 0.1


def test_another_encoders_vectors_are_refused(encoder, library, score):
    encoder.name = "other words"

    with pytest.raises(EncoderError, match="fitted on toy"):
        score(utterances(("kim", "export")), build_profiles(library, encoder))


def test_personas_without_pains_and_empty_tables_are_scored(encoder, score):
    bare = PersonaLibrary((Persona.model_validate({"id": "bare", "name": "Bare"}),))

    scores = score(utterances(("kim", "export")), build_profiles(bare, encoder))

    assert scores.pains.shape == (1, 0)
    assert np.isfinite(scores.personas).all()
    assert score(utterances()).relevance.shape == (0,)


@settings(deadline=None, max_examples=25)
@given(
    texts=st.lists(
        st.lists(st.sampled_from(WORDS), min_size=1, max_size=4).map(" ".join),
        min_size=1,
        max_size=8,
    ),
    data=st.data(),
)
def test_a_row_does_not_depend_on_the_others(texts, data):
    order = data.draw(st.permutations(range(len(texts))))
    score = random_scorer(384)

    whole, shuffled = score(texts), score([texts[i] for i in order])

    for name in ("relevance", "pains", "denial", "personas"):
        assert np.array_equal(getattr(whole, name)[list(order)], getattr(shuffled, name))
    alone = score(texts[:1])
    assert np.array_equal(whole.pains[:1], alone.pains)


def test_short_cut_gives_the_same_as_the_features(profiles, encoder):
    head = random_head(N_DIMS)
    text, context = (
        encoder.encode(["export rota", "login"]),
        encoder.encode(["stock", "invoice late"]),
    )

    prototypes = Prototypes.of(profiles, head)

    pain, world = prototypes.utilities(text, context)
    features = prototypes.features(text, context)
    assert pain == pytest.approx(features @ head.pain)
    assert world == pytest.approx(features @ head.world)


def test_a_row_is_the_same_to_the_last_bit_in_any_company(monkeypatch):
    # rounding to six decimals would hide most differences, and let one in a million through
    monkeypatch.setattr("next_evidence.matching.score.np.round", lambda values, _: values)
    score = random_scorer(384)
    texts = [f"statement {i}" for i in range(1500)]

    whole = score(texts)

    for first, last in ((0, 1), (3, 10), (1020, 1031), (700, 1500)):
        part = score(texts[first:last])
        assert np.array_equal(part.pains, whole.pains[first:last])
        assert np.array_equal(part.relevance, whole.relevance[first:last])
        assert np.array_equal(part.personas, whole.personas[first:last])
