"""What a shift must show to surface: each criterion, met or missed, with the sentence that says so."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from next_evidence.brief.heard import HeardSummary
from next_evidence.brief.reasons import counted, percent, points, signed_points
from next_evidence.schemas import FALLS, ORDERS, Row
from next_evidence.settings import GateSettings

Weight = Literal["thin", "soft", "hard"]

_MOSTLY = 0.5  # a part from which it is most of the whole
# chance at which a segment, which is no finding of its own, is said to agree clearly
LITTLE_DOUBT = 0.10
_CLEAR = 0.05  # chance below which a raw change looks real
_TIE = 1e-9


@dataclass(frozen=True)
class Check:
    """One criterion: met or not, how much a miss weighs, and the sentence that says so."""

    met: bool
    weight: Weight
    reason: str


@dataclass(frozen=True)
class Beside:
    """What one shift over all segments is held against.

    ``segments`` are its own rows by segment, ``trailing`` is the change of the same pain against the trailing cycles, ``alone`` the
    same shift as sources that still speak show it; None: they show none. ``asks_alone`` False: nothing was detected that way.
    """

    heard: HeardSummary
    segments: Sequence[Row] = ()
    trailing: Row | None = None
    alone: Row | None = None
    asks_alone: bool = False


def criteria(row: Row, beside: Beside, rules: GateSettings | None) -> list[Check]:
    """Every criterion that a shift must meet, in the order in which people read them.

    Parameters
    ----------
    row
        One of ``SHIFTS``, over all segments.
    rules
        The persona's bar; None: it is not tracked.
    """
    if rules is None:
        return [Check(False, "hard", "Tracking of this persona is off.")]
    checks = [
        _enough_heard(row, beside.heard, rules),
        _large_enough(row, beside.trailing, rules),
        _no_false_alarm(row, rules),
        _lasting(row, rules),
        _same_at_fixed_mix(row, rules),
        _segments_agree(row, beside.segments, rules),
        _enough_sources(row, rules),
    ]
    if _falls(row):
        checks += _source_still_there(row, beside.heard)
    else:
        checks += [_enough_raising(row, rules), *_enough_top_tier(row, rules)]
    checks += _more_than_last_cycle(row, beside.trailing, rules)
    # words are compared without sources that have fallen silent from the start
    if beside.asks_alone and beside.heard.quiet and row["kind"] != "language":
        checks += _stands_without_quiet(row, beside, rules)
    return checks


def _enough_heard(row: Row, heard: HeardSummary, rules: GateSettings) -> Check:
    counts = [row["accounts_heard"] or 0, *([] if heard.accounts is None else [heard.accounts])]
    return _at_least(min(counts), rules.min_accounts, "account", "heard", "thin")


def _enough_raising(row: Row, rules: GateSettings) -> Check:
    return _at_least(
        row["accounts_raising"] or 0, rules.min_raising, "account", "raising it", "soft"
    )


def _enough_top_tier(row: Row, rules: GateSettings) -> list[Check]:
    needed = rules.min_top_tier_accounts
    if needed == 0:
        return []
    count = (row["raising_tiers"] or []).count(rules.top_tier)
    return [_at_least(count, needed, "account", "of the top tier raising it", "soft")]


def _enough_sources(row: Row, rules: GateSettings) -> Check:
    told = "that told of it before" if _falls(row) else "telling of it"
    return _at_least(len(row["sources"] or []), rules.min_sources, "source", told, "soft")


def _at_least(count: int, needed: int, noun: str, what: str, weight: Weight) -> Check:
    if count >= needed:
        return Check(True, weight, f"{counted(count, noun)} {what}, {needed} needed.")
    return Check(False, weight, f"Only {counted(count, noun)} {what}; {needed} needed.")


def _large_enough(row: Row, trailing: Row | None, rules: GateSettings) -> Check:
    size, what = abs(row["change"] or 0.0), "The share changed by"
    by_now = _change_by_now(row, trailing)
    if by_now > size:
        size, what = by_now, "By now the share has changed by"
    elif row["kind"] in ORDERS:
        size = max(row["change"] or 0.0, row["order_change"] or 0.0)
        what = "The two pains moved apart by"
    elif row["kind"] == "pain_new":
        what = "It stands at"
    met = size >= rules.min_change - _TIE
    only = "" if met else "only "
    told = f"{what} {only}{points(size)}; {points(rules.min_change)} are needed."
    return Check(met, "soft", told)


def _change_by_now(row: Row, trailing: Row | None) -> float:
    """How far this cycle's share has gone from the document's time in the direction of a shift, 0 for all other shifts.

    A comparison with the document pools cycles, and the change may have begun after the first of them.
    """
    level = row["versus"] == "document" and row["kind"] in ("pain_rising", *FALLS)
    if not level or trailing is None or trailing["share_now"] is None:
        return 0.0
    latest = float(trailing["share_now"] - (row["share_before"] or 0.0))
    return latest if (row["change"] or 0.0) > 0 else -latest


def _no_false_alarm(row: Row, rules: GateSettings) -> Check:
    q, bar = row["q_value"], rules.false_discovery_rate
    if q is None:
        return Check(False, "hard", "It could not be tested.")
    met = q <= bar + _TIE
    how_many = f"about {percent(q)}" if q < _MOSTLY else f"{percent(_MOSTLY)} or more"
    told = f"Of findings this clear {how_many} are false alarms; {percent(bar)} are allowed."
    return Check(met, "soft", told)


def _lasting(row: Row, rules: GateSettings) -> Check:
    words = {
        "durable": "It has lasted: a lasting step explains the counts better than a passing spike.",
        "transient": "It has passed: a spike of one cycle explains the counts best.",
        "unknown": "Too early to tell whether it lasts.",
    }
    if row["kind"] in ORDERS:
        words["transient"] = "It has not held: one odd cycle explains it."
    agree = round((row["consistency"] or 0.0) * 100)
    told = f"{words[row['durability']]} It held in {agree} % of the last three cycles."
    return Check(row["durability"] in rules.durability, "hard", told)


def _same_at_fixed_mix(row: Row, rules: GateSettings) -> Check:
    raw = move_of(row)
    fixed, p, p_mix = row["change_mix_adjusted"], row["p_value"], row["p_mix_adjusted"]
    if fixed is None:
        told = "Too few accounts in some segments to hold the mix of segments fixed."
        if row["kind"] == "pain_new":
            told = "No change of mix can bring a pain that nobody raised before."
        return Check(True, "hard", told)
    told = f"with the mix of segments held as before, the change is {signed_points(fixed)} instead of {signed_points(raw)}."
    gone = abs(fixed) < abs(raw) / 2 or fixed * raw < 0
    doubtful = p is not None and p_mix is not None and p <= _CLEAR and p_mix > LITTLE_DOUBT
    if (gone or doubtful) and abs(raw) >= rules.min_change / 2:
        return Check(False, "hard", f"It vanishes when the mix of segments is fixed: {told}")
    return Check(True, "hard", f"It stands when the mix of segments is fixed: {told}")


def _more_than_last_cycle(row: Row, trailing: Row | None, rules: GateSettings) -> list[Check]:
    """A change since last cycle alone may be last cycle's accident: the trailing cycles must show it too."""
    if row["versus"] != "last_cycle":
        return []
    change = 0.0 if trailing is None else (trailing["change"] or 0.0)
    met = change * (row["change"] or 0.0) > 0 and abs(change) >= rules.min_change / 2 - _TIE
    told = f"Against the trailing cycles the change is {signed_points(change)}."
    return [Check(met, "soft", told if met else f"{told} Last cycle may have been the odd one.")]


