"""Change in who spoke, taken out of change in what they say: shares at a fixed mix of segments and tiers."""

from __future__ import annotations

import numpy as np

from next_evidence.drift.ballots import Ballots, Floats, Ints
from next_evidence.drift.rows import shares_of

MIN_CELL = 2  # accounts heard now, before a cell's share may stand for its part of the mix
SMALL_PART = 0.05  # cells that were a smaller part of the mix are left out when empty


def cells(ballots: Ballots, *, tiers: bool) -> Ints:
    """Cell of each account and cycle, shape ``(n_cycles, n_accounts)``: its segment, or segment and tier."""
    if not tiers:
        return ballots.segment + 1
    return (ballots.segment + 1) * (len(ballots.tiers) + 1) + ballots.tier + 1


def adjusted_shares(heard: Ints, raising: Floats, reference: Ints) -> Floats | None:
    """Shares of each pain at the reference mix (direct standardisation); None where cells are too empty.

    Parameters
    ----------
    heard, reference
        Accounts per cell, now and in the reference, shape ``(n_cells,)``.
    raising
        Accounts raising each pain now, shape ``(n_cells, n_pains)``.

    References
    ----------
    .. [1] Little, R. J. A. (1993). Post-stratification: a modeler's perspective. JASA 88, 1001-1012.
    """
    if reference.sum() == 0:
        return None
    weight = reference / reference.sum()
    usable = heard >= MIN_CELL
    if (~usable & (weight >= SMALL_PART)).any() or not usable.any():
        return None
    weight = np.where(usable, weight, 0.0)
    if weight.sum() == 0:
        return None
    shares = shares_of(raising, np.broadcast_to(heard[:, None], raising.shape))
    return np.asarray((weight / weight.sum()) @ shares, dtype=float)


def change_at_fixed_mix(ballots: Ballots, now: slice, before: slice) -> Floats | None:
    """Change of every pain's share between two windows, both at the earlier window's mix.

    Cells are segment x tier; where one of them is too empty now, segments only; where that fails too, None.
    Account-cycles are counted, as in the shares themselves.
    """
    for tiers in (True, False):
        cell = cells(ballots, tiers=tiers)
        heard_now, raising_now = _count(ballots, cell, now)
        heard_before, raising_before = _count(ballots, cell, before)
        common = np.where(heard_now >= MIN_CELL, heard_before, 0)
        after = adjusted_shares(heard_now, raising_now, heard_before)
        if after is not None:
            earlier = shares_of(
                raising_before, np.broadcast_to(heard_before[:, None], raising_before.shape)
            )
            at_its_own = np.asarray((common / common.sum()) @ earlier, dtype=float)
            return np.asarray(after - at_its_own, dtype=float)
    return None


def _count(ballots: Ballots, cell: Ints, window: slice) -> tuple[Ints, Floats]:
    """Account-cycles heard in each cell, ``(n_cells,)``, and raising each pain, ``(n_cells, n_pains)``."""
    size, pains = int(cell.max()) + 1, len(ballots.pains)
    heard = np.bincount(cell[window][ballots.heard[window]], minlength=size)
    cycle, account, pain = np.nonzero(ballots.raises[window])
    at = cell[window][cycle, account] * pains + pain
    raising = np.bincount(at, minlength=size * pains).reshape(size, pains)
    return heard, raising.astype(float)
