"""A folder of calls."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from next_evidence.errors import SettingsError, SourceRefused
from next_evidence_connectors.transcripts import TranscriptsConnector

VTT = """WEBVTT

1
00:00:04.000 --> 00:00:06.000
Mira Solberg: How do you build the board pack?

2
00:00:07.000 --> 00:00:09.000
Omar Varga: I copy it out of four tools and

3
00:00:09.100 --> 00:00:12.000
Omar Varga: then I check every number by hand.

4
00:00:12.500 --> 00:00:14.000
Omar Varga: It takes me the whole of Monday.
"""
METADATA = {
    "id": "CA1",
    "start_time": "2026-10-02T09:00:00Z",
    "account_id": "A1",
    "share_url": "https://meet.example/rec/CA1",
    "participants": [
        {
            "name": "Omar Varga",
            "email": "Omar.Varga@acme.example",
            "title": "RevOps Lead",
            "internal": False,
        },
        {"name": "Mira Solberg", "email": "mira@vendor.example", "internal": True},
    ],
}


@pytest.fixture
def calls(tmp_path: Path) -> Path:
    folder = tmp_path / "raw" / "calls"
    folder.mkdir(parents=True)
    return folder


def test_a_call_has_its_metadata_and_a_turn_for_each_statement(calls, pull):
    (calls / "one.vtt").write_text(VTT)
    (calls / "one.json").write_text(json.dumps(METADATA))

    pulled = pull(TranscriptsConnector, folder="raw/calls")

    (call,) = pulled.conversations
    assert (call.conversation_id, call.kind, call.account_id, call.origin) == (
        "CA1",
        "call",
        "A1",
        "raw/calls/one.vtt:1",
    )
    assert call.started_at == datetime(2026, 10, 2, 9, 0, tzinfo=UTC)
    assert [(p.key, p.side, p.title) for p in call.participants] == [
        ("omar.varga@acme.example", "customer", "RevOps Lead"),
        ("mira@vendor.example", "employee", ""),
    ]
    assert [(turn.speaker.split("@")[0], turn.text) for turn in call.turns] == [
        ("mira", "How do you build the board pack?"),
        ("omar.varga", "I copy it out of four tools and then I check every number by hand."),
        ("omar.varga", "It takes me the whole of Monday."),
    ]
    assert call.turns[1].at == datetime(2026, 10, 2, 9, 0, 7, tzinfo=UTC)
    assert pulled.rejected == []


def test_two_statements_without_full_stops_stay_two_turns(calls, pull):
    (calls / "2026-10-02.vtt").write_text(
        "WEBVTT\n\n00:01.000 --> 00:02.000\nOmar Varga: I read your source maps instead\n\n"
        "00:02.500 --> 00:04.000\nOmar Varga: My annual plan is to drink less coffee\n"
    )

    assert pull(TranscriptsConnector, folder="raw/calls").said == [
        "I read your source maps instead",
        "My annual plan is to drink less coffee",
    ]


def test_without_metadata_speakers_are_participants_and_the_name_has_the_day(calls, pull):
    (calls / "2026-10-02_acme.vtt").write_text(VTT)

    (call,) = pull(TranscriptsConnector, folder="raw/calls").conversations

    assert call.conversation_id == "2026-10-02_acme"
    assert call.started_at == datetime(2026, 10, 2, tzinfo=UTC)
    assert [(p.name, p.side) for p in call.participants] == [
        ("Mira Solberg", "unknown"),
        ("Omar Varga", "unknown"),
    ]


def test_zooms_file_name_has_the_hour(calls, pull):
    (calls / "GMT20261002-091500_Recording.transcript.vtt").write_text(VTT)

    (call,) = pull(TranscriptsConnector, folder="raw/calls").conversations

    assert call.started_at == datetime(2026, 10, 2, 9, 15, tzinfo=UTC)


def test_a_call_without_any_date_is_rejected_with_what_to_do(calls, pull):
    (calls / "kickoff.vtt").write_text(VTT)

    pulled = pull(TranscriptsConnector, folder="raw/calls")

    assert pulled.conversations == []
    assert pulled.where == [("raw/calls/kickoff.vtt", 0)]
    assert "start_time into kickoff.json" in pulled.rejected[0].reason


def test_latin_1_is_read_and_reported_with_its_line_and_the_rest_goes_on(calls, pull):
    (calls / "2026-10-01.vtt").write_bytes(
        VTT.replace("every number", "chaque numéro").encode("latin-1")
    )
    (calls / "2026-10-02.vtt").write_text(VTT)

    pulled = pull(TranscriptsConnector, folder="raw/calls")

    assert len(pulled.conversations) == 2
    assert "chaque numéro" in " ".join(pulled.said)
    assert pulled.where == [("raw/calls/2026-10-01.vtt", 13)]
    assert "read as Latin-1" in pulled.rejected[0].reason


def test_utf_16_with_a_mark_is_read_and_without_one_rejected(calls, pull):
    (calls / "2026-10-01.vtt").write_bytes(VTT.encode("utf-16"))
    (calls / "2026-10-02.vtt").write_bytes(VTT.encode("utf-16-le"))

    pulled = pull(TranscriptsConnector, folder="raw/calls")

    assert len(pulled.conversations) == 1
    assert pulled.where == [("raw/calls/2026-10-02.vtt", 0)]
    assert "save it as UTF-8" in pulled.rejected[0].reason


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("2026-10-02.vtt", b"", "empty"),
        ("2026-10-02.vtt", b"\n \n", "empty"),
        ("2026-10-02.vtt", b"WEBVTT\n", "no cue"),
        ("2026-10-02.srt", b"just words", "no cue"),
        ("2026-10-02.json", b'{"participants": [', "cut off"),
        ("2026-10-02.json", b"[" * 100_000, "nested"),
        ("2026-10-02.json", b'{"a": 1}', "neither a transcript nor metadata"),
        ("2026-10-02.json", b"3", "neither a transcript nor metadata"),
        ("2026-10-02.json", json.dumps(METADATA).encode(), "no transcript lies beside it"),
        ("2026-10-02.txt", b"minutes of the meeting", "no cue"),
        ("2026-10-02.vtt", b"\x89PNG\x00\x00", "NUL"),
    ],
)
def test_files_that_are_no_transcript_are_rejected_with_a_reason(calls, pull, name, data, reason):
    (calls / name).write_bytes(data)

    pulled = pull(TranscriptsConnector, folder="raw/calls")

    assert pulled.conversations == []
    assert [row.file for row in pulled.rejected] == [f"raw/calls/{name}"]
    assert reason in pulled.rejected[0].reason


def test_calls_of_the_same_name_in_two_folders_are_two_calls(calls, pull):
    for folder in ("acme", "bolt"):
        (calls / folder).mkdir()
        (calls / folder / "2026-10-02.vtt").write_text(VTT)

    pulled = pull(TranscriptsConnector, folder="./raw/calls/")

    assert [call.conversation_id for call in pulled.conversations] == [
        "acme/2026-10-02",
        "bolt/2026-10-02",
    ]


def test_json_that_breaks_off_is_told_with_line_and_column(calls, pull):
    (calls / "2026-10-02.json").write_text('{\n "id": "a",\n "topic')

    (rejection,) = pull(TranscriptsConnector, folder="raw/calls").rejected

    assert (rejection.line, rejection.reason) == (3, "the JSON is cut off (column 2)")


def test_metadata_that_is_wrong_costs_only_what_is_wrong(calls, pull):
    wrong = {**METADATA, "start_time": "soon", "participants": [*METADATA["participants"], 7]}
    (calls / "2026-10-02.vtt").write_text(VTT)
    (calls / "2026-10-02.json").write_text(json.dumps(wrong))

    pulled = pull(TranscriptsConnector, folder="raw/calls")

    assert pulled.conversations[0].started_at == datetime(2026, 10, 2, tzinfo=UTC)
    assert pulled.conversations[0].account_id == "A1"
    assert len(pulled.rejected) == 2
    assert not any("soon" in row.reason for row in pulled.rejected)


SHAPES = {
    "assemblyai": {"id": "t", "utterances": [
        {"confidence": 0.9, "start": 2100, "end": 5400, "text": "Can you hear me?", "speaker": "A"},
        {"confidence": 0.9, "start": 5400, "end": 7900, "text": "Yes.", "speaker": "B"}]},
    "whisperx": {"language": "en", "segments": [
        {"start": 2.1, "end": 5.4, "text": " Can you hear me?", "speaker": "SPEAKER_00"},
        {"start": 5.4, "end": 7.9, "text": " Yes.", "speaker": "SPEAKER_01"}]},
    "rev": {"speakers": [{"id": 0, "name": "Ada"}], "monologues": [
        {"speaker": 0, "elements": [{"type": "text", "value": "Can you hear me", "ts": 2.1, "end_ts": 5.4}, {"type": "punct", "value": "?"}]},
        {"speaker": 1, "elements": [{"type": "text", "value": "Yes", "ts": 5.4, "end_ts": 7.9}, {"type": "punct", "value": "."}]}]},
    "stream": {"type": "Transcript", "entries": [
        {"text": "Can you hear me?", "speakerId": "g1", "speakerDisplayName": "Ada", "startOffset": "00:00:02.1", "endOffset": "00:00:05.4", "spokenLanguageTag": "en-us"},
        {"text": "Yes.", "speakerId": "g2", "speakerDisplayName": "Bob", "startOffset": "00:00:05.4", "endOffset": "00:00:07.9"}]},
    "gong": {"callTranscripts": [{"callId": "77", "transcript": [
        {"speakerId": "s1", "sentences": [{"start": 2100, "end": 5400, "text": "Can you hear me?"}]},
        {"speakerId": "s2", "sentences": [{"start": 5400, "end": 7900, "text": "Yes."}]}]}]},
    "meet": {"transcriptEntries": [
        {"participant": "p/1", "text": "Can you hear me?", "startTime": "2026-10-02T00:00:00Z", "endTime": "2026-10-02T00:00:03Z"},
        {"participant": "p/2", "text": "Yes.", "startTime": "2026-10-02T00:00:03.300Z", "endTime": "2026-10-02T00:00:05Z"}]},
    "plain list": [{"speaker": "Ada", "text": "Can you hear me?", "start": 2.1}, {"speaker": "Bob", "text": "Yes.", "start": 5.4}],
}  # fmt: skip


@pytest.mark.parametrize("shape", SHAPES)
def test_json_transcripts_of_every_shape_say_the_same(calls, pull, shape):
    (calls / "2026-10-02.json").write_text(json.dumps(SHAPES[shape]))

    pulled = pull(TranscriptsConnector, folder="raw/calls")

    (call,) = pulled.conversations
    assert pulled.rejected == []
    assert [turn.text for turn in call.turns] == ["Can you hear me?", "Yes."]
    assert len({turn.speaker for turn in call.turns}) == 2
    first, second = (turn.at for turn in call.turns)
    assert first is not None
    assert second is not None
    assert (second - first).total_seconds() == pytest.approx(3.3)


def test_gongs_metadata_names_speakers_and_calls(calls, pull):
    (calls / "day.vtt").unlink(missing_ok=True)
    (calls / "day.json").write_text(json.dumps({**SHAPES["gong"], "calls": [
        {"metaData": {"id": "77", "started": "2026-10-02T09:00:00Z", "url": "https://gong.example/77"},
         "parties": [{"speakerId": "s1", "name": "Mira", "affiliation": "Internal"},
                     {"speakerId": "s2", "name": "Omar", "emailAddress": "omar@acme.example", "affiliation": "External"}]}]}))  # fmt: skip

    (call,) = pull(TranscriptsConnector, folder="raw/calls").conversations

    assert call.conversation_id == "77"
    assert [person.side for person in call.participants] == ["employee", "customer"]
    assert [turn.speaker for turn in call.turns] == ["mira", "omar@acme.example"]


def test_pasted_transcripts_are_read(calls, pull):
    (calls / "2026-10-02.txt").write_text(
        "Ada Byron  0:01\nRight, the renewal. It came with\na twelve percent increase.\n\nBob Ferreira   1:02:09\nSee you at 10:30\n"
    )

    (call,) = pull(TranscriptsConnector, folder="raw/calls").conversations

    assert [(turn.speaker, turn.text) for turn in call.turns] == [
        ("ada byron", "Right, the renewal. It came with a twelve percent increase."),
        ("bob ferreira", "See you at 10:30"),
    ]
    assert call.turns[1].at == datetime(2026, 10, 2, 1, 2, 9, tzinfo=UTC)


def test_of_two_transcripts_of_one_call_one_is_read(calls, pull):
    (calls / "2026-10-02.vtt").write_text(VTT)
    (calls / "2026-10-02.srt").write_text(VTT)

    pulled = pull(TranscriptsConnector, folder="raw/calls")

    assert len(pulled.conversations) == 1
    assert pulled.where == [("raw/calls/2026-10-02.srt", 0)]


def test_unchanged_calls_are_not_read_again_and_changed_ones_are(calls, pull):
    for day in (1, 2):
        (calls / f"2026-10-0{day}.vtt").write_text(VTT)
    first = pull(TranscriptsConnector, folder="raw/calls")

    (calls / "2026-10-02.vtt").write_text(VTT.replace("Monday", "Tuesday"))
    (calls / "2026-10-03.vtt").write_text(VTT)
    (calls / "2026-10-01.vtt").touch()
    second = pull(TranscriptsConnector, folder="raw/calls", since=first.cursor)

    assert [call.conversation_id for call in second.conversations] == ["2026-10-02", "2026-10-03"]
    assert second.files == ["raw/calls/2026-10-02.vtt", "raw/calls/2026-10-03.vtt"]
    assert pull(TranscriptsConnector, folder="raw/calls", since=second.cursor).pages == []


def test_metadata_that_comes_later_is_taken(calls, pull):
    (calls / "one.vtt").write_text(VTT)
    first = pull(TranscriptsConnector, folder="raw/calls")

    (calls / "one.json").write_text(json.dumps(METADATA))
    second = pull(TranscriptsConnector, folder="raw/calls", since=first.cursor)

    assert first.conversations == []
    assert [call.conversation_id for call in second.conversations] == ["CA1"]
    assert set(second.files) == {"raw/calls/one.json", "raw/calls/one.vtt"}


def test_a_vanished_call_is_no_error(calls, pull):
    (calls / "2026-10-01.vtt").write_text(VTT)
    first = pull(TranscriptsConnector, folder="raw/calls")

    (calls / "2026-10-01.vtt").unlink()

    assert pull(TranscriptsConnector, folder="raw/calls", since=first.cursor).pages == []


def test_folders_within_are_read_and_hidden_files_are_not(calls, pull):
    (calls / "2026").mkdir()
    (calls / "2026" / "2026-10-01.VTT").write_text(VTT)
    (calls / "._2026-10-01.vtt").write_bytes(b"\x00")
    (calls / "readme.pdf").write_bytes(b"\x00")

    pulled = pull(TranscriptsConnector, folder="raw/calls")

    assert [call.origin for call in pulled.conversations] == ["raw/calls/2026/2026-10-01.VTT:1"]
    assert [call.conversation_id for call in pulled.conversations] == ["2026/2026-10-01"]
    assert pulled.rejected == []


def test_a_missing_folder_is_refused_with_its_name_in_the_workspace(pull, tmp_path):
    with pytest.raises(SourceRefused, match=r"^raw/calls: ") as refused:
        pull(TranscriptsConnector, folder="raw/calls")

    assert str(tmp_path) not in str(refused.value)


def test_every_wrong_option_is_named_at_once_without_its_value(tmp_path):
    with pytest.raises(SettingsError) as told:
        TranscriptsConnector.from_options(
            {"foldr": "xoxb-secret", "kind": "meeting"}, root=tmp_path
        )

    assert len(told.value.problems) == 3
    assert (
        "foldr: unknown option; transcripts knows: folder, kind, date_order" in told.value.problems
    )
    assert "secret" not in str(told.value)
    assert "meeting" not in str(told.value)
