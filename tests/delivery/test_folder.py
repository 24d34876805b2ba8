"""The folder delivery: whole files, nothing rewritten that is the same, nothing outside its folder."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from next_evidence.brief.render import RenderedBrief
from next_evidence.delivery.folder import FolderDelivery
from next_evidence.errors import DeliveryError, SettingsError


def brief(
    persona_id: str | None = "ops-lead", cycle: str = "2026-10", **files: bytes
) -> RenderedBrief:
    given = {name.replace("__", "."): text for name, text in files.items()} or {
        "brief.md": b"# It moved\n"
    }
    return RenderedBrief(persona_id, cycle, "Ops Lead: top pain moved", "@ops", "shifted", given)


@pytest.fixture
def delivery(tmp_path: Path) -> FolderDelivery:
    return FolderDelivery.from_options({}, root=tmp_path)


def test_files_lie_by_cycle_and_persona(delivery, tmp_path):
    receipt = delivery.send(brief(brief__md=b"a", trend__png=b"b"), key="k")

    assert receipt.places == (
        "briefs/2026-10/ops-lead/brief.md",
        "briefs/2026-10/ops-lead/trend.png",
    )
    assert [(tmp_path / place).read_bytes() for place in receipt.places] == [b"a", b"b"]
    assert (receipt.key, receipt.state) == ("k", "sent")


def test_the_page_of_all_personas_lies_beside_them(delivery, tmp_path):
    delivery.send(brief(), key="k")

    receipt = delivery.send(brief(None, index__html=b"<p>"), key="all")

    assert receipt.places == ("briefs/2026-10/index.html",)
    assert (tmp_path / "briefs/2026-10/ops-lead/brief.md").is_file()


def test_the_same_brief_twice_is_written_once(delivery, tmp_path):
    delivery.send(brief(), key="k")
    path = tmp_path / "briefs/2026-10/ops-lead/brief.md"
    os.utime(path, (1, 1))

    receipt = delivery.send(brief(), key="k")

    assert receipt.state == "unchanged"
    assert path.stat().st_mtime == 1


def test_a_changed_brief_replaces_its_files_and_leaves_others_alone(delivery, tmp_path):
    delivery.send(brief(brief__md=b"old", trend__png=b"chart"), key="1")
    folder = tmp_path / "briefs/2026-10/ops-lead"
    (folder / "notes.txt").write_text("a person's own")

    receipt = delivery.send(brief(brief__md=b"new"), key="2")

    assert receipt.state == "sent"
    assert sorted(p.name for p in folder.iterdir()) == ["brief.md", "notes.txt"]
    assert (folder / "brief.md").read_bytes() == b"new"


def test_a_failed_write_leaves_the_old_file_and_nothing_half_done(delivery, tmp_path, monkeypatch):
    delivery.send(brief(brief__md=b"old"), key="1")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(DeliveryError, match="No space left"):
        delivery.send(brief(brief__md=b"new"), key="2")

    folder = tmp_path / "briefs/2026-10/ops-lead"
    assert [p.name for p in folder.iterdir()] == ["brief.md"]
    assert (folder / "brief.md").read_bytes() == b"old"


@pytest.mark.parametrize("name", ["..", ".", "", "a/b", "..\\b", "/etc", "a\0b"])
def test_names_cannot_leave_the_folder(delivery, tmp_path, name):
    for bad in (
        brief(name),
        brief(cycle=name),
        RenderedBrief("ops", "2026-10", "t", "", "s", {name: b"x"}),
    ):
        with pytest.raises(DeliveryError):
            delivery.send(bad, key="k")
    assert not [p for p in tmp_path.rglob("*") if p.is_file()]


def test_a_team_can_read_what_is_written(delivery, tmp_path):
    delivery.send(brief(), key="k")

    assert (tmp_path / "briefs/2026-10/ops-lead/brief.md").stat().st_mode & 0o044


def test_the_page_that_a_reader_opens_is_the_first_place(delivery):
    receipt = delivery.send(
        brief(brief__email__html=b"e", brief__html=b"p", brief__md=b"m"), key="k"
    )

    assert [place.rsplit("/", 1)[1] for place in receipt.places] == [
        "brief.html",
        "brief.email.html",
        "brief.md",
    ]


def test_the_folder_can_be_chosen(tmp_path):
    delivery = FolderDelivery.from_options({"path": "out/here"}, root=tmp_path)

    assert delivery.send(brief(), key="k").places == ("out/here/2026-10/ops-lead/brief.md",)


def test_every_wrong_option_is_named(tmp_path):
    with pytest.raises(SettingsError) as caught:
        FolderDelivery.from_options({"path": "", "pth": "x"}, root=tmp_path)

    assert len(caught.value.problems) == 2
    assert "pth" in str(caught.value)


def test_the_key_tells_briefs_apart():
    keys = {
        b.key
        for b in (
            brief(),
            brief("other"),
            brief(cycle="2026-11"),
            brief(brief__md=b"else"),
            brief(None),
        )
    }

    assert len(keys) == 5
    assert brief().key == brief().key
