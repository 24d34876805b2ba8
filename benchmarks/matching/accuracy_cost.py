"""What matching costs: CPU seconds beside those of encoding, and peak memory beside the length of the history."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path

import numpy as np
import polars as pl
from measure import compose
from vendors import default_encoder, say

from next_evidence.assets import packaged
from next_evidence.encoding.onnx import load_onnx_encoder
from next_evidence.engine import load_encoder
from next_evidence.matching.assign import assign_matches
from next_evidence.matching.head import load_head
from next_evidence.matching.profiles import build_profiles
from next_evidence.matching.score import score_utterances
from next_evidence.matching.speakers import assign_speakers, speaker_evidence
from next_evidence.records import Cycle, cycles_between
from next_evidence.settings import MatchingSettings
from next_evidence.workspace.vectors import VectorFile
from next_evidence.workspace.workspace import Workspace

STATEMENTS = 100_000
ENCODED = 1_000  # distinct texts that are encoded; the cost of the others is counted up from them
HISTORY = (1, 6, 12)
YEARS_BEFORE = 2  # that the twelve cycles are repeated in
OTHER_VECTORS, AT_ONCE = 1_000_000, 20_000  # of texts that no cycle holds, as many years leave them
PEAK = Path(__file__).with_name("peak_memory.py")


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
    shown = [(list(heard)[count - 1], count) for count in HISTORY]
    found = [_peak(workspace, cycle, heard[cycle], count) for cycle, count in shown]
    with tempfile.TemporaryDirectory() as folder:
        longer = Path(folder) / "longer"
        shutil.copytree(workspace, longer)
        _repeat_in_years_before(longer)
        cycles = len(heard) * (YEARS_BEFORE + 1)
        found.append(_peak(longer, last.name, heard[last.name], cycles))
        _add_vectors(longer)
        found.append(_peak(longer, last.name, heard[last.name], cycles, vectors=OTHER_VECTORS))
    return found


def _peak(
    workspace: Path, cycle: str, statements: int, cycles: int, *, vectors: int = 0
) -> dict[str, int]:
    command = [sys.executable, str(PEAK), str(workspace), cycle]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return {
        "cycles": cycles,
        "statements": statements,
        "other_vectors": vectors,
        "peak_mib": int(done.stdout.split()[-1]),
    }


def _repeat_in_years_before(workspace: Path) -> None:
    """Give a workspace the same statements, matches and evidence of speakers in the years before, under other ids."""
    with closing(sqlite3.connect(workspace / ".next-evidence" / "store.sqlite")) as store, store:
        for table in ("utterances", "matches", "speaker_evidence"):
            columns = [row[1] for row in store.execute(f"PRAGMA table_info({table})")]
            quoted = ", ".join(f'"{name}"' for name in columns)
            # rows of all years before are made of the rows that were there at first
            last = store.execute(f"SELECT max(rowid) FROM {table}").fetchone()[0]
            for year in range(1, YEARS_BEFORE + 1):
                moved = {
                    "utterance_id": f"'{year}-' || utterance_id",
                    "spoken_at": f"spoken_at - {year} * 365 * 86400000000",
                    "cycle": f"(substr(cycle, 1, 4) - {year}) || substr(cycle, 5)",
                }
                values = ", ".join(moved.get(name, f'"{name}"') for name in columns)
                store.execute(
                    f"INSERT INTO {table} ({quoted}) SELECT {values} FROM {table} WHERE rowid <= {last}"
                )


def _add_vectors(workspace: Path) -> None:
    """Add vectors of texts that no cycle holds."""
    work = Workspace.open(workspace)
    encoder = load_encoder(work)
    file = VectorFile(work.paths.vectors, encoder.fingerprint, encoder.n_dims)
    work.close()
    rng = np.random.default_rng(0)
    for _ in range(OTHER_VECTORS // AT_ONCE):
        keys = [rng.bytes(16) for _ in range(AT_ONCE)]
        file.put(keys, rng.normal(size=(AT_ONCE, file.n_dims)).astype(np.float32))
