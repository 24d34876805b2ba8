"""Constant, spike or step; and e-values."""

import numpy as np
import pytest

from next_evidence.stats.levels import beta_mixture_e_value, fit_course, fit_courses


def test_fit_course_finds_where_the_step_is():
    course = fit_course([5, 4, 6, 5, 15, 16, 14], [40] * 7)

    assert course.step_at == 4
    assert course.step_factor() > 100


def test_fit_course_finds_where_the_spike_is():
    course = fit_course([5, 4, 22, 5, 6, 4, 5], [40] * 7)

    assert course.spike_at == 2
    assert course.spike_factor() > 100


def test_fit_course_prefers_no_change_when_nothing_changes():
    course = fit_course([5, 6, 4, 5, 6, 5], [40] * 6)

    assert course.constant > max(course.spike, course.step)


def test_fit_course_is_not_misled_by_cycles_in_which_nobody_was_heard():
    with_gap, without = fit_course([5, 0, 5], [40, 0, 40]), fit_course([5, 5], [40, 40])

    assert with_gap.constant == pytest.approx(without.constant)


def test_e_value_is_at_most_one_on_average_under_its_claim():
    rng = np.random.default_rng(3)
    for claim in (0.1, 0.2):  # both ends of the claimed range
        values = [
            beta_mixture_e_value(int(k), 60, low=0.1, high=0.2)
            for k in rng.binomial(60, claim, 4000)
        ]

        assert np.mean(values) <= 1 + 3 * np.std(values) / np.sqrt(len(values))
        assert np.mean(np.array(values) >= 20) <= 1 / 20


def test_e_value_grows_with_evidence_against_the_claim():
    values = [beta_mixture_e_value(2 * n // 5, n, low=0.1, high=0.2) for n in (10, 40, 160)]

    assert values == sorted(values)
    assert values[-1] > 1000


def test_many_series_are_fitted_as_each_alone():
    rng = np.random.default_rng(2)
    trials = rng.integers(0, 60, 12)
    counts = rng.binomial(trials, rng.uniform(0, 1, (30, 1)))

    together = fit_courses(counts, trials)

    assert together == [fit_course(row, trials) for row in counts]
