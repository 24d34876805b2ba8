"""A thousand seeded storms: servers that fail, runs that are killed, and what arrived in the end.

    python benchmarks/delivery/storm.py [--storms 1000] [--killed 100] [--workers 4] [--first-seed 0]

For Slack and for mail alike ``--storms`` storms, of which ``--killed`` kill a real process with SIGKILL; in the others a run ends at any
write by an exception that nothing catches. Prints one JSON line a kind; exit code 1 when any storm lost or doubled anything.
"""

from __future__ import annotations

import argparse
import json
import os
import socketserver
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from multiprocessing.context import BaseContext
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.delivery import kills, office

socketserver.BaseServer.handle_error = lambda *_: None  # who was killed hangs up: that is no news


def slack_raised(seed: int) -> dict[str, int]:
    return {"interrupted": office.storm(seed)}


def slack_killed(seed: int) -> dict[str, int]:
    with tempfile.TemporaryDirectory() as folder:
        return {"killed": kills.slack_storm(seed, Path(folder) / "ws", _context())}


def mail_raised(seed: int) -> dict[str, int]:
    interrupted, unsure = kills.interrupted_mail_storm(seed)
    return {"interrupted": interrupted, "for a person to decide": unsure}


def mail_killed(seed: int) -> dict[str, int]:
    with tempfile.TemporaryDirectory() as folder:
        died, unsure = kills.mail_storm(seed, Path(folder) / "ws", _context())
        return {"killed": died, "for a person to decide": unsure}


def tried(job: tuple[str, int]) -> tuple[str, int, dict[str, int], str]:
    """One storm: its kind and seed, what it counted, and what was wrong in the end."""
    kind, seed = job
    try:
        return kind, seed, KINDS[kind](seed), ""
    except AssertionError as error:
        return kind, seed, {}, f"{type(error).__name__}: {str(error)[:200]}"


KINDS = {
    "slack, interrupted": slack_raised,
    "slack, SIGKILL": slack_killed,
    "mail, interrupted": mail_raised,
    "mail, SIGKILL": mail_killed,
}


@cache
def _context() -> BaseContext:
    return kills.spawning()


def main() -> int:
    """Run the storms and print what they came to."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--storms", type=int, default=1000)
    parser.add_argument("--killed", type=int, default=100)
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--first-seed", type=int, default=0)
    given = parser.parse_args()
    os.environ["SLACK_TEST_TOKEN"] = "t"
    seeds = range(given.first_seed, given.first_seed + given.storms)
    jobs = [
        (f"{where}, {'SIGKILL' if number < given.killed else 'interrupted'}", seed)
        for number, seed in enumerate(seeds)
        for where in ("slack", "mail")
    ]
    began, totals, wrong = time.monotonic(), {kind: Counter() for kind in KINDS}, []
    with ProcessPoolExecutor(given.workers) as pool:
        for number, (kind, seed, counted, problem) in enumerate(pool.map(tried, jobs), start=1):
            totals[kind].update(counted | {"storms": 1, "wrong": int(bool(problem))})
            if problem:
                wrong.append({"kind": kind, "seed": seed, "problem": problem})
            if number % 100 == 0:
                print(f"{number} of {len(jobs)}", file=sys.stderr, flush=True)
    for kind, total in totals.items():
        print(json.dumps({"kind": kind, **total}))
    for one in wrong:
        print(json.dumps(one))
    print(json.dumps({"seconds": round(time.monotonic() - began), "workers": given.workers}))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
