"""Months that the replay of the tickets works out in one process have the shifts that a run of the command reports."""

import polars as pl

from next_evidence.api import open_workspace
from next_evidence.records import Cycle, cycles_between
from next_evidence.workspace.workspace import Workspace
from tests.benchmarks.loaded import benchmark
from tests.firm import Firm, call, new_firm, report

replay = benchmark("replay")


def test_months_worked_out_in_one_process_are_those_that_the_command_reports(
    tmp_path,
    encoder,
    capsys,
):
    run, worked_out = new_firm(tmp_path / "run"), new_firm(tmp_path / "worked-out")
    report(run, capsys)
    assert call(worked_out, "pull") == 0

    work = Workspace.open(worked_out.workspace)
    months = cycles_between(Cycle.parse(Firm.months[0]), Cycle.parse(Firm.months[-1]))
    found = pl.concat(list(replay.work_out(work, months)))
    work.close()

    with open_workspace(run.workspace) as opened:
        reported = opened.table("shifts").filter(pl.col("kind") != "language")
    assert (reported["verdict"] == "surface").any()
    assert replay.in_order(found).equals(replay.in_order(reported))
