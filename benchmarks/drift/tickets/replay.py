"""Replay three years of dated Firefox support tickets through the engine, month by month.

    python benchmarks/drift/tickets/replay.py [--data FOLDER] --work FOLDER [--per-month 200]

``--data`` (or ``NEXT_EVIDENCE_DATA``) is the folder that holds ``mozilla_firefox_tickets``; the page beside this script says
where the public gets it. Makes a workspace of ordinary exports (`tickets_jsonl`, `accounts_csv`) and of the
personas beside this script, and runs every month with the command line. Askers are accounts; their operating system is
their segment. Of every month, the same number of questions in English is drawn by a hash of their ids.
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
from pathlib import Path

import polars as pl

HERE = Path(__file__).resolve().parent
QUESTIONS = "mozilla_firefox_tickets/questions_2018-12_2022-06.parquet"
FIRST, LAST = "2018-12", "2022-06"
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


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=os.environ.get("NEXT_EVIDENCE_DATA"))
    parser.add_argument("--work", type=Path, required=True, help="a new folder")
    parser.add_argument("--per-month", type=int, default=200)
    parser.add_argument("--until", default=LAST)
    given = parser.parse_args()
    if given.data is None:
        sys.exit("name the folder of data sets by --data or NEXT_EVIDENCE_DATA")
    given.work.mkdir(parents=True)
    asked = questions(given.data, given.per_month).filter(pl.col("month") <= given.until)
    write_exports(asked, given.work / "raw")
    shutil.copytree(HERE / "personas", given.work / "persona_library")
    (given.work / "next_evidence.yaml").write_text(SETTINGS, encoding="utf-8")
    print(f"{len(asked)} questions, {asked['author_id'].n_unique()} askers", flush=True)
    command = [sys.executable, "-m", "next_evidence"]
    subprocess.run([*command, "pull"], cwd=given.work, check=True)
    months = ["--since", FIRST, "--until", given.until]
    subprocess.run([*command, "run", *months], cwd=given.work, check=True)


if __name__ == "__main__":
    main()
