"""Is a series of shares level, a one-cycle spike, or a step? And the evidence against "it never changed" at every look."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import betaln, logsumexp

Floats = npt.NDArray[np.float64]
POSITIVE_EVIDENCE = 3.0  # Kass and Raftery (1995): a Bayes factor from here is "positive"
_LEVEL_STRENGTH = (
    10.0  # accounts that the level before a change is worth as a guess of the one after
)
_CHANGE_RATE = (
    1 / 12
)  # chance that a share changes from one cycle to the next: once in a year of months
_JEFFREYS = 0.5
_MOST_LOG = 100.0  # of an e-value; exported numbers stay finite


@dataclass(frozen=True)
class Course:
    """How well three histories explain the same counts, as log marginal likelihoods.

    ``spike_at`` and ``step_at`` are positions of the best spike, and of the first cycle of the best step.
    """

    constant: float
    spike: float
    step: float
    spike_at: int
    step_at: int

    def step_factor(self) -> float:
        """Bayes factor of a step against the better of the other two histories."""
        return float(np.exp(min(self.step - max(self.constant, self.spike), 700.0)))

    def spike_factor(self) -> float:
        """Bayes factor of a spike against the better of the other two histories."""
        return float(np.exp(min(self.spike - max(self.constant, self.step), 700.0)))


def fit_course(successes: npt.ArrayLike, trials: npt.ArrayLike) -> Course:
    """Compare constant, one-cycle spike and level step by Beta-Binomial marginal likelihood.

    Every level has a uniform prior; a spike or a step is as likely to sit at any position where it can. A spike
    in the last cycle is the same thing as a step there: the caller must not read more into it.

    Parameters
    ----------
    successes, trials
        Counts per cycle, oldest first, shape ``(n_cycles,)``. Cycles of no trials explain nothing and harm nothing.

    References
    ----------
    .. [1] Kass, R. E. and Raftery, A. E. (1995). Bayes factors. JASA 90, 773-795: above 3 is positive evidence.
    .. [2] Barry, D. and Hartigan, J. A. (1993). A Bayesian analysis for change point problems. JASA 88, 309-319.

    Examples
    --------
    >>> fit_course([4, 4, 4, 20, 19, 21], [40] * 6).step_factor() > 3
    True
    >>> fit_course([4, 4, 4, 20, 4, 3], [40] * 6).spike_factor() > 3
    True
    """
    (found,) = fit_courses(np.asarray(successes, dtype=float)[None], trials)
    return found


def fit_courses(successes: npt.ArrayLike, trials: npt.ArrayLike) -> list[Course]:
    """`fit_course` of several series, such as one for each pain, over the same trials.

    Parameters
    ----------
    successes
        Shape ``(n_series, n_cycles)``.
    trials
        Shape ``(n_cycles,)``.
    """
    # rows one after another in memory: then a sum over one is the same as over that series alone, to the last bit
    k = np.ascontiguousarray(successes, dtype=float)
    n = np.broadcast_to(np.asarray(trials, dtype=float), k.shape)
    whole_k, whole_n = k.sum(axis=1, keepdims=True), n.sum(axis=1, keepdims=True)
    constant = _log_chance(whole_k, whole_n)[:, 0]
    if k.shape[1] < 2:
        return [Course(one, one, one, 0, 0) for one in constant.tolist()]
    before_k, before_n = np.cumsum(k, axis=1)[:, :-1], np.cumsum(n, axis=1)[:, :-1]
    spikes = _log_chance(k, n) + _log_chance(whole_k - k, whole_n - n)
    steps = _log_chance(before_k, before_n) + _log_chance(whole_k - before_k, whole_n - before_n)
    columns = (
        constant,
        _log_means(spikes),
        _log_means(steps),
        np.argmax(spikes, axis=1),
        np.argmax(steps, axis=1) + 1,
    )
    return [Course(*row) for row in zip(*(column.tolist() for column in columns), strict=True)]


def _log_means(logs: Floats) -> Floats:
    """Logarithm of each row's mean."""
    top = logs.max(axis=1)
    return np.asarray(top + np.log(np.exp(logs - top[:, None]).mean(axis=1)))


def change_e_values(
    successes: npt.ArrayLike, trials: npt.ArrayLike, *, least_before: int = 3
) -> Floats:
    """Evidence, by the last cycle, against "this share has been one and the same all the time".

    An e-process: a bet that the share changes once, made before the first cycle and never taken back. Its stakes are spread over
    all cycles in which the change may come; what it wins is the chance of the counts under the bet over their chance under any one share.
    So it can be looked at after every cycle for ever: while nothing changes it reaches 20 at some time in at most one series of 20.
    Counts of the same accounts in several cycles make it more careful, not less.

    Parameters
    ----------
    successes
        Accounts that raise, by cycle, oldest first, shape ``(n_series, n_cycles)``.
    trials
        Accounts heard, shape ``(n_cycles,)``.
    least_before
        Cycles that there must be before a change.

    Returns
    -------
    Shape ``(n_series,)``; 1 says nothing either way, 20 is strong, below 1 speaks for the claim.

    References
    ----------
    .. [1] Ville, J. (1939). Etude critique de la notion de collectif: the bound at every look.
    .. [2] Grünwald, P., de Heide, R. and Koolen, W. (2024). Safe testing. JRSS B 86: ratios of marginal likelihoods as e-values.
    .. [3] Shin, J., Ramdas, A. and Rinaldo, A. (2024). E-detectors. New England J. Statist. Data Sci. 2: stakes over change points.

    Examples
    --------
    >>> change_e_values([[6, 5, 7, 6, 5, 6]], [40] * 6).round(2).tolist()
    [0.87]
    >>> bool(change_e_values([[6, 5, 7, 6, 16, 16]], [40] * 6)[0] > 20)
    True
    """
    k = np.cumsum(np.asarray(successes, dtype=float), axis=1)
    n = np.cumsum(np.asarray(trials, dtype=float))
    n_cycles = len(n)
    places = np.arange(least_before, n_cycles)  # cycles before the change
    waited = np.log1p(-_CHANGE_RATE) * np.maximum(n_cycles - least_before, 0)
    constant = _log_chance(k[:, -1:], n[-1:], _JEFFREYS, _JEFFREYS)
    before, heard_before = k[:, places - 1], n[places - 1]
    level = (before + _JEFFREYS) / (heard_before + 2 * _JEFFREYS)
    changed = _log_chance(before, heard_before, _JEFFREYS, _JEFFREYS) + _log_chance(
        k[:, -1:] - before,
        n[-1:] - heard_before,
        _LEVEL_STRENGTH * level,
        _LEVEL_STRENGTH * (1 - level),
    )
    stakes = np.log(_CHANGE_RATE) + np.log1p(-_CHANGE_RATE) * (places - least_before)
    logs = np.concatenate([np.full((len(k), 1), waited), stakes + changed - constant], axis=1)
    return np.asarray(np.exp(np.minimum(logsumexp(logs, axis=1), _MOST_LOG)))


def _log_chance(
    k: npt.ArrayLike, n: npt.ArrayLike, a: npt.ArrayLike = 1.0, b: npt.ArrayLike = 1.0
) -> Floats:
    """Log chance of these very counts when the share is drawn from ``Beta(a, b)``; without them it could be anything, uniformly."""
    k, n, a, b = (np.asarray(part, dtype=float) for part in (k, n, a, b))
    return np.asarray(betaln(a + k, b + n - k) - betaln(a, b), dtype=float)
