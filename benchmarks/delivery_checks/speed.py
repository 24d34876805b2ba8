"""How long a cycle of 20 shifted personas takes from composed briefs to posted messages, without the network.

python benchmarks/delivery_checks/speed.py [--personas 20]

Every channel takes a brief of every persona; what calls the network is left out, everything before and after it is not.
Processor time stands beside the wall's, since other work on a machine slows the one and not the other.
"""

from __future__ import annotations

import argparse
import platform
import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from jinja2 import FileSystemLoader

from next_evidence.assets import packaged
from next_evidence.brief.charts import draw_charts
from next_evidence.brief.compose import compose_cycle
from next_evidence.brief.render import RenderedBrief, render_brief, render_cycle_page
from next_evidence.brief.templates import Templates
from next_evidence.delivery.dispatch import Dispatcher
from next_evidence.delivery.mail import EmailChannel
from next_evidence.delivery.outbox import Entry, plan
from next_evidence.delivery.protocol import Channel, Message
from next_evidence.delivery.slack import SlackChannel
from next_evidence.delivery.teams import TeamsChannel
from next_evidence.delivery.webhook import WebhookChannel
from next_evidence.testing.briefs import NOW, sample, sample_brief

CLOCK = datetime(2026, 11, 2, 9, tzinfo=UTC)
ROOT = Path()


class Offline:
    """A channel that makes its messages and keeps them."""

    def __init__(self, channel: Channel) -> None:
        self.channel = channel
        self.corrects, self.searches, self.most_briefs = False, False, None

    def messages(self, brief: RenderedBrief) -> tuple[Message, ...]:
        return self.channel.messages(brief)

    def post(self, message: Message, *, key: str, parent: str | None) -> str:
        del message, parent
        return key


def main() -> None:
    """Measure the steps and print them as a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--personas", type=int, default=20)
    personas = parser.parse_args().personas
    channels = {
        "slack": SlackChannel.from_options({"channel": "C012345"}, root=ROOT),
        "email": EmailChannel.from_options(
            {"host": "h", "sender": "a@b.example", "to": ["c@d.example"]}, root=ROOT
        ),
        "teams": TeamsChannel.from_options({}, root=ROOT),
        "webhook": WebhookChannel.from_options({}, root=ROOT),
    }
    templates = Templates(FileSystemLoader(packaged("templates")))
    sample_brief("strong")  # what the year's tables cost is no part of this
    draw_charts(sample_brief("strong"))  # nor is starting Altair
    print("| step | seconds | processor seconds |\n| --- | ---: | ---: |")
    total = Lap()
    lap = Lap()
    composed = [
        replace(sample("strong").compose(), persona_id=f"persona-{n}") for n in range(personas)
    ]
    lap.say(f"compose {personas} briefs (and make their sample tables)")
    total = Lap()
    pictures = [draw_charts(brief) for brief in composed]
    lap.say("draw their charts")
    rendered = [
        render_brief(brief, templates, pictures=drawn, link="https://ne.example/b")
        for brief, drawn in zip(composed, pictures, strict=True)
    ]
    lap.say("render every form")
    digest = render_cycle_page(compose_cycle(composed, company="Meridian", cycle=NOW), templates)
    lap.say("render the digest")
    entries: list[Entry] = []
    for name, channel in channels.items():
        messages = [m for brief in (digest, *rendered) for m in channel.messages(brief)]
        entries += plan([], messages, channel=name, withdrawal=None, now=CLOCK)
    lap.say(f"plan {len(entries)} messages")
    offline = {name: Offline(channel) for name, channel in channels.items()}
    after = Dispatcher(
        offline,  # type: ignore[arg-type]
        save=lambda _entry: None,
        now=lambda: CLOCK,
        sleep=lambda _seconds: None,
    ).run(entries)
    lap.say(f"post {sum(entry.state == 'sent' for entry in after)} of them, without network")
    total.say("from composed briefs to posted")
    print(f"\nPython {platform.python_version()}, {platform.machine()}.")


class Lap:
    """Time since the last one."""

    def __init__(self) -> None:
        self.wall, self.processor = time.perf_counter(), time.process_time()

    def say(self, what: str) -> None:
        wall, processor = time.perf_counter(), time.process_time()
        print(f"| {what} | {wall - self.wall:.2f} | {processor - self.processor:.2f} |", flush=True)
        self.wall, self.processor = wall, processor


if __name__ == "__main__":
    main()
