"""How a shift has held: consistency over three cycles, and durable, transient or unknown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from next_evidence.drift.ballots import Bools, Floats, Ints
from next_evidence.drift.rows import shares_of
from next_evidence.stats.levels import POSITIVE_EVIDENCE, Course, fit_course, fit_courses

RECENT = 3  # cycles in which a shift must hold
_LOOK_BACK = 12  # cycles; an older level explains nothing about the latest one


@dataclass(frozen=True)
class Standing:
    """``consistency``: share of the last three cycles on the shift's side, 0 to 1. ``durability``: durable, transient, unknown."""

    consistency: float
    durability: str


def standing(
    raising: Floats, heard: Floats, *, rising: bool, before: slice, level: float | None = None
) -> Standing:
    """Judge a series of counts, oldest first, that ends with this cycle.

    The side is taken against the *earlier level*: the share over the cycles before the last three, or over ``before``
    where history is shorter. Cycles in which nobody was heard are left out.

    A shift is ``durable`` when this cycle and at least one of the two before lie on its side and a level step
    explains the counts better than no change and than a one-cycle spike, *also when the most extreme of the shifted
    cycles is left out*: a spike and a little noise after it can never be called durable. It is ``transient`` when a one-cycle spike
    that would make such a shift (to its side in one of the last three cycles, or to the other side in ``before``) clearly
    explains the counts best and not all of the last three lie on its side, or just best and this cycle is back
    on the other side; otherwise ``unknown``, as every shift is in its first cycle.

    Parameters
    ----------
    raising, heard
        Accounts per cycle, shape ``(n_cycles,)``.
    rising
        The direction of the shift.
    before
        The cycles that the shift is compared with.
    level
        A level that the claim itself implies, instead of the earlier one: 0.5 for "this pain comes before that one". Then
        counts that never changed and lie on the shift's side in all of the last three cycles are ``durable`` too.

    References
    ----------
    See `next_evidence.stats.levels.fit_course`; the rule is simulated in ``tests/simulation/test_drift.py``.
    """
    (found,) = standings(raising[:, None], heard, rising=[rising], before=before, level=level)
    return found


def standings(
    raising: Floats,
    heard: Floats,
    *,
    rising: Sequence[bool],
    before: slice,
    level: float | None = None,
) -> list[Standing]:
    """`standing` of several series over the same accounts, ``raising`` of shape ``(n_cycles, n_series)``."""
    kept = np.arange(max(0, len(heard) - _LOOK_BACK), len(heard))
    kept = kept[heard[kept] > 0]
    courses = fit_courses(raising[kept].T, heard[kept]) if len(kept) >= RECENT else None
    return [
        _standing(
            raising[:, i],
            heard,
            kept,
            None if courses is None else courses[i],
            rising=up,
            before=before,
            level=level,
        )
        for i, up in enumerate(rising)
    ]


def _standing(
    raising: Floats,
    heard: Floats,
    kept: Ints,
    course: Course | None,
    *,
    rising: bool,
    before: slice,
    level: float | None,
) -> Standing:
    """One series; ``course`` is that of the cycles ``kept``, None where they are too few."""
    fixed = level is not None
    if level is None:
        early = slice(max(0, len(heard) - RECENT - 6), max(0, len(heard) - RECENT))
        early = before if heard[early].sum() == 0 else early
        level = float(raising[early].sum() / max(heard[early].sum(), 1.0))
    shares = shares_of(raising, heard)
    side = (shares > level) if rising else (shares < level)
    recent = [i for i in range(max(0, len(heard) - RECENT), len(heard)) if heard[i] > 0]
    consistency = sum(side[recent].tolist()) / len(recent) if recent else 0.0
    if course is None:
        return Standing(consistency, "unknown")
    k, n = raising[kept], heard[kept]
    if _has_lasted(k, n, side[kept], course, rising=rising):
        return Standing(consistency, "durable")
    if fixed and consistency == 1.0 and course.constant >= max(course.spike, course.step):
        return Standing(consistency, "durable")
    at = int(kept[course.spike_at])
    in_before = before.start <= at < before.stop
    up = bool(shares[at] > (k.sum() - raising[at]) / max(n.sum() - heard[at], 1.0))
    makes_it = up != rising if in_before else at >= len(heard) - RECENT and up == rising
    if makes_it and at < len(heard) - 1 and _has_passed(side[kept], course):
        return Standing(consistency, "transient")
    return Standing(consistency, "unknown")


def _has_lasted(k: Floats, n: Floats, side: Bools, course: Course, *, rising: bool) -> bool:
    """A step wins, this cycle and one of the two before agree, and no single cycle carries it."""
    if not side[-1] or side[-RECENT:].sum() < 2 or course.step_at >= len(k) - 1:
        return False
    if _upward(k, n, course.step_at) != rising or course.step_factor() < POSITIVE_EVIDENCE:
        return False
    shares = shares_of(k, n) if rising else -shares_of(k, n)
    extreme = course.step_at + int(np.argmax(shares[course.step_at :]))
    rest = np.arange(len(k)) != extreme
    again = fit_course(k[rest], n[rest])
    return _upward(k[rest], n[rest], again.step_at) == rising and again.step > again.constant


def _has_passed(side: Bools, course: Course) -> bool:
    if course.spike_factor() >= POSITIVE_EVIDENCE:
        return not side[-RECENT:].all()
    return not side[-1] and course.spike > max(course.constant, course.step)


def _upward(k: Floats, n: Floats, at: int) -> bool:
    if at <= 0 or n[:at].sum() == 0 or n[at:].sum() == 0:
        return False
    return bool(k[at:].sum() / n[at:].sum() > k[:at].sum() / n[:at].sum())
