"""How right a system was on a history with text: its alerts, and whether what it follows stays one thing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from alerts import REPORTED, Alert, Score, score
from history import History, Truth
from said import Said

A_YEAR = 12 / len(REPORTED)


@dataclass(frozen=True)
class Identity:
    """Of the label that is followed, over all cycles in which it was said.

    Attributes
    ----------
    kept
        Share of its utterances under the topic that holds most of them, 0 to 1.
    purity
        Share of that topic's utterances that are of the label, or of one that the document states together with it; null where the
        topic holds nothing.
    changes
        How often the topic that holds most of its utterances of a cycle differs from the one a cycle before.
    false_births
        Topics that began in a cycle reported on, and hold mostly what is not new.
    """

    kept: float
    purity: float | None
    changes: int
    false_births: int


def judge_alerts(said: Said, history: History) -> Score:
    """Right and false alerts; an alert is of a planted label if its topic is, in the cycle of the alert or before."""
    truth = history.truth
    placed = _labelled(said, truth)
    planted = {change.pain_id for change in truth.planted}
    alerts = []
    for alert in said.alerts:
        about = planted & set(_labels(alert.pain_id, placed, truth, until=alert.position))
        alerts.append(Alert(alert.position, min(about, default=alert.pain_id), alert.direction))
    return score(alerts, truth.planted)


def judge_identity(said: Said, history: History) -> Identity:
    """Whether the followed label stays under one topic, and what was called new that is not."""
    truth = history.truth
    placed = _labelled(said, truth)
    mine = placed.filter(pl.col("label") == truth.followed)
    spoken = truth.labels.filter(pl.col("label") == truth.followed).height
    sizes = Counter(mine["topic_id"].sort())
    (topic, most) = sizes.most_common(1)[0] if sizes else ("", 0)
    held = placed.filter(pl.col("topic_id") == topic)["label"]
    stated = truth.stated.get(topic, ())
    own = stated if truth.followed in stated else (truth.followed,)
    births = [t for t, at in said.born.items() if at in REPORTED]
    last = max(REPORTED)
    false = [t for t in births if truth.new not in _labels(t, placed, truth, until=last)]
    return Identity(
        kept=most / spoken,
        purity=held.is_in(list(own)).sum() / len(held) if len(held) else None,
        changes=_changes(mine),
        false_births=len(false),
    )


def _labelled(said: Said, truth: Truth) -> pl.DataFrame:
    return said.topics.join(truth.labels, on="utterance_id")


def _labels(topic: str, placed: pl.DataFrame, truth: Truth, *, until: int) -> Sequence[str]:
    """What a topic stands for: what its document says, or the label of most of its utterances so far."""
    if topic in truth.stated:
        return truth.stated[topic]
    labels = placed.filter(pl.col("topic_id") == topic, pl.col("position") <= until)["label"]
    commonest = Counter(labels.sort()).most_common(1)
    return [commonest[0][0]] if commonest and commonest[0][0] is not None else []


def _changes(mine: pl.DataFrame) -> int:
    """Changes of the commonest topic from cycle to cycle; of equally common ones, the one that was."""
    changes, before = 0, None
    for (_,), rows in sorted(mine.partition_by("position", as_dict=True).items()):
        sizes = Counter(rows["topic_id"].sort())
        top = max(sizes.values())
        if before is not None and sizes[before] == top:
            continue
        now = min(topic for topic, n in sizes.items() if n == top)
        changes += before is not None
        before = now
    return changes


def mean_with_error(values: Sequence[float]) -> str:
    """Mean and its standard error, which needs two values."""
    if len(values) < 2:
        return f"{values[0]:.2f}" if values else ""
    error = np.std(values, ddof=1) / np.sqrt(len(values))
    return f"{np.mean(values):.2f} ± {error:.2f}"
