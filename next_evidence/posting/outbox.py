"""The outbox as the store holds it: read, listed, tried again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, fields
from datetime import datetime
from typing import Any

import polars as pl

from next_evidence.delivery.outbox import Entry, retried
from next_evidence.errors import UsageError
from next_evidence.workspace.tables import OUTBOX
from next_evidence.workspace.workspace import Workspace

_FIELDS = tuple(field.name for field in fields(Entry))


def entries(work: Workspace) -> list[Entry]:
    """The whole outbox, in the order in which it is posted."""
    rows = work.store.read("outbox").to_dicts()
    return sorted((Entry(**row) for row in rows), key=lambda e: (e.channel, e.address, *e.order))


def delivery_rows(
    work: Workspace, keys: Sequence[str], *, cycle: str | None, waiting: bool
) -> list[dict[str, Any]]:
    """The outbox as people and programs read it: without contents, oldest cycle first.

    Parameters
    ----------
    keys
        Beginnings of keys; none: all.
    cycle
        One cycle; None: all.
    waiting
        Only what was not posted, or may not have been.
    """
    return [
        {name: value for name, value in asdict(entry).items() if name != "content"}
        for entry in sorted(entries(work), key=lambda e: (e.order[0], e.channel, e.position))
        if (not keys or entry.key.startswith(tuple(keys)))
        and cycle in (None, entry.cycle)
        and (entry.waits or not waiting)
    ]


def retry(work: Workspace, keys: Sequence[str], *, now: datetime) -> int:
    """Have entries tried at once: those named by the beginning of their key, or all that failed; say how many.

    Raises
    ------
    UsageError
        A name fits no entry that waits, or more than one, or one that waits for approval.
    """
    waiting = [entry for entry in entries(work) if entry.waits]
    chosen = waiting
    if keys:
        chosen = []
        for key in keys:
            fitting = [entry for entry in waiting if entry.key.startswith(key)]
            if len(fitting) != 1:
                raise UsageError(
                    f"{len(fitting)} waiting deliveries have an id that begins with {key!r}; "
                    "`next-evidence deliveries --waiting` lists them"
                )
            chosen += fitting
        if any(entry.state == "held" for entry in chosen):
            raise UsageError("what is held waits for a yes, not for another try: --approve")
    changed = [retried(entry, by_name=bool(keys), now=now) for entry in chosen]
    changed = [new for new, old in zip(changed, chosen, strict=True) if new != old]
    with work.store.transaction() as transaction:
        transaction.replace("outbox", outbox_rows(changed), key="key")
    return len(changed)


def outbox_rows(changed: Iterable[Entry]) -> pl.DataFrame:
    """``OUTBOX`` rows of entries; of several with one key, the last."""
    latest: Mapping[str, Entry] = {entry.key: entry for entry in changed}
    rows = [{name: getattr(entry, name) for name in _FIELDS} for entry in latest.values()]
    return pl.DataFrame(rows, schema=OUTBOX)
