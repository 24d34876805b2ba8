from datetime import UTC, datetime

import polars as pl
import pytest
import sqlalchemy as sa

from next_evidence.errors import WorkspaceError
from next_evidence.personas.library import read_library
from next_evidence.review.decisions import decision
from next_evidence.settings import Settings
from next_evidence.workspace.decisions import (
    compare_backup,
    read_backup,
    read_decisions,
    record_decisions,
    restore,
)
from next_evidence.workspace.paths import WorkspacePaths
from next_evidence.workspace.store import Store
from next_evidence.workspace.workspace import Workspace


def opened(folder):
    paths = WorkspacePaths(folder)
    return Workspace(paths, Settings(), read_library({}), Store.open(paths.store))


@pytest.fixture
def work(tmp_path):
    made = opened(tmp_path)
    yield made
    made.close()


def verdict(n, what="accepted"):
    return decision(
        at=datetime(2026, 10, n, 9, 30, 1, 5, tzinfo=UTC), by="Ann Ö", kind="match", subject=f"u-{n}", verdict=what,
        confidence=0.25, detail={"n": n},
    )  # fmt: skip


def test_a_decision_stands_in_the_store_and_in_its_backup(work):
    record_decisions(work, verdict(2))
    record_decisions(work, verdict(1))

    stored = read_decisions(work.store)
    assert stored.equals(pl.concat([verdict(1), verdict(2)]))
    assert read_backup(work.paths.decisions)[0].equals(stored)
    assert compare_backup(work.store, work.paths.decisions).agrees


@pytest.mark.parametrize("statement", ["DELETE FROM decisions", "UPDATE decisions SET by = 'x'"])
def test_nothing_deletes_or_changes_a_decision_not_even_sql(work, statement):
    record_decisions(work, verdict(1))

    with pytest.raises(WorkspaceError, match="never deleted"), work.store.transaction() as step:
        step.delete("decisions")
    with (
        pytest.raises(sa.exc.IntegrityError, match="only ever added"),
        work.store._engine.begin() as connection,
    ):
        connection.exec_driver_sql(statement)

    assert read_decisions(work.store).equals(verdict(1))


def test_a_lost_store_gets_its_decisions_back(work, tmp_path):
    record_decisions(work, pl.concat([verdict(1), verdict(2, "rejected")]))
    work.close()
    work.paths.store.unlink()

    again = opened(tmp_path)
    assert compare_backup(again.store, again.paths.decisions).missing_in_store.height == 2
    assert restore(again).missing_in_store.height == 2

    assert read_decisions(again.store).equals(pl.concat([verdict(1), verdict(2, "rejected")]))
    assert restore(again).agrees
    again.close()


def test_a_lost_backup_is_written_again(work):
    record_decisions(work, verdict(1))
    work.paths.decisions.unlink()

    assert restore(work).missing_in_backup.height == 1

    assert read_backup(work.paths.decisions)[0].equals(verdict(1))


def test_a_line_cut_short_by_a_kill_costs_no_other_decision(work):
    record_decisions(work, verdict(1))
    with work.paths.decisions.open("a") as handle:
        handle.write('{"decision_id": "2026')
    record_decisions(work, verdict(2))

    kept, unreadable = read_backup(work.paths.decisions)

    assert kept["subject"].to_list() == ["u-1", "u-2"]
    assert unreadable == 1


def test_without_its_backup_no_decision_is_kept(work):
    work.paths.decisions.mkdir(parents=True)  # a folder where the file should be

    with pytest.raises(WorkspaceError, match="cannot be written"):
        record_decisions(work, verdict(1))

    assert read_decisions(work.store).is_empty()
