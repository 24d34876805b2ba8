"""What notebooks and scripts use: open a workspace, get every table as a polars frame, look into a shift."""

from __future__ import annotations

from pathlib import Path
from typing import Self

import polars as pl

from next_evidence.audits import null_replays, read_replayable
from next_evidence.errors import UsageError
from next_evidence.personas.document import Persona
from next_evidence.replay.audit import Audit
from next_evidence.replay.changes import with_changes
from next_evidence.review.decisions import ACCEPTED, MATCH, MOVED, REJECTED, in_force
from next_evidence.review.queue import RANDOM
from next_evidence.schemas import TABLES
from next_evidence.tuning import Tuning, tune
from next_evidence.workspace.workspace import EXPORTED, Workspace


class OpenWorkspace:
    """A workspace opened for reading. Tables are polars frames; docs/tables.md says what their columns hold.

    >>> with open_workspace("examples") as workspace:  # doctest: +SKIP
    ...     workspace.shifts("2026-10")
    """

    def __init__(self, folder: Path | str = ".") -> None:
        self._work = Workspace.open(folder)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the store."""
        self._work.close()

    @property
    def folder(self) -> Path:
        """The workspace's folder."""
        return self._work.paths.root

    @property
    def tables(self) -> tuple[str, ...]:
        """Names of the tables that `table` gives."""
        return (*EXPORTED, "heard", "votes", "accounts")

    @property
    def cycles(self) -> tuple[str, ...]:
        """Names of the cycles that were reported, oldest first."""
        return tuple(cycle.name for cycle in self._work.cycles())

    @property
    def personas(self) -> tuple[Persona, ...]:
        """The persona documents."""
        return self._work.reading.library.personas

    def table(self, name: str, cycle: str | None = None) -> pl.DataFrame:
        """A table of one cycle, or of all.

        Beside the exported tables: ``heard`` and ``votes``, which every share is counted from, ``speakers``, and
        ``accounts`` as they stand now.

        Raises
        ------
        UsageError
            No such table or cycle.
        """
        if name in EXPORTED:
            return self._work.table(name, cycle)
        if name not in self.tables:
            raise UsageError(f"no table {name!r}; there are: {', '.join(self.tables)}")
        if name == "accounts":
            latest = self._work.store.read("accounts").unique(
                "account_id", keep="last", maintain_order=True
            )
            return latest.select(list(TABLES["accounts"]))
        return self._work.store.read(name, **({} if cycle is None else {"cycle": cycle}))

    def shifts(self, cycle: str | None = None, *, verdict: str | None = None) -> pl.DataFrame:
        """Shifts, the surest first; with ``verdict`` only those, e.g. ``surface``."""
        found = self.table("shifts", cycle)
        if verdict is not None:
            found = found.filter(pl.col("verdict") == verdict)
        return found.sort("q_value", "p_value", "persona_id", "pain_id", nulls_last=True)

    def statements(self, persona_id: str, pain_id: str, cycle: str | None = None) -> pl.DataFrame:
        """Accepted statements about a pain with their words, surest first: what a share was counted from."""
        matches = self.table("matches", cycle).filter(
            pl.col("persona_id") == persona_id,
            pl.col("pain_id") == pain_id,
            pl.col("status") == "accepted",
        )
        return matches.sort(["confidence", "utterance_id"], descending=[True, False])

    def ballots(self, persona_id: str, pain_id: str, cycle: str) -> pl.DataFrame:
        """One row per account heard in a cycle: whether it raised the pain, and denied it.

        This is what the tests of `shifts` shuffle: accounts, never statements.
        """
        heard = self.table("heard", cycle).filter(pl.col("persona_id") == persona_id)
        votes = self.table("votes", cycle).filter(
            pl.col("persona_id") == persona_id, pl.col("pain_id") == pain_id
        )
        told = votes.group_by("account_id").agg(pl.col("raises").any(), pl.col("denies").any())
        return (
            heard.join(told, on="account_id", how="left")
            .with_columns(pl.col("raises", "denies").fill_null(False))
            .sort("account_id")
        )

    def reviewed(self) -> pl.DataFrame:
        """Matches that people judged after a random draw: the ones that say how often matches are right.

        Answers that were taken back, skipped or replaced by a later one are left out, and so are matches that were sought
        out because they looked uncertain or mattered much: those are not typical.

        Returns
        -------
        Columns ``utterance_id, cycle, account_id, persona_id, pain_id, confidence, uncalibrated, right, at``, oldest first.
        ``confidence`` is as it was shown, ``uncalibrated`` as the matching head gave it (null for a discovered pain),
        ``right`` whether the person accepted the match.
        """
        decided = in_force(self.table("decisions"))
        return decided.filter(
            pl.col("kind") == MATCH,
            pl.col("drawn") == RANDOM,
            pl.col("verdict").is_in([ACCEPTED, REJECTED, MOVED]),
        ).select(
            pl.col("subject").alias("utterance_id"),
            "cycle",
            "account_id",
            "persona_id",
            "pain_id",
            "confidence",
            "uncalibrated",
            (pl.col("verdict") == ACCEPTED).alias("right"),
            "at",
        )

    def tune(self, *changes: str) -> Tuning:
        """Judge every reported cycle at other thresholds, e.g. ``tune("gate.min_accounts=8")``; nothing is written.

        Raises
        ------
        UsageError
            A change would need a new run, or too few cycles were reported.
        SettingsError
            Unknown keys or wrong values, all at once.
        """
        settings = with_changes(self._work.settings, changes, self._work.reading.library)
        return tune(self._work, settings, replays=0, progress=lambda step, done, total: None)

    def audit(self, *changes: str, replays: int = 25) -> Audit:
        """Null replays of this history, at these thresholds or with changes as in `tune`; nothing is written.

        Raises
        ------
        UsageError, SettingsError
            As in `tune`.
        """
        settings = with_changes(self._work.settings, changes, self._work.reading.library)
        return null_replays(
            self._work,
            read_replayable(self._work),
            settings=settings,
            replays=replays,
            progress=lambda done: None,
        )


def open_workspace(folder: Path | str = ".") -> OpenWorkspace:
    """Open the workspace that ``folder`` is, or lies in."""
    return OpenWorkspace(folder)
