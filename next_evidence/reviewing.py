"""One person's review of one cycle: what they are asked, what they decided, what was learnt from it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import polars as pl

from next_evidence.errors import UsageError
from next_evidence.records import Cycle, named_cycle
from next_evidence.review import decisions as log
from next_evidence.review.learning import Models, Trial, try_calibration, try_threshold
from next_evidence.review.pain_decisions import pain_decisions
from next_evidence.review.queue import CHOSEN, draw_queue
from next_evidence.review.sheet import Rejected, Row
from next_evidence.review.summary import ReviewSummary, summarise
from next_evidence.workspace.decisions import read_decisions, record_decisions
from next_evidence.workspace.workspace import Workspace

Clock = Callable[[], datetime]


@dataclass(frozen=True)
class Item:
    """One match as it is put to a person. ``choices``: the persona's other pains that are not closed, (pain id, statement)."""

    utterance_id: str
    cycle: str
    drawn: str
    persona_id: str
    persona: str
    pain_id: str
    pain: str
    text: str
    context: str
    kind: str
    spoken_at: datetime
    confidence: float
    runner_up_pain_id: str | None
    runner_up: str | None
    runner_up_confidence: float | None
    choices: tuple[tuple[str, str], ...]


def pain_labels(work: Workspace, persona_id: str, pains: pl.DataFrame) -> dict[str, str]:
    """Statements of a persona's pains by id: those of the document first, then discovered ones of ``PAINS``."""
    persona = work.reading.library.get(persona_id)
    found = {pain.id: pain.statement for pain in (persona.pains if persona else ())}
    others = pains.filter(
        pl.col("persona_id") == persona_id,
        pl.col("origin") == "discovered",
        pl.col("status").is_in(["candidate", "confirmed"]),
    ).sort("pain_id")
    for row in others.iter_rows(named=True):
        found.setdefault(row["pain_id"], row["label"])
    return found


def pain_choices(work: Workspace, persona_id: str, *, cycle: str) -> dict[str, str]:
    """Pains that a statement of a cycle may be moved to, as `pain_labels`: not those merged, split or retired since."""
    labels = pain_labels(work, persona_id, work.store.read("pains", cycle=cycle))
    closed = pain_decisions(read_decisions(work.store)).closed_of(persona_id)
    return {pain_id: label for pain_id, label in labels.items() if pain_id not in closed}


