"""Every pain's share over the last cycles: twelve, aligned, on one scale, with gaps left open."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from next_evidence.brief.model import PainPoint
from next_evidence.brief.over_time import CYCLES, HEIGHT, WIDTH, over_time, sparkline
from next_evidence.records import Cycle
from next_evidence.testing.briefs import sample_brief


def point(cycle: str, share: float, low: float | None = None, high: float | None = None):
    return PainPoint(cycle, Cycle.parse(cycle).start, share, low, high)


def test_every_pain_has_a_point_for_each_of_the_last_twelve_cycles():
    pains = sample_brief("strong").pains

    found = over_time(pains, last="2026-10")

    assert [span.name for span in found.cycles][:: CYCLES - 1] == ["2025-11", "2026-10"]
    for line, pain in zip(found.lines, pains, strict=True):
        assert [p.cycle for p in line.points if p] == [span.name for span in found.cycles]
        assert line.points[-1] == pain.history[-1]


def test_older_cycles_and_those_before_the_first_are_left_out():
    pain = sample_brief("strong").pains[0]
    long = replace(pain, history=(point("2024-01", 0.9), *pain.history))
    short = replace(pain, history=pain.history[-3:])

    (of_long,), (of_pain,) = (over_time([p], last="2026-10").lines for p in (long, pain))
    assert (of_long.points, of_long.drawing) == (of_pain.points, of_pain.drawing)
    assert len(over_time([short], last="2026-10").cycles) == 3


def test_a_cycle_in_which_nobody_was_heard_breaks_the_line():
    pain = sample_brief("strong").pains[0]
    holey = replace(pain, history=tuple(p for p in pain.history if p.cycle != "2026-05"))

    (line,) = over_time([holey], last="2026-10").lines

    assert [p is None for p in line.points].index(True) == 6
    assert line.drawing.count("<polyline") == 2


@pytest.mark.parametrize("share", [0.0, 0.4, 1.0])
def test_a_drawing_stays_inside_its_edges(share):
    points = [point(f"2026-0{n}", share, share * 0.5, min(1.0, share * 1.5)) for n in range(1, 7)]

    drawn = sparkline(points, ceiling=1.0)

    for pair in re.findall(r"(-?[\d.]+),(-?[\d.]+)", drawn):
        assert 0 <= float(pair[0]) <= WIDTH
        assert 0 <= float(pair[1]) <= HEIGHT


def test_pains_lie_on_one_scale():
    low = replace(
        sample_brief("strong").pains[0], history=(point("2026-09", 0.1), point("2026-10", 0.1))
    )
    high = replace(low, history=(point("2026-09", 0.5), point("2026-10", 0.52)))

    found = over_time([low, high], last="2026-10")

    assert found.ceiling == 0.6
    assert found.lines[0].drawing != found.lines[1].drawing
    assert over_time([], last="2026-10").lines == ()
