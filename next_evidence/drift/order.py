"""Pains that have overtaken one which the document puts before them: the top pain, and priorities."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np

from next_evidence.drift.ballots import Ballots, Bools
from next_evidence.drift.claims import claimed_pairs, top_pain
from next_evidence.drift.correction import FEWEST_TESTS
from next_evidence.drift.course import RECENT, Standing, standing
from next_evidence.drift.exchange import exchange_tests, segment_strata
from next_evidence.drift.hearing import Hearing, corrected_course, corrected_shares, read_hearing
from next_evidence.drift.mix import change_at_fixed_mix
from next_evidence.drift.rows import Shift
from next_evidence.drift.voices import voices
from next_evidence.drift.windows import Window
from next_evidence.personas.document import Persona
from next_evidence.stats.intervals import difference_interval, estimate
from next_evidence.stats.significance import holm, sign_test

Pair = tuple[int, int]  # positions of two pains, the one that the document puts first first
ORDERS = ("top_pain", "priority")  # kinds that `order_shifts` gives
_CLEAR = 0.10  # chance from which a lead is said to be clear, where one of several must be named
# the same where a pain is told of beside the one that is named: as clear as the top pain of a library of one persona must be
_ALSO_CLEAR = _CLEAR / FEWEST_TESTS
MOVE_PART = 0.8  # of the allowed error goes to "it has moved", the rest to "it was wrong all along"
# One pain in a hundred pairs is heard four times as often as another that accounts raise as often, half of all pairs
# within 1.4 times (ten vendors that nothing was fitted on: benchmarks/matching/votes.py).
HEARING_MARGIN = (
    4.0  # how much more often one must be heard before the document's order is said to be wrong
)
CLOSE_MARGIN = 1.5  # how much less often one may be heard and still be raised as often


@dataclass(frozen=True)
class Overtaking:
    """Pain ``b`` against pain ``a``, which the document puts before it, in one segment or in all.

    Shares are of distinct accounts heard in the window, each counted once per pain. ``moved`` is the change of
    ``share(b) - share(a)`` since the document's time, null without one; the p-values are one-sided.
    The corrected shares are those of `drift.hearing`.
    """

    share_a: float
    share_b: float
    moved: float | None
    p_moved: float
    p_wrong: float
    corrected_a: float
    corrected_b: float

    @property
    def leads(self) -> bool:
        """Whether ``b`` comes before ``a`` now, as counted or corrected for what matching misses."""
        return max(self.share_b - self.share_a, self.corrected_b - self.corrected_a) > 0.0

    @property
    def p_value(self) -> float:
        """Both questions in one, for this pair alone."""
        return _either(self.p_moved, self.p_wrong)

    @property
    def by_move(self) -> bool:
        """Whether the order has moved, rather than was wrong all along."""
        return self.p_moved / MOVE_PART <= self.p_wrong / (1 - MOVE_PART)


@dataclass(frozen=True)
class _Clearest:
    """The pair of a kind that is reported, its p-value corrected for all that were asked, and which other pains overtook the same one."""

    pair: Pair
    overtaking: Overtaking
    p_value: float
    also_overtook: tuple[int, ...] = ()


def overtaking(
    ballots: Ballots,
    window: Window,
    pairs: Sequence[Pair],
    *,
    hearing: Hearing,
    segment: int | None,
) -> list[Overtaking]:
    """Of each pair ``(a, b)``, weigh whether ``b`` is now raised by more accounts than ``a``, against what the document says.

    Two questions, each of which can answer it; they share the allowed error four to one (weighted Bonferroni):

    - *Has the order moved?* An exchange test of how much likelier each account raises ``b`` than ``a``, before and
      now. A matcher that hears one pain better than the other does so in both windows, and cancels out.
    - *Was the document wrong all along?* A sign test over accounts that raise only one of them. Here nothing
      cancels, so ``b`` must be raised by `HEARING_MARGIN` times as many accounts as ``a`` before it counts, as counted and corrected.
    """
    held = ballots.within(segment)
    raised, voters = _raised_now(ballots, window, segment)
    shares = raised.sum(axis=0) / max(int(voters.sum()), 1)
    corrected = corrected_shares(ballots, hearing, window.now, segment)
    moves = _moves(ballots, window, held, pairs)
    found = []
    for (a, b), (p_moved, moved) in zip(pairs, moves, strict=True):
        p_wrong = 1.0
        if all(by[b] >= HEARING_MARGIN * by[a] for by in (shares, corrected)):
            in_a, in_b = raised[:, a], raised[:, b]
            p_wrong = sign_test(int((in_b & ~in_a).sum()), int((in_a & ~in_b).sum()))
        found.append(
            Overtaking(
                share_a=float(shares[a]),
                share_b=float(shares[b]),
                moved=moved,
                p_moved=p_moved,
                p_wrong=p_wrong,
                corrected_a=float(corrected[a]),
                corrected_b=float(corrected[b]),
            )
        )
    return found


def _raised_now(ballots: Ballots, window: Window, segment: int | None) -> tuple[Bools, Bools]:
    """Who raised each pain in the later window, ``(n_accounts, n_pains)``, and who was heard in it, ``(n_accounts,)``."""
    now = ballots.within(segment)[window.now]
    return np.any(ballots.raises[window.now] & now[:, :, None], axis=0), np.any(now, axis=0)


def _either(p_moved: float, p_wrong: float) -> float:
    return min(1.0, p_moved / MOVE_PART, p_wrong / (1 - MOVE_PART))


def _moves(
    ballots: Ballots, window: Window, held: Bools, pairs: Sequence[Pair]
) -> list[tuple[float, float | None]]:
    """Of each pair the chance that the order has not moved, and how far it has."""
    heard_now, heard_before = held[window.now].sum(), held[window.before].sum()
    if heard_before == 0 or heard_now == 0:
        return [(1.0, None)] * len(pairs)
    first, second = [a for a, _ in pairs], [b for _, b in pairs]
    lead = (ballots.likelihood[:, :, second] - ballots.likelihood[:, :, first]) * held[:, :, None]
    tests = exchange_tests(lead, held, window, stratum=segment_strata(ballots, window))
    after = lead[window.now].sum(axis=(0, 1)) / heard_now
    before = lead[window.before].sum(axis=(0, 1)) / heard_before
    return list(zip(tests.p_greater.tolist(), (after - before).tolist(), strict=True))


def lead_bounds(
    ballots: Ballots, window: Window, pair: Pair, segment: int | None, interval: float
) -> tuple[float, float]:
    """Bounds of ``share(b) - share(a)`` of a pair ``(a, b)``, over the same accounts.

    Wilson's, tied by their correlation (Newcombe 1998).
    """
    raised, voters = _raised_now(ballots, window, segment)
    in_a, in_b = (raised[:, pain] for pain in pair)
    n = int(voters.sum())
    if n == 0:
        return -1.0, 1.0
    a, b = in_a[voters].astype(float), in_b[voters].astype(float)
    spread = float(np.sqrt(a.var() * b.var()))
    correlation = float(((a - a.mean()) * (b - b.mean())).mean()) / spread if spread > 0 else 0.0
    first, second = (estimate(float(x.sum()), n, interval) for x in (a, b))
    return difference_interval(first, second, correlation=correlation)


def order_shifts(
    ballots: Ballots,
    window: Window,
    persona: Persona,
    *,
    labels: Mapping[str, str],
    interval: float,
    kinds: Collection[str] = ORDERS,
    preferred: Collection[tuple[str, str]] = (),
) -> list[Shift]:
    """Pains that come now before one which the document puts before them: one of each kind at most, overall and by segment.

    ``top_pain``: the pain that leads now instead of the one that the document puts first. Whether an order has *moved*, and whether
    it was *wrong all along*, is asked of every other pain, and corrected by Holm over all of them. Of the pains that could lead now,
    the one whose order changed most clearly is reported. ``priority``: the clearest contradiction between neighbours in `priorities`
    below the top.

    Parameters
    ----------
    preferred
        Ids of a pain and of one that comes before it now, as another look at the cycle found them. Such a pair is reported if it
        could be, however clear another is: else the two looks could not be compared.
    """
    hearing = read_hearing(ballots)
    pairs = {kind: _pairs(ballots.pains, persona, kind) for kind in ORDERS if kind in kinds}
    (best,) = _reported(ballots, window, [pairs], hearing, preferred)
    if not best:
        return []
    chosen = [found.pair for found in best.values()]
    later = [b for _, b in chosen]
    fixed = change_at_fixed_mix(ballots, window.now, window.before)
    shifts = []
    for segment in (None, *range(len(ballots.segments))):
        if segment is None:
            told = [(found.overtaking, found.p_value) for found in best.values()]
        elif ballots.within(segment)[window.now].any():
            here = overtaking(ballots, window, chosen, hearing=hearing, segment=segment)
            told = [(found, found.p_value) for found in here]
        else:
            continue
        now = [window.now] * len(later)
        who = voices(ballots, later, now=window.now, told=now, segment=segment)
        for kind, (a, b), (found, p_value), voters in zip(best, chosen, told, who, strict=True):
            low, high = lead_bounds(ballots, window, (a, b), segment, interval)
            course = _course(ballots, window, found, a, b, segment, hearing)
            first, second = labels[ballots.pains[a]], labels[ballots.pains[b]]
            shifts.append(
                Shift(
                    cycle=ballots.cycles[-1],
                    persona_id=ballots.persona_id,
                    kind=kind,
                    pain_id=ballots.pains[b],
                    label=_label(kind, first, second, moved=found.by_move),
                    segment=None if segment is None else ballots.segments[segment],
                    versus="document",
                    share_before=found.share_a,
                    share_now=found.share_b,
                    change=found.share_b - found.share_a,
                    change_low=low,
                    change_high=high,
                    p_value=p_value,
                    accounts_heard=voters.accounts_heard,
                    accounts_raising=voters.accounts_raising,
                    arr_usd=voters.arr_usd,
                    consistency=course.consistency,
                    durability=course.durability,
                    versus_pain_id=ballots.pains[a],
                    change_mix_adjusted=(
                        float(fixed[b] - fixed[a])
                        if fixed is not None and segment is None
                        else None
                    ),
                    order_change=found.moved,
                    share_before_corrected=found.corrected_a,
                    share_now_corrected=found.corrected_b,
                    also_ahead=(
                        _clearly_ahead(ballots, window, a, best[kind].also_overtook, interval)
                        if segment is None
                        else ()
                    ),
                    raising_tiers=voters.raising_tiers,
                    sources=voters.sources,
                    source_accounts=voters.source_accounts,
                )
            )
    return shifts


def _clearly_ahead(
    ballots: Ballots, window: Window, a: int, others: Sequence[int], interval: float
) -> tuple[str, ...]:
    """Ids of those whose lead over ``a`` is not one of chance: where ``a`` fell to where all others are, half of them are before it."""
    return tuple(
        ballots.pains[b]
        for b in others
        if lead_bounds(ballots, window, (a, b), None, interval)[0] > 0.0
    )


def orders_named(
    versus_pain_ids: Iterable[str | None], pain_ids: Iterable[str | None]
) -> frozenset[tuple[str, str]]:
    """The orders among shifts, ``versus_pain_id`` first: what a second opinion is asked about."""
    pairs = zip(versus_pain_ids, pain_ids, strict=True)
    return frozenset((before, later) for before, later in pairs if before and later)


def order_p_values(
    ballots: Ballots, window: Window, persona: Persona, *, pains: Sequence[str]
) -> list[dict[str, float]]:
    """P-values of the overall rows that `order_shifts` would report, by kind, and nothing else of them.

    Parameters
    ----------
    ballots
        Of one history or of several, side by side: the same accounts heard in the same cycles, and each history's pains
        after those of the history before.
    pains
        The pains of one history.

    Returns
    -------
    One mapping per history.
    """
    asked = {kind: _pairs(pains, persona, kind) for kind in ORDERS}
    histories = [
        {kind: [(a + start, b + start) for a, b in pairs] for kind, pairs in asked.items()}
        for start in range(0, len(ballots.pains), len(pains))
    ]
    found = _reported(ballots, window, histories, read_hearing(ballots))
    return [{kind: one.p_value for kind, one in best.items()} for best in found]


def _pairs(pains: Sequence[str], persona: Persona, kind: str) -> list[Pair]:
    """Positions of the pairs of pains whose order is asked, the one that the document puts first first."""
    if kind == "priority":
        named = claimed_pairs(persona)
    else:
        top = top_pain(persona)
        named = tuple(
            (top, pain.id) for pain in persona.pains if top is not None and pain.id != top
        )
    return [(pains.index(a), pains.index(b)) for a, b in named]


def _reported(
    ballots: Ballots,
    window: Window,
    histories: Sequence[Mapping[str, list[Pair]]],
    hearing: Hearing,
    preferred: Collection[tuple[str, str]] = (),
) -> list[dict[str, _Clearest]]:
    """Of each kind's pairs in each history the one to report over all segments."""
    every = [pair for asked in histories for pairs in asked.values() for pair in pairs]
    if not every:
        return [{} for _ in histories]
    tried = iter(overtaking(ballots, window, every, hearing=hearing, segment=None))
    found = []
    for asked in histories:
        best = {
            kind: _clearest(ballots, pairs, list(islice(tried, len(pairs))), kind, preferred)
            for kind, pairs in asked.items()
        }
        found.append({kind: one for kind, one in best.items() if one is not None})
    return found


