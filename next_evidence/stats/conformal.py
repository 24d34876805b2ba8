"""Conformal sets of "right" and "wrong" for one score: what is surely right, and what only a person can tell."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import betainc


@dataclass(frozen=True)
class ConformalBars:
    """Where the set of answers that labels do not rule out changes.

    Above ``sure_above`` "wrong" is ruled out: accept. Below ``unlikely_below`` "right" is ruled out: turn away. Between them the set holds
    both answers, or, where few labels make the bars cross, none: a person decides. None: too few labels of that kind to rule anything out.
    """

    sure_above: float | None
    unlikely_below: float | None


def conformal_bars(
    score: npt.NDArray[np.float64], right: npt.NDArray[np.bool_], *, miss: float, error: float
) -> ConformalBars:
    """Bars from a random sample of labels, one of each account.

    With chance ``1 - error`` over the draw of labels, at most ``miss`` of all wrong matches score above ``sure_above``, and at most ``miss`` of
    all right ones below ``unlikely_below``.

    Parameters
    ----------
    score, right
        How likely the engine called each match, and whether a person agreed; shape ``(n,)``. Labels that the score was fitted on do not count,
        and at most one an account: labels of one customer are not exchangeable with those of the next.
    miss
        Share of each kind that may fall on the wrong side, 0 to 1.
    error
        Chance that more than that do, 0 to 1.

    Notes
    -----
    Split conformal prediction within each answer ("label-conditional" [1]_). The usual quantile, of rank ``(n + 1) * (1 - miss)``, keeps its promise
    on average over samples of labels; for the sample at hand the share beyond rank ``k`` follows Beta(n + 1 - k, k), far from ``miss`` when ``n`` is
    small. So the rank is the smallest for which that distribution exceeds ``miss`` with chance ``error`` at most [2]_ [3]_.

    .. [1] Vovk, V., Gammerman, A. and Shafer, G. (2005). Algorithmic learning in a random world, section 4.5. Springer.
    .. [2] Vovk, V. (2012). Conditional validity of inductive conformal predictors. ACML, PMLR 25, 475-490.
    .. [3] Small-sample beta correction: arXiv 2509.15349 (2025).

    Examples
    --------
    >>> score = np.arange(100) / 100
    >>> conformal_bars(score, score >= 0.5, miss=0.1, error=0.1)
    ConformalBars(sure_above=0.48, unlikely_below=0.51)
    """
    above = _bound(np.sort(score[~right]), miss, error)
    below = _bound(np.sort(-score[right]), miss, error)
    return ConformalBars(above, None if below is None else -below)


def _bound(ordered: npt.NDArray[np.float64], miss: float, error: float) -> float | None:
    """The least of these values, in rising order, beyond which at most ``miss`` of their kind lie."""
    n = len(ordered)
    rank = np.arange(1, n + 1)
    # chance that the share beyond the value of each rank is larger than ``miss``
    too_many = betainc(rank, n + 1 - rank, 1.0 - miss)
    kept = np.flatnonzero(too_many <= error)
    return float(ordered[kept[0]]) if len(kept) else None
