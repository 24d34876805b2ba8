"""Pains that are raised by more, or by fewer, accounts than before."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from next_evidence.drift.ballots import Ballots, Bools, Floats, Ints
from next_evidence.drift.course import Past, read_past, standings
from next_evidence.drift.exchange import exchange_tests, segment_strata
from next_evidence.drift.mix import change_at_fixed_mix
from next_evidence.drift.rows import Shift, shares_of
from next_evidence.drift.voices import voices
from next_evidence.drift.windows import Window
from next_evidence.stats.intervals import difference_intervals, wilson_interval
from next_evidence.stats.levels import change_e_values
from next_evidence.stats.weighted_exchange import Exchanges

NOISE = 0.03  # share of accounts in which a good matcher finds a pain that is not there (docs/statistics.md)
LEVELS = ("pain_rising", "pain_falling", "pain_faded")  # kinds that `level_shifts` gives
_NO_MATTER = 1.0


@dataclass(frozen=True)
class Tally:
    """Counts behind one comparison in one segment; arrays are ``(n_accounts,)`` or ``(n_accounts, n_pains)``."""

    heard_now: Ints
    heard_before: Ints
    now: Ints
    before: Ints

    @property
    def raised(self) -> Ints:
        """Positions of the pains that were raised in either window."""
        return np.flatnonzero(self.now.sum(axis=0) + self.before.sum(axis=0))

    @property
    def share_now(self) -> Floats:
        return shares_of(
            self.now.sum(axis=0).astype(float),
            np.full(self.now.shape[1], float(self.heard_now.sum())),
        )

    @property
    def share_before(self) -> Floats:
        return shares_of(
            self.before.sum(axis=0).astype(float),
            np.full(self.before.shape[1], float(self.heard_before.sum())),
        )


def count(ballots: Ballots, window: Window, segment: int | None) -> Tally:
    """Cycles heard and cycles raising, per account and window."""
    held = ballots.within(segment)

    def raising(part: slice) -> Ints:
        return np.asarray((ballots.raises[part] & held[part][:, :, None]).sum(axis=0))

    return Tally(
        heard_now=held[window.now].sum(axis=0),
        heard_before=held[window.before].sum(axis=0),
        now=raising(window.now),
        before=raising(window.before),
    )


def level_shifts(
    ballots: Ballots,
    compared: Iterable[tuple[Window, Mapping[str, bool]]],
    *,
    labels: Mapping[str, str],
    interval: float,
    segments: bool = True,
) -> list[Shift]:
    """Rising and falling pains of one persona in several comparisons, overall and by segment.

    Shares are means over account-cycles: each cycle in which an account was heard is one vote. In a window of one cycle
    that is the plain share of accounts.

    Parameters
    ----------
    compared
        Comparisons with the pains to compare; the value says whether the document has the pain, so that it can fade.
    interval
        Level of the interval around the change.
    segments
        Without them only the rows over all segments are made.

    Returns
    -------
    One `Shift` per comparison, pain and segment in which it was ever raised in either window. A pain of the document counts as
    ``pain_faded`` when, against the document's time, at most a third is left of what it was above the matcher's noise,
    and the interval leaves at most two thirds; pains that were never above twice the noise cannot fade.
    """
    asked = tuple(compared)
    found: list[Shift] = []
    for segment in (None, *range(len(ballots.segments) if segments else 0)):
        past = _past(ballots, segment)
        e_values = change_e_values(past.raising.T, past.heard)
        for window, tested in asked:
            found += _shifts(ballots, window, past, e_values, segment, labels, tested, interval)
    return found


def overall_p_values(ballots: Ballots, window: Window, tested: Iterable[str]) -> dict[str, float]:
    """P-value of every pain that `level_shifts` would report over all segments, and nothing else of it."""
    tally = count(ballots, window, None)
    if tally.heard_now.sum() == 0 or tally.heard_before.sum() == 0:
        return {}
    chosen = _raised(ballots, tally, tested)
    changes = (tally.share_now - tally.share_before)[chosen]
    p_values = _directed(_tests(ballots, window, chosen, None, None), changes)
    return dict(zip((ballots.pains[k] for k in chosen), p_values.tolist(), strict=True))


def overall_bounds(
    ballots: Ballots, window: Window, tested: Iterable[str], *, interval: float
) -> list[tuple[float, float]]:
    """Bounds of the change of every pain that `level_shifts` would report over all segments, and nothing else of it."""
    tally = count(ballots, window, None)
    if tally.heard_now.sum() == 0 or tally.heard_before.sum() == 0:
        return []
    low, high, _ = _bounds(tally, interval)
    return [(float(low[k]), float(high[k])) for k in _raised(ballots, tally, tested)]


def _raised(ballots: Ballots, tally: Tally, tested: Iterable[str]) -> list[int]:
    """Positions of those of these pains that were raised in either window."""
    raised, asked = set(tally.raised.tolist()), set(tested)
    return [k for k, pain_id in enumerate(ballots.pains) if k in raised and pain_id in asked]


def _past(ballots: Ballots, segment: int | None) -> Past:
    """How many accounts raised each pain, cycle by cycle."""
    held = ballots.within(segment)
    raising = (ballots.raises & held[:, :, None]).sum(axis=1).astype(float)
    return read_past(raising, held.sum(axis=1).astype(float))


def _shifts(
    ballots: Ballots,
    window: Window,
    past: Past,
    e_values: Floats,
    segment: int | None,
    labels: Mapping[str, str],
    tested: Mapping[str, bool],
    interval: float,
) -> list[Shift]:
    """The rows of one comparison and segment."""
    tally = count(ballots, window, segment)
    if tally.heard_now.sum() == 0 or tally.heard_before.sum() == 0:
        return []
    chosen = _raised(ballots, tally, tested)
    if not chosen:
        return []
    share_now, share_before = tally.share_now[chosen], tally.share_before[chosen]
    change, rising = share_now - share_before, share_now >= share_before
    plain = _directed(_tests(ballots, window, chosen, segment, None), change)
    fixed = mixed = None
    if segment is None:
        fixed = change_at_fixed_mix(ballots, window.now, window.before)
        strata = segment_strata(ballots, window)
        mixed = _directed(_tests(ballots, window, chosen, None, strata), change)
    low, high, faded = _bounds(tally, interval)
    document = window.versus == "document"
    told = [window.now if up else window.before for up in rising]
    who = voices(ballots, chosen, now=window.now, told=told, segment=segment)
    course = standings(past.of(chosen), rising=rising, before=window.before)
    found = []
    for i, k in enumerate(chosen):
        kind = "pain_rising" if rising[i] else "pain_falling"
        if document and tested[ballots.pains[k]] and faded[k]:
            kind = "pain_faded"
        found.append(
            Shift(
                cycle=ballots.cycles[-1],
                persona_id=ballots.persona_id,
                kind=kind,
                pain_id=ballots.pains[k],
                label=labels[ballots.pains[k]],
                segment=None if segment is None else ballots.segments[segment],
                versus=window.versus,
                share_before=float(share_before[i]),
                share_now=float(share_now[i]),
                change=float(change[i]),
                change_low=float(low[k]),
                change_high=float(high[k]),
                p_value=float(plain[i]),
                e_value=float(e_values[k]) if document else None,
                accounts_heard=who[i].accounts_heard,
                accounts_raising=who[i].accounts_raising,
                arr_usd=who[i].arr_usd,
                consistency=course[i].consistency,
                durability=course[i].durability,
                change_mix_adjusted=None if fixed is None else float(fixed[k]),
                p_mix_adjusted=None if mixed is None else float(mixed[i]),
                raising_tiers=who[i].raising_tiers,
                sources=who[i].sources,
                source_accounts=who[i].source_accounts,
            )
        )
    return found


def _tests(
    ballots: Ballots, window: Window, chosen: list[int], segment: int | None, stratum: Ints | None
) -> Exchanges:
    votes, held = ballots.likelihood[:, :, chosen], ballots.within(segment)
    return exchange_tests(votes, held, window, stratum=stratum)


def _directed(tests: Exchanges, changes: Floats) -> Floats:
    """The two-sided p-values; 1 where the same accounts, compared with themselves, point the other way."""
    agrees = (tests.observed - tests.expected) * changes > 0
    return np.where(agrees, tests.p_two_sided, _NO_MATTER)


def _bounds(tally: Tally, interval: float) -> tuple[Floats, Floats, Bools]:
    """Of every pain the bounds of the change, and whether what is left of it is a third at most.

    Votes of one account are alike, so each window counts as the smaller, effective number of votes that its
    scatter between accounts implies (Kish's design effect), and accounts in both windows tie the two together.
    """
    before, size_before, pull_before = _effective(tally.heard_before, tally.before)
    now, size_now, pull_now = _effective(tally.heard_now, tally.now)
    norm = np.sqrt((pull_before**2).sum(axis=0) * (pull_now**2).sum(axis=0))
    tied = (pull_before * pull_now).sum(axis=0)
    correlation = np.where(norm > 0, tied / np.where(norm > 0, norm, 1.0), 0.0)
    first = before, *wilson_interval(before * size_before, size_before, level=interval)
    second = now, *wilson_interval(now * size_now, size_now, level=interval)
    left, was, most_left = now - NOISE, before - NOISE, second[2] - NOISE
    faded = (was > NOISE) & (left <= was / 3) & (most_left <= was * 2 / 3)
    return *difference_intervals(first, second, correlation=correlation), faded


def _effective(heard: Ints, raised: Ints) -> tuple[Floats, Floats, Floats]:
    """Of every pain its share, the effective number of votes, and each account's pull on the share."""
    votes = float(heard.sum())
    share = raised.sum(axis=0) / votes
    pull = (raised - share * heard[:, None]) / votes
    plain = share * (1 - share) / votes
    effect = np.where(plain > 0, (pull**2).sum(axis=0) / np.where(plain > 0, plain, 1.0), 1.0)
    return share, votes / np.minimum(np.maximum(effect, 1.0), float(heard.max())), pull
