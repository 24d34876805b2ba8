"""The cycles that stand for the time a document describes, pain by pain."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace

import numpy as np

from next_evidence.drift.ballots import Ballots, Floats
from next_evidence.drift.windows import MIN_REFERENCE, Window, windows
from next_evidence.settings import DriftSettings
from next_evidence.stats.levels import POSITIVE_EVIDENCE, Course, fit_course, fit_courses


def comparisons(
    ballots: Ballots, pains: Collection[str], rules: DriftSettings
) -> Iterator[tuple[Window, tuple[str, ...]]]:
    """Every comparison of these pains' levels that the history allows, as `by_reference` splits it."""
    for window in windows(len(ballots.cycles), rules):
        yield from by_reference(ballots, window, pains, rules)


def by_reference(
    ballots: Ballots, window: Window, pains: Iterable[str], rules: DriftSettings
) -> list[tuple[Window, tuple[str, ...]]]:
    """A comparison of levels, split by the cycles that each pain is compared with.

    Against the last cycle and the trailing ones all pains share a window. Against the document each has its own: all cycles that are not
    now, ``rules.reference_cycles`` at most, but only up to its first lasting change. So a pain that has stayed where it was is measured
    against as much history as there is, one that has moved against what it was before, however long ago that is.

    Returns
    -------
    Windows with their pains; every pain stands in one of them.
    """
    if window.versus != "document":
        return [(window, tuple(pains))]
    most = min(window.now.start, max(rules.reference_cycles, MIN_REFERENCE))
    heard = ballots.heard[:most].sum(axis=1).astype(float)
    raising = ballots.raises[:most].sum(axis=1).astype(float)
    names = list(pains)
    series = raising[:, [ballots.pains.index(pain_id) for pain_id in names]].T
    found: dict[int, list[str]] = {}
    for pain_id, counts, whole in zip(names, series, fit_courses(series, heard), strict=True):
        end = _first_change(counts, heard, whole)
        found.setdefault(end, []).append(pain_id)
    return [
        (replace(window, before=slice(0, end)), tuple(alike))
        for end, alike in sorted(found.items())
    ]


def _first_change(raising: Floats, heard: Floats, whole: Course) -> int:
    """Position of the cycle in which a series of counts first took a lasting step; its length: it took none.

    A step must have positive evidence against a constant share and against a spike of one cycle. What is left after it is asked again
    from the left, so the earliest of several steps ends the reference. ``whole`` is the course of all cycles.
    """
    end = len(heard)
    while end > MIN_REFERENCE:
        course = whole if end == len(heard) else fit_course(raising[:end], heard[:end])
        if course.step_factor() < POSITIVE_EVIDENCE:
            break
        end = max(MIN_REFERENCE, min(course.step_at, end - 1))
    return int(np.clip(end, min(MIN_REFERENCE, len(heard)), len(heard)))
