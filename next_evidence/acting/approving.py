"""Let held briefs be posted, or not."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import polars as pl

from next_evidence.acting.once import Told, locked_log
from next_evidence.delivery.approval import held_briefs, version_of
from next_evidence.errors import UsageError
from next_evidence.posting.outbox import entries
from next_evidence.review import decisions as log
from next_evidence.review.outcomes import signed
from next_evidence.workspace.decisions import record_decisions
from next_evidence.workspace.workspace import Workspace


def answer_request(
    work: Workspace,
    cycle: str,
    persona_id: str | None,
    *,
    approve: bool,
    version: str | None,
    by: str,
    now: datetime,
) -> Told:
    """Say yes or no to everything that waits of one brief, or of the digest (``persona_id`` None).

    Parameters
    ----------
    version
        What the person looked at (`version_of`); None: what waits now.
    """
    subject = log.subject_of_brief(cycle, persona_id)
    with locked_log(work) as everything:
        held = held_briefs(entries(work)).get((cycle, persona_id), [])
        before = log.standing(everything).filter(
            pl.col("kind") == log.APPROVAL, pl.col("subject") == subject
        )
        last = before.row(-1, named=True) if before.height else None
        seen = {entry.key: entry.content_hash for entry in held}
        if last is not None and (not held or _messages(last) == seen):
            return Told(signed(str(last["verdict"]).capitalize(), last), new=False)
        if not held:
            return Told("Nothing of it waits for approval any more.", new=False)
        if version is not None and version != version_of(held):
            return Told("It has changed since; look at the newest version first.", new=False)
        verdict = log.APPROVED if approve else log.DECLINED
        row = log.decision(
            at=log.next_moment(everything, now),
            by=by,
            kind=log.APPROVAL,
            subject=subject,
            verdict=verdict,
            persona_id=persona_id,
            cycle=cycle,
            detail={"version": version_of(held), "messages": seen},
        )
        record_decisions(work, row)
    return Told("Approved." if approve else "Declined. It is not posted.", new=True)


def answer_held(
    work: Workspace,
    keys: Sequence[str],
    *,
    cycle: str | None,
    approve: bool,
    by: str,
    now: datetime,
) -> list[str]:
    """Say yes or no to whole briefs of which a message is named by the beginning of its key, or to all that are held.

    Parameters
    ----------
    keys
        Beginnings of keys; none: everything that is held.
    cycle
        One cycle; None: all.

    Returns
    -------
    What came of each brief, a line each.

    Raises
    ------
    UsageError
        A name fits no brief that is held, or more than one.
    """
    held = {
        brief: waiting
        for brief, waiting in held_briefs(entries(work)).items()
        if cycle in (None, brief[0])
    }
    chosen = list(held)
    if keys:
        chosen = []
        for key in keys:
            fitting = [
                brief
                for brief, waiting in held.items()
                if any(entry.key.startswith(key) for entry in waiting)
            ]
            if len(fitting) != 1:
                raise UsageError(
                    f"{len(fitting)} held briefs have a message whose id begins with {key!r}; "
                    "`next-evidence deliveries --waiting` lists them"
                )
            chosen += fitting
    told = []
    for name, persona_id in dict.fromkeys(chosen):
        answer = answer_request(
            work, name, persona_id, approve=approve, version=None, by=by, now=now
        )
        told.append(f"{log.subject_of_brief(name, persona_id)}: {answer.said}")
    return told


def _messages(row: dict[str, Any]) -> dict[str, str]:
    return dict(json.loads(row["detail"])["messages"])
