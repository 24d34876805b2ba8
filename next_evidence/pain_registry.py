"""The registry of discovered pains in people's hands: look at it, and decide. Nothing here changes a persona document.

A decision is a row of the log. It counts from the cycle in which it is made on, and in an earlier one once that is run again by
force; `discovery` lays decisions over what the engine found.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import polars as pl

from next_evidence.errors import UsageError
from next_evidence.matching.profiles import PainKey
from next_evidence.records import Cycle
from next_evidence.review import decisions as log
from next_evidence.review.pain_decisions import (
    CLOSED,
    CONFIRMED,
    MERGED,
    NAMED,
    RETIRED,
    SPLIT,
    PainDecisions,
    pain_decision,
    pain_decisions,
    subject,
)
from next_evidence.topics.align import permanent_id
from next_evidence.workspace.cycles import step_digest, step_manifest
from next_evidence.workspace.decisions import read_decisions, record_decisions
from next_evidence.workspace.workspace import Workspace

Clock = Callable[[], datetime]
EXAMPLES_OF_A_PROPOSAL = 3
_PAINS = [log.PAIN_NAME, log.PAIN_FATE]


@dataclass(frozen=True)
class KnownPain:
    """A discovered pain as it stands after every decision, whether or not a cycle has used it yet."""

    key: PainKey
    label: str
    status: str
    found_label: str
    first_cycle: str | None
    last_cycle: str | None
    accounts: int  # that raised it in its last cycle
    into: str | None = None
    parts: tuple[str, ...] = ()


@dataclass(frozen=True)
class LineageEvent:
    """One moment in a pain's life: what the engine saw (``by`` None) or what a person decided, with its evidence.

    ``evidence`` are statements by utterance id; an erased one is left out. ``told`` is a short English sentence.
    """

    when: str
    event: str
    by: str | None
    told: str
    evidence: Mapping[str, str]
    decision_id: str | None = None
    undone: bool = False


class PainRegistry:
    """Discovered pains of a workspace, as of the newest cycle that was worked out.

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
        self._work, self.by, self._clock = work, by, clock
        done = work.store.read("cycle_runs", step="evidence")["cycle"].to_list()
        if not done:
            raise UsageError("nothing was worked out yet; run `next-evidence run` first")
        self.cycle = max(Cycle.parse(name) for name in done)
        self._rows = {
            PainKey(row["persona_id"], row["pain_id"]): row
            for row in work.store.read("pains", cycle=self.cycle.name).to_dicts()
        }
        self._found = {
            PainKey(row["persona_id"], row["pain_id"]): row
            for row in work.store.read("candidates", cycle=self.cycle.name).to_dicts()
        }

    @property
    def decisions(self) -> PainDecisions:
        """What is in force now."""
        return pain_decisions(read_decisions(self._work.store))

    def pains(self, persona_id: str | None = None) -> list[KnownPain]:
        """Discovered pains, by persona and id."""
        decisions, votes = self.decisions, self._raising()
        keys = set(self._found) | self._parts(decisions)
        chosen = sorted(k for k in keys if persona_id in (None, k.persona_id))
        return [self._known(key, decisions, votes) for key in chosen]

    def find(self, pain_id: str, persona_id: str | None = None) -> list[KnownPain]:
        """A discovered pain in every persona that has it.

        Raises
        ------
        UsageError
            No discovered pain has this id; a document's pain is changed in its document.
        """
        found = [pain for pain in self.pains(persona_id) if pain.key.pain_id == pain_id]
        if found:
            return found
        owners = [persona.id for persona in self._work.reading.library if persona.pain(pain_id)]
        if owners:
            raise UsageError(
                f"{pain_id} stands in the document of {', '.join(owners)}: people change documents themselves"
            )
        ids = sorted({pain.key.pain_id for pain in self.pains(persona_id)})
        raise UsageError(f"no discovered pain {pain_id!r}; there are: {', '.join(ids) or 'none'}")

    def lineage(self, pain: KnownPain) -> list[LineageEvent]:
        """A pain's life, oldest first."""
        key = pain.key
        ledger = self._work.store.read(
            "ledger", persona_id=key.persona_id, pain_id=key.pain_id
        ).sort("cycle", maintain_order=True)
        everything = read_decisions(self._work.store)
        undone = set(everything["undoes"].drop_nulls())
        own = everything.filter(
            pl.col("kind").is_in(_PAINS), pl.col("verdict") != log.UNDONE, _about(key)
        )
        ids = {i for row in ledger["evidence"] for i in row}
        details = [log.detail_of(row) for row in own.to_dicts()]
        ids |= {i for detail in details for i in _shown(detail)}
        texts = self.texts(sorted(ids))
        events = [
            LineageEvent(
                row["cycle"], row["event"], None, row["detail"], _quoted(row["evidence"], texts)
            )
            for row in ledger.to_dicts()
        ]
        decided = [
            LineageEvent(
                f"{row['at']:%Y-%m-%d %H:%M}",
                row["verdict"],
                row["by"],
                _told(row, detail, key),
                _quoted(_shown(detail), texts),
                row["decision_id"],
                row["decision_id"] in undone,
            )
            for row, detail in zip(own.to_dicts(), details, strict=True)
        ]
        return sorted([*events, *decided], key=lambda event: event.when)

    def texts(self, ids: Sequence[str]) -> dict[str, str]:
        """Words of statements by utterance id; erased ones are left out."""
        said = self._work.store.read("utterances", utterance_id=list(ids)) if ids else None
        return {} if said is None else dict(said.select("utterance_id", "text").iter_rows())

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
        return self._decide(self.find(pain_id, persona_id), NAMED, {"name": name})

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
        decisions = self.decisions
        for pain in pains:
            target = PainKey(pain.key.persona_id, into)
            row = self._rows.get(target)
            persona = self._work.reading.library.get(target.persona_id)
            listed = persona is not None and persona.pain(into) is not None
            if into == pain_id or decisions.followed(target) == pain.key:
                raise UsageError(f"{into} leads back to {pain_id}")
            if not listed and target not in self._found and target not in self._parts(decisions):
                raise UsageError(f"{target.persona_id} has no pain {into!r} to merge into")
            closed = self._status(target, decisions, row)
            if not listed and closed in CLOSED:
                raise UsageError(f"{into} is {closed}; merge into what it became, or undo that")
        return self._decide(pains, MERGED, {}, into=into)

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
        taken = {key.pain_id for key in (*self._rows, *self._found)}
        taken |= set(self._given_ids()) | {
            p.id for persona in self._work.reading.library for p in persona.pains
        }
        made: list[dict[str, Any]] = []
        for name, ids in told:
            new = permanent_id(self.cycle.name, ids[0], taken=taken)
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
        for pain in self.find(pain_id, persona_id):
            mine = log.standing(everything).filter(
                pl.col("kind").is_in(_PAINS), pl.col("subject") == subject(pain.key)
            )
            if mine.height:
                last = mine.row(-1, named=True)
                rows.append(log.undo(last, at=moment, by=self.by))
                told.append((pain, str(last["verdict"])))
        if not rows:
            raise UsageError(f"nobody has decided anything about {pain_id} that stands")
        record_decisions(self._work, pl.concat(rows))
        return told

    def proposal(self, pain: KnownPain) -> dict[str, Any]:
        """What a document would say of a pain: its id, its label as a statement, and statements of different accounts.

        A person copies it into the document, in their own words; from then on the pain is the document's, under this id.
        """
        matches = self._work.store.read(
            "matches",
            persona_id=pain.key.persona_id,
            pain_id=pain.key.pain_id,
            status="accepted",
        )
        typical = (
            matches.filter(pl.col("stance") == "raises")
            .sort(["confidence", "utterance_id"], descending=[True, False])
            .unique("account_id", keep="first", maintain_order=True)
            .head(EXAMPLES_OF_A_PROPOSAL)
        )
        return {
            "persona": pain.key.persona_id,
            "add_pain": {
                "id": pain.key.pain_id,
                "statement": pain.label,
                "examples": typical["text"].to_list(),
            },
            "evidence": {
                "first_heard": pain.first_cycle,
                "last_heard": pain.last_cycle,
                "accounts": matches["account_id"].drop_nulls().n_unique(),
                "statements": matches.height,
                "utterance_ids": typical["utterance_id"].to_list(),
            },
        }

    def _open(self, pain_id: str, persona_id: str | None) -> list[KnownPain]:
        pains = self.find(pain_id, persona_id)
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
        manifest = step_manifest(self._work.store, self.cycle, "evidence")
        models = manifest.get("models", {})
        rows = [
            pain_decision(
                pain.key,
                verdict,
                at=moment,
                by=self.by,
                cycle=self.cycle.name,
                into=into,
                encoder=models.get("encoder"),
                head=models.get("head"),
                detail={**detail, "seen": self._seen(pain)},
            )
            for pain in pains
        ]
        record_decisions(self._work, pl.concat(rows))
        return [
            found for pain in pains for found in self.find(pain.key.pain_id, pain.key.persona_id)
        ]

    def _seen(self, pain: KnownPain) -> dict[str, Any]:
        """What the person saw: the registry's version, and the statement that stands for the pain."""
        row = self._rows.get(pain.key) or self._found.get(pain.key)
        return {
            "status": pain.status,
            "exemplar": row["exemplar"] if row else None,
            "evidence": step_digest(self._work.store, self.cycle, "evidence"),
        }

    def _known(
        self, key: PainKey, decisions: PainDecisions, votes: Mapping[PainKey, int]
    ) -> KnownPain:
        row, found = self._rows.get(key), self._found.get(key)
        shown = row or found or {}
        fate = decisions.fates.get(key)
        label = found["label"] if found else shown.get("label") or key.pain_id
        return KnownPain(
            key=key,
            label=decisions.names.get(key, label),
            status=self._status(key, decisions, row),
            found_label=label,
            first_cycle=shown.get("first_cycle"),
            last_cycle=shown.get("last_cycle"),
            accounts=votes.get(key, 0),
            into=fate.into if fate else None,
            parts=tuple(part.pain_id for part in fate.parts) if fate else (),
        )

    def _status(self, key: PainKey, decisions: PainDecisions, row: Mapping[str, Any] | None) -> str:
        fate, found = decisions.fates.get(key), self._found.get(key)
        if fate is not None and fate.verdict in CLOSED:
            return fate.verdict
        status = str(found["status"]) if found else "candidate"
        if found is None and row is not None and row["status"] == "faded":
            status = "faded"
        return CONFIRMED if fate is not None and status == "candidate" else status

    def _raising(self) -> dict[PainKey, int]:
        """Accounts that raised each pain in the last cycle in which anybody did."""
        votes = self._work.store.read("votes").filter(pl.col("raises"))
        votes = votes.filter(pl.col("pain_id").is_in(sorted({k.pain_id for k in self._rows})))
        newest = (
            votes.group_by("persona_id", "pain_id", "cycle")
            .agg(pl.col("account_id").n_unique())
            .sort("cycle")
            .unique(["persona_id", "pain_id"], keep="last")
        )
        return {PainKey(row[0], row[1]): row[3] for row in newest.iter_rows()}

    def _parts(self, decisions: PainDecisions) -> set[PainKey]:
        """Parts that stand."""
        return {
            PainKey(key.persona_id, part.pain_id)
            for key, fate in decisions.fates.items()
            for part in fate.parts
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


def _about(key: PainKey) -> pl.Expr:
    """Decisions on a pain, and those that brought others into it or made it."""
    own = pl.col("subject") == subject(key)
    into = (pl.col("persona_id") == key.persona_id) & (pl.col("to_pain_id") == key.pain_id)
    made = (
        (pl.col("persona_id") == key.persona_id)
        & (pl.col("verdict") == SPLIT)
        & pl.col("detail").str.contains(f'"{key.pain_id}"', literal=True)
    )
    return (own | into | made).fill_null(False)


def _shown(detail: Mapping[str, Any]) -> list[str]:
    """Utterance ids that a decision rests on."""
    examples = [i for part in detail.get("parts", ()) for i in part["examples"]]
    typical = detail.get("seen", {}).get("exemplar")
    return examples or ([typical] if typical else [])


def _quoted(ids: Sequence[str], texts: Mapping[str, str]) -> dict[str, str]:
    return {i: texts[i] for i in ids if i in texts}


def _told(row: Mapping[str, Any], detail: Mapping[str, Any], key: PainKey) -> str:
    other = f"{row['pain_id']} " if row["pain_id"] != key.pain_id else ""
    if row["verdict"] == NAMED:
        return f'as "{detail["name"]}"'
    if row["verdict"] == MERGED:
        return f"{other}into {row['to_pain_id']}"
    if row["verdict"] == SPLIT:
        return f"{other}into {', '.join(part['pain_id'] for part in detail['parts'])}"
    return ""


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
