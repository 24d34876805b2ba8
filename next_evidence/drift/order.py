"""Pains that have overtaken one which the document puts before them: the top pain, and priorities."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from next_evidence.drift.ballots import Ballots, Bools
from next_evidence.drift.claims import claimed_pairs, top_pain
from next_evidence.drift.course import standing
from next_evidence.drift.mix import change_at_fixed_mix
from next_evidence.drift.rows import Shift, voices
from next_evidence.drift.windows import Window
from next_evidence.personas.document import Persona
from next_evidence.stats.intervals import difference_interval, estimate
from next_evidence.stats.significance import exchange_test, holm, sign_test

RECENT = (
    2  # cycles in which a pain may lead already while the window still holds the time before it did
)
CHALLENGERS = 2  # pains that are asked whether they have overtaken the top one
_CLEAR = 0.10  # chance from which a lead is said to be clear, where one of several must be named
MOVE_PART = 0.8  # of the allowed error goes to "it has moved", the rest to "it was wrong all along"
# A matcher may hear one pain half as often again as another: recall 0.6 against 0.4.
MATCHER_MARGIN = 1.5


@dataclass(frozen=True)
class Overtaking:
    """Pain ``b`` against pain ``a``, which the document puts before it, in one segment or in all.

    Shares are of distinct accounts heard in the window, each counted once per pain. ``moved`` is the change of
    ``share(b) - share(a)`` since the document's time, null without one; the p-values are one-sided. ``leads``: more accounts
    raise ``b`` than ``a``, in the window or in its last `RECENT` cycles, or so it is in segments that together hold most accounts.
    """

    share_a: float
    share_b: float
    low: float
    high: float
    moved: float | None
    p_moved: float
    p_wrong: float
    leads: bool

    @property
    def p_value(self) -> float:
        """Both questions in one, for this pair alone."""
        return _either(self.p_moved, self.p_wrong)

    @property
    def by_move(self) -> bool:
        """Whether the order has moved, rather than was wrong all along."""
        return self.p_moved / MOVE_PART <= self.p_wrong / (1 - MOVE_PART)


def overtaking(
    ballots: Ballots, window: Window, a: int, b: int, *, segment: int | None, interval: float
) -> Overtaking:
    """Weigh whether ``b`` is now raised by more accounts than ``a``, against what the document says.

    Two questions, each of which can answer it; they share the allowed error four to one (weighted Bonferroni):

    - *Has the order moved?* An exchange test of votes for only ``b`` (+1) against votes for only ``a`` (-1), before and
      now. A matcher that hears one pain better than the other does so in both windows, and cancels out.
    - *Was the document wrong all along?* A sign test over accounts that raise only one of them. Here nothing
      cancels, so ``b`` must be raised by half as many accounts again as ``a`` before it counts.
    """
    held = ballots.within(segment)
    now = held[window.now]
    raised = np.any(ballots.raises[window.now] & now[:, :, None], axis=0)
    in_a, in_b, voters = raised[:, a], raised[:, b], np.any(now, axis=0)
    n = int(voters.sum())
    share_a, share_b = float(in_a.sum()) / max(n, 1), float(in_b.sum()) / max(n, 1)
    wins, losses = int((in_b & ~in_a).sum()), int((in_a & ~in_b).sum())
    p_wrong = sign_test(wins, losses) if share_b >= MATCHER_MARGIN * share_a else 1.0
    p_moved, moved = _moved(ballots, window, held, a, b)
    low, high = _lead_bounds(in_a, in_b, voters, interval)
    segments = range(len(ballots.segments)) if segment is None else ()
    leads = _leads(ballots, window, a, b, segment) or (
        2 * sum(_voters(ballots, window, k) for k in segments if _leads(ballots, window, a, b, k))
        > n
    )
    return Overtaking(share_a, share_b, low, high, moved, p_moved, p_wrong, leads)


def _leads(ballots: Ballots, window: Window, a: int, b: int, segment: int | None) -> bool:
    """Whether more accounts raise ``b`` than ``a``, in the window or in its last cycles."""
    held = ballots.within(segment)
    recent = slice(max(window.now.start, window.now.stop - RECENT), window.now.stop)
    for span in (window.now, recent):
        raised = np.any(ballots.raises[span] & held[span][:, :, None], axis=0).sum(axis=0)
        if raised[b] > raised[a]:
            return True
    return False


def _voters(ballots: Ballots, window: Window, segment: int) -> int:
    """Distinct accounts of a segment that were heard in the window."""
    return int(np.any(ballots.within(segment)[window.now], axis=0).sum())


def _either(p_moved: float, p_wrong: float) -> float:
    return min(1.0, p_moved / MOVE_PART, p_wrong / (1 - MOVE_PART))


def _moved(
    ballots: Ballots, window: Window, held: Bools, a: int, b: int
) -> tuple[float, float | None]:
    heard_now, heard_before = held[window.now].sum(axis=0), held[window.before].sum(axis=0)
    if heard_before.sum() == 0 or heard_now.sum() == 0:
        return 1.0, None
    only_b = ballots.raises[:, :, b] & ~ballots.raises[:, :, a] & held
    only_a = ballots.raises[:, :, a] & ~ballots.raises[:, :, b] & held
    lead = only_b.astype(np.int64) - only_a
    rows = np.r_[window.before, window.now]
    test = exchange_test(
        heard_now,
        heard_before,
        lead[window.now].sum(axis=0),
        only_b[rows].sum(axis=0),
        only_a[rows].sum(axis=0),
        stratum=np.asarray(ballots.segment[rows].max(axis=0), dtype=np.int64),
    )
    after = lead[window.now].sum() / heard_now.sum()
    before = lead[window.before].sum() / heard_before.sum()
    return test.p_greater, float(after - before)


def _lead_bounds(in_a: Bools, in_b: Bools, voters: Bools, interval: float) -> tuple[float, float]:
    """Bounds of ``share(b) - share(a)`` over the same accounts: Wilson's, tied by their correlation (Newcombe 1998)."""
    n = int(voters.sum())
    if n == 0:
        return -1.0, 1.0
    a, b = in_a[voters].astype(float), in_b[voters].astype(float)
    spread = float(np.sqrt(a.var() * b.var()))
    correlation = float(((a - a.mean()) * (b - b.mean())).mean()) / spread if spread > 0 else 0.0
    first, second = (estimate(float(x.sum()), n, interval) for x in (a, b))
    return difference_interval(first, second, correlation=correlation)


