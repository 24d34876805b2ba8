"""The lowest bar above which enough is right, shown by a few labels with a stated chance of error."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from next_evidence.stats.significance import binomial_above


def certified_threshold(
    score: npt.NDArray[np.float64],
    right: npt.NDArray[np.bool_],
    *,
    precision: float,
    error: float,
    candidates: npt.NDArray[np.float64],
) -> float | None:
    """The lowest candidate from which at least ``precision`` of what it accepts is right, or None.

    With probability at least ``1 - error`` over the draw of the labels, the precision above the returned bar
    really is that high: the correction for few labels is exact, not asymptotic. None: the labels do not show it for any bar.

    Parameters
    ----------
    score, right
        A random sample of what could be accepted, shape ``(n,)``: how likely the engine called it, and whether a
        person agreed. At most one label an account, or one customer's habits count as evidence many times.
    precision
        Share that must be right, 0 to 1.
    error
        Chance of a bar that is too low, 0 to 1.
    candidates
        Bars to choose from, fixed before labels are seen.

    Notes
    -----
    Precision may rise and fall with the bar, which conformal risk control does not allow. So bars are tested one
    after the other from the strictest, each with an exact binomial tail, and testing stops at the first that
    fails: fixed-sequence testing needs no correction for the number of bars. Bars so strict that even a clean
    sample would show nothing are passed over; that looks at counts, never at labels.

    .. [1] Angelopoulos, A. N., Bates, S., Candes, E. J., Jordan, M. I. and Lei, L. (2025). Learn then test:
       calibrating predictive algorithms to achieve risk control. Ann. Appl. Stat. 19.
    .. [2] Clopper, C. J. and Pearson, E. S. (1934). The use of confidence or fiducial limits. Biometrika 26.

    Examples
    --------
    >>> sure = np.linspace(0.3, 1.0, 200)
    >>> certified_threshold(sure, sure > 0.5, precision=0.8, error=0.1, candidates=np.arange(0.3, 1.0, 0.05))
    0.45
    """
    fewest = np.log(error) / np.log(precision)  # right answers in a row that would show it
    found = None
    for bar in np.sort(candidates)[::-1]:
        taken = score >= bar
        count = int(taken.sum())
        if count < fewest:
            continue
        # chance of so many right answers if no more than `precision` of them were right
        if binomial_above(int(right[taken].sum()), count, precision) > error:
            break
        found = round(float(bar), 6)
    return found
