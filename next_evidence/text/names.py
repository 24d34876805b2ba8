"""People's names as spans: those the CRM knows, those that introduce themselves, and common given names.

The lists may hold 100,000 people: a lookup by first token, so that a text costs time in proportion to its
own length and not to the list's.
"""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from next_evidence.text.first_names import FIRST_NAMES
from next_evidence.text.normalise import Span, word_set
from next_evidence.text.words_not_names import (
    AMBIGUOUS,
    CALENDAR,
    COMPANY_ENDINGS,
    PLACES,
    PRODUCTS,
    TRADE,
)

_TOKEN = re.compile(r"\[[a-z]{3,8}\]|[^\W\d_]+(?:['’\-][^\W\d_]+)*")
_POSSESSIVE = re.compile(r"['’](?:s|ll|d|re|ve|m|t)$", re.IGNORECASE)
_GAP = re.compile(r"[ \t\u00a0]{1,2}\n?|\n|\.[ \u00a0]?|,[ \u00a0]?")
_PARTICLES = word_set("al ben bin da de del della den der di dos du el ibn la le ter van von zu y")
_HONORIFICS = word_set(
    "mr mrs ms miss mx sr sra srta madam dr prof professor sir maître maitre monsieur madame mme herr frau señor señora signor signora dott ing"
)
_GREETINGS = word_set(
    "hi hello hey dear thanks thank thx cheers fao attn regards hallo liebe lieber bonjour hola ciao"
)
_BEFORE_A_PLACE = re.compile(r"\b(?:in|near|around|across|sunny|god) $|\b[Tt]hank $", re.IGNORECASE)
# "FYI, Adding ..." or "Hello, Warn me ...": a second beginning, not a name
_LEAD_IN = re.compile(r"(?:^|[.!?\n]\s?)\s*[^.!?\n,:]{1,20}[,:]\s?[\"'“]?$")
# "Kwabena Asante-Reid, Regional Manager", "Emeka Strand (Lumenfold, [email])"
_AFTER_A_NAME = re.compile(
    r"\s?[,(]\s?(?:[^,()\n]{0,40},\s?)?\[(?:email|phone)\]"
    r"|\s?[,(]\s?(?:(?:our|my|the|your|their|senior|regional|global|deputy|interim|group)\s){0,3}"
    r"(?:vp|svp|evp|ceo|cfo|cto|coo|cro|cmo|cio|ciso|dpo|head of|director|manager|mgr|lead|president|chief|controller|founder|partner|analyst|engineer|csm|account exec)\b",
    re.IGNORECASE,
)
_NOT_NAMES = PRODUCTS | CALENDAR | TRADE
_NOT_AFTER_GREETING = word_set(
    """
    a again all and any both but colleagues god goodness heavens crew everybody everyone folks for friends from good guys help helpdesk here i
    in is it just madam my no on one our please quick sir so some sorry still team thanks that the there this to very we
    what when with you your happy great just best kind warm many nothing another another's hmm hm mm oh ah wow ouch well yeah yes nope
    """
)


class Token(NamedTuple):
    """A word with its place; ``folded`` is lower-case without accents or possessive."""

    start: int
    end: int
    text: str
    folded: str


def tokens(text: str) -> list[Token]:
    """Words of a text; placeholders such as ``[person]`` are tokens of their own."""
    found = []
    for match in _TOKEN.finditer(text):
        word = match[0]
        if word[0] != "[":
            word = _POSSESSIVE.sub("", word)
        found.append(Token(match.start(), match.start() + len(word), word, fold(word)))
    return found


def fold(word: str) -> str:
    """Lower case without accents, for looking a name up.

    >>> fold("Ekström")
    'ekstrom'
    """
    if word.isascii():
        return word.lower()
    decomposed = unicodedata.normalize("NFKD", word.casefold())
    return (
        "".join(char for char in decomposed if not unicodedata.combining(char))
        .replace("’", "'")
        .replace("ß", "ss")
    )


class NameList:
    """Names of ``shortest`` words or more, found token by token.

    A name of one word, or of ordinary words only, must be written with capitals: "the admin will grant
    access" is not about Will Grant.
    """

    def __init__(self, names: Iterable[str], *, shortest: int = 2) -> None:
        self._names: set[tuple[str, ...]] = set()
        lengths: dict[str, set[int]] = {}
        for name in names:
            words = tuple(token.folded for token in tokens(name) if token.text[0] != "[")
            if len(words) >= shortest and words:
                self._names.add(words)
                lengths.setdefault(words[0], set()).add(len(words))
        # by first word only how long its names are: a thousand people called John cost one look-up
        self._lengths = {first: sorted(found, reverse=True) for first, found in lengths.items()}

    def __contains__(self, name: str) -> bool:
        return tuple(token.folded for token in tokens(name)) in self._names

    def find(self, text: str, words: Sequence[Token]) -> list[tuple[int, int]]:
        """Token ranges ``(first, after_last)`` of names, longest first at each place, without overlap."""
        found, at = [], 0
        while at < len(words):
            for length in self._lengths.get(words[at].folded, ()):
                part = words[at : at + length]
                known = tuple(token.folded for token in part) in self._names
                if known and _adjoining(text, part) and _written_as_name(part):
                    found.append((at, at + length))
                    at += length - 1
                    break
            at += 1
        return found


