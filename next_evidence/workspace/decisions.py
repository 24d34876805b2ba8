"""Decisions in the store, and in a file of their own beside it: people made them, nothing can make them again.

A decision is written to the file before the store's transaction ends. So a kill at any moment may leave it in the file alone,
never in neither, and `restore` brings the two together.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import polars as pl

from next_evidence.errors import WorkspaceError
from next_evidence.records import Cycle
from next_evidence.review.snoozes import PainOfPersona, Snooze, asleep_in
from next_evidence.schemas import DECISIONS, check, empty
from next_evidence.workspace.store import Store
from next_evidence.workspace.workspace import Workspace

TABLE = "decisions"


@dataclass(frozen=True)
class BackupState:
    """``missing_in_store`` and ``missing_in_backup``: decisions that stand in the other one only; ``unreadable``: lines."""

    decisions: int
    missing_in_store: pl.DataFrame
    missing_in_backup: pl.DataFrame
    unreadable: int

    @property
    def agrees(self) -> bool:
        """Whether store and backup hold the same decisions."""
        return self.missing_in_store.is_empty() and self.missing_in_backup.is_empty()


def read_decisions(store: Store, **equals: Any) -> pl.DataFrame:
    """``DECISIONS`` whose columns equal the values, oldest first; all when none is given."""
    return store.read(TABLE, **equals).sort("at", "decision_id")


def pains_asleep(store: Store, cycle: Cycle) -> Mapping[PainOfPersona, Snooze]:
    """Pains that were snoozed when a cycle ended."""
    return asleep_in(read_decisions(store), cycle)


def record_decisions(work: Workspace, rows: pl.DataFrame) -> None:
    """Add decisions to the store and to its backup.

    Raises
    ------
    WorkspaceError
        The backup cannot be written; the store is left as it was.
    """
    with work.store.transaction() as transaction:
        transaction.append(TABLE, rows)
        _append_backup(work.paths.decisions, rows)


def compare_backup(store: Store, path: Path) -> BackupState:
    """What the store and the backup file hold that the other does not."""
    stored = read_decisions(store)
    kept, unreadable = read_backup(path)
    known = pl.concat([stored, kept])["decision_id"].n_unique()
    return BackupState(
        known,
        kept.join(stored, on="decision_id", how="anti"),
        stored.join(kept, on="decision_id", how="anti"),
        unreadable,
    )


def restore(work: Workspace) -> BackupState:
    """Bring store and backup together; return what each of them had lacked.

    Raises
    ------
    WorkspaceError
        The backup cannot be read or written.
    """
    found = compare_backup(work.store, work.paths.decisions)
    with work.store.transaction() as transaction:
        transaction.append(TABLE, found.missing_in_store)
        if found.missing_in_backup.height:
            _append_backup(work.paths.decisions, found.missing_in_backup)
    return found


def read_backup(path: Path) -> tuple[pl.DataFrame, int]:
    """Decisions in a backup file, each once, and how many lines could not be read, such as one cut short by a kill.

    Raises
    ------
    WorkspaceError
        The file is there but cannot be opened.
    """
    try:
        text = path.read_text(encoding="utf-8", errors="replace") if path.exists() else ""
    except OSError as error:
        raise WorkspaceError(f"{path.name} cannot be read ({error.strerror})") from None
    rows, unreadable = [], 0
    for line in text.splitlines():
        if not line:
            continue
        try:
            row = json.loads(line)
            row["at"] = datetime.fromisoformat(row["at"])
            rows.append(pl.DataFrame([{**dict.fromkeys(DECISIONS), **row}], schema=DECISIONS))
        except (ValueError, TypeError, KeyError, pl.exceptions.PolarsError):
            unreadable += 1
    frame = pl.concat([empty(DECISIONS), *rows])
    return frame.unique("decision_id", keep="first").sort("at", "decision_id"), unreadable


def _append_backup(path: Path, rows: pl.DataFrame) -> None:
    lines = [
        json.dumps({**row, "at": row["at"].isoformat()}, ensure_ascii=False)
        for row in check(rows, DECISIONS, table=TABLE).to_dicts()
    ]
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        torn = path.exists() and path.stat().st_size > 0 and path.read_bytes()[-1:] != b"\n"
        with path.open("a", encoding="utf-8") as handle:
            # what a kill cut short must not swallow the line behind it
            handle.write(("\n" if torn else "") + "\n".join(lines) + "\n")
            handle.flush()
            os.fsync(handle.fileno())
    except OSError as error:
        raise WorkspaceError(f"{path.name} cannot be written ({error.strerror})") from None
