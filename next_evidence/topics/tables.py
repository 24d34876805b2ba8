"""Columns of the tables that only topics keep: where candidates lie, who belongs to them, what befell them."""

from __future__ import annotations

import polars as pl

WINDOW = pl.Schema(
    {  # what discovery reads of MATCHES; extra columns do no harm
        "utterance_id": pl.String(),
        "account_id": pl.String(),
        "persona_id": pl.String(),
        "cycle": pl.String(),
        "kind": pl.String(),
        "text": pl.String(),
        "relevance": pl.Float64(),
        "status": pl.String(),
        "pain_id": pl.String(),
        "confidence": pl.Float64(),
        "stance": pl.String(),
    }
)

KNOWN = pl.Schema(
    {  # one row per pain of a document, or several: statement and examples
        "persona_id": pl.String(),
        "pain_id": pl.String(),
        "vector": pl.List(pl.Float32()),
    }
)

CENTROIDS = pl.Schema(
    {  # where a candidate lies; one row per pain and persona
        "pain_id": pl.String(),
        "persona_id": pl.String(),
        "centroid": pl.List(pl.Float32()),  # mean of its statements' unit vectors, not of length 1
        "novelty": pl.Float64(),  # probability at birth that no known pain explains it, 0 to 1
    }
)

MEMBERS = pl.Schema(
    {  # one row per statement that a candidate explains, in the window and, back-filled, before it
        "utterance_id": pl.String(),
        "cycle": pl.String(),
        "persona_id": pl.String(),
        "pain_id": pl.String(),
        "confidence": pl.Float64(),  # calibrated probability, 0 to 1
        "status": pl.String(),  # accepted, review
    }
)

LEDGER = pl.Schema(
    {  # one row per event in a candidate's life
        "cycle": pl.String(),
        "persona_id": pl.String(),
        "pain_id": pl.String(),
        "event": pl.String(),  # born, survived, merged, split, faded, revived, claimed, linked
        "evidence": pl.List(pl.String()),  # utterance ids, at most EVIDENCE_ROWS
        "detail": pl.String(),  # short English: counts and ids, no customer words
    }
)
EVIDENCE_ROWS = 8
