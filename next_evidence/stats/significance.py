"""Account permutation tests with their exact distribution, sign tests, and corrections for many tests."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt
from scipy.special import betainc, gammaln

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
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
        part, start = picked(int(total[i]), int(plus[i]), int(minus[i]), int(heard_now[i]))
        part = _tilted(part, pace_now[i] / pace_before[i])
        pmf, low = np.convolve(pmf, part) if len(part) > 1 else pmf, low + start
    for group in np.unique(stratum[once]):
        held = once & (stratum == group)
        part, start = picked(
            int(held.sum()),
            int(plus[held].sum()),
            int(minus[held].sum()),
            int(heard_now[held].sum()),
        )
        here, there = held & (heard_now > 0), held & (heard_before > 0)
        if here.any() and there.any():
            part = _tilted(part, pace_now[here].mean() / pace_before[there].mean())
        pmf, low = np.convolve(pmf, part), low + start
    return tails(pmf, low, int(now.sum()))


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


def tails(pmf: Floats, low: int, observed: int) -> Exchange:
    """What a distribution of sums says of the one observed; ``pmf`` begins at the sum ``low`` and need not add up to 1."""
    pmf = pmf / pmf.sum()
    mean, at = float(pmf @ np.arange(len(pmf))), observed - low
    far = abs(at - mean) - _TIE
    below, above = max(math.floor(mean - far) + 1, 0), math.ceil(mean + far)
    two_sided = np.concatenate([pmf[:below], pmf[max(above, below) :]]).sum()
    return Exchange(
        observed=float(observed),
        expected=low + mean,
        p_two_sided=min(1.0, float(two_sided)),
        p_greater=min(1.0, float(pmf[max(at, 0) :].sum())),
        p_less=min(1.0, float(pmf[: max(at + 1, 0)].sum())),
    )


@lru_cache(maxsize=65536)
def picked(total: int, plus: int, minus: int, picks: int) -> tuple[Floats, int]:
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