class Review:
    """A cycle's matches under review by one person.

    Parameters
    ----------
    cycle
        Name of a cycle that was worked out; None: the newest one.
    by
        Who decides.
    clock
        Gives the moment of each decision.

    Raises
    ------
    UsageError
        The cycle was never worked out.
    """

    def __init__(
        self, work: Workspace, *, cycle: str | None, by: str, clock: Clock, count: int | None = None
    ) -> None:
        self._work, self.by, self._clock = work, by, clock
        self.cycle = _worked_out(work, cycle)
        self._count = count or work.settings.review.queue_size
        name = self.cycle.name
        self._matches = work.store.read("matches", cycle=name)
        self._uncalibrated = work.store.read("uncalibrated", cycle=name)
        self._pains = work.store.read("pains", cycle=name)
        self._decided_pains = pain_decisions(read_decisions(work.store))
        self._models = _models(work, self.cycle)
        self._said = {row["utterance_id"]: row for row in self._utterances().iter_rows(named=True)}

    def _utterances(self) -> pl.DataFrame:
        ids = self._matches["utterance_id"].implode()
        return self._work.store.utterances(self.cycle).filter(pl.col("utterance_id").is_in(ids))

    def items(self) -> list[Item]:
        """What is left to ask: never asked first, then what this or another person skipped."""
        decided = self._decided()
        judged = decided.filter(pl.col("verdict") != log.SKIPPED)["subject"]
        skipped = set(decided["subject"]) - set(judged)
        drawn = self._drawn(decided).filter(~pl.col("utterance_id").is_in(judged.implode()))
        found = [self._item(utterance_id, why) for utterance_id, why in drawn.iter_rows()]
        asked = [item for item in found if item is not None]
        return sorted(asked, key=lambda item: item.utterance_id in skipped)

    def item(self, utterance_id: str) -> Item | None:
        """One match of the cycle; None when nothing is proposed for it."""
        drawn = dict(self._drawn(self._decided()).iter_rows())
        return self._item(utterance_id, drawn.get(utterance_id, CHOSEN))

    def decide(self, item: Item, verdict: str, to_pain_id: str | None = None) -> None:
        """Record a verdict."""
        everything = read_decisions(self._work.store)
        row = self._verdict(
            item, verdict, to_pain_id, self.by, log.next_moment(everything, self._clock())
        )
        record_decisions(self._work, row)

    def undo(self) -> str | None:
        """Take back the last verdict that this person gave here; the statement's id, or None when there is none."""
        everything = read_decisions(self._work.store)
        mine = log.standing(everything).filter(
            pl.col("kind") == log.MATCH,
            pl.col("cycle") == self.cycle.name,
            pl.col("by") == self.by,
        )
        if mine.is_empty():
            return None
        last = mine.row(-1, named=True)
        moment = log.next_moment(everything, self._clock())
        record_decisions(self._work, log.undo(last, at=moment, by=self.by))
        return str(last["subject"])

    def take_in(self, rows: list[Row]) -> tuple[int, list[Rejected]]:
        """Record the verdicts of a sheet; how many, and the rows that do not fit, with line and reason."""
        drawn = dict(self._drawn(self._decided()).iter_rows())
        moment = log.next_moment(read_decisions(self._work.store), self._clock())
        kept, rejected = [], []
        seen: set[str] = set()
        for row in rows:
            item = self._item(row.utterance_id, drawn.get(row.utterance_id, CHOSEN))
            reason = self._wrong(row, item, seen)
            if reason is not None or item is None:
                rejected.append(Rejected(row.line, reason or ""))
                continue
            seen.add(row.utterance_id)
            kept.append(self._verdict(item, row.verdict, row.to_pain_id, row.by or self.by, moment))
        if kept:
            record_decisions(self._work, pl.concat(kept))
        return len(kept), rejected

    def _wrong(self, row: Row, item: Item | None, seen: set[str]) -> str | None:
        if item is None:
            return f"no match of {self.cycle} with this utterance_id"
        if row.utterance_id in seen:
            return "the statement stands in an earlier row too"
        if (row.persona_id, row.pain_id) != (item.persona_id, item.pain_id):
            return "the statement is matched to another pain since the sheet was written"
        if row.verdict == log.MOVED:
            if row.to_pain_id == item.pain_id:
                return "move_to names the pain that it is matched to already"
            if row.to_pain_id not in dict(item.choices):
                return f"move_to names no pain of {item.persona_id}"
        return None

    def summary(self, *, all_cycles: bool = False) -> ReviewSummary:
        """How far this cycle's review is, or what all reviews say."""
        rules = self._work.settings
        return summarise(
            log.in_force(read_decisions(self._work.store)),
            cycle=None if all_cycles else self.cycle.name,
            left=None if all_cycles else len(self.items()),
            accept_at=rules.matching.accept_at,
            level=rules.drift.interval,
        )

    def learn(self) -> list[tuple[str, Trial]]:
        """Try to learn from all decisions; what is better is promoted, and counts from the cycle that runs now.

        Returns
        -------
        What was tried, by name, with what became of it.
        """
        if self._models is None:
            told = "the cycle was worked out before models were noted: run it once with --force"
            return [("calibration", Trial(None, told))]
        rules = self._work.settings
        tried = []
        for name in (log.CALIBRATION, log.THRESHOLD):
            everything = read_decisions(self._work.store)
            decided = log.in_force(everything)
            if name == log.CALIBRATION:
                trial = try_calibration(decided, self._models, review=rules.review)
            else:
                trial = try_threshold(
                    decided, self._models, matching=rules.matching, review=rules.review
                )
            if trial.promotion is not None:
                row = log.decision(
                    at=log.next_moment(everything, self._clock()),
                    by=self.by,
                    kind=name,
                    subject=log.MATCHING,
                    verdict=log.PROMOTED,
                    encoder=self._models.encoder,
                    head=self._models.head,
                    detail=trial.promotion.detail,
                )
                record_decisions(self._work, row)
            tried.append((name, trial))
        return tried

    def _decided(self) -> pl.DataFrame:
        """Verdicts in force on this cycle's statements, skipped ones among them."""
        decided = log.in_force(read_decisions(self._work.store))
        return decided.filter(pl.col("kind") == log.MATCH, pl.col("cycle") == self.cycle.name)

    def _drawn(self, decided: pl.DataFrame) -> pl.DataFrame:
        return draw_queue(
            self._matches,
            self._work.store.accounts_as_of(self.cycle.end),
            decided=decided["subject"].to_list(),
            count=self._count,
            accept_at=self._work.settings.matching.accept_at,
            review=self._work.settings.review,
        )

    def _item(self, utterance_id: str, drawn: str) -> Item | None:
        found = self._matches.filter(
            pl.col("utterance_id") == utterance_id,
            pl.col("pain_id").is_not_null(),
            pl.col("persona_id").is_not_null(),
        )
        if found.is_empty() or utterance_id not in self._said:
            return None
        row, said = found.row(0, named=True), self._said[utterance_id]
        persona = self._work.reading.library.get(row["persona_id"])
        pains = pain_labels(self._work, row["persona_id"], self._pains)
        closed = self._decided_pains.closed_of(row["persona_id"])
        return Item(
            utterance_id=utterance_id,
            cycle=self.cycle.name,
            drawn=drawn,
            persona_id=row["persona_id"],
            persona=persona.name if persona else row["persona_id"],
            pain_id=row["pain_id"],
            pain=pains.get(row["pain_id"], row["pain_id"]),
            text=said["text"],
            context=said["context"] or said["text"],
            kind=row["kind"],
            spoken_at=row["spoken_at"],
            confidence=row["confidence"],
            runner_up_pain_id=row["runner_up_pain_id"],
            runner_up=pains.get(row["runner_up_pain_id"], row["runner_up_pain_id"]),
            runner_up_confidence=row["runner_up_confidence"],
            choices=tuple(
                (i, label) for i, label in pains.items() if i != row["pain_id"] and i not in closed
            ),
        )

    def _verdict(
        self, item: Item, verdict: str, to_pain_id: str | None, by: str, at: datetime
    ) -> pl.DataFrame:
        match = self._matches.filter(pl.col("utterance_id") == item.utterance_id)
        alone = self._uncalibrated.filter(
            pl.col("utterance_id") == item.utterance_id,
            pl.col("persona_id") == item.persona_id,
            pl.col("pain_id") == item.pain_id,
        )
        return log.decision(
            at=at,
            by=by,
            kind=log.MATCH,
            subject=item.utterance_id,
            verdict=verdict,
            persona_id=item.persona_id,
            pain_id=item.pain_id,
            to_pain_id=to_pain_id,
            cycle=item.cycle,
            account_id=match["account_id"][0],
            drawn=item.drawn,
            confidence=item.confidence,
            uncalibrated=alone["uncalibrated"][0] if alone.height else None,
            encoder=self._models.encoder if self._models else None,
            head=self._models.head if self._models else None,
        )


