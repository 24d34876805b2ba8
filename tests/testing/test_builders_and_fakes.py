"""The kit that other tests build on."""

import numpy as np
import pytest

from next_evidence.errors import SchemaError
from next_evidence.schemas import TABLES
from next_evidence.testing import builders
from next_evidence.testing.fakes import HashingEncoder

MAKERS = {name: getattr(builders, name) for name in TABLES if hasattr(builders, name)}


@pytest.mark.parametrize("name", MAKERS)
def test_every_maker_fills_a_valid_table(name):
    table = MAKERS[name]({}, {})

    assert table.schema == TABLES[name]
    assert table.height == 2
    assert MAKERS[name]().schema == TABLES[name]


@pytest.mark.parametrize("name", MAKERS)
def test_what_a_test_says_wins_and_what_the_table_lacks_is_refused(name):
    column = "cycle" if "cycle" in TABLES[name] else next(iter(TABLES[name]))

    table = MAKERS[name]({column: "own"}, {}, **{column: "common"})

    assert table[column].to_list() == ["own", "common"]
    with pytest.raises(SchemaError, match="no column colour"):
        MAKERS[name]({"colour": "red"})


def test_an_utterance_fits_its_text():
    row = builders.utterances({"text": "It is slow"}).to_dicts()[0]

    assert row["context"][row["start"] : row["end"]] == row["text"] == "It is slow"


def test_hashing_encoder_gives_unit_vectors_that_share_words():
    encoder = HashingEncoder()

    vectors = encoder.encode(
        ["the export times out", "export times out", "my manager likes trains", ""]
    )

    assert vectors.shape == (4, 64)
    assert vectors.dtype == np.float32
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert vectors[0] @ vectors[1] > 0.7 > vectors[0] @ vectors[2]
    assert np.array_equal(vectors, HashingEncoder().encode(encoder.encoded))
