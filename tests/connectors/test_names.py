"""Who speaks in a cue."""

import pytest

from next_evidence.records import Participant
from next_evidence_connectors._cues import Cue
from next_evidence_connectors._names import Roster, looks_like_a_name, name_speakers


def _named(
    *texts: str, people: tuple[str, ...] = (), voiced: bool = False
) -> list[tuple[str | None, str]]:
    roster = Roster([Participant(key=name.casefold(), name=name) for name in people])
    cues = [Cue(n, n + 0.9, text) for n, text in enumerate(texts)]
    return [(cue.speaker, cue.text) for cue in name_speakers(cues, roster=roster, voiced=voiced)]


def test_only_the_first_colon_parts_a_name_from_speech() -> None:
    assert _named(
        "Priya Raman: Great. So here's the thing: we're behind.", "Tom Ableton: Yes."
    ) == [
        ("Priya Raman", "Great. So here's the thing: we're behind."),
        ("Tom Ableton", "Yes."),
    ]


def test_a_cue_without_a_name_is_the_former_speakers() -> None:
    assert _named("Ada Byron: And then", "No, it went.", "Bob Ferreira: Right.") == [
        ("Ada Byron", "And then"),
        ("Ada Byron", "No, it went."),
        ("Bob Ferreira", "Right."),
    ]


@pytest.mark.parametrize(
    "speech",
    [
        "Note: we never opened it.",
        "12:30 works for me.",
        "the thing is: it's slow",
        "Action Item: send the list.",
        "Next Steps: none.",
        "So: what now?",
        "https://example.example/a: that one",
        "My view: it's fine",
        "I told them three things, in this order: export, export, export",
        "Ratio 3:1 is what we see",
    ],
)
def test_speech_with_a_colon_stays_speech(speech: str) -> None:
    assert _named("Ada Byron: Hello.", "Bob Ferreira: Hello.", speech)[-1] == (
        "Bob Ferreira",
        speech,
    )


def test_a_listed_participant_may_have_any_name() -> None:
    assert _named("So: hello.", people=("So",)) == [("So", "hello.")]


def test_one_odd_head_in_a_file_without_names_is_speech() -> None:
    texts = [
        "It is slow.",
        "Every day.",
        "Alarm Fatigue: that's what I call it.",
        "Yes.",
        "Indeed.",
    ]

    assert [speaker for speaker, _ in _named(*texts)] == [None] * 5


def test_a_head_that_comes_again_is_a_name() -> None:
    texts = [
        "It is slow.",
        "Every day.",
        "Wren: Why?",
        "Yes.",
        "Indeed.",
        "Since May.",
        "Wren: Oh.",
    ]

    assert [speaker for speaker, _ in _named(*texts)] == [
        None,
        None,
        "Wren",
        "Wren",
        "Wren",
        "Wren",
        "Wren",
    ]


def test_a_file_with_voice_tags_has_its_names_there() -> None:
    assert _named("Priya Raman: she said no", "Priya Raman: twice", voiced=True) == [
        (None, "Priya Raman: she said no"),
        (None, "Priya Raman: twice"),
    ]


@pytest.mark.parametrize(
    "name",
    [
        "Ada Byron (SL)",
        "ada byron",
        "Byron, Ada",
        "Ada Byron [Acme]",
        "ada@acme.example",
        "Ada",
        "ADA  BYRON (Guest)",
    ],
)
def test_a_listed_person_is_known_by_other_spellings(name: str) -> None:
    roster = Roster(
        [
            Participant(key="k", name="Ada Byron", email="ada@acme.example"),
            Participant(key="l", name="Bob"),
        ]
    )

    assert roster.key_of(name) == "k"
    assert len(roster.people) == 2


def test_a_first_name_that_two_share_is_nobody_listed() -> None:
    roster = Roster([Participant(key="k", name="Ada Byron"), Participant(key="l", name="Ada Lund")])

    assert roster.key_of("Ada") == "ada"
    assert roster.people[-1].side == "unknown"


def test_a_voice_without_a_name_is_an_unknown_participant() -> None:
    roster = Roster()

    assert roster.key_of(None) == roster.key_of("")
    assert [person.name for person in roster.people] == [""]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Speaker 1", True), ("SPEAKER_00", True), ("Dr. B", True), ("Ludwig van Beek", True), ("O'Neil", True),
        ("José Núñez", True), ("山田", True), ("ada@acme.example", True), ("Chen, Alice", True),
        ("Thanks", False), ("12", False), ("the customer", False), ("This Is A Very Long Phrase", False),
        ("", False), ("A" * 80, False),
    ],
)  # fmt: skip
def test_the_shape_of_a_name(text: str, expected: bool) -> None:
    assert looks_like_a_name(text) is expected
