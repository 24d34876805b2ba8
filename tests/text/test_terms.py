from __future__ import annotations

import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from next_evidence.text.models import default_lemma
from next_evidence.text.terms import (
    STOP_WORDS,
    TermReader,
    lemma,
    terms,
    written_terms,
)


def test_plural_and_singular_are_one_term():
    assert terms("board decks") == terms("Board deck")


@pytest.mark.parametrize(
    "word", ["status", "analysis", "sales", "access", "gas", "redis", "business"]
)
def test_words_that_end_in_s_are_not_cut(word):
    assert lemma(word) == word


def test_phrases_do_not_cross_punctuation_or_placeholders():
    found = terms("slow export, wrong totals [person] pricing")

    assert "slow export" in found
    assert not {"export wrong", "total pricing", "person"} & set(found)


def test_phrases_begin_and_end_with_content():
    found = terms("cost of goods in the export")

    assert "cost of goods" in found
    assert not any(
        term.split()[0] in STOP_WORDS or term.split()[-1] in STOP_WORDS for term in found
    )


@given(st.text(max_size=300))
def test_terms_have_at_most_three_words_and_come_once(text):
    found = terms(text)

    assert len(found) == len(set(found))
    assert all(1 <= len(term.split(" ")) <= 3 for term in found)


def test_terms_need_no_spacy():
    assert "spacy" not in sys.modules["next_evidence.text.terms"].__dict__


def test_a_term_is_shown_as_it_was_written():
    assert written_terms("Board Decks, then board deck")["board deck"] == "Board Decks"


def test_a_reader_leaves_out_numbers_in_words_and_joins_forms_by_its_lemma():
    reader = TermReader(lambda word: word.removesuffix("ed"))

    assert set(reader.terms("twenty boards stitched")) == {"boards", "boards stitch", "stitch"}
    assert reader.lemmas("Stitched, again") == " stitch again "


def test_a_reader_reads_a_text_once():
    asked = []
    reader = TermReader(lambda word: asked.append(word) or word)

    first, again = reader.terms("board deck"), reader.terms("board deck")

    assert first is again
    assert asked == ["board", "deck"]


@pytest.mark.model
@pytest.mark.parametrize(
    ("form", "joined"),
    [
        ("stitched", "stitch"),
        ("stitching", "stitch"),
        ("reconciles", "reconcile"),
        ("reporting", "report"),
        ("queries", "query"),
        ("status", "status"),
        ("built", "build"),
        ("wrong", "wrong"),
    ],
)
def test_the_models_tables_join_the_forms_of_a_verb(form, joined):
    assert default_lemma()(form) == joined


def test_without_the_model_plurals_are_joined():
    found = default_lemma("no_such_model")

    assert (found("dashboards"), found("stitched")) == ("dashboard", "stitched")
