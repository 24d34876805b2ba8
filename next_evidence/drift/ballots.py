"""Who was heard and who raised what, as arrays: what every test of drift reads."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from next_evidence.records import Cycle, cycles_between

Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Ballots:
    """One persona's history: cycles from the first in which it was heard to this one, without gaps.

    ``heard`` has shape ``(n_cycles, n_accounts)``, ``raises`` ``(n_cycles, n_accounts, n_pains)``; an account that was
    not heard raises nothing. ``likelihood``, of the same shape, is the probability that it does. ``segment`` and ``tier`` hold positions in ``segments`` and ``tiers``, as they stood in that
    cycle, -1 where unknown or not heard. ``arr_usd`` is each account's latest, nan where unknown.
    ``sources`` holds, per source, who raised what there: ``(n_cycles, n_accounts, n_pains)``.
    """

    persona_id: str
    cycles: tuple[str, ...]
    accounts: tuple[str, ...]
    pains: tuple[str, ...]
    segments: tuple[str, ...]
    tiers: tuple[str, ...]
    heard: Bools
    raises: Bools
    likelihood: Floats
    segment: Ints
    tier: Ints
    arr_usd: Floats
    sources: dict[str, Bools]

    def within(self, segment: int | None) -> Bools:
        """``heard``, of one segment (by position) or of all."""
        return self.heard if segment is None else self.heard & (self.segment == segment)


def cut_to(frame: pl.DataFrame, cycle: Cycle) -> pl.DataFrame:
    """Rows of cycles up to this one; what was said or became known later does not exist yet."""
    names = frame["cycle"].unique().to_list()
    past = [name for name in names if Cycle.parse(name).start <= cycle.start]
    frame = frame.filter(pl.col("cycle").is_in(past))
    if "known_cycle" in frame.columns:
        known = [
            n
            for n in frame["known_cycle"].drop_nulls().unique().to_list()
            if Cycle.parse(n).start <= cycle.start
        ]
        frame = frame.filter(pl.col("known_cycle").is_null() | pl.col("known_cycle").is_in(known))
    return frame


def read_ballots(
    heard: pl.DataFrame, votes: pl.DataFrame, *, persona_id: str, pains: Iterable[str], cycle: Cycle
) -> Ballots | None:
    """Turn one persona's ``HEARD`` and ``VOTES`` rows into arrays; None if it was never heard.

    Votes of accounts that were not heard in that cycle, and for pains not listed, are left out.
    """
    heard = heard.filter(pl.col("persona_id") == persona_id)
    votes = votes.filter(pl.col("persona_id") == persona_id)
    if heard.is_empty():
        return None
    first = min(Cycle.parse(name) for name in heard["cycle"].unique())
    cycles = tuple(c.name for c in cycles_between(first, cycle))
    accounts = tuple(sorted(heard["account_id"].unique()))
    pain_ids = tuple(pains)
    c, a = _positions(heard, "cycle", cycles), _positions(heard, "account_id", accounts)
    segments, tiers = _names(heard, "segment"), _names(heard, "tier")
    shape = (len(cycles), len(accounts))
    present = np.zeros(shape, dtype=bool)
    present[c, a] = True
    segment, tier = np.full(shape, -1), np.full(shape, -1)
    segment[c, a] = _positions(heard, "segment", segments)
    tier[c, a] = _positions(heard, "tier", tiers)
    raises = np.zeros((*shape, len(pain_ids)), dtype=bool)
    vc, va, vk = (
        _positions(votes, "cycle", cycles),
        _positions(votes, "account_id", accounts),
        _positions(votes, "pain_id", pain_ids),
    )
    kept = (vc >= 0) & (va >= 0) & (vk >= 0)
    raises[vc[kept], va[kept], vk[kept]] = votes["raises"].to_numpy()[kept]
    raises &= present[:, :, None]
    likelihood = np.zeros(raises.shape)
    likelihood[vc[kept], va[kept], vk[kept]] = votes["likelihood"].to_numpy()[kept]
    likelihood *= present[:, :, None]
    return Ballots(
        persona_id=persona_id,
        cycles=cycles,
        accounts=accounts,
        pains=pain_ids,
        segments=segments,
        tiers=tiers,
        heard=present,
        raises=raises,
        likelihood=likelihood,
        segment=segment,
        tier=tier,
        arr_usd=_latest_arr(heard, accounts),
        sources=_by_source(votes.filter(kept), raises, (vc[kept], va[kept], vk[kept])),
    )


def _names(frame: pl.DataFrame, column: str) -> tuple[str, ...]:
    return tuple(sorted(frame[column].drop_nulls().unique()))


def _positions(frame: pl.DataFrame, column: str, names: tuple[str, ...]) -> Ints:
    """Position of each row's name; -1 where it is null or not listed."""
    place = {name: i for i, name in enumerate(names)}
    # as a list: going through a Series costs several times as much
    return np.array([place.get(value, -1) for value in frame[column].to_list()], dtype=np.int64)


def _latest_arr(heard: pl.DataFrame, accounts: tuple[str, ...]) -> Floats:
    latest = heard.sort("cycle").group_by("account_id").agg(pl.col("arr_usd").last())
    known = dict(latest.iter_rows())
    return np.array([np.nan if known[a] is None else known[a] for a in accounts], dtype=float)


def _by_source(votes: pl.DataFrame, raises: Bools, at: tuple[Ints, Ints, Ints]) -> dict[str, Bools]:
    told = votes.select("sources").with_row_index("row").explode("sources").drop_nulls("sources")
    found: dict[str, Bools] = {}
    for (source,), rows in told.partition_by("sources", as_dict=True).items():
        row = rows["row"].to_numpy()
        held = found[str(source)] = np.zeros(raises.shape, dtype=bool)
        held[at[0][row], at[1][row], at[2][row]] = True
    return {source: found[source] & raises for source in sorted(found)}
