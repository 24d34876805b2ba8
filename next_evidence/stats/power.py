"""How small a change could be seen, and how odd a silence is."""

from __future__ import annotations

import math
from collections.abc import Sequence
from statistics import NormalDist

_NORMAL = NormalDist()
SMALLEST_SAMPLE = 15  # accounts; below it no change short of nearly everything is detectable


def detectable_change(
    accounts: int, *, power: float = 0.8, base: float = 0.15, level: float = 0.05
) -> float | None:
    """Smallest rise of a share that two independent cycles of ``accounts`` would show.

    Two-sided score test of two proportions, pooled variance under no change [1]_; solved by bisection, as
    the variance depends on the answer. Real cycles share accounts, which makes the statement cautious.

    Parameters
    ----------
    accounts
        Accounts heard in each of the two cycles.
    power
        Probability of seeing a change of this size, 0.5 to 1.
    base
        The share before, 0 to 1.
    level
        Two-sided false-alarm rate.

    Returns
    -------
    Change of the share, 0 to ``1 - base``; None below 15 accounts, or when even a rise to 1 would be missed.

    References
    ----------
    .. [1] Fleiss, J. L., Tytun, A. and Ury, H. K. (1980). A simple approximation for calculating sample sizes
       for comparing independent proportions. Biometrics 36, 343-346 (without the continuity correction).

    Examples
    --------
    >>> [round(detectable_change(n), 2) for n in (15, 30, 60, 120, 240)]
    [0.48, 0.33, 0.22, 0.15, 0.1]
    """
    if accounts < SMALLEST_SAMPLE:
        return None
    z_level, z_power = _NORMAL.inv_cdf(1 - level / 2), _NORMAL.inv_cdf(power)

    def shows(change: float) -> bool:
        after = base + change
        pooled = (base + after) / 2
        needed = z_level * math.sqrt(2 * pooled * (1 - pooled)) + z_power * math.sqrt(
            base * (1 - base) + after * (1 - after)
        )
        return change * math.sqrt(accounts) >= needed

    low, high = 0.0, 1 - base
    if not shows(high):
        return None
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (low, middle) if shows(middle) else (middle, high)
    return high


def gap_probability(counts: Sequence[int], gap: float, *, exposure: float | None = None) -> float:
    """Probability of ``gap`` periods without any event, at the pace that ``counts`` show.

    Arrivals come in bursts, so each period is negative binomial: with mean ``m`` and variance ``v``, fitted by
    moments, ``k = m^2 / (v - m)`` and ``P(0 in g) = (1 + m / k)^(-g k)``; Poisson, ``exp(-g m)``, where the variance is
    no larger than the mean. Ignoring the bursts would call every quiet weekend a fault.

    Parameters
    ----------
    counts
        Events of each past period (days), zeros included.
    gap
        Periods since the last event, at least 0.
    exposure
        Periods that ``counts`` stand for, where it differs from their number.

    Returns
    -------
    0 to 1; 1 where nothing ever arrived, as silence is then usual.
    """
    periods = len(counts) if exposure is None else exposure
    total = sum(counts)
    if gap <= 0 or total == 0 or periods <= 0:
        return 1.0
    mean = total / periods
    variance = sum((count - mean) ** 2 for count in counts) / max(len(counts) - 1, 1)
    expected = gap * mean
    if variance <= mean * (1 + 1e-9):
        return math.exp(-expected)
    dispersion = mean * mean / (variance - mean)
    return math.exp(-gap * dispersion * math.log1p(mean / dispersion))


def silence_probability(counts: Sequence[int], gap: int) -> float:
    """Probability that a silence of ``gap`` periods is nothing unusual: by pace, or by what was seen before.

    Many sources rest at regular times, such as weekends or the last days of a month, which no pace tells. So a
    silence is as likely as `gap_probability` says, or as the share of earlier silences that lasted as long,
    whichever is larger.

    Parameters
    ----------
    counts
        Events of each past period, from the first that had any to the last, zeros included.
    gap
        Periods since then without an event.
    """
    silences, length = [], 0
    for count in counts:
        if count == 0:
            length += 1
            continue
        silences.append(
            length
        )  # zero between events of neighbouring periods: silences that did not happen
        length = 0
    # one period of grace: the one in which the question is asked may not be over
    earlier = sum(silence + 1 >= gap for silence in silences[1:]) / max(len(silences) - 1, 1)
    return max(gap_probability(counts, gap), earlier)
