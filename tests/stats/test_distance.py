"""Distances between weightings and rankings."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from next_evidence.stats.distance import jensen_shannon_divergence, rank_biased_overlap

weights = st.lists(st.floats(0.01, 100), min_size=2, max_size=8)


@given(first=weights, scale=st.floats(0.1, 10))
def test_jensen_shannon_divergence_sees_proportions_only(first, scale):
    assert jensen_shannon_divergence(first, [scale * x for x in first]) == pytest.approx(
        0, abs=1e-9
    )


@given(data=st.data(), first=weights)
def test_jensen_shannon_divergence_is_symmetric_and_between_zero_and_one(data, first):
    second = data.draw(st.lists(st.floats(0.01, 100), min_size=len(first), max_size=len(first)))

    there, back = jensen_shannon_divergence(first, second), jensen_shannon_divergence(second, first)

    assert there == pytest.approx(back)
    assert 0 <= there <= 1


@pytest.mark.parametrize(("first", "second"), [([1, 2], [1]), ([1, -1], [1, 1]), ([0, 0], [1, 1])])
def test_jensen_shannon_divergence_refuses_what_is_no_weighting(first, second):
    with pytest.raises(ValueError, match="weightings of one shape"):
        jensen_shannon_divergence(first, second)


def test_rank_biased_overlap_weighs_first_places_most():
    ranking = ["a", "b", "c", "d"]

    top_swapped = rank_biased_overlap(ranking, ["b", "a", "c", "d"])
    end_swapped = rank_biased_overlap(ranking, ["a", "b", "d", "c"])

    assert top_swapped < end_swapped < 1


def test_rank_biased_overlap_at_its_ends():
    assert rank_biased_overlap(["a", "b", "c"], ["a", "b", "c"]) == 1
    assert rank_biased_overlap(["a"], ["b"]) == 0
    assert rank_biased_overlap([], []) == 1
    assert rank_biased_overlap([], ["a"]) == 0
