"""Which accounts stand behind a shift: how many, worth how much, of which tiers, heard through which sources."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from next_evidence.drift.ballots import Ballots, Bools, Ints


@dataclass(frozen=True)
class Voices:
    """Which accounts stand behind a shift: distinct, of all cycles of its window.

    ``sources`` told of it, most accounts first, by ``source_accounts`` accounts.
    """

    accounts_heard: int
    accounts_raising: int
    arr_usd: float | None
    raising_tiers: tuple[str, ...]
    sources: tuple[str, ...]
    source_accounts: tuple[int, ...]


def voices(
    ballots: Ballots,
    pains: Sequence[int],
    *,
    now: slice,
    told: Sequence[slice],
    segment: int | None,
) -> list[Voices]:
    """Count the accounts heard and raising in ``now``, and the sources that told of each pain in its ``told``.

    For a rise both windows are the same; for a fall the sources are those where the pain used to be raised, since it is
    their silence that would explain it.

    Parameters
    ----------
    pains
        Positions.
    told
        One window per pain.
    """
    held = ballots.within(segment)
    heard = int(held[now].any(axis=0).sum())
    raising = np.any(ballots.raises[now] & held[now][:, :, None], axis=0)[:, pains]
    accounts = raising.sum(axis=0).tolist()
    known = ~np.isnan(ballots.arr_usd)
    arr_usd = (np.where(known, ballots.arr_usd, 0.0) @ raising).tolist()
    priced = (known @ raising).tolist()
    tiers = _latest_tiers(ballots, now)[:, None] == np.arange(len(ballots.tiers))
    of_tiers = (raising.T.astype(np.int64) @ tiers).tolist()
    of_sources = _told(ballots, held, pains, told)
    found = []
    for i in range(len(pains)):
        ranked = sorted((-count, name) for name, count in of_sources[i].items() if count)
        found.append(
            Voices(
                accounts_heard=heard,
                accounts_raising=accounts[i],
                arr_usd=round(arr_usd[i], 2) if priced[i] else None,
                raising_tiers=tuple(
                    tier
                    for tier, count in zip(ballots.tiers, of_tiers[i], strict=True)
                    for _ in range(count)
                ),
                sources=tuple(name for _, name in ranked),
                source_accounts=tuple(-count for count, _ in ranked),
            )
        )
    return found


def _told(
    ballots: Ballots, held: Bools, pains: Sequence[int], told: Sequence[slice]
) -> list[dict[str, int]]:
    """How many accounts told each source of each pain, in its own window."""
    counts: dict[tuple[int, int], list[list[int]]] = {}
    for window in told:
        if (window.start, window.stop) not in counts:
            inside = held[window][:, :, None]
            counts[window.start, window.stop] = [
                (by[window] & inside).any(axis=0).sum(axis=0).tolist()
                for by in ballots.sources.values()
            ]
    return [
        {
            source: by[k]
            for source, by in zip(ballots.sources, counts[window.start, window.stop], strict=True)
        }
        for k, window in zip(pains, told, strict=True)
    ]


def _latest_tiers(ballots: Ballots, now: slice) -> Ints:
    """Tier of each account when last heard, by position; -1 where unknown."""
    latest = ballots.tier[now].shape[0] - 1 - np.argmax(ballots.heard[now][::-1], axis=0)
    return np.asarray(ballots.tier[now][latest, np.arange(len(ballots.accounts))])
