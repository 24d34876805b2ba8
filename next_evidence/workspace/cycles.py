"""What a cycle rests on and what was worked out of it: digests, and reads that stop at a cycle."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import polars as pl

from next_evidence.records import Cycle, cycles_up_to
from next_evidence.workspace.manifest import digest_of, digest_of_frame, manifest_text
from next_evidence.workspace.store import Store, Transaction
from next_evidence.workspace.tables import CYCLE_INPUTS, CYCLE_RUNS
from next_evidence.workspace.workspace import Workspace


def input_digest(work: Workspace, cycle: Cycle) -> str:
    """Digest of a cycle's statements and of the accounts that made them, as they stood.

    It is kept, and computed again only after a pull has touched the cycle: a run over a long history does
    not read it.
    """
    stored = work.store.read("cycle_inputs", cycle=cycle.name)
    if stored.height and stored["digest"][0] is not None:
        return str(stored["digest"][0])
    said = work.store.utterances(cycle)
    accounts = work.store.accounts_as_of(cycle.end)
    speaking = accounts.filter(pl.col("account_id").is_in(said["account_id"].unique().implode()))
    digest = digest_of([digest_of_frame(said), digest_of_frame(speaking)])
    row = pl.DataFrame([(cycle.name, digest)], schema=CYCLE_INPUTS, orient="row")
    with work.store.transaction() as transaction:
        transaction.replace("cycle_inputs", row, key="cycle")
    return digest


def is_current(store: Store, cycle: Cycle, step: str, used: Mapping[str, Any]) -> bool:
    """Whether a step was worked out from exactly this."""
    return step_digest(store, cycle, step) == digest_of(used)


def step_digest(store: Store, cycle: Cycle, step: str) -> str:
    """Digest of what a step was worked out from; empty: it was not."""
    stored = store.read("cycle_runs", cycle=cycle.name, step=step)
    return str(stored["digest"][0]) if stored.height else ""


def step_manifest(store: Store, cycle: Cycle, step: str) -> dict[str, Any]:
    """What a step was worked out from; empty: it was not."""
    stored = store.read("cycle_runs", cycle=cycle.name, step=step)
    return dict(json.loads(stored["manifest"][0])) if stored.height else {}


def record(transaction: Transaction, cycle: Cycle, step: str, used: Mapping[str, Any]) -> None:
    """Note, with its results, what a step was worked out from."""
    row = (cycle.name, step, digest_of(used), manifest_text(used))
    transaction.delete("cycle_runs", cycle=cycle.name, step=step)
    transaction.append("cycle_runs", pl.DataFrame([row], schema=CYCLE_RUNS, orient="row"))


def put_tables(transaction: Transaction, cycle: Cycle, tables: Mapping[str, pl.DataFrame]) -> None:
    """Put rows of a cycle in place of those that stand, table by table."""
    for name, rows in tables.items():
        transaction.delete(name, cycle=cycle.name)
        transaction.append(name, rows)


def reported_whole(work: Workspace) -> tuple[Cycle, ...]:
    """Cycles that were reported after their end, oldest first: nothing more is to come of them."""
    runs = work.store.read("cycle_runs", step="report").to_dicts()
    whole = [row["cycle"] for row in runs if json.loads(row["manifest"]).get("whole", True)]
    return tuple(sorted(Cycle.parse(name) for name in whole))


def earlier(work: Workspace, table: str, cycle: Cycle, count: int) -> pl.DataFrame:
    """Rows of a table from the ``count`` cycles before this one."""
    names = [before.name for before in cycles_up_to(cycle.previous(), count)]
    return work.store.read(table, cycle=names)


def worked_out_until(work: Workspace, cycle: Cycle, step: str) -> list[str]:
    """Names of the cycles up to this one, itself included, of which a step was worked out."""
    names = work.store.read("cycle_runs", step=step)["cycle"].to_list()
    return sorted(name for name in names if Cycle.parse(name) <= cycle)
