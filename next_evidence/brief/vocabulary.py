"""Which words a brief lists, and the statement that shows each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import polars as pl

from next_evidence.brief.model import QuoteCard, WordChange
from next_evidence.brief.ranking import clearest_first
from next_evidence.personas.document import Persona

MAX_WORDS = 6  # that a brief lists; the table has them all


def word_changes(
    surfaced: pl.DataFrame, labels: Mapping[str, str], persona: Persona
) -> tuple[WordChange, ...]:
    """Words of surfaced shifts, gained ones first, the clearest first; each word and each part of a phrase once.

    Parameters
    ----------
    surfaced
        ``SHIFTS`` rows of one persona, of kind ``language``; segments are left out.
    labels
        Pain id to its words.
    persona
        The document, whose ``language`` may list them.
    """
    listed = {phrase.casefold() for phrase in persona.language}
    rows = surfaced.filter(pl.col("segment").is_null()).to_dicts()
    rows.sort(key=lambda row: (row["change"] < 0, *clearest_first(row)))
    told: list[WordChange] = []
    for row in rows:
        if any(_overlap(row["label"], word.phrase) for word in told):
            continue
        told.append(
            WordChange(
                phrase=row["label"],
                gained=row["change"] > 0,
                pain=labels.get(row["pain_id"] or "", ""),
                accounts=row["accounts_raising"],
                accounts_heard=row["accounts_heard"],
                share_before=row["share_before"],
                share_now=row["share_now"],
                versus=row["versus"],
                listed=row["label"].casefold() in listed,
            )
        )
    return tuple(told[:MAX_WORDS])


def telling(phrases: Iterable[str]) -> pl.Expr:
    """Statements that hold one of these phrases as whole words, whatever their case."""
    found = [r"\s+".join(pl.escape_regex(word) for word in phrase.split()) for phrase in phrases]
    pattern = rf"(?i)\b(?:{'|'.join(found)})\b" if found else r"[^\s\S]"
    return pl.col("text").str.contains(pattern)


def shortest(cards: Sequence[QuoteCard]) -> QuoteCard | None:
    """The card that says it in the fewest characters; utterance_id breaks ties."""
    return min(cards, key=lambda c: (len(c.quote.text), c.quote.utterance_id), default=None)


def _overlap(one: str, other: str) -> bool:
    """Whether one phrase is a part of the other, or the same."""
    short, long = sorted((f" {one.casefold()} ", f" {other.casefold()} "), key=len)
    return short in long
