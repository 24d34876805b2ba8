"""Rows of ``SHIFTS`` as changes that a reader follows: which lead, which are watched, and the story of each pain."""

from __future__ import annotations

import polars as pl

from next_evidence.brief.material import Material
from next_evidence.brief.model import Change, PainStory
from next_evidence.brief.ranking import (
    clearest_first,
    number_of,
    strongest_first,
    topic,
    without_repeats,
)
from next_evidence.brief.stories import (
    as_span,
    in_order,
    moved_since,
    outranks_since,
    ranks_now,
    story,
)
from next_evidence.brief.words import certainty
from next_evidence.records import Cycle
from next_evidence.schemas import ORDERS, Row

Changes = tuple[Change, ...]


def sorted_changes(material: Material) -> tuple[Changes, Changes, Changes]:
    """Surfaced, watched and other shifts, each the strongest first and without repeats."""
    rows = list(material.shifts.filter(pl.col("kind") != "language").iter_rows(named=True))
    strongest = sorted((r for r in rows if r["verdict"] == "surface"), key=strongest_first)
    rows.sort(key=clearest_first)
    surfaced = without_repeats([_change(material, row) for row in strongest])
    told = {topic(change) for change in surfaced}
    told |= {("falls", c.old.pain_id) for c in surfaced if c.kind == "top_pain" and c.old}
    watched = without_repeats([_change(material, r) for r in rows if r["verdict"] == "watch"])
    others = without_repeats(
        [_change(material, r) for r in rows if r["verdict"] not in ("surface", "watch")]
    )
    watched = [change for change in watched if topic(change) not in told]
    told |= {topic(change) for change in watched}
    others = [change for change in others if topic(change) not in told]
    return tuple(surfaced), tuple(watched), tuple(others)


def pain_stories(material: Material) -> tuple[PainStory, ...]:
    """The document's pains and those that were raised in this cycle, the most raised first."""
    ranks = ranks_now(material.shares)
    told = (_story(material, i, None, None) for i in sorted(ranks, key=lambda i: (ranks[i], i)))
    return tuple(s for s in told if s.in_document or (s.now is not None and s.now.raising))


def _change(material: Material, row: Row) -> Change:
    pain_id, segment, kind = row["pain_id"], row["segment"], row["kind"]
    old_id = row["versus_pain_id"] if kind in ORDERS else None
    since = _since(material, row, old_id)
    told = _story(material, pain_id, segment, since) if pain_id is not None else None
    old = _story(material, old_id, segment, since) if old_id is not None else None
    if told is not None and old is not None and row["verdict"] == "surface":
        told, old = in_order(told, old)
    return Change(
        kind=kind,
        pain_id=pain_id,
        label=material.labels.get(pain_id, "") or row["label"] or pain_id or "",
        segment=segment,
        versus=row["versus"],
        share_before=number_of(row["share_before"]),
        share_now=number_of(row["share_now"]),
        change=number_of(row["change"]),
        change_low=number_of(row["change_low"]),
        change_high=number_of(row["change_high"]),
        q_value=number_of(row["q_value"]),
        e_value=number_of(row["e_value"]),
        certainty=certainty(row["q_value"]),
        accounts_heard=row["accounts_heard"] or 0,
        accounts_raising=row["accounts_raising"] or 0,
        arr_usd=number_of(row["arr_usd"]),
        change_mix_adjusted=number_of(row["change_mix_adjusted"]),
        order_change=number_of(row["order_change"]),
        share_before_corrected=number_of(row["share_before_corrected"]),
        share_now_corrected=number_of(row["share_now_corrected"]),
        consistency=number_of(row["consistency"]),
        durability=row["durability"] or "unknown",
        since=as_span(since),
        also_ahead=tuple(material.labels.get(i, i) for i in row["also_ahead"] or ()),
        verdict=row["verdict"],
        reasons=tuple(row["reasons"] or ()),
        story=told,
        old=old,
    )


def _since(material: Material, row: Row, old_id: str | None) -> Cycle | None:
    """First cycle of the run in which the shift has held; None: not known."""
    pain_id, segment = row["pain_id"], row["segment"]
    if pain_id is None:
        return None
    if old_id is not None:
        return outranks_since(material.shares, pain_id, old_id, segment)
    before, now = row["share_before"], row["share_now"]
    return moved_since(material.shares, pain_id, segment, before=before, now=now)


def _story(material: Material, pain_id: str, segment: str | None, since: Cycle | None) -> PainStory:
    return story(
        pain_id,
        material.labels.get(pain_id, pain_id),
        material.shares,
        material.persona,
        segment=segment,
        since=since,
        trailing_cycles=material.drift.trailing_cycles,
    )
