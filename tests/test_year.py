"""`run --due` every hour through a year: clock changes, restarts, failures and two months without power."""

import random
from contextlib import closing
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from next_evidence.cli.main import run
from next_evidence.delivery.outbox import Entry
from next_evidence.intake import pull_all
from next_evidence.posting import sending
from next_evidence.runs import run_due
from next_evidence.workspace.workspace import Workspace
from tests.delivery.slack_workspace import SlackWorkspace
from tests.firm import Firm
from tests.slack_posts import posts_at_once
from tests.test_posting import Killed

BERLIN = ZoneInfo("Europe/Berlin")
SETTINGS = """
deliveries:
  - use: slack
    options: {{channel: C0PERSONAS, token_env: SLACK_TEST_TOKEN, api_url: "{url}"}}
topics: {{enabled: false}}
schedule:
  {{time_zone: Europe/Berlin, at: "09:00", delay_days: 2, quiet_from: "18:00", quiet_to: "08:00"}}
"""
ENDS = datetime(2027, 1, 12, tzinfo=UTC)
OUTAGE = datetime(2026, 6, 20, tzinfo=UTC), datetime(2026, 8, 20, 3, tzinfo=UTC)
# Berlin, from a calendar: two days after the month's end, Monday instead of a weekend; clocks change on 29 March and 25 October
DUE = {
    "2025-12": "2026-01-05 09:00",  # the 3rd is a Saturday
    "2026-01": "2026-02-03 09:00",
    "2026-02": "2026-03-03 09:00",
    "2026-03": "2026-04-03 09:00",
    "2026-04": "2026-05-04 09:00",  # the 3rd is a Sunday
    "2026-05": "2026-06-03 09:00",
    "2026-07": "2026-08-20 08:00",  # due on 3 August, without power until the 20th, in quiet hours until eight
    "2026-08": "2026-09-03 09:00",
    "2026-09": "2026-10-05 09:00",  # the 3rd is a Saturday
    "2026-10": "2026-11-03 09:00",
    "2026-11": "2026-12-03 09:00",
    "2026-12": "2027-01-04 09:00",  # the 3rd is a Sunday
}
MONTHS = ("2025-12", *(f"2026-{month:02d}" for month in range(1, 13)))


class Machine:
    """Calls `run --due`, and dies now and then: before or after anything that the outbox writes."""

    def __init__(self, folder, seed, patch):
        self.folder, self.chance, self.deaths, self.now = folder, random.Random(seed), 0, None
        self.work = Workspace.open(folder)
        made = sending.Dispatcher

        def mortal(*given, save, **more):
            def saved(entry: Entry) -> None:
                self._perhaps_die(0.03)
                save(entry)
                self._perhaps_die(0.03)

            return made(*given, save=saved, **more)

        patch.setattr(sending, "Dispatcher", mortal)

    def tick(self, now):
        self.now = now
        try:
            self._perhaps_die(0.02)
            done = run_due(self.work, pulls=False, now=now, progress=lambda *_: None)
        except Killed:
            self.deaths += 1
            self.work.close()
            self.work = Workspace.open(self.folder)
            return False
        return done.due

    def _perhaps_die(self, rate):
        if self.chance.random() < rate:
            raise Killed


def hours(begins, ends, *, every):
    """Hours with power: ``every`` one, or those about which something may happen and one in three days."""
    dues = [datetime.fromisoformat(local).replace(tzinfo=BERLIN) for local in DUE.values()]
    changes = [datetime(2026, 3, 29, tzinfo=UTC), datetime(2026, 10, 25, tzinfo=UTC)]
    moment = begins
    while moment < ends:
        near = any(
            timedelta(hours=-2) <= moment - one <= timedelta(hours=5) for one in (*dues, *changes)
        )
        calm = moment.hour == 12 and moment.toordinal() % 3 == 0
        if not OUTAGE[0] <= moment < OUTAGE[1] and (every or near or calm):
            yield moment
        moment += timedelta(hours=1)


def live(folder, monkeypatch, months, *, begins, ends, every, seed):
    """Live through these months; what was posted when, and how often the machine died."""
    monkeypatch.setattr(Firm, "months", months)
    firm = Firm(folder)
    assert run(["init", str(firm.workspace), "--from", str(firm.raw)]) == 0
    settings = firm.workspace / "next_evidence.yaml"
    workspace, posted = SlackWorkspace(seed, fault_rate=0.1), []
    posts_at_once(monkeypatch)
    with workspace.served() as url:
        text = settings.read_text()
        settings.write_text(text[: text.index("\ndeliveries:")] + SETTINGS.format(url=url))
        machine = Machine(firm.workspace, seed, monkeypatch)
        workspace.clock = lambda: machine.now.timestamp()
        pull_all(machine.work, names=None, again=False, now=ENDS, progress=lambda *_: None)
        post = workspace.chat_postMessage

        def noted(given, port):
            done = post(given, port)
            if done["ok"]:
                posted.append((machine.now, workspace.messages[-1]))
            return done

        workspace.chat_postMessage = noted
        for moment in hours(begins, ends, every=every):
            machine.tick(moment)
        with closing(machine.work):
            return posted, machine.deaths


def check(posted, cycles):
    """Exactly the digests of the calendar, each message once, none before its time and none in quiet hours."""
    keys = [m["metadata"]["event_payload"]["delivery_key"] for _, m in posted]
    assert len(keys) == len(set(keys))
    digests = [
        (moment, message["metadata"]["event_payload"]["cycle"])
        for moment, message in posted
        if "Customer personas in" in str(message["blocks"][0])
    ]
    assert [name for _, name in digests] == cycles
    for moment, name in digests:
        due = datetime.fromisoformat(DUE[name]).replace(tzinfo=BERLIN)
        # a dropped connection or a death may cost some hours
        assert due <= moment <= due + timedelta(days=4), name
    for moment, _ in posted:
        assert time(8) <= moment.astimezone(BERLIN).time() < time(18)
    late = next(m for _, m in posted if m["metadata"]["event_payload"]["cycle"] == "2026-07")
    assert "Reported late, without a digest of its own: June 2026" in str(late)
    briefs = [
        message["metadata"]["event_payload"]["cycle"]
        for _, message in posted
        if "Ops Lead" in str(message["blocks"][0]) and "thread_ts" not in message
    ]
    assert briefs
    assert len(briefs) == len(set(briefs))


@pytest.mark.usefixtures("encoder")
def test_half_a_year_on_the_cadence_posts_what_it_should_and_when(tmp_path, monkeypatch):
    posted, deaths = live(
        tmp_path,
        monkeypatch,
        MONTHS[5:11],
        begins=datetime(2026, 6, 1, tzinfo=UTC),
        ends=datetime(2026, 11, 6, tzinfo=UTC),
        every=False,
        seed=1,
    )

    check(posted, [name for name in DUE if "2026-05" <= name <= "2026-10"])
    assert deaths > 3


@pytest.mark.slow
@pytest.mark.usefixtures("encoder")
@pytest.mark.parametrize("seed", [2, 3])
def test_every_hour_of_a_year(tmp_path, monkeypatch, seed):
    posted, deaths = live(
        tmp_path,
        monkeypatch,
        MONTHS,
        begins=datetime(2026, 1, 5, tzinfo=UTC),
        ends=ENDS,
        every=True,
        seed=seed,
    )

    check(posted, list(DUE))
    assert deaths > 50