def _clearest(
    ballots: Ballots,
    pairs: list[Pair],
    tried: list[Overtaking],
    kind: str,
    preferred: Collection[tuple[str, str]],
) -> _Clearest | None:
    """Of the pairs in which the second pain leads, the one to report."""
    adjusted = _adjusted(tried)
    leading = [i for i, found in enumerate(tried) if found.leads]
    if not leading:
        return None
    leading.sort(key=lambda i: (adjusted[i], -tried[i].share_b, ballots.pains[pairs[i][1]]))
    possible = _could_be_top(tried, adjusted, leading) if kind == "top_pain" else leading
    named = (i for i in possible if tuple(ballots.pains[pain] for pain in pairs[i]) in preferred)
    best = next(named, possible[0])
    also = [
        pairs[i][1]
        for i in leading
        if kind == "top_pain" and i != best and adjusted[i] <= _ALSO_CLEAR
    ]
    return _Clearest(pairs[best], tried[best], adjusted[best], tuple(also))


def _could_be_top(
    tried: Sequence[Overtaking], adjusted: Sequence[float], leading: list[int]
) -> list[int]:
    """Of the pairs whose order clearly changed, in their order, those whose second pain may be raised as often as that of any other.

    As counted or corrected.
    """
    clear = [i for i in leading if adjusted[i] <= _CLEAR] or leading
    counted = max(tried[i].share_b for i in clear)
    corrected = max(tried[i].corrected_b for i in clear)
    return [
        i
        for i in clear
        if CLOSE_MARGIN * tried[i].share_b >= counted
        or CLOSE_MARGIN * tried[i].corrected_b >= corrected
    ]


