"""One pain now, before and over time, from the table of shares."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import polars as pl

from next_evidence.brief.model import CycleSpan, PainPoint, PainStory, ReviewedShare, Share
from next_evidence.brief.words import span_of
from next_evidence.personas.document import Persona
from next_evidence.records import Cycle, cycles_up_to
from next_evidence.schemas import PAINS, SHARES, check


@dataclass(frozen=True)
class Shares:
    """One persona's rows of ``SHARES`` up to a cycle, by (cycle, pain, segment); segment None: all."""

    cycle: Cycle
    rows: dict[tuple[str, str, str | None], Share]
    points: dict[tuple[str, str | None], tuple[PainPoint, ...]]

    def at(
        self, pain_id: str, segment: str | None = None, *, cycle: Cycle | None = None
    ) -> Share | None:
        """The share in a cycle, by default this one; None: nobody was heard, or the pain was not known."""
        return self.rows.get(((cycle or self.cycle).name, pain_id, segment))

    def before(
        self, pain_id: str, segment: str | None, *, since: Cycle, cycles: int
    ) -> tuple[Share | None, int]:
        """The share pooled over up to ``cycles`` cycles before ``since``, and over how many it was."""
        earlier = (
            self.at(pain_id, segment, cycle=cycle)
            for cycle in cycles_up_to(since.previous(), cycles)
        )
        found = [share for share in earlier if share is not None and share.heard]
        heard = sum(share.heard for share in found)
        if not heard:
            return None, 0
        raising = sum(share.raising for share in found)
        denying = sum(share.denying for share in found)
        return Share(raising / heard, None, None, raising, heard, denying), len(found)

    def run(self, holds: dict[str, bool]) -> Cycle | None:
        """The first cycle of the unbroken run, up to this one, in which something held."""
        first = None
        cycle = self.cycle
        while holds.get(cycle.name):
            first, cycle = cycle, cycle.previous()
        return first

    def history(self, pain_id: str, segment: str | None = None) -> dict[str, float]:
        """Cycle name to share."""
        return {point.cycle: point.share for point in self.points.get((pain_id, segment), ())}


def read_shares(shares: pl.DataFrame, *, persona_id: str, cycle: Cycle) -> Shares:
    """Index one persona's rows of ``SHARES``; rows of later cycles or another cadence are left out."""
    rows: dict[tuple[str, str, str | None], Share] = {}
    points: dict[tuple[str, str | None], list[PainPoint]] = {}
    mine = (
        check(shares, SHARES, table="shares")
        .filter(pl.col("persona_id") == persona_id)
        .sort("cycle")
    )
    for row in mine.iter_rows(named=True):
        then = Cycle.parse(row["cycle"])
        if then.cadence != cycle.cadence or then > cycle or row["share"] is None:
            continue
        key = (row["pain_id"], row["segment"])
        rows[row["cycle"], *key] = Share(
            row["share"],
            row["share_low"],
            row["share_high"],
            row["accounts_raising"],
            row["accounts_heard"],
            row["accounts_denying"] or 0,
            reviewed=_reviewed(row),
        )
        point = PainPoint(
            row["cycle"], then.start, row["share"], row["share_low"], row["share_high"]
        )
        points.setdefault(key, []).append(point)
    return Shares(cycle, rows, {key: tuple(found) for key, found in points.items()})


def _reviewed(row: dict[str, Any]) -> ReviewedShare | None:
    if row["share_reviewed"] is None:
        return None
    low, high = row["share_reviewed_low"], row["share_reviewed_high"]
    return ReviewedShare(row["share_reviewed"], low, high, row["reviewed_matches"])


def outranks_since(shares: Shares, new: str, old: str, segment: str | None) -> Cycle | None:
    """First cycle of the run up to now in which ``new`` was raised by more accounts than ``old``."""
    ours, theirs = shares.history(new, segment), shares.history(old, segment)
    return shares.run({name: share > theirs.get(name, 0.0) for name, share in ours.items()})


def moved_since(
    shares: Shares, pain_id: str, segment: str | None, *, before: float | None, now: float | None
) -> Cycle | None:
    """First cycle of the run up to now in which the share was nearer to now than to before."""
    if before is None or now is None or before == now:
        return None
    middle = (before + now) / 2
    up = now > before
    return shares.run(
        {n: (s > middle if up else s < middle) for n, s in shares.history(pain_id, segment).items()}
    )


def story(
    pain_id: str,
    label: str,
    shares: Shares,
    persona: Persona,
    *,
    segment: str | None = None,
    since: Cycle | None,
    trailing_cycles: int,
) -> PainStory:
    """One pain's story; `since` is where "before" ends, by default this cycle."""
    before, cycles = shares.before(
        pain_id, segment, since=since or shares.cycle, cycles=trailing_cycles
    )
    if (
        before is None and since is not None
    ):  # it began with the first cycle there is: no "before" to show
        before, cycles = None, 0
    claimed = persona.claimed_order
    return PainStory(
        pain_id=pain_id,
        label=label,
        in_document=persona.pain(pain_id) is not None,
        now=shares.at(pain_id, segment),
        before=before,
        before_cycles=cycles,
        rank_now=ranks_now(shares, segment).get(pain_id),
        rank_claimed=claimed.index(pain_id) + 1 if pain_id in claimed else None,
        history=shares.points.get((pain_id, segment), ()),
    )


def in_order(first: PainStory, second: PainStory) -> tuple[PainStory, PainStory]:
    """Two pains ranked as a surfaced change of order has them, where this cycle's counts alone say a tie or the reverse."""
    if first.rank_now is None or second.rank_now is None or first.rank_now < second.rank_now:
        return first, second
    behind = max(second.rank_now + 1, first.rank_now)
    return replace(first, rank_now=second.rank_now), replace(second, rank_now=behind)


def ranks_now(shares: Shares, segment: str | None = None) -> dict[str, int]:
    """Pain id to rank by share in this cycle, from 1; pains that share a share share the better rank."""
    now = {
        pain: share.share
        for (cycle, pain, where), share in shares.rows.items()
        if cycle == shares.cycle.name and where == segment
    }
    return {pain: 1 + sum(other > share for other in now.values()) for pain, share in now.items()}


def labels(persona: Persona, pains: pl.DataFrame) -> dict[str, str]:
    """Pain id to its words: the document's statement, else the registry's label."""
    found = {
        row["pain_id"]: row["label"]
        for row in check(pains, PAINS, table="pains").sort("cycle").iter_rows(named=True)
        if row["persona_id"] in (persona.id, None) and row["label"]
    }
    return found | {pain.id: pain.statement for pain in persona.pains}


def as_span(cycle: Cycle | None) -> CycleSpan | None:
    """A cycle as readers see it, if there is one."""
    return span_of(cycle) if cycle is not None else None
