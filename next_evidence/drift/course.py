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


@dataclass(frozen=True)
class Past:
    """Counts of several series over the same accounts, oldest first, and the courses that explain the latest of them.

    ``raising`` has shape ``(n_cycles, n_series)``, ``heard`` ``(n_cycles,)``. ``kept`` are the positions of the cycles that courses
    are fitted to: of the last twelve those in which anybody was heard. ``courses`` has one a series; none where they are too few.
    """

    raising: Floats
    heard: Floats
    kept: Ints
    courses: tuple[Course, ...]

    def of(self, series: Sequence[int]) -> Past:
        """The same of some of the series, by position."""
        courses = tuple(self.courses[i] for i in series) if self.courses else ()
        return Past(self.raising[:, series], self.heard, self.kept, courses)


def read_past(raising: Floats, heard: Floats) -> Past:
    """Counts with their courses; ``raising`` of shape ``(n_cycles, n_series)``, ``heard`` ``(n_cycles,)``."""
    kept = np.arange(max(0, len(heard) - _LOOK_BACK), len(heard))
    kept = kept[heard[kept] > 0]
    courses = fit_courses(raising[kept].T, heard[kept]) if len(kept) >= RECENT else ()
    return Past(raising, heard, kept, tuple(courses))


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
    past = read_past(raising[:, None], heard)
    (found,) = standings(past, rising=np.array([rising]), before=before, level=level)
    return found


def standings(
    past: Past, *, rising: Bools, before: slice, level: float | None = None
) -> list[Standing]:
    """`standing` of several series, each with its direction, ``rising`` of shape ``(n_series,)``."""
    k, n, kept = past.raising, past.heard, past.kept
    fixed = level is not None
    levels = _earlier_levels(k, n, before) if level is None else np.full(k.shape[1], level)
    shares = shares_of(k, np.broadcast_to(n[:, None], k.shape))
    side = np.where(rising, shares > levels, shares < levels)
    recent = np.flatnonzero(n[-RECENT:] > 0) + max(0, len(n) - RECENT)
    held = side[recent].mean(axis=0) if len(recent) else np.zeros(k.shape[1])
    if not past.courses:
        return [Standing(consistency, "unknown") for consistency in held.tolist()]
    found = []
    spiked = _spiked(past, shares, rising=rising, before=before).tolist()
    for i, (course, consistency) in enumerate(zip(past.courses, held.tolist(), strict=True)):
        sides = side[kept, i].tolist()
        durability = "unknown"
        if _has_lasted(past, i, sides, rising=bool(rising[i])) or (
            fixed and consistency == 1.0 and course.constant >= max(course.spike, course.step)
        ):
            durability = "durable"
        elif spiked[i] and _has_passed(sides, course):
            durability = "transient"
        found.append(Standing(consistency, durability))
    return found


def _earlier_levels(k: Floats, n: Floats, before: slice) -> Floats:
    """Each series' share over the cycles before the last three, or over ``before`` where nobody was heard in them."""
    early = slice(max(0, len(n) - RECENT - 6), max(0, len(n) - RECENT))
    early = before if n[early].sum() == 0 else early
    return np.asarray(k[early].sum(axis=0) / max(n[early].sum(), 1.0))


def _spiked(past: Past, shares: Floats, *, rising: Bools, before: slice) -> Bools:
    """Whether each series' likeliest spike is over and would make the shift: to its side lately, or to the other side in ``before``."""
    k, n, kept = past.raising, past.heard, past.kept
    at = kept[[course.spike_at for course in past.courses]]
    there = at, np.arange(len(at))
    others = (k[kept].sum(axis=0) - k[there]) / np.maximum(n[kept].sum() - n[at], 1.0)
    up = shares[there] > others
    in_before = (before.start <= at) & (at < before.stop)
    lately = (at >= len(n) - RECENT) & (up == rising)
    return np.asarray(np.where(in_before, up != rising, lately) & (at < len(n) - 1))


def _has_lasted(past: Past, series: int, side: Sequence[bool], *, rising: bool) -> bool:
    """A step wins, this cycle and one of the two before agree, and no single cycle carries it."""
    course = past.courses[series]
    if not side[-1] or sum(side[-RECENT:]) < 2 or course.step_at >= len(side) - 1:
        return False
    k, n = past.raising[past.kept, series], past.heard[past.kept]
    if course.step_factor() < POSITIVE_EVIDENCE or _upward(k, n, course.step_at) != rising:
        return False
    shares = shares_of(k, n) if rising else -shares_of(k, n)
    extreme = course.step_at + int(np.argmax(shares[course.step_at :]))
    rest = np.arange(len(k)) != extreme
    again = fit_course(k[rest], n[rest])
    return _upward(k[rest], n[rest], again.step_at) == rising and again.step > again.constant


def _has_passed(side: Sequence[bool], course: Course) -> bool:
    if course.spike_factor() >= POSITIVE_EVIDENCE:
        return not all(side[-RECENT:])
    return not side[-1] and course.spike > max(course.constant, course.step)


def _upward(k: Floats, n: Floats, at: int) -> bool:
    if at <= 0 or n[:at].sum() == 0 or n[at:].sum() == 0:
        return False
    return bool(k[at:].sum() / n[at:].sum() > k[:at].sum() / n[:at].sum())
