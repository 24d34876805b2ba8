"""What people's decisions do to the outbox: what may go out, and what posted messages say of them.

Decisions are the truth and the outbox follows them: whoever posts next reads the log first. So a decision may be recorded while
a run is at work, and is never lost when nobody can post at that moment.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import polars as pl

from next_evidence.delivery.approval import Answer, Approvals, approvals_asked
from next_evidence.delivery.outbox import Entry
from next_evidence.delivery.protocol import Channel, InteractiveChannel
from next_evidence.review import decisions as log
from next_evidence.review.outcomes import Outcome, outcomes_of, signed
from next_evidence.workspace.decisions import read_decisions
from next_evidence.workspace.manifest import digest_of
from next_evidence.workspace.workspace import Workspace

Brief = tuple[str, str | None]  # cycle, persona id


@dataclass(frozen=True)
class Decided:
    """The log of decisions as deliveries need it, read once.

    ``quoted`` are the statements that each brief quotes; ``shown`` are digests of what posted messages say of decisions, by
    their key.
    """

    approvals: Approvals
    decisions: pl.DataFrame
    quoted: Mapping[Brief, Sequence[str]]
    shown: Mapping[str, str]

    def outcomes(self, entry: Entry) -> tuple[Outcome, ...]:
        """What was decided about the brief that a message opens."""
        if entry.persona_id is None or entry.part != 0:
            return ()
        return outcomes_of(
            self.decisions,
            cycle=entry.cycle,
            persona_id=entry.persona_id,
            quoted=self.quoted.get((entry.cycle, entry.persona_id), ()),
        )

    def digest(self, entry: Entry) -> str:
        """Digest of what a message should say of decisions; empty: nothing."""
        lines = [outcome.line for outcome in self.outcomes(entry)]
        return digest_of(lines) if lines else ""


def read_decided(work: Workspace) -> Decided:
    """Everything that was decided by now."""
    everything = read_decisions(work.store)
    leads, shown = work.store.read("leads"), work.store.read("shown")
    return Decided(
        approvals=Approvals(
            required=work.settings.deliver.approval == "required",
            answers=_answers(everything),
        ),
        decisions=everything,
        quoted={(row["cycle"], row["persona_id"]): row["quoted"] for row in leads.to_dicts()},
        shown=dict(shown.iter_rows()),
    )


def settled(
    entries: Sequence[Entry],
    decided: Decided,
    channels: Mapping[str, Channel],
    *,
    now: datetime,
) -> list[Entry]:
    """Entries that decisions hold, release, drop, annotate or ask about; only those that change."""
    standing = {entry.key: entry for entry in entries}
    changed = decided.approvals.settle(entries, now=now)
    standing |= {entry.key: entry for entry in changed}
    changed += approvals_asked(
        list(standing.values()), channels, answers=decided.approvals.answers, now=now
    )
    changed += [
        # without content: what was posted stays, and says what was decided
        replace(entry, state="planned", attempts=0, problem="", next_attempt_at=now)
        for entry in standing.values()
        if entry.state == "sent"
        and entry.part == 0
        and isinstance(channels.get(entry.channel), InteractiveChannel)
        and decided.digest(entry) != decided.shown.get(entry.key, "")
    ]
    return changed


def _answers(everything: pl.DataFrame) -> dict[tuple[str, str], Answer]:
    """The newest answer to every version of every message that somebody was asked about."""
    rows = log.standing(everything.filter(pl.col("kind") == log.APPROVAL))
    found: dict[tuple[str, str], Answer] = {}
    for row in rows.iter_rows(named=True):
        yes = row["verdict"] == log.APPROVED
        answer = Answer(yes, signed("Approved" if yes else "Declined, and not posted", row))
        for key, content_hash in json.loads(row["detail"])["messages"].items():
            found[key, content_hash] = answer
    return found
