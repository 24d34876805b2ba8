"""What the documents claim."""

from next_evidence.drift.claims import claimed_pairs, claims, label_of, top_pain
from next_evidence.personas.document import Pain, Persona
from next_evidence.personas.library import PersonaLibrary

EXPORT, SYNC, COST = (Pain(id=i, statement=f"About {i}") for i in ("export", "sync", "cost"))


def persona(**more):
    return Persona(id="ops-lead", name="Ops lead", pains=(EXPORT, SYNC, COST), **more)


def test_claims_rank_priorities_first_then_the_rest_as_they_stand():
    table = claims(PersonaLibrary((persona(priorities=("sync",)),)))

    assert table.select("pain_id", "rank", "ranked").rows() == [
        ("sync", 1, True),
        ("export", 2, False),
        ("cost", 3, False),
    ]


def test_claims_leave_out_personas_that_are_not_tracked():
    assert claims(PersonaLibrary((persona(tracking="off"),))).is_empty()


def test_top_pain_of_a_document_without_pains_is_none():
    assert top_pain(Persona(id="empty", name="Empty")) is None
    assert top_pain(persona()) == "export"


def test_claimed_pairs_are_neighbours_below_the_top():
    assert claimed_pairs(persona(priorities=("cost", "sync", "export"))) == (("sync", "export"),)
    assert claimed_pairs(persona()) == ()


def test_label_of_a_pain_that_no_document_has_is_its_id():
    assert label_of(persona(), "export") == "About export"
    assert label_of(persona(), "p-17") == "p-17"
