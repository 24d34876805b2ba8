"""Transcripts pasted as text: a name and a clock on one line, the words below (Otter, Teams)."""

from __future__ import annotations

import re

from next_evidence_connectors._cues import Cue
from next_evidence_connectors._names import looks_like_a_name
from next_evidence_connectors._text import clean

_HEAD = re.compile(r"\s*(?P<name>\S.{0,58}?)\s+\(?(?:(\d{1,2}):)?(\d{1,3}):(\d{2})\)?\s*")


def parse_pasted(text: str) -> list[Cue]:
    """Read a pasted transcript; text before the first name is passed over."""
    cues: list[Cue] = []
    speaker, start, words = "", 0.0, list[str]()
    after_blank = True
    for line in [*re.split(r"\r\n|\r|\n", text.removeprefix("\ufeff")), ""]:
        head = _HEAD.fullmatch(line) if after_blank else None
        if head and looks_like_a_name(head["name"]):
            _close(cues, speaker, start, words)
            speaker, words = " ".join(head["name"].split()), []
            start = int(head[2] or 0) * 3600.0 + int(head[3]) * 60 + int(head[4])
        elif speaker:
            words.append(line)
        after_blank = not line.strip()
    _close(cues, speaker, start, words)
    return cues


def _close(cues: list[Cue], speaker: str, start: float, words: list[str]) -> None:
    said = " ".join(clean(" ".join(words)).split())
    if speaker and said:
        cues.append(Cue(start, start, said, speaker))
