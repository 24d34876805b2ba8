"""Deliveries are found by entry point; a wrong name says what there is."""

from __future__ import annotations

import importlib.metadata
from importlib.metadata import EntryPoint

import pytest

from next_evidence.delivery import registry
from next_evidence.delivery.folder import FolderDelivery
from next_evidence.delivery.registry import GROUP, find_delivery, installed, make_delivery
from next_evidence.errors import UsageError


@pytest.fixture
def points(monkeypatch):
    def install(*found: tuple[str, str]) -> None:
        listed = [EntryPoint(name, value, GROUP) for name, value in found]

        def entry_points(*, group: str, name: str | None = None):
            return [p for p in listed if p.group == group and name in (None, p.name)]

        monkeypatch.setattr(registry, "entry_points", entry_points)

    return install


def test_the_folder_delivery_is_installed(tmp_path):
    assert "folder" in installed()
    assert find_delivery("folder") is FolderDelivery
    assert isinstance(make_delivery("folder", {}, root=tmp_path), FolderDelivery)
    assert importlib.metadata.entry_points(group=GROUP)


def test_an_unknown_name_says_what_is_installed(points):
    points(("folder", "a:B"), ("slack", "c:D"))

    with pytest.raises(UsageError, match="no delivery named 'slak'; installed: folder, slack"):
        find_delivery("slak")


def test_a_name_that_two_packages_claim_is_refused(points):
    points(("slack", "a:B"), ("slack", "c:D"))

    with pytest.raises(UsageError, match="2 packages offer"):
        find_delivery("slack")


@pytest.mark.parametrize("value", ["no.such.module:Thing", "next_evidence.delivery.folder:Missing"])
def test_a_delivery_that_cannot_be_imported_says_so(points, value):
    points(("broken", value))

    with pytest.raises(UsageError, match="cannot be imported"):
        find_delivery("broken")
