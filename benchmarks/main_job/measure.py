"""Run the whole main job on composed years of Meridian and hold its briefs against what was planted.

    python benchmarks/main_job/measure.py [--seeds 1 2 3 4 5] [--work FOLDER] [--model all-mpnet-base-v2]

For each seed, and for the seed that the sample company was composed with: composes a year, makes a workspace of it,
runs the twelve cycles with the command line, and asks the questions of ``QUESTIONS`` of the exported tables. Prints a
table with wall time, CPU time and peak memory of the run, and of a thirteenth step: the last cycle alone, after the
eleven before it.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

CORPUS = Path(__file__).resolve().parents[1] / "corpus"
PERSONA, NEW, OLD = "hands-on-revops-lead", "data-trust", "manual-reporting"
Rows = list[dict[str, object]]


@dataclass(frozen=True)
class Cost:
    """Of one command: seconds of wall and CPU, and peak memory of its largest process in MB."""

    wall: float
    cpu: float
    peak: float


def command(*arguments: str, cwd: Path) -> Cost:
    """Run the command line in a process of its own."""
    start = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "next_evidence", *arguments], cwd=cwd, stdout=subprocess.DEVNULL
    )
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - start
    if status:
        sys.exit(
            f"next-evidence {' '.join(arguments)} ended with {os.waitstatus_to_exitcode(status)}"
        )
    return Cost(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def export(table: str, cwd: Path) -> Rows:
    """All rows of a table."""
    done = subprocess.run(
        [sys.executable, "-m", "next_evidence", "export", table],
        cwd=cwd,
        capture_output=True,
        text=True,
        check=True,
    )
    return [json.loads(line) for line in done.stdout.splitlines()]


def surfaced(shifts: Rows) -> Rows:
    """Overall shifts that were sent."""
    return [row for row in shifts if row["verdict"] == "surface" and row["segment"] is None]


def leads(folder: Path, shifts: Rows) -> bool:
    """The October brief's first sentence says that the top pain has moved from OLD to NEW."""
    path = folder / "briefs" / "2026-10" / PERSONA / "brief.md"
    heading = next(
        (line for line in path.read_text("utf-8").splitlines() if line.startswith("# ")), ""
    )
    old, new = heading.find("Manual reporting"), heading.find("trust the numbers")
    return 0 <= old < new and any(
        (row["cycle"], row["persona_id"], row["kind"], row["pain_id"], row["versus_pain_id"])
        == ("2026-10", PERSONA, "top_pain", NEW, OLD)
        for row in surfaced(shifts)
    )


def loud(shifts: Rows) -> bool:
    """The pain that one account was loud about surfaced in October."""
    return any(
        (row["cycle"], row["persona_id"], row["pain_id"])
        == ("2026-10", "frontline-sales-manager", "mobile-access")
        for row in surfaced(shifts)
    )


def spike_durable(shifts: Rows) -> bool:
    """The one-cycle spike of April was ever called durable."""
    return any(
        (row["persona_id"], row["pain_id"], row["durability"])
        == ("data-platform-engineer", "api-limits", "durable")
        for row in shifts
        if row["segment"] is None and row["cycle"] >= "2026-04" and row["kind"] == "pain_rising"
    )


def outage_said(coverage: Rows) -> bool:
    """The survey source was called stale or silent for the sales manager in October."""
    return any(
        (row["cycle"], row["persona_id"], row["source"])
        == ("2026-10", "frontline-sales-manager", "surveys")
        and row["state"] in ("stale", "silent")
        for row in coverage
    )


def found(shifts: Rows, persona: str) -> str:
    """Labels of discovered pains that surfaced for a persona in the last three cycles."""
    rows = [
        r
        for r in surfaced(shifts)
        if r["kind"] == "pain_new" and r["persona_id"] == persona and r["cycle"] >= "2026-08"
    ]
    return "yes" if rows else "no"


def one_seed(seed: int | None, work: Path, model: str | None) -> dict[str, object]:
    """Compose, run and ask."""
    folder = work / f"seed-{seed or 'sample'}"
    arguments = [] if seed is None else ["--seed", str(seed)]
    subprocess.run(
        [
            sys.executable,
            str(CORPUS / "compose.py"),
            str(CORPUS / "meridian.yaml"),
            str(folder / "made"),
            *arguments,
        ],
        check=True,
        stdout=subprocess.DEVNULL,
    )
    command(
        "init",
        str(folder / "ws"),
        "--from",
        str(folder / "made" / "raw"),
        "--company",
        "Meridian",
        cwd=folder,
    )
    if model:
        with (folder / "ws" / "next_evidence.yaml").open("a", encoding="utf-8") as settings:
            settings.write(f"\nencoder: {{model: {model}}}\n")
    eleven = command("run", "--since", "2025-11", "--until", "2026-09", cwd=folder / "ws")
    twelfth = command("run", "--since", "2026-10", "--until", "2026-10", cwd=folder / "ws")
    again = command("run", "--since", "2026-10", "--until", "2026-10", cwd=folder / "ws")
    shifts, coverage = export("shifts", folder / "ws"), export("coverage", folder / "ws")
    wrong = [r for r in surfaced(shifts) if r["cycle"] < "2026-04"]
    return {
        "seed": seed or "sample",
        "top pain moved leads": leads(folder / "ws", shifts),
        "loud account surfaces": loud(shifts),
        "spike called durable": spike_durable(shifts),
        "survey outage said": outage_said(coverage),
        "new pain, RevOps": found(shifts, PERSONA),
        "new pain, finance": found(shifts, "finance-partner"),
        "new pain, data platform": found(shifts, "data-platform-engineer"),
        "surfaced before any event": len(wrong),
        "eleven cycles, s": f"{eleven.wall:.0f} ({eleven.cpu:.0f} CPU)",
        "the next cycle, s": f"{twelfth.wall:.1f} ({twelfth.cpu:.1f} CPU)",
        "again, s": f"{again.wall:.1f}",
        "peak MB": f"{max(eleven.peak, twelfth.peak):.0f}",
    }


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seeds", type=int, nargs="*", default=[1, 2, 3, 4, 5])
    parser.add_argument("--work", type=Path)
    parser.add_argument("--model", help="encoder.model of the settings; default: the default")
    arguments = parser.parse_args()
    work = arguments.work or Path(tempfile.mkdtemp(prefix="main-job-"))
    print(f"Python {platform.python_version()}, {os.cpu_count()} cores, {platform.machine()}\n")
    rows = []
    for seed in [None, *arguments.seeds]:
        rows.append(one_seed(seed, work, arguments.model))
        print(json.dumps(rows[-1]), file=sys.stderr, flush=True)
    print("| | " + " | ".join(str(row["seed"]) for row in rows) + " |")
    print("| --- |" + " --- |" * len(rows))
    for name in list(rows[0])[1:]:
        shown = [
            {True: "yes", False: "no"}.get(row[name], row[name])
            if isinstance(row[name], bool)
            else row[name]
            for row in rows
        ]
        print(f"| {name} | " + " | ".join(map(str, shown)) + " |")


if __name__ == "__main__":
    main()
