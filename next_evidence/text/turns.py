"""Turns to utterances: the statements of a turn as spans, without greetings and back-channel."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from next_evidence.text.messages import is_closing, is_greeting
from next_evidence.text.models import SentenceFinder
from next_evidence.text.normalise import Span, trimmed, word_set

LONGEST = 60  # words of an utterance before it is cut: what the encoder's 128 word pieces and a reader bear
CONTEXT_WORDS = 60
_LINE_LENGTH = 4000

_WORD = re.compile(r"\[[a-z]{3,8}\]|[^\W_]+(?:['’][^\W_]+)*")
_ABBREVIATED = re.compile(
    r"(?:\b(?:e\.g|i\.e|etc|vs|approx|no|nr|st|dr|mr|mrs|ms|prof|inc|ltd|co|dept|fig|min|max|incl|excl|resp|cf|ca|z\.b|p\.m|a\.m|jr|sr|v)|(?<![\w'’])[A-Za-z]|\bp\.\s?s)\.$",
    re.IGNORECASE,
)
_STOPPED = re.compile(r"[.!?…。！？]+[\"'”’)\]]*$")
_HARD_STOP = re.compile(
    r"(?<=[^\W\d_]{2}[.!?…])[\"'”’)\]]*\s+(?=[\"'“‘(]?[A-Z0-9\[])|(?<=[。！？])"
)
_BULLET = re.compile(r"(?:[-*•–—·▪◦]\s+|\(?\d{1,2}[.)]\s+|>\s)+")
_CLAUSE = re.compile(
    r"[;:–—]\s|\s-{1,2}\s|…\s|\.{3}\s|,\s(?=(?:and|but|so|because|which|then|or|while|since|although|anyway|plus)\b)|,\s"
    r"|\s(?=(?:and then|but|so then|because|anyway)\b)",
    re.IGNORECASE,
)

_BACK_CHANNEL = (
    "yeah|yep|yes|yup|ya|no|nope|nah|ok|okay|okey|k|kk|right|sure|sure thing|exactly|totally|absolutely|definitely|certainly|indeed|perfect|great|cool|nice|lovely"
    "|brilliant|awesome|fantastic|excellent|wonderful|super|fine|good|gotcha|got it|i got it|mm|mmm|mm-hm|mhm|mm hmm|hm|hmm|uh|uh-huh|uh huh|um|umm|er|erm|oh|ooh|ah|aha|wow"
    "|ha|haha|hahaha|hehe|lol|ouch|oops|phew|huh|eh|i see|makes sense|that makes sense|makes sense to me|fair|fair enough|fair point|good point|good question"
    "|no worries|no worries at all|no problem|np|not at all|of course|all good|sounds good|sounds great|will do|go ahead|go on|carry on|after you|you go first"
    "|thanks|thank you|thx|ty|cheers|ta|many thanks|thanks a lot|thanks so much|thank you so much|thank you very much|thanks again|thanks in advance|much appreciated|appreciated|noted"
    "|noted with thanks|you're welcome|welcome|please|sorry|pardon|excuse me|bless you|hello|hi|hey|hiya|hi there|hello there|good morning|good afternoon|good evening|morning|bye|bye now|goodbye|bye bye"
    "|see you|see ya|speak soon|talk soon|take care|have a good one|have a nice day|have a great day|have a great weekend|have a nice weekend|happy friday"
    "|how are you|how are we|how are things|how's it going|i'm good|i'm fine|not bad|can you hear me|can you hear me now|better|there you are|there you go"
    "|you know|i mean|well|anyway|so|and|just|like|one sec|one second|one moment|hang on|hold on|let me see|let me think|hundred percent|a hundred percent|same here|me too|agreed|true|correct|nothing from me|done|both|everyone|all|team|guys|folks|mate"
)
_BACK_CHANNEL_ONLY = re.compile(
    rf"(?:(?:{_BACK_CHANNEL}|\[person\])(?:[\s,.!?…:;)(\-–—]+|$))+", re.IGNORECASE
)
_EMPTY_TALK_WORDS = 9
# Words of a back-channel that could also be the whole answer to a survey are no content either way.
_FILLERS = word_set(
    "um umm uh er erm hmm hm mm yeah yep yes no okay ok well so and but oh ah like right anyway actually basically honestly just really hi hello hey thanks please sorry"
)
_FUNCTION_WORDS = _FILLERS | word_set(
    """
    a an the this that these those i me my mine you your yours he him his she her hers it its we us our ours they them their
    theirs who whom which what where when why how is am are was were be been being do does did have has had having will would
    can could shall should may might must of in on at to from by with for about as into over under than then there here if
    or because while not nor too very some any all both each one ones out up down off again it's i'm i've i'd i'll that's
    don't we're we've they're you're there's isn't who's what's he's she's also
    """
)


@dataclass(frozen=True)
class Utterances:
    """Statements of one turn, and how many fragments said nothing."""

    spans: tuple[Span, ...]
    sentences: tuple[Span, ...]
    dropped_small_talk: int
    dropped_short: int


def split_sentences(texts: Sequence[str], finder: SentenceFinder) -> list[tuple[Span, ...]]:
    """Sentences of each text as spans, in order, trimmed; a line end always ends a sentence.

    The model proposes; rules take back what is plainly wrong (an end after "e.g." or inside a clause) and
    add what is plainly missed (an end after a full stop before a capital).
    """
    lines = [_lines(text) for text in texts]
    asked = sorted(
        {text[start:end] for text, spans in zip(texts, lines, strict=True) for start, end in spans}
    )
    answers = dict(zip(asked, finder.find(asked), strict=True))
    found = []
    for text, spans in zip(texts, lines, strict=True):
        sentences: list[Span] = []
        for start, end in spans:
            proposed = [(start + a, start + b) for a, b in answers[text[start:end]]]
            sentences += _corrected(text, (start, end), proposed)
        found.append(tuple(sentences))
    return found


def utterances(text: str, sentences: Sequence[Span], *, min_words: int) -> Utterances:
    """What a turn says, as spans of statements that stand for themselves.

    Parameters
    ----------
    text
        The turn, masked.
    sentences
        Its sentences, from `split_sentences`.
    min_words
        A fragment with fewer words of content is joined to its neighbour on the same line; a turn that
        has fewer words in all says nothing.

    Returns
    -------
    Spans in order, without overlap. Greetings, thanks and back-channel are left out only where they are
    the whole sentence.
    """
    kept = [span for span in sentences if not is_small_talk(text[span[0] : span[1]])]
    small_talk = len(sentences) - len(kept)
    pieces = [piece for span in kept for piece in _cut(text, span)]
    joined = _join_fragments(text, pieces, min_words=min_words)
    enough = [span for span in joined if _count(text, span) >= min_words]
    return Utterances(tuple(enough), tuple(sentences), small_talk, len(joined) - len(enough))


def is_small_talk(sentence: str) -> bool:
    """Whether a sentence greets, thanks or nods and says nothing else.

    >>> is_small_talk("Yeah, yeah, exactly."), is_small_talk("No, the export is slow.")
    (True, False)
    """
    short = sentence.strip()
    if len(short) > 120:
        return False
    if not _WORD.search(short):
        return True
    if len(_WORD.findall(short)) > _EMPTY_TALK_WORDS:
        return False
    straight = short.replace("’", "'").lstrip("\"'“‘(:;-–— ")
    return bool(_BACK_CHANNEL_ONLY.fullmatch(straight)) or is_greeting(short) or is_closing(short)


def context_span(text: str, sentences: Sequence[Span], span: Span) -> Span:
    """The statement with the sentence before and the one after, where that stays readable."""
    inside = [at for at, (start, end) in enumerate(sentences) if start < span[1] and end > span[0]]
    if not inside:
        return span
    start, end = span
    if inside[0] > 0 and _length(text, (sentences[inside[0] - 1][0], end)) <= CONTEXT_WORDS:
        start = sentences[inside[0] - 1][0]
    if (
        inside[-1] + 1 < len(sentences)
        and _length(text, (start, sentences[inside[-1] + 1][1])) <= CONTEXT_WORDS
    ):
        end = sentences[inside[-1] + 1][1]
    return min(start, span[0]), max(end, span[1])


def _lines(text: str) -> list[Span]:
    found, start = [], 0
    for line in text.split("\n"):
        for at in range(start, start + len(line), _LINE_LENGTH):
            span = trimmed(text, (at, min(at + _LINE_LENGTH, start + len(line))))
            if span[0] < span[1]:
                found.append(span)
        start += len(line) + 1
    return found


def _corrected(text: str, line: Span, proposed: Sequence[Span]) -> list[Span]:
    ends = {end for _, end in proposed if not _wrong_end(text, line, end)}
    for stop in _HARD_STOP.finditer(text, line[0], line[1]):
        if not _ABBREVIATED.search(text, max(line[0], stop.start() - 8), stop.start()):
            ends.add(stop.end())
    spans, start = [], line[0]
    for end in sorted(ends | {line[1]}):
        span = trimmed(text, (start, end))
        bullet = _BULLET.match(text, span[0], span[1])
        if bullet and bullet.end() < span[1]:
            span = (bullet.end(), span[1])
        if span[0] < span[1]:
            spans.append(span)
        start = max(start, end)
    return spans


def _wrong_end(text: str, line: Span, end: int) -> bool:
    before = text[max(line[0], end - 12) : end].rstrip()
    after = text[end : end + 12].lstrip()
    if not after or not before:
        return False
    if _ABBREVIATED.search(before):
        return True
    if before[-1] == "." and after[0].isdigit() and text[end : end + 1].isdigit():
        return True  # inside 2.5 or v2.1
    # without a full stop the model is right too rarely: "nothing happened it says ok but rows are missing"
    return _STOPPED.search(before) is None


def _cut(text: str, span: Span) -> list[Span]:
    """Cut a run-on at a clause near its middle until each part is readable."""
    words = list(_WORD.finditer(text, span[0], span[1]))
    if len(words) <= LONGEST:
        return [span]
    found: list[Span] = []
    pending = [(span, 0, len(words))]
    while pending:
        (start, end), first, after = pending.pop()
        if after - first <= LONGEST:
            found.append(trimmed(text, (start, end)))
            continue
        middle = (first + after) // 2
        reach = (after - first) // 4
        low, high = words[middle - reach].start(), words[middle + reach].start()
        target = words[middle].start()
        clauses = [match.end() for match in _CLAUSE.finditer(text, low, high)]
        at = min(clauses, key=lambda place: (abs(place - target), place)) if clauses else target
        split = next(
            (i for i in range(middle - reach, middle + reach + 1) if words[i].start() >= at), middle
        )
        at = words[split].start()
        pending += [((at, end), split, after), ((start, at), first, split)]
    return [part for part in found if part[0] < part[1]]


def _join_fragments(text: str, pieces: Sequence[Span], *, min_words: int) -> list[Span]:
    """Join a fragment to the statement before it, else to the one after; never across a line end."""
    joined: list[Span] = []
    for span in pieces:
        if joined and _joinable(text, joined[-1], span):
            short = _content(text, span) < min_words or _content(text, joined[-1]) < min_words
            if short and _length(text, (joined[-1][0], span[1])) <= LONGEST:
                joined[-1] = (joined[-1][0], span[1])
                continue
        joined.append(span)
    return joined


def _joinable(text: str, before: Span, after: Span) -> bool:
    between = text[before[1] : after[0]]
    return "\n" not in between and len(between) <= 60


def _length(text: str, span: Span) -> int:
    return sum(1 for _ in _WORD.finditer(text, *span))


def _count(text: str, span: Span) -> int:
    return sum(1 for word in _WORD.finditer(text, *span) if word[0].lower() not in _FILLERS)


def _content(text: str, span: Span) -> int:
    return sum(
        1
        for word in _WORD.finditer(text, *span)
        if word[0].lower().replace("’", "'") not in _FUNCTION_WORDS
    )
