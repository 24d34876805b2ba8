"""Run every benchmark, one after the other, and print what each prints.

python benchmarks/run_all.py [--cache FOLDER]
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
HELD_OUT = ("kettlehall", "copperpass", "girderly", "mortarline", "rotalind")


def main() -> None:
    """Run them; stop at the first that fails."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--cache", type=Path, default=Path.home() / ".cache" / "next-evidence-bench"
    )
    cache = ["--cache", str(parser.parse_args().cache)]
    for script, arguments in (
        ("text/hostile.py", []),
        ("encoding/measure.py", []),
        ("matching/accuracy.py", cache),
        ("topics/discovery.py", [*cache]),
        ("topics/discovery.py", [*cache, "--vendors", "held-out"]),
        ("topics/discovery.py", [*cache, "--vendors", "meridian"]),
        ("drift/quick.py", []),
        ("drift/words.py", []),
        ("drift/audit.py", []),
        ("delivery_checks/check.py", []),
        ("delivery_checks/speed.py", []),
        ("delivery/storm.py", []),
        ("drift/speed.py", []),
        ("drift/bench/run.py", []),
        ("drift/bench/text/run_text.py", [*cache, "--material", *HELD_OUT, "--histories", "4"]),
        ("main_job/measure.py", []),
    ):
        print(f"\n## {script}\n", flush=True)
        subprocess.run([sys.executable, HERE / script, *arguments], check=True)


if __name__ == "__main__":
    main()
