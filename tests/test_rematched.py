"""What a run says of cycles that it matched again."""

import pytest

from next_evidence.rematched import notices, reasons

BEFORE = {
    "statements": "s", "verdicts": "v", "taught": "t", "settings": "r", "version": "1", "before": "b",
    "models": {"encoder": "e", "head": "h", "personas": {"ops": "1", "finance": "2"}},
}  # fmt: skip


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"statements": "x"}, "statements came in late"),
        ({"taught": "x"}, "what people taught was added to, taken back"),
        ({"models": BEFORE["models"] | {"encoder": "x"}}, "the encoder changed"),
        ({"models": BEFORE["models"] | {"head": "x"}}, "the matching head changed"),
        ({"models": BEFORE["models"] | {"personas": {"ops": "9", "it": "3", "finance": "2"}}}, "the document of it, ops changed"),
    ],
)  # fmt: skip
def test_each_change_has_its_words(change, words):
    (reason,) = reasons(BEFORE, BEFORE | change)

    assert words in reason


def test_a_new_cycle_and_one_behind_a_changed_one_need_no_reason():
    assert reasons({}, BEFORE) == ()
    assert reasons(BEFORE, BEFORE | {"before": "x"}) == ()


def test_one_line_a_reason_with_its_cycles():
    lines = notices({"2026-09": ["b", "a"], "2026-10": ["a"]})

    assert [line.split(";")[0] for line in lines] == [
        "2 cycles, 2026-09 to 2026-10, were matched again: a",
        "2026-09 was matched again: b",
    ]
