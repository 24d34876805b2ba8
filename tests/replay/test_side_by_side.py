import numpy as np
import pytest

from next_evidence.replay.alarms import every_test
from next_evidence.replay.side_by_side import side_by_side
from next_evidence.replay.voters import shuffled, until
from next_evidence.settings import DriftSettings
from next_evidence.testing.worlds import doubling, moving_top, quiet_library


def test_histories_tested_side_by_side_give_what_each_gives_alone(played):
    made = played([moving_top(), doubling(40), *quiet_library(1)], seed=4)
    voters = made.voters
    histories = [
        {name: shuffled(one, np.random.default_rng(seed)) for name, one in voters.items()}
        for seed in range(3)
    ]
    cycles = [made.cycles[at].name for at in (0, 4, 11)]

    together = every_test(histories, made.library, cycles=cycles, rules=DriftSettings())

    for history, found in zip(histories, together, strict=True):
        (alone,) = every_test([history], made.library, cycles=cycles, rules=DriftSettings())
        for cycle in cycles:
            assert found[cycle].q_values == pytest.approx(alone[cycle].q_values)
            for one, other in zip(found[cycle].by_persona, alone[cycle].by_persona, strict=True):
                assert one.levels == pytest.approx(other.levels)
                assert one.orders == pytest.approx(other.orders)
    first, second, _ = (found[cycles[-1]].q_values for found in together)
    assert first != second


def test_it_knows_whose_pain_each_is_also_when_it_is_cut(played):
    voters = played([moving_top()]).voters["ops-lead"]
    other = shuffled(voters, np.random.default_rng(1))
    cycle = voters.ballots.cycles[5]

    held = side_by_side([voters, other]).until(cycle)

    for at, (number, pain) in enumerate(held.whose.values()):
        whose = until([voters, other][number], cycle).ballots
        assert (held.ballots.raises[:, :, at] == whose.raises[:, :, whose.pains.index(pain)]).all()
    assert [pain for _, pain in held.whose.values()] == [*voters.ballots.pains] * 2
