"""What changes in a history with text: levels of labels by cycle, who states what, and what is true of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scenarios import CYCLES, Planted

from next_evidence.testing.worlds import CHANGE_AT, flat

Floats = npt.NDArray[np.float64]
USUAL = (
    0.28,
    0.15,
    0.15,
    0.12,
    0.12,
    0.09,
)  # chance that an account heard in a cycle raises a label
NOBODY = 0.001
LOUD_MENTIONS = 20  # of the loud account, a cycle
SEGMENTS = 3


@dataclass(frozen=True)
class Plan:
    """A persona's labels by place, 0 the most raised.

    Attributes
    ----------
    levels
        Chance that an account heard raises a label, shape ``(n_cycles, n_segments, n_labels)``.
    talk
        How often segments are heard, ``(n_cycles, n_segments)``; None: as ever.
    planted
        Changes that are true, with a place for ``pain_id``.
    unwritten
        Places that no document states.
    as_one
        Two places that the document states as one pain.
    neighbours
        The labels at places 1 and 2 are chosen for likeness.
    reworded
        Place of a label that is said in other words from the change on.
    loud
        Place of a label that one account repeats from the change on.
    """

    levels: Floats
    talk: Floats | None = None
    planted: tuple[Planted, ...] = ()
    unwritten: tuple[int, ...] = ()
    as_one: tuple[int, int] | None = None
    neighbours: bool = False
    reworded: int | None = None
    loud: int | None = None

    @property
    def followed(self) -> int:
        """The place whose identity is judged: of the first planted change, or the reworded one, or 1."""
        if self.planted:
            return int(self.planted[0].pain_id)
        return 1 if self.reworded is None else self.reworded


@dataclass(frozen=True)
class TextScenario:
    """``make`` gives the plan of the changed persona for a number of labels."""

    name: str
    make: Callable[[int], Plan]


def quiet(n: int) -> Plan:
    """Nothing changes."""
    return Plan(flat(CYCLES, list(USUAL[:n])))


def _course(n: int, place: int, course: list[float], direction: str = "up") -> Plan:
    """One label on another course from the change on; its last level stays."""
    levels = flat(CYCLES, list(USUAL[:n]))
    for cycle in range(CHANGE_AT, CYCLES):
        levels[cycle, :, place] = course[min(cycle - CHANGE_AT, len(course) - 1)]
    return Plan(levels, planted=(Planted(str(place), direction, CHANGE_AT),))


def _birth(n: int) -> Plan:
    levels = flat(CYCLES, [*USUAL[: n - 1], NOBODY])
    levels[CHANGE_AT:, :, n - 1] = 0.25
    return Plan(levels, planted=(Planted(str(n - 1), "up", CHANGE_AT),), unwritten=(n - 1,))


def _split(n: int) -> Plan:
    """A pain of two halves, 10 % and 5 %, of which the smaller one grows to 30 %."""
    levels = flat(CYCLES, [USUAL[0], 0.10, 0.05, *USUAL[3:n]])
    levels[CHANGE_AT:, :, 2] = 0.30
    return Plan(levels, planted=(Planted("2", "up", CHANGE_AT),), as_one=(1, 2), neighbours=True)


def _merge(n: int) -> Plan:
    """Whoever would say either of two like things says the second."""
    levels = flat(CYCLES, list(USUAL[:n]))
    levels[CHANGE_AT:, :, 1], levels[CHANGE_AT:, :, 2] = NOBODY, USUAL[1] + USUAL[2]
    planted = (Planted("2", "up", CHANGE_AT), Planted("1", "down", CHANGE_AT))
    return Plan(levels, planted=planted, neighbours=True)


def _outage(n: int) -> Plan:
    talk = np.ones((CYCLES, SEGMENTS))
    talk[CHANGE_AT:] = 0.4
    return Plan(quiet(n).levels, talk=talk)


def _mix(n: int) -> Plan:
    """Segments differ in one label, and only who speaks changes."""
    levels = flat(CYCLES, list(USUAL[:n]))
    levels[:, 0, 1], levels[:, 1, 1], levels[:, 2, 1] = 0.05, 0.15, 0.45
    talk = np.ones((CYCLES, SEGMENTS))
    talk[CHANGE_AT:] = [0.2, 1.0, 3.0]
    return Plan(levels, talk=talk)


SCENARIOS = (
    TextScenario("none", quiet),
    TextScenario("step", lambda n: _course(n, 1, [0.35])),
    TextScenario("ramp", lambda n: _course(n, 1, [0.22, 0.29, 0.36])),
    TextScenario("spike", lambda n: _course(n, 3, [0.45, USUAL[3]])),
    TextScenario("birth", _birth),
    TextScenario("split", _split),
    TextScenario("merge", _merge),
    TextScenario("death", lambda n: _course(n, 0, [0.03], "down")),
    TextScenario("other words", lambda n: Plan(quiet(n).levels, reworded=1)),
    TextScenario("outage", _outage),
    TextScenario("mix change", _mix),
    TextScenario("loud account", lambda n: Plan(quiet(n).levels, loud=n - 1)),
)
