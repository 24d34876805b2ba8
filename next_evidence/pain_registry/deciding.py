"""What people may decide about discovered pains: name, merge, split, retire, confirm, and take back."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

import polars as pl

from next_evidence.errors import UsageError
from next_evidence.matching.profiles import PainKey
from next_evidence.pain_registry.known import KnownPain, KnownPains
from next_evidence.review import decisions as log
from next_evidence.review.pain_decisions import (
    CLOSED,
    CONFIRMED,
    MERGED,
    NAMED,
    RETIRED,
    SPLIT,
    pain_decision,
    subject,
)
from next_evidence.topics.align import permanent_id
from next_evidence.workspace.cycles import step_digest, step_manifest
from next_evidence.workspace.decisions import read_decisions, record_decisions
from next_evidence.workspace.workspace import Workspace

Clock = Callable[[], datetime]


class PainDecider:
    """One person's decisions about the discovered pains of a workspace. Each is a row of the log.

    Parameters
    ----------
    by
        Who decides.
    clock
        Gives the moment of each decision.

    Raises
    ------
    UsageError
        No cycle was worked out yet.
    """

    def __init__(self, work: Workspace, *, by: str, clock: Clock) -> None:
        self._work, self._by, self._clock = work, by, clock
        self.pains = KnownPains(work)

    def name(self, pain_id: str, name: str, *, persona_id: str | None = None) -> list[KnownPain]:
        """Give a pain a name, in every persona that has it.

        Raises
        ------
        UsageError
            The name is empty or longer than a line.
        """
        name = " ".join(name.split())
        if not 0 < len(name) <= 120:
            raise UsageError("a name has 1 to 120 characters")
        return self._decide(self.pains.find(pain_id, persona_id), NAMED, {"name": name})

    def retire(self, pain_id: str, *, persona_id: str | None = None) -> list[KnownPain]:
        """Say that a pain is none: its statements count for nothing, and it is not found again."""
        return self._decide(self._open(pain_id, persona_id), RETIRED, {})

    def confirm(self, pain_id: str, *, persona_id: str | None = None) -> list[KnownPain]:
        """Say that a candidate is a pain of its own."""
        return self._decide(self._open(pain_id, persona_id), CONFIRMED, {})

    def merge(self, pain_id: str, into: str, *, persona_id: str | None = None) -> list[KnownPain]:
        """Say that a pain is another one, discovered or of the document: that one takes its statements and votes.

        Raises
        ------
        UsageError
            A persona has only one of the two, or the other one is closed or leads back to this one.
        """
        pains = self._open(pain_id, persona_id)
        for pain in pains:
            self._check_target(PainKey(pain.key.persona_id, into), pain.key)
        return self._decide(pains, MERGED, {}, into=into)

    def _check_target(self, target: PainKey, merged: PainKey) -> None:
        """`UsageError`: one pain cannot be merged into the other."""
        into = target.pain_id
        persona = self._work.reading.library.get(target.persona_id)
        listed = persona is not None and persona.pain(into) is not None
        if target == merged or self.pains.decisions.followed(target) == merged:
            raise UsageError(f"{into} leads back to {merged.pain_id}")
        if listed:
            return
        if not self.pains.has(target):
            raise UsageError(f"{target.persona_id} has no pain {into!r} to merge into")
        closed = self.pains.status(target)
        if closed in CLOSED:
            raise UsageError(f"{into} is {closed}; merge into what it became, or undo that")

    def split(
        self,
        pain_id: str,
        parts: Sequence[tuple[str | None, Sequence[str]]],
        *,
        persona_id: str | None = None,
    ) -> list[KnownPain]:
        """Say that a pain is several: each of its statements goes to the part whose examples it is most like.

        Parameters
        ----------
        parts
            Name, or None, and examples of each part: utterance ids, or statements of the pain word for word.

        Raises
        ------
        UsageError
            Fewer than two parts, a part without examples, an example that is no statement of the pain or of two parts, or a pain that
            several personas have and none was named.
        """
        pains = self._open(pain_id, persona_id)
        if len(pains) > 1:
            owners = ", ".join(pain.key.persona_id for pain in pains)
            raise UsageError(f"{owners} have {pain_id}: say in which to split it with --persona")
        if len(parts) < 2 or not all(examples for _, examples in parts):
            raise UsageError("a split needs two parts or more, each with an example")
        said = self._statements(pains[0].key)
        told = [(name, [_example(text, said) for text in texts]) for name, texts in parts]
        every = [i for _, ids in told for i in ids]
        if len(set(every)) < len(every):
            raise UsageError("a statement cannot be an example of two parts, nor of one twice")
        taken = self.pains.ids() | self._given_ids()
        taken |= {pain.id for persona in self._work.reading.library for pain in persona.pains}
        made: list[dict[str, Any]] = []
        for name, ids in told:
            new = permanent_id(self.pains.cycle.name, ids[0], taken=taken)
            taken.add(new)
            made.append({"pain_id": new, "name": name, "examples": ids})
        return self._decide(pains, SPLIT, {"parts": made})

    def undo(self, pain_id: str, *, persona_id: str | None = None) -> list[tuple[KnownPain, str]]:
        """Take back the newest decision on a pain; what was in force before it is again.

        Returns
        -------
        Each pain and the verdict that was taken back.

        Raises
        ------
        UsageError
            Nobody decided anything about it.
        """
        everything = read_decisions(self._work.store)
        rows, moment, told = [], log.next_moment(everything, self._clock()), []
        for pain in self.pains.find(pain_id, persona_id):
            mine = log.standing(everything).filter(
                pl.col("kind").is_in(log.PAIN_KINDS), pl.col("subject") == subject(pain.key)
            )
            if mine.height:
                last = mine.row(-1, named=True)
                rows.append(log.undo(last, at=moment, by=self._by))
                told.append((pain, str(last["verdict"])))
        if not rows:
            raise UsageError(f"nobody has decided anything about {pain_id} that stands")
        record_decisions(self._work, pl.concat(rows))
        return told

    def _open(self, pain_id: str, persona_id: str | None) -> list[KnownPain]:
        pains = self.pains.find(pain_id, persona_id)
        for pain in pains:
            if pain.status in CLOSED:
                raise UsageError(
                    f"{pain_id} is {pain.status}; `next-evidence pains undo {pain_id}` takes that back"
                )
        return pains

    def _decide(
        self,
        pains: Sequence[KnownPain],
        verdict: str,
        detail: Mapping[str, Any],
        *,
        into: str | None = None,
    ) -> list[KnownPain]:
        moment = log.next_moment(read_decisions(self._work.store), self._clock())
        manifest = step_manifest(self._work.store, self.pains.cycle, "evidence")
        models = manifest.get("models", {})
        rows = [
            pain_decision(
                pain.key,
                verdict,
                at=moment,
                by=self._by,
                cycle=self.pains.cycle.name,
                into=into,
                encoder=models.get("encoder"),
                head=models.get("head"),
                detail={**detail, "seen": self._seen(pain)},
            )
            for pain in pains
        ]
        record_decisions(self._work, pl.concat(rows))
        return [
            found
            for pain in pains
            for found in self.pains.find(pain.key.pain_id, pain.key.persona_id)
        ]

    def _seen(self, pain: KnownPain) -> dict[str, Any]:
        """What the person saw: the registry's version, and the statement that stands for the pain."""
        row = self.pains.worked_out(pain.key)
        return {
            "status": pain.status,
            "exemplar": row["exemplar"] if row else None,
            "evidence": step_digest(self._work.store, self.pains.cycle, "evidence"),
        }

    def _given_ids(self) -> set[str]:
        """Ids of parts of every split that was ever decided, taken back or not: none is given again."""
        rows = read_decisions(self._work.store).filter(
            pl.col("kind") == log.PAIN_FATE, pl.col("verdict") == SPLIT
        )
        return {part["pain_id"] for row in rows.to_dicts() for part in log.detail_of(row)["parts"]}

    def _statements(self, key: PainKey) -> dict[str, str]:
        """Words of a pain's statements in all cycles, by utterance id."""
        matches = self._work.store.read(
            "matches", persona_id=key.persona_id, pain_id=key.pain_id
        ).filter(pl.col("status").is_in(["accepted", "review"]))
        return dict(matches.select("utterance_id", "text").iter_rows())


def _example(given: str, said: Mapping[str, str]) -> str:
    """The utterance that an example means: by its id, or word for word."""
    if given in said:
        return given
    wanted = " ".join(given.split()).casefold()
    same = sorted(i for i, text in said.items() if " ".join(text.split()).casefold() == wanted)
    if not same:
        # an example may be a customer's words, which no message repeats
        raise UsageError(
            "an example is neither the id of a statement of this pain nor one of them word for word; "
            "`next-evidence pains show` lists some with their ids, `next-evidence export matches` all"
        )
    return same[0]
