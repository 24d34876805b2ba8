"""An outbox, a clock and a web server, for channels that post to a web address."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from next_evidence.brief.render import RenderedBrief
from next_evidence.delivery.dispatch import Dispatcher
from next_evidence.delivery.outbox import plan

START = datetime(2026, 11, 2, 9, tzinfo=UTC)


def brief(persona_id="ops-lead", owner="@ops", cycle="2026-10", text="It moved"):
    name = "index" if persona_id is None else "brief"
    said = json.dumps({"title": f"{text} é"}).encode()
    files = {f"{name}.teams.json": said, f"{name}.json": said}
    return RenderedBrief(persona_id, cycle, text, owner, "shifted", files)


class WebPost:
    """What a run does with one channel: plan, post, and again later."""

    def __init__(self, receiver, channel):
        self.receiver, self.channel, self.entries, self.slept = receiver, channel, {}, []
        self.now = START

    def plan(self, *briefs):
        messages = [message for one in briefs for message in self.channel.messages(one)]
        changed = plan(
            list(self.entries.values()),
            messages,
            channel="web",
            withdrawal=self.channel.withdrawal() if self.channel.corrects else None,
            now=self.now,
        )
        self.entries |= {entry.key: entry for entry in changed}

    def run(self):
        def save(entry):
            self.entries[entry.key] = entry

        Dispatcher(
            {"web": self.channel}, save=save, now=lambda: self.now, sleep=self.slept.append
        ).run(list(self.entries.values()))

    def states(self):
        return [entry.state for entry in self.entries.values()]

    def bodies(self):
        return [json.loads(body) for _, _, body in self.receiver.taken]
