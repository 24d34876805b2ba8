"""Cues to turns: one speaker's continuous speech, as evidence wants it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime, timedelta

from next_evidence.records import Turn
from next_evidence_connectors._cues import Cue
from next_evidence_connectors._names import Roster

_LONGEST_PAUSE = 10.0  # seconds; a sentence that a tool cuts over cues goes on at once
_SENTENCE_END = re.compile(r"[.?!…。？！][\"'”’»)\]]*$")
_GOES_ON = re.compile(
    r"(?:[,;\-–]|\b(?:a|an|the|and|or|but|because|that|which|who|if|when|to|of|with|for|from|at|by|into|is|are|"
    r"was|were|has|had|can|could|would|will|should|i|we|they|he|she|our|my|your|their|these|those|very|"
    r"und|oder|der|die|das|mit|von|et|ou|le|la|les|de|que|el))$",
    re.I,
)


def join_cues(cues: Iterable[Cue], *, roster: Roster, started_at: datetime) -> list[Turn]:
    """Turns of a call; consecutive cues of a speaker are one turn while a sentence goes on.

    Meeting tools cut a sentence over cues. Two cues are joined if the former does not end a sentence and
    the latter plainly goes on with it: it begins with a small letter, or the former ends in a comma or a
    word such as "with". Two statements said one after the other thus stay two turns.
    """
    turns: list[Turn] = []
    former: Cue | None = None
    for cue in cues:
        key = roster.key_of(cue.speaker)
        if former is not None and turns[-1].speaker == key and _continues(former, cue):
            turns[-1] = Turn(key, f"{turns[-1].text} {cue.text}", turns[-1].at)
        else:
            turns.append(Turn(key, cue.text, _at(started_at, cue.start)))
        former = cue
    return turns


def _continues(former: Cue, cue: Cue) -> bool:
    if cue.start - former.end > _LONGEST_PAUSE or _SENTENCE_END.search(former.text):
        return False
    goes_on = cue.text[0].islower() or cue.text[0].isdigit()
    return goes_on or _GOES_ON.search(former.text) is not None


def _at(started_at: datetime, seconds: float) -> datetime:
    try:
        return started_at + timedelta(seconds=round(seconds, 3))
    except OverflowError:
        return started_at
