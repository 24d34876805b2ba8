"""Is a series of shares level, a one-cycle spike, or a step? And the e-value of a share against a claim."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import betaln

Floats = npt.NDArray[np.float64]
POSITIVE_EVIDENCE = 3.0  # Kass and Raftery (1995): a Bayes factor from here is "positive"
_PRIOR_STRENGTH = (
    10.0  # accounts; methods.md B4: of 5 to 30 tried, power and calm were best about here
)


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
    constant = _log_marginal(whole_k, whole_n)[:, 0]
    if k.shape[1] < 2:
        return [Course(one, one, one, 0, 0) for one in constant.tolist()]
    before_k, before_n = np.cumsum(k, axis=1)[:, :-1], np.cumsum(n, axis=1)[:, :-1]
    spikes = _log_marginal(k, n) + _log_marginal(whole_k - k, whole_n - n)
    steps = _log_marginal(before_k, before_n) + _log_marginal(
        whole_k - before_k, whole_n - before_n
    )
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


def _log_marginal(k: npt.ArrayLike, n: npt.ArrayLike) -> Floats:
    """Log chance of these very counts when the share could be anything, uniformly."""
    k, n = np.asarray(k, dtype=float), np.asarray(n, dtype=float)
    return np.asarray(betaln(k + 1, n - k + 1), dtype=float)


def beta_mixture_e_value(successes: int, trials: int, *, low: float, high: float) -> float:
    """Evidence against "the share lies between ``low`` and ``high``"; 20 or more is strong, 1 is none.

    A bet spread over all other shares by a Beta distribution around the claimed one, paid at the odds of the claim
    that fits the counts best. Under the claim its mean is at most 1, so values of 20 come at most once in 20 looks.

    References
    ----------
    .. [1] Vovk, V. and Wang, R. (2021). E-values: calibration, combination and applications. Ann. Statist. 49.
    .. [2] Ville, J. (1939). Etude critique de la notion de collectif: the bound at every look.

    Examples
    --------
    >>> round(beta_mixture_e_value(6, 40, low=0.1, high=0.2), 2)
    0.43
    >>> beta_mixture_e_value(20, 40, low=0.1, high=0.2) > 100
    True
    """
    share = successes / trials if trials else (low + high) / 2
    claim = float(np.clip(np.clip(share, low, high), 0.005, 0.995))
    a, b = _PRIOR_STRENGTH * claim, _PRIOR_STRENGTH * (1 - claim)
    log = float(betaln(a + successes, b + trials - successes) - betaln(a, b))
    log -= successes * np.log(claim) + (trials - successes) * np.log(1 - claim)
    return float(np.exp(min(log, 100.0)))
