"""Null replays of a workspace: worked out, kept beside what they used, and found again for a brief's foot."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from next_evidence.brief.measure import History, cover
from next_evidence.errors import UsageError
from next_evidence.records import Cycle
from next_evidence.replay.audit import CYCLES_A_YEAR, Audit, Conditions, audits
from next_evidence.replay.changes import LOOKS
from next_evidence.replay.voters import Voters, read_voters
from next_evidence.settings import Settings
from next_evidence.workspace.cycles import step_digest
from next_evidence.workspace.history import load_history
from next_evidence.workspace.manifest import code_version, digest_of, digest_of_frame
from next_evidence.workspace.tables import AUDITS
from next_evidence.workspace.workspace import Workspace

LEAST_CYCLES = 4  # the first in which the document's time is compared with anything
_EVIDENCE = ("company", "sources", "persona_library")  # felt in evidence, which has its own digest


@dataclass(frozen=True)
class Replayable:
    """What null replays of a workspace need, read once.

    ``accounts`` is the CRM at the end of each cycle; ``seed`` follows from the votes, so that the same votes are shuffled
    the same way at whatever settings.
    """

    cycles: tuple[Cycle, ...]
    history: History
    accounts: Mapping[str, pl.DataFrame]
    voters: Mapping[str, Voters]
    seed: int


def read_replayable(work: Workspace) -> Replayable:
    """Read the reported cycles of a workspace.

    Raises
    ------
    UsageError
        Fewer than four cycles were reported.
    """
    cycles = work.cycles()
    if len(cycles) < LEAST_CYCLES:
        raise UsageError(
            f"{len(cycles)} cycles were reported, and {LEAST_CYCLES} are needed to compare anything; "
            "`next-evidence run --since FIRST --until LAST` reports past ones"
        )
    history = load_history(work, cycles[-1])
    read = {
        persona.id: read_voters(history.heard, history.votes, persona, cycle=cycles[-1])
        for persona in work.reading.library.tracked
    }
    digests = [digest_of_frame(history.heard), digest_of_frame(history.votes)]
    return Replayable(
        cycles=cycles,
        history=history,
        accounts={cycle.name: work.store.accounts_as_of(cycle.end) for cycle in cycles},
        voters={persona_id: voters for persona_id, voters in read.items() if voters is not None},
        seed=int(digest_of(digests), 16),
    )


def null_replays(
    work: Workspace,
    read: Replayable,
    *,
    settings: Settings,
    replays: int,
    progress: Callable[[int], None],
) -> Audit:
    """Audit a workspace at some settings; see `replay.audit.audit`."""
    covered = {cycle.name: covered_at(work, read, cycle, settings) for cycle in read.cycles}
    (done,) = null_replays_at(
        work, read, [Conditions(settings, covered)], replays=replays, progress=progress
    )
    return done


def null_replays_at(
    work: Workspace,
    read: Replayable,
    conditions: Sequence[Conditions],
    *,
    replays: int,
    progress: Callable[[int], None],
) -> tuple[Audit, ...]:
    """Audit a workspace under each of several conditions; see `replay.audit.audits`."""
    return audits(
        read.voters,
        work.reading.library,
        conditions=conditions,
        replays=replays,
        seed=read.seed,
        progress=progress,
    )


def covered_at(work: Workspace, read: Replayable, cycle: Cycle, settings: Settings) -> pl.DataFrame:
    """``COVERAGE`` of a reported cycle at some settings."""
    history = read.history.until(cycle, accounts=read.accounts[cycle.name])
    return cover(history, work.reading.library, cycle=cycle, settings=settings)


def save_audit(work: Workspace, done: Audit) -> None:
    """Keep an audit with what it used, in place of an earlier one of the same cycles and settings."""
    last = Cycle.parse(done.cycles[-1])
    row = {
        "last_cycle": last.name,
        "standing": _standing(work),
        "first_cycle": done.cycles[0],
        "evidence": step_digest(work.store, last, "evidence"),
        "replays": done.replays,
        "alarms_a_year": done.per_year.value,
        "alarms_low": done.per_year.low,
        "alarms_high": done.per_year.high,
        "result": json.dumps(done.as_dict(), sort_keys=True),
    }
    with work.store.transaction() as transaction:
        transaction.delete("audits", last_cycle=row["last_cycle"], standing=row["standing"])
        transaction.append("audits", pl.DataFrame([row], schema=AUDITS))


def audit_line(work: Workspace, cycle: Cycle) -> tuple[str, str]:
    """What the foot of this cycle's briefs says of false alarms: a name, and its value.

    An audit stands in briefs of its last cycle and later, for half a year, while settings, documents and versions are those that it
    was made with. Of several the newest counts. So nothing said after a cycle is told in it.
    """
    known = work.store.read("audits", standing=_standing(work))
    oldest = cycle
    for _ in range(CYCLES_A_YEAR[work.settings.cadence] // 2):
        oldest = oldest.previous()
    usable = [row for row in known.to_dicts() if oldest <= Cycle.parse(row["last_cycle"]) <= cycle]
    if not usable:
        return "Null replay", "not run at these settings and documents (next-evidence audit)"
    row = max(usable, key=lambda one: Cycle.parse(one["last_cycle"]))
    bounds = f"{row['alarms_low']:.1f} to {row['alarms_high']:.1f}"
    return (
        f"Null replay of {row['first_cycle']} to {row['last_cycle']}",
        f"about {row['alarms_a_year']:.1f} false alarms a year ({bounds}) at these settings, {row['replays']} replays",
    )


def _standing(work: Workspace) -> str:
    """Digest of settings, documents and code that an audit holds for."""
    settings = work.settings.model_dump(mode="json", exclude={*LOOKS, *_EVIDENCE})
    personas = [persona.model_dump(mode="json") for persona in work.reading.library]
    return digest_of([settings, personas, code_version()])
