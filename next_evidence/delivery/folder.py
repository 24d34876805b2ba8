"""Files in a folder: the delivery that needs no account."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import Any, Self

from pydantic import Field

from next_evidence.brief.render import RenderedBrief
from next_evidence.delivery.options import StrictOptions, parse_options
from next_evidence.delivery.protocol import Receipt
from next_evidence.errors import DeliveryError


class FolderOptions(StrictOptions):
    """Options of the delivery ``folder``."""

    path: str = Field(
        default="briefs", min_length=1, description="Folder, relative to the workspace."
    )


class FolderDelivery:
    """Writes ``<path>/<cycle>/index.html`` and ``<path>/<cycle>/<persona-id>/brief.html`` with their other forms.

    Each file appears whole or not at all. A file that already holds the same bytes is not touched, so a
    second delivery of the same brief changes nothing, not even a time stamp.
    """

    def __init__(self, folder: Path, *, root: Path | None = None) -> None:
        self._folder = folder
        self._root = root or folder

    @classmethod
    def from_options(cls, options: Mapping[str, Any], *, root: Path) -> Self:
        """Make it from ``path``, by default ``briefs``; `SettingsError` names every wrong option."""
        settings = parse_options(FolderOptions, options, delivery="folder")
        return cls(root / settings.path, root=root)

    def send(self, brief: RenderedBrief, *, key: str) -> Receipt:
        """Write what differs; files of the same brief that an earlier version had and this has not are removed."""
        parts = [brief.cycle] if brief.persona_id is None else [brief.cycle, brief.persona_id]
        target = self._folder.joinpath(*(_safe(part) for part in parts))
        changed = False
        try:
            target.mkdir(parents=True, exist_ok=True)
            for name in sorted(brief.files):
                changed |= _write(target / _safe(name), brief.files[name])
            if brief.persona_id is not None:
                changed |= _remove_others(target, set(brief.files))
        except OSError as error:
            raise DeliveryError(
                f"cannot write to {target}: {error.strerror or type(error).__name__}"
            ) from error
        return Receipt(
            key=key,
            state="sent" if changed else "unchanged",
            places=tuple(
                self._place(target / name) for name in sorted(brief.files, key=_page_first)
            ),
        )

    def _place(self, path: Path) -> str:
        return str(
            PurePosixPath(path.relative_to(self._root) if path.is_relative_to(self._root) else path)
        )


def _write(path: Path, content: bytes) -> bool:
    """Put ``content`` there in one step; False when it was there already."""
    if path.is_file() and path.read_bytes() == content:
        return False
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".writing-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        # mkstemp makes files that only their owner may read; a brief is for the team
        mask = os.umask(0)
        os.umask(mask)
        os.chmod(name, 0o666 & ~mask)
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    return True


def _remove_others(folder: Path, names: set[str]) -> bool:
    """Remove our own leftovers: files of a form that this brief no longer has, such as a chart."""
    removed = False
    for path in sorted(folder.iterdir()):
        ours = path.suffix in (".png",) or path.name.startswith((".writing-", "brief."))
        if path.is_file() and ours and path.name not in names:
            path.unlink()
            removed = True
    return removed


def _page_first(name: str) -> tuple[bool, str]:
    """The page that a reader opens, then the other forms by name."""
    return name not in ("brief.html", "index.html"), name


def _safe(name: str) -> str:
    """A name that stays inside its folder; ids and file names are checked long before, this is the last door."""
    if name in ("", ".", "..") or "/" in name or "\\" in name or "\0" in name:
        raise DeliveryError("a cycle, persona id or file name cannot be a path")
    return name
