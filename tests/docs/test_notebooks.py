"""Notebooks run from top to bottom on a workspace of the sample's shape, and are kept without outputs."""

import shutil
from pathlib import Path

import nbformat
import pytest

ROOT = Path(__file__).resolve().parents[2]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_is_kept_without_outputs_and_imports_only_the_public_api(path):
    cells = nbformat.read(path, as_version=4).cells
    code = [cell for cell in cells if cell.cell_type == "code"]

    assert not [cell for cell in code if cell.outputs or cell.execution_count]
    assert not [cell for cell in code if "next_evidence." in cell.source]


@pytest.fixture(scope="module")
def ran_workspace(tmp_path_factory):
    from next_evidence.cli.main import run

    folder = tmp_path_factory.mktemp("notebooks") / "ws"
    assert run(["init", str(folder), "--from", str(ROOT / "examples" / "meridian" / "raw")]) == 0
    assert run(["run", "--since", "2025-11", "--until", "2026-02", "--workspace", str(folder)]) == 0
    yield folder
    shutil.rmtree(folder)


@pytest.mark.slow
@pytest.mark.model
@pytest.mark.filterwarnings("default")  # the kernel's own
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_runs_from_top_to_bottom(path, ran_workspace, monkeypatch):
    from nbclient import NotebookClient

    monkeypatch.setenv("NEXT_EVIDENCE_WORKSPACE", str(ran_workspace))
    book = nbformat.read(path, as_version=4)

    NotebookClient(
        book, timeout=600, kernel_name="python3", resources={"metadata": {"path": str(path.parent)}}
    ).execute()
