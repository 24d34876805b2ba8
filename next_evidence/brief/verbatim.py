"""Statements as quotes, each checked against the stored turn that it claims to come from."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import polars as pl

from next_evidence.brief.model import QuoteCard
from next_evidence.records import Quote
from next_evidence.schemas import MATCHES, TURNS, UTTERANCES, check

MIN_WORDS, MAX_WORDS = 6, 45

# A sentence ends at . ! ? … before white space and something that may begin one, or at a line's end.
_SENTENCE_END = re.compile(r"[.!?…]+[\"'”’)\]]*(?=\s|$)|\n+")


@dataclass(frozen=True)
class Candidates:
    """Quotes that may be shown, and utterances refused because the stored turn says something else."""

    cards: tuple[QuoteCard, ...]
    refused_ids: tuple[str, ...] = ()


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
