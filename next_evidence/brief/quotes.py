"""Picks verbatim quotes that are typical, distinct and from different accounts."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from next_evidence.brief.model import QuoteCard

Floats = NDArray[np.float32]
Vectors = Mapping[str, Floats]

NEAR_DUPLICATE = 0.9  # cosine from which two quotes tell a reader the same thing

# Rewards beside facility location (0 to 1: how well the picks stand for all candidates). Small enough that a
# typical quote beats an odd one, large enough that among typical ones an unheard tier or source is taken.
_NEW_GROUP = 0.04
_CONFIDENCE = 0.10
_SUREST = 2  # how many times as many statements as are wanted are looked at, the surest ones
_COMPLETE = 0.06


def pick_quotes(
    cards: Sequence[QuoteCard], *, count: int, vectors: Vectors | None = None
) -> tuple[QuoteCard, ...]:
    """Up to ``count`` quotes, at most one an account, in the order in which they were chosen.

    Only the surest third of the statements is looked at, or twice as many as are wanted. Then greedy facility location:
    each next quote is the one that makes the picks stand best for everything that was said [1]_, with rewards for
    confidence, a complete sentence, and a tier, segment or source not yet shown. Nothing within `NEAR_DUPLICATE` of a
    pick is taken.

    Parameters
    ----------
    vectors
        Utterance id to unit vector, shape (n_dims,). When any candidate lacks one, word overlap is used for
        all of them.

    .. [1] Lin, H. and Bilmes, J. (2011). A class of submodular functions for document summarization. ACL-HLT.
       Chosen over maximal marginal relevance, which it generalises and which looks one step ahead only.
    """
    if not cards or count < 1:
        return ()
    sure = sorted(cards, key=lambda card: (-card.quote.confidence, card.quote.utterance_id))
    # a reader judges the whole brief by its least fitting quote
    kept = {card.quote.utterance_id for card in sure[: max(_SUREST * count, len(sure) // 3)]}
    cards = [card for card in cards if card.quote.utterance_id in kept]
    similar = np.clip(_similarities(cards, vectors), 0.0, 1.0)
    covered = np.zeros(len(cards), dtype=np.float64)
    chosen: list[int] = []
    open_ = set(range(len(cards)))
    groups: set[tuple[str, str]] = set()
    while open_ and len(chosen) < count:
        gains = {i: _gain(cards[i], similar[i], covered, groups) for i in open_}
        # utterance_id breaks ties, so two runs over the same rows give the same brief
        best = min(open_, key=lambda i: (-round(gains[i], 9), cards[i].quote.utterance_id))
        chosen.append(best)
        covered = np.maximum(covered, similar[best])
        groups |= _groups(cards[best])
        account = cards[best].quote.account_id
        open_ = {
            i
            for i in open_
            if cards[i].quote.account_id != account and similar[best, i] < NEAR_DUPLICATE
        }
    return tuple(cards[i] for i in chosen)


def is_complete(text: str) -> bool:
    """Whether a quote reads as whole sentences: begins like one and ends with a stop."""
    stripped = text.strip()
    ends = bool(re.search(r"[.!?…][\"'”’)\]]*$", stripped))
    return ends and not stripped[:1].islower()


def _gain(
    card: QuoteCard,
    similar: NDArray[np.float64],
    covered: NDArray[np.float64],
    seen: set[tuple[str, str]],
) -> float:
    located = float(np.maximum(similar - covered, 0.0).mean())
    return (
        located
        + _NEW_GROUP * len(_groups(card) - seen)
        + _CONFIDENCE * card.quote.confidence
        + _COMPLETE * is_complete(card.quote.text)
    )


def _groups(card: QuoteCard) -> set[tuple[str, str]]:
    quote = card.quote
    named = {"tier": quote.tier, "segment": quote.segment, "source": card.source}
    return {(key, value) for key, value in named.items() if value}


def _similarities(cards: Sequence[QuoteCard], vectors: Vectors | None) -> NDArray[np.float64]:
    """Cosines between quotes, shape (n_cards, n_cards)."""
    ids = [card.quote.utterance_id for card in cards]
    if vectors is not None and all(i in vectors for i in ids):
        stacked = np.stack([np.asarray(vectors[i], dtype=np.float64) for i in ids])
    else:
        stacked = _word_vectors([card.quote.text for card in cards])
    norms = np.linalg.norm(stacked, axis=1, keepdims=True)
    unit = np.divide(stacked, norms, out=np.zeros_like(stacked), where=norms > 0)
    cosines: NDArray[np.float64] = unit @ unit.T
    return cosines


def _word_vectors(texts: Sequence[str]) -> NDArray[np.float64]:
    words = [set(re.findall(r"\w{3,}", text.casefold())) for text in texts]
    vocabulary = {word: i for i, word in enumerate(sorted(set().union(*words)))}
    found = np.zeros((len(texts), max(1, len(vocabulary))), dtype=np.float64)
    for i, those in enumerate(words):
        found[i, [vocabulary[word] for word in those]] = 1.0
    return found
