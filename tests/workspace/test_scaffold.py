import json

import pytest

from next_evidence.errors import UsageError
from next_evidence.settings import parse_settings
from next_evidence.workspace.scaffold import make_workspace, recognise


@pytest.fixture
def starter(tmp_path):
    folder = tmp_path / "starter"
    folder.mkdir()
    (folder / "example-persona.yaml").write_text("id: example\nname: Example\ntracking: off\n")
    (folder / "README.md").write_text("how to write one\n")
    return folder


@pytest.fixture
def exports(tmp_path):
    raw = tmp_path / "company" / "raw"
    (raw / "calls").mkdir(parents=True)
    (raw / "calls" / "a.vtt").write_text("WEBVTT\n")
    people = [
        {"email": "dana@Vendor.example", "internal": True},
        {"email": "x@client.example", "internal": False},
    ]
    (raw / "calls" / "a.json").write_text(json.dumps({"participants": people}))
    (raw / "tickets.jsonl").write_text("not json\n")
    (raw / "accounts.csv").write_text("account_id\n")
    (raw / "holiday.jpg").write_bytes(b"")
    return raw


def test_a_folder_of_exports_becomes_settings_that_read_it(tmp_path, exports, starter):
    made = make_workspace(tmp_path / "ws", exports, starter, company="Näme: with #signs")

    settings = parse_settings(made.paths.settings.read_text(encoding="utf-8"), origin="x")
    assert [source.name for source in settings.sources] == ["accounts", "calls", "tickets"]
    assert settings.company.name == "Näme: with #signs"
    assert made.unknown == ("holiday.jpg",)


def test_the_companys_own_domain_is_recognised_from_internal_participants(
    tmp_path, exports, starter
):
    made = make_workspace(tmp_path / "ws", exports, starter, company="")

    assert made.domains == ("vendor.example",)


def test_a_parent_of_the_raw_folder_is_recognised_too(exports):
    sources, _ = recognise(exports.parent)

    assert [source.name for source in sources] == ["accounts", "calls", "tickets"]


def test_personas_beside_the_exports_are_copied_and_the_teams_own_are_never_touched(
    tmp_path, exports, starter
):
    beside = exports.parent / "persona_library"
    beside.mkdir()
    (beside / "ops.yaml").write_text("id: ops\nname: Ops\n")
    own = tmp_path / "ws2" / "persona_library"
    own.mkdir(parents=True)
    (own / "mine.yaml").write_text("id: mine\nname: Mine\n")

    make_workspace(tmp_path / "ws1", exports, starter, company="")
    make_workspace(tmp_path / "ws2", exports, starter, company="")

    assert [p.name for p in (tmp_path / "ws1" / "persona_library").iterdir()] == ["ops.yaml"]
    assert [p.name for p in own.iterdir()] == ["mine.yaml"]


def test_without_personas_the_starter_set_is_copied(tmp_path, exports, starter):
    made = make_workspace(tmp_path / "ws", exports, starter, company="")

    assert made.personas == 1
    assert (made.paths.root / "persona_library" / "README.md").is_file()


def test_a_workspace_is_never_overwritten(tmp_path, exports, starter):
    make_workspace(tmp_path / "ws", exports, starter, company="first")

    with pytest.raises(UsageError, match="already"):
        make_workspace(tmp_path / "ws", exports, starter, company="second")

    assert "first" in (tmp_path / "ws" / "next_evidence.yaml").read_text()


def test_a_folder_without_anything_known_is_refused_with_what_is_expected(tmp_path, starter):
    (tmp_path / "photos").mkdir()

    with pytest.raises(UsageError, match=r"tickets\.jsonl"):
        make_workspace(tmp_path / "ws", tmp_path / "photos", starter, company="")

    assert not (tmp_path / "ws").exists()
