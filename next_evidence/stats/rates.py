"""How often something rare happens, with an interval that holds at zero and for events that come in clusters."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import gammaincinv


@dataclass(frozen=True)
class Rate:
    """Events per unit, with the interval of its estimate."""

    value: float
    low: float
    high: float

    def times(self, factor: float) -> Rate:
        """The same per ``factor`` units."""
        return Rate(self.value * factor, self.low * factor, self.high * factor)


def event_rate(counts: npt.ArrayLike, *, level: float = 0.95) -> Rate:
    """Mean count with its interval: exact Poisson, widened where counts scatter more than Poisson's.

    Garwood's limits [1]_ of the total, which hold at zero events where a bootstrap says "never". Alarms of one
    history come in clusters; the variance over the mean, where above 1, says how many make one independent event (quasi-Poisson [2]_).

    Parameters
    ----------
    counts
        Events in each of several independent units, shape ``(n_units,)``.
    level
        Two-sided confidence level, 0 to 1.

    References
    ----------
    .. [1] Garwood, F. (1936). Fiducial limits for the Poisson distribution. Biometrika 28, 437-442.
    .. [2] McCullagh, P. and Nelder, J. A. (1989). Generalized Linear Models, 2nd ed., section 6.2.3.

    Examples
    --------
    >>> rate = event_rate([0] * 100)
    >>> rate.value, rate.low, round(rate.high, 3)
    (0.0, 0.0, 0.037)
    """
    events = np.asarray(counts, dtype=float)
    total, units = float(events.sum()), len(events)
    scatter = float(events.var(ddof=1) / events.mean()) if units > 1 and total > 0 else 1.0
    size = max(scatter, 1.0)
    tail = (1 - level) / 2
    low = float(gammaincinv(total / size, tail)) * size if total > 0 else 0.0
    high = float(gammaincinv(total / size + 1, 1 - tail)) * size
    return Rate(total / units, low / units, high / units)
