"""One shift as a record, and many of them as the ``SHIFTS`` table."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from operator import attrgetter
from typing import Any

import numpy as np
import polars as pl

from next_evidence.drift.ballots import Floats
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
    also_ahead: tuple[str, ...] = ()

    @property
    def family(self) -> str:
        """Tests that are corrected together: of every persona's top pain, of words, and all others."""
        return self.kind if self.kind in ("top_pain", "language") else "others"

    def with_q(self, q_value: float) -> Shift:
        """The same shift with its share of false findings."""
        return replace(self, q_value=q_value)


def as_table(shifts: Iterable[Shift]) -> pl.DataFrame:
    """``SHIFTS`` rows: by persona, overall before segments, kind, comparison and pain; floats to six digits."""
    rows = [_values(shift) for shift in sorted(shifts, key=_order)]
    values = zip(*rows, strict=True) if rows else [()] * len(SHIFTS)
    columns = [
        _column(name, column, dtype)
        for (name, dtype), column in zip(SHIFTS.items(), values, strict=True)
    ]
    return check(pl.DataFrame(columns), SHIFTS, table="shifts")


_values = attrgetter(*SHIFTS)


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


def _column(name: str, values: Sequence[Any], dtype: pl.DataType) -> pl.Series:
    if dtype == pl.Float64:
        return pl.Series(name, [None if v is None else _rounded(v) for v in values], dtype)
    if isinstance(dtype, pl.List):  # slow to read, and few differ
        place = {value: i for i, value in enumerate(dict.fromkeys(values))}
        return pl.Series(name, list(place), dtype).gather([place[value] for value in values])
    return pl.Series(name, values, dtype)


def _rounded(value: float) -> float | None:
    return round(value, DIGITS) + 0.0 if math.isfinite(value) else None


def shares_of(k: Floats, n: Floats) -> Floats:
    """``k / n``, 0 where nobody was heard."""
    return np.asarray(np.where(n > 0, k / np.where(n > 0, n, 1.0), 0.0), dtype=float)
