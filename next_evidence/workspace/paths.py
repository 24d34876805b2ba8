"""Where everything lies in a workspace."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from next_evidence.errors import WorkspaceError

SETTINGS_FILE = "next_evidence.yaml"
PRIVATE_FOLDER = ".next-evidence"


@dataclass(frozen=True)
class WorkspacePaths:
    """Paths below one workspace folder. Nothing here is created by asking for it."""

    root: Path

    @property
    def settings(self) -> Path:
        """The settings file."""
        return self.root / SETTINGS_FILE

    @property
    def private(self) -> Path:
        """Store, vectors and snapshots; never in git."""
        return self.root / PRIVATE_FOLDER

    @property
    def store(self) -> Path:
        """The system of record."""
        return self.private / "store.sqlite"

    @property
    def decisions(self) -> Path:
        """Backup of people's decisions, one a line."""
        return self.private / "decisions.jsonl"

    @property
    def vectors(self) -> Path:
        """Vectors by text hash."""
        return self.private / "vectors"

    @property
    def snapshots(self) -> Path:
        """Parquet files per cycle, rebuildable."""
        return self.private / "snapshots"

    @property
    def lock(self) -> Path:
        """Held by the one run that writes."""
        return self.private / "run.lock"

    @property
    def decisions_lock(self) -> Path:
        """Held for a moment by whoever looks at the log of decisions and then adds to it."""
        return self.private / "decisions.lock"

    def inside(self, relative: str) -> Path:
        """A path that settings name, relative to the workspace unless it is absolute."""
        return (self.root / relative).resolve()


def find_workspace(start: Path) -> WorkspacePaths:
    """The workspace that ``start`` is, or lies in.

    Raises
    ------
    WorkspaceError
        No folder from ``start`` upwards holds ``next_evidence.yaml``.
    """
    for folder in (start.resolve(), *start.resolve().parents):
        if (folder / SETTINGS_FILE).is_file():
            return WorkspacePaths(folder)
    raise WorkspaceError(
        f"no {SETTINGS_FILE} in {start} or above it; "
        "make a workspace with `next-evidence init DIR --from FOLDER`, or name one with --workspace"
    )
