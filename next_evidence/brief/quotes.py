"""Picks verbatim quotes that are typical, distinct and from different accounts."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import polars as pl
from numpy.typing import NDArray

from next_evidence.brief.model import QuoteCard
from next_evidence.records import Quote
from next_evidence.schemas import MATCHES, TURNS, UTTERANCES, check

Floats = NDArray[np.float32]
Vectors = Mapping[str, Floats]

MIN_WORDS, MAX_WORDS = 6, 45
NEAR_DUPLICATE = 0.9  # cosine from which two quotes tell a reader the same thing

# Rewards beside facility location (0 to 1: how well the picks stand for all candidates). Small enough that a
# typical quote beats an odd one, large enough that among typical ones an unheard tier or source is taken.
_NEW_GROUP = 0.04
_CONFIDENCE = 0.10
_SUREST = 2
_COMPLETE = 0.06

# A sentence ends at . ! ? … before white space and something that may begin one, or at a line's end.
_SENTENCE_END = re.compile(r"[.!?…]+[\"'”’)\]]*(?=\s|$)|\n+")


@dataclass(frozen=True)
class Candidates:
    """Quotes that may be shown, and utterances refused because the stored turn says something else."""

    cards: tuple[QuoteCard, ...]
    refused_ids: tuple[str, ...] = ()

    @property
    def refused(self) -> int:
        """How many were refused."""
        return len(self.refused_ids)


def candidates(
    matches: pl.DataFrame,
    utterances: pl.DataFrame,
    turns: pl.DataFrame,
    accounts: Mapping[str, Mapping[str, str]],
    why: Mapping[str, str] | None = None,
    *,
    accepted_only: bool = True,
) -> Candidates:
    """Turn matches into quotes, each checked against the stored turn that it claims to come from.

    Parameters
    ----------
    matches
        ``MATCHES`` rows of one persona, cycle, pain and stance; only those of known accounts are used.
    utterances, turns
        Rows that the matches point to; others are ignored.
    accounts
        Account id to its ``name``, ``tier`` and ``segment`` as they stood in the cycle; missing means unknown.
    why
        Speaker key to why the speaker counts as of the persona; missing means unknown.
    accepted_only
        Whether a statement must be sure to speak of its pain; to show a word it need not.

    Returns
    -------
    Quotes of `MIN_WORDS` to `MAX_WORDS` words in order of utterance id. A shorter statement is widened to the
    sentences beside it in the same turn, so it stays a verbatim span; what is still too short, or too long,
    is left out. ``refused_ids`` are those whose span is not, character for character, what the turn holds.
    """
    picked = (
        check(matches, MATCHES, table="matches")
        .filter(
            pl.col("account_id").is_not_null(),
            (pl.col("status") == "accepted") | (not accepted_only),
        )
        .select("utterance_id", "confidence", "stance")
        .unique("utterance_id", keep="first", maintain_order=True)
    )
    turn_texts = check(turns, TURNS, table="turns").rename({"text": "turn_text"})
    rows = (
        picked.join(
            check(utterances, UTTERANCES, table="utterances").unique(
                "utterance_id", keep="first", maintain_order=True
            ),
            on="utterance_id",
        )
        .join(turn_texts, on=["source", "conversation_id", "turn"], how="left")
        .sort("utterance_id")
    )
    cards: list[QuoteCard] = []
    refused: list[str] = []
    for row in rows.iter_rows(named=True):
        turn_text: str | None = row["turn_text"]
        start, end = row["start"], row["end"]
        if turn_text is None or turn_text[start:end] != row["text"] or not row["text"]:
            refused.append(row["utterance_id"])
            continue
        span = _fitting_span(turn_text, start, end)
        if span is None:
            continue
        account = accounts.get(row["account_id"], {})
        quote = Quote(
            utterance_id=row["utterance_id"],
            text=turn_text[slice(*span)],
            account_id=row["account_id"],
            contact_id=row["contact_id"],
            title=row["speaker_title"] or "",
            kind=row["kind"],
            spoken_at=row["spoken_at"],
            url=row["url"] or "",
            confidence=row["confidence"] or 0.0,
            stance=row["stance"] or "raises",
            tier=account.get("tier", ""),
            segment=account.get("segment", ""),
        )
        name = account.get("name", "") or row["account_id"]
        reason = (why or {}).get(row["speaker_key"], "")
        cards.append(QuoteCard(quote, name, row["source"], reason))
    return Candidates(tuple(cards), tuple(refused))


def pick_quotes(
    cards: Sequence[QuoteCard], *, count: int, vectors: Vectors | None = None
) -> tuple[QuoteCard, ...]:
    """Up to ``count`` quotes, at most one an account, in the order in which they were chosen.

    Only the surest third of the statements is looked at, or twice as many as are wanted. Then greedy facility location: each next quote is the one that makes the picks stand best for everything that
    was said [1]_, with rewards for confidence, a complete sentence, and a tier, segment or source not yet
    shown. Nothing within `NEAR_DUPLICATE` of a pick is taken.

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


def _fitting_span(turn: str, start: int, end: int) -> tuple[int, int] | None:
    """The utterance's span, widened by whole sentences when it is short; None: it cannot fit."""
    start, end = _trimmed(turn, start, end)
    if _words(turn[start:end]) > MAX_WORDS:
        return None
    if _words(turn[start:end]) >= MIN_WORDS:
        return start, end
    bounds = _sentences(turn)
    # what follows usually explains a short remark; what precedes usually sets it up
    for low, high in (
        (start, _next_end(bounds, end)),
        (_previous_start(bounds, start), end),
        (_previous_start(bounds, start), _next_end(bounds, end)),
    ):
        wide = _trimmed(turn, low, high)
        if MIN_WORDS <= _words(turn[slice(*wide)]) <= MAX_WORDS:
            return wide
    return None


def _next_end(bounds: Sequence[tuple[int, int]], end: int) -> int:
    return next((high for low, high in bounds if low >= end), end)


def _previous_start(bounds: Sequence[tuple[int, int]], start: int) -> int:
    return next((low for low, high in reversed(bounds) if high <= start), start)


def _sentences(turn: str) -> list[tuple[int, int]]:
    """Spans of a turn's sentences, in order, without the white space between them."""
    cuts = [0, *(found.end() for found in _SENTENCE_END.finditer(turn)), len(turn)]
    spans = [_trimmed(turn, low, high) for low, high in pairwise(cuts)]
    return [span for span in spans if span[0] < span[1]]


def _trimmed(turn: str, start: int, end: int) -> tuple[int, int]:
    text = turn[start:end]
    return start + len(text) - len(text.lstrip()), end - (len(text) - len(text.rstrip()))


def _words(text: str) -> int:
    return len(text.split())
