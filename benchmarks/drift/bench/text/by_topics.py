"""BERTopic on the same utterances and vectors: once over the year, and month by month with two ways to keep an identity.

Models are BERTopic's defaults (UMAP to five dimensions, HDBSCAN, at least ten utterances a topic) with the seed fixed.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import polars as pl
from alerts import REPORTED, Alert
from by_labels import counts_of, topic_table
from history import History
from said import Said
from scipy.optimize import linear_sum_assignment
from systems import Rule

from next_evidence.encoding.protocol import Encoder

if TYPE_CHECKING:
    from bertopic import BERTopic

Floats = npt.NDArray[np.float32]
SAME = 0.7  # cosine of topic centres from which two topics are one, as in `merge_models`
REFIT_CYCLES = 3  # cycles that a monthly refit sees, as many as this engine's discovery
NOWHERE = -1  # BERTopic's topic of outliers


def fit(texts: Sequence[str], vectors: Floats) -> BERTopic:
    """A fitted model."""
    # half a minute to load: only where a model is fitted
    from bertopic import BERTopic
    from umap import UMAP

    reduce = UMAP(n_neighbors=15, n_components=5, min_dist=0.0, metric="cosine", random_state=20)
    return BERTopic(umap_model=reduce).fit(list(texts), embeddings=vectors)


def rule_on_topics(rule: Rule, history: History, encoder: Encoder) -> Said:
    """A rule on the counts of topics that were fitted once on the whole year, as topics over time are read.

    Alone among all systems this one has seen the cycles after the one that it reports on.
    """
    topics = topic_table(history, _year_topics(history, encoder))
    return Said(rule(*counts_of(topics, len(history.cycles))), topics)


@lru_cache(maxsize=1)
def _year_topics(history: History, encoder: Encoder) -> list[str | None]:
    texts = history.utterances["text"].to_list()
    return _named(fit(texts, encoder.encode(texts)).topics_)


def merged_months(history: History, encoder: Encoder) -> Said:
    """A model a month, merged one after the other by `BERTopic.merge_models`; tells of topics that are new in a month."""
    from bertopic import BERTopic

    texts, vectors, positions = _read(history, encoder)
    models, told = [], []
    for position in range(len(history.cycles)):
        now = np.flatnonzero(positions == position)
        model = fit([texts[i] for i in now], vectors[now])
        if max(model.topics_) > NOWHERE:
            models.append(model)
            told.append(now)
    topics: list[str | None] = [None] * len(texts)
    merged = BERTopic.merge_models(models, min_similarity=SAME).topics_
    for place, name in zip(np.concatenate(told), _named(merged), strict=True):
        topics[place] = name
    return _told_births(history, topics)


def matched_refits(history: History, encoder: Encoder) -> Said:
    """A new model every month on the last three, its topics matched with last month's one to one; tells of those without a match."""
    texts, vectors, positions = _read(history, encoder)
    topics: list[str | None] = [None] * len(texts)
    names, centres, given = [], np.zeros((0, vectors.shape[1])), 0
    for position in range(len(history.cycles)):
        seen = np.flatnonzero((positions <= position) & (positions > position - REFIT_CYCLES))
        found = np.array(fit([texts[i] for i in seen], vectors[seen]).topics_)
        new = [vectors[seen[found == k]].mean(axis=0) for k in range(found.max() + 1)]
        new_centres = np.array(new).reshape(-1, vectors.shape[1])
        kept = one_to_one(new_centres, centres)
        new_names = [names[kept[k]] if k in kept else "" for k in range(len(new))]
        for k, name in enumerate(new_names):
            if not name:
                new_names[k], given = f"topic-{given:03d}", given + 1
        names, centres = new_names, new_centres
        for place, k in zip(seen, found, strict=True):
            if positions[place] == position and k > NOWHERE:
                topics[place] = names[k]
    return _told_births(history, topics)


def one_to_one(new: npt.NDArray[np.float64], old: npt.NDArray[np.float64]) -> dict[int, int]:
    """Position among old topics of each new one that continues it: the best one-to-one matching of cosines at `SAME` or more."""
    if not len(new) or not len(old):
        return {}
    cosine = _unit(new) @ _unit(old).T
    alike = np.where(cosine >= SAME, cosine, 0.0)
    pairs = zip(*linear_sum_assignment(-alike), strict=True)
    return {int(i): int(j) for i, j in pairs if alike[i, j] > 0.0}


def _told_births(history: History, topics: list[str | None]) -> Said:
    table = topic_table(history, topics)
    born = dict(
        table.group_by("topic_id").agg(pl.col("position").min()).sort("topic_id").iter_rows()
    )
    found = [Alert(at, topic, "up") for topic, at in born.items() if at in REPORTED]
    return Said(found, table, born)


def _read(history: History, encoder: Encoder) -> tuple[list[str], Floats, npt.NDArray[np.int64]]:
    texts = history.utterances["text"].to_list()
    return texts, encoder.encode(texts), np.array(history.positions)


def _named(topics: Sequence[int]) -> list[str | None]:
    return [None if k == NOWHERE else f"topic-{k:03d}" for k in topics]


def _unit(rows: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)
