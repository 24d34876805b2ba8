"""Intervals around shares of accounts, and around the change of a share."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.special import ndtri

Floats = npt.NDArray[np.float64]
Estimates = tuple[npt.ArrayLike, npt.ArrayLike, npt.ArrayLike]


def wilson_interval(
    successes: npt.ArrayLike, trials: npt.ArrayLike, *, level: float
) -> tuple[Floats, Floats]:
    """Lower and upper bounds of shares, ``successes / trials``, by Wilson's score interval.

    It never leaves [0, 1] and stays informative at 0 of n, where the usual ``p ± z·se`` collapses to a point.

    Parameters
    ----------
    successes, trials
        Counts, of one shape; they may be fractional (an effective number of accounts).
    level
        Two-sided confidence level, 0 to 1.

    Returns
    -------
    Two arrays of that shape; (0, 1) where ``trials`` is 0.

    References
    ----------
    .. [1] Wilson, E. B. (1927). Probable inference, the law of succession, and statistical inference.
       JASA 22, 209-212.
    .. [2] Brown, L. D., Cai, T. T. and DasGupta, A. (2001). Interval estimation for a binomial proportion.
       Statistical Science 16, 101-133: recommends it for n of 40 and below.

    Examples
    --------
    >>> low, high = wilson_interval(0, 10, level=0.8)
    >>> round(float(low), 3), round(float(high), 3)
    (0.0, 0.141)
    """
    k, n = np.asarray(successes, dtype=float), np.asarray(trials, dtype=float)
    z = float(ndtri(0.5 + level / 2))
    safe = np.where(n > 0, n, 1.0)
    p = np.where(n > 0, k / safe, 0.5)
    centre = (p + z * z / (2 * safe)) / (1 + z * z / safe)
    half = z / (1 + z * z / safe) * np.sqrt(p * (1 - p) / safe + z * z / (4 * safe * safe))
    low = np.where(n > 0, np.minimum(np.maximum(centre - half, 0.0), p), 0.0)
    high = np.where(n > 0, np.minimum(np.maximum(centre + half, p), 1.0), 1.0)
    return low, high


def estimate(successes: float, trials: float, level: float) -> tuple[float, float, float]:
    """One share with its Wilson bounds, ``(share, low, high)``, as `difference_interval` reads it."""
    low, high = wilson_interval(successes, trials, level=level)
    return (successes / trials if trials > 0 else 0.5), float(low), float(high)


def difference_interval(
    first: tuple[float, float, float],
    second: tuple[float, float, float],
    *,
    correlation: float = 0.0,
) -> tuple[float, float]:
    """`difference_intervals` of one difference.

    Examples
    --------
    >>> [round(x, 3) for x in difference_interval((0.1, 0.05, 0.2), (0.3, 0.2, 0.42))]
    [0.059, 0.33]
    """
    low, high = difference_intervals(first, second, correlation=correlation)
    return float(low), float(high)


def difference_intervals(
    first: Estimates, second: Estimates, *, correlation: npt.ArrayLike = 0.0
) -> tuple[Floats, Floats]:
    """Bounds of ``second - first`` from the two estimates' own bounds ("square and add").

    Parameters
    ----------
    first, second
        ``(estimate, low, high)`` of each share, numbers or arrays of one shape.
    correlation
        Of the two estimates, -1 to 1: positive when the same accounts are in both, which narrows the interval.

    References
    ----------
    .. [1] Newcombe, R. G. (1998). Interval estimation for the difference between independent proportions.
       Statistics in Medicine 17, 873-890; paired form in 17, 2635-2650.
    .. [2] Zou, G. Y. and Donner, A. (2008). Construction of confidence limits about effect measures.
       Statistics in Medicine 27, 1693-1702.
    """
    p, p_low, p_high = (np.asarray(value, dtype=float) for value in first)
    q, q_low, q_high = (np.asarray(value, dtype=float) for value in second)
    tied = np.asarray(correlation, dtype=float)

    def combined(one: Floats, other: Floats) -> Floats:
        squared = one * one - 2 * tied * one * other + other * other
        return np.asarray(np.sqrt(np.maximum(squared, 0.0)))

    low = q - p - combined(q - q_low, p_high - p)
    high = q - p + combined(p - p_low, q_high - q)
    return np.maximum(low, -1.0), np.minimum(high, 1.0)