def _adjoining(text: str, part: Sequence[Token]) -> bool:
    return all(
        _GAP.fullmatch(text[left.end : right.start]) for left, right in itertools.pairwise(part)
    )


def _written_as_name(part: Sequence[Token]) -> bool:
    if len(part) == 1 or all(
        token.folded in AMBIGUOUS or token.folded in _NOT_NAMES for token in part
    ):
        return all(token.text[0].isupper() for token in part)
    return True


class PeopleHere:
    """Those who take part in one conversation, or belong to its account: their single names count too."""

    def __init__(self, names: Iterable[str]) -> None:
        listed = tuple(dict.fromkeys(name for name in names if name))
        self.full = NameList(
            [
                *listed,
                *(
                    f"{last}, {first}"
                    for first, *_, last in (n.split() for n in listed if len(n.split()) > 1)
                ),
            ]
        )
        parts = set()
        for name in listed:
            words = [token.folded for token in tokens(name) if token.text[0] != "["]
            for word in words[:1] + words[-1:]:
                if len(word) >= 2 and word not in _PARTICLES and word not in _HONORIFICS:
                    parts.add(word)
        self.parts = frozenset(parts)


NOBODY = PeopleHere(())


def find_names(
    text: str,
    *,
    everyone: NameList,
    here: PeopleHere,
    keep: NameList,
    confirmed: Callable[[Span], bool] = lambda span: False,
) -> list[Span]:
    """Spans of names, in order and without overlap.

    Parameters
    ----------
    text
        Text whose numbers and addresses are masked already.
    everyone
        Full names of all contacts.
    here
        People of this conversation; their given or family name alone counts when capitalised. Where it is
        also a word ("Will", "May") it needs ``confirmed`` or a greeting before it.
    keep
        Names that are no persons', such as accounts', and stay unless a person here is called the same.
    confirmed
        Whether a named-entity model called this span a person.
    """
    words = tokens(text)
    taken = bytearray(len(words))
    for first, after in (*everyone.find(text, words), *here.full.find(text, words)):
        taken[first:after] = b"\1" * (after - first)
    kept = bytearray(len(words))
    for first, after in keep.find(text, words):
        alone = after - first == 1 and words[first].folded in here.parts
        if not any(taken[first:after]) and not alone:
            kept[first:after] = b"\1" * (after - first)
    for at, token in enumerate(words):
        if taken[at] or kept[at] or not token.text[0].isupper():
            continue
        if _is_name(text, words, at, kept, here=here, confirmed=confirmed):
            after = _extended(text, words, at + 1, kept)
            if not _is_company(words, at, after, text):
                taken[at:after] = b"\1" * (after - at)
    return _spans(text, words, taken)


def _is_name(
    text: str,
    words: Sequence[Token],
    at: int,
    kept: bytearray,
    *,
    here: PeopleHere,
    confirmed: Callable[[Span], bool],
) -> bool:
    token = words[at]
    if token.folded in _HONORIFICS or len(token.text) < 2:
        return False
    shouted = token.text.isupper() and len(token.text) > 1
    if token.folded in here.parts and not (shouted and len(token.text) < 4):
        if token.folded not in AMBIGUOUS and token.folded not in _NOT_NAMES:
            return True
        if confirmed((token.start, token.end)) or _introduced(text, words, at):
            return True
    if shouted or token.folded in _NOT_NAMES:
        return False
    if token.text in FIRST_NAMES or token.text.split("-")[0] in FIRST_NAMES:
        return True
    after = _extended(text, words, at + 1, kept)
    if (
        after - at >= 2
        and token.folded not in _NOT_AFTER_GREETING
        and _AFTER_A_NAME.match(text, words[after - 1].end)
    ):
        return True
    return _introduced(text, words, at)


def _introduced(text: str, words: Sequence[Token], at: int) -> bool:
    """Whether the words before say that a name comes: a title, a greeting, "my name is"."""
    if at == 0:
        return False
    token, before = words[at], words[at - 1]
    gap = text[before.end : token.start]
    if (
        before.folded in _HONORIFICS
        and before.text[0].isupper()
        and gap in (" ", ". ", ".", "\u00a0")
    ):
        return True
    if token.folded in _NOT_AFTER_GREETING or token.text.isupper():
        return False
    if before.folded in _GREETINGS and gap in (" ", ": ") and _ends_address(text, token.end):
        return True
    phrase = " ".join(word.folded for word in words[max(0, at - 3) : at])
    return gap == " " and phrase.endswith(
        ("my name is", "ask for", "speak to", "spoke with", "spoke to", "met with")
    )


