"""Made-up histories for replays."""

import numpy as np
import polars as pl
import pytest

from next_evidence.personas.library import PersonaLibrary
from next_evidence.replay.voters import read_voters
from next_evidence.testing.worlds import play


class Played:
    """A made-up library with its history, as tables and as voters."""

    def __init__(self, worlds, seed=0):
        rng = np.random.default_rng(seed)
        played = [play(world, rng) for world in worlds]
        self.heard, self.votes = (pl.concat([one[i] for one in played]) for i in (0, 1))
        doubt = pl.Series(rng.uniform(0.2, 1.0, self.votes.height).round(2))
        self.votes = self.votes.with_columns(likelihood=doubt, raises=doubt > 0.3)
        self.library = PersonaLibrary(
            tuple(sorted((world.persona for world in worlds), key=lambda persona: persona.id))
        )
        self.cycles = worlds[0].cycles

    @property
    def voters(self):
        return {
            persona.id: read_voters(self.heard, self.votes, persona, cycle=self.cycles[-1])
            for persona in self.library
        }


@pytest.fixture
def played():
    return Played
