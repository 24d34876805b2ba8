"""A thousand seeded storms: servers that fail, runs that are killed, and what arrived in the end.

    python benchmarks/delivery/storm.py [--storms 1000] [--killed 100] [--workers 4] [--first-seed 0] [--log FILE]

For Slack and for mail alike ``--storms`` storms, of which ``--killed`` kill a real process with SIGKILL; in the others a run ends at any
write by an exception that nothing catches. Prints one JSON line a kind; exit code 1 when any storm lost or doubled anything. With
``--log`` every storm is written down when it is over, and one that stands there is not repeated.
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
from concurrent.futures import ProcessPoolExecutor, as_completed
from functools import cache
from multiprocessing.context import BaseContext
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.delivery import kills, office

Storm = tuple[str, int, dict[str, int], str]  # kind, seed, what was counted, what was wrong
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


def tried(job: tuple[str, int]) -> Storm:
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
    parser.add_argument("--log", type=Path)
    given = parser.parse_args()
    os.environ["SLACK_TEST_TOKEN"] = "t"
    every = max(given.storms // given.killed, 1) if given.killed else given.storms + 1
    jobs = [
        (f"{where}, {'interrupted' if number % every else 'SIGKILL'}", given.first_seed + number)
        for number in range(given.storms)
        for where in ("slack", "mail")
    ]
    done = _logged(given.log)
    began = time.monotonic()
    with ProcessPoolExecutor(given.workers) as pool:
        for storm in as_completed(
            [pool.submit(tried, job) for job in jobs if job not in {d[:2] for d in done}]
        ):
            done.append(storm.result())
            if given.log is not None:
                with given.log.open("a") as file:
                    file.write(json.dumps(done[-1]) + "\n")
    return _summary([one for one in done if one[:2] in set(jobs)], time.monotonic() - began, given)


def _logged(log: Path | None) -> list[Storm]:
    """Storms of an earlier call."""
    if log is None or not log.exists():
        return []
    lines = (json.loads(line) for line in log.read_text().splitlines())
    return [(kind, seed, counted, problem) for kind, seed, counted, problem in lines]


def _summary(done: list[Storm], seconds: float, given: argparse.Namespace) -> int:
    totals = {kind: Counter() for kind in KINDS}
    for kind, seed, counted, problem in done:
        totals[kind].update({"storms": 1, "wrong": int(bool(problem)), **counted})
        if problem:
            print(json.dumps({"kind": kind, "seed": seed, "problem": problem}))
    for kind, total in totals.items():
        print(json.dumps({"kind": kind, **total}))
    print(json.dumps({"seconds": round(seconds), "workers": given.workers}))
    return 1 if any(problem for *_, problem in done) else 0


if __name__ == "__main__":
    sys.exit(main())
