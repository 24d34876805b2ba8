"""Snooze a brief's pain, propose a revision, say that a match is wrong.

Each is one decision in the log, however often it is asked for and by however many people.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import polars as pl

from next_evidence.acting.at_hand import BriefAtHand
from next_evidence.acting.once import Told, locked_log
from next_evidence.errors import UsageError
from next_evidence.review import decisions as log
from next_evidence.review.outcomes import signed
from next_evidence.review.pain_decisions import pain_decisions
from next_evidence.review.snoozes import snoozes
from next_evidence.reviewing import Review
from next_evidence.workspace.decisions import record_decisions
from next_evidence.workspace.workspace import Workspace

_CORRECTED = {log.REJECTED: "Marked as a wrong match", log.MOVED: "Moved to another pain"}


def snooze(
    work: Workspace,
    persona_id: str,
    pain_id: str,
    *,
    until: date | None,
    cycle: str | None,
    by: str,
    now: datetime,
) -> Told:
    """Have the gate hold a pain's shifts up to and with a day; ``until`` None: for as long as settings say.

    Raises
    ------
    UsageError
        The persona has no document or no such pain any more, or the day has passed.
    """
    until = until or now.date() + timedelta(days=work.settings.deliver.snooze_days)
    if until < now.date():
        raise UsageError(f"{until:%Y-%m-%d} has passed")
    _check_kept(work, persona_id)
    known = _pains(work, persona_id)
    if pain_id not in known:
        raise UsageError(
            f"no pain of {persona_id} has this id; there are: {', '.join(sorted(known)) or 'none'}"
        )
    with locked_log(work) as everything:
        if pain_id in pain_decisions(everything).closed_of(persona_id):
            raise UsageError("this pain was merged, split or retired; nothing is left to snooze")
        asleep = snoozes(everything).get((persona_id, pain_id))
        if asleep is not None and asleep.until == until:
            return Told(asleep.reason, new=False)
        row = log.decision(
            at=log.next_moment(everything, now),
            by=by,
            kind=log.SNOOZE,
            subject=f"{persona_id}/{pain_id}",
            verdict=log.SNOOZED,
            persona_id=persona_id,
            pain_id=pain_id,
            cycle=cycle,
            detail={"until": until.isoformat()},
        )
        record_decisions(work, row)
    return Told(f"Snoozed until {until:%Y-%m-%d}.", new=True)


def wake(work: Workspace, persona_id: str, pain_id: str, *, by: str, now: datetime) -> Told:
    """Take a snooze back, as long as it lasts."""
    with locked_log(work) as everything:
        found = _in_force(everything, log.SNOOZE, f"{persona_id}/{pain_id}")
        if found is None:
            return Told("It is not snoozed.", new=False)
        until = date.fromisoformat(log.detail_of(found)["until"])
        if until < now.date():
            return Told(f"It is not snoozed: that ended on {until:%Y-%m-%d}.", new=False)
        record_decisions(work, log.undo(found, at=log.next_moment(everything, now), by=by))
    return Told("It is awake.", new=True)


def propose_revision(work: Workspace, brief: BriefAtHand, *, by: str, now: datetime) -> Told:
    """Note that somebody wants the persona document looked at, with the brief that made them want it.

    Raises
    ------
    UsageError
        There is no such document any more.
    """
    _check_kept(work, brief.persona_id)
    subject = log.subject_of_brief(brief.cycle.name, brief.persona_id)
    with locked_log(work) as everything:
        found = _in_force(everything, log.REVISION, subject)
        if found is not None:
            return Told(signed("Revision proposed", found), new=False)
        row = log.decision(
            at=log.next_moment(everything, now),
            by=by,
            kind=log.REVISION,
            subject=subject,
            verdict=log.PROPOSED,
            persona_id=brief.persona_id,
            pain_id=brief.pain_id,
            cycle=brief.cycle.name,
            detail={"report": brief.made_from, "quoted": list(brief.quoted)},
        )
        record_decisions(work, row)
    return Told("Revision proposed.", new=True)


def correct_match(
    work: Workspace, utterance_id: str, *, meant: str | None, by: str, now: datetime
) -> Told:
    """Say that a statement was matched to the wrong pain: the verdict that `review` would record.

    Parameters
    ----------
    meant
        Id of the persona's pain that the statement is about; None: of none of them.

    Raises
    ------
    UsageError
        No match has this id, its persona has no document any more, or the pain is none that it can be moved to.
    """
    matches = work.store.read("matches", utterance_id=utterance_id)
    if matches.is_empty():
        raise UsageError("no match has this id")
    with locked_log(work) as everything:
        found = _in_force(everything, log.MATCH, utterance_id)
        verdict = log.REJECTED if meant is None else log.MOVED
        if found is not None and (found["verdict"], found["to_pain_id"]) == (verdict, meant):
            return Told(signed(_CORRECTED[verdict], found), new=False)
        review = Review(work, cycle=matches["cycle"][0], by=by, clock=lambda: now)
        item = review.item(utterance_id)
        if item is None:
            raise UsageError("nothing is proposed for this statement any more")
        _check_kept(work, item.persona_id)
        if meant == item.pain_id:
            raise UsageError("the statement is matched to this pain already")
        if meant is not None and meant not in dict(item.choices):
            raise UsageError(
                f"{item.persona_id} had no such pain in {item.cycle}, when this was said, or has it no more"
            )
        review.decide(item, verdict, meant)
    return Told(f"{_CORRECTED[verdict]}.", new=True)


def _in_force(everything: pl.DataFrame, kind: str, subject: str) -> dict[str, Any] | None:
    found = log.in_force(everything.filter(pl.col("kind") == kind, pl.col("subject") == subject))
    return found.row(0, named=True) if found.height else None


def _check_kept(work: Workspace, persona_id: str) -> None:
    """Nothing is decided about a persona whose document was deleted, or cannot be read."""
    if work.reading.library.get(persona_id) is None:
        raise UsageError(f"the library has no readable document of {persona_id} any more")


def _pains(work: Workspace, persona_id: str) -> set[str]:
    """Ids of a persona's pains: of its document, and found."""
    persona = work.reading.library.get(persona_id)
    found = work.store.read("pains", persona_id=persona_id)["pain_id"].unique().to_list()
    return {*found, *(pain.id for pain in (persona.pains if persona else ()))}
