"""Who speaks in a cue: names before a colon, role suffixes, and the people that metadata lists."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from next_evidence.records import Participant
from next_evidence_connectors._cues import Cue
from next_evidence_connectors._text import clean

UNKNOWN_SPEAKER = "unknown"
_LONGEST_NAME = 60
_SUFFIX = re.compile(r"\s*(\([^()]*\)|\[[^\][]*\])\s*$")
_NUMBERED = re.compile(
    r"(speaker|spk|participant|guest|user|caller|agent|customer)[\s_#-]*[\da-z]{1,3}", re.I
)
_WORD = re.compile(r"[^\W\d_][\w'’.\-]*\.?", re.UNICODE)
_PARTICLES = {
    "van",
    "von",
    "de",
    "der",
    "den",
    "da",
    "di",
    "del",
    "della",
    "la",
    "le",
    "el",
    "bin",
    "al",
    "dos",
    "du",
    "y",
}
# words that stand before a colon in speech and notes
_NO_NAMES = frozenset(
    """a about action actually agenda all also amazing an and answer anyway as attention background because
    but caution conclusion context correct customer's deadline decision decisions disclaimer edit example exactly fact faq
    finally first fix follow following for fun fyi goal good great hello here here's hey hi hint honestly how http https
    i idea if important in info is issue issues it it's item items just key last lesson let like listen
    look maybe mm monday my name next no nope not note notes now oh ok okay one option or our outcome pain plus point points
    problem pros cons ps q quick question questions reason recap remember reminder result right same second so
    sorry spoiler status step steps subject sum summary sure task tasks thanks that that's the then there there's
    they thing things third this time tip tl tldr to todo topic two tuesday uh um update updates us warning wait we
    wednesday thursday friday saturday sunday well what what's when where which why wow yeah yep yes you you're
    january february march april may june july august september october november december
    """.split()  # noqa: SIM905 (a list of 150 strings is no better to read)
)


@dataclass
class Roster:
    """The people of one call: those that metadata lists, and voices that are nobody of them."""

    people: list[Participant] = field(default_factory=list)
    aliases: dict[str, str] = field(
        default_factory=dict
    )  # other names of a key, such as a vendor's id

    def copy(self) -> Roster:
        """The same people, for another call."""
        return Roster(list(self.people), dict(self.aliases))

    def knows(self, name: str) -> bool:
        """Whether a listed person goes by this name."""
        return self._find(name) is not None

    def key_of(self, speaker: str | None) -> str:
        """Key of a speaker; whoever is not listed is added, on an unknown side."""
        name = without_suffix(speaker or "")
        found = self._find(name)
        if found is not None:
            return found
        key = _plain(name) or UNKNOWN_SPEAKER
        if all(person.key != key for person in self.people):
            self.people.append(Participant(key=key, name=name, side="unknown"))
        return key

    def _find(self, name: str) -> str | None:
        plain = _plain(without_suffix(name))
        if not plain:
            return None
        if plain in self.aliases:
            return self.aliases[plain]
        turned = " ".join(part.strip() for part in reversed(plain.split(",", 1)))
        for person in self.people:
            if plain in (person.key, _plain(person.email)) or _plain(person.name) in (
                plain,
                turned,
            ):
                return person.key
        first = [person.key for person in self.people if _plain(person.name).split(" ")[0] == plain]
        return first[0] if len(first) == 1 else None


def without_suffix(name: str) -> str:
    """A display name without what a meeting adds: ``Ada Byron (SL)`` is ``Ada Byron``."""
    name = " ".join(clean(name).split()).strip(" :")
    shorter = _SUFFIX.sub("", name)
    return shorter or name


def name_speakers(cues: Sequence[Cue], *, roster: Roster, voiced: bool) -> list[Cue]:
    """Cues with ``Name:`` taken off their texts, and the former speaker where a cue names none.

    Only what stands before the first colon can be a name, and only if it is a listed participant, or has
    the shape of a name and either comes again or stands in a file where most cues begin with one.
    "Note: …", "12:30" and "So here's the thing: …" are speech. A file with ``<v>`` tags has its names there.
    """
    heads = [None if voiced or cue.speaker else _head(cue.text) for cue in cues]
    names = _names_among(heads, roster)
    named = []
    former: str | None = None
    for cue, head in zip(cues, heads, strict=True):
        if cue.speaker:
            former = cue.speaker
        elif head is not None and head in names:
            former = head
            cue = replace(cue, text=cue.text.split(":", 1)[1].strip())
        if cue.text:
            named.append(replace(cue, speaker=former))
    return named


def _names_among(heads: Iterable[str | None], roster: Roster) -> set[str]:
    heads = list(heads)
    counts = Counter(head for head in heads if head is not None)
    listed = {head for head in counts if roster.knows(head)}
    shaped = {head for head in counts if head not in listed and looks_like_a_name(head)}
    mostly = sum(counts[head] for head in listed | shaped) * 2 >= len(heads)
    return listed | {head for head in shaped if mostly or counts[head] > 1}


def looks_like_a_name(text: str) -> bool:
    """Whether a text could be a speaker's name.

    >>> [looks_like_a_name(text) for text in ("Priya Raman", "SPEAKER_01", "Note", "the thing is")]
    [True, True, False, False]
    """
    name = without_suffix(text)
    if not name or len(name) > _LONGEST_NAME:
        return False
    if _NUMBERED.fullmatch(name) or re.fullmatch(r"\S+@\S+\.\w+", name):
        return True
    words = name.replace(",", " ").split()
    if not 1 <= len(words) <= 5:
        return False
    if any(word.casefold().strip(".") in _NO_NAMES for word in words):
        return False
    if not all(_WORD.fullmatch(word) for word in words):
        return False
    # a capital, or a script without capitals
    return (
        all(not word[0].islower() or word.casefold() in _PARTICLES for word in words)
        and not words[0][0].islower()
    )


def _head(text: str) -> str | None:
    head, colon, rest = text.partition(":")
    if (
        not colon
        or len(head) > _LONGEST_NAME
        or (rest and not rest[0].isspace())
        or not head.strip()
    ):
        return None
    return " ".join(head.split())


def _plain(name: str) -> str:
    return " ".join(name.casefold().split())
