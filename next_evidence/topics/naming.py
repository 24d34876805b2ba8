"""What a candidate is called until a person names it: a real quote and the phrases that set it apart."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from next_evidence.text.terms import terms
from next_evidence.topics.space import Floats
from next_evidence.topics.speech import Ints, Mask

_PHRASES = 5
_SHORTEST, _LONGEST = (
    6,
    40,
)  # words of a quote that can be read at a glance and understood (methods.md, B6)


def key_phrases(texts: Sequence[str], accounts: Ints, inside: Mask) -> tuple[str, ...]:
    """Phrases that are usual inside and unusual outside, at most five, the most telling first.

    c-TF-IDF [1]_ over accounts instead of tokens: one account that repeats its pet phrase ten times counts
    once. A phrase needs a quarter of the accounts inside, two at least; of two that overlap in words the more telling stays.

    .. [1] Grootendorst, M. (2022). BERTopic. arXiv:2203.05794, section 3.3.
    """
    inner: dict[str, set[int]] = {}
    outer: dict[str, int] = {}
    for text, account, member in zip(texts, accounts.tolist(), inside.tolist(), strict=True):
        for term in terms(text, longest=2):
            if member:
                inner.setdefault(term, set()).add(account)
            else:
                outer[term] = outer.get(term, 0) + 1
    n_inside = max(int(inside.sum()), 1)
    least = max(2, -(-len(np.unique(accounts[inside])) // 4))
    mean = len(texts) / max(len(texts) - n_inside, 1)
    telling = {
        term: len(voices) * np.log1p(n_inside * mean / (len(voices) + outer.get(term, 0)))
        for term, voices in inner.items()
        if len(voices) >= least
    }
    found: list[str] = []
    for term in sorted(telling, key=lambda t: (-round(telling[t], 9), -len(t.split()), t)):
        if not any(set(term.split()) & set(other.split()) for other in found):
            found.append(term)
    return tuple(found[:_PHRASES])


def exemplar(ids: Sequence[str], texts: Sequence[str], cosines: Floats, candidates: Mask) -> int:
    """Position of the statement that is most typical and can be quoted; of equals the first id."""
    rows = [int(i) for i in np.flatnonzero(candidates)]
    readable = [
        i for i in rows if _SHORTEST <= len(texts[i].split()) <= _LONGEST and "[" not in texts[i]
    ]
    if not readable:
        readable = [i for i in rows if _SHORTEST <= len(texts[i].split()) <= _LONGEST]
    return int(min(readable or rows, key=lambda i: (-round(float(cosines[i]), 6), ids[i])))


def label(quote: str, phrases: Sequence[str]) -> str:
    """A quote and its phrases as one line: ``"…" — phrase, phrase``."""
    quote = " ".join(quote.split())
    return f'"{quote}" — {", ".join(phrases)}' if phrases else f'"{quote}"'
