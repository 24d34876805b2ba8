"""`Connector` and `Page`: the whole contract between a source and the engine."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, ClassVar, Protocol, Self

from next_evidence.records import Account, Contact, Conversation, Rejection


@dataclass(frozen=True)
class Page:
    """What a connector hands over at once. Rows and cursor are committed together.

    Parameters
    ----------
    cursor
        Where to go on after this page; opaque to the engine, at most a few hundred kilobytes of text.
    conversations, accounts, contacts
        Rows, oldest first where the source knows an order. A row pulled again replaces the earlier one.
    rejected
        Rows that could not be read. ``file`` is relative to the workspace.
    files
        Files that this page read from their beginning: earlier rejections of theirs are forgotten.
    """

    cursor: str
    conversations: tuple[Conversation, ...] = ()
    accounts: tuple[Account, ...] = ()
    contacts: tuple[Contact, ...] = ()
    rejected: tuple[Rejection, ...] = ()
    files: tuple[str, ...] = ()


class Connector(Protocol):
    """Pulls customers' words, or who they are, from one system. Holds no state: the engine keeps the cursor.

    ``directory`` says that it gives accounts or contacts and no conversations. Such sources are pulled first, since
    masking and resolving conversations need them.
    """

    directory: ClassVar[bool]

    @classmethod
    def from_options(cls, options: Mapping[str, Any], *, root: Path) -> Self:
        """Make a connector from the ``options`` of ``next_evidence.yaml``; paths are relative to ``root``.

        Raises
        ------
        SettingsError
            Every wrong option at once.
        """
        ...

    def pull(self, *, since: str | None, until: datetime) -> Iterator[Page]:
        """Yield pages after the cursor ``since`` (None: from the beginning).

        Stopped after any page and resumed from its cursor, a connector yields exactly what was left.
        Nothing new: no pages. ``until`` bounds what an API is asked for; it is not a filter on dates.

        Raises
        ------
        SourceUnavailable
            Try again later.
        SourceRefused
            A person must act: the path, permission or token is wrong.
        """
        ...
