"""One shift as a record, and many of them as the ``SHIFTS`` table."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from next_evidence.drift.ballots import Ballots, Bools, Floats
from next_evidence.schemas import SHIFTS, check

DIGITS = 6  # more would differ between machines


@dataclass(frozen=True)
class Shift:
    """One row of ``SHIFTS``, before it is judged."""

    cycle: str
    persona_id: str
    kind: str
    pain_id: str | None
    label: str
    segment: str | None
    versus: str
    share_before: float
    share_now: float
    change: float
    change_low: float
    change_high: float
    p_value: float
    q_value: float | None = None
    e_value: float | None = None
    accounts_heard: int = 0
    accounts_raising: int = 0
    arr_usd: float | None = None
    consistency: float = 0.0
    durability: str = "unknown"
    verdict: str = ""
    reasons: tuple[str, ...] = ()
    versus_pain_id: str | None = None
    change_mix_adjusted: float | None = None
    p_mix_adjusted: float | None = None
    order_change: float | None = None
    raising_tiers: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    source_accounts: tuple[int, ...] = ()
    share_before_corrected: float | None = None
    share_now_corrected: float | None = None

    @property
    def family(self) -> str:
        """Tests that are corrected together: of every persona's top pain, of words, and all others."""
        return self.kind if self.kind in ("top_pain", "language") else "others"

    def with_q(self, q_value: float) -> Shift:
        """The same shift with its share of false findings."""
        return replace(self, q_value=q_value)


@dataclass(frozen=True)
class Voices:
    """Which accounts stand behind a shift: distinct, of all cycles of its window."""

    accounts_heard: int
    accounts_raising: int
    arr_usd: float | None
    raising_tiers: tuple[str, ...]
    sources: tuple[str, ...]
    source_accounts: tuple[int, ...]


def voices(ballots: Ballots, pain: int, *, now: slice, told: slice, segment: int | None) -> Voices:
    """Count the accounts heard and raising in ``now``, and the sources that told of the pain in ``told``.

    For a rise both windows are the same; for a fall the sources are those where the pain used to be raised, since it is
    their silence that would explain it.
    """
    held = ballots.within(segment)
    raising = np.any(ballots.raises[now, :, pain] & held[now], axis=0)
    arr = ballots.arr_usd[raising]
    counts = {
        source: int((by[told, :, pain] & held[told]).any(axis=0).sum())
        for source, by in ballots.sources.items()
    }
    ranked = sorted((s for s in counts if counts[s] > 0), key=lambda s: (-counts[s], s))
    return Voices(
        accounts_heard=int(held[now].any(axis=0).sum()),
        accounts_raising=int(raising.sum()),
        arr_usd=None if np.isnan(arr).all() else round(float(np.nansum(arr)), 2),
        raising_tiers=_tiers(ballots, raising, now),
        sources=tuple(ranked),
        source_accounts=tuple(counts[s] for s in ranked),
    )


def _tiers(ballots: Ballots, raising: Bools, now: slice) -> tuple[str, ...]:
    latest = ballots.tier[now].shape[0] - 1 - np.argmax(ballots.heard[now][::-1], axis=0)
    tiers = ballots.tier[now][latest, np.arange(len(ballots.accounts))]
    return tuple(sorted(ballots.tiers[t] for t in tiers[raising] if t >= 0))


def as_table(shifts: Iterable[Shift]) -> pl.DataFrame:
    """``SHIFTS`` rows: by persona, overall before segments, kind, comparison and pain; floats to six digits."""
    records = [
        {name: _plain(value) for name, value in vars(shift).items()}
        for shift in sorted(shifts, key=_order)
    ]
    frame = (
        pl.DataFrame(records, schema_overrides=dict(SHIFTS), infer_schema_length=None)
        if records
        else pl.DataFrame(schema=SHIFTS)
    )
    return check(frame, SHIFTS, table="shifts")


def _order(shift: Shift) -> tuple[str, ...]:
    return (
        shift.persona_id,
        "" if shift.segment is None else f"segment {shift.segment}",
        shift.kind,
        shift.versus,
        shift.pain_id or "",
        shift.versus_pain_id or "",
        shift.label,
    )


def _plain(value: object) -> object:
    if isinstance(value, float):
        return round(value, DIGITS) + 0.0 if math.isfinite(value) else None
    return list(value) if isinstance(value, tuple) else value


def shares_of(k: Floats, n: Floats) -> Floats:
    """``k / n``, 0 where nobody was heard."""
    return np.asarray(np.where(n > 0, k / np.where(n > 0, n, 1.0), 0.0), dtype=float)
