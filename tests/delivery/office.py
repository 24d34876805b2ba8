"""An outbox that survives its process, with briefs to post in Slack: what storms are let loose on."""

from __future__ import annotations

import json
import random
from datetime import UTC, datetime, timedelta

from next_evidence.brief.render import RenderedBrief
from next_evidence.delivery.dispatch import Dispatcher
from next_evidence.delivery.outbox import Entry, plan
from next_evidence.delivery.slack import SlackChannel
from next_evidence.delivery.slack_api import SlackApi
from next_evidence.delivery.slack_options import SlackOptions
from tests.delivery.slack_workspace import SlackWorkspace

START = datetime(2026, 9, 20, tzinfo=UTC)
ROUTES = {"@growth": "C0GROWTH", "@boss": "U0BOSS"}


def line(text, kind="rich_text_section"):
    words = {"type": "text", "text": text}
    return {"type": "rich_text", "elements": [{"type": kind, "elements": [words]}]}


def said(text):
    return {"text": text, "blocks": [line(text)]}


def brief(persona_id, *, owner="@ops", text="It moved", parts=2, picture=True):
    name = "index" if persona_id is None else "brief"
    payload = {
        "parent": said(f"{persona_id}: {text}"),
        "thread": [said(f"{persona_id} part {n}: {text}") for n in range(parts)],
        "files": [{"file": "trend.png", "title": "Trend", "alt_text": "It rose."}],
    }
    files = {f"{name}.slack.json": json.dumps(payload).encode()}
    if picture and persona_id is not None:
        files["trend.png"] = b"\x89PNG" + bytes(200)
    return RenderedBrief(persona_id, "2026-08", "title", owner, "shifted", files)


BRIEFS = (brief(None), brief("a"), brief("b", parts=3), brief("c", owner="@growth"))


class Killed(BaseException):
    """The process ends here."""


class Office:
    """An outbox that survives its process, a clock that can be turned, and a way to be killed at any write."""

    def __init__(self, workspace, url, *, seed=0, kill_rate=0.0):
        self.workspace, self.url = workspace, url
        self.entries: dict[str, Entry] = {}
        self.now, self.kill_rate, self.slept = START, kill_rate, []
        self.chance, self.deaths = random.Random(seed), 0

    def channel(self, **more):
        options = {"channel": "C0PERSONAS", "routes": ROUTES, "token_env": "SLACK_TEST_TOKEN"}
        api = SlackApi(token_env="SLACK_TEST_TOKEN", api_url=self.url, timeout_s=5)
        given = SlackOptions.model_validate({**options, **more})
        return SlackChannel(given, api, sleep=self.sleep)

    def sleep(self, seconds):
        self.slept.append(seconds)
        self.now += timedelta(seconds=seconds)

    def save(self, entry):
        if self.chance.random() < self.kill_rate:
            raise Killed
        self.entries[entry.key] = entry
        if self.chance.random() < self.kill_rate:
            raise Killed

    def plan(self, *briefs):
        channel = self.channel()
        messages = [message for one in briefs for message in channel.messages(one)]
        changed = plan(
            list(self.entries.values()),
            messages,
            channel="slack",
            withdrawal=channel.withdrawal(),
            now=self.now,
        )
        self.entries |= {entry.key: entry for entry in changed}
        return changed

    def run(self, **more):
        """One run of the program; True when it came to its end."""
        dispatcher = Dispatcher(
            {"slack": self.channel(**more)}, save=self.save, now=lambda: self.now, sleep=self.sleep
        )
        try:
            dispatcher.run(list(self.entries.values()))
        except Killed:
            self.deaths += 1
            return False
        return True

    def run_until_done(self):
        for _ in range(400):
            self.run()
            self.now += timedelta(hours=25)
            if not any(entry.waits for entry in self.entries.values()):
                return
        raise AssertionError("something still waits")

    def states(self):
        return [entry.state for entry in self.entries.values()]


def shown(messages):
    return [message["text"] for message in messages]


def check_everything_is_there_once(workspace, text="It moved"):
    assert shown(workspace.roots("C0PERSONAS")) == [f"{p}: {text}" for p in (None, "a", "b")]
    assert shown(workspace.roots("C0GROWTH")) == [f"c: {text}"]
    for root, parts in zip(
        [*workspace.roots("C0PERSONAS"), *workspace.roots("C0GROWTH")], (2, 2, 3, 2), strict=True
    ):
        persona = root["text"].split(":")[0]
        expected = [f"{persona} part {n}: {text}" for n in range(parts)]
        if persona != "None":
            expected.insert(-1, "Trend. It rose.")
        assert shown(workspace.thread(root)) == expected
    assert len(workspace.messages) == 16


def storm(seed):
    """Seeded failures and kills until everything is out, and then until a correction is; how often a run died."""
    workspace = SlackWorkspace(seed, fault_rate=0.25)
    with workspace.served() as url:
        office = Office(workspace, url, seed=seed, kill_rate=0.04)
        office.plan(*BRIEFS)
        office.run_until_done()
        check_everything_is_there_once(workspace)

        corrected = [
            brief(b.persona_id, owner=b.owner, text="It moved more", parts=3 if b.persona_id == "b" else 2)
            for b in BRIEFS
        ]  # fmt: skip
        office.plan(*corrected)
        office.run_until_done()
        check_everything_is_there_once(workspace, "It moved more")
    assert office.states() == ["sent"] * 16
    assert all(entry.content is None for entry in office.entries.values())
    return office.deaths
