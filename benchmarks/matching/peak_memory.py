"""Match one cycle of a workspace again and print this process's peak memory in MiB (Linux).

python benchmarks/matching/peak_memory.py WORKSPACE CYCLE

It imports nothing but the engine, so that what is measured is what a run takes.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

from next_evidence.cycle import work_out_evidence
from next_evidence.engine import Engine
from next_evidence.lessons import taught_by
from next_evidence.records import Cycle
from next_evidence.workspace.workspace import Workspace


def main() -> None:
    """Match, and print."""
    work = Workspace.open(Path(sys.argv[1]))
    engine, cycle = Engine(work, lambda *_: None), Cycle.parse(sys.argv[2])
    work_out_evidence(work, engine, cycle, "", taught_by(work, engine, cycle), force=True)
    work.close()
    # not ru_maxrss: it keeps what the process that started this one held
    status = Path("/proc/self/status").read_text("utf-8")
    print(int(re.search(r"VmHWM:\s+(\d+) kB", status)[1]) // 1024)


if __name__ == "__main__":
    main()
