"""What a persona's document could say of a discovered pain. Nothing is written."""

from __future__ import annotations

from typing import Any

import polars as pl

from next_evidence.pain_registry.known import KnownPain
from next_evidence.workspace.workspace import Workspace

EXAMPLES_OF_A_PROPOSAL = 3


def proposal(work: Workspace, pain: KnownPain) -> dict[str, Any]:
    """What a document would say of a pain: its id, its label as a statement, and statements of different accounts.

    A person copies it into the document, in their own words; from then on the pain is the document's, under this id.
    """
    matches = work.store.read(
        "matches",
        persona_id=pain.key.persona_id,
        pain_id=pain.key.pain_id,
        status="accepted",
    )
    typical = (
        matches.filter(pl.col("stance") == "raises")
        .sort(["confidence", "utterance_id"], descending=[True, False])
        .unique("account_id", keep="first", maintain_order=True)
        .head(EXAMPLES_OF_A_PROPOSAL)
    )
    return {
        "persona": pain.key.persona_id,
        "add_pain": {
            "id": pain.key.pain_id,
            "statement": pain.label,
            "examples": typical["text"].to_list(),
        },
        "evidence": {
            "first_heard": pain.first_cycle,
            "last_heard": pain.last_cycle,
            "accounts": matches["account_id"].drop_nulls().n_unique(),
            "statements": matches.height,
            "utterance_ids": typical["utterance_id"].to_list(),
        },
    }
