"""Candidate words and phrases of a statement: lemmatised, lower-case, one to three words.

Rules instead of a parser: a statement costs microseconds, and "dashboards" and "dashboard" are one term. Who wants "stitched" and
"stitching" to be one term too passes the lemma of `next_evidence.text.models.default_lemma`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache

from next_evidence.text.normalise import word_set

STOP_WORDS = word_set(
    """
    a about above absolutely actually after again against ago all almost already also although always am an and another any anybody
    anyone anything anyway are around as ask at away back basically be because been before being below between bit both
    but by came can cannot could couldn't did didn't do does doesn't doing don't done down during each either else
    enough etc even ever every everybody everyone everything exactly far few first for from further get gets getting give
    go goes going gone gonna good got great guess had hadn't half has hasn't have haven't having he her here hers herself him
    himself his honestly how however i if in instead into is isn't it its itself just keep kind know knows last later least less
    let like literally little long look lot lots made make makes making many may maybe me mean means might mine more
    most much must my myself near need needs never new next no nobody none nor not nothing now of off oh ok okay on once
    one ones only onto or other others our ours ourselves out over own per perhaps please probably put quite rather
    really right said same saw say says see seem seems seen several shall she should shouldn't since so some somebody
    someone something sometimes somewhere soon sort still stuff such sure take takes tell than thank thanks that the
    their theirs them themselves then there these they thing things think this those though three through till to today
    together told tomorrow too took totally toward towards tried try trying two under until up upon us use used using
    usually very want wants was wasn't way we well went were weren't what whatever when where whether which while who
    whole whom whose why will with within without won't would wouldn't yeah year years yes yesterday yet you your yours
    yourself yourselves i'm i've i'd i'll you're you've you'd you'll he's she's it's it'll we're we've we'd we'll they're
    they've they'd they'll that's there's here's what's who's let's ain't can't cause cos um uh er hmm mm hi hello hey
    dear regards best cheers team
    monday tuesday wednesday thursday friday saturday sunday day days week weeks month months
    """
)
NUMBER_WORDS = word_set(
    """
    percent zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen
    twenty thirty forty fifty sixty seventy eighty ninety hundred thousand million billion dozen half third quarter-million
    first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth
    january february march april may june july august september october november december
    """
)
_TOKEN = re.compile(r"\[[a-z]{3,8}\]|[^\W_]+(?:['’\-&./][^\W_]+)*|[.!?;:,()\n]")
_NOT_PLURAL = word_set(
    "always analysis basis bias bonus bus business campus chaos class corpus focus gas gross lens less loss mass maths miss news pass plus "
    "previous process progress species status success access address series thus us various versus virus this its his was is has as ops "
    "devops revops aws dns saas sas rbac kubernetes sales salesforce canvas atlas pus pros cons goods"
)
_IRREGULAR = {
    "analyses": "analysis", "indices": "index", "children": "child", "men": "man", "women": "woman",
    "criteria": "criterion", "leaves": "leave", "lives": "life", "matrices": "matrix", "queries": "query", "statuses": "status",
    "processes": "process", "businesses": "business", "addresses": "address", "classes": "class", "accesses": "access", "bonuses": "bonus",
    "caches": "cache", "axes": "axis", "movies": "movie", "cookies": "cookie", "broke": "break", "broken": "break", "spent": "spend",
    "ran": "run", "sent": "send", "lost": "lose", "paid": "pay", "built": "build", "wrote": "write", "written": "write", "froze": "freeze",
    "frozen": "freeze",
}  # fmt: skip


def lemma(word: str) -> str:
    """A word's dictionary form as far as plurals go; verbs keep their ending.

    >>> lemma("dashboards"), lemma("queries"), lemma("status")
    ('dashboard', 'query', 'status')
    """
    word = _small(word)
    if word.endswith("'s"):
        word = word[:-2]
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    if (
        len(word) <= 3
        or not word.endswith("s")
        or word in _NOT_PLURAL
        or word.endswith(("ss", "us", "is"))
    ):
        return word
    if word.endswith("ies") and len(word) > 4:
        return f"{word[:-3]}y"
    if word.endswith(("xes", "ches", "shes", "sses", "zzes")):
        return word[:-2]
    return word[:-1]


def terms(
    text: str, *, longest: int = 3, stop_words: frozenset[str] = STOP_WORDS
) -> tuple[str, ...]:
    """Candidate terms of a text, each once, in the order they appear.

    Phrases begin and end with a word of content and never cross punctuation; placeholders such as
    ``[person]`` and bare numbers are no words. Words of one letter are left out.

    >>> terms("The board decks take hours")
    ('board', 'board deck', 'deck', 'deck take hour', 'hour')
    """
    return tuple(written_terms(text, longest=longest, stop_words=stop_words))


def written_terms(
    text: str,
    *,
    longest: int = 3,
    stop_words: frozenset[str] = STOP_WORDS,
    lemma_of: Callable[[str], str] = lemma,
) -> dict[str, str]:
    """The same terms, each with how the text first writes it.

    >>> written_terms("The board decks")
    {'board': 'board', 'board deck': 'board decks', 'deck': 'decks'}
    """
    return _terms_of(_runs(text), longest, stop_words, lemma_of)


class TermReader:
    """Reads the terms of statements, each distinct text once; numbers in words are no terms, as those in digits are none.

    Parameters
    ----------
    lemma_of
        What joins the forms of a word.
    """

    def __init__(self, lemma_of: Callable[[str], str] = lemma) -> None:
        self._lemma_of = lru_cache(maxsize=1 << 16)(lemma_of)
        self._read = lru_cache(maxsize=1 << 17)(self._read_text)

    def terms(self, text: str) -> Mapping[str, str]:
        """Term to how the text first writes it."""
        return self._read(text)[0]

    def lemmas(self, text: str) -> str:
        """The lemmas of all words, a space around each, so that a phrase is found as a substring.

        >>> TermReader().lemmas("Board decks, again")
        ' board deck again '
        """
        return self._read(text)[1]

    def _read_text(self, text: str) -> tuple[Mapping[str, str], str]:
        runs = list(_runs(text))
        words = [self._lemma_of(_small(word)) for run in runs for word in run]
        found = _terms_of(runs, 3, STOP_WORDS | NUMBER_WORDS, self._lemma_of)
        return found, f" {' '.join(words)} "


def _terms_of(
    runs: Iterable[list[str]],
    longest: int,
    stop_words: frozenset[str],
    lemma_of: Callable[[str], str],
) -> dict[str, str]:
    found: dict[str, str] = {}
    for run in runs:
        small = [_small(word) for word in run]
        forms = [lemma_of(word) for word in small]
        edge = [_begins_or_ends(word, stop_words) for word in small]
        for first in range(len(run)):
            if not edge[first]:
                continue
            for after in range(first + 1, min(len(run), first + longest) + 1):
                if edge[after - 1]:
                    found.setdefault(" ".join(forms[first:after]), " ".join(run[first:after]))
    return found


def _small(word: str) -> str:
    return word.lower().replace("’", "'")


def _runs(text: str) -> Iterable[list[str]]:
    run: list[str] = []
    for token in _TOKEN.findall(text):
        if token[0] == "[" or not (token[0].isalnum()):
            if run:
                yield run
            run = []
        else:
            run.append(token)
    if run:
        yield run


def _begins_or_ends(word: str, stop_words: frozenset[str]) -> bool:
    return len(word) > 1 and word not in stop_words and any(char.isalpha() for char in word)
