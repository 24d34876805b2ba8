"""From a cycle's briefs to the outbox: what is to be posted of it, and what that changes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

import polars as pl

from next_evidence.brief.model import CyclePage, MissedCycle
from next_evidence.brief.render import RenderedBrief, render_cycle_page
from next_evidence.brief.templates import Templates
from next_evidence.brief.words import span_of
from next_evidence.delivery.outbox import Entry, drop_older, plan
from next_evidence.delivery.protocol import Channel, Message
from next_evidence.outlets import link_to, make_channels
from next_evidence.posting.outbox import entries, outbox_rows
from next_evidence.records import Cycle
from next_evidence.workspace.workspace import Workspace


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
    return outbox_rows(changed)


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
