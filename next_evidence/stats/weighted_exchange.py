"""Account permutation tests for votes that are any numbers, such as probabilities: several tests of the same accounts at once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache, reduce
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.special import gammainc, gammaincc, ndtr

from next_evidence.stats.significance import Exchange, picked, tails

Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
EXACT_GROUPS = (
    12  # accounts, or strata of accounts heard once, up to which all shuffles are counted
)
_LARGE_GROUP = 60  # votes in one group from which they are not
_COARSE = 50  # steps between votes from which they always are: there are few sums then, and a tail would be too cautious
_STEPS = 100  # parts of a vote


@dataclass(frozen=True)
class Exchanges:
    """`Exchange` of several tests: its fields as arrays of shape ``(n_tests,)``."""

    observed: Floats
    expected: Floats
    p_two_sided: Floats
    p_greater: Floats
    p_less: Floats


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
    found = weighted_exchange_tests(votes[:, :, None], heard, later, stratum=stratum)
    return Exchange(
        observed=float(found.observed[0]),
        expected=float(found.expected[0]),
        p_two_sided=float(found.p_two_sided[0]),
        p_greater=float(found.p_greater[0]),
        p_less=float(found.p_less[0]),
    )


def weighted_exchange_tests(
    votes: Floats, heard: Bools, later: Bools, *, stratum: Ints | None = None
) -> Exchanges:
    """`weighted_exchange_test` of several votes of the same accounts, such as those for each pain.

    Parameters
    ----------
    votes
        Shape ``(n_cycles, n_accounts, n_tests)``.
    heard, later, stratum
        As there.

    Returns
    -------
    Each test's result, the same as alone.
    """
    account, cycle = np.nonzero(heard.T)
    steps = np.round(np.asarray(votes[cycle, account], dtype=float) * _STEPS).astype(np.int64)
    now, total = heard[later].sum(axis=0), heard.sum(axis=0)
    both, once = (now > 0) & (now < total), total == 1
    moves, is_later = (both | once)[account], later[cycle]
    observed, fixed = steps[is_later].sum(axis=0), steps[is_later & ~moves].sum(axis=0)
    expected, p_values = fixed.astype(float), np.ones((3, len(fixed)))
    if moves.any():
        group = np.arange(len(total))
        strata = np.zeros_like(group) if stratum is None else stratum - stratum.min()
        group = np.where(once, len(total) + strata, group)[account]
        order = np.flatnonzero(moves)[np.argsort(group[moves], kind="stable")]
        groups = _Groups(
            steps[order], is_later[order], np.flatnonzero(np.diff(group[order], prepend=-1))
        )
        rough = groups.too_many_to_count
        for tests, weigh in (
            (np.flatnonzero(rough), _approximated),
            (np.flatnonzero(~rough), _counted),
        ):
            if len(tests):
                mean, p_values[:, tests] = weigh(groups, (observed - fixed)[tests], tests)
                expected[tests] += mean
    return Exchanges(observed / _STEPS, expected / _STEPS, *p_values)


@dataclass(frozen=True)
class _Groups:
    """Votes that are shuffled within groups, in steps, and which of them fell into the later window; at least one group.

    ``votes`` has shape ``(n_votes, n_tests)``, group by group; ``later`` ``(n_votes,)``; ``starts`` ``(n_groups,)``: the row at which
    each begins.
    """

    votes: Ints
    later: Bools
    starts: Ints

    @cached_property
    def sizes(self) -> Ints:
        """Votes of each group, ``(n_groups,)``."""
        return np.diff(self.starts, append=len(self.votes))

    @cached_property
    def picks(self) -> Ints:
        """How many of them fell into the later window, ``(n_groups,)``."""
        return np.add.reduceat(self.later.astype(np.int64), self.starts)

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
    def rises(self) -> Ints:
        """How far each vote lies above the lowest of its group, ``(n_votes, n_tests)``."""
        return np.asarray(self.votes - self.spread(self.least), dtype=np.int64)

    @cached_property
    def step(self) -> Ints:
        """Largest step of which all differences between votes of a group are multiples, ``(n_tests,)``."""
        over = self.rises * self.spread(self.moving)
        return np.asarray(np.maximum(np.gcd.reduce(over, axis=0), 1), dtype=np.int64)

    @property
    def too_many_to_count(self) -> Bools:
        """Tests with more shuffles than can be counted, ``(n_tests,)``."""
        large = np.where(self.moving, self.sizes[:, None], 0).max(axis=0) > _LARGE_GROUP
        many = self.moving.sum(axis=0) > EXACT_GROUPS
        return np.asarray((self.step < _COARSE) & (large | many), dtype=np.bool_)

    def moments(self) -> tuple[Floats, Floats, Floats]:
        """Mean, variance and third central moment of the sum of all picks, drawn without replacement (Cochran 1977, 2.15)."""
        m, n = self.sizes[:, None], self.picks[:, None]
        mean = np.add.reduceat(self.votes.astype(float), self.starts, axis=0) / m
        off = self.votes - self.spread(mean)
        squared = off * off
        second = np.add.reduceat(squared, self.starts, axis=0) / m
        third = np.add.reduceat(squared * off, self.starts, axis=0) / m
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

    def spread(self, per_group: npt.NDArray[Any]) -> npt.NDArray[Any]:
        """What holds for a group, for each of its votes."""
        return np.repeat(per_group, self.sizes, axis=0)


def _counted(groups: _Groups, observed: Ints, tests: Ints) -> tuple[Floats, Floats]:
    """Expected sums of these tests, and their p-values as `Exchanges` orders them: all shuffles are counted."""
    step, moving = groups.step[tests], groups.moving[:, tests]
    low = np.where(moving, groups.least[:, tests] * groups.picks[:, None], 0).sum(axis=0)
    low += groups.fixed[tests]
    rises = _sorted_within(groups, groups.rises[:, tests] // step)
    at = (observed - low) // step
    picks, starts = groups.picks.tolist(), groups.starts.tolist()
    ends = (groups.starts + groups.sizes).tolist()
    expected, p_values = np.empty(len(tests)), np.empty((3, len(tests)))
    for i in range(len(tests)):
        over = rises[:, i].tolist()
        parts = [
            _drawn(tuple(over[starts[g] : ends[g]]), picks[g])
            for g in np.flatnonzero(moving[:, i]).tolist()
        ]
        found = tails(reduce(np.convolve, parts) if parts else np.ones(1), 0, int(at[i]))
        expected[i] = found.expected
        p_values[:, i] = found.p_two_sided, found.p_greater, found.p_less
    return expected * step + low, p_values


def _sorted_within(groups: _Groups, rises: Ints) -> Ints:
    """The same, sorted within each group of each test."""
    apart = (np.arange(len(groups.sizes)) * (rises.max() + 1))[:, None]
    return np.asarray(np.sort(rises + groups.spread(apart), axis=0) - groups.spread(apart))


def _approximated(groups: _Groups, observed: Ints, tests: Ints) -> tuple[Floats, Floats]:
    """The same by the mean, variance and skewness over all shuffles."""
    mean, variance, third = (moment[tests] for moment in groups.moments())
    half, spread = groups.step[tests] / 2, np.sqrt(variance)
    skew, far = third / spread**3, np.abs(observed - mean)

    def above(value: Floats | Ints) -> Floats:
        return _pearson3_above((value - half - mean) / spread, skew)

    def below(value: Floats | Ints) -> Floats:
        return _pearson3_above((mean - value - half) / spread, -skew)

    two_sided = above(mean + far) + below(mean - far)
    return mean, np.minimum(1.0, [two_sided, above(observed), below(observed)])


def _pearson3_above(z: Floats, skew: Floats) -> Floats:
    """Upper tail of the Pearson type III distribution of mean 0 and variance 1 (scipy.stats.pearson3, without its import)."""
    normal = np.abs(skew) < 1e-4
    skew = np.where(normal, 1.0, skew)
    shape = 4.0 / skew**2
    at = np.maximum(0.0, 2.0 / skew * z + shape)
    skewed, right = np.empty_like(at), skew > 0
    skewed[right] = gammaincc(shape[right], at[right])
    skewed[~right] = gammainc(shape[~right], at[~right])
    return np.asarray(np.where(normal, ndtr(-z), skewed), dtype=float)


@lru_cache(maxsize=65536)
def _drawn(rises: tuple[int, ...], picks: int) -> Floats:
    """Distribution of the sum of ``picks`` of these numbers of 0 and more, drawn without replacement; they are sorted."""
    if rises[-1] <= 1:
        part, low = picked(len(rises), sum(rises), 0, picks)
        return np.concatenate([np.zeros(low), part])
    top = sum(rises[-picks:])
    ways = np.zeros((picks + 1, top + 1))
    ways[0, 0] = 1.0
    for rise in rises:
        ways[1:, rise:] += ways[:-1, : top + 1 - rise].copy()
    return np.asarray(ways[picks] / ways[picks].sum())
