"""Account permutation tests with their exact distribution, sign tests, and corrections for many tests."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.special import betainc, gammainc, gammaincc, gammaln, ndtr

Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
EXACT_GROUPS = (
    12  # accounts, or strata of accounts heard once, up to which all shuffles are counted
)
_LARGE_GROUP = 60  # votes in one group from which they are not
_COARSE = 50  # steps between votes from which they always are: there are few sums then, and a tail would be too cautious
_STEPS = 100  # parts of a vote
_TIE = 1e-9  # relative: sums that are equal on paper differ in the last bits


@dataclass(frozen=True)
class Exchange:
    """What shuffling accounts between two windows says of the difference between them.

    ``observed`` and ``expected`` are sums of votes in the later window: as counted, and on average over all
    shuffles. ``p_greater`` and ``p_less`` are the shares of shuffles at least as far to that side,
    ``p_two_sided`` at least as far from ``expected`` on either side.
    """

    observed: float
    expected: float
    p_two_sided: float
    p_greater: float
    p_less: float


def exchange_test(
    heard_now: Ints,
    heard_before: Ints,
    now: Ints,
    plus: Ints,
    minus: Ints | None = None,
    *,
    stratum: Ints | None = None,
    said: tuple[Floats, Floats] | None = None,
) -> Exchange:
    """Do accounts vote otherwise now than before? Accounts are shuffled, never single votes.

    An account that was heard in both windows keeps all its votes, and only *which* of them fell into the later
    window is shuffled; accounts that were heard once in all are shuffled among each other, within ``stratum``;
    accounts heard several times but in one window only carry no comparison and stay where they are. So
    neither an account's own taste nor how often it talks can make a difference, whoever was heard when. All shuffles
    are counted, not sampled: the distribution is a convolution of small hypergeometric ones, which is
    what a permutation test tends to as its number of permutations grows, without a seed.

    Parameters
    ----------
    heard_now, heard_before
        Cycles in which each account was heard, per window, shape ``(n_accounts,)``.
    now
        Sum of each account's votes in the later window.
    plus, minus
        Each account's votes of +1 and of -1 over both windows; all others are 0. Without ``minus`` votes
        are 0 or 1, i.e. does not raise or raises; with it, e.g. raises only pain B (+1) or only pain A (-1).
    stratum
        Group of each account (e.g. its segment), within which accounts heard once are shuffled.
    said
        How much each account said, now and before. Then a vote falls into a window in proportion to what was said there: who
        talks twice as much uses twice as many words, of every kind. Fisher's noncentral distribution [3]_ takes the place of the
        hypergeometric one; without ``minus`` only.

    References
    ----------
    .. [1] Mantel, N. and Haenszel, W. (1959). Statistical aspects of the analysis of data from retrospective
       studies of disease. JNCI 22, 719-748: one stratum per account is this test.
    .. [2] Good, P. (2005). Permutation, Parametric and Bootstrap Tests of Hypotheses, 3rd ed., chapter 3.
    .. [3] Fisher, R. A. (1935). The logic of inductive inference. JRSS 98, 39-82.

    Examples
    --------
    Two accounts heard in both windows that turn from silent to raising: one shuffle in four does that.

    >>> import numpy as np
    >>> one = np.array([1, 1])
    >>> exchange_test(one, one, now=one, plus=one).p_greater
    0.25
    """
    zero = np.zeros_like(plus)
    minus = zero if minus is None else minus
    stratum = zero if stratum is None else stratum
    total = heard_now + heard_before
    both = (heard_now > 0) & (heard_before > 0)
    once = total == 1
    voted = both & ((plus > 0) | (minus > 0))  # of who never did, every shuffle gives 0
    fixed = int(now[~both & ~once].sum())
    pace_now, pace_before = (
        (np.ones(len(total)),) * 2
        if said is None
        else (_pace(said[0], heard_now), _pace(said[1], heard_before))
    )
    pmf, low = np.ones(1), fixed
    for i in np.flatnonzero(voted):
        part, start = _picked(int(total[i]), int(plus[i]), int(minus[i]), int(heard_now[i]))
        part = _tilted(part, pace_now[i] / pace_before[i])
        pmf, low = np.convolve(pmf, part) if len(part) > 1 else pmf, low + start
    for group in np.unique(stratum[once]):
        held = once & (stratum == group)
        part, start = _picked(
            int(held.sum()),
            int(plus[held].sum()),
            int(minus[held].sum()),
            int(heard_now[held].sum()),
        )
        here, there = held & (heard_now > 0), held & (heard_before > 0)
        if here.any() and there.any():
            part = _tilted(part, pace_now[here].mean() / pace_before[there].mean())
        pmf, low = np.convolve(pmf, part), low + start
    return _tails(pmf, low, int(now.sum()))


@dataclass(frozen=True)
class _Groups:
    """Votes that are shuffled within groups, in steps; ``picks`` of a group's votes fall into the later window.

    ``votes`` has shape ``(n_votes, n_tests)``, group by group; ``sizes`` and ``picks`` ``(n_groups,)``; at least one group.
    """

    votes: Ints
    sizes: Ints
    picks: Ints

    @cached_property
    def starts(self) -> Ints:
        """Row at which each group begins."""
        return np.asarray(np.r_[0, np.cumsum(self.sizes)[:-1]], dtype=np.int64)

    @cached_property
    def least(self) -> Ints:
        """Lowest vote of each group, ``(n_groups, n_tests)``."""
        return np.minimum.reduceat(self.votes, self.starts, axis=0)

    @cached_property
    def moving(self) -> Bools:
        """Whether shuffling a group makes a difference, ``(n_groups, n_tests)``."""
        most = np.maximum.reduceat(self.votes, self.starts, axis=0)
        split = (self.picks > 0) & (self.picks < self.sizes)
        return np.asarray(split[:, None] & (most != self.least), dtype=np.bool_)

    @cached_property
    def fixed(self) -> Ints:
        """Sum of later votes in groups that shuffling leaves as they are, ``(n_tests,)``."""
        total = np.add.reduceat(self.votes, self.starts, axis=0) * self.picks[:, None]
        return np.asarray(np.where(self.moving, 0, total // self.sizes[:, None]).sum(axis=0))

    @cached_property
    def step(self) -> Ints:
        """Largest step of which all differences between votes of a group are multiples, ``(n_tests,)``."""
        over = self.rises * self._spread(self.moving)
        return np.asarray(np.maximum(np.gcd.reduce(over, axis=0), 1), dtype=np.int64)

    @cached_property
    def rises(self) -> Ints:
        """How far each vote lies above the lowest of its group, ``(n_votes, n_tests)``."""
        return np.asarray(self.votes - self._spread(self.least), dtype=np.int64)

    def moments(self) -> tuple[Floats, Floats, Floats]:
        """Mean, variance and third central moment of the sum of all picks, drawn without replacement (Cochran 1977, 2.15)."""
        m, n = self.sizes[:, None], self.picks[:, None]
        mean = np.add.reduceat(self.votes.astype(float), self.starts, axis=0) / m
        off = self.votes - self._spread(mean)
        second = np.add.reduceat(off * off, self.starts, axis=0) / m
        third = np.add.reduceat(off * off * off, self.starts, axis=0) / m
        many = np.where(m > 2, m - 2, 1)  # of two votes the third moment is 0
        variance = n * (m - n) / np.maximum(m - 1, 1) * second
        skewed = np.where(
            m > 2, n * (m - n) * (m - 2 * n) / (np.maximum(m - 1, 1) * many) * third, 0.0
        )
        sums = (
            np.where(self.moving, part, 0.0).sum(axis=0) for part in (n * mean, variance, skewed)
        )
        mean_of, variance_of, third_of = sums
        return mean_of + self.fixed, variance_of, third_of

    def _spread(self, per_group: npt.NDArray[Any]) -> npt.NDArray[Any]:
        return np.repeat(per_group, self.sizes, axis=0)


def weighted_exchange_test(
    votes: Floats, heard: Bools, later: Bools, *, stratum: Ints | None = None
) -> Exchange:
    """`exchange_test` for votes that are any numbers, such as the probability that an account raises a pain.

    The same shuffles: an account heard in both windows shuffles its own cycles; accounts heard once in all are shuffled
    among each other, within ``stratum``. Votes are rounded to hundredths. With at most `EXACT_GROUPS` groups whose votes
    differ, and for votes of yes or no, all shuffles are counted. With more, the mean, variance and skewness over all shuffles are exact, and the tails
    are those of the Pearson type III distribution that has them [1]_, half a step cautious.

    Parameters
    ----------
    votes
        Shape ``(n_cycles, n_accounts)``; what stands where an account was not heard is ignored.
    heard
        Same shape.
    later
        Cycles of the later window, shape ``(n_cycles,)``; all others are the earlier one.
    stratum
        Group of each account, shape ``(n_accounts,)``.

    Returns
    -------
    ``observed`` and ``expected`` are sums of votes in the later window.

    References
    ----------
    .. [1] Mielke, P. W. and Berry, K. J. (2007). Permutation Methods: A Distance Function Approach, 2nd ed., chapter 2.

    Examples
    --------
    >>> import numpy as np
    >>> votes, heard = np.array([[0.0, 0.0], [1.0, 1.0]]), np.ones((2, 2), dtype=bool)
    >>> weighted_exchange_test(votes, heard, np.array([False, True])).p_greater
    0.25
    """
    return weighted_exchange_tests(votes[:, :, None], heard, later, stratum=stratum)[0]


def weighted_exchange_tests(
    votes: Floats, heard: Bools, later: Bools, *, stratum: Ints | None = None
) -> tuple[Exchange, ...]:
    """`weighted_exchange_test` of several votes of the same accounts, such as those for each pain.

    Parameters
    ----------
    votes
        Shape ``(n_cycles, n_accounts, n_tests)``.
    heard, later, stratum
        As there.

    Returns
    -------
    One result per test, each the same as alone.
    """
    steps = np.where(heard[:, :, None], np.round(np.asarray(votes, dtype=float) * _STEPS), 0.0)
    groups, fixed = _shuffled(steps.astype(np.int64), heard, later, stratum)
    observed = steps[later].sum(axis=(0, 1)).astype(np.int64)
    if groups is None:
        nowhere = [_tails(np.ones(1), int(f), int(o)) for f, o in zip(fixed, observed, strict=True)]
        return tuple(_in_votes(found) for found in nowhere)
    large = np.where(groups.moving, groups.sizes[:, None], 0).max(axis=0) > _LARGE_GROUP
    many = groups.moving.sum(axis=0) > EXACT_GROUPS
    rough = (groups.step < _COARSE) & (large | many)
    picked = observed - fixed
    found = dict(_approximated(groups, picked, np.flatnonzero(rough)))
    found |= dict(_counted(groups, picked, np.flatnonzero(~rough)))
    return tuple(_in_votes(found[t], int(fixed[t])) for t in range(len(fixed)))


def _shuffled(
    steps: Ints, heard: Bools, later: Bools, stratum: Ints | None
) -> tuple[_Groups | None, Ints]:
    """Groups that are shuffled, if any, and the sum of later votes that are not, ``(n_tests,)``."""
    now, total = heard[later].sum(axis=0), heard.sum(axis=0)
    both, once = (now > 0) & (now < total), total == 1
    fixed = steps[later][:, ~both & ~once].sum(axis=(0, 1))
    votes = [steps.transpose(1, 0, 2)[both][heard.T[both]]]
    sizes, picks = [total[both]], [now[both]]
    group_of = np.zeros(len(total), dtype=np.int64) if stratum is None else stratum
    for name in np.unique(group_of[once]):
        held = once & (group_of == name)
        votes.append(steps[:, held].sum(axis=0))
        sizes.append(np.array([held.sum()]))
        picks.append(np.array([now[held].sum()]))
    if not sum(map(len, votes)):
        return None, fixed
    return _Groups(np.concatenate(votes), np.concatenate(sizes), np.concatenate(picks)), fixed


def _counted(groups: _Groups, observed: Ints, tests: Ints) -> Iterator[tuple[int, Exchange]]:
    """All shuffles of the votes of these tests, counted."""
    if not len(tests):
        return
    over = groups.rises
    low = groups.fixed + (np.where(groups.moving, groups.least, 0) * groups.picks[:, None]).sum(0)
    for test in tests.tolist():
        step, least = int(groups.step[test]), int(low[test])
        pmf = np.ones(1)
        for g in np.flatnonzero(groups.moving[:, test]).tolist():
            start = groups.starts[g]
            rises = over[start : start + groups.sizes[g], test] // step
            pmf = np.convolve(pmf, _drawn(tuple(sorted(rises.tolist())), int(groups.picks[g])))
        seen = int(observed[test])
        found = _tails(pmf, 0, (seen - least) // step)
        yield (
            test,
            replace(found, observed=float(seen), expected=found.expected * step + least),
        )


def _in_votes(found: Exchange, fixed: int = 0) -> Exchange:
    """The same in votes instead of steps, with votes that no shuffle moves."""
    return replace(
        found,
        observed=(found.observed + fixed) / _STEPS,
        expected=(found.expected + fixed) / _STEPS,
    )


def _approximated(groups: _Groups, observed: Ints, tests: Ints) -> Iterator[tuple[int, Exchange]]:
    """These tests by the mean, variance and skewness over all shuffles."""
    if not len(tests):
        return
    mean, variance, third = (moment[tests] for moment in groups.moments())
    seen, half, spread = observed[tests], groups.step[tests] / 2, np.sqrt(variance)
    skew, far = third / spread**3, np.abs(seen - mean)

    def above(value: Floats | Ints) -> Floats:
        return _pearson3_above((value - half - mean) / spread, skew)

    def below(value: Floats | Ints) -> Floats:
        return _pearson3_above((mean - value - half) / spread, -skew)

    two_sided = np.minimum(1.0, above(mean + far) + below(mean - far))
    greater, less = np.minimum(1.0, above(seen)), np.minimum(1.0, below(seen))
    columns = (tests, seen.astype(float), mean, two_sided, greater, less)
    for test, *values in zip(*(column.tolist() for column in columns), strict=True):
        yield test, Exchange(*values)


def _pearson3_above(z: Floats, skew: Floats) -> Floats:
    """Upper tail of the Pearson type III distribution of mean 0 and variance 1 (scipy.stats.pearson3, without its import)."""
    normal = np.abs(skew) < 1e-4
    skew = np.where(normal, 1.0, skew)
    shape = 4.0 / skew**2
    at = np.maximum(0.0, 2.0 / skew * z + shape)
    skewed = np.where(skew > 0, gammaincc(shape, at), gammainc(shape, at))
    return np.asarray(np.where(normal, ndtr(-z), skewed), dtype=float)


@lru_cache(maxsize=65536)
def _drawn(rises: tuple[int, ...], picks: int) -> Floats:
    """Distribution of the sum of ``picks`` of these numbers of 0 and more, drawn without replacement."""
    if rises[-1] <= 1:
        part, low = _picked(len(rises), sum(rises), 0, picks)
        return np.concatenate([np.zeros(low), part])
    top = sum(rises[-picks:])
    ways = np.zeros((picks + 1, top + 1))
    ways[0, 0] = 1.0
    for rise in rises:
        ways[1:, rise:] += ways[:-1, : top + 1 - rise].copy()
    return np.asarray(ways[picks] / ways[picks].sum())


def _pace(said: Floats, heard: Ints) -> Floats:
    """How much an account said per cycle in which it was heard; who said next to nothing said half a word."""
    return np.maximum(said / np.maximum(heard, 1), 0.5)


def _tilted(pmf: Floats, odds: float) -> Floats:
    """A distribution of votes in which each one more is ``odds`` times likelier."""
    if odds == 1.0 or len(pmf) == 1:
        return pmf
    log = np.arange(len(pmf)) * np.log(odds)
    tilted = pmf * np.exp(log - log.max())
    return np.asarray(tilted / tilted.sum(), dtype=float)


def _tails(pmf: Floats, low: int, observed: int) -> Exchange:
    support = np.arange(low, low + len(pmf))
    pmf = pmf / pmf.sum()
    expected = float(pmf @ support)
    far = np.abs(support - expected) >= abs(observed - expected) - _TIE
    return Exchange(
        observed=float(observed),
        expected=expected,
        p_two_sided=min(1.0, float(pmf[far].sum())),
        p_greater=min(1.0, float(pmf[support >= observed].sum())),
        p_less=min(1.0, float(pmf[support <= observed].sum())),
    )


@lru_cache(maxsize=65536)
def _picked(total: int, plus: int, minus: int, picks: int) -> tuple[Floats, int]:
    """Distribution of the sum of ``picks`` out of ``total`` votes, and its lowest value."""
    if minus == 0:
        low = max(0, picks - (total - plus))
        j = np.arange(low, min(plus, picks) + 1)
        return np.exp(_log_hypergeometric(total, plus, picks, j)), low
    a = np.arange(min(plus, picks) + 1)
    pmf = np.zeros(min(plus, picks) + min(minus, picks) + 1)
    first = np.exp(_log_hypergeometric(total, plus, picks, a))
    for count, weight in zip(a[first > 0], first[first > 0], strict=True):
        left = picks - int(count)
        b = np.arange(min(minus, left) + 1)
        chance = np.exp(_log_hypergeometric(total - plus, minus, left, b))
        np.add.at(pmf, count - b + min(minus, picks), weight * chance)
    return pmf, -min(minus, picks)


def _log_hypergeometric(total: int, good: int, picks: int, j: Ints) -> Floats:
    """Log chance of ``j`` good ones among ``picks`` out of ``total``; -inf where that cannot be."""
    possible = (j <= good) & (j <= picks) & (picks - j <= total - good) & (j >= 0)
    safe = np.where(possible, j, max(0, picks - (total - good)))
    log = (
        _log_choose(good, safe)
        + _log_choose(total - good, picks - safe)
        - _log_choose(total, np.int64(picks))
    )
    return np.where(possible, log, -np.inf)


def _log_choose(n: int, k: npt.NDArray[np.int64] | np.int64) -> Floats:
    return np.asarray(gammaln(n + 1.0) - gammaln(k + 1.0) - gammaln(n - k + 1.0), dtype=float)


def binomial_above(successes: int, trials: int, chance: float) -> float:
    """Probability of ``successes`` or more out of ``trials`` at this chance, exact."""
    if successes <= 0:
        return 1.0
    return float(betainc(successes, trials - successes + 1, chance)) if trials >= successes else 0.0


def sign_test(wins: int, losses: int) -> float:
    """One-sided exact sign (McNemar) test: chance of as many wins or more if both are as likely.

    ``wins`` are accounts that raise only the one pain, ``losses`` only the other; who raises both or
    neither says nothing of their order.

    References
    ----------
    .. [1] McNemar, Q. (1947). Note on the sampling error of the difference between correlated proportions.
       Psychometrika 12, 153-157.
    """
    return binomial_above(wins, wins + losses, 0.5)


def holm(p_values: npt.ArrayLike) -> Floats:
    """Holm's step-down adjustment: the chance of *any* false finding among these tests is bounded.

    References
    ----------
    .. [1] Holm, S. (1979). A simple sequentially rejective multiple test procedure. Scand. J. Statist. 6, 65-70.
    """
    p = np.asarray(p_values, dtype=float)
    order = np.argsort(p, kind="stable")
    stepped = np.maximum.accumulate((len(p) - np.arange(len(p))) * p[order])
    adjusted = np.empty_like(p)
    adjusted[order] = np.minimum(stepped, 1.0)
    return adjusted


def benjamini_hochberg(
    p_values: npt.ArrayLike, *, tests: int | None = None, weights: npt.ArrayLike | None = None
) -> Floats:
    """Adjusted p-values (q): of the findings up to a q, that share is false on average.

    Parameters
    ----------
    p_values
        Those that were kept.
    tests
        How many tests were made, where more were made than kept; the others count as p = 1.
    weights
        Of each p-value, above 0; 1 by default. Chosen before the data are seen, with a mean over all tests made of 1 at most, they keep
        the rate [2]_: tests that matter more are asked less.

    References
    ----------
    .. [1] Benjamini, Y. and Hochberg, Y. (1995). Controlling the false discovery rate. JRSS B 57, 289-300. Shares
       of pains within a persona are dependent; the procedure was simulated, not assumed, for that
       (tests/simulation).
    .. [2] Genovese, C. R., Roeder, K. and Wasserman, L. (2006). False discovery control with p-value weighting.
       Biometrika 93, 509-524.
    """
    p = np.asarray(p_values, dtype=float)
    if weights is not None:
        p = p / np.asarray(weights, dtype=float)
    made = max(len(p), tests or 0)
    order = np.argsort(p, kind="stable")[::-1]
    rank = np.arange(len(p), 0, -1)
    adjusted = np.empty_like(p)
    adjusted[order] = np.minimum(np.minimum.accumulate(p[order] * made / rank), 1.0)
    return adjusted
