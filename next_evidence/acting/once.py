"""Deciding once: an action that was taken before, by whomever, is told and not recorded again."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import polars as pl

from next_evidence.workspace.decisions import read_decisions
from next_evidence.workspace.lock import hold
from next_evidence.workspace.workspace import Workspace

PATIENCE_S = 30.0


@dataclass(frozen=True)
class Told:
    """What came of an action. ``new`` False: it had been decided before, and ``said`` says by whom."""

    said: str
    new: bool


@contextmanager
def locked_log(work: Workspace) -> Iterator[pl.DataFrame]:
    """The log of decisions, while nobody else adds to it after looking: two clicks are one decision."""
    with hold(work.paths.decisions_lock, patience_s=PATIENCE_S):
        yield read_decisions(work.store)