def top_pain_shifts(
    ballots: Ballots,
    window: Window,
    persona: Persona,
    *,
    labels: Mapping[str, str],
    interval: float,
) -> list[Shift]:
    """The pain that leads now instead of the one that the document puts first: overall and by segment.

    Whether an order has *moved* is asked of the `CHALLENGERS` that have most votes over both windows together, and corrected by
    Holm over these. Shuffling leaves those totals as they are, so choosing by them costs nothing [1]_. Whether it
    was *wrong all along* is asked of all. Of the pains that clearly overtook, the leading one is reported.

    References
    ----------
    .. [1] Bourgon, R., Gentleman, R. and Huber, W. (2010). Independent filtering increases detection power for
       high-throughput experiments. PNAS 107, 9546-9551.
    """
    top = top_pain(persona)
    if top is None or len(persona.pains) < 2:
        return []
    a = ballots.pains.index(top)
    others = [ballots.pains.index(pain.id) for pain in persona.pains if pain.id != top]
    return _best(ballots, window, [(a, b) for b in others], "top_pain", labels, interval)


def priority_shifts(
    ballots: Ballots,
    window: Window,
    persona: Persona,
    *,
    labels: Mapping[str, str],
    interval: float,
) -> list[Shift]:
    """The clearest contradiction between neighbours in `priorities` below the top; one per persona at most."""
    pairs = [(ballots.pains.index(a), ballots.pains.index(b)) for a, b in claimed_pairs(persona)]
    return _best(ballots, window, pairs, "priority", labels, interval) if pairs else []


