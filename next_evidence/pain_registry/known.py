"""Discovered pains as they stand after every decision, whether or not a cycle has used it yet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from next_evidence.errors import UsageError
from next_evidence.matching.profiles import PainKey
from next_evidence.records import Cycle
from next_evidence.review.pain_decisions import CLOSED, CONFIRMED, PainDecisions, pain_decisions
from next_evidence.workspace.decisions import read_decisions
from next_evidence.workspace.workspace import Workspace


@dataclass(frozen=True)
class KnownPain:
    """A discovered pain as it stands now."""

    key: PainKey
    label: str
    status: str
    found_label: str
    first_cycle: str | None
    last_cycle: str | None
    accounts: int  # that raised it in its last cycle
    into: str | None = None
    parts: tuple[str, ...] = ()


class KnownPains:
    """Discovered pains of a workspace, as of the newest cycle that was worked out and of every decision made since.

    Raises
    ------
    UsageError
        No cycle was worked out yet.
    """

    def __init__(self, work: Workspace) -> None:
        self._work = work
        done = work.store.read("cycle_runs", step="evidence")["cycle"].to_list()
        if not done:
            raise UsageError("nothing was worked out yet; run `next-evidence run` first")
        self.cycle = max(Cycle.parse(name) for name in done)
        self._rows = self._of_newest("pains")
        self._found = self._of_newest("candidates")

    def _of_newest(self, table: str) -> dict[PainKey, dict[str, Any]]:
        rows = self._work.store.read(table, cycle=self.cycle.name).to_dicts()
        return {PainKey(row["persona_id"], row["pain_id"]): row for row in rows}

    @property
    def decisions(self) -> PainDecisions:
        """What is in force now."""
        return pain_decisions(read_decisions(self._work.store))

    def all(self, persona_id: str | None = None) -> list[KnownPain]:
        """Discovered pains, by persona and id."""
        decisions, votes = self.decisions, self._raising()
        keys = set(self._found) | _parts(decisions)
        chosen = sorted(k for k in keys if persona_id in (None, k.persona_id))
        return [self._known(key, decisions, votes) for key in chosen]

    def find(self, pain_id: str, persona_id: str | None = None) -> list[KnownPain]:
        """A discovered pain in every persona that has it.

        Raises
        ------
        UsageError
            No discovered pain has this id; a document's pain is changed in its document.
        """
        found = [pain for pain in self.all(persona_id) if pain.key.pain_id == pain_id]
        if found:
            return found
        owners = [persona.id for persona in self._work.reading.library if persona.pain(pain_id)]
        if owners:
            raise UsageError(
                f"{pain_id} stands in the document of {', '.join(owners)}: people change documents themselves"
            )
        ids = sorted({pain.key.pain_id for pain in self.all(persona_id)})
        raise UsageError(f"no discovered pain {pain_id!r}; there are: {', '.join(ids) or 'none'}")

    def ids(self) -> set[str]:
        """Ids of every pain that the newest cycle knows, of documents or found."""
        return {key.pain_id for key in (*self._rows, *self._found)}

    def worked_out(self, key: PainKey) -> Mapping[str, Any] | None:
        """A pain as the newest cycle has it: its row of ``pains``, else as the engine found it; None: that cycle has none."""
        return self._rows.get(key) or self._found.get(key)

    def has(self, key: PainKey) -> bool:
        """Whether a persona has such a discovered pain: found, or made by a split that stands."""
        return key in self._found or key in _parts(self.decisions)

    def status(self, key: PainKey) -> str:
        """Where a discovered pain stands now."""
        return self._status(key, self.decisions)

    def _known(
        self, key: PainKey, decisions: PainDecisions, votes: Mapping[PainKey, int]
    ) -> KnownPain:
        found = self._found.get(key)
        shown = self.worked_out(key) or {}
        fate = decisions.fates.get(key)
        label = found["label"] if found else shown.get("label") or key.pain_id
        return KnownPain(
            key=key,
            label=decisions.names.get(key, label),
            status=self._status(key, decisions),
            found_label=label,
            first_cycle=shown.get("first_cycle"),
            last_cycle=shown.get("last_cycle"),
            accounts=votes.get(key, 0),
            into=fate.into if fate else None,
            parts=tuple(part.pain_id for part in fate.parts) if fate else (),
        )

    def _status(self, key: PainKey, decisions: PainDecisions) -> str:
        fate, found, row = decisions.fates.get(key), self._found.get(key), self._rows.get(key)
        if fate is not None and fate.verdict in CLOSED:
            return fate.verdict
        status = str(found["status"]) if found else "candidate"
        if found is None and row is not None and row["status"] == "faded":
            status = "faded"
        return CONFIRMED if fate is not None and status == "candidate" else status

    def _raising(self) -> dict[PainKey, int]:
        """Accounts that raised each pain in the last cycle in which anybody did."""
        known = sorted({key.pain_id for key in self._rows})
        newest = (
            self._work.store.read("votes", pain_id=known)
            .filter("raises")
            .group_by("persona_id", "pain_id", "cycle")
            .agg(pl.col("account_id").n_unique())
            .sort("cycle")
            .unique(["persona_id", "pain_id"], keep="last")
        )
        return {PainKey(row[0], row[1]): row[3] for row in newest.iter_rows()}


def _parts(decisions: PainDecisions) -> set[PainKey]:
    """What splits made, as far as they stand."""
    return {
        PainKey(key.persona_id, part.pain_id)
        for key, fate in decisions.fates.items()
        for part in fate.parts
    }
