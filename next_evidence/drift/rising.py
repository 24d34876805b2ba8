"""Pains that are raised by more, or by fewer, accounts than before."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import numpy as np

from next_evidence.drift.ballots import Ballots, Bools, Floats, Ints
from next_evidence.drift.course import standing
from next_evidence.drift.exchange import exchange, segment_strata
from next_evidence.drift.mix import change_at_fixed_mix
from next_evidence.drift.rows import Shift, shares_of, voices
from next_evidence.drift.windows import Window
from next_evidence.stats.intervals import difference_interval, estimate, wilson_interval
from next_evidence.stats.levels import beta_mixture_e_value
from next_evidence.stats.significance import Exchange

NOISE = 0.03  # share of accounts in which a good matcher finds a pain that is not there (docs/statistics.md)
_NO_MATTER = 1.0


@dataclass(frozen=True)
class Tally:
    """Counts behind one comparison in one segment; arrays are ``(n_accounts,)`` or ``(n_accounts, n_pains)``."""

    heard_now: Ints
    heard_before: Ints
    now: Ints
    before: Ints

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
    raises = ballots.raises & held[:, :, None]
    return Tally(
        heard_now=held[window.now].sum(axis=0),
        heard_before=held[window.before].sum(axis=0),
        now=raises[window.now].sum(axis=0),
        before=raises[window.before].sum(axis=0),
    )


def level_shifts(
    ballots: Ballots,
    window: Window,
    *,
    labels: Mapping[str, str],
    tested: Mapping[str, bool],
    interval: float,
    segments: bool = True,
) -> list[Shift]:
    """Rising and falling pains of one persona in one comparison, overall and by segment.

    Shares are means over account-cycles: each cycle in which an account was heard is one vote. In a window of one cycle
    that is the plain share of accounts.

    Parameters
    ----------
    tested
        Pains to compare; the value says whether the document has the pain, so that it can fade.
    interval
        Level of the interval around the change.
    segments
        Without them only the rows over all segments are made.

    Returns
    -------
    One `Shift` per pain and segment in which it was ever raised in either window. A pain of the document counts as
    ``pain_faded`` when, against the document's time, at most a third is left of what it was above the matcher's noise,
    and the interval leaves at most two thirds; pains that were never above twice the noise cannot fade.
    """
    fixed = change_at_fixed_mix(ballots, window.now, window.before)
    found: list[Shift] = []
    for segment in (None, *range(len(ballots.segments) if segments else 0)):
        tally = count(ballots, window, segment)
        if tally.heard_now.sum() == 0 or tally.heard_before.sum() == 0:
            continue
        for k, pain_id in enumerate(ballots.pains):
            if pain_id in tested and tally.now[:, k].sum() + tally.before[:, k].sum() > 0:
                shift = _shift(
                    ballots, window, tally, k, segment, labels[pain_id], tested[pain_id], interval
                )
                if segment is None and fixed is not None:
                    shift = replace(shift, change_mix_adjusted=float(fixed[k]))
                found.append(shift)
    return found


def overall_p_values(ballots: Ballots, window: Window, tested: Iterable[str]) -> dict[str, float]:
    """P-value of every pain that `level_shifts` would report over all segments, and nothing else of it."""
    tally = count(ballots, window, None)
    if tally.heard_now.sum() == 0 or tally.heard_before.sum() == 0:
        return {}
    changes = tally.share_now - tally.share_before
    votes = tally.now.sum(axis=0) + tally.before.sum(axis=0)
    chosen = [k for k in map(ballots.pains.index, tested) if votes[k] > 0]
    return {
        ballots.pains[k]: _directed(_test(ballots, window, k, None, None), float(changes[k]))
        for k in chosen
    }


def _shift(
    ballots: Ballots,
    window: Window,
    tally: Tally,
    k: int,
    segment: int | None,
    label: str,
    claimed: bool,
    interval: float,
) -> Shift:
    before, now = float(tally.share_before[k]), float(tally.share_now[k])
    rising = now >= before
    plain = _test(ballots, window, k, segment, None)
    mixed = (
        _test(ballots, window, k, segment, segment_strata(ballots, window))
        if segment is None
        else None
    )
    low, high, faded = _bounds(tally, k, interval)
    held = ballots.within(segment)
    raising = (ballots.raises[:, :, k] & held).sum(axis=1).astype(float)
    course = standing(raising, held.sum(axis=1).astype(float), rising=rising, before=window.before)
    who = voices(
        ballots, k, now=window.now, told=window.now if rising else window.before, segment=segment
    )
    kind = "pain_rising" if rising else "pain_falling"
    if window.versus == "document" and claimed and faded:
        kind = "pain_faded"
    return Shift(
        cycle=ballots.cycles[-1],
        persona_id=ballots.persona_id,
        kind=kind,
        pain_id=ballots.pains[k],
        label=label,
        segment=None if segment is None else ballots.segments[segment],
        versus=window.versus,
        share_before=before,
        share_now=now,
        change=now - before,
        change_low=low,
        change_high=high,
        p_value=_directed(plain, now - before),
        e_value=_e_value(ballots, window, tally, k, held) if window.versus == "document" else None,
        accounts_heard=who.accounts_heard,
        accounts_raising=who.accounts_raising,
        arr_usd=who.arr_usd,
        consistency=course.consistency,
        durability=course.durability,
        p_mix_adjusted=None if mixed is None else _directed(mixed, now - before),
        raising_tiers=who.raising_tiers,
        sources=who.sources,
        source_accounts=who.source_accounts,
    )


def _test(
    ballots: Ballots, window: Window, k: int, segment: int | None, stratum: Ints | None
) -> Exchange:
    votes, held = ballots.likelihood[:, :, k], ballots.within(segment)
    return exchange(votes, held, window, stratum=stratum)


def _directed(test: Exchange, change: float) -> float:
    """The two-sided p-value; 1 where the same accounts, compared with themselves, point the other way."""
    agrees = (test.observed - test.expected) * change > 0
    return test.p_two_sided if agrees else _NO_MATTER


def _bounds(tally: Tally, k: int, interval: float) -> tuple[float, float, bool]:
    """Bounds of the change, and whether what is left of the pain is a third at most.

    Votes of one account are alike, so each window counts as the smaller, effective number of votes that its
    scatter between accounts implies (Kish's design effect), and accounts in both windows tie the two together.
    """
    before, size_before, pull_before = _effective(tally.heard_before, tally.before[:, k])
    now, size_now, pull_now = _effective(tally.heard_now, tally.now[:, k])
    norm = float(np.sqrt((pull_before**2).sum() * (pull_now**2).sum()))
    correlation = float(pull_before @ pull_now) / norm if norm > 0 else 0.0
    first = estimate(before * size_before, size_before, interval)
    second = estimate(now * size_now, size_now, interval)
    low, high = difference_interval(first, second, correlation=correlation)
    left, was = now - NOISE, before - NOISE
    faded = was > NOISE and left <= was / 3 and second[2] - NOISE <= was * 2 / 3
    return low, high, faded


def _effective(heard: Ints, raised: Ints) -> tuple[float, float, Floats]:
    """Share, effective number of votes, and each account's pull on the share."""
    votes = float(heard.sum())
    share = float(raised.sum()) / votes
    pull = (raised - share * heard) / votes
    plain = share * (1 - share) / votes
    effect = float((pull**2).sum()) / plain if plain > 0 else 1.0
    return share, votes / min(max(effect, 1.0), float(heard.max())), pull


def _e_value(ballots: Ballots, window: Window, tally: Tally, k: int, held: Bools) -> float:
    """Against the level of the document's time, every account once, with its latest vote."""
    votes = held[window.now]
    latest = votes.shape[0] - 1 - np.argmax(votes[::-1], axis=0)
    voters = votes.any(axis=0)
    raised = ballots.raises[window.now, :, k][latest, np.arange(votes.shape[1])] & voters
    share, size, _ = _effective(tally.heard_before, tally.before[:, k])
    low, high = wilson_interval(share * size, size, level=0.95)
    return beta_mixture_e_value(
        int(raised.sum()), int(voters.sum()), low=float(low), high=float(high)
    )
