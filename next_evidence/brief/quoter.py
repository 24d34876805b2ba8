"""Quotes for one persona's brief: of a shift, of a pain, of a word. Counts what was looked at and what was refused."""

from __future__ import annotations

from collections.abc import Collection

import polars as pl

from next_evidence.brief.material import Material
from next_evidence.brief.model import Change, QuoteCard
from next_evidence.brief.quotes import Vectors, pick_quotes
from next_evidence.brief.verbatim import candidates
from next_evidence.brief.vocabulary import shortest, telling


class Quoter:
    """Picks quotes from one persona's material.

    ``considered`` and ``refused`` are ids of the statements that were looked at, and of those whose stored turn says something else.

    Parameters
    ----------
    vectors
        Utterance id to unit vector, for picking typical quotes; None: word overlap is used.
    """

    def __init__(self, material: Material, vectors: Vectors | None) -> None:
        self._material, self._vectors = material, vectors
        self.considered: set[str] = set()
        self.refused: set[str] = set()

    def of_change(
        self, change: Change, stance: str, *, count: int, avoid: Collection[str | None] = ()
    ) -> tuple[QuoteCard, ...]:
        """Quotes of this cycle; where they are too few, of the cycles since the shift began.

        None comes from an account in ``avoid``.
        """
        if change.pain_id is None:
            return ()
        cycle = self._material.cycle.name
        rows = self._statements(change.pain_id, stance, change.segment)
        rows = rows.filter(~pl.col("account_id").is_in(list(avoid)))
        now = self._cards(rows.filter(pl.col("cycle") == cycle))
        picked = self._pick(now, count)
        if len(picked) == count:
            return picked
        taken = {card.quote.account_id for card in picked}
        first = change.since.name if change.since else cycle
        # names of one cadence sort by time
        earlier = rows.filter(pl.col("cycle") < cycle, pl.col("cycle") >= first)
        more = [card for card in self._cards(earlier) if card.quote.account_id not in taken]
        return picked + self._pick(more, count - len(picked))

    def one_of_pain(self, pain_id: str, stance: str) -> QuoteCard | None:
        """The most typical statement on a pain in this cycle."""
        return next(iter(self._pick(self.all_of_pain(pain_id, stance), 1)), None)

    def all_of_pain(self, pain_id: str, stance: str) -> tuple[QuoteCard, ...]:
        """Every statement on a pain in this cycle that can be quoted."""
        rows = self._statements(pain_id, stance, None)
        return self._cards(rows.filter(pl.col("cycle") == self._material.cycle.name))

    def one_with(self, phrase: str) -> QuoteCard | None:
        """The shortest statement of this cycle that holds a phrase."""
        now = pl.col("cycle") == self._material.cycle.name
        said = self._material.matches.filter(now, telling([phrase]))
        return shortest(self._cards(said, accepted_only=False))

    def _statements(self, pain_id: str, stance: str, segment: str | None) -> pl.DataFrame:
        rows = self._material.matches.filter(
            pl.col("pain_id") == pain_id, pl.col("stance") == stance
        )
        if segment is None:
            return rows
        ids = [i for i, known in self._material.accounts.items() if known["segment"] == segment]
        return rows.filter(pl.col("account_id").is_in(ids))

    def _cards(self, rows: pl.DataFrame, *, accepted_only: bool = True) -> tuple[QuoteCard, ...]:
        found = candidates(
            rows,
            self._material.tables.utterances,
            self._material.tables.turns,
            self._material.accounts,
            self._material.why,
            accepted_only=accepted_only,
        )
        self.considered |= {card.quote.utterance_id for card in found.cards}
        self.refused |= set(found.refused_ids)
        return found.cards

    def _pick(self, cards: Collection[QuoteCard], count: int) -> tuple[QuoteCard, ...]:
        return pick_quotes(tuple(cards), count=count, vectors=self._vectors)
