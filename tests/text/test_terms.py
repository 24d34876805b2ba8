from __future__ import annotations

import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from next_evidence.text.terms import STOP_WORDS, document_frequencies, lemma, terms


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


def test_document_frequencies_count_texts_not_mentions():
    assert document_frequencies(["export export exports", "no export"])["export"] == 2


@given(st.text(max_size=300))
def test_terms_have_at_most_three_words_and_come_once(text):
    found = terms(text)

    assert len(found) == len(set(found))
    assert all(1 <= len(term.split(" ")) <= 3 for term in found)


def test_terms_need_no_spacy():
    assert "spacy" not in sys.modules["next_evidence.text.terms"].__dict__
