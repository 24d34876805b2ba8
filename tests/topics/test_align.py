"""Identity: ids that are never given twice, and who merges into whom."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from next_evidence.topics.align import likest, merged_into, permanent_id
from next_evidence.topics.space import unit


def test_an_id_tells_when_it_began_and_depends_on_the_exemplar():
    first = permanent_id("2026-09", "u1", taken=())

    assert first.startswith("found-2026-09-")
    assert first == permanent_id("2026-09", "u1", taken={"found-2026-09-other"})
    assert first != permanent_id("2026-09", "u2", taken=())


def test_an_id_is_never_given_twice():
    taken: set[str] = set()
    for _ in range(5):
        name = permanent_id("2026-09", "u1", taken=taken)
        assert name not in taken
        taken.add(name)


def test_the_same_beginning_cannot_begin_for_ever():
    with pytest.raises(ValueError, match="u1"):
        permanent_id("c", "u1", taken=_Everything())


class _Everything(set):
    def __contains__(self, item: object) -> bool:
        return True


def test_the_younger_goes_into_the_older_whatever_their_order():
    same = unit(np.array([[1.0, 0.1, 0.0], [1.0, 0.0, 0.0], [0.0, 0.0, 1.0]]))

    assert merged_into(same, [("2026-09", "b"), ("2026-03", "a"), ("2026-01", "c")]) == {0: 1}
    assert merged_into(same, [("2026-03", "a"), ("2026-09", "b"), ("2026-01", "c")]) == {1: 0}


def test_three_of_one_kind_all_go_into_the_oldest():
    same = unit(np.array([[1.0, 0.1], [1.0, 0.0], [1.0, 0.05]]))

    assert merged_into(same, [("2026-02", "b"), ("2026-01", "a"), ("2026-03", "c")]) == {0: 1, 2: 1}


@given(st.permutations(range(6)))
def test_who_merges_does_not_depend_on_row_order(order):
    rng = np.random.default_rng(3)
    directions = unit(np.repeat(rng.normal(size=(3, 8)), 2, axis=0) + 0.2 * rng.normal(size=(6, 8)))
    ages = [(f"2026-{i + 1:02d}", f"p{i}") for i in range(6)]

    usual = {ages[a][1]: ages[b][1] for a, b in merged_into(directions, ages).items()}
    shuffled = merged_into(directions[list(order)], [ages[i] for i in order])

    assert {ages[order[a]][1]: ages[order[b]][1] for a, b in shuffled.items()} == usual


def test_likest_of_nothing_is_nobody():
    assert likest(np.array([1.0, 0.0]), np.zeros((0, 2))) == (-1, -1.0)