def _segments_agree(row: Row, segments: Sequence[Row], rules: GateSettings) -> Check:
    large = [s for s in segments if (s["accounts_heard"] or 0) >= rules.min_segment_accounts]
    if not large:
        told = f"No segment has {rules.min_segment_accounts} accounts, so none can confirm it."
        return Check(rules.min_segments <= 1, "soft", told)
    same = sum(move_of(s) * move_of(row) > 0 for s in large)
    told = f"{same} of {counted(len(large), 'segment')} with enough accounts point the same way, {rules.min_segments} needed."
    return Check(same >= rules.min_segments, "soft", told)


def _source_still_there(row: Row, heard: HeardSummary) -> list[Check]:
    """A fall is no fall when the source that told of the pain has stopped."""
    counts = dict(zip(row["sources"] or [], row["source_accounts"] or [], strict=True))
    lost = sorted(set(counts) & set(heard.quiet))
    if not lost:
        return []
    part = sum(counts[source] for source in lost) / sum(counts.values())
    names = " and ".join(lost)
    told = f"{percent(part)} of those who told of it spoke in {names}, which has fallen silent."
    return [Check(part < _MOSTLY, "hard", told)]


def _stands_without_quiet(row: Row, beside: Beside, rules: GateSettings) -> list[Check]:
    """A source that has stopped changes what is heard though nobody changed; the others must tell the same."""
    names = " and ".join(sorted(beside.heard.quiet))
    without = f"without {names}, silent now"
    if not beside.heard.speaking:  # then and now were heard through the same sources
        told = f"No source is left that could be asked {without}."
        return [Check(True, "hard", told)]
    whole = move_of(row)
    if abs(whole) < rules.min_change / 2:  # too small to surface anyway
        return []
    if beside.alone is None:
        return [Check(False, "hard", f"There is no such shift {without}.")]
    change, p = move_of(beside.alone), beside.alone["p_value"]
    if change * whole <= 0 or abs(change) < abs(whole) / 2:
        told = f"It vanishes {without}: {signed_points(change)} instead of {signed_points(whole)}."
        return [Check(False, "hard", told)]
    if p is None or p > LITTLE_DOUBT:
        told = f"It is within chance {without}: {signed_points(change)}."
        return [Check(False, "hard", told)]
    return [Check(True, "hard", f"It stands {without}: {signed_points(change)}.")]


def move_of(row: Row) -> float:
    """How far a shift went: for a change of order how far the two pains moved apart, where there is a before."""
    size = row["order_change"] if row["kind"] in ORDERS else None
    return float(row["change"] or 0.0) if size is None else float(size)


def _falls(row: Row) -> bool:
    return row["kind"] in FALLS or (row["kind"] == "language" and (row["change"] or 0.0) < 0)
