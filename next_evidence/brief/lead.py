"""What stands behind the shift that leads a brief: words for and against it, accounts and money, its strength by segment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import polars as pl

from next_evidence.brief.exposure import exposure
from next_evidence.brief.material import Material
from next_evidence.brief.model import (
    Change,
    CounterEvidence,
    Exposure,
    QuoteCard,
    SegmentStrength,
)
from next_evidence.brief.quoter import Quoter
from next_evidence.brief.strength import order_strength, segment_strength
from next_evidence.records import Cycle, cycles_up_to
from next_evidence.schemas import FALLS, ORDERS


def stance_of(change: Change) -> str:
    """What statements behind a shift say of its pain: a fall is shown by those who deny it."""
    return "denies" if change.kind in FALLS else "raises"


def lead_quotes(
    material: Material, quoter: Quoter, lead: Change
) -> tuple[tuple[QuoteCard, ...], CounterEvidence]:
    """Quotes for the lead and, always beside them, who says the opposite."""
    falls = lead.kind in FALLS
    picked = quoter.of_change(lead, stance_of(lead), count=material.rules.quotes)
    opposite = "raises" if falls else "denies"
    quoted = {card.quote.account_id for card in picked}
    # an account that says both is better shown once; but counter-evidence is never left out for it
    against = quoter.of_change(lead, opposite, count=1, avoid=quoted)
    against = against or quoter.of_change(lead, opposite, count=1)
    now = lead.story.now if lead.story else None
    denying = (now.raising if falls else now.denying) if now else 0
    return picked, CounterEvidence(
        against[0] if against else None,
        denying,
        now.heard if now else lead.accounts_heard,
        min(_of_two_minds(material, lead), denying),
    )


def lead_exposure(material: Material, quoter: Quoter, lead: Change) -> Exposure:
    """Accounts behind the lead, each with its surest statement; for a fall, those who used to raise it and now spoke without it."""
    votes = material.votes.filter(pl.col("pain_id") == pl.lit(lead.pain_id, pl.String), "raises")
    ids = _accounts(votes.filter(pl.col("cycle") == material.cycle.name))
    if lead.kind in FALLS:
        ids = _accounts(votes.filter(pl.col("cycle") < material.cycle.name)) - ids
        ids &= _accounts(material.heard_now)
    heard = material.heard_in(lead.segment)
    if lead.segment is not None:
        ids &= _accounts(heard)
    found = exposure(ids, heard, material.tables.accounts, cycle=material.cycle)
    said: dict[str | None, QuoteCard] = {}
    if lead.pain_id is not None:
        cards = quoter.all_of_pain(lead.pain_id, stance_of(lead))
        surest = sorted(cards, key=lambda card: (card.quote.confidence, card.quote.utterance_id))
        said = {card.quote.account_id: card for card in surest}
    accounts = tuple(replace(a, said=said.get(a.account_id)) for a in found.accounts)
    return replace(found, accounts=accounts)


def lead_strength(
    material: Material, lead: Change, in_crm: Sequence[str]
) -> tuple[SegmentStrength, ...]:
    """The lead's strength in every segment of this persona, those of the CRM in which nobody was heard included."""
    if lead.pain_id is None:
        return ()
    known = set(in_crm) | set(material.heard_now["segment"].drop_nulls())
    segments = sorted(known) if lead.segment is None else [lead.segment]
    over = lead.old.pain_id if lead.old else None
    if lead.kind in ORDERS:
        now, before = _order_windows(material, lead)
        return order_strength(
            lead.pain_id,
            over,
            segments,
            material.heard,
            material.votes,
            now=now,
            before=before,
            level=material.drift.interval,
            min_segment_accounts=material.gate.min_segment_accounts,
            min_raising=material.gate.min_raising,
            leads=_leading_segments(material.shifts, lead),
        )
    return segment_strength(
        lead.pain_id,
        segments,
        material.shares,
        falling=lead.kind in FALLS,
        over=over,
        since=Cycle.parse(lead.since.name) if lead.since else None,
        trailing_cycles=material.drift.trailing_cycles,
        min_segment_accounts=material.gate.min_segment_accounts,
        min_raising=material.gate.min_raising,
    )


def _of_two_minds(material: Material, lead: Change) -> int:
    """Accounts that both raise and deny the lead's pain in this cycle."""
    both = material.votes.filter(
        pl.col("pain_id") == pl.lit(lead.pain_id, pl.String),
        pl.col("cycle") == material.cycle.name,
        pl.col("raises") & pl.col("denies"),
    )
    return len(_accounts(both) & _accounts(material.heard_in(lead.segment)))


def _leading_segments(shifts: pl.DataFrame, lead: Change) -> dict[str, bool]:
    """In which segments the pain comes before the old one, as counted or corrected."""
    rows = shifts.filter(
        pl.col("kind") == lead.kind,
        pl.col("pain_id") == lead.pain_id,
        pl.col("versus_pain_id") == (lead.old.pain_id if lead.old else None),
        pl.col("segment").is_not_null(),
    )
    ahead = (pl.col("share_now") > pl.col("share_before")) | (
        pl.col("share_now_corrected") > pl.col("share_before_corrected")
    )
    return dict(rows.select("segment", ahead=ahead.fill_null(False)).iter_rows())


def _order_windows(material: Material, lead: Change) -> tuple[list[str], list[str]]:
    """The cycles that an order's test pooled, and as many before the shift began."""
    count = material.drift.document_cycles
    now = cycles_up_to(material.cycle, count)
    since = Cycle.parse(lead.since.name) if lead.since else now[0]
    before = cycles_up_to(min(since, now[0]).previous(), count)
    return [cycle.name for cycle in now], [cycle.name for cycle in before]


def _accounts(rows: pl.DataFrame) -> set[str]:
    return set(rows["account_id"])
