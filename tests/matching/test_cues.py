import numpy as np
import pytest

from next_evidence.matching.cues import CUE_NAMES, cues, kind_cues
from next_evidence.records import KINDS


@pytest.mark.parametrize(
    ("text", "sign"),
    [
        ("How do I reset it?", "question"),
        ("Thank you so much", "thanks"),
        ("We can’t export it", "cannot"),
        ("That is solved for us", "solved"),
        ("It no longer happens", "no_longer"),
        ("I wait three days", "duration"),
    ],
)
def test_sign_is_seen(text, sign):
    assert cues([text])[0, CUE_NAMES.index(sign)] == 1.0


def test_empty_text_is_short_and_otherwise_blank():
    row = cues([""])[0]

    assert row[CUE_NAMES.index("very_short")] == 1.0
    assert row.sum() == 1.0


def test_unknown_kind_has_no_column():
    assert np.array_equal(kind_cues(["call", "fax"]), [np.eye(len(KINDS))[0], np.zeros(len(KINDS))])
