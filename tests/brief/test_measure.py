"""When two settings give the same coverage."""

import pytest

from next_evidence.brief.measure import covers_alike
from next_evidence.personas.library import PersonaLibrary
from next_evidence.settings import Settings
from next_evidence.testing.worlds import quiet_library

LIBRARY = PersonaLibrary(tuple(world.persona for world in quiet_library(2)))
PERSONA = LIBRARY.personas[0].id


def alike(**changes):
    return covers_alike(Settings(), Settings.model_validate(changes), LIBRARY)


@pytest.mark.parametrize(
    "changes",
    [
        {"gate": {"min_change": 0.3, "min_raising": 9, "false_discovery_rate": 0.01}},
        {"drift": {"trailing_cycles": 4, "interval": 0.9}},
        {"gate_overrides": {PERSONA: {"min_raising": 9}}},
        {"gate_overrides": {"somebody-else": {"min_accounts": 3}}},
    ],
)
def test_what_says_nothing_of_who_was_heard_leaves_coverage_as_it_is(changes):
    assert alike(**changes)


@pytest.mark.parametrize(
    "changes",
    [
        {"gate": {"min_accounts": 3}},
        {"gate": {"min_segment_accounts": 3}},
        {"gate_overrides": {PERSONA: {"min_accounts": 3}}},
        {"coverage": {"warn_probability": 0.3}},
        {"drift": {"power": 0.6}},
    ],
)
def test_what_coverage_rests_on_does_not(changes):
    assert not alike(**changes)
