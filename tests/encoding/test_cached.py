import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from next_evidence.encoding.cached import CHUNK, CachedEncoder, MemoryVectors, text_key
from next_evidence.errors import EncoderError


class LengthEncoder:
    """Vectors that depend on the text alone, and a list of what was asked."""

    name, n_dims, fingerprint = "lengths", 3, "lengths-1"

    def __init__(self, *, fails_after=None):
        self.calls = []
        self.fails_after = fails_after

    def encode(self, texts):
        if len(self.calls) == self.fails_after:
            raise KeyboardInterrupt
        self.calls.append(list(texts))
        raw = np.array([[len(text), text.count("e"), 1] for text in texts], dtype=np.float32)
        return raw / np.linalg.norm(raw, axis=1, keepdims=True)


class RoundingVectors(MemoryVectors):
    def put(self, keys, vectors):
        super().put(keys, vectors.astype(np.float16).astype(np.float32))


def memory():
    return MemoryVectors(LengthEncoder.fingerprint, LengthEncoder.n_dims)


def test_a_repeated_text_is_encoded_once_and_every_place_gets_it():
    inner = LengthEncoder()

    vectors = CachedEncoder(inner, memory()).encode(["export", "sso", "export"])

    assert inner.calls == [["export", "sso"]]
    np.testing.assert_array_equal(vectors[0], vectors[2])
    np.testing.assert_allclose(vectors, LengthEncoder().encode(["export", "sso", "export"]))


def test_a_known_text_is_never_encoded_again():
    store = memory()
    CachedEncoder(LengthEncoder(), store).encode(["export", "sso"])
    later = LengthEncoder()

    CachedEncoder(later, store).encode(["sso", "audit log", "export"])

    assert later.calls == [["audit log"]]


def test_no_texts_give_no_rows():
    encoder = CachedEncoder(LengthEncoder(), memory())

    assert encoder.encode([]).shape == (0, 3)
    assert encoder.encode([]).dtype == np.float32


def test_the_first_answer_has_the_bytes_of_every_later_one():
    store = RoundingVectors(LengthEncoder.fingerprint, LengthEncoder.n_dims)
    encoder = CachedEncoder(LengthEncoder(), store)

    first = encoder.encode(["export", "sso", "audit log"])

    assert first.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(first, axis=1), 1, atol=1e-6)
    for place, text in enumerate(["export", "sso", "audit log"]):
        assert encoder.encode([text])[0].tobytes() == first[place].tobytes()


@given(st.lists(st.sampled_from(["a", "be", "see", "three", "fives"]), max_size=12))
def test_a_text_has_the_same_bytes_whatever_else_is_asked(texts):
    encoder = CachedEncoder(
        LengthEncoder(), RoundingVectors(LengthEncoder.fingerprint, LengthEncoder.n_dims)
    )

    together = encoder.encode(texts)

    for text, vector in zip(texts, together, strict=True):
        assert encoder.encode([text])[0].tobytes() == vector.tobytes()


def test_a_kill_loses_one_chunk_at_most():
    store = memory()
    texts = [f"statement {number}" for number in range(3 * CHUNK)]
    with pytest.raises(KeyboardInterrupt):
        CachedEncoder(LengthEncoder(fails_after=2), store).encode(texts)
    resumed = LengthEncoder()

    CachedEncoder(resumed, store).encode(texts)

    assert [len(call) for call in resumed.calls] == [CHUNK]


def test_progress_adds_up_to_what_was_missing():
    encoder, steps = CachedEncoder(LengthEncoder(), memory()), []
    texts = [f"statement {number % 700}" for number in range(1400)]
    assert encoder.count_missing(texts) == 700

    encoder.encode(texts, progress=steps.append)

    assert steps == [CHUNK, 700 - CHUNK]
    assert encoder.count_missing(texts) == 0
    encoder.encode(texts, progress=steps.append)
    assert len(steps) == 2


def test_vectors_of_another_encoder_are_refused():
    with pytest.raises(EncoderError, match="lengths-0"):
        CachedEncoder(LengthEncoder(), MemoryVectors("lengths-0", 3))
    with pytest.raises(EncoderError, match="4 dims"):
        CachedEncoder(LengthEncoder(), MemoryVectors("lengths-1", 4))


@pytest.mark.parametrize(
    "bad", [np.ones((1, 2)), np.ones((2, 3)), np.zeros((1, 3)), np.full((1, 3), np.nan)]
)
def test_a_broken_encoder_stores_nothing(bad):
    class Broken(LengthEncoder):
        def encode(self, texts):
            return bad.astype(np.float32)

    store = memory()

    with pytest.raises(EncoderError, match="shape"):
        CachedEncoder(Broken(), store).encode(["export"])

    assert len(store) == 0


def test_a_store_that_keeps_nothing_is_an_error_not_a_zero_vector():
    class Leaky(MemoryVectors):
        def put(self, keys, vectors):
            pass

    with pytest.raises(EncoderError, match="lost 1 of 1"):
        CachedEncoder(LengthEncoder(), Leaky("lengths-1", 3)).encode(["export"])


def test_half_a_surrogate_pair_has_a_key_of_its_own():
    assert text_key("\ud83d") != text_key("?")
    assert len(text_key("\ud83d")) == len(text_key("")) == 16
