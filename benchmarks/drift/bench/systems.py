"""What is compared: this engine's tests of voting accounts, and the usual rules on counts of mentions.

Every system sees the true pain of every mention, so what differs is the statistics alone. The rules of other tools
stand here as they would work on perfect topics; none of their code is run.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import numpy.typing as npt
import polars as pl
from alerts import FIRST_REPORTED, REPORTED, Alert
from scenarios import Played
from scipy.stats import chi2_contingency, linregress

from next_evidence.brief.gate import judge
from next_evidence.drift.shifts import detect
from next_evidence.settings import Settings
from next_evidence.testing.worlds import coverage, no_pains

Counts = npt.NDArray[np.int64]
Rule = Callable[[Counts, Sequence[str]], list[Alert]]
"""From mentions, ``(n_cycles, n_topics)``, and the topics' names to alerts."""
_AT = 0.05  # level of the tests that are usual for mentions
_JSD_BAR = 0.1  # bits
_DECAY = 0.01  # BERTrend: popularity decays by exp(-0.01 dt^2)
_BAND = (10, 75)  # BERTrend: percentiles between which a signal is weak
_SLOPE_CYCLES = 3  # a window of cycles for BERTrend's slope of 14 days
DOWN = ("pain_falling", "pain_faded")


def engine(played: Played) -> list[Alert]:
    """Everything that surfaces at default settings; for an order, the pain that now leads is up."""
    settings, library, found = Settings(), played.world.library, []
    for position in REPORTED:
        cycle = played.world.cycles[position]
        shifts = detect(
            played.heard, played.votes, no_pains(), library, cycle=cycle, rules=settings.drift
        )
        judged = judge(shifts, coverage(played.heard, cycle), library, settings=settings)
        told = judged.filter(pl.col("verdict") == "surface", pl.col("segment").is_null())
        for kind, pain_id in told.select("kind", "pain_id").iter_rows():
            found.append(Alert(position, pain_id, "down" if kind in DOWN else "up"))
    return found


def mention_counts(played: Played) -> Counts:
    """Mentions of each pain in each cycle, ``(n_cycles, n_pains)``."""
    pains = played.world.pains
    counts = np.zeros((len(played.world.cycles), len(pains)), dtype=np.int64)
    for position, pain_id, count in played.mentions.iter_rows():
        counts[position, pains.index(pain_id)] = count
    return counts


def chi_square(counts: Counts, names: Sequence[str]) -> list[Alert]:
    """Mentions of a pain against all other mentions, this cycle against the last: chi-square at 5 %."""
    found: list[Alert] = []
    for position in range(FIRST_REPORTED, len(counts)):
        now, before = counts[position], counts[position - 1]
        for k, pain_id in enumerate(names):
            table = np.array([[now[k], now.sum() - now[k]], [before[k], before.sum() - before[k]]])
            if (table.sum(axis=0) == 0).any() or (table.sum(axis=1) == 0).any():
                continue
            if chi2_contingency(table, correction=False).pvalue <= _AT:
                rises = now[k] / now.sum() > before[k] / before.sum()
                found.append(Alert(position, pain_id, "up" if rises else "down"))
    return found


def topic_slope(counts: Counts, names: Sequence[str]) -> list[Alert]:
    """A line through a topic's share of mentions over all cycles so far, reported where its slope is significant at 5 %."""
    found: list[Alert] = []
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    for position in range(FIRST_REPORTED, len(counts)):
        for k, pain_id in enumerate(names):
            course = shares[: position + 1, k]
            line = linregress(np.arange(len(course)), course) if np.ptp(course) > 0 else None
            if line is not None and line.pvalue <= _AT:
                found.append(Alert(position, pain_id, "up" if line.slope > 0 else "down"))
    return found


def weak_signal(counts: Counts, names: Sequence[str]) -> list[Alert]:
    """BERTrend's rule: a topic whose decayed popularity lies between two percentiles of all, and rises."""
    found: list[Alert] = []
    popularity = np.zeros(counts.shape)
    for c, row in enumerate(counts):
        earlier = popularity[c - 1] * np.exp(-_DECAY) if c else 0.0
        popularity[c] = earlier + row
    for position in range(FIRST_REPORTED, len(counts)):
        window = popularity[position - _SLOPE_CYCLES + 1 : position + 1]
        low, high = np.percentile(window, _BAND)
        for k, pain_id in enumerate(names):
            slope = linregress(np.arange(len(window)), window[:, k]).slope
            if low <= popularity[position, k] <= high and slope > 0:
                found.append(Alert(position, pain_id, "up"))
    return found


def divergence(counts: Counts, names: Sequence[str]) -> list[Alert]:
    """Jensen-Shannon divergence above 0.1 bits between this cycle's mentions and the last's; told of is what differs most."""
    found: list[Alert] = []
    for position in range(FIRST_REPORTED, len(counts)):
        now, before = (counts[c] / max(counts[c].sum(), 1) for c in (position, position - 1))
        middle = (now + before) / 2
        parts = (_bits(now, middle) + _bits(before, middle)) / 2
        if parts.sum() > _JSD_BAR:
            k = int(np.argmax(parts))
            direction = "up" if now[k] > before[k] else "down"
            found.append(Alert(position, names[k], direction))
    return found


def _bits(p: npt.NDArray[np.float64], q: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    return np.where(p > 0, p * np.log2(np.where(p > 0, p, 1.0) / np.where(q > 0, q, 1.0)), 0.0)


RULES: Mapping[str, Rule] = {
    "chi-square of mentions": chi_square,
    "slope of a topic's share": topic_slope,
    "weak-signal rule": weak_signal,
    "JSD above 0.1": divergence,
}


def of_mentions(rule: Rule) -> Callable[[Played], list[Alert]]:
    """A rule on the true pain of every mention."""
    return lambda played: rule(mention_counts(played), played.world.pains)


SYSTEMS: Mapping[str, Callable[[Played], list[Alert]]] = {
    "next-evidence": engine,
    **{name: of_mentions(rule) for name, rule in RULES.items()},
}
