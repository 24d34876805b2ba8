"""What a system says of a history, in the form that every system of the text track gives."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl
from alerts import Alert, read_alerts, write_alerts

TOPICS = pl.Schema(
    {  # one row per utterance that a system puts somewhere; what it puts nowhere has none
        "position": pl.Int64(),  # of the cycle in which it was said, and whose report this is
        "utterance_id": pl.String(),
        "topic_id": pl.String(),
    }
)


@dataclass(frozen=True)
class Said:
    """Alerts name a topic, not a label: ``pain_id`` of an alert is a topic id.

    ``topics`` are `TOPICS` as they stood in the report on the cycle of the utterance; ``born`` the topics that began, and the
    position of the cycle in whose report they first stood.
    """

    alerts: list[Alert]
    topics: pl.DataFrame
    born: dict[str, int] = field(default_factory=dict)


def write_said(said: Said, folder: Path, system: str) -> None:
    """``<system>.alerts.jsonl``, ``<system>.topics.jsonl`` and ``<system>.born.json``."""
    stem = system.replace(" ", "-")
    write_alerts(said.alerts, folder / f"{stem}.alerts.jsonl")
    said.topics.sort("position", "utterance_id").write_ndjson(folder / f"{stem}.topics.jsonl")
    born = json.dumps(said.born, indent=1, sort_keys=True)
    (folder / f"{stem}.born.json").write_text(f"{born}\n", encoding="utf-8")


def read_said(folder: Path, system: str) -> Said:
    """What `write_said` writes, by this system or another."""
    stem = system.replace(" ", "-")
    return Said(
        read_alerts(folder / f"{stem}.alerts.jsonl"),
        pl.read_ndjson(folder / f"{stem}.topics.jsonl", schema=TOPICS),
        json.loads((folder / f"{stem}.born.json").read_text("utf-8")),
    )
