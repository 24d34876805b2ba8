"""Runs that are killed by SIGKILL in the middle of what they do, until nothing is left that goes out by itself.

A run is a process of its own which opens the workspace and posts. It dies before a server does what it asks, after the server
did and before it hears of it, or a moment later, while it writes that down.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import random
import signal
import threading
from contextlib import closing, suppress
from datetime import UTC, datetime, timedelta
from importlib.metadata import EntryPoint

import polars as pl

from next_evidence.delivery import registry
from next_evidence.delivery.dispatch import Dispatcher
from next_evidence.delivery.mail import EmailChannel
from next_evidence.delivery.outbox import plan
from next_evidence.delivery.slack import SlackChannel
from next_evidence.posting.outbox import entries
from next_evidence.posting.sending import post_waiting
from next_evidence.workspace.lock import hold
from next_evidence.workspace.tables import OUTBOX
from next_evidence.workspace.workspace import Workspace
from tests.delivery.mail_server import MailServer
from tests.delivery.office import BRIEFS, ROUTES, Killed, check_everything_is_there_once
from tests.delivery.slack_workspace import SlackWorkspace
from tests.delivery.test_mail import OPTIONS, Post
from tests.delivery.test_mail import brief as mail_brief

START = datetime(2026, 9, 20, tzinfo=UTC)
SLACK = """
deliveries:
  - use: slack
    options: {{channel: C0PERSONAS, token_env: SLACK_TEST_TOKEN, api_url: "{url}", routes: {routes}}}
"""
MAIL = "deliveries: [{{use: email, options: {options}}}]\n"
POINTS = {
    "slack": "next_evidence.delivery.slack:SlackChannel",
    "email": "next_evidence.delivery.mail:EmailChannel",
}


class Reaper:
    """Kills the process at work, ``victim``, at some of the moments that it is told of; ``kills`` counts those that hit."""

    def __init__(self, seed, rate):
        self.chance, self.rate = random.Random(seed), rate
        self.victim, self.kills = None, 0

    def visit(self):
        """Perhaps kill, now or within the next milliseconds; True when the victim is dead."""
        if self.victim is None or self.chance.random() >= self.rate:
            return False
        if self.chance.random() < 0.5:
            self.kill()
            return True
        threading.Timer(self.chance.uniform(0.0, 0.03), self.kill).start()
        return False

    def kill(self):
        """By its number alone: asking a `multiprocessing.Process` from two threads at once loses its exit status."""
        victim = self.victim
        if victim is not None:
            with suppress(ProcessLookupError):  # it ended first
                os.kill(victim, signal.SIGKILL)


class DeadlySlack(SlackWorkspace):
    """Slack that kills who calls it, before or after it did the work, and fails as networks do."""

    def __init__(self, seed, *, fault_rate=0.15, kill_rate=0.05):
        super().__init__(seed, fault_rate=fault_rate)
        self.reaper = Reaper(seed, kill_rate)

    def fault(self):
        return "dropped before" if self.reaper.visit() else super().fault()

    def answer(self, method, arguments, port):
        done = super().answer(method, arguments, port)
        self.reaper.visit()
        return done


class DeadlyMailServer(MailServer):
    """A mail server that kills who talks to it, at any line of the talk."""

    def __init__(self, seed, *, fault_rate=0.05, kill_rate=0.03):
        super().__init__(seed, fault_rate=fault_rate)
        self.reaper = Reaper(seed, kill_rate)

    def answer(self, place, usual):
        return "" if self.reaper.visit() else super().answer(place, usual)


def spawning():
    """Where runs come from: a process that has imported everything and done nothing."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([__name__])
    return context


def slack_storm(seed, folder, context):
    """Post four briefs by runs that die; how many died. Everything is there once, in order, in its thread."""
    slack = DeadlySlack(seed)
    with slack.served() as url:
        make_workspace(folder, SLACK.format(url=url, routes=_flow(ROUTES)))
        _plan(
            folder,
            SlackChannel.from_options({"channel": "C0PERSONAS", "routes": ROUTES}, root=folder),
            "slack",
            BRIEFS,
        )
        outbox = _run_until_done(folder, slack.reaper, context)
        check_everything_is_there_once(slack)
    assert {entry.state for entry in outbox} == {"sent"}
    assert all(entry.content is None for entry in outbox)
    return slack.reaper.kills


