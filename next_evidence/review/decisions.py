"""A log of decisions: what one row is, and which decisions are in force at a moment."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from typing import Any

import polars as pl

from next_evidence.schemas import DECISIONS, check

MATCH, CYCLE, CALIBRATION, THRESHOLD = "match", "cycle", "calibration", "threshold"
PAIN_NAME, PAIN_FATE = "pain_name", "pain_fate"
PAIN_KINDS = (PAIN_NAME, PAIN_FATE)
ACCEPTED, REJECTED, MOVED, SKIPPED = "accepted", "rejected", "moved", "skipped"
REOPENED, PROMOTED, UNDONE = "reopened", "promoted", "undone"
SNOOZE, REVISION, APPROVAL = "snooze", "revision", "approval"
SNOOZED, PROPOSED, APPROVED, DECLINED = "snoozed", "proposed", "approved", "declined"
MATCHING = "matching"
"""Subject of what is decided about matching as a whole."""


def decision(
    *,
    at: datetime,
    by: str,
    kind: str,
    subject: str,
    verdict: str,
    detail: Mapping[str, Any] | None = None,
    **more: Any,
) -> pl.DataFrame:
    """One row of ``DECISIONS``. Columns that are not given are null.

    Ids begin with the moment, so that they sort as decisions were made.
    """
    moment = at.astimezone(UTC)
    row = {
        **dict.fromkeys(DECISIONS),
        "at": moment,
        "by": by,
        "kind": kind,
        "subject": subject,
        "verdict": verdict,
        "detail": None
        if detail is None
        else json.dumps(dict(detail), sort_keys=True, ensure_ascii=False),
        **more,
    }
    content = json.dumps(row, sort_keys=True, ensure_ascii=False, default=str)
    row["decision_id"] = (
        f"{moment:%Y%m%dT%H%M%S.%fZ}-{blake2b(content.encode(), digest_size=4).hexdigest()}"
    )
    return check(pl.DataFrame([row], schema=DECISIONS), DECISIONS, table="decisions")


def subject_of_brief(cycle: str, persona_id: str | None) -> str:
    """How a decision names a brief; ``persona_id`` None: the digest of all personas."""
    return f"{cycle}/{persona_id or 'all'}"


def undo(row: Mapping[str, Any], *, at: datetime, by: str) -> pl.DataFrame:
    """Take back a decision. It stays in the log; what was in force before it is again."""
    return decision(
        at=at,
        by=by,
        kind=row["kind"],
        subject=row["subject"],
        verdict=UNDONE,
        undoes=row["decision_id"],
        persona_id=row["persona_id"],
        pain_id=row["pain_id"],
        cycle=row["cycle"],
    )


def detail_of(row: Mapping[str, Any]) -> dict[str, Any]:
    """What else a decision says, as its kind needs it."""
    return dict(json.loads(row["detail"])) if row["detail"] else {}


def next_moment(log: pl.DataFrame, now: datetime) -> datetime:
    """``now``, or just after the newest decision: a clock that stands still or goes back keeps their order."""
    newest = log["at"].max()
    return max(now, newest + timedelta(microseconds=1)) if isinstance(newest, datetime) else now


def standing(log: pl.DataFrame) -> pl.DataFrame:
    """``DECISIONS`` that were not taken back, oldest first, without the rows that took others back."""
    undone = log.filter(pl.col("verdict") == UNDONE)["undoes"]
    return log.filter(
        pl.col("verdict") != UNDONE, ~pl.col("decision_id").is_in(undone.implode())
    ).sort("at", "decision_id")


def in_force(log: pl.DataFrame) -> pl.DataFrame:
    """The newest standing decision on each kind and subject, oldest first.

    Two people who judge one match: the later verdict holds.
    """
    return standing(log).unique(["kind", "subject"], keep="last", maintain_order=True)


def before(log: pl.DataFrame, moment: datetime) -> pl.DataFrame:
    """What had been decided by a moment."""
    return log.filter(pl.col("at") < moment)


def seen_by_cycle(log: pl.DataFrame, name: str, end: datetime) -> pl.DataFrame:
    """What a cycle may know of decisions on its own statements.

    Those made before its ``end``; and, when an admin reopened the cycle later, those made until then.
    """
    reopened = log.filter(
        pl.col("kind") == CYCLE, pl.col("subject") == name, pl.col("verdict") == REOPENED
    )["at"].max()
    known = pl.col("at") < end
    return log.filter(known if reopened is None else known | (pl.col("at") <= reopened))
