import pytest

from next_evidence.errors import LibraryError
from next_evidence.personas.document import parse_persona
from next_evidence.personas.library import read_library

MINIMAL = (
    "id: ops-lead\nname: Ops Lead\npains:\n  - {id: export, statement: Exports take my week}\n"
)


def test_words_stay_the_words_that_were_typed():
    persona = parse_persona(
        MINIMAL + "language: [1099, No, yes, 3.10, 2026-01-01]\n", origin="a.yaml"
    )

    assert persona.language == ("1099", "No", "yes", "3.10", "2026-01-01")


def test_one_word_where_a_list_is_expected_is_a_list_of_one():
    assert parse_persona(MINIMAL + "channels: calls\n", origin="a.yaml").channels == ("calls",)


def test_an_unknown_key_is_reported_with_its_line_and_the_keys_there_are():
    with pytest.raises(LibraryError) as caught:
        parse_persona(MINIMAL + "prioritys: [export]\n", origin="library/a.yaml")

    assert "library/a.yaml" in str(caught.value)
    assert "line 5: prioritys: unknown key" in str(caught.value)
    assert "priorities" in str(caught.value)


def test_unknown_references_are_all_reported():
    text = MINIMAL + "priorities: [export, exprot]\nmessaging: [{claim: x, answers: nothing}]\n"

    with pytest.raises(LibraryError) as caught:
        parse_persona(text, origin="a.yaml")

    assert "exprot" in str(caught.value)
    assert "nothing" in str(caught.value)


def test_pains_left_out_of_priorities_rank_after_them_in_document_order():
    text = (
        "id: p\nname: P\npriorities: [c]\npains:\n"
        "  - {id: a, statement: A}\n  - {id: b, statement: B}\n  - {id: c, statement: C}\n"
    )

    assert parse_persona(text, origin="a.yaml").claimed_order == ("c", "a", "b")


def test_a_persona_without_pains_is_read():
    assert parse_persona("id: p\nname: P\n", origin="a.yaml").pains == ()


@pytest.mark.parametrize(
    "text", ["", "# only a comment\n", "just words", "[1, 2]", "id: [\n", "a: &x [*x]\n"]
)
def test_what_is_no_persona_is_refused_with_its_file(text):
    with pytest.raises(LibraryError, match=r"a\.yaml"):
        parse_persona(text, origin="a.yaml")


def test_a_wrong_document_is_reported_and_the_others_are_kept():
    reading = read_library({"a.yaml": MINIMAL, "b.yaml": "id: b\n", "c.yaml": MINIMAL})

    assert [persona.id for persona in reading.library] == ["ops-lead"]
    assert [problem.origin for problem in reading.problems] == ["b.yaml", "c.yaml"]
