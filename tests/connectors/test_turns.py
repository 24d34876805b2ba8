"""Cues to turns."""

from datetime import UTC, datetime

import pytest

from next_evidence_connectors._cues import Cue
from next_evidence_connectors._names import Roster
from next_evidence_connectors._turns import join_cues

AT = datetime(2026, 10, 2, 9, 0, tzinfo=UTC)


def _said(
    former: str, latter: str, *, pause: float = 0.5, speakers: tuple[str, str] = ("Ada", "Ada")
) -> list[str]:
    cues = [Cue(0, 4, former, speakers[0]), Cue(4 + pause, 9, latter, speakers[1])]
    return [turn.text for turn in join_cues(cues, roster=Roster(), started_at=AT)]


@pytest.mark.parametrize(
    ("former", "latter"),
    [
        ("We build the pack in", "four tools."),
        ("We moved it to", "Salesforce on Monday."),
        ("So yeah,", "I stopped looking."),
        ("It takes us", "12 hours."),
        ("Das machen wir mit der", "Tabelle."),
    ],
)
def test_a_sentence_that_is_cut_over_cues_is_one_turn(former, latter):
    assert _said(former, latter) == [f"{former} {latter}"]


@pytest.mark.parametrize(
    "former", ["It is slow.", "Why?", "No!", "Well…", 'He said "no."', "(really.)", "遅いです。"]
)
def test_a_sentence_that_ended_begins_a_new_turn_even_before_a_small_letter(former):
    assert _said(former, "iPhones are worse") == [former, "iPhones are worse"]


def test_two_statements_without_full_stops_are_two_turns():
    assert len(_said("I read your source maps instead", "My plan is to drink less coffee")) == 2


def test_a_long_pause_and_another_speaker_begin_a_new_turn():
    assert len(_said("We build it in", "four tools", pause=10.0)) == 1
    assert len(_said("We build it in", "four tools", pause=10.5)) == 2
    assert len(_said("We build it in", "four tools", speakers=("Ada", "Bob"))) == 2


def test_a_turn_has_the_time_of_its_first_cue():
    cues = [
        Cue(1.5, 2, "We build it in", "Ada"),
        Cue(2, 3, "four tools", "Ada"),
        Cue(1e12, 1e12, "Late.", "Bob"),
    ]

    turns = join_cues(cues, roster=Roster(), started_at=AT)

    assert [turn.at for turn in turns] == [AT.replace(second=1, microsecond=500_000), AT]
