"""How far apart two distributions, or two rankings, are."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt


def jensen_shannon_divergence(first: npt.ArrayLike, second: npt.ArrayLike) -> float:
    """Jensen-Shannon divergence of two weightings of the same pains, in bits, 0 to 1.

    Weights are scaled to sum to one. The plug-in value is biased upwards at few accounts (for 120 mentions of
    ten pains with no change at all: 0.028 bit), so print it only beside its value under permutation.

    Raises
    ------
    ValueError
        The shapes differ, a weight is negative, or one side sums to zero.

    References
    ----------
    .. [1] Lin, J. (1991). Divergence measures based on the Shannon entropy. IEEE Trans. Inf. Theory 37, 145-151.

    Examples
    --------
    >>> jensen_shannon_divergence([1, 0], [0, 1])
    1.0
    """
    p, q = np.asarray(first, dtype=float), np.asarray(second, dtype=float)
    if p.shape != q.shape or (p < 0).any() or (q < 0).any() or p.sum() <= 0 or q.sum() <= 0:
        raise ValueError("two weightings of one shape, not negative and not all zero, are needed")
    p, q = p / p.sum(), q / q.sum()
    middle = (p + q) / 2
    return float(np.clip(_kl(p, middle) / 2 + _kl(q, middle) / 2, 0.0, 1.0))


def _kl(p: npt.NDArray[np.float64], q: npt.NDArray[np.float64]) -> float:
    held = p > 0
    return float(np.sum(p[held] * np.log2(p[held] / q[held])))


def rank_biased_overlap(
    first: Sequence[str], second: Sequence[str], *, persistence: float = 0.9
) -> float:
    """Likeness of two rankings, 0 (disjoint) to 1 (equal); the first places weigh most.

    Rankings may have other members and other lengths; it is the extrapolated form, evaluated to the shorter one's
    depth.

    Parameters
    ----------
    first, second
        Ids, best first, each at most once.
    persistence
        How deep a reader looks, 0 to 1: with 0.9 the first ten places hold 86 % of the weight.

    References
    ----------
    .. [1] Webber, W., Moffat, A. and Zobel, J. (2010). A similarity measure for indefinite rankings.
       ACM TOIS 28(4), equation 30.

    Examples
    --------
    >>> rank_biased_overlap(["a", "b"], ["a", "b"])
    1.0
    """
    depth = min(len(first), len(second))
    if depth == 0:
        return 1.0 if len(first) == len(second) else 0.0
    total, shared = 0.0, 0
    for place in range(1, depth + 1):
        shared = len(set(first[:place]) & set(second[:place]))
        total += persistence**place * shared / place
    tail = persistence**depth * shared / depth
    return float(round((1 - persistence) / persistence * total + tail, 12))
