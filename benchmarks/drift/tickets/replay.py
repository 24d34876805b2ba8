"""Replay dated Firefox support tickets, December 2018 to June 2022, through the engine, month by month.

    python benchmarks/drift/tickets/replay.py [--data FOLDER] --work FOLDER [--per-month 300] [--report MONTH ...]

``--data`` (or ``NEXT_EVIDENCE_DATA``) is the folder that holds ``mozilla_firefox_tickets``; the page beside this script says
where the public gets it. Makes a workspace of ordinary exports (`tickets_jsonl`, `accounts_csv`) and of the personas beside
this script, and pulls it with the command line. Askers are accounts; their operating system is their segment. Of every month,
the same number of questions in English is drawn by a hash of their ids, so a smaller draw is part of every larger one.

Then each month is worked out in this one process by the functions that ``next-evidence run`` calls: `work_out_evidence` (persona,
pain, discovery, votes) and `measure` (shifts, coverage, verdicts); words and briefs are left out. Verdicts are written to
``shifts.parquet`` in the workspace, after every month. Months named by ``--report`` are run by the command afterwards, briefs and all, and the script
fails if their shifts are not the same. Stopped and started again, it goes on where it was.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import polars as pl

from next_evidence.api import open_workspace
from next_evidence.brief.measure import measure
from next_evidence.cycle import work_out_evidence
from next_evidence.engine import Engine
from next_evidence.lessons import taught_by
from next_evidence.records import Cycle, cycles_between
from next_evidence.workspace.history import load_history
from next_evidence.workspace.lock import hold
from next_evidence.workspace.workspace import Workspace

HERE = Path(__file__).resolve().parent
QUESTIONS = "mozilla_firefox_tickets/questions_2018-12_2022-06.parquet"
FIRST, LAST = "2018-12", "2022-06"
SHIFTS = "shifts.parquet"
SETTINGS = """company:
  name: Browser
  domains: []
cadence: monthly
matching:
  persona_accept_at: 0.4  # askers have no title and write once; at 0.6 four in ten belong to nobody (2018-12 to 2019-03)
gate:
  min_sources: 1  # there is only one
persona_library: persona_library
sources:
  - {name: accounts, connector: accounts_csv, options: {file: raw/accounts.csv}}
  - {name: tickets, connector: tickets_jsonl, options: {file: raw/tickets.jsonl}}
deliveries:
  - use: folder
    options: {path: briefs}
"""


def questions(data: Path, per_month: int) -> pl.DataFrame:
    """At most ``per_month`` English questions of every month, drawn by a hash of their ids, in order of time."""
    path = data / QUESTIONS
    if not path.is_file():
        sys.exit(
            f"{QUESTIONS} is not in the data folder; benchmarks/drift/tickets/README.md says where to get it"
        )
    asked = pl.read_parquet(path).filter(pl.col("locale") == "en-US", ~pl.col("spam_suspect"))
    lots = [hashlib.sha256(str(i).encode()).hexdigest() for i in asked["question_id"]]
    drawn = asked.with_columns(lot=pl.Series(lots)).sort("month", "lot").group_by("month")
    return drawn.head(per_month).sort("created", "question_id")


def segment(os_tag: str | None) -> str:
    """Family of operating systems: windows, mac, linux, or empty where the asker's browser did not say."""
    return next((name for name in ("windows", "mac", "linux") if name in (os_tag or "")), "")


