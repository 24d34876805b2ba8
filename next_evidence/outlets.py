"""Where briefs go, and the templates they are made with."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import jinja2

from next_evidence.assets import packaged
from next_evidence.brief.templates import Templates
from next_evidence.delivery.protocol import Channel, Delivery
from next_evidence.delivery.registry import make_delivery
from next_evidence.errors import SettingsError
from next_evidence.records import Cycle
from next_evidence.workspace.manifest import digest_of
from next_evidence.workspace.workspace import Workspace


def load_templates(work: Workspace) -> Templates:
    """The shipped templates, and the workspace's own where it has them."""
    shipped, own = packaged("templates"), _own_folder(work)
    return Templates(
        jinja2.FileSystemLoader(shipped),
        jinja2.FileSystemLoader(own) if own is not None else None,
    )


def templates_digest(work: Workspace) -> str:
    """Digest of every template that a brief of this workspace may be made with."""
    folders = [packaged("templates"), _own_folder(work)]
    return digest_of(
        [
            [path.name, path.read_text(encoding="utf-8", errors="replace")]
            for folder in folders
            if folder is not None
            for path in sorted(folder.glob("*.j2"))
        ]
    )


def _own_folder(work: Workspace) -> Path | None:
    folder = work.paths.inside(work.settings.brief.templates)
    return folder if folder.is_dir() and folder != packaged("templates") else None


def link_to(work: Workspace, cycle: Cycle, persona_id: str | None) -> str:
    """Where a brief, or a cycle's page, can be opened in a browser; empty: nowhere."""
    base = work.settings.brief.link.rstrip("/")
    page = "index.html" if persona_id is None else f"{persona_id}/brief.html"
    return f"{base}/{cycle.name}/{page}" if base else ""


def make_deliveries(work: Workspace) -> tuple[Delivery, ...]:
    """The deliveries that settings name and that can be done twice unseen, such as the folder.

    Raises
    ------
    SettingsError
        A delivery's options are wrong.
    UsageError
        A delivery is not installed.
    """
    return tuple(made for _, made in _made(work) if not isinstance(made, Channel))


def make_channels(work: Workspace) -> dict[str, Channel]:
    """The channels that settings name, by name; `SettingsError` and `UsageError` as in `make_deliveries`."""
    channels: dict[str, Channel] = {}
    for name, made in _made(work):
        if isinstance(made, Channel):
            if name in channels:
                raise SettingsError(
                    "deliveries",
                    (f"two are named {name}: give each a name, since what was sent is kept by it",),
                )
            channels[name] = made
    return channels


def _made(work: Workspace) -> Iterator[tuple[str, Delivery | Channel]]:
    for chosen in work.settings.deliveries:
        made = make_delivery(chosen.use, chosen.options, root=work.paths.root)
        yield chosen.name or chosen.use, made
