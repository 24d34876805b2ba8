import json

import numpy as np
import pytest

from next_evidence.assets import packaged
from next_evidence.errors import EncoderError
from next_evidence.matching.head import dump_head, load_head, parse_head
from tests.matching.random_head import random_head


def test_head_survives_its_files():
    arrays, meta = dump_head(random_head(8))

    again = parse_head(arrays, meta)

    assert dump_head(again) == (arrays, meta)
    assert again.fingerprint == random_head(8).fingerprint


def test_other_numbers_have_another_fingerprint():
    assert random_head(8, seed=1).fingerprint != random_head(8, seed=2).fingerprint


def test_damaged_numbers_are_refused():
    arrays, meta = dump_head(random_head(8))

    with pytest.raises(EncoderError, match="damaged"):
        parse_head(arrays + b"x", meta)


def test_head_of_other_features_is_refused():
    arrays, meta = dump_head(random_head(8))
    numbers = json.loads(meta) | {"cues": ["another"]}

    with pytest.raises(EncoderError, match="refit"):
        parse_head(arrays, json.dumps(numbers).encode())


def test_shipped_head_is_sound():
    head = load_head()

    head.require_family("all-MiniLM-L6-v2+pains-3 (int8)")
    assert head.projection.shape == (384, 384)
    assert all(
        np.isfinite(getattr(head, n)).all() for n in ("relevance", "denial", "pain", "world")
    )
    assert 0 < head.raises_below < head.denies_at < 1
    assert 0 < head.review_at < head.accept_at < 1
    with pytest.raises(EncoderError, match=r"fitted on all-MiniLM-L6-v2\+pains"):
        head.require_family("all-MiniLM-L6-v2 (int8)")


def test_plain_minilm_has_a_head_of_its_own_whatever_holds_the_model():
    head = load_head(packaged("matching_head_plain"))

    head.require_family("all-MiniLM-L6-v2 (int8)")
    head.require_family("sentence-transformers/all-MiniLM-L6-v2")
    with pytest.raises(EncoderError, match=r"vectors come from all-MiniLM-L6-v2\+pains"):
        head.require_family("all-MiniLM-L6-v2+pains-3 (int8)")


def test_a_folder_without_a_head_is_told_apart_from_a_damaged_one(tmp_path):
    with pytest.raises(EncoderError, match=r"correct matching\.head"):
        load_head(tmp_path)
