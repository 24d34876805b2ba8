"""WebVTT and SRT as the wild writes them, to timed cues."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from next_evidence_connectors._text import clean, entities

_CLOCK = r"(?:(\d+):)?(\d{1,2}):(\d{1,2})(?:[.,](\d{1,6}))?"
_TIMING = re.compile(rf"\s*{_CLOCK}\s*--?>\s*{_CLOCK}(?:\s+.*)?")
_ASIDE = re.compile(r"\s*(?:NOTE|STYLE|REGION)(?:\s|$)")  # blocks that nobody says
_VOICE = re.compile(r"<v(?:\.[^\s>]*)?(?:\s+([^>]*))?>|</v\s*>", re.I)
_TAG = re.compile(
    r"</?(?:c|i|b|u|s|em|strong|font|ruby|rt|lang|span)(?:[.\s][^<>]*)?>|<[\d:.]+>|\{\\[a-z0-9]+\}",
    re.I,
)


@dataclass(frozen=True)
class Cue:
    """What a transcript says in one go. ``speaker`` is None where it does not say who speaks."""

    start: float  # seconds from the beginning of the call
    end: float
    text: str
    speaker: str | None = None


@dataclass
class Cues:
    """Cues of one file. ``voiced``: it names speakers in ``<v>`` tags; ``problems``: line and reason."""

    cues: list[Cue] = field(default_factory=list)
    language: str = ""
    voiced: bool = False
    problems: list[tuple[int, str]] = field(default_factory=list)


def parse_cues(text: str) -> Cues:
    """Read WebVTT or SRT; a block that is no cue is passed over.

    Header, NOTE, STYLE and REGION blocks, cue numbers and settings are left out. Hours, cue numbers and
    blank lines between cues may be missing. A voice that a tag opens goes on until the next tag, also into
    the cues that follow.
    """
    found = Cues()
    lines = re.split(r"\r\n|\r|\n", text)
    timing: tuple[float, float] | None = None
    held: list[str] = []
    skipping = bool(lines) and lines[0].lstrip("\ufeff \t").upper().startswith("WEBVTT")
    for number, line in enumerate(lines, start=1):
        times = _TIMING.fullmatch(line)
        if times:
            _drop_cue_id(held)
            _close(found, timing, held)
            timing, held, skipping = (_seconds(times, 1), _seconds(times, 5)), [], False
        elif "-->" in line:
            found.problems.append((number, "this timing cannot be read; its cue is left out"))
            _drop_cue_id(held)
            _close(found, timing, held)
            timing, held, skipping = None, [], True
        elif skipping:
            told = re.fullmatch(r"\s*Language\s*[:=]\s*([A-Za-z][\w-]{1,15})\s*", line)
            if told and not found.cues:
                found.language = told[1]
            skipping = bool(line.strip())
        elif _ASIDE.match(line) and (timing is None or (held and not held[-1].strip())):
            skipping = True
        else:
            held.append(line)
    _close(found, timing, held)
    return found


def _drop_cue_id(held: list[str]) -> None:
    """Take the next cue's number, which was read as text, away again."""
    if held and (held[-1].strip().isdigit() or (len(held) > 1 and not held[-2].strip())):
        held.pop()


def _close(found: Cues, timing: tuple[float, float] | None, held: list[str]) -> None:
    if timing is None:
        return
    for speaker, words in _voices(found, " ".join(held)):
        text = " ".join(clean(entities(_TAG.sub("", words))).split())
        if text:
            found.cues.append(Cue(timing[0], timing[1], text, speaker))


def _voices(found: Cues, raw: str) -> list[tuple[str | None, str]]:
    """Parts of one cue, each with who speaks it."""
    parts: list[tuple[str | None, str]] = []
    speaker: str | None = None
    at = 0
    for tag in _VOICE.finditer(raw):
        parts.append((speaker, raw[at : tag.start()]))
        at = tag.end()
        if tag[1] is not None:
            found.voiced = True
            speaker = " ".join(entities(_TAG.sub("", tag[1])).split()) or None
    parts.append((speaker, raw[at:]))
    return parts


def _seconds(times: re.Match[str], first: int) -> float:
    hours, minutes, seconds, fraction = (times[first + n] for n in range(4))
    whole = int(hours or 0) * 3600 + int(minutes) * 60 + int(seconds)
    return whole + (int(fraction) / 10 ** len(fraction) if fraction else 0.0)
