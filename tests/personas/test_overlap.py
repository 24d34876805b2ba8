import numpy as np

from next_evidence.personas.document import parse_persona
from next_evidence.personas.library import PersonaLibrary
from next_evidence.personas.overlap import Overlap, find_alike, find_overlaps, find_thin


def library(*pains: tuple[str, list[str]]) -> PersonaLibrary:
    lines = ["id: p", "name: P", "pains:"]
    for pain_id, texts in pains:
        lines += [
            f"  - id: {pain_id}",
            f"    statement: {texts[0]}",
            f"    examples: [{', '.join(texts[1:])}]",
        ]
    return PersonaLibrary((parse_persona("\n".join(lines), origin="p.yaml"),))


def unit(*numbers: float) -> np.ndarray:
    vector = np.array(numbers, dtype=np.float32)
    return vector / np.linalg.norm(vector)


def test_two_pains_whose_texts_are_mixed_overlap_and_show_their_closest_texts():
    vectors = {
        "a1": unit(1, 0, 0.1),
        "a2": unit(0, 1, 0),
        "b1": unit(1, 0, 0),
        "b2": unit(0, 1, 0.1),
    }

    (overlap,) = find_overlaps(library(("a", ["a1", "a2"]), ("b", ["b1", "b2"])), vectors)

    assert (overlap.first, overlap.second) == ("p/a", "p/b")
    assert {overlap.first_text, overlap.second_text} in ({"a1", "b1"}, {"a2", "b2"})


def test_two_pains_apart_do_not_overlap():
    vectors = {"a1": unit(1, 0), "a2": unit(1, 0.1), "b1": unit(0, 1), "b2": unit(0.1, 1)}

    assert find_overlaps(library(("a", ["a1", "a2"]), ("b", ["b1", "b2"])), vectors) == ()


def test_a_persona_without_pains_or_titles_is_hinted_at():
    empty = PersonaLibrary((parse_persona("id: p\nname: P\n", origin="p.yaml"),))

    assert len(find_thin(empty)) == 2
    assert find_overlaps(empty, {}) == ()


def two(first_titles: str, second_titles: str) -> PersonaLibrary:
    text = "id: {}\nname: X\ndescription: d-{}\napplies_to: {{titles: [{}]}}\npains: [{{id: k, statement: {}}}]\n"
    return PersonaLibrary(
        tuple(
            parse_persona(text.format(i, i, titles, f"s{i}"), origin="x")
            for i, titles in (("a", first_titles), ("b", second_titles))
        )
    )


def test_personas_that_list_one_title_or_share_half_their_pains_are_alike():
    apart = {"sa": unit(1, 0), "sb": unit(0, 1)}

    def alike(first, second, vectors):
        documents = two(first, second)
        return find_alike(documents, find_overlaps(documents, vectors))

    assert alike("Ops Lead", "Admin", apart) == ()
    (by_title,) = alike("Ops Lead, Buyer", "ops lead", apart)
    assert (by_title.titles, by_title.pains) == (("Ops Lead",), 0)
    assert (by_title.first_description, by_title.second_description) == ("d-a", "d-b")
    shared = Overlap("a/k", "b/k", "sa", "sb", 0.9, "")
    (by_pain,) = find_alike(two("Ops Lead", "Admin"), [shared])
    assert (by_pain.titles, by_pain.pains, by_pain.of) == ((), 1, 1)
