import numpy as np

from next_evidence.matching.profiles import ExtraPain, PainKey, build_profiles, normal_title
from next_evidence.personas.library import PersonaLibrary


def test_pains_come_in_the_order_of_their_keys(profiles):
    assert profiles.personas == ("admin", "ops")
    assert profiles.pains == (("admin", "login"), ("ops", "export"), ("ops", "invoice"))
    assert profiles.pain_persona.tolist() == [0, 1, 1]
    assert profiles.statement.tolist() == [0, 1, 3]


def test_order_of_documents_does_not_matter(library, encoder, profiles):
    other = build_profiles(PersonaLibrary(library.personas[::-1]), encoder)

    assert other.pains == profiles.pains
    assert np.array_equal(other.prototypes, profiles.prototypes)


def test_accepted_examples_join_their_pain_once_and_strangers_are_left_out(library, encoder):
    key = PainKey("ops", "invoice")
    extra = {key: ["invoice late", "invoice is wrong"], PainKey("ops", "gone"): ["stock"]}

    profiles = build_profiles(library, encoder, extra_examples=extra)

    own = profiles.pains.index(key)
    assert (profiles.prototype_pain == own).sum() == 2
    assert all(pain.pain_id != "gone" for pain in profiles.pains)


def test_confirmed_pain_of_a_known_persona_is_added(library, encoder):
    found = ExtraPain(PainKey("ops", "stock"), "stock is off")
    lost = ExtraPain(PainKey("nobody", "stock"), "stock is off")

    profiles = build_profiles(library, encoder, extra_pains=[found, lost])

    assert found.key in profiles.pains
    assert lost.key not in profiles.pains


def test_titles_are_compared_without_case_signs_and_short_forms():
    assert normal_title("Sr. Ops-Mgr ") == "senior ops manager"
    assert normal_title(None) == ""
