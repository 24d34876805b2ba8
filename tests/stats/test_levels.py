"""Constant, spike or step; and the evidence against "it never changed"."""

import numpy as np
import pytest

from next_evidence.stats.levels import change_e_values, fit_course, fit_courses


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


def test_e_value_reaches_twenty_at_some_look_in_at_most_one_unchanging_series_of_twenty():
    rng = np.random.default_rng(3)
    heard = rng.integers(20, 60, 24)
    for share in (0.03, 0.15, 0.5):
        counts = rng.binomial(heard, share, (1500, 24))
        looks = np.array([change_e_values(counts[:, :n], heard[:n]) for n in range(1, 25)])

        assert (looks.max(axis=0) >= 20).mean() <= 1 / 20
        assert looks[-1].mean() <= 1 + 3 * looks[-1].std() / np.sqrt(1500)


def test_e_value_grows_while_a_change_lasts_and_shrinks_while_nothing_changes():
    before, after = [6, 6, 6, 6, 6, 6], [14, 14, 14]
    changed = [change_e_values([before + after[:n]], [40] * (6 + n))[0] for n in range(4)]
    constant = [change_e_values([[6] * n], [40] * n)[0] for n in (4, 8, 16)]

    assert changed == sorted(changed)
    assert changed[-1] > 20
    assert constant == sorted(constant, reverse=True)
    assert constant[0] < 1


def test_e_value_says_nothing_where_nothing_could_be_seen():
    assert change_e_values([[0, 0, 0, 0, 0]], [0] * 5) == pytest.approx(1)
    assert change_e_values([[3, 9]], [10, 10]) == pytest.approx(1)  # too few cycles before
    assert change_e_values([[5, 5, 5, 12, 0]], [40, 40, 40, 40, 0]) == pytest.approx(
        change_e_values([[5, 5, 5, 12]], [40] * 4)
    )


def test_e_values_of_many_series_are_those_of_each():
    counts = np.random.default_rng(5).binomial(40, 0.2, (7, 9))

    together = change_e_values(counts, [40] * 9)

    assert together == pytest.approx([change_e_values([row], [40] * 9)[0] for row in counts])


def test_many_series_are_fitted_as_each_alone():
    rng = np.random.default_rng(2)
    trials = rng.integers(0, 60, 12)
    counts = rng.binomial(trials, rng.uniform(0, 1, (30, 1)))

    together = fit_courses(counts, trials)

    assert together == [fit_course(row, trials) for row in counts]
