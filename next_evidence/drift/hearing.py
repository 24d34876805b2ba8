"""Shares corrected for what matching misses and mistakes, with what each pain was heard to be over all of history."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from next_evidence.drift.ballots import Ballots, Floats

_BLIND = 0.10  # difference in what is heard below which a matcher tells raising from silence too badly to correct


@dataclass(frozen=True)
class Hearing:
    """Mean likelihood of each pain where an account raises it, and where it does not, shape ``(n_pains,)``."""

    raised: Floats
    silent: Floats


def read_hearing(ballots: Ballots) -> Hearing:
    """What is heard when an account raises a pain and when it does not, from all of history.

    An unsure matcher pulls every share towards its usual one: where half of what is said stays unheard, a doubling looks
    like a rise by half. With calibrated likelihoods ``l``, what is heard follows from them alone: ``sum(l**2) / sum(l)``
    where the pain is raised, and ``sum(l * (1 - l)) / sum(1 - l)`` where it is not [1]_.

    References
    ----------
    .. [1] Bella, A., Ferri, C., Hernandez-Orallo, J. and Ramirez-Quintana, M. J. (2010). Quantification via probability
       estimators. ICDM 2010, 737-742: scaled probability average.
    """
    every = ballots.likelihood[ballots.heard]
    said, unsaid = every.sum(axis=0), (1.0 - every).sum(axis=0)
    raised = np.where(said > 0, (every**2).sum(axis=0) / np.where(said > 0, said, 1.0), 1.0)
    crossed = (every * (1.0 - every)).sum(axis=0)
    silent = np.where(unsaid > 0, crossed / np.where(unsaid > 0, unsaid, 1.0), 0.0)
    return Hearing(raised, silent)


def corrected_shares(
    ballots: Ballots, hearing: Hearing, window: slice, segment: int | None
) -> Floats:
    """Share of account-cycles in a window that raise each pain, corrected; shape ``(n_pains,)``.

    Votes of yes or no are left as they are, and so are those of a pain that is heard much the same whether it is
    raised or not. 0 where nobody was heard.
    """
    return _corrected(_mean(ballots, window, segment), hearing)


def corrected_course(
    ballots: Ballots, hearing: Hearing, window: slice, segment: int | None
) -> Floats:
    """The corrected shares of each of these cycles, shape ``(n_cycles, n_pains)``; nan where nobody was heard."""
    held = ballots.within(segment)[window]
    heard = held.sum(axis=1)[:, None]
    said = np.where(held[:, :, None], ballots.likelihood[window], 0.0).sum(axis=1)
    shares = _corrected(said / np.maximum(heard, 1), hearing)
    return np.where(heard > 0, shares, np.nan)


def _mean(ballots: Ballots, window: slice, segment: int | None) -> Floats:
    said = ballots.likelihood[window][ballots.within(segment)[window]]
    return np.asarray(said.mean(axis=0)) if len(said) else np.zeros(len(ballots.pains))


def _corrected(heard: Floats, hearing: Hearing) -> Floats:
    apart = hearing.raised - hearing.silent
    sees = apart >= _BLIND
    solved = np.clip((heard - hearing.silent) / np.where(sees, apart, 1.0), 0.0, 1.0)
    return np.asarray(np.where(sees, solved, heard))
