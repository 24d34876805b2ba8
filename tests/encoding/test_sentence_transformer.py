import sys

import numpy as np
import pytest

from next_evidence.encoding.onnx import GOLDEN
from next_evidence.encoding.packaged import minilm_weights
from next_evidence.encoding.sentence_transformer import (
    SentenceTransformerEncoder,
    load_sentence_transformer,
)
from next_evidence.errors import EncoderError


class TinyModel:
    """What the wrapper asks of a sentence-transformers model, without one."""

    max_seq_length = 8

    def __init__(self, *, weight=1.0, dtype="float32"):
        import torch

        self.weights = {"scale": torch.tensor(weight, dtype=getattr(torch, dtype))}

    def __str__(self):
        return "TinyModel"

    def state_dict(self):
        return self.weights

    def encode(self, texts, *, normalize_embeddings, batch_size, **_):
        assert normalize_embeddings
        for text in texts:
            text.encode("utf-8")
        vectors = np.array([[len(text), 1.0] for text in texts])
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def tiny(**changes):
    return SentenceTransformerEncoder(TinyModel(**changes), name="tiny")


def test_gives_float32_unit_vectors_in_order():
    vectors = tiny().encode(["export", "", "half a pair \ud83d"])

    assert vectors.dtype == np.float32
    assert vectors.shape == (3, 2)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-6)
    assert tiny().encode([]).shape == (0, 2)


def test_the_fingerprint_follows_weights_and_their_precision():
    assert tiny().fingerprint == tiny().fingerprint
    assert tiny(weight=1.001).fingerprint != tiny().fingerprint
    assert tiny(dtype="bfloat16").fingerprint != tiny().fingerprint


def test_without_the_library_the_error_says_what_to_install(monkeypatch):
    monkeypatch.setattr(
        "next_evidence.encoding.sentence_transformer.find_spec", lambda name: None, raising=True
    )

    with pytest.raises(EncoderError, match="pip install sentence-transformers"):
        load_sentence_transformer("any")


def test_importing_the_module_does_not_import_torch():
    import subprocess

    code = (
        "import sys, next_evidence.encoding.sentence_transformer; sys.exit('torch' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.model
@pytest.mark.slow
def test_a_model_folder_is_loaded_without_a_network(tmp_path):
    encoder = load_sentence_transformer(str(minilm_weights()), device="cpu")

    vectors = encoder.encode(GOLDEN)

    assert encoder.n_dims == vectors.shape[1] == 384
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    again = load_sentence_transformer(str(minilm_weights()), device="cpu")
    assert again.fingerprint == encoder.fingerprint
    with pytest.raises(EncoderError, match="not on this machine"):
        load_sentence_transformer(str(tmp_path / "secret-token"))
