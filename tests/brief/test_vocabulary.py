"""Words in a brief: which are listed, in which order, and what shows them."""

from dataclasses import replace

import polars as pl
import pytest

from next_evidence.brief.vocabulary import MAX_WORDS, telling, word_changes
from next_evidence.personas.document import Persona
from next_evidence.testing.briefs import sample
from next_evidence.testing.builders import shifts

PERSONA = Persona(id="ops-lead", name="Ops", language=("Board pack",))
LABELS = {"late": "It is late"}


def word(label, **more):
    return {"kind": "language", "pain_id": None, "label": label, "verdict": "surface", **more}


def listed(*rows):
    return word_changes(shifts(*rows), LABELS, PERSONA)


def test_gained_words_come_before_left_ones_and_the_clearest_first():
    told = listed(
        word("old", change=-0.3, q_value=0.001),
        word("vague", q_value=0.09),
        word("clear", q_value=0.01),
    )

    assert [(w.phrase, w.gained) for w in told] == [
        ("clear", True),
        ("vague", True),
        ("old", False),
    ]


def test_a_phrase_and_its_parts_are_told_once():
    told = listed(
        word("audit trail", q_value=0.01),
        word("Trail", q_value=0.02),
        word("the audit trail gap", q_value=0.03),
        word("audit trail", versus="document", q_value=0.04),
        word("trailing", q_value=0.05),
    )

    assert [w.phrase for w in told] == ["audit trail", "trailing"]


def test_a_word_knows_its_pain_and_whether_the_document_lists_it():
    told = listed(word("board pack", pain_id="late"), word("ledger"))

    assert {(w.phrase, w.pain, w.listed) for w in told} == {
        ("board pack", "It is late", True),
        ("ledger", "", False),
    }


def test_a_brief_lists_a_few_words_and_no_segments():
    told = listed(*(word(f"w{n}") for n in range(20)), word("part", segment="smb", q_value=0.0))

    assert len(told) == MAX_WORDS
    assert "part" not in {w.phrase for w in told}


@pytest.mark.parametrize(
    ("text", "shows"),
    [
        ("A Board\tDeck, again", True),
        ("keyboard decks", False),
        ("board decking", False),
        ("c++ (twice)", False),
    ],
)
def test_a_statement_shows_a_phrase_as_whole_words(text, shows):
    said = pl.DataFrame({"text": [text]})

    assert said.filter(telling(["board deck"])).height == shows
    assert said.filter(telling([])).is_empty()


def composed(**changes):
    base = sample("strong")
    return replace(base, **changes).compose()


def test_a_gained_word_is_shown_by_the_shortest_statement_that_has_it():
    brief = composed()

    gained, left = brief.words
    assert (gained.phrase, left.phrase) == ("opp count", "board pack")
    assert "Opp count" in gained.quote.quote.text
    assert left.quote is None


def test_words_are_never_a_change_of_a_brief_nor_watched():
    brief = composed()

    told = (*brief.changes, *brief.watch, *brief.not_surfaced)
    assert "language" not in {change.kind for change in told}
    assert "pivot" not in {word.phrase for word in brief.words}


@pytest.mark.parametrize(("state", "shown"), [("nothing_to_say", 2), ("withheld", 0)])
def test_words_stand_in_a_steady_brief_but_not_in_one_that_is_withheld(state, shown):
    base = sample("strong")

    brief = composed(outcome=replace(base.outcome, passed=False, state=state))

    assert brief.lead is None
    assert len(brief.words) == shown


def test_a_gained_word_that_the_document_lacks_is_suggested():
    told = [s.label for s in composed().suggestions if s.kind == "phrase"]

    assert told == ["opp count"]