def mail_storm(seed, folder, context):
    """Send four mails' worth of briefs by runs that die; how many died, and how many mails a person must decide about."""
    server = DeadlyMailServer(seed)
    with server.served() as port:
        options = {**OPTIONS, "port": str(port), "timeout_s": 5}
        make_workspace(folder, MAIL.format(options=_flow(options)))
        briefs = (mail_brief(None), mail_brief("a", "@boss"), mail_brief("b"), mail_brief("c"))
        _plan(folder, EmailChannel.from_options(options, root=folder), "email", briefs)
        outbox = _run_until_done(folder, server.reaper, context)
    check_no_mail_twice(server, outbox)
    return server.reaper.kills, sum(entry.state == "ambiguous" for entry in outbox)


def interrupted_mail_storm(seed):
    """The same in one process: a run ends at any write. How often, and how many mails a person must decide about."""
    server, chance, deaths = MailServer(seed, fault_rate=0.15), random.Random(seed), 0
    with server.served() as port:
        post = InterruptedPost(server, port, chance)
        post.plan(mail_brief(None), mail_brief("a", "@boss"), mail_brief("b"), mail_brief("c"))
        for _ in range(400):
            try:
                post.run()
            except Killed:
                deaths += 1
                continue
            finally:
                post.now += timedelta(hours=25)
            if not any(entry.goes_out for entry in post.entries.values()):
                break
    outbox = list(post.entries.values())
    check_no_mail_twice(server, outbox)
    return deaths, sum(entry.state == "ambiguous" for entry in outbox)


class InterruptedPost(Post):
    """An outbox whose process may end before or after any write."""

    def __init__(self, server, port, chance):
        super().__init__(server, port)
        self.chance = chance

    def run(self):
        def save(entry):
            self._perhaps_die()
            self.entries[entry.key] = entry
            self._perhaps_die()

        Dispatcher({"email": self.channel}, save=save, now=lambda: self.now, sleep=_not).run(
            list(self.entries.values())
        )

    def _perhaps_die(self):
        if self.chance.random() < 0.06:
            raise Killed


def check_no_mail_twice(server, outbox):
    """Each mail at most once; what was sent is there; whatever is not sure is listed as such."""
    taken = [
        next(line for line in mail.split(b"\r\n") if line.startswith(b"Message-ID"))
        for _, mail in server.inbox
    ]
    assert len(taken) == len(set(taken))
    keys = {entry.key for entry in outbox if any(entry.key.encode() in line for line in taken)}
    for entry in outbox:
        assert entry.state in ("sent", "ambiguous")
        assert entry.key in keys or entry.state == "ambiguous"
        assert entry.state == "sent" or (entry.waits and entry.next_attempt_at is None)


def make_workspace(folder, settings):
    """The least that can be opened."""
    (folder / "persona_library").mkdir(parents=True)
    (folder / "next_evidence.yaml").write_text(settings)


def post_once(folder, now):
    """What a run does in the end, in a process of its own."""
    registry.entry_points = _points
    for made in (SlackChannel.__init__, post_waiting):
        made.__kwdefaults__["sleep"] = _not
    with closing(Workspace.open(folder)) as work, hold(work.paths.lock):
        post_waiting(work, now=lambda: now)


def _run_until_done(folder, reaper, context):
    now = START
    for _ in range(400):
        process = context.Process(target=post_once, args=(folder, now))
        process.start()
        reaper.victim = process.pid
        process.join()
        reaper.victim = None
        assert process.exitcode in (0, -signal.SIGKILL)
        reaper.kills += process.exitcode == -signal.SIGKILL
        now += timedelta(hours=25)
        with closing(Workspace.open(folder)) as work:
            outbox = entries(work)
        if not any(entry.goes_out for entry in outbox) and process.exitcode == 0:
            return outbox
    raise AssertionError("something still waits")


def _plan(folder, channel, name, briefs):
    messages = [message for one in briefs for message in channel.messages(one)]
    withdrawal = channel.withdrawal() if channel.corrects else None
    planned = plan([], messages, channel=name, withdrawal=withdrawal, now=START)
    rows = [{column: getattr(entry, column) for column in OUTBOX} for entry in planned]
    with closing(Workspace.open(folder)) as work, work.store.transaction() as transaction:
        transaction.append("outbox", pl.DataFrame(rows, schema=OUTBOX))


def _points(*, group, name=None):
    return [EntryPoint(n, v, group) for n, v in POINTS.items() if name in (None, n)]


def _flow(value):
    """JSON is YAML."""
    return json.dumps(value)


def _not(_seconds):
    """Do not sleep."""
