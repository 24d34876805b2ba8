"""From a run to Slack: planned with the report, posted once, whatever ends the run in between."""

import json
from contextlib import closing

import pytest

from next_evidence import cycle, runs
from next_evidence.cli import cycle_commands
from next_evidence.cli.main import run
from next_evidence.posting.outbox import entries
from next_evidence.runs import run_cycles
from next_evidence.workspace.lock import hold
from next_evidence.workspace.workspace import Workspace
from tests.delivery.slack_workspace import SlackWorkspace
from tests.firm import TRUST, call
from tests.slack_posts import on, posts_at_once

SETTINGS = """
deliveries:
  - use: folder
  - use: slack
    options: {{channel: C0PERSONAS, token_env: SLACK_TEST_TOKEN, api_url: "{url}"}}
topics: {{enabled: false}}
"""


def _opened(team):
    return closing(Workspace.open(team.firm.workspace))


class Killed(BaseException):
    """The process ends here."""


class Team:
    """A firm whose briefs go to Slack, and a clock."""

    def __init__(self, firm, slack):
        self.firm, self.slack = firm, slack
        self.settings = firm.workspace / "next_evidence.yaml"

    def run(self, cycle, now, **more):
        """Run as the program does, at another time."""
        assert call(self.firm, "pull") == 0
        with_defaults = {"since": cycle, "until": cycle, "force": False, **more}
        with _opened(self) as work:
            return run_cycles(
                work, now=now, progress=lambda step, done, total: None, **with_defaults
            )

    def outbox(self):
        with _opened(self) as work:
            return entries(work)

    def posted(self):
        """First messages, by what their metadata and their text say."""
        return [
            (m["metadata"]["event_payload"]["cycle"], m["blocks"][0]["text"]["text"])
            for m in self.slack.roots("C0PERSONAS")
        ]


@pytest.fixture
def team(firm, monkeypatch):
    posts_at_once(monkeypatch)
    workspace = SlackWorkspace()
    with workspace.served() as url:
        made = Team(firm, workspace)
        text = made.settings.read_text()
        made.settings.write_text(text[: text.index("\ndeliveries:")] + SETTINGS.format(url=url))
        yield made


OCTOBER = [
    ("2026-10", "Customer personas in October 2026"),
    ("2026-10", "Ops Lead: top pain moved"),
]


def test_a_replayed_year_posts_its_last_cycle_only(team, capsys):
    done = team.run("2026-10", on("2026-11-02"), since="2026-05")

    assert team.posted() == OCTOBER
    assert done.problems == ()
    assert done.posted.sent == len(team.slack.messages) == len(team.outbox())
    assert {entry.state for entry in team.outbox()} == {"sent"}
    thread = team.slack.thread(team.slack.roots("C0PERSONAS")[1])
    assert TRUST in json.dumps(thread + team.slack.messages)
    assert call(team.firm, "brief", "--format", "slack") == 0
    assert '"Customer personas in October 2026"' in capsys.readouterr().out


def test_a_cycle_long_past_or_not_over_opens_nothing(team):
    team.run("2026-08", on("2026-11-02"))
    team.run("2026-10", on("2026-10-30"))

    assert team.slack.messages == []
    assert (team.firm.workspace / "briefs" / "2026-08" / "ops-lead" / "brief.md").is_file()


def test_a_second_run_posts_nothing_again(team):
    team.run("2026-10", on("2026-11-02"))
    count = len(team.slack.calls)

    for force in (False, True):
        done = team.run("2026-10", on("2026-11-03"), force=force)
        assert done.posted.sent == 0

    assert len(team.slack.calls) == count


@pytest.mark.parametrize("moment", ["before the results are stored", "before anything is posted"])
def test_a_run_that_is_killed_posts_everything_the_next_time(team, monkeypatch, moment):
    def killed(*_, **__):
        raise Killed

    with monkeypatch.context() as patch:
        if moment == "before anything is posted":
            patch.setattr(runs, "post_waiting", killed)
        else:
            patch.setattr(cycle, "record", _only_evidence(cycle.record))
        with pytest.raises(Killed):
            team.run("2026-10", on("2026-11-02"))
    planned = {entry.state for entry in team.outbox()}
    assert planned == ({"planned"} if moment == "before anything is posted" else set())
    assert team.slack.messages == []

    team.run("2026-10", on("2026-11-02"))

    assert team.posted() == OCTOBER


def _only_evidence(recorded):
    def record(transaction, cycle, step, used):
        if step == "report" and cycle.name == "2026-10":
            raise Killed  # everything was written and nothing committed
        recorded(transaction, cycle, step, used)

    return record


def test_slack_that_is_down_keeps_no_folder_back_and_gets_its_briefs_later(team):
    team.slack.refusals["chat.postMessage"] = {"ok": False, "error": "not_in_channel"}

    done = team.run("2026-10", on("2026-11-02"))

    assert (team.firm.workspace / "briefs" / "2026-10" / "ops-lead" / "brief.md").is_file()
    (problem,) = done.problems
    assert "not_in_channel" in problem

    team.slack.refusals.clear()
    done = team.run("2026-10", on("2026-11-03"))

    assert done.problems == ()
    assert all(report.unchanged for report in done.reports)
    assert team.posted() == OCTOBER