def roll_back(work: Workspace, *, by: str, now: datetime) -> str | None:
    """Take back the last promotion of a calibration or a bar; what it was, or None when there is none.

    The one before it is in force again; nothing is deleted.
    """
    everything = read_decisions(work.store)
    promoted = log.standing(everything).filter(pl.col("verdict") == log.PROMOTED)
    if promoted.is_empty():
        return None
    last = promoted.row(-1, named=True)
    record_decisions(work, log.undo(last, at=log.next_moment(everything, now), by=by))
    return f"{last['kind']} of {last['at']:%Y-%m-%d %H:%M} UTC"


def reopen(work: Workspace, cycle: Cycle, *, by: str, now: datetime) -> bool:
    """Let a cycle that is worked out again use what was decided of its own statements and pains after its end.

    Returns
    -------
    Whether there were any that it did not use before.
    """
    everything = read_decisions(work.store)
    own = everything.filter(
        pl.col("kind").is_in([log.MATCH, *log.PAIN_KINDS]),
        pl.col("cycle") == cycle.name,
    )
    others = everything.filter(pl.col("kind") == log.CYCLE)
    known = log.seen_by_cycle(pl.concat([own, others]), cycle.name, cycle.end)
    late = own.join(known, on="decision_id", how="anti")
    if late.is_empty():
        return False
    row = log.decision(
        at=log.next_moment(everything, now),
        by=by,
        kind=log.CYCLE,
        subject=cycle.name,
        verdict=log.REOPENED,
        cycle=cycle.name,
        detail={"decisions": late.height},
    )
    record_decisions(work, row)
    return True


def _worked_out(work: Workspace, name: str | None) -> Cycle:
    done = sorted(Cycle.parse(found) for found in _evidence_steps(work)["cycle"])
    if name is None:
        if not done:
            raise UsageError("nothing was worked out yet; run `next-evidence run` first")
        return done[-1]
    cycle = named_cycle(name)
    if cycle not in done:
        raise UsageError(f"{cycle} was never worked out; `next-evidence run --until {cycle}` does")
    return cycle


def _evidence_steps(work: Workspace, **equals: Any) -> pl.DataFrame:
    return work.store.read("cycle_runs", step="evidence", **equals)


def _models(work: Workspace, cycle: Cycle) -> Models | None:
    """What the cycle's matches were made with, as its run noted; None in a store of an earlier version."""
    noted = json.loads(_evidence_steps(work, cycle=cycle.name)["manifest"][0])["models"]
    return Models(noted["encoder"], noted["head"]) if isinstance(noted, dict) else None