def _adjusted(tried: Sequence[Overtaking]) -> list[float]:
    """Each pair's p-value, corrected for all pairs that were asked each of the two questions."""
    moved = holm([found.p_moved if found.leads else 1.0 for found in tried])
    wrong = holm([found.p_wrong if found.leads else 1.0 for found in tried])
    return [_either(float(p), float(q)) for p, q in zip(moved, wrong, strict=True)]


def _course(
    ballots: Ballots,
    window: Window,
    found: Overtaking,
    a: int,
    b: int,
    segment: int | None,
    hearing: Hearing,
) -> Standing:
    """How an order has held; one that has moved is asked of corrected shares as well as of counts.

    Counts of accounts that raise only one of the two tell a step from a spike, but an unsure matcher hears too few of
    them to tell it well. So a move is ``transient`` unless ``b`` leads, corrected, in two of the last three cycles, and
    ``durable`` only if this one is among them.
    """
    held = ballots.within(segment)
    only_a = (ballots.raises[:, :, a] & ~ballots.raises[:, :, b] & held).sum(axis=1).astype(float)
    only_b = (ballots.raises[:, :, b] & ~ballots.raises[:, :, a] & held).sum(axis=1).astype(float)
    counted = standing(
        only_b,
        only_a + only_b,
        rising=True,
        before=window.before,
        level=None if found.by_move else 0.5,
    )
    if not found.by_move:
        return counted
    recent = corrected_course(ballots, hearing, slice(-RECENT, None), segment)
    recent = recent[~np.isnan(recent).any(axis=1)]
    leads = recent[:, b] > recent[:, a]
    consistency = float(leads.mean()) if len(leads) else 0.0
    if leads.sum() < 2:
        return Standing(consistency, "transient")
    too_soon = counted.durability == "durable" and not leads[-1]
    return Standing(consistency, "unknown" if too_soon else counted.durability)


def _label(kind: str, first: str, second: str, *, moved: bool) -> str:
    if kind == "top_pain":
        return (
            f"Top pain moved from “{first}” to “{second}”"
            if moved
            else f"Top pain is “{second}”, not “{first}”"
        )
    return (
        f"“{second}” now comes before “{first}”" if moved else f"“{second}” comes before “{first}”"
    )
