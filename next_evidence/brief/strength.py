"""Signal strength by segment, in words that are tied to numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

import numpy as np
import polars as pl

from next_evidence.brief.model import SegmentStrength, Share, StrengthWord
from next_evidence.brief.stories import Shares
from next_evidence.records import Cycle
from next_evidence.stats.intervals import wilson_interval

MIN_VOICES = 3  # two accounts can be a coincidence in any segment
_ORDER: tuple[StrengthWord, ...] = ("strong", "moderate", "none", "thin")


def segment_strength(
    pain_id: str,
    segments: Sequence[str],
    shares: Shares,
    *,
    falling: bool,
    over: str | None,
    since: Cycle | None,
    trailing_cycles: int,
    min_segment_accounts: int,
    min_raising: int,
) -> tuple[SegmentStrength, ...]:
    """How strong a shift is in each segment.

    Parameters
    ----------
    segments
        Segments of this persona's customers, heard or not.
    falling
        The shift is a fall: strength is how clearly fewer accounts raise the pain.
    over
        A pain that this one must also outrank (top pain); None: none.
    since
        When the shift began; the share before is pooled over the cycles that precede it.

    Returns
    -------
    ``strong``: the whole interval lies beyond the share before (and the pain outranks ``over``), and at least
    ``min_raising`` accounts raise it. ``moderate``: the share itself lies beyond. ``none``: enough accounts
    spoke and it does not. ``thin``: fewer than ``min_segment_accounts`` spoke, or a rise rests on fewer than
    `MIN_VOICES` accounts. Strongest first, then by accounts heard.
    """
    lines = []
    for segment in segments:
        now = shares.at(pain_id, segment)
        before, _ = shares.before(
            pain_id, segment, since=since or shares.cycle, cycles=trailing_cycles
        )
        past = before.share if before is not None else None
        other = shares.at(over, segment) if over is not None else None
        word = _word(
            now,
            past,
            other,
            falling=falling,
            min_accounts=min_segment_accounts,
            min_raising=min_raising,
        )
        lines.append(SegmentStrength(segment, word, _direction(now, past), now, past))
    return _sorted(lines)


def order_strength(
    pain_id: str,
    over: str | None,
    segments: Sequence[str],
    heard: pl.DataFrame,
    votes: pl.DataFrame,
    *,
    now: Sequence[str],
    before: Sequence[str],
    level: float,
    min_segment_accounts: int,
    min_raising: int,
    leads: Mapping[str, bool] | None = None,
) -> tuple[SegmentStrength, ...]:
    """How strong a change of order is in each segment, over the cycles that its test pooled.

    Parameters
    ----------
    heard, votes
        ``HEARD`` and ``VOTES`` of the persona.
    now, before
        Names of the cycles pooled now, and of as many before the shift began; an account counts once in each.
    level
        Of the intervals, 0 to 1.
    leads
        Segments in which it is known whether the pain comes before ``over``; elsewhere the counts decide.

    Returns
    -------
    Words as in `segment_strength`, except that a segment is also ``thin`` when fewer than ``min_raising``
    accounts raise the pain: there is more time to be heard in, so more is asked. `MIN_VOICES` is held against how many of
    the accounts counted are expected to raise it, given how sure each is.
    """
    lines = []
    for segment in segments:
        present = _pooled(pain_id, segment, heard, votes, now, level)
        past = _pooled(pain_id, segment, heard, votes, before, level)
        other = _pooled(over, segment, heard, votes, now, level) if over is not None else None
        if leads is not None and leads.get(segment):
            other = None
        earlier = past.share if past is not None else None
        word = _word(
            present,
            earlier,
            other,
            falling=False,
            min_accounts=min_segment_accounts,
            min_raising=min_raising,
        )
        if present is not None and present.raising < min_raising:
            word = "thin"
        lines.append(SegmentStrength(segment, word, _direction(present, earlier), present, earlier))
    return _sorted(lines)


def _pooled(
    pain_id: str,
    segment: str,
    heard: pl.DataFrame,
    votes: pl.DataFrame,
    cycles: Sequence[str],
    level: float,
) -> Share | None:
    """Share of a segment's accounts that raised a pain in any of the cycles; None: none was heard."""
    spoke = heard.filter(pl.col("cycle").is_in(list(cycles)), pl.col("segment") == segment)
    accounts = spoke["account_id"].unique()
    if accounts.is_empty():
        return None
    told = votes.filter(
        pl.col("cycle").is_in(list(cycles)),
        pl.col("pain_id") == pain_id,
        pl.col("account_id").is_in(accounts.implode()),
    )
    likely = (
        told.filter("raises")
        .group_by("account_id")
        .agg(likelihood=1.0 - (1.0 - pl.col("likelihood")).product())
    )
    raising = likely.height
    denying = told.filter("denies")["account_id"].n_unique()
    low, high = wilson_interval(np.array([raising]), np.array([len(accounts)]), level=level)
    return Share(
        raising / len(accounts),
        float(low[0]),
        float(high[0]),
        raising,
        len(accounts),
        denying,
        round(float(likely["likelihood"].sum()), 6),
    )


def _sorted(lines: Sequence[SegmentStrength]) -> tuple[SegmentStrength, ...]:
    return tuple(
        sorted(
            lines, key=lambda s: (_ORDER.index(s.word), -(s.now.heard if s.now else 0), s.segment)
        )
    )


def _word(
    now: Share | None,
    before: float | None,
    other: Share | None,
    *,
    falling: bool,
    min_accounts: int,
    min_raising: int,
) -> StrengthWord:
    if now is None or now.heard < min_accounts:
        return "thin"
    if other is not None and other.share > now.share:
        return "none"
    if falling:
        high = now.high if now.high is not None else now.share
        if before is None or now.share >= before:
            return "none"
        return "strong" if high < before else "moderate"
    if now.raising == 0 or (before is not None and now.share <= before):
        return "none"
    if (now.raising if now.voices is None else now.voices) < MIN_VOICES:
        return "thin"
    low = now.low if now.low is not None else now.share
    clear = before is None or low > before
    return "strong" if clear and now.raising >= min_raising else "moderate"


def _direction(now: Share | None, before: float | None) -> Literal["up", "down", "flat"]:
    if now is None or before is None or abs(now.share - before) < 0.005:
        return "flat"
    return "up" if now.share > before else "down"
