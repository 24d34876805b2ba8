"""An opened workspace: its paths, settings, personas and store."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Self

import polars as pl

from next_evidence.errors import UsageError
from next_evidence.personas.library import LibraryReading
from next_evidence.records import Cycle, named_cycle
from next_evidence.schemas import TABLES
from next_evidence.settings import Settings
from next_evidence.workspace.documents import load_library, load_settings
from next_evidence.workspace.paths import WorkspacePaths, find_workspace
from next_evidence.workspace.store import Store

EXPORTED = (
    "utterances", "speakers", "matches", "pains", "shares", "shifts", "coverage", "briefs", "decisions",
)  # fmt: skip
"""Tables that other programs rely on, in the order of the flow."""


@dataclass(frozen=True)
class Workspace:
    """What every command and notebook works on."""

    paths: WorkspacePaths
    settings: Settings
    reading: LibraryReading
    store: Store

    @classmethod
    def open(cls, folder: Path | str = ".") -> Self:
        """Open the workspace that ``folder`` is, or lies in.

        Raises
        ------
        WorkspaceError
            There is none, or its store cannot be read.
        SettingsError
            Its settings are wrong.
        """
        paths = find_workspace(Path(folder))
        settings = load_settings(paths)
        reading = load_library(paths.inside(settings.persona_library))
        return cls(paths, settings, reading, Store.open(paths.store))

    def cycles(self) -> tuple[Cycle, ...]:
        """Cycles that were reported, oldest first."""
        names = self.store.read("cycle_runs", step="report")["cycle"].to_list()
        return tuple(sorted(Cycle.parse(name) for name in names))

    def cycle_of(self, column: str = "spoken_at") -> pl.Expr:
        """The name of the cycle that a moment falls in, as an expression."""
        moment = pl.col(column)
        if self.settings.cadence == "weekly":
            return moment.dt.strftime("%G-W%V")
        if self.settings.cadence == "quarterly":
            quarter = moment.dt.quarter().cast(pl.String)
            return pl.concat_str(moment.dt.strftime("%Y"), pl.lit("-Q"), quarter)
        return moment.dt.strftime("%Y-%m")

    def table(self, name: str, cycle: str | None = None) -> pl.DataFrame:
        """One of the `EXPORTED` tables, of one cycle or of all.

        ``pains`` is the registry at the end of the cycle; without a cycle, at the end of the newest one.

        Raises
        ------
        UsageError
            No such table, or no such cycle.
        """
        if name not in EXPORTED:
            raise UsageError(f"no table {name!r}; there are: {', '.join(EXPORTED)}")
        if cycle is not None:
            cycle = named_cycle(cycle).name
        if name == "utterances":
            return self._utterances(cycle)
        if name == "pains" and cycle is None:
            done = self.store.scalars("pains", "cycle")
            cycle = max(done, key=Cycle.parse) if done else None
        return self.store.read(name, **({} if cycle is None else {"cycle": cycle}))

    def _utterances(self, cycle: str | None) -> pl.DataFrame:
        if cycle is None:
            frame = self.store.read("utterances")
        else:
            frame = self.store.utterances(Cycle.parse(cycle))
        columns = list(TABLES["utterances"])
        columns.insert(columns.index("spoken_at") + 1, "cycle")
        return frame.with_columns(self.cycle_of().alias("cycle")).select(columns)

    def close(self) -> None:
        """Close the store."""
        self.store.close()
