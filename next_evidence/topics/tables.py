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

CANDIDATES = pl.Schema(
    {  # the registry as the engine found it, before what people decided; one row per pain and persona
        "pain_id": pl.String(),
        "persona_id": pl.String(),
        "label": pl.String(),  # a quote and key phrases
        "status": pl.String(),  # candidate, faded, merged
        "first_cycle": pl.String(),
        "last_cycle": pl.String(),
        "keywords": pl.List(pl.String()),
        "exemplar": pl.String(),  # utterance_id
        "centroid": pl.List(pl.Float32()),  # mean of its statements' unit vectors, not of length 1
        "weights": pl.List(pl.Float64()),  # with bias: log-odds that a centred statement is its own
        "bias": pl.Float64(),
        "raised": pl.Int64(),  # account-cycles in which it was raised, since it began
        "heard": pl.Int64(),  # account-cycles in which its persona was heard, from its first to its last cycle
    }
)

MEMBERS = pl.Schema(
    {  # one row per statement that a candidate explains, since it began
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
        # born, survived, merged, split, faded, died, revived, retired, confirmed, claimed, linked
        "event": pl.String(),
        "evidence": pl.List(pl.String()),  # utterance ids, at most EVIDENCE_ROWS
        "detail": pl.String(),  # short English: counts and ids, no customer words
    }
)
EVIDENCE_ROWS = 8
