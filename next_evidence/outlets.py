"""Where briefs go, and the templates they are made with."""

from __future__ import annotations

from pathlib import Path

import jinja2

from next_evidence.assets import packaged
from next_evidence.brief.templates import Templates
from next_evidence.delivery.protocol import Delivery
from next_evidence.delivery.registry import make_delivery
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


def make_deliveries(work: Workspace) -> tuple[Delivery, ...]:
    """The deliveries that settings name.

    Raises
    ------
    SettingsError
        A delivery's options are wrong.
    UsageError
        A delivery is not installed.
    """
    return tuple(
        make_delivery(chosen.use, chosen.options, root=work.paths.root)
        for chosen in work.settings.deliveries
    )
