"""What is installed matches what lies in the tree."""

import re
import subprocess
import sys
import tomllib
import zipfile
from importlib.metadata import entry_points
from pathlib import Path

import pytest

from next_evidence.assets import packaged

ROOT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))


@pytest.mark.parametrize("group", ["next_evidence.connectors", "next_evidence.deliveries"])
def test_installed_entry_points_are_those_of_the_tree_and_load(group):
    declared = PROJECT["project"]["entry-points"][group]
    installed = {point.name: point for point in entry_points(group=group)}

    assert {name: installed[name].value for name in declared} == declared, (
        "run pip install -e . again"
    )
    assert all(installed[name].load() for name in declared)


def test_every_connector_module_is_an_entry_point():
    modules = {
        path.stem for path in (ROOT / "connectors" / "next_evidence_connectors").glob("[a-z]*.py")
    }
    declared = {
        value.split(":")[0].rsplit(".", 1)[1]
        for value in PROJECT["project"]["entry-points"]["next_evidence.connectors"].values()
    }

    assert modules == declared


@pytest.mark.parametrize(
    "name",
    [
        "templates",
        "persona_library",
        "matching_head",
        "matching_head_plain",
        "matching_head_mpnet",
        "encoder_adapter",
        "encoder_adapter_mpnet",
    ],
)
def test_shipped_files_are_found(name):
    assert any(packaged(name).iterdir())


def test_every_dependency_is_pinned_in_the_constraints():
    pinned = {
        line.split("==")[0].lower().replace("_", "-")
        for line in (ROOT / "constraints.txt").read_text().splitlines()
        if "==" in line
    }
    wanted = PROJECT["project"]["dependencies"] + PROJECT["project"]["optional-dependencies"]["dev"]

    missing = {re.split(r"[><=\[ ]", need)[0].lower().replace("_", "-") for need in wanted} - pinned

    assert not missing


def test_help_loads_nothing_heavy():
    code = (
        "import sys, next_evidence.cli.main as m; m.run(['--help']);"
        "print([n for n in ('polars','numpy','spacy','torch','bertopic','sqlalchemy','onnxruntime','altair') if n in sys.modules])"
    )

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip().endswith("[]")


@pytest.mark.slow
def test_a_wheel_holds_the_shipped_files(tmp_path):
    subprocess.run(
        [
            sys.executable,
            "-m",
            "pip",
            "wheel",
            "--no-deps",
            "--no-build-isolation",
            "--quiet",
            "--wheel-dir",
            tmp_path,
            ROOT,
        ],
        check=True,
    )
    (wheel,) = tmp_path.glob("*.whl")
    names = zipfile.ZipFile(wheel).namelist()

    for wanted in (
        "next_evidence/_assets/templates/brief.md.j2",
        "next_evidence/_assets/persona_library/example-persona.yaml",
        "next_evidence/_assets/matching_head/head.npz",
        "next_evidence/_assets/matching_head_plain/head.npz",
        "next_evidence/_assets/matching_head_mpnet/head.npz",
        "next_evidence/_assets/encoder_adapter/adapter.npz",
        "next_evidence/_assets/encoder_adapter_mpnet/adapter.npz",
        "next_evidence_connectors/transcripts.py",
    ):
        assert wanted in names
