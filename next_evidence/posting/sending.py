"""From the outbox to the channels: what is due is posted, whichever run planned it."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import polars as pl

from next_evidence.decided import Decided, read_decided, settled
from next_evidence.delivery.dispatch import Dispatcher
from next_evidence.delivery.outbox import Entry
from next_evidence.delivery.protocol import Channel
from next_evidence.outlets import make_channels
from next_evidence.posting.outbox import entries, outbox_rows
from next_evidence.timetable import quiet_until
from next_evidence.workspace.tables import SHOWN
from next_evidence.workspace.workspace import Workspace


@dataclass(frozen=True)
class Posted:
    """What a run posted. ``waiting`` goes out by itself; ``quiet_until``: quiet hours hold it until then.

    ``held`` waits for a person's yes.
    """

    sent: int = 0
    waiting: int = 0
    held: int = 0
    quiet_until: datetime | None = None
    problems: tuple[str, ...] = ()


def post_waiting(
    work: Workspace,
    *,
    now: Callable[[], datetime],
    sleep: Callable[[float], None] = time.sleep,
    through_quiet_hours: bool = False,
) -> Posted:
    """Post what is due in the outbox, whichever run planned it.

    The workspace's lock must be held: two runs must not post at once.
    """
    channels, decided = make_channels(work), read_decided(work)
    before = _settle(work, channels, decided, now())
    quiet = None if through_quiet_hours else quiet_until(now(), work.settings.schedule)
    after = _dispatch(work, channels, decided, before, now, sleep, only_corrections=bool(quiet))
    # what was corrected just now no longer says what was decided about it
    decided = read_decided(work)
    again = _settle(work, channels, decided, now())
    if again != after:
        after = _dispatch(work, channels, decided, again, now, sleep, only_corrections=bool(quiet))
    known = {entry.key: entry for entry in before}
    tried = [entry for entry in after if entry != known.get(entry.key)]
    waiting = sum(entry.goes_out for entry in after)
    return Posted(
        sent=sum(entry.state == "sent" and not _only_annotated(entry, known) for entry in tried),
        waiting=waiting,
        held=sum(entry.state == "held" for entry in after),
        quiet_until=quiet if waiting else None,
        problems=tuple(_problems(tried)),
    )


def _settle(
    work: Workspace, channels: Mapping[str, Channel], decided: Decided, now: datetime
) -> list[Entry]:
    """The outbox as decisions leave it, which is stored."""
    changed = settled(entries(work), decided, channels, now=now)
    if changed:
        with work.store.transaction() as transaction:
            transaction.replace("outbox", outbox_rows(changed), key="key")
    return entries(work)


def _dispatch(
    work: Workspace,
    channels: Mapping[str, Channel],
    decided: Decided,
    waiting: Sequence[Entry],
    now: Callable[[], datetime],
    sleep: Callable[[float], None],
    *,
    only_corrections: bool,
) -> list[Entry]:
    """Post what may go out; every entry as it stands then."""
    standing = {entry.key: entry for entry in waiting}

    def save(entry: Entry) -> None:
        before = standing[entry.key]
        annotated = before.content is None and before.receipt is not None
        with work.store.transaction() as transaction:
            transaction.replace("outbox", outbox_rows([entry]), key="key")
            if entry.state == "sent":
                transaction.delete("shown", key=entry.key)
                if annotated:
                    row = (entry.key, decided.digest(entry))
                    transaction.append("shown", pl.DataFrame([row], schema=SHOWN, orient="row"))
        standing[entry.key] = entry

    return Dispatcher(
        channels,
        save=save,
        now=now,
        sleep=sleep,
        approvals=decided.approvals,
        outcomes=decided.outcomes,
        only_corrections=only_corrections,
    ).run(waiting)


def _only_annotated(entry: Entry, known: Mapping[str, Entry]) -> bool:
    before = known.get(entry.key)
    return before is not None and before.content is None


def _problems(tried: Iterable[Entry]) -> Iterable[str]:
    """One line for each thing that went wrong, however many messages it kept back."""
    counts = Counter(
        (entry.channel, entry.cycle, entry.state, entry.problem)
        for entry in tried
        if entry.state in ("failed", "ambiguous")
    )
    for (channel, cycle, state, problem), count in counts.items():
        what = "was not delivered" if state == "failed" else "may have been delivered"
        many = "one message" if count == 1 else f"{count} messages"
        yield (
            f"{channel}: {many} of {cycle} {what}: {problem}; `next-evidence deliveries` has more"
        )