def write_exports(asked: pl.DataFrame, folder: Path) -> None:
    """Tickets as a help desk would export them, title first, and one account an asker."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "tickets.jsonl").open("w", encoding="utf-8") as file:
        for row in asked.iter_rows(named=True):
            ticket = {
                "id": str(row["question_id"]),
                "created_at": f"{row['created'].isoformat()}Z",
                "organization_id": row["author_id"],
                "requester": {"id": row["author_id"], "role": "end-user"},
                "description": f"{row['title'].rstrip('.')}.\n\n{row['text']}",
            }
            file.write(json.dumps(ticket, ensure_ascii=False) + "\n")
    known = asked.unique("author_id", keep="first", maintain_order=True)
    with (folder / "accounts.csv").open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["account_id", "name", "segment"])
        for author, os_tag in known.select("author_id", "os_tag").iter_rows():
            rows.writerow([author, f"asker {author}", segment(os_tag)])


def prepare(data: Path, work: Path, per_month: int, until: str) -> None:
    """Make the workspace and pull its exports with the command line."""
    work.mkdir(parents=True)
    asked = questions(data, per_month).filter(pl.col("month") <= until)
    write_exports(asked, work / "raw")
    shutil.copytree(HERE / "personas", work / "persona_library")
    (work / "next_evidence.yaml").write_text(SETTINGS, encoding="utf-8")
    print(f"{len(asked)} questions, {asked['author_id'].n_unique()} askers", flush=True)
    command(work, "pull")


def command(work: Path, *arguments: str) -> None:
    """Run one of the engine's commands in a workspace."""
    subprocess.run([sys.executable, "-m", "next_evidence", *arguments], cwd=work, check=True)


def work_out(work: Workspace, months: tuple[Cycle, ...]) -> Iterator[pl.DataFrame]:
    """``SHIFTS`` of each month with their verdicts, oldest first; words are not looked at."""
    engine = Engine(work, lambda step, done, total: None)
    taught, evidence = taught_by(work, engine, months[-1]), ""
    for month in months:
        start = time.process_time()
        evidence = work_out_evidence(work, engine, month, evidence, taught, force=False)
        matched = time.process_time()
        history = load_history(work, month)
        found = measure(history, work.reading.library, cycle=month, settings=work.settings)
        heard = history.heard.filter(pl.col("cycle") == month.name).height
        spent = f"evidence {matched - start:.0f} s, shifts {time.process_time() - matched:.0f} s"
        print(f"{month}: {heard} accounts heard by personas; {spent} of CPU time", flush=True)
        yield found.shifts


def same_as_reported(work: Path, months: list[str], measured: pl.DataFrame) -> None:
    """Run months by the command and compare; ends with a message where a shift differs."""
    for month in months:
        command(work, "run", "--no-pull", "--since", month, "--until", month)
        with open_workspace(work) as opened:
            reported = opened.shifts(month).filter(pl.col("kind") != "language")
        here = measured.filter(pl.col("cycle") == month)
        if not in_order(reported).equals(in_order(here)):
            sys.exit(f"{month}: the command found other shifts than this script")
        print(f"{month}: the command found the same {len(here)} shifts", flush=True)


def in_order(shifts: pl.DataFrame) -> pl.DataFrame:
    """``SHIFTS`` rows in one order, to compare them."""
    return shifts.sort(
        "cycle", "persona_id", "kind", "pain_id", "segment", "versus", "versus_pain_id"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=os.environ.get("NEXT_EVIDENCE_DATA"))
    parser.add_argument("--work", type=Path, required=True, help="a new folder, or one to go on in")
    parser.add_argument("--per-month", type=int, default=300)
    parser.add_argument("--until", default=LAST)
    parser.add_argument("--report", nargs="*", default=[], metavar="MONTH")
    given = parser.parse_args()
    if given.data is None:
        sys.exit("name the folder of data sets by --data or NEXT_EVIDENCE_DATA")
    if not given.work.exists():
        prepare(given.data, given.work, given.per_month, given.until)
    work = Workspace.open(given.work)
    months = cycles_between(Cycle.parse(FIRST), Cycle.parse(given.until))
    found: list[pl.DataFrame] = []
    with hold(work.paths.lock):
        for shifts in work_out(work, months):
            found.append(shifts)
            pl.concat(found).write_parquet(given.work / SHIFTS)
    work.close()
    same_as_reported(given.work, given.report, pl.concat(found))


if __name__ == "__main__":
    main()
