"""The store's tables in SQL, and frames to rows and back."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

import polars as pl
import sqlalchemy as sa

from next_evidence import schemas
from next_evidence.evidence import coverage
from next_evidence.schemas import MOMENT
from next_evidence.topics import tables as topics

METADATA = sa.MetaData()

SEEN_ACCOUNTS = pl.Schema({"seen_at": MOMENT, **schemas.ACCOUNTS})
CONVERSATIONS = pl.Schema(
    {
        "source": pl.String(),
        "conversation_id": pl.String(),
        "kind": pl.String(),
        "started_at": MOMENT,
        "account_id": pl.String(),
        "url": pl.String(),
        "origin": pl.String(),
        "digest": pl.String(),  # of what the source gave, to skip what is pulled again unchanged
    }
)
REJECTED = pl.Schema(
    {
        "source": pl.String(),
        "file": pl.String(),
        "line": pl.Int64(),
        "reason": pl.String(),
        "seen_at": MOMENT,
    }
)
CURSORS = pl.Schema({"source": pl.String(), "cursor": pl.String(), "pulled_at": MOMENT})
CYCLE_INPUTS = pl.Schema(
    {
        "cycle": pl.String(),
        "digest": pl.String(),  # of the cycle's utterances; null: changed since it was computed
    }
)
CYCLE_RUNS = pl.Schema(
    {
        "cycle": pl.String(),
        "step": pl.String(),  # evidence, report
        "digest": pl.String(),  # of everything the step used
        "manifest": pl.String(),  # what it used, as JSON
    }
)
UNCALIBRATED = pl.Schema(
    {  # what the matching head alone said of the statements that it linked to a pain
        "cycle": pl.String(),
        "utterance_id": pl.String(),
        "persona_id": pl.String(),
        "pain_id": pl.String(),
        "uncalibrated": pl.Float64(),
    }
)
AUDITS = pl.Schema(
    {  # null replays; see next_evidence/audits.py
        "last_cycle": pl.String(),
        "standing": pl.String(),  # digest of settings, documents and code that it holds for
        "first_cycle": pl.String(),
        "evidence": pl.String(),  # digest of the evidence that was replayed
        "replays": pl.Int64(),
        "alarms_a_year": pl.Float64(),
        "alarms_low": pl.Float64(),
        "alarms_high": pl.Float64(),
        "result": pl.String(),  # all that was found, as JSON
    }
)
DAILY = pl.Schema({"cycle": pl.String(), **coverage.DAILY})
CANDIDATES = pl.Schema({"cycle": pl.String(), **topics.CANDIDATES})
OUTBOX = pl.Schema(
    {
        "key": pl.String(),  # of channel, address, cycle, persona and part: what is posted once
        "channel": pl.String(),
        "address": pl.String(),
        "cycle": pl.String(),
        "persona_id": pl.String(),  # null: the digest of all personas
        "part": pl.Int64(),  # 0 opens a conversation, the others follow in its thread; -1 asks for approval
        "position": pl.Int64(),  # among all that a cycle posts on a channel
        "content_hash": pl.String(),
        "planned_at": MOMENT,
        "state": pl.String(),  # planned, held, sending, sent, ambiguous, failed, dropped
        "content": pl.String(),  # null: nothing is left to post
        "attempts": pl.Int64(),  # runs that tried
        "problem": pl.String(),
        "receipt": pl.String(),  # how the channel names the message
        "next_attempt_at": MOMENT,  # null: not by itself
        "sent_at": MOMENT,
    }
)
LEADS = pl.Schema(
    {  # what people act on when they act on a brief
        "cycle": pl.String(),
        "persona_id": pl.String(),
        "pain_id": pl.String(),  # of the shift that the brief leads with
        "quoted": pl.List(pl.String()),  # utterance_id of its quotes, as they stand in it
    }
)
SHOWN = pl.Schema(
    {  # what a posted message says of people's decisions; no row: nothing
        "key": pl.String(),  # of the outbox
        "digest": pl.String(),  # of the lines
    }
)

_KEYS: dict[str, tuple[pl.Schema, tuple[str, ...]]] = {
    "accounts": (SEEN_ACCOUNTS, ("account_id", "seen_at")),
    "contacts": (schemas.CONTACTS, ("contact_id",)),
    "conversations": (CONVERSATIONS, ("source", "conversation_id")),
    "turns": (schemas.TURNS, ("source", "conversation_id", "turn")),
    "utterances": (schemas.UTTERANCES, ("utterance_id",)),
    "rejected": (REJECTED, ("source", "file", "line", "reason")),
    "cursors": (CURSORS, ("source",)),
    "cycle_inputs": (CYCLE_INPUTS, ("cycle",)),
    "cycle_runs": (CYCLE_RUNS, ("cycle", "step")),
    "speaker_evidence": (schemas.SPEAKER_EVIDENCE, ("cycle", "speaker_key", "persona_id")),
    "speakers": (schemas.SPEAKERS, ("cycle", "speaker_key")),
    "matches": (schemas.MATCHES, ("cycle", "utterance_id")),
    "uncalibrated": (UNCALIBRATED, ("cycle", "utterance_id")),
    "decisions": (schemas.DECISIONS, ("decision_id",)),
    "pains": (schemas.PAINS, ("cycle", "persona_id", "pain_id")),
    "candidates": (CANDIDATES, ("cycle", "persona_id", "pain_id")),
    "daily": (DAILY, ()),
    "ledger": (topics.LEDGER, ("cycle", "persona_id", "pain_id", "event")),
    "heard": (schemas.HEARD, ("cycle", "persona_id", "account_id")),
    "votes": (schemas.VOTES, ("cycle", "persona_id", "pain_id", "account_id", "known_cycle")),
    "shares": (schemas.SHARES, ()),
    "shifts": (schemas.SHIFTS, ()),
    "coverage": (schemas.COVERAGE, ()),
    "briefs": (schemas.BRIEFS, ("cycle", "persona_id")),
    "leads": (LEADS, ("cycle", "persona_id")),
    "outbox": (OUTBOX, ("key",)),
    "shown": (SHOWN, ("key",)),
    "audits": (AUDITS, ("last_cycle", "standing")),
}
APPEND_ONLY = frozenset({"decisions"})
"""Tables made by people, which nothing can make again: no row is ever changed or deleted."""
STORED: dict[str, pl.Schema] = {name: schema for name, (schema, _) in _KEYS.items()}
_INDEXED: dict[str, list[tuple[str, ...]]] = {
    "utterances": [("spoken_at",), ("source", "conversation_id")],
    "shares": [("cycle",)],
    "shifts": [("cycle",)],
    "coverage": [("cycle",)],
    "votes": [("known_cycle",)],
    "decisions": [("cycle",)],
}


def _sql_type(dtype: pl.DataType) -> sa.types.TypeEngine[Any]:
    if dtype == pl.Float64():
        return sa.Double()
    if dtype == pl.Int64() or dtype == MOMENT:
        return sa.BigInteger()
    if dtype == pl.Boolean():
        return sa.Boolean()
    if dtype == pl.Date():
        return sa.Text()
    return sa.Text()


def _declare() -> dict[str, sa.Table]:
    found = {}
    for name, (schema, keys) in _KEYS.items():
        columns = [
            sa.Column(column, _sql_type(dtype), primary_key=column in keys)
            for column, dtype in schema.items()
        ]
        found[name] = sa.Table(name, METADATA, *columns)
        for number, indexed in enumerate(_INDEXED.get(name, [])):
            sa.Index(f"ix_{name}_{number}", *(found[name].c[column] for column in indexed))
        if name in APPEND_ONLY:
            _forbid_changes(found[name])
    return found


def _forbid_changes(table: sa.Table) -> None:
    """Let SQLite itself refuse to change or delete a row, whoever asks."""
    for verb in ("UPDATE", "DELETE"):
        trigger = sa.DDL(  # type: ignore[no-untyped-call]
            f"CREATE TRIGGER {table.name}_no_{verb.lower()} BEFORE {verb} ON {table.name} "
            f"BEGIN SELECT RAISE(ABORT, '{table.name} are only ever added'); END"
        )
        sa.event.listen(table, "after_create", trigger.execute_if(dialect="sqlite"))


TABLES: dict[str, sa.Table] = _declare()


def to_rows(frame: pl.DataFrame, schema: pl.Schema) -> list[dict[str, Any]]:
    """Rows as SQL takes them: moments as microseconds since 1970 UTC, days as ISO 8601, lists as JSON."""
    frame = frame.select(_as_sql(name, dtype) for name, dtype in schema.items())
    lists = [name for name, dtype in schema.items() if isinstance(dtype, pl.List)]
    rows = frame.to_dicts()
    for row in rows:
        for name in lists:
            row[name] = None if row[name] is None else json.dumps(row[name], ensure_ascii=False)
    return rows


def _as_sql(name: str, dtype: pl.DataType) -> pl.Expr:
    if dtype == MOMENT:
        return pl.col(name).dt.epoch("us").alias(name)
    return pl.col(name).cast(pl.String) if dtype == pl.Date() else pl.col(name)


def from_rows(rows: Iterable[Sequence[Any]], schema: pl.Schema) -> pl.DataFrame:
    """The frame of rows that `to_rows` made."""
    raw = pl.Schema(
        {
            name: pl.Int64()
            if dtype == MOMENT
            else pl.String()
            if isinstance(dtype, pl.List) or dtype == pl.Date()
            else dtype
            for name, dtype in schema.items()
        }
    )
    frame = pl.DataFrame([tuple(row) for row in rows], schema=raw, orient="row")
    return frame.with_columns(
        *(
            pl.from_epoch(pl.col(name), time_unit="us").dt.replace_time_zone("UTC")
            for name, dtype in schema.items()
            if dtype == MOMENT
        ),
        *(pl.col(name).str.to_date() for name, dtype in schema.items() if dtype == pl.Date()),
        *(
            pl.col(name).str.json_decode(dtype)
            for name, dtype in schema.items()
            if isinstance(dtype, pl.List)
        ),
    )


def micros(moment: datetime) -> int:
    """Microseconds since 1970 UTC, exact."""
    since = moment.astimezone(UTC) - datetime(1970, 1, 1, tzinfo=UTC)
    return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds
