"""The usual rules on mentions, each of which is labelled with the pain of the nearest text of a document."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import polars as pl
from history import History, topic_id
from said import TOPICS, Said
from systems import Counts, Rule

from next_evidence.encoding.protocol import Encoder

Floats = npt.NDArray[np.float32]


def nearest_pains(history: History, encoder: Encoder) -> list[str]:
    """For each utterance the topic id of the pain whose statement or example is nearest by cosine; there is no bar."""
    texts, owners = [], []
    for persona in history.library:
        for pain in persona.pains:
            written = (pain.statement, *pain.examples)
            texts += written
            owners += [topic_id(persona.id, pain.id)] * len(written)
    said: Floats = encoder.encode(history.utterances["text"].to_list())
    best = np.argmax(said @ encoder.encode(texts).T, axis=1)
    return [owners[i] for i in best]


def topic_table(history: History, topics: Sequence[str | None]) -> pl.DataFrame:
    """`TOPICS` from a topic for each utterance; null: nowhere."""
    rows = {
        "position": history.positions,
        "utterance_id": history.utterances["utterance_id"],
        "topic_id": topics,
    }
    return pl.DataFrame(rows, schema=TOPICS).drop_nulls("topic_id")


def counts_of(topics: pl.DataFrame, cycles: int) -> tuple[Counts, list[str]]:
    """Mentions of each topic in each cycle, ``(n_cycles, n_topics)``, and the topics in the order of their ids."""
    names = sorted(topics["topic_id"].unique())
    counts = np.zeros((cycles, len(names)), dtype=np.int64)
    for position, topic, n in topics.group_by("position", "topic_id").len().iter_rows():
        counts[position, names.index(topic)] = n
    return counts, names


def rule_on_labels(rule: Rule, history: History, encoder: Encoder) -> Said:
    """A rule on the counts of nearest pains."""
    topics = topic_table(history, nearest_pains(history, encoder))
    return Said(rule(*counts_of(topics, len(history.cycles))), topics)
