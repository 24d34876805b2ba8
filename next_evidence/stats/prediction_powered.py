"""A share told by many predictions and a few labels, with an interval that owns up to the predictions' errors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import ndtr
from scipy.stats import t as student

from next_evidence.stats.intervals import wilson_interval

Floats = npt.NDArray[np.float64]
_EVEN = 0.5  # squared errors of two units of even chance


@dataclass(frozen=True)
class Labelled:
    """Units that people labelled, drawn with known odds; every array has shape ``(n,)``, at least two.

    Attributes
    ----------
    predicted
        What was predicted of each unit before anybody looked, 0 to 1.
    truth
        What the label says, 0 to 1.
    weight
        One over the chance that the unit was drawn, above 0.
    """

    predicted: Floats
    truth: Floats
    weight: Floats


@dataclass(frozen=True)
class CorrectedShare:
    """A corrected share with its interval, 0 to 1. ``trust``: the weight of the predictions, 0 to 1."""

    share: float
    low: float
    high: float
    trust: float


def corrected_share(
    predicted: npt.ArrayLike,
    units: int,
    labelled: Labelled,
    *,
    replicates: Sequence[Labelled],
    level: float,
) -> CorrectedShare:
    """Share of ``units`` for which something is true, from predictions corrected with labels.

    Parameters
    ----------
    predicted
        Predictions, 0 to 1, of the units that have one, shape ``(n_predicted,)``; of all others it is known to be false.
    units
        How many units the share is of, at least ``n_predicted``.
    labelled
        The labels; the labelled units are among ``predicted``.
    replicates
        The labels without each cluster (account) in turn: units of one cluster err alike, and what a label says may rest on others.
    level
        Two-sided confidence level, 0 to 1.

    Notes
    -----
    With ``f`` predictions, ``y`` labels and ``a`` the part of units that have a prediction, PPI++ [1]_::

        share = a * (trust * mean(f) + mean(y - trust * f over labelled))

    Labelled means are weighted by one over the chance of being drawn. ``trust = cov(y, f) / var(f)`` over the labelled, cut to
    [0, 1]: 0 is the labels alone, 1 the predictions less their mean error. It has the least variance where the labelled are among the
    units; for labels of other units it would be divided by ``1 + n / n_predicted``. The variance is that of the predictions over units plus the
    jackknife variance over clusters [2]_. The interval is Wilson's with the effective number of units, never more than there are, and
    Student's quantile with Satterthwaite's degrees of freedom. Two units whose prediction is right (one of each kind) join the fit of ``trust``,
    and two of even chance the variance [3]_: ten labels that all agree do not show that predictions never err.

    .. [1] Angelopoulos, A. N., Duchi, J. C. and Zrnic, T. (2023). PPI++: efficient prediction-powered inference. arXiv 2311.01453.
    .. [2] Efron, B. and Stein, C. (1981). The jackknife estimate of variance. Ann. Statist. 9, 586-596.
    .. [3] Agresti, A. and Coull, B. A. (1998). Approximate is better than "exact" for interval estimation of binomial
       proportions. Am. Stat. 52, 119-126.

    Examples
    --------
    >>> f, y = np.array([0.9, 0.8, 0.7, 0.2]), np.array([1.0, 1.0, 0.0, 0.0])
    >>> drawn = [Labelled(np.delete(f, i), np.delete(y, i), np.ones(3)) for i in range(4)]
    >>> found = corrected_share(f, 10, Labelled(f, y, np.ones(4)), replicates=drawn, level=0.8)
    >>> round(found.share, 2), round(found.low, 2), round(found.high, 2)
    (0.2, 0.08, 0.42)
    """
    f = np.asarray(predicted, dtype=float)
    part, mean = len(f) / units, float(f.mean()) if len(f) else 0.0
    trust, correction = _fit(labelled)
    share = float(np.clip(part * (trust * mean + correction), 0.0, 1.0))

    others = np.array([t * mean + c for t, c in map(_fit, replicates)])
    clusters = len(others)
    of_labels = (clusters - 1) * float(others.var()) + _EVEN / (len(labelled.truth) + 2.0) ** 2
    of_labels *= part**2
    each = np.zeros(units)
    each[: len(f)] = trust * f + correction
    spread = float(each.var()) / units + of_labels
    inside = min(max(share, 0.5 / (units + 1)), 1.0 - 0.5 / (units + 1))
    effective = min(inside * (1.0 - inside) / spread, float(units))
    freedom = spread**2 / (of_labels**2 / (clusters - 1))
    exact = 2.0 * float(ndtr(student.ppf(0.5 + level / 2, freedom))) - 1.0
    low, high = wilson_interval(share * effective, effective, level=exact)
    return CorrectedShare(share, float(low), float(high), trust)


def _fit(labelled: Labelled) -> tuple[float, float]:
    """Trust, and the mean of ``y - trust * f`` over the units that the labelled stand for."""
    w = labelled.weight / labelled.weight.mean()
    f, y = np.append(labelled.predicted, [0.0, 1.0]), np.append(labelled.truth, [0.0, 1.0])
    v = np.append(w, [1.0, 1.0])
    f, y = f - (v * f).sum() / v.sum(), y - (v * y).sum() / v.sum()
    trust = float(np.clip((v * f * y).sum() / (v * f * f).sum(), 0.0, 1.0))
    return trust, float((w * (labelled.truth - trust * labelled.predicted)).sum() / w.sum())
