"""What people do about a brief: snooze its pain, propose a revision, say a match is wrong, let it be posted or not.

Each is one decision in the log, however often it is asked for and by however many people. None of it changes a persona document.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import polars as pl

from next_evidence.delivery.approval import held_briefs, version_of
from next_evidence.errors import UsageError
from next_evidence.outlets import link_to
from next_evidence.posting import entries, post_waiting
from next_evidence.records import Cycle
from next_evidence.review import decisions as log
from next_evidence.review.outcomes import signed
from next_evidence.review.pain_decisions import pain_decisions
from next_evidence.review.snoozes import snoozes
from next_evidence.reviewing import Review
from next_evidence.workspace.cycles import step_digest
from next_evidence.workspace.decisions import read_decisions, record_decisions
from next_evidence.workspace.lock import hold
from next_evidence.workspace.workspace import Workspace

_PATIENCE_S = 30.0
_CORRECTED = {log.REJECTED: "Marked as a wrong match", log.MOVED: "Moved to another pain"}


@dataclass(frozen=True)
class Statement:
    """One statement that a brief quotes, with what a reader needs to weigh it."""

    utterance_id: str
    text: str
    account: str
    kind: str
    spoken_at: datetime
    url: str


@dataclass(frozen=True)
class Told:
    """What came of an action. ``new`` False: it had been decided before, and ``said`` says by whom."""

    said: str
    new: bool


@dataclass(frozen=True)
class BriefAtHand:
    """A brief that was reported, and what people can do about it.

    ``made_from`` is the digest of everything that it rests on; ``link`` is where its page can be opened; empty: nowhere.
    """

    cycle: Cycle
    persona_id: str
    persona: str
    pain_id: str
    pain: str
    quoted: tuple[str, ...]
    reasons: tuple[str, ...]
    lead_reasons: tuple[str, ...]
    made_from: str
    link: str


def brief_at_hand(work: Workspace, persona_id: str, cycle: str | None) -> BriefAtHand:
    """The brief of a persona in a cycle, or in the newest that was reported.

    Raises
    ------
    UsageError
        There is none, or nothing shifted in it.
    """
    rows = work.store.read("leads", persona_id=persona_id)
    found = {Cycle.parse(row["cycle"]): row for row in rows.to_dicts()}
    wanted = Cycle.parse(cycle) if cycle is not None else max(found, default=None)
    if wanted is None or wanted not in found:
        of = f" of {wanted}" if wanted is not None else ""
        raise UsageError(f"there is no brief{of} in which this persona shifted")
    row, name = found[wanted], wanted.name
    persona = work.reading.library.get(persona_id)
    shifts = work.store.read("shifts", cycle=name, persona_id=persona_id, pain_id=row["pain_id"])
    surfaced = shifts.filter(
        pl.col("verdict") == "surface", pl.col("segment").is_null(), pl.col("kind") != "language"
    ).sort("q_value", "versus", "kind")
    briefs = work.store.read("briefs", cycle=name, persona_id=persona_id)
    return BriefAtHand(
        cycle=wanted,
        persona_id=persona_id,
        persona=persona.name if persona else persona_id,
        pain_id=row["pain_id"],
        pain=surfaced["label"][0] if surfaced.height else row["pain_id"],
        quoted=tuple(row["quoted"]),
        reasons=tuple(briefs["reasons"][0]) if briefs.height else (),
        lead_reasons=tuple(surfaced["reasons"][0]) if surfaced.height else (),
        made_from=step_digest(work.store, wanted, "report"),
        link=link_to(work, wanted, persona_id),
    )


def statements(work: Workspace, brief: BriefAtHand) -> tuple[Statement, ...]:
    """What a brief quotes, in its order. A statement that was erased since is left out."""
    rows = work.store.read("utterances", utterance_id=list(brief.quoted))
    accounts = work.store.accounts_as_of(brief.cycle.end)
    names = dict(accounts.select("account_id", "name").iter_rows())
    found = {row["utterance_id"]: row for row in rows.to_dicts()}
    return tuple(
        Statement(
            utterance_id,
            row["text"],
            names.get(row["account_id"]) or "unknown account",
            row["kind"],
            row["spoken_at"],
            row["url"] or "",
        )
        for utterance_id in brief.quoted
        if (row := found.get(utterance_id)) is not None
    )


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
    if pain_id not in _pains(work, persona_id):
        raise UsageError(f"no pain of {persona_id} has this id")
    with _log(work) as everything:
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
    with _log(work) as everything:
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
    with _log(work) as everything:
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
    with _log(work) as everything:
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
    with _log(work) as everything:
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
                    f"{len(fitting)} held briefs have a message that begins with {key!r}"
                )
            chosen += fitting
    told = []
    for name, persona_id in dict.fromkeys(chosen):
        answer = answer_request(
            work, name, persona_id, approve=approve, version=None, by=by, now=now
        )
        told.append(f"{log.subject_of_brief(name, persona_id)}: {answer.said}")
    return told


def post_outcomes(
    work: Workspace,
    *,
    now: Callable[[], datetime],
    patience_s: float = _PATIENCE_S,
) -> Sequence[str]:
    """Post what decisions released, and write outcomes into messages; what could not be delivered, a line each.

    Raises
    ------
    WorkspaceBusy
        A run is at work for longer than we wait. It posts the same when it ends.
    """
    with hold(work.paths.lock, patience_s=patience_s):
        return post_waiting(work, now=now).problems


@contextmanager
def _log(work: Workspace) -> Iterator[pl.DataFrame]:
    """The log of decisions, while nobody else adds to it after looking: two clicks are one decision."""
    with hold(work.paths.decisions_lock, patience_s=_PATIENCE_S):
        yield read_decisions(work.store)


def _in_force(everything: pl.DataFrame, kind: str, subject: str) -> dict[str, Any] | None:
    found = log.in_force(everything.filter(pl.col("kind") == kind, pl.col("subject") == subject))
    return found.row(0, named=True) if found.height else None


def _messages(row: dict[str, Any]) -> dict[str, str]:
    return dict(json.loads(row["detail"])["messages"])


def _check_kept(work: Workspace, persona_id: str) -> None:
    """Nothing is decided about a persona whose document was deleted, or cannot be read."""
    if work.reading.library.get(persona_id) is None:
        raise UsageError(f"the library has no readable document of {persona_id} any more")


def _pains(work: Workspace, persona_id: str) -> set[str]:
    """Ids of a persona's pains: of its document, and found."""
    persona = work.reading.library.get(persona_id)
    found = work.store.read("pains", persona_id=persona_id)["pain_id"].unique().to_list()
    return {*found, *(pain.id for pain in (persona.pains if persona else ()))}
