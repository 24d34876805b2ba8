"""Many histories of the same voters as one, so that what is asked of each can be asked of all at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from next_evidence.drift.ballots import Ballots
from next_evidence.replay.voters import Voters, ballots_until


@dataclass(frozen=True)
class SideBySide:
    """One persona's histories in which the same accounts are heard in the same cycles and say different things.

    ``ballots`` has every history's pains after those of the history before, under names of their own. ``pains`` are the pains of one.
    """

    ballots: Ballots
    pains: tuple[str, ...]

    @property
    def whose(self) -> Mapping[str, tuple[int, str]]:
        """History and pain of each name in ``ballots.pains``."""
        size = len(self.pains)
        return {
            name: (i // size, self.pains[i % size]) for i, name in enumerate(self.ballots.pains)
        }

    def until(self, cycle: str) -> SideBySide | None:
        """The same up to a cycle; None: the persona was not heard in it."""
        ballots = ballots_until(self.ballots, cycle)
        return None if ballots is None else replace(self, ballots=ballots)


def side_by_side(histories: Sequence[Voters]) -> SideBySide:
    """Put one persona's histories side by side, such as shuffles of one; in which sources accounts spoke is left out."""
    first = histories[0].ballots
    together = replace(
        first,
        pains=tuple(f"{i} {pain}" for i in range(len(histories)) for pain in first.pains),
        raises=np.concatenate([one.ballots.raises for one in histories], axis=2),
        likelihood=np.concatenate([one.ballots.likelihood for one in histories], axis=2),
        sources={},
    )
    return SideBySide(together, first.pains)
