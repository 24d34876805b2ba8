"""One shift as a record, and many of them as the ``SHIFTS`` table."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import polars as pl

from next_evidence.drift.ballots import Ballots, Bools, Floats, Ints
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


def voices(
    ballots: Ballots,
    pains: Sequence[int],
    *,
    now: slice,
    told: Sequence[slice],
    segment: int | None,
) -> list[Voices]:
    """Count the accounts heard and raising in ``now``, and the sources that told of each pain in its ``told``.

    For a rise both windows are the same; for a fall the sources are those where the pain used to be raised, since it is
    their silence that would explain it.

    Parameters
    ----------
    pains
        Positions.
    told
        One window per pain.
    """
    held = ballots.within(segment)
    raising = np.any(ballots.raises[now] & held[now][:, :, None], axis=0)
    heard = int(held[now].any(axis=0).sum())
    known = ~np.isnan(ballots.arr_usd)
    tiers = _latest_tiers(ballots, now)
    counts = {
        (window.start, window.stop): _told(ballots, held, window)
        for window in {(w.start, w.stop): w for w in told}.values()
    }
    found = []
    for k, window in zip(pains, told, strict=True):
        voters = raising[:, k]
        arr = ballots.arr_usd[voters & known]
        by = {s: int(told_in[k]) for s, told_in in counts[window.start, window.stop].items()}
        ranked = sorted((s for s in by if by[s] > 0), key=lambda s: (-by[s], s))
        found.append(
            Voices(
                accounts_heard=heard,
                accounts_raising=int(voters.sum()),
                arr_usd=round(float(arr.sum()), 2) if len(arr) else None,
                raising_tiers=tuple(sorted(ballots.tiers[t] for t in tiers[voters] if t >= 0)),
                sources=tuple(ranked),
                source_accounts=tuple(by[s] for s in ranked),
            )
        )
    return found


def _told(ballots: Ballots, held: Bools, window: slice) -> dict[str, Ints]:
    """How many accounts told each source of each pain."""
    return {
        source: (by[window] & held[window][:, :, None]).any(axis=0).sum(axis=0)
        for source, by in ballots.sources.items()
    }


def _latest_tiers(ballots: Ballots, now: slice) -> Ints:
    """Tier of each account when last heard, by position; -1 where unknown."""
    latest = ballots.tier[now].shape[0] - 1 - np.argmax(ballots.heard[now][::-1], axis=0)
    return np.asarray(ballots.tier[now][latest, np.arange(len(ballots.accounts))])


def as_table(shifts: Iterable[Shift]) -> pl.DataFrame:
    """``SHIFTS`` rows: by persona, overall before segments, kind, comparison and pain; floats to six digits."""
    rows = sorted(shifts, key=_order)
    columns = [
        _column(name, [getattr(row, name) for row in rows], dtype) for name, dtype in SHIFTS.items()
    ]
    return check(pl.DataFrame(columns), SHIFTS, table="shifts")


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


def _column(name: str, values: list[Any], dtype: pl.DataType) -> pl.Series:
    if dtype == pl.Float64:
        values = [None if value is None else _rounded(value) for value in values]
    return pl.Series(name, values, dtype)


def _rounded(value: float) -> float | None:
    return round(value, DIGITS) + 0.0 if math.isfinite(value) else None


def shares_of(k: Floats, n: Floats) -> Floats:
    """``k / n``, 0 where nobody was heard."""
    return np.asarray(np.where(n > 0, k / np.where(n > 0, n, 1.0), 0.0), dtype=float)
