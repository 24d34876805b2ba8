"""Hold a replay of the tickets against what is known to have broken: prints the table of the page beside this script.

    python benchmarks/drift/tickets/score.py --data FOLDER --work FOLDER

``--work`` is a workspace that ``replay.py`` has run. Months in which nothing is known to have happened are those of
``ground_truth_controls.json`` in the data folder. Beside the engine, the same matches counted by mentions: each pain against
all others, this month against the last, chi-square at 5 %.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import polars as pl
from scipy.stats import chi2_contingency

# What broke, and the pains of the documents under which a reader would look for it.
EVENTS = {
    "2019-05": ("all add-ons switched off by an expired certificate", ("addons-off",)),
    "2020-04": ("enlarged address bar", ("address-bar", "changed-look")),
    "2021-01": ("a folder appears on the bookmarks toolbar", ("bookmark-menus",)),
    "2021-06": ("redesign", ("changed-look",)),
    "2021-11": ("a speed-dial add-on blocked", ("addons-off",)),
    "2022-01": ("pages do not load for a day", ("pages-dont-load",)),
    "2022-02": ("old print dialog removed", ("printing",)),
    "2022-03": ("downloads no longer ask", ("downloads",)),
}
IN_TIME = 3  # months
_UP = ("pain_rising", "pain_new", "top_pain", "priority")
_AT = 0.05


def export(table: str, work: Path) -> pl.DataFrame:
    """A table of the workspace."""
    command = [sys.executable, "-m", "next_evidence", "export", table, "--format", "jsonl"]
    done = subprocess.run(command, cwd=work, capture_output=True, text=True, check=True)
    return pl.read_ndjson(io.StringIO(done.stdout), infer_schema_length=None)


def surfaced(work: Path) -> list[tuple[str, str, bool]]:
    """Month, pain and whether it is up, of everything that surfaced over all segments; words left out."""
    rows = export("shifts", work).filter(
        pl.col("verdict") == "surface", pl.col("segment").is_null(), pl.col("kind") != "language"
    )
    return sorted({(c, p, k in _UP) for c, p, k in rows.select("cycle", "pain_id", "kind").rows()})


def by_mentions(work: Path, months: list[str]) -> list[tuple[str, str, bool]]:
    """The same of accepted matches counted as mentions."""
    said = export("matches", work).filter(pl.col("status") == "accepted")
    found = []
    for before, now in pairwise(months):
        counts = {
            month: dict(said.filter(pl.col("cycle") == month).group_by("pain_id").len().iter_rows())
            for month in (before, now)
        }
        total = {month: sum(of.values()) for month, of in counts.items()}
        for pain in sorted({*counts[before], *counts[now]}):
            a, b = counts[now].get(pain, 0), counts[before].get(pain, 0)
            test = chi2_contingency([[a, total[now] - a], [b, total[before] - b]], correction=False)
            if test.pvalue <= _AT:
                found.append((now, pain, a / total[now] > b / total[before]))
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=os.environ.get("NEXT_EVIDENCE_DATA"))
    parser.add_argument("--work", type=Path, required=True)
    given = parser.parse_args()
    if given.data is None:
        sys.exit("name the folder of data sets by --data or NEXT_EVIDENCE_DATA")
    controls = json.loads((given.data / "ground_truth_controls.json").read_text("utf-8"))
    months = sorted(export("coverage", given.work)["cycle"].unique())
    quiet = [m for m in controls["quiet_months"]["mozilla_firefox_tickets"] if m in months[4:]]
    print("| month | what broke | engine | mentions |\n| --- | --- | --- | --- |")
    told = {"engine": surfaced(given.work), "mentions": by_mentions(given.work, months)}
    for month, (event, pains) in EVENTS.items():
        if month not in months:
            continue
        in_time = months[months.index(month) :][:IN_TIME]
        cells = []
        for rows in told.values():
            hits = [m for m, pain, up in rows if m in in_time and pain in pains and up]
            cells.append(f"after {in_time.index(min(hits))} months" if hits else "missed")
        print(f"| {month} | {event} | {' | '.join(cells)} |")
    print(f"\nIn {len(quiet)} quiet months ({', '.join(quiet)}):")
    for name, rows in told.items():
        print(f"- {name}: {sum(m in quiet for m, _, _ in rows)} alerts")


if __name__ == "__main__":
    main()
