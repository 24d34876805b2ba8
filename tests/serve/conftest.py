"""A team whose briefs are in Slack with buttons under them: reported once, copied for every test."""

import copy
import shutil
from contextlib import closing, contextmanager
from datetime import timedelta

import pytest

from next_evidence.posting.outbox import entries
from next_evidence.posting.sending import post_waiting
from next_evidence.runs import run_cycles
from next_evidence.serve.listening import listen
from next_evidence.serve.poster import Poster
from next_evidence.serve.slack_app import Desk, slack_options
from next_evidence.workspace.decisions import read_decisions
from next_evidence.workspace.workspace import Workspace
from tests.delivery.slack_workspace import SlackWorkspace
from tests.firm import call, new_firm, small_models
from tests.serve.people import SECRET, HttpDoor, Person, SocketDoor
from tests.slack_posts import on, posts_at_once

OCTOBER, NOW = on("2026-11-02"), on("2026-11-03", 10)
SETTINGS = """
deliveries:
  - use: folder
  - use: slack
    options:
      channel: C0PERSONAS
      token_env: SLACK_TEST_TOKEN
      app_token_env: SLACK_TEST_APP_TOKEN
      signing_secret_env: SLACK_TEST_SECRET
      api_url: "{url}"
      actions: {actions}
      listen: 127.0.0.1:{port}
      reviewers: {{U0MARIA: maria, U0TOM: tom}}
      approvals_to: "{approvals_to}"
deliver: {{approval: {approval}}}
topics: {{enabled: false}}
"""


class Team:
    """A copy of the year that a test may change, its Slack, and a clock."""

    def __init__(self, folder, slack_workspace, url):
        self.folder, self.slack, self.url, self.now = folder, slack_workspace, url, NOW
        self.settings = folder / "next_evidence.yaml"
        self.problems = []

    def set(self, *, actions="http", approval="none", approvals_to="", port=1):
        text = self.settings.read_text()
        given = SETTINGS.format(
            url=self.url, actions=actions, approval=approval, approvals_to=approvals_to, port=port
        )
        self.settings.write_text(text[: text.index("\ndeliveries:")] + given)

    def opened(self):
        return closing(Workspace.open(self.folder))

    def run(self, cycle, now, **more):
        given = {"since": cycle, "until": cycle, "force": False, **more}
        with self.opened() as work:
            return run_cycles(work, now=now, progress=lambda *_: None, **given)

    def post(self):
        """What the next run posts."""
        with self.opened() as work:
            return post_waiting(work, now=lambda: self.now)

    def decisions(self):
        with self.opened() as work:
            return read_decisions(work.store).to_dicts()

    def outbox(self):
        with self.opened() as work:
            return entries(work)

    def brief(self):
        """The brief's first message as it stands in Slack."""
        return self.slack.roots("C0PERSONAS")[-1]

    def clock(self):
        self.now += timedelta(seconds=1)
        return self.now

    @contextmanager
    def serving(self, actions="http", **settings):
        """People who can press buttons: ``maria`` and ``tom`` may decide, ``guest`` may not."""
        socket = SocketDoor()
        with socket.served():
            self.slack.socket_url = socket.url
            self.set(actions=actions, port=0, **settings)
            with self.opened() as work:
                name, options = slack_options(work, None)
            poster = Poster(self.folder, tell=self.problems.append, again_after_s=0.05)
            desk = Desk(
                self.folder, name, decided=poster.wake, tell=self.problems.append, clock=self.clock
            )
            listening = listen(desk.app(options), options)
            poster.start()
            door = (
                socket
                if actions == "socket"
                else HttpDoor(int(listening.where.split(":")[2].split("/")[0]))
            )
            try:
                yield {
                    user.split("0")[1].lower(): Person(user, self.slack, door)
                    for user in ("U0MARIA", "U0TOM", "U0GUEST")
                }
            finally:
                listening.close()
                poster.stop()


@contextmanager
def no_network(patch):
    """Small models, no charts, no waiting."""
    small_models(patch)
    posts_at_once(patch)
    patch.setenv("SLACK_TEST_APP_TOKEN", "xapp-t")
    patch.setenv("SLACK_TEST_SECRET", SECRET)
    yield


@pytest.fixture(scope="package")
def pulled(tmp_path_factory):
    """A company whose year is pulled and reported up to September, without deliveries."""
    with pytest.MonkeyPatch.context() as patch, no_network(patch):
        firm = new_firm(tmp_path_factory.mktemp("year"))
        assert call(firm, "pull") == 0
        with closing(Workspace.open(firm.workspace)) as work:
            run_cycles(
                work,
                since="2026-05",
                until="2026-09",
                force=False,
                now=on("2026-11-02"),
                progress=lambda *_: None,
            )
    return firm


@pytest.fixture(scope="package")
def october(pulled, tmp_path_factory):
    """The company with October reported and posted: its folder and Slack's messages."""
    with pytest.MonkeyPatch.context() as patch, no_network(patch):
        folder = tmp_path_factory.mktemp("october") / "ws"
        with team_in(folder, pulled.workspace, SlackWorkspace()) as made:
            assert made.run("2026-10", OCTOBER).problems == ()
    return made


@contextmanager
def team_in(folder, original, workspace):
    """A copy of a company, and its Slack on a loopback port."""
    shutil.copytree(original, folder)
    with workspace.served() as url:
        made = Team(folder, workspace, url)
        made.set()
        yield made


@contextmanager
def copy_of(team, folder):
    """The same company with what stands in its Slack, for a test to change."""
    workspace = SlackWorkspace()
    workspace.messages = copy.deepcopy(team.slack.messages)
    with team_in(folder, team.folder, workspace) as made:
        yield made


@pytest.fixture
def team(pulled, tmp_path, monkeypatch):
    """The company, with October to be reported."""
    with (
        no_network(monkeypatch),
        team_in(tmp_path / "ws", pulled.workspace, SlackWorkspace()) as made,
    ):
        yield made


@pytest.fixture
def posted(october, tmp_path, monkeypatch):
    """The company, with October's digest and brief in Slack."""
    with no_network(monkeypatch), copy_of(october, tmp_path / "ws") as made:
        yield made


ASKED = {"approval": "required", "approvals_to": "C0APPROVALS"}


@pytest.fixture(scope="package")
def october_held(pulled, tmp_path_factory):
    """The company with October reported, and everything that it would post held for approval."""
    with pytest.MonkeyPatch.context() as patch, no_network(patch):
        folder = tmp_path_factory.mktemp("held") / "ws"
        with team_in(folder, pulled.workspace, SlackWorkspace()) as made:
            made.set(**ASKED)
            made.first_run = made.run("2026-10", OCTOBER)
    return made


@pytest.fixture
def held(october_held, tmp_path, monkeypatch):
    """A copy of the company whose October waits for approval."""
    with no_network(monkeypatch), copy_of(october_held, tmp_path / "ws") as made:
        made.set(**ASKED)
        made.first_run = october_held.first_run
        yield made
