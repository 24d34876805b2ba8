"""Transcripts in JSON: the shapes that meeting tools and speech recognisers write."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from next_evidence_connectors._cues import Cue
from next_evidence_connectors._dates import DateProblem, parse_moment
from next_evidence_connectors._text import entities, one_line

_LISTS = (
    "utterances",
    "segments",
    "entries",
    "transcriptEntries",
    "transcript",
    "turns",
    "sentences",
    "results",
)
_TEXTS = ("text", "content", "transcript", "sentence", "value", "words")
_SPEAKERS = (
    "speakerDisplayName",
    "speaker_name",
    "speakerName",
    "speaker_label",
    "speaker",
    "participant",
    "name",
    "speakerId",
    "speaker_id",
)
_STARTS = (
    "start",
    "startOffset",
    "start_time",
    "startTime",
    "start_ms",
    "offset",
    "timestamp",
    "ts",
    "time",
)
_ENDS = ("end", "endOffset", "end_time", "endTime", "end_ms")
_LONGEST_CALL = 6 * 3600  # a whole number above is milliseconds


@dataclass(frozen=True)
class CallText:
    """What one JSON transcript says of one call. ``call_id`` is empty unless the shape carries one."""

    cues: tuple[Cue, ...]
    call_id: str = ""
    language: str = ""
    began_at: Any = None  # a moment as the transcript writes it


def parse_call_json(value: Any) -> list[CallText] | None:
    """Read a JSON transcript; None: it has none of the shapes that are known.

    AssemblyAI (``utterances``, milliseconds), Rev (``monologues``), WhisperX (``segments``, seconds),
    Microsoft Stream (``entries``, clock times), Gong (``callTranscripts``, milliseconds), Google Meet
    (``transcriptEntries``, moments), and a plain list of objects with a speaker and a text.
    """
    if isinstance(value, list):
        return _plain_list(value, {})
    if not isinstance(value, dict):
        return None
    if isinstance(value.get("callTranscripts"), list):
        return [_gong(call) for call in value["callTranscripts"] if isinstance(call, dict)]
    if isinstance(value.get("monologues"), list):
        return [CallText(tuple(_rev(value)))]
    for name in _LISTS:
        if isinstance(value.get(name), list):
            found = _plain_list(value[name], value)
            if found is not None:
                return found
        elif name == "transcript" and isinstance(value.get(name), dict):
            return parse_call_json(value[name])
    return None


def _plain_list(rows: list[Any], around: Mapping[str, Any]) -> list[CallText] | None:
    rows = [row for row in rows if isinstance(row, dict)]
    if not rows or not any(_text(row) for row in rows):
        return [CallText(())] if around and not rows else None
    milliseconds = _in_milliseconds(rows, around)
    began = next(
        (row.get(key) for row in rows for key in _STARTS if _is_moment(row.get(key))), None
    )
    cues = []
    for row in rows:
        text = _text(row)
        if text:
            start = _seconds(_first(row, _STARTS), milliseconds, began)
            end = _seconds(_first(row, _ENDS), milliseconds, began)
            cues.append(Cue(start, max(start, end), text, _speaker(row)))
    language = (
        around.get("language")
        or around.get("language_code")
        or rows[0].get("spokenLanguageTag")
        or ""
    )
    return [
        CallText(
            tuple(cues), language=language if isinstance(language, str) else "", began_at=began
        )
    ]


def _gong(call: Mapping[str, Any]) -> CallText:
    cues = []
    for part in _dicts(call.get("transcript")):
        speaker = _speaker(part)
        for sentence in _dicts(part.get("sentences")) or [part]:
            text = _text(sentence)
            if text:
                start, end = (_seconds(sentence.get(key), True, None) for key in ("start", "end"))
                cues.append(Cue(start, max(start, end), text, speaker))
    return CallText(tuple(cues), call_id=_word(call.get("callId")))


def _rev(value: Mapping[str, Any]) -> Iterator[Cue]:
    names = {row.get("id"): _word(row.get("name")) for row in _dicts(value.get("speakers"))}
    for part in _dicts(value["monologues"]):
        elements = _dicts(part.get("elements"))
        text = one_line("".join(str(element.get("value", "")) for element in elements))
        times = [element.get("ts") for element in elements] + [
            element.get("end_ts") for element in elements
        ]
        known = [float(time) for time in times if isinstance(time, int | float)]
        if text:
            speaker = names.get(part.get("speaker")) or f"Speaker {part.get('speaker', '')}".strip()
            yield Cue(min(known, default=0.0), max(known, default=0.0), text, speaker)


def _in_milliseconds(rows: Iterable[Mapping[str, Any]], around: Mapping[str, Any]) -> bool:
    numbers = [
        row[key]
        for row in rows
        for key in (*_STARTS, *_ENDS)
        if isinstance(row.get(key), int | float)
    ]
    if any(isinstance(number, float) and not number.is_integer() for number in numbers):
        return False
    whole_shape = "utterances" in around and any("confidence" in row for row in rows)
    return whole_shape or max(numbers, default=0) > _LONGEST_CALL


def _seconds(value: Any, milliseconds: bool, began: Any) -> float:
    if isinstance(value, bool) or value is None:
        return 0.0
    if isinstance(value, int | float):
        return float(value) / 1000 if milliseconds else float(value)
    clock = re.fullmatch(r"(?:(\d+):)?(\d{1,3}):(\d{2}(?:\.\d+)?)", str(value).strip())
    if clock:
        return int(clock[1] or 0) * 3600 + int(clock[2]) * 60 + float(clock[3])
    duration = re.fullmatch(r"(?:PT)?(\d+(?:\.\d+)?)s", str(value).strip(), re.I)
    if duration:
        return float(duration[1])
    if began is not None and _is_moment(value):
        return (parse_moment(value) - parse_moment(began)).total_seconds()
    return 0.0


def _is_moment(value: Any) -> bool:
    if not isinstance(value, str) or not re.match(r"\d{4}-\d{2}-\d{2}", value):
        return False
    try:
        parse_moment(value)
    except DateProblem:
        return False
    return True


def _text(row: Mapping[str, Any]) -> str:
    found = next((row[key] for key in _TEXTS if isinstance(row.get(key), str)), "")
    return one_line(entities(found))


def _speaker(row: Mapping[str, Any]) -> str | None:
    for key in _SPEAKERS:
        value = row.get(key)
        if isinstance(value, dict):
            value = value.get("name") or value.get("displayName") or value.get("id")
        if isinstance(value, str | int) and not isinstance(value, bool) and str(value).strip():
            return one_line(str(value))
    return None


def _first(row: Mapping[str, Any], keys: Iterable[str]) -> Any:
    return next((row[key] for key in keys if row.get(key) is not None), None)


def _dicts(value: Any) -> list[dict[str, Any]]:
    return [row for row in value if isinstance(row, dict)] if isinstance(value, list) else []


def _word(value: Any) -> str:
    return (
        one_line(str(value)) if isinstance(value, str | int) and not isinstance(value, bool) else ""
    )
