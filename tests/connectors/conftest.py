"""Makers of small workspaces."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from next_evidence.records import Account, Contact, Conversation, Rejection
from next_evidence.sources.protocol import Connector, Page

NOW = datetime(2026, 11, 1, tzinfo=UTC)


@dataclass
class Pulled:
    """All that one pull gave."""

    pages: list[Page]

    @property
    def conversations(self) -> list[Conversation]:
        return [row for page in self.pages for row in page.conversations]

    @property
    def accounts(self) -> list[Account]:
        return [row for page in self.pages for row in page.accounts]

    @property
    def contacts(self) -> list[Contact]:
        return [row for page in self.pages for row in page.contacts]

    @property
    def rejected(self) -> list[Rejection]:
        return [row for page in self.pages for row in page.rejected]

    @property
    def where(self) -> list[tuple[str, int]]:
        return [(row.file, row.line) for row in self.rejected]

    @property
    def files(self) -> list[str]:
        return [name for page in self.pages for name in page.files]

    @property
    def cursor(self) -> str:
        return self.pages[-1].cursor

    @property
    def said(self) -> list[str]:
        return [turn.text for row in self.conversations for turn in row.turns]


Pull = Callable[..., Pulled]


@pytest.fixture
def pull(tmp_path: Path) -> Pull:
    """Pull a connector class with options from the test's own workspace."""

    def run(made: Any, *, since: str | None = None, **options: object) -> Pulled:
        connector: Connector = made.from_options(options, root=tmp_path)
        return Pulled(list(connector.pull(since=since, until=NOW)))

    return run
