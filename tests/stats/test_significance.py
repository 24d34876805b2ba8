"""Account permutation tests, sign tests, and corrections for many tests."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from scipy.stats import nchypergeom_fisher

from next_evidence.stats import weighted_exchange
from next_evidence.stats.significance import (
    benjamini_hochberg,
    binomial_above,
    exchange_test,
    holm,
    sign_test,
)
from next_evidence.stats.weighted_exchange import weighted_exchange_test, weighted_exchange_tests


def every_shuffle(ballots, heard_now, heard_before):
    """Sums of later votes over all shuffles, by brute force: what `exchange_test` must count.

    ``ballots`` holds each account's votes; accounts in both windows redistribute their own, the once heard exchange.
    """
    parts, once, once_now = [np.zeros(1)], [], 0
    for votes, now, before in zip(ballots, heard_now, heard_before, strict=True):
        if now and before:
            parts.append(
                np.array([sum(pick) for pick in itertools.combinations(votes, now)], float)
            )
        elif now + before == 1:
            once.append(votes[0])
            once_now += now
        else:
            parts.append(np.array([sum(votes) if now else 0], float))
    parts.append(np.array([sum(pick) for pick in itertools.combinations(once, once_now)], float))
    sums, chance = np.zeros(1), np.ones(1)
    for part in parts:
        sums = (sums[:, None] + part[None, :]).ravel()
        chance = (chance[:, None] * np.full(len(part), 1 / len(part))[None, :]).ravel()
    return sums, chance


@st.composite
def panels(draw, low=0):
    n = draw(st.integers(1, 5))
    now = [draw(st.integers(0, 2)) for _ in range(n)]
    before = [draw(st.integers(0 if x else 1, 2)) for x in now]
    votes = [
        [draw(st.integers(low, 1)) for _ in range(a + b)] for a, b in zip(now, before, strict=True)
    ]
    return votes, np.array(now), np.array(before)


@pytest.mark.parametrize("low", [0, -1])
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_exchange_test_counts_every_shuffle(low, data):
    votes, now, before = data.draw(panels(low))
    later = np.array([sum(v[:k]) for v, k in zip(votes, now, strict=True)])
    plus = np.array([v.count(1) for v in votes])
    minus = np.array([v.count(-1) for v in votes])

    found = exchange_test(now, before, later, plus, minus)

    sums, chance = every_shuffle(votes, now, before)
    expected = float(sums @ chance)
    assert found.expected == pytest.approx(expected)
    assert found.p_greater == pytest.approx(chance[sums >= later.sum() - 1e-9].sum())
    assert found.p_less == pytest.approx(chance[sums <= later.sum() + 1e-9].sum())
    far = np.abs(sums - expected) >= abs(later.sum() - expected) - 1e-9
    assert found.p_two_sided == pytest.approx(chance[far].sum())


def test_exchange_test_is_mcnemars_for_two_cycles_of_the_same_accounts():
    one = np.ones(10, dtype=int)
    now = np.array([1] * 7 + [0] * 3)  # seven turn to raising, three turn away

    found = exchange_test(one, one, now, one)

    assert found.p_greater == pytest.approx(sign_test(7, 3))


def test_exchange_test_is_fishers_for_accounts_heard_once():
    heard_now = np.array([1] * 8 + [0] * 10)
    raises = np.array([1] * 5 + [0] * 3 + [1] * 2 + [0] * 8)

    found = exchange_test(heard_now, 1 - heard_now, raises * heard_now, raises)

    assert found.p_greater == pytest.approx(
        stats.fisher_exact([[5, 3], [2, 8]], alternative="greater").pvalue
    )


def test_exchange_test_shuffles_once_heard_accounts_within_their_stratum_only():
    heard_now = np.array([1, 1, 1, 1, 0, 0, 0, 0])
    raises = np.array([1, 1, 1, 1, 0, 0, 0, 0])
    segment = heard_now  # one segment was heard now, the other before: nothing compares them

    found = exchange_test(heard_now, 1 - heard_now, raises, raises, stratum=segment)

    assert found.p_greater == 1
    assert exchange_test(heard_now, 1 - heard_now, raises, raises).p_greater == pytest.approx(
        1 / 70
    )


def test_exchange_test_is_not_moved_by_accounts_that_keep_to_their_own_pain():
    both = np.full(50, 3)
    loyal = np.full(50, 3)  # raise it in every cycle, before and now

    assert exchange_test(both, both, loyal, 2 * loyal).p_two_sided == 1


def test_exchange_test_of_nobody_finds_nothing():
    nobody = np.zeros(0, dtype=int)

    assert exchange_test(nobody, nobody, nobody, nobody).p_two_sided == 1


@pytest.mark.parametrize(("likeness", "strength"), [(0.05, 19.0), (0.4, 1.5)])
def test_exchange_test_rejects_at_most_as_often_as_it_says(likeness, strength):
    """Accounts differ in taste and in how often they talk, and nothing changes."""
    rng = np.random.default_rng(11)
    rejected = 0
    for _ in range(400):
        taste, pace = rng.beta(0.2 * strength, 0.8 * strength, 70), rng.gamma(2, 0.4, 70)
        heard = rng.random((5, 70)) < 1 - np.exp(-pace)
        votes = (rng.random((5, 70)) < taste) & heard
        found = exchange_test(
            heard[4], heard[:4].sum(axis=0), votes[4].astype(int), votes.sum(axis=0)
        )
        rejected += found.p_two_sided <= 0.05

    assert rejected / 400 <= 0.05 + 3 * np.sqrt(0.05 * 0.95 / 400)


@st.composite
def weighted_panels(draw):
    n_accounts = draw(st.integers(1, 5))
    heard = np.array(draw(st.lists(st.lists(st.booleans(), min_size=n_accounts, max_size=n_accounts), min_size=4, max_size=4)))  # fmt: skip
    votes = np.array(draw(st.lists(st.lists(st.integers(-10, 10), min_size=n_accounts, max_size=n_accounts), min_size=4, max_size=4)))  # fmt: skip
    return votes / 10, heard


LATER = np.array([False, False, True, True])


@settings(max_examples=60, deadline=None)
@given(panel=weighted_panels())
def test_weighted_exchange_test_counts_every_shuffle(panel):
    votes, heard = panel
    now, before = heard[LATER].sum(axis=0), heard[~LATER].sum(axis=0)
    ballots = [votes[heard[:, i], i].tolist() for i in range(heard.shape[1])]

    found = weighted_exchange_test(votes, heard, LATER)

    sums, chance = every_shuffle(ballots, now, before)
    observed = float((votes * heard)[LATER].sum())
    assert found.observed == pytest.approx(observed)
    assert found.expected == pytest.approx(float(sums @ chance))
    assert found.p_greater == pytest.approx(chance[sums >= observed - 1e-9].sum())
    assert found.p_less == pytest.approx(chance[sums <= observed + 1e-9].sum())


@settings(max_examples=60, deadline=None)
@given(panel=weighted_panels())
def test_weighted_exchange_test_of_yes_and_no_is_the_plain_one(panel):
    votes, heard = panel
    votes = (votes > 0).astype(int) * heard

    found = weighted_exchange_test(votes.astype(float), heard, LATER)
    plain = exchange_test(
        heard[LATER].sum(axis=0),
        heard[~LATER].sum(axis=0),
        votes[LATER].sum(axis=0),
        votes.sum(axis=0),
    )

    assert found.p_two_sided == pytest.approx(plain.p_two_sided)
    assert found.expected == pytest.approx(plain.expected)


@pytest.mark.parametrize("kind", ["likelihood", "lead", "thirds"])
def test_the_pearson_tail_is_close_to_all_shuffles_and_rather_above_them(kind, monkeypatch):
    rng = np.random.default_rng(3)
    heard = rng.random((9, 60)) < 0.5
    later = np.arange(9) >= 6
    votes = {
        "likelihood": rng.beta(0.3, 1.2, (9, 60)).round(2),
        "lead": (rng.beta(0.3, 1.2, (9, 60)) - rng.beta(0.3, 1.2, (9, 60))).round(2),
        "thirds": rng.choice([0.0, 0.3, 0.6], (9, 60)),
    }[kind]
    votes[later] += (rng.random((3, 60)) < 0.12) * {"likelihood": 1.0, "lead": 0.8, "thirds": 0.3}[
        kind
    ]
    votes = votes.clip(-1, 1)

    quick = weighted_exchange_test(votes, heard, later)
    monkeypatch.setattr(weighted_exchange, "EXACT_GROUPS", 10_000)
    exact = weighted_exchange_test(votes, heard, later)

    assert quick.expected == pytest.approx(exact.expected)
    assert 0.93 <= quick.p_greater / exact.p_greater <= 1.5
    assert 0.93 <= quick.p_two_sided / exact.p_two_sided <= 1.9


def test_votes_of_yes_or_no_are_always_counted_however_many_accounts():
    rng = np.random.default_rng(6)
    heard = rng.random((6, 300)) < np.where(np.arange(300) < 150, 0.15, 0.6)
    votes = (rng.random((6, 300)) < 0.3) & heard
    later = np.arange(6) >= 4

    found = weighted_exchange_test(votes.astype(float), heard, later)
    plain = exchange_test(
        heard[later].sum(axis=0),
        heard[~later].sum(axis=0),
        votes[later].sum(axis=0),
        votes.sum(axis=0),
    )

    assert found.p_two_sided == pytest.approx(plain.p_two_sided)


@pytest.mark.parametrize("accounts", [12, 70])
def test_weighted_exchange_test_rejects_at_most_as_often_as_it_says(accounts):
    """Accounts differ in taste and in how often they talk, and nothing changes."""
    rng = np.random.default_rng(12)
    rejected, later = 0, np.arange(5) >= 3
    for _ in range(400):
        taste, pace = rng.beta(0.5, 2.0, accounts), rng.gamma(2, 0.4, accounts)
        heard = rng.random((5, accounts)) < 1 - np.exp(-pace)
        votes = rng.beta(0.2 + 2 * taste, 1.5, (5, accounts))
        rejected += weighted_exchange_test(votes, heard, later).p_two_sided <= 0.05

    assert rejected / 400 <= 0.05 + 3 * np.sqrt(0.05 * 0.95 / 400)


@pytest.mark.parametrize("accounts", [8, 60])
def test_several_votes_of_the_same_accounts_are_tested_as_each_alone(accounts):
    rng = np.random.default_rng(9)
    heard = rng.random((6, accounts)) < rng.uniform(0.05, 0.9, accounts)
    votes = rng.beta(0.4, 0.8, (6, accounts, 5))
    votes[:, :, 0] = votes[:, :, 0] > 0.5
    later, stratum = np.arange(6) >= 4, rng.integers(-1, 3, accounts)

    together = weighted_exchange_tests(votes, heard, later, stratum=stratum)

    for test in range(5):
        alone = weighted_exchange_test(votes[:, :, test], heard, later, stratum=stratum)
        assert together.observed[test] == pytest.approx(alone.observed)
        assert together.expected[test] == pytest.approx(alone.expected)
        assert together.p_two_sided[test] == pytest.approx(alone.p_two_sided)
        assert together.p_greater[test] == pytest.approx(alone.p_greater)
    assert len(set(together.p_two_sided.tolist())) > 1


def test_weighted_exchange_test_of_nobody_finds_nothing():
    nobody = np.zeros((4, 0))

    assert weighted_exchange_test(nobody, nobody.astype(bool), LATER).p_two_sided == 1


def test_binomial_above_equals_the_sum_of_its_terms():
    assert binomial_above(3, 20, 0.1) == pytest.approx(stats.binom.sf(2, 20, 0.1))
    assert binomial_above(0, 20, 0.1) == 1
    assert binomial_above(5, 4, 0.1) == 0


def test_sign_test_of_no_discordant_account_finds_nothing():
    assert sign_test(0, 0) == 1


def test_holm_matches_by_hand():
    assert holm([0.01, 0.04, 0.03]).tolist() == pytest.approx([0.03, 0.06, 0.06])


def test_benjamini_hochberg_matches_by_hand_and_counts_tests_that_are_not_shown():
    p = [0.01, 0.04, 0.03, 0.20]

    assert benjamini_hochberg(p).tolist() == pytest.approx([0.04, 0.16 / 3, 0.16 / 3, 0.20])
    assert benjamini_hochberg(p, tests=8).tolist() == pytest.approx(
        [0.08, 0.32 / 3, 0.32 / 3, 0.40]
    )
    assert benjamini_hochberg([]).tolist() == []


def test_benjamini_hochberg_asks_less_of_what_weighs_more():
    found = benjamini_hochberg([0.01, 0.04], tests=4, weights=[0.5, 2.0])

    # 0.02 and 0.02: both are the larger of the two that were kept
    assert found.tolist() == pytest.approx([0.04, 0.04])
    assert benjamini_hochberg([0.01], tests=4, weights=[2.0])[0] == pytest.approx(0.02)


@given(p=st.lists(st.floats(0, 1), min_size=1, max_size=20))
def test_corrections_never_lower_a_p_value_nor_change_the_order(p):
    for adjusted in (holm(p), benjamini_hochberg(p)):
        assert (adjusted >= np.array(p) - 1e-12).all()
        assert (np.diff(adjusted[np.argsort(p, kind="stable")]) >= -1e-12).all()


@pytest.mark.parametrize("pace", [1.0, 2.0, 0.4])
def test_votes_fall_where_more_was_said(pace):
    heard, votes = np.array([4]), np.array([3])
    said = np.array([8.0 * pace]), np.array([8.0])

    found = exchange_test(heard, heard, np.array([3]), votes, said=said)

    expected = nchypergeom_fisher(8, 3, 4, pace)
    assert found.p_greater == pytest.approx(expected.sf(2))
    assert found.expected == pytest.approx(expected.mean())


def test_who_says_twice_as_much_and_uses_twice_as_many_words_has_not_changed():
    size = 90
    once = np.ones(size, dtype=np.int64)
    now, before = (np.arange(size) < 30).astype(int), (np.arange(size) >= 78).astype(int)
    said = np.full(size, 20.0), np.full(size, 10.0)

    plain = exchange_test(once, once, now, now + before)
    given = exchange_test(once, once, now, now + before, said=said)

    assert plain.p_two_sided < 0.05 < given.p_two_sided


def test_accounts_heard_once_are_weighed_by_what_their_window_said():
    heard_now, heard_before = np.array([1, 1, 0, 0]), np.array([0, 0, 1, 1])
    votes = np.array([1, 1, 0, 0])
    said = np.array([6.0, 6.0, 0.0, 0.0]), np.array([0.0, 0.0, 2.0, 2.0])

    found = exchange_test(heard_now, heard_before, votes, votes, said=said)

    assert found.p_greater == pytest.approx(nchypergeom_fisher(4, 2, 2, 3.0).sf(1))
