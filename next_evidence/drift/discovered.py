"""Pains that customers raise and no document has."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from next_evidence.drift.ballots import Ballots
from next_evidence.drift.course import standing
from next_evidence.drift.rising import NOISE
from next_evidence.drift.rows import Shift
from next_evidence.drift.voices import voices
from next_evidence.stats.intervals import wilson_interval
from next_evidence.stats.significance import binomial_above


def new_pain_shifts(
    ballots: Ballots,
    first_cycles: Mapping[str, str],
    *,
    labels: Mapping[str, str],
    document_cycles: int,
    interval: float,
) -> list[Shift]:
    """One `Shift` per discovered pain whose share lies above the matcher's noise, overall and by segment.

    Counted are distinct accounts since the pain first appeared, at most ``document_cycles`` cycles. An account heard in several
    cycles had as many chances to be misheard, so the noise is raised to match: the mean of ``1 - (1 - NOISE)^cycles`` over
    the accounts heard. The p-value is binomial against it, which is cautious where the chances differ (Hoeffding, W.
    (1956). Annals of Mathematical Statistics 27, 713-721).

    Parameters
    ----------
    first_cycles
        Discovered pain to the cycle in which it first appeared.
    """
    found = []
    for pain_id in sorted(first_cycles):
        k, size = ballots.pains.index(pain_id), len(ballots.cycles)
        first = (
            ballots.cycles.index(first_cycles[pain_id])
            if first_cycles[pain_id] in ballots.cycles
            else 0
        )
        now = slice(max(first, size - document_cycles, 0), size)
        overall = _shift(ballots, k, now, None, labels[pain_id], interval)
        if overall is None or overall.change_low <= _noise(ballots, now, None):
            continue
        segments = (
            _shift(ballots, k, now, s, labels[pain_id], interval)
            for s in range(len(ballots.segments))
        )
        found += [overall, *(shift for shift in segments if shift is not None)]
    return found


def _noise(ballots: Ballots, now: slice, segment: int | None) -> float:
    cycles_heard = ballots.within(segment)[now].sum(axis=0)
    heard = cycles_heard[cycles_heard > 0]
    return float(np.mean(1 - (1 - NOISE) ** heard)) if len(heard) else NOISE


def _shift(
    ballots: Ballots, k: int, now: slice, segment: int | None, label: str, interval: float
) -> Shift | None:
    (who,) = voices(ballots, [k], now=now, told=[now], segment=segment)
    if who.accounts_heard == 0:
        return None
    share = who.accounts_raising / who.accounts_heard
    low, high = (
        float(x) for x in wilson_interval(who.accounts_raising, who.accounts_heard, level=interval)
    )
    held = ballots.within(segment)
    raising = (ballots.raises[:, :, k] & held).sum(axis=1).astype(float)
    course = standing(
        raising, held.sum(axis=1).astype(float), rising=True, before=slice(0, max(1, now.start))
    )
    return Shift(
        cycle=ballots.cycles[-1],
        persona_id=ballots.persona_id,
        kind="pain_new",
        pain_id=ballots.pains[k],
        label=label,
        segment=None if segment is None else ballots.segments[segment],
        versus="document",
        share_before=0.0,
        share_now=share,
        change=share,
        change_low=low,
        change_high=high,
        p_value=binomial_above(
            who.accounts_raising, who.accounts_heard, _noise(ballots, now, segment)
        ),
        accounts_heard=who.accounts_heard,
        accounts_raising=who.accounts_raising,
        arr_usd=who.arr_usd,
        consistency=course.consistency,
        durability=course.durability,
        raising_tiers=who.raising_tiers,
        sources=who.sources,
        source_accounts=who.source_accounts,
    )