def _best(
    ballots: Ballots,
    window: Window,
    pairs: list[tuple[int, int]],
    kind: str,
    labels: Mapping[str, str],
    interval: float,
) -> list[Shift]:
    tried = [overtaking(ballots, window, a, b, segment=None, interval=interval) for a, b in pairs]
    asked = _challengers(ballots, window, pairs) if kind == "top_pain" else range(len(pairs))
    adjusted = _adjusted(tried, asked)
    leading = [i for i, found in enumerate(tried) if found.leads]
    if not leading:
        return []
    best = min(
        leading,
        key=lambda i: (
            adjusted[i] > _CLEAR,
            -tried[i].share_b if kind == "top_pain" else adjusted[i],
            ballots.pains[pairs[i][1]],
        ),
    )
    a, b = pairs[best]
    shifts = [_shift(ballots, window, tried[best], a, b, kind, None, labels, adjusted[best])]
    for segment in range(len(ballots.segments)):
        found = overtaking(ballots, window, a, b, segment=segment, interval=interval)
        if ballots.within(segment)[window.now].any():
            shifts.append(
                _shift(ballots, window, found, a, b, kind, segment, labels, found.p_value)
            )
    return shifts


def _challengers(ballots: Ballots, window: Window, pairs: list[tuple[int, int]]) -> list[int]:
    """Positions of the pairs whose second pain has most votes over both windows."""
    rows = np.r_[window.before, window.now]
    votes = ballots.raises[rows].sum(axis=(0, 1))
    return sorted(range(len(pairs)), key=lambda i: (-votes[pairs[i][1]], i))[:CHALLENGERS]


def _adjusted(tried: Sequence[Overtaking], asked: Iterable[int]) -> list[float]:
    """Each pair's p-value, corrected for all pairs that were asked each of the two questions."""
    moved = [1.0] * len(tried)
    chosen = list(asked)
    for i, p in zip(
        chosen, holm([tried[i].p_moved if tried[i].leads else 1.0 for i in chosen]), strict=True
    ):
        moved[i] = float(p)
    wrong = holm([found.p_wrong if found.leads else 1.0 for found in tried])
    return [_either(p, float(q)) for p, q in zip(moved, wrong, strict=True)]


def _shift(
    ballots: Ballots,
    window: Window,
    found: Overtaking,
    a: int,
    b: int,
    kind: str,
    segment: int | None,
    labels: Mapping[str, str],
    p_value: float,
) -> Shift:
    held = ballots.within(segment)
    only_a = (ballots.raises[:, :, a] & ~ballots.raises[:, :, b] & held).sum(axis=1).astype(float)
    only_b = (ballots.raises[:, :, b] & ~ballots.raises[:, :, a] & held).sum(axis=1).astype(float)
    course = standing(
        only_b,
        only_a + only_b,
        rising=True,
        before=window.before,
        level=None if found.by_move else 0.5,
    )
    who = voices(ballots, b, now=window.now, told=window.now, segment=segment)
    fixed = change_at_fixed_mix(ballots, window.now, window.before) if segment is None else None
    first, second = labels[ballots.pains[a]], labels[ballots.pains[b]]
    return Shift(
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
        change_low=found.low,
        change_high=found.high,
        p_value=p_value,
        accounts_heard=who.accounts_heard,
        accounts_raising=who.accounts_raising,
        arr_usd=who.arr_usd,
        consistency=course.consistency,
        durability=course.durability,
        versus_pain_id=ballots.pains[a],
        change_mix_adjusted=None if fixed is None else float(fixed[b] - fixed[a]),
        order_change=found.moved,
        raising_tiers=who.raising_tiers,
        sources=who.sources,
        source_accounts=who.source_accounts,
    )


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
