"""`Masker`: people, addresses, numbers and secrets become placeholders before anything is stored."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from next_evidence.text.models import NameFinder
from next_evidence.text.names import (
    NOBODY,
    NameList,
    PeopleHere,
    find_names,
    plausible_entity,
    wants_entities,
)
from next_evidence.text.normalise import Span
from next_evidence.text.patterns import find_patterns

_ROUNDS = 6
_TWICE = re.compile(r"\[person\](?:[ \u00a0]\[person\])+")
_CHUNK_END = re.compile(r"(?<=[.!?…])\s+|\n+")
_CHUNK_LENGTH = 2000
_DOTTED = re.compile(
    r"(?:\b(?:mr|mrs|ms|dr|prof|st|vs|no|e\.g|i\.e|etc|inc|ltd)|\b[A-Z])\.$", re.IGNORECASE
)


class Masker:
    """Masks personal data; what is masked once stays as it is when masked again.

    Parameters
    ----------
    people
        Full names that are masked wherever they stand: all contacts and employees. 100,000 are fine.
    keep
        Names that are no persons' although they look so, such as accounts' names. Where a person is
        called the same, the person wins.
    names
        Finds people whom no list knows; None: only lists, greetings and common given names are used.
    """

    def __init__(
        self,
        people: Iterable[str] = (),
        *,
        keep: Iterable[str] = (),
        names: NameFinder | None = None,
    ) -> None:
        self._everyone = NameList(people)
        self._keep = NameList(keep, shortest=1)
        self._names = names

    @property
    def finds_unlisted_people(self) -> bool:
        """Whether a model looks for people whom no list knows; if not, say so once to the reader."""
        return self._names is not None

    def mask(self, text: str, *, people: Sequence[str] = ()) -> str:
        """One text with its personal data replaced by ``[person]``, ``[email]`` and so on.

        >>> Masker(["Jo Lund"]).mask("Jo Lund pays $90k, jo.lund@acme.example has the invoice")
        '[person] pays $90k, [email] has the invoice'
        """
        return self.mask_all([text], people=[people])[0]

    def mask_all(self, texts: Sequence[str], *, people: Sequence[Sequence[str]]) -> list[str]:
        """Many texts at once; ``people`` names for each text those whose single names count too."""
        known: dict[tuple[str, ...], PeopleHere] = {}
        here = []
        for names in people:
            key = tuple(names)
            if key not in known:
                known[key] = PeopleHere(key) if key else NOBODY
            here.append(known[key])
        masked = [self._by_rules(text, those) for text, those in zip(texts, here, strict=True)]
        if self._names is not None:
            self._by_model(masked, here, self._names)
        return masked

    def _by_rules(self, text: str, here: PeopleHere) -> str:
        for _ in range(_ROUNDS):
            before = text
            spans = find_patterns(text)
            text = _replace(
                text, ((span.start, span.end) for span in spans), [f"[{s.label}]" for s in spans]
            )
            text = self._mask_spans(
                text, find_names(text, everyone=self._everyone, here=here, keep=self._keep)
            )
            if text == before:
                break
        return text

    def _by_model(self, texts: list[str], here: Sequence[PeopleHere], names: NameFinder) -> None:
        """Mask in place whom only the model finds; again where it found somebody, as the rest reads anew."""
        left = list(range(len(texts)))
        seen: dict[str, list[Span]] = {}
        for _ in range(_ROUNDS):
            chunks = {at: _chunks(texts[at]) for at in left}
            wanted = {
                at: [
                    chunk for chunk in chunks[at] if self._wants(texts[at][slice(*chunk)], here[at])
                ]
                for at in left
            }
            asked = sorted(
                {texts[at][slice(*chunk)] for at in left for chunk in wanted[at]} - seen.keys()
            )
            seen.update(zip(asked, names.find(asked), strict=True))
            changed = []
            for at in left:
                entities = [
                    (start + chunk[0], end + chunk[0])
                    for chunk in wanted[at]
                    for start, end in seen[texts[at][slice(*chunk)]]
                ]
                if (
                    entities
                    and (text := self._with_entities(texts[at], entities, here[at])) != texts[at]
                ):
                    texts[at] = self._by_rules(text, here[at])
                    changed.append(at)
            left = changed
            if not left:
                break

    def _wants(self, chunk: str, here: PeopleHere) -> bool:
        return wants_entities(chunk, keep=self._keep, parts=here.parts)

    def _with_entities(self, text: str, entities: Sequence[Span], here: PeopleHere) -> str:
        def confirmed(span: Span) -> bool:
            return any(start <= span[0] and span[1] <= end for start, end in entities)

        text_spans = find_names(
            text, everyone=self._everyone, here=here, keep=self._keep, confirmed=confirmed
        )
        found = [
            span for entity in entities if (span := plausible_entity(text, entity, keep=self._keep))
        ]
        return self._mask_spans(text, _merged([*text_spans, *found]))

    def _mask_spans(self, text: str, spans: Sequence[Span]) -> str:
        if not spans:
            return text
        return _TWICE.sub("[person]", _replace(text, spans, ["[person]"] * len(spans)))


def _replace(text: str, spans: Iterable[Span], placeholders: Sequence[str]) -> str:
    kept, at = [], 0
    for (start, end), placeholder in zip(spans, placeholders, strict=True):
        kept += [text[at:start], placeholder]
        at = end
    return "".join([*kept, text[at:]]) if kept else text


def _merged(spans: Iterable[Span]) -> list[Span]:
    found: list[Span] = []
    for start, end in sorted(set(spans)):
        if found and start < found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return found


def _chunks(text: str) -> list[Span]:
    """Pieces of about a sentence: what the model is asked about, so that one name costs one sentence."""
    found, start = [], 0
    for gap in _CHUNK_END.finditer(text):
        if _DOTTED.search(text, max(start, gap.start() - 8), gap.start()):
            continue
        found.append((start, gap.start()))
        start = gap.end()
    found.append((start, len(text)))
    return [
        (at, min(end, at + _CHUNK_LENGTH))
        for begin, end in found
        if begin < end
        for at in range(begin, end, _CHUNK_LENGTH)
    ]
