"""Killed at any moment, the next run goes on: nothing is lost, nothing doubled, and the bytes are the same."""

import subprocess
import sys
import time
from pathlib import Path

import pytest

from next_evidence.cli.main import run

ROOT = Path(__file__).resolve().parents[2]
CORPUS = ROOT / "benchmarks" / "corpus"
TABLES = ("utterances", "matches", "pains", "shares", "shifts", "coverage", "briefs")
RUN = ("run", "--since", "2025-11", "--until", "2026-02")


@pytest.fixture(scope="module")
def raw(tmp_path_factory):
    out = tmp_path_factory.mktemp("small") / "company"
    command = [
        sys.executable,
        CORPUS / "compose.py",
        CORPUS / "meridian.yaml",
        out,
        "--seed",
        "9",
        "--accounts",
        "16",
    ]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return out / "raw"


def make(folder: Path, raw: Path) -> Path:
    assert run(["init", str(folder), "--from", str(raw), "--company", "Meridian"]) == 0
    return folder


def killed_after(seconds: float, folder: Path, *arguments: str) -> bool:
    """Run a command and kill it with a signal that it cannot see; False when it was done before."""
    process = subprocess.Popen(
        [sys.executable, "-m", "next_evidence", *arguments],
        cwd=folder,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and process.poll() is None:
        time.sleep(0.02)
    alive = process.poll() is None
    process.kill()
    process.wait()
    return alive


def exported(folder: Path, *cycles: str) -> dict[str, bytes]:
    found = {}
    for table in TABLES:
        for cycle in cycles:
            out = folder / f"{table}-{cycle}.jsonl"
            assert (
                run(
                    [
                        "export",
                        table,
                        "--cycle",
                        cycle,
                        "--workspace",
                        str(folder),
                        "--out",
                        str(out),
                    ]
                )
                == 0
            )
            found[out.name] = out.read_bytes()
    return found


def written(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted((folder / "briefs").rglob("*"))
        if path.is_file()
    }


def test_a_pull_killed_anywhere_ends_as_one_that_was_not(tmp_path, raw):
    whole, broken = make(tmp_path / "whole", raw), make(tmp_path / "broken", raw)
    assert run(["pull", "--workspace", str(whole)]) == 0

    kills = sum(killed_after(1.0 + 0.35 * n, broken, "pull") for n in range(6))
    assert run(["pull", "--workspace", str(broken)]) == 0

    assert kills
    assert (
        run(["export", "utterances", "--workspace", str(whole), "--out", str(tmp_path / "a")]) == 0
    )
    assert (
        run(["export", "utterances", "--workspace", str(broken), "--out", str(tmp_path / "b")]) == 0
    )
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


@pytest.mark.slow
@pytest.mark.model
@pytest.mark.filterwarnings("default")
def test_a_run_killed_anywhere_ends_as_one_that_was_not(tmp_path, raw):
    whole, broken = make(tmp_path / "whole", raw), make(tmp_path / "broken", raw)
    assert run([*RUN, "--workspace", str(whole)]) == 0

    kills = sum(killed_after(2.0 + 1.7 * n, broken, *RUN) for n in range(12))
    assert run([*RUN, "--workspace", str(broken)]) == 0

    assert kills >= 5
    cycles = ("2025-11", "2025-12", "2026-01", "2026-02")
    assert exported(broken, *cycles) == exported(whole, *cycles)
    assert written(broken) == written(whole)


@pytest.mark.slow
@pytest.mark.model
@pytest.mark.filterwarnings("default")
def test_a_cycle_worked_out_twice_gives_the_same_bytes_and_no_later_word_changes_it(tmp_path, raw):
    folder = make(tmp_path / "ws", raw)
    assert run(["run", "--since", "2025-11", "--until", "2026-01", "--workspace", str(folder)]) == 0
    cycles = ("2025-11", "2025-12", "2026-01")
    before, pages = exported(folder, *cycles), written(folder)

    assert (
        run(
            [
                "run",
                "--since",
                "2025-11",
                "--until",
                "2026-01",
                "--force",
                "--workspace",
                str(folder),
            ]
        )
        == 0
    )
    assert (exported(folder, *cycles), written(folder)) == (before, pages)

    assert run(["run", "--since", "2026-02", "--until", "2026-03", "--workspace", str(folder)]) == 0
    assert exported(folder, *cycles) == before
    assert {name: content for name, content in written(folder).items() if name in pages} == pages
