"""Connectors by entry point and by file."""

from pathlib import Path

import pytest

from next_evidence.errors import SettingsError
from next_evidence.settings import SourceSettings
from next_evidence.sources.registry import available, connect

LOCAL = """
from dataclasses import dataclass
from typing import Any, ClassVar

@dataclass
class Acme:
    directory: ClassVar[bool] = False
    options: Any
    root: Any

    @classmethod
    def from_options(cls, options, *, root):
        return cls(options, root)

    def pull(self, *, since, until):
        yield from ()

class Half:
    def pull(self):
        pass

class Undecided(Acme):
    directory = None

class Strict:
    directory = False

    @classmethod
    def from_options(cls, options, *, root):
        from next_evidence.errors import SettingsError
        raise SettingsError("options", ("token: missing", "url: missing"))

    def pull(self):
        pass
"""


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    (tmp_path / "connectors").mkdir()
    (tmp_path / "connectors" / "acme.py").write_text(LOCAL)
    return tmp_path


def _source(connector: str, **options: object) -> SourceSettings:
    return SourceSettings(name="here", connector=connector, options=options)


def test_shipped_connectors_are_installed_and_sorted():
    names = list(available())

    assert {"transcripts", "tickets_jsonl", "accounts_csv"} <= set(names)
    assert names == sorted(names)


def test_an_installed_connector_is_made_with_its_options(tmp_path):
    (tmp_path / "a.csv").write_text("account_id\nA1\n")

    connector = connect(_source("accounts_csv", file="a.csv"), root=tmp_path)

    (page,) = connector.pull(since=None, until=None)
    assert page.accounts[0].account_id == "A1"


def test_a_connector_of_the_workspace_is_made_from_its_file(workspace):
    connector = connect(_source("connectors/acme.py:Acme", url="x"), root=workspace)

    assert connector.options == {"url": "x"}
    assert connector.root == workspace


def test_an_unknown_name_is_told_what_is_installed(tmp_path):
    with pytest.raises(
        SettingsError, match="no connector named 'zendsk'; installed: accounts_csv"
    ) as told:
        connect(_source("zendsk"), root=tmp_path)

    assert told.value.origin == "next_evidence.yaml"
    assert told.value.problems[0].startswith("sources.here.connector: ")


def test_a_token_given_as_a_name_is_not_repeated(tmp_path):
    with pytest.raises(SettingsError) as told:
        connect(_source("xoxb-1234-ABCDEF"), root=tmp_path)

    assert "ABCDEF" not in str(told.value)


def test_wrong_options_name_the_source_and_come_all_at_once(workspace):
    with pytest.raises(SettingsError) as told:
        connect(_source("connectors/acme.py:Strict"), root=workspace)

    assert told.value.problems == (
        "sources.here.options: token: missing",
        "sources.here.options: url: missing",
    )


@pytest.mark.parametrize(
    ("connector", "reason"),
    [
        ("connectors/acme.py:Nobody", "has no class Nobody"),
        ("connectors/none.py:Acme", "no such file"),
        ("../outside.py:Acme", "must lie in the workspace"),
        ("connectors/acme.py:Half", "needs directory, from_options and pull"),
        ("connectors/acme.py:Undecided", "needs directory, from_options and pull"),
        ("connectors/broken.py:Acme", "SyntaxError, line 1"),
        ("connectors/imports.py:Acme", "ModuleNotFoundError"),
    ],
)
def test_what_is_wrong_with_a_local_connector_is_said(workspace, connector, reason):
    (workspace / "connectors" / "broken.py").write_text("class Acme(:\n")
    (workspace / "connectors" / "imports.py").write_text("import nothing_of_that_name\n")
    (workspace.parent / "outside.py").write_text(LOCAL)

    with pytest.raises(SettingsError, match=reason):
        connect(_source(connector), root=workspace)


def test_two_workspaces_with_the_same_file_name_do_not_meet(tmp_path):
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "acme.py").write_text(LOCAL.replace("yield from ()", f"yield '{name}'"))

    made = [connect(_source("acme.py:Acme"), root=tmp_path / name) for name in ("one", "two")]

    assert [next(iter(connector.pull(since=None, until=None))) for connector in made] == [
        "one",
        "two",
    ]
