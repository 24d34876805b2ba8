"""What matching costs: CPU seconds beside those of encoding, and peak memory beside the length of the history.

python benchmarks/matching/accuracy_cost.py WORKSPACE CYCLE     # peak memory of matching that cycle, in MiB (Linux)
"""

from __future__ import annotations

import re
import subprocess
import sys
import time
from pathlib import Path

import polars as pl
from measure import compose
from vendors import default_encoder, say

from next_evidence.assets import packaged
from next_evidence.cycle import work_out_evidence
from next_evidence.encoding.onnx import load_onnx_encoder
from next_evidence.engine import Engine
from next_evidence.lessons import taught_by
from next_evidence.matching.assign import assign_matches
from next_evidence.matching.head import load_head
from next_evidence.matching.profiles import build_profiles
from next_evidence.matching.score import score_utterances
from next_evidence.matching.speakers import assign_speakers, speaker_evidence
from next_evidence.records import Cycle, cycles_between
from next_evidence.settings import MatchingSettings
from next_evidence.workspace.workspace import Workspace

STATEMENTS = 100_000
ENCODED = 1_000  # distinct texts that are encoded; the cost of the others is counted up from them
HISTORY = (1, 6, 12)


def measure_cost(cache: Path, workspace: Path) -> dict[str, object]:
    """CPU seconds of encoding and of matching, and peak memory of matching one cycle after others.

    Parameters
    ----------
    workspace
        The sample company with its twelve cycles matched.
    """
    say(f"cost of {STATEMENTS} statements")
    encoding = _encoding_seconds(cache)
    matching, pains = _matching_seconds(cache)
    return {
        "statements": STATEMENTS,
        "pains": pains,
        "encoding_cpu_s": round(encoding),
        "matching_cpu_s": round(matching, 1),
        "share": round(matching / encoding, 4),
        "memory": _memory(workspace),
    }


def _encoding_seconds(cache: Path) -> float:
    """CPU seconds for `STATEMENTS` statements and as many statements with their neighbours."""
    rows = compose("meridian", cache / "years" / "meridian").rows
    encoder = load_onnx_encoder(cache / "models", adapter=packaged("encoder_adapter"))
    total = 0.0
    for column in ("text", "context"):
        texts = rows[column].unique(maintain_order=True).sample(ENCODED, seed=3).to_list()
        started = time.process_time()
        encoder.encode(texts)
        total += (time.process_time() - started) / ENCODED
    return total * STATEMENTS


def _matching_seconds(cache: Path) -> tuple[float, int]:
    """CPU seconds of scoring, placing speakers and linking `STATEMENTS` statements of one cycle, and how many pains."""
    year, encoder = compose("meridian", cache / "years" / "meridian"), default_encoder(cache)
    times = range(-(-STATEMENTS // year.rows.height))
    rows, people = (  # other people each time: as many speakers as so many statements would have
        pl.concat([one.with_columns(pl.col("speaker_key") + f"-{n}") for n in times])
        for one in (year.rows, year.speakers)
    )
    rows = (
        rows.drop("utterance_id")
        .with_row_index("utterance_id")
        .cast({"utterance_id": pl.String})
        .head(STATEMENTS)
    )
    vectors, around = (encoder.encode(rows[column].to_list()) for column in ("text", "context"))
    profiles, head, rules = build_profiles(year.library, encoder), load_head(), MatchingSettings()
    started = time.process_time()
    scores = score_utterances(rows, vectors, around, profiles=profiles, head=head)
    said = speaker_evidence(rows, scores, profiles=profiles, rules=rules, cycle="2026-10")
    speakers = assign_speakers(
        said, people, profiles=profiles, head=head, rules=rules, cycle="2026-10"
    )
    assign_matches(
        rows, scores, speakers, profiles=profiles, head=head, rules=rules, cycle="2026-10"
    )
    return time.process_time() - started, len(profiles.pains)


def _memory(workspace: Path) -> list[dict[str, int]]:
    """Peak memory of matching one cycle in a process of its own, by how many cycles of history there are."""
    work = Workspace.open(workspace)
    first, last = (
        Cycle.containing(m, work.settings.cadence) for m in work.store.spoken_range() or ()
    )
    heard = {c.name: work.store.utterances(c).height for c in cycles_between(first, last)}
    work.close()
    found = []
    for count in HISTORY:
        cycle = list(heard)[count - 1]
        command = [sys.executable, __file__, str(workspace), cycle]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
        found.append(
            {"cycles": count, "statements": heard[cycle], "peak_mib": int(done.stdout.split()[-1])}
        )
    return found


def main() -> None:
    """Match one cycle again and print this process's peak memory."""
    work = Workspace.open(Path(sys.argv[1]))
    engine, cycle = Engine(work, lambda *_: None), Cycle.parse(sys.argv[2])
    work_out_evidence(work, engine, cycle, "", taught_by(work, engine, cycle), force=True)
    work.close()
    # not ru_maxrss: it keeps what the process that started this one held
    status = Path("/proc/self/status").read_text("utf-8")
    print(int(re.search(r"VmHWM:\s+(\d+) kB", status)[1]) // 1024)


if __name__ == "__main__":
    main()