def _ends_address(text: str, end: int) -> bool:
    return (
        re.match(r"\s*(?:[,.!:;–—\-)]|$|\n)", text[end : end + 8]) is not None
        or text[end : end + 5] == " and "
    )


def _extended(text: str, words: Sequence[Token], after: int, kept: bytearray) -> int:
    """Take in the family name behind a given name: capitalised words, initials and particles."""
    limit = min(len(words), after + 3)
    at = after
    while at < limit:
        token, gap = words[at], text[words[at - 1].end : words[at].start]
        if gap not in (" ", "\u00a0", "-") and not (gap == ". " and len(words[at - 1].text) == 1):
            break
        if token.folded in _PARTICLES and not token.text.isupper():
            at += 1
            continue
        named = token.text[0].isupper() and (not token.text.isupper() or len(token.text) == 1)
        if not named or token.folded in _NOT_NAMES or kept[at] or token.text == "I":
            break
        at += 1
        after = at
    return after


def _is_company(words: Sequence[Token], first: int, after: int, text: str) -> bool:
    """Whether the words end as companies' names do: "Frank Foods", "Lewis Group Ltd"."""
    if after - first > 1 and words[after - 1].folded in COMPANY_ENDINGS:
        return True
    following = words[after] if after < len(words) else None
    return (
        following is not None
        and following.text[0].isupper()
        and following.folded in COMPANY_ENDINGS
        and text[words[after - 1].end : following.start] in (" ", "\u00a0", ", ")
    )


def plausible_entity(text: str, span: Span, *, keep: NameList) -> Span | None:
    """A named-entity model's person, if it can be one; narrowed to the name itself.

    The model calls products, companies and words at a sentence's start persons; most of those are known
    words, hold capitals inside, or end as companies do.
    """
    words = [token for token in tokens(text[span[0] : span[1]]) if token.text[0] != "["]
    while words and (words[0].folded in _HONORIFICS or not words[0].text[0].isupper()):
        words.pop(0)
    while words and not words[-1].text[0].isupper():
        words.pop()
    if not words or len(words) > 4:
        return None
    if any(token.text[0].islower() and token.folded not in _PARTICLES for token in words):
        return None
    if any(_is_no_name_word(token) for token in words) or words[-1].folded in COMPANY_ENDINGS:
        return None
    start, end = span[0] + words[0].start, span[0] + words[-1].end
    following = re.match(r"[ ,]{1,2}([A-Z][a-z]+)", text[end : end + 30])
    if following and following[1].lower() in COMPANY_ENDINGS:
        return None
    if text[start:end] in keep:
        return None
    if len(words) == 1 and (
        words[0].folded in AMBIGUOUS
        or words[0].folded in PLACES
        or words[0].folded in _NOT_AFTER_GREETING
        or len(words[0].text) < 3
        or _begins_sentence(text, start)
        or _BEFORE_A_PLACE.search(text, max(0, start - 8), start)
        or _LEAD_IN.search(text, max(0, start - 32), start)
    ):
        return None
    return start, end


def _is_no_name_word(token: Token) -> bool:
    if token.folded in _PARTICLES:
        return False
    if token.folded in _NOT_NAMES or (token.text.isupper() and len(token.text) > 1):
        return True
    inner = re.sub(r"^(?:Mc|Mac|O['’]|D['’]|L['’]|De|Di|Le|La|Van)(?=[A-Z])", "", token.text)
    return any(part[1:] != part[1:].lower() for part in re.split(r"['’\-]", inner))


def _begins_sentence(text: str, start: int) -> bool:
    before = text[max(0, start - 12) : start].rstrip(
        " \t\"'“‘(*-•"
    )  # bounded: asked for every word
    return not before or before[-1] in ".!?:;\n…"


def wants_entities(text: str, *, keep: NameList, parts: frozenset[str] = frozenset()) -> bool:
    """Whether a named-entity model could find anything: a capitalised word that nothing else explains.

    ``parts`` are single names of people here; one that is also a word is asked about wherever it stands.
    """
    words = tokens(text)
    kept = bytearray(len(words))
    for first, after in keep.find(text, words):
        kept[first:after] = b"\1" * (after - first)
    for at, token in enumerate(words):
        if kept[at] or not token.text[0].isupper():
            continue
        if token.folded in parts:
            return True
        if len(token.text) < 3 or _is_no_name_word(token):
            continue
        if not _begins_sentence(text, token.start):
            return True
    return False


def _spans(text: str, words: Sequence[Token], taken: bytearray) -> list[Span]:
    """Join neighbouring tokens of names to spans, so that "Jo Lund" is one person and not two."""
    spans: list[Span] = []
    previous = -2
    for at, token in enumerate(words):
        if not taken[at]:
            continue
        if (
            previous == at - 1
            and _GAP.fullmatch(text[words[previous].end : token.start])
            and "," not in text[words[previous].end : token.start]
        ):
            spans[-1] = (spans[-1][0], token.end)
        else:
            spans.append((token.start, token.end))
        previous = at
    return spans
