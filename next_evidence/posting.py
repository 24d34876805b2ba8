"""From a cycle's briefs to the outbox, and from the outbox to the channels."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from datetime import datetime
from typing import Any

import polars as pl

from next_evidence.brief.model import CyclePage, MissedCycle
from next_evidence.brief.render import RenderedBrief, render_cycle_page
from next_evidence.brief.templates import Templates
from next_evidence.brief.words import span_of
from next_evidence.decided import Decided, read_decided, settled
from next_evidence.delivery.dispatch import Dispatcher
from next_evidence.delivery.outbox import Entry, drop_older, plan, retried
from next_evidence.delivery.protocol import Channel, Message
from next_evidence.errors import UsageError
from next_evidence.outlets import link_to, make_channels
from next_evidence.records import Cycle
from next_evidence.timetable import quiet_until
from next_evidence.workspace.tables import OUTBOX, SHOWN
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


def plan_posts(
    work: Workspace,
    page: CyclePage,
    rendered: Sequence[RenderedBrief],
    templates: Templates,
    *,
    cycle: Cycle,
    opens: bool,
    now: datetime,
) -> pl.DataFrame:
    """Outbox rows that a cycle's report adds or changes, to be stored with the report.

    Parameters
    ----------
    page, rendered
        The cycle's page, and its briefs in every form.
    opens
        Whether the cycle may begin conversations. A cycle long past only corrects what was posted of it.
    now
        The clock.

    Returns
    -------
    ``OUTBOX`` rows; a row with a key that is there already takes its place.
    """
    changed: list[Entry] = []
    for name, channel in make_channels(work).items():
        known = [e for e in entries(work) if e.channel == name and not e.is_request]
        if not opens and not any(entry.cycle == cycle.name for entry in known):
            continue
        digest = render_cycle_page(
            replace(page, missed=_missed(work, known, cycle)),
            templates,
            link=link_to(work, cycle, None),
        )
        by_persona = {brief.persona_id: brief for brief in rendered}
        ordered = [by_persona[brief.persona_id] for brief in page.briefs]
        messages = [
            *channel.messages(digest),
            *_chosen(channel, ordered, known, cycle, opens=opens),
        ]
        changed += plan(
            known,
            messages,
            channel=name,
            withdrawal=channel.withdrawal() if channel.corrects else None,
            now=now,
        )
        if opens:
            changed += drop_older(known, cycle.name, searches=channel.searches)
    return _frame(changed)


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
            transaction.replace("outbox", _frame(changed), key="key")
    return entries(work)


def _only_annotated(entry: Entry, known: Mapping[str, Entry]) -> bool:
    before = known.get(entry.key)
    return before is not None and before.content is None


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
            transaction.replace("outbox", _frame([entry]), key="key")
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
        transaction.replace("outbox", _frame(changed), key="key")
    return len(changed)


def _chosen(
    channel: Channel,
    briefs: Iterable[RenderedBrief],
    known: Sequence[Entry],
    cycle: Cycle,
    *,
    opens: bool,
) -> list[Message]:
    """Messages of shifted personas as far as each address takes them, and of whatever was begun before."""
    begun = {(entry.address, entry.persona_id) for entry in known if entry.cycle == cycle.name}
    taken: Counter[str] = Counter()
    chosen: list[Message] = []
    for brief in briefs:
        messages = channel.messages(brief)
        for address in dict.fromkeys(message.address for message in messages):
            room = channel.most_briefs is None or taken[address] < channel.most_briefs
            if (address, brief.persona_id) in begun or (
                opens and brief.state == "shifted" and room
            ):
                taken[address] += 1
                chosen += [message for message in messages if message.address == address]
    return chosen


def _missed(work: Workspace, known: Sequence[Entry], cycle: Cycle) -> tuple[MissedCycle, ...]:
    """Cycles reported since this channel's last digest and before this cycle; none when it never had one."""
    before = {
        Cycle.parse(entry.cycle)
        for entry in known
        if entry.persona_id is None and entry.part == 0 and entry.begun
    }
    before = {other for other in before if other < cycle}
    if not before:
        return ()
    missed = []
    for other in work.cycles():
        if max(before) < other < cycle:
            states = work.store.read("briefs", cycle=other.name)["state"].to_list()
            missed.append(MissedCycle(span_of(other), len(states), states.count("sent")))
    return tuple(missed)


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


_FIELDS = tuple(field.name for field in fields(Entry))


def _frame(changed: Iterable[Entry]) -> pl.DataFrame:
    latest: Mapping[str, Entry] = {entry.key: entry for entry in changed}
    rows = [{name: getattr(entry, name) for name in _FIELDS} for entry in latest.values()]
    return pl.DataFrame(rows, schema=OUTBOX)
