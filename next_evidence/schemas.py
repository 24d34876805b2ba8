"""Columns and units of every table that crosses a stage boundary, and `check`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

from next_evidence.errors import SchemaError

Row = Mapping[str, Any]  # one row of a checked table

MOMENT = pl.Datetime("us", "UTC")

ACCOUNTS = pl.Schema(
    {
        "account_id": pl.String(),
        "name": pl.String(),
        "domain": pl.String(),
        "arr_usd": pl.Float64(),  # US dollars a year; null: unknown, or in a currency without a rate
        "tier": pl.String(),  # null: unknown
        "segment": pl.String(),  # null: unknown
        "region": pl.String(),
        "renewal_date": pl.String(),  # ISO 8601 date; null: unknown
    }
)

CONTACTS = pl.Schema(
    {
        "contact_id": pl.String(),
        "account_id": pl.String(),
        "name": pl.String(),
        "email": pl.String(),
        "title": pl.String(),
    }
)

TURNS = pl.Schema(
    {
        "source": pl.String(),
        "conversation_id": pl.String(),
        "turn": pl.Int64(),  # position in the conversation as the source gave it, from 0
        "text": pl.String(),  # masked; what utterances' start and end count in
    }
)

UTTERANCES = pl.Schema(
    {
        "utterance_id": pl.String(),
        "conversation_id": pl.String(),
        "source": pl.String(),  # name of the source in next_evidence.yaml
        "kind": pl.String(),  # call, ticket, survey, review, onboarding_note
        "account_id": pl.String(),  # null: nobody in the CRM
        "contact_id": pl.String(),  # null: nobody in the CRM
        "speaker_key": pl.String(),  # one per person: contact id, or a hash where the CRM knows nobody
        "speaker_title": pl.String(),  # from the CRM, else from the source; null: unknown
        "side": pl.String(),  # customer or unknown; what employees say is never stored
        "spoken_at": MOMENT,
        "turn": pl.Int64(),
        "start": pl.Int64(),  # characters into the stored turn
        "end": pl.Int64(),
        "text": pl.String(),  # masked; equals turn_text[start:end]
        "context": pl.String(),  # the stored turn around it, at most a few sentences; may equal text
        "url": pl.String(),  # null: none
        "language": pl.String(),  # BCP 47 as the source says; null: unknown
    }
)

SPEAKER_EVIDENCE = pl.Schema(
    {
        "cycle": pl.String(),
        "speaker_key": pl.String(),
        "persona_id": pl.String(),
        "statements": pl.Int64(),  # utterances in this cycle that speak of any pain
        "log_likelihood": pl.Float64(),  # summed over them, tempered, against "no persona fits"
        "favouring": pl.Int64(),  # of these statements, those that this persona explains best
    }
)

SPEAKERS = pl.Schema(
    {
        "cycle": pl.String(),
        "speaker_key": pl.String(),
        "account_id": pl.String(),
        "contact_id": pl.String(),
        "persona_id": pl.String(),  # null: no persona fits
        "persona_confidence": pl.Float64(),  # calibrated probability, 0 to 1
        "runner_up_persona_id": pl.String(),
        "runner_up_confidence": pl.Float64(),
        "statements": pl.Int64(),
        "why": pl.String(),  # short English for the reader
        # the speaker is of runner_up_persona_id or of this one, and counts for neither; null: not so
        "ambiguous_with": pl.String(),
    }
)

MATCHES = pl.Schema(
    {
        "utterance_id": pl.String(),
        "conversation_id": pl.String(),
        "account_id": pl.String(),
        "contact_id": pl.String(),
        "kind": pl.String(),
        "spoken_at": MOMENT,
        "cycle": pl.String(),
        "persona_id": pl.String(),  # null: no persona fits
        "persona_confidence": pl.Float64(),
        "pain_id": pl.String(),  # null: no known pain is likely
        "confidence": pl.Float64(),  # calibrated probability, 0 to 1
        "runner_up_pain_id": pl.String(),
        "runner_up_confidence": pl.Float64(),
        "relevance": pl.Float64(),  # probability that it speaks of a pain at all, 0 to 1
        "stance": pl.String(),  # raises, denies, neutral
        # accepted, review, abstained, rejected; ambiguous: of a pain, by somebody who could be of two personas
        "status": pl.String(),
        "source": pl.String(),
        "text": pl.String(),
        "denial": pl.Float64(),  # probability that it says the pain is solved or absent, 0 to 1; null: not known
    }
)

PAINS = pl.Schema(
    {
        "cycle": pl.String(),  # state of the registry at the end of this cycle
        "pain_id": pl.String(),
        "persona_id": pl.String(),
        "label": pl.String(),
        "origin": pl.String(),  # document, discovered
        "status": pl.String(),  # claimed, candidate, confirmed, faded, split, merged, retired
        "first_cycle": pl.String(),
        "last_cycle": pl.String(),
        "keywords": pl.List(pl.String()),
        "exemplar": pl.String(),  # utterance_id of a typical quote; null for a pain never heard
    }
)

HEARD = pl.Schema(
    {  # one row per persona and account that spoke in a cycle: the voters
        "cycle": pl.String(),
        "persona_id": pl.String(),
        "account_id": pl.String(),
        "tier": pl.String(),
        "segment": pl.String(),
        "arr_usd": pl.Float64(),
        "utterances": pl.Int64(),
        "sources": pl.List(pl.String()),
    }
)

VOTES = pl.Schema(
    {  # one row per persona, account and pain that it spoke of in a cycle
        "cycle": pl.String(),
        "persona_id": pl.String(),
        "pain_id": pl.String(),
        "account_id": pl.String(),
        "raises": pl.Boolean(),
        "denies": pl.Boolean(),
        "mentions": pl.Int64(),  # utterances accepted or up for review; never counted as votes
        "sources": pl.List(pl.String()),
        "known_cycle": pl.String(),  # cycle in which this was known; later than cycle for a pain found later
        "likelihood": pl.Float64(),  # probability that the account raises it, 0 to 1; what tests weigh
    }
)

SHARES = pl.Schema(
    {
        "cycle": pl.String(),
        "persona_id": pl.String(),
        "pain_id": pl.String(),
        "segment": pl.String(),  # null: all segments
        "accounts_heard": pl.Int64(),
        "accounts_raising": pl.Int64(),
        "accounts_denying": pl.Int64(),
        "share": pl.Float64(),  # raising / heard, 0 to 1
        "share_low": pl.Float64(),
        "share_high": pl.Float64(),
        "share_mix_adjusted": pl.Float64(),  # re-weighted to the trailing mix of segments and tiers
        # corrected with matches of the cycle that people reviewed at random; null: too few, or a segment
        "share_reviewed": pl.Float64(),
        "share_reviewed_low": pl.Float64(),
        "share_reviewed_high": pl.Float64(),
        "reviewed_matches": pl.Int64(),  # of the persona, behind that correction
    }
)

SHIFTS = pl.Schema(
    {
        "cycle": pl.String(),
        "persona_id": pl.String(),
        # pain_rising, pain_falling, pain_new, pain_faded, top_pain, priority, language
        "kind": pl.String(),
        "pain_id": pl.String(),  # null: language, whatever the account speaks of
        "label": pl.String(),  # language: the word or phrase, in the form that most accounts use
        "segment": pl.String(),  # null: all segments
        "versus": pl.String(),  # document, last_cycle, trailing
        "share_before": pl.Float64(),
        "share_now": pl.Float64(),
        "change": pl.Float64(),  # share_now - share_before
        "change_low": pl.Float64(),
        "change_high": pl.Float64(),
        "p_value": pl.Float64(),
        "q_value": pl.Float64(),  # Benjamini-Hochberg within the cycle
        "e_value": pl.Float64(),  # against "it never changed", at every look; null where not defined
        "accounts_heard": pl.Int64(),  # language with a pain_id: accounts that raise that pain
        "accounts_raising": pl.Int64(),  # language: accounts that use the word
        "arr_usd": pl.Float64(),  # of the accounts raising it, each once; null: unknown for all
        "consistency": pl.Float64(),  # share of the last three cycles on the same side, 0 to 1
        "durability": pl.String(),  # durable, transient, unknown
        "verdict": pl.String(),  # surface, watch, thin, suppress
        "reasons": pl.List(pl.String()),
        "versus_pain_id": pl.String(),  # top_pain, priority: the pain that the document puts before it; else null
        # the change with the mix of segments and tiers held as it was; null: cells too empty to say
        "change_mix_adjusted": pl.Float64(),
        "p_mix_adjusted": pl.Float64(),  # the same test, accounts compared within their segment only
        # top_pain, priority: how far (share of this pain - share of versus_pain_id) moved; null: no earlier level
        "order_change": pl.Float64(),
        "raising_tiers": pl.List(
            pl.String()
        ),  # tier of each account raising it; unknown tiers left out
        # where the pain was raised, most accounts first (a fall: where it used to be), and by how many
        "sources": pl.List(pl.String()),
        "source_accounts": pl.List(pl.Int64()),
        # top_pain, priority: both shares of account-cycles, corrected for what matching misses; else null
        "share_before_corrected": pl.Float64(),
        "share_now_corrected": pl.Float64(),
        # top_pain, all segments: other pains that clearly come before versus_pain_id now, the clearest first
        "also_ahead": pl.List(pl.String()),
    }
)

# kinds of shift: fewer accounts raise a pain than before; a pain comes before another one
FALLS, ORDERS = ("pain_falling", "pain_faded"), ("top_pain", "priority")

COVERAGE = pl.Schema(
    {
        "cycle": pl.String(),
        "persona_id": pl.String(),
        "segment": pl.String(),  # null: all segments
        "source": pl.String(),  # null: all sources
        "accounts_in_crm": pl.Int64(),  # accounts that could be heard for this persona
        "accounts_heard": pl.Int64(),
        "utterances": pl.Int64(),
        "detectable_change": pl.Float64(),  # smallest share change found with 80 % power; null: none
        "state": pl.String(),  # ok, thin, stale, silent
        "last_seen_at": MOMENT,
    }
)

BRIEFS = pl.Schema(
    {
        "cycle": pl.String(),
        "persona_id": pl.String(),
        "state": pl.String(),  # sent, held, withheld, nothing_to_say
        "reasons": pl.List(pl.String()),
        "path": pl.String(),  # relative to the workspace; null: nothing was written
    }
)

DECISIONS = pl.Schema(
    {  # what people decided; rows are added, never changed and never deleted
        "decision_id": pl.String(),  # begins with the moment, so that ids sort as decisions were made
        "at": MOMENT,
        "by": pl.String(),
        # match, cycle, calibration, threshold, snooze, revision, approval, pain_name, pain_fate
        "kind": pl.String(),
        # utterance_id of a match, name of a cycle, `matching` for calibration and threshold, persona/pain of a snooze and of a pain, cycle/persona of a revision and an approval
        "subject": pl.String(),
        # match: accepted, rejected, moved, skipped; cycle: reopened; calibration, threshold: promoted; snooze: snoozed; revision: proposed; approval: approved, declined; pain_name: named; pain_fate: merged, split, retired, confirmed; any: undone
        "verdict": pl.String(),
        "persona_id": pl.String(),  # match, pain: as it was shown; snooze, revision, approval: what it is about
        "pain_id": pl.String(),  # match, pain: as it was shown; snooze, revision: what it is about
        "to_pain_id": pl.String(),  # moved, merged: the pain that the person chose; else null
        "cycle": pl.String(),  # match, cycle, revision, approval: the cycle that it is about; snooze: of the brief; pain: whose registry was shown; else null
        "account_id": pl.String(),  # match: who spoke; null: nobody in the CRM
        "drawn": pl.String(),  # match: random, uncertain, stake, required, chosen
        "confidence": pl.Float64(),  # match: as it was shown
        "uncalibrated": pl.Float64(),  # match: before any correction; null for a discovered pain
        "encoder": pl.String(),  # fingerprint of the encoder that the match was made with
        "head": pl.String(),  # fingerprint of the matching head
        "undoes": pl.String(),  # undone: the decision taken back; else null
        "detail": pl.String(),  # what else the kind needs, as JSON; null: nothing
    }
)

TABLES: dict[str, pl.Schema] = {
    "accounts": ACCOUNTS,
    "contacts": CONTACTS,
    "turns": TURNS,
    "utterances": UTTERANCES,
    "speaker_evidence": SPEAKER_EVIDENCE,
    "speakers": SPEAKERS,
    "matches": MATCHES,
    "pains": PAINS,
    "heard": HEARD,
    "votes": VOTES,
    "shares": SHARES,
    "shifts": SHIFTS,
    "coverage": COVERAGE,
    "briefs": BRIEFS,
    "decisions": DECISIONS,
}


def check(frame: pl.DataFrame, schema: pl.Schema, *, table: str) -> pl.DataFrame:
    """Return ``frame`` with exactly the declared columns, in the declared order.

    Extra columns are dropped; a column of nulls takes the declared type.

    Raises
    ------
    SchemaError
        A declared column is missing or has another type; all of them are named.
    """
    given = frame.schema
    if given == schema:
        return frame
    problems = []
    for name, dtype in schema.items():
        if name not in given:
            problems.append(f"missing {name}")
        elif given[name] not in (dtype, pl.Null()):
            problems.append(f"{name} is {given[name]}, not {dtype}")
    if problems:
        raise SchemaError(table, tuple(problems))
    return frame.select(pl.col(name).cast(dtype) for name, dtype in schema.items())


def empty(schema: pl.Schema) -> pl.DataFrame:
    """Return a table of this schema without rows."""
    return pl.DataFrame(schema=schema)
