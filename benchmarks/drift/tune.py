"""What `tune` costs as history grows: prints the second table of Speed in ``benchmarks/drift/README.md``.

    python benchmarks/drift/tune.py WORKSPACE [--set gate.min_accounts=8]

``WORKSPACE`` has reported cycles; each row is a history that ends after its first ones. CPU seconds of all that the command does once
the workspace is open: every cycle measured and judged again, and null replays at both settings, 20 as usual. Best of three.
"""

from __future__ import annotations

import argparse
from functools import partial
from pathlib import Path

from speed import best_of

from next_evidence.records import Cycle
from next_evidence.replay.changes import with_changes
from next_evidence.tuning import tune
from next_evidence.workspace.workspace import Workspace

REPLAYS = 20


def opened_after(cycles: int, folder: Path) -> Workspace:
    """The workspace as if only its first cycles had been reported."""

    class Early(Workspace):
        def cycles(self) -> tuple[Cycle, ...]:
            return super().cycles()[:cycles]

    return Early.open(folder)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("workspace", type=Path)
    parser.add_argument("--set", default="gate.min_accounts=8")
    parser.add_argument("--cycles", type=int, nargs="+", default=(6, 12))
    given = parser.parse_args()
    print("| cycles | without null replays, CPU s | with them |")
    print("| --- | --- | --- |")
    for cycles in given.cycles:
        work = opened_after(cycles, given.workspace)
        settings = with_changes(work.settings, [given.set], work.reading.library)
        step = partial(tune, work, settings, progress=lambda name, done, total: None)
        alone, whole = (best_of(partial(step, replays=number)) for number in (0, REPLAYS))
        print(f"| {len(work.cycles())} | {alone:.1f} | {whole:.1f} |", flush=True)
        work.close()


if __name__ == "__main__":
    main()
