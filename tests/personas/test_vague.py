"""Pains that fit everybody."""

from pathlib import Path

import numpy as np
import pytest
import yaml

from next_evidence.personas.document import parse_persona
from next_evidence.personas.library import PersonaLibrary
from next_evidence.personas.vague import VAGUE_STATEMENTS, find_vague

TRAIN = Path(__file__).resolve().parents[2] / "benchmarks" / "corpus" / "train"
HELD_OUT = (  # written after VAGUE_STATEMENTS was fixed, by nobody's document
    "Things are difficult", "We lose time", "Our process is inefficient", "Life is hard at work", "Not enough resources",
    "Lack of productivity", "Too many challenges", "We struggle a lot", "Poor experience", "Wants better results",
    "Needs more value", "It is complicated", "Wasting time", "Tools are bad", "It should just work", "Growth is slow",
)  # fmt: skip


def library(*statements):
    pains = ", ".join(f"{{id: p{n}, statement: {s!r}}}" for n, s in enumerate(statements))
    text = f"id: ops\nname: Ops\npains: [{pains}]\n"
    return PersonaLibrary((parse_persona(text, origin="ops.yaml"),))


def found(encoder, *statements):
    texts = [*statements, *VAGUE_STATEMENTS]
    vectors = dict(zip(texts, encoder.encode(texts), strict=True))
    return find_vague(library(*statements), vectors)


class Planes:
    """Statements of what fits everybody lie along the first axis, each a little off; all others where a test says."""

    def __init__(self, **places):
        rng = np.random.default_rng(1)
        self.places = {
            text: np.array([1.0, 0, 0]) + 0.8 * rng.random(3) for text in VAGUE_STATEMENTS
        }
        self.places |= {text: np.array(place) for text, place in places.items()}

    def encode(self, texts):
        return [
            (self.places[text] / np.linalg.norm(self.places[text])).astype(np.float32)
            for text in texts
        ]


def test_what_lies_among_statements_that_fit_everybody_is_vague_and_the_vaguest_comes_first():
    places = Planes(near=(1.0, 0.5, 0.1), at=(1.4, 0.4, 0.4), far=(0.5, 1.0, 0.0))

    first, second = found(places, "near", "far", "at")

    assert (first.pain, second.pain) == ("ops/p2", "ops/p0")
    assert first.like in VAGUE_STATEMENTS
    assert first.similarity > second.similarity > 0.9


def test_a_library_without_pains_has_no_vague_ones():
    assert found(Planes()) == ()


@pytest.mark.slow
def test_the_packaged_encoder_finds_vague_statements_and_spares_documents():
    from next_evidence.assets import packaged
    from next_evidence.encoding.onnx import default_cache_dir, load_onnx_encoder

    encoder = load_onnx_encoder(default_cache_dir(), adapter=packaged("encoder_adapter"))
    written = [
        pain["statement"]
        for path in sorted(TRAIN.glob("*.yaml"))
        for persona in yaml.safe_load(path.read_text())["personas"]
        for pain in persona["pains"]
    ]

    assert len(found(encoder, *HELD_OUT)) >= 0.6 * len(HELD_OUT)
    assert len(found(encoder, *written)) <= 0.02 * len(written)
    assert np.isfinite([vague.similarity for vague in found(encoder, *HELD_OUT)]).all()