def test_missed_cycles_are_named_in_one_digest(team):
    team.run("2026-07", on("2026-08-03"))
    team.run("2026-10", on("2026-11-02"), since="2026-08")

    assert [posted for posted in team.posted() if posted[0] != "2026-07"] == OCTOBER
    digest = team.slack.roots("C0PERSONAS")[-2]
    assert (
        "Reported late, without a digest of their own: August 2026 (1 of 1 persona shifted) and "
        "September 2026 (1 of 1 persona shifted)." in json.dumps(digest)
    )


def test_what_never_began_is_dropped_when_a_later_cycle_is_posted(team):
    team.slack.refusals["chat.postMessage"] = {"ok": False, "error": "channel_not_found"}
    team.run("2026-09", on("2026-10-02"))
    team.slack.refusals.clear()

    team.run("2026-10", on("2026-11-02"))

    assert team.posted() == OCTOBER
    assert {e.state for e in team.outbox() if e.cycle == "2026-09"} == {"dropped"}


def test_a_ticket_that_arrives_late_corrects_what_was_posted(team):
    team.run("2026-10", on("2026-11-02"))
    times = [message["ts"] for message in team.slack.messages]
    late = team.firm._said(7, "2026-10", TRUST + " at all") | {"id": "late"}
    team.firm.tickets.append(late)
    team.firm.write_tickets()

    team.run("2026-10", on("2026-12-24"))  # no longer the newest: it corrects all the same

    assert [message["ts"] for message in team.slack.messages] == times
    assert sum(message["edits"] for message in team.slack.messages) > 0


def test_called_every_hour_it_reports_what_is_due_and_else_touches_nothing(
    team, monkeypatch, capsys
):
    class Clock:
        """Stands still until it is moved."""

        moment = on("2026-10-01", 8)

        @classmethod
        def now(cls, zone):
            return cls.moment.astimezone(zone)

    def hourly():
        capsys.readouterr()
        assert call(team.firm, "run", "--due", "--json") == 0
        done = json.loads(capsys.readouterr().out)
        return done["pull"] is not None, [cycle["cycle"] for cycle in done["cycles"]]

    monkeypatch.setattr(cycle_commands, "datetime", Clock)
    first = hourly()  # 08:00: September is due at 09:00, August is not reported yet
    Clock.moment = on("2026-10-01", 9)
    second = hourly()
    Clock.moment = on("2026-10-01", 10)
    third = hourly()
    Clock.moment = on("2026-11-01", 12)  # a Sunday
    fourth = hourly()
    Clock.moment = on("2026-11-02", 9)
    fifth = hourly()

    assert first == (True, ["2026-05", "2026-06", "2026-07", "2026-08"])
    assert second == (True, ["2026-09"])
    assert third == fourth == (False, [])
    assert fifth == (True, ["2026-10"])
    assert [cycle for cycle, title in team.posted() if title.startswith("Customer personas")] == [
        "2026-08",
        "2026-09",
        "2026-10",
    ]


def test_a_month_that_was_looked_at_before_its_end_is_due_all_the_same(team):
    team.run("2026-10", on("2026-10-30"), since="2026-10")
    assert team.slack.messages == []

    with _opened(team) as work:
        assert runs.due_cycles(work, on("2026-11-02")) == ("2026-05", "2026-10")
    done = team.run("2026-10", on("2026-11-02"))

    assert not done.reports[0].unchanged
    assert team.posted() == OCTOBER
    with _opened(team) as work:
        assert runs.due_cycles(work, on("2026-11-03")) is None


def test_another_run_at_work_is_left_alone(team, capsys):
    with hold(team.firm.workspace / ".next-evidence" / "run.lock"):
        assert call(team.firm, "run", "--due") == 0

    assert "another run is at work" in capsys.readouterr().err


def test_due_takes_no_cycles(team):
    assert call(team.firm, "run", "--due", "--since", "2026-05") == 2


def test_quiet_hours_hold_what_waits(team):
    with team.settings.open("a") as file:
        file.write('schedule: {time_zone: Europe/Berlin, quiet_from: "18:00", quiet_to: "08:00"}\n')

    done = team.run("2026-10", on("2026-11-02", 20))
    assert done.posted.waiting > 0
    assert done.posted.quiet_until == on("2026-11-03", 7)
    assert team.slack.messages == []

    team.run("2026-10", on("2026-11-03", 7))
    assert team.posted() == OCTOBER


def test_the_list_of_deliveries_says_what_waits_and_tries_again(team, capsys):
    team.slack.refusals["chat.postMessage"] = {"ok": False, "error": "not_in_channel"}
    team.run("2026-10", on("2026-11-02"))
    command = ["deliveries", "--workspace", str(team.firm.workspace)]

    capsys.readouterr()
    assert run([*command, "--waiting", "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert rows[0]["problem"] == "Slack refuses (not_in_channel)"
    assert "content" not in rows[0]
    assert run([*command, "--retry"]) == 1
    assert "not_in_channel" in capsys.readouterr().err

    team.slack.refusals.clear()
    assert run([*command, "--retry"]) == 0
    assert team.posted() == OCTOBER
    capsys.readouterr()
    assert run([*command, "--waiting", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == []
