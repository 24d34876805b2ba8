"""The exchange test of `next_evidence.stats.weighted_exchange`, asked of the two windows of a comparison."""

from __future__ import annotations

import numpy as np

from next_evidence.drift.ballots import Ballots, Bools, Floats, Ints
from next_evidence.drift.windows import Window
from next_evidence.stats.weighted_exchange import Exchanges, weighted_exchange_tests


def exchange_tests(
    votes: Floats, held: Bools, window: Window, *, stratum: Ints | None
) -> Exchanges:
    """Test later votes against earlier ones, one test for each pain or pair of pains.

    Parameters
    ----------
    votes
        What each account says, shape ``(n_cycles, n_accounts, n_tests)``, of all of history.
    held
        Whether it was heard, shape ``(n_cycles, n_accounts)``.
    stratum
        Group of each account heard once, such as `segment_strata`.
    """
    rows = _rows(window)
    return weighted_exchange_tests(
        votes[rows], held[rows], rows >= window.now.start, stratum=stratum
    )


def segment_strata(ballots: Ballots, window: Window) -> Ints:
    """Segment of each account heard once, which are those that the test shuffles among each other; -1: unknown."""
    rows = _rows(window)
    return np.asarray(ballots.segment[rows].max(axis=0), dtype=np.int64)


def _rows(window: Window) -> Ints:
    parts = (np.arange(part.start, part.stop) for part in (window.before, window.now))
    return np.concatenate(list(parts))
