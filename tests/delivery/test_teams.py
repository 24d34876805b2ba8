"""Teams over a real loopback connection: at most once, and what is not sure is left to a person."""

from __future__ import annotations

import json
import logging
from dataclasses import replace
from datetime import timedelta

import pytest

from next_evidence.brief.render import render_brief
from next_evidence.brief.teams import MAX_BYTES
from next_evidence.delivery.outbox import CHANGED, retried
from next_evidence.delivery.protocol import Channel
from next_evidence.delivery.teams import TeamsChannel
from next_evidence.errors import SettingsError
from next_evidence.testing.briefs import sample_brief
from tests.delivery.http_receiver import Receiver
from tests.delivery.web_post import WebPost, brief

OPTIONS = {"routes": {"@boss": "BOSS_WEBHOOK"}, "timeout_s": 5}


def made(receiver, address, monkeypatch):
    monkeypatch.setenv("TEAMS_WEBHOOK_URL", address)
    monkeypatch.setenv("BOSS_WEBHOOK", address.replace("/hook", "/boss"))
    options = TeamsChannel.from_options(OPTIONS, root=None)._options
    return WebPost(receiver, TeamsChannel(options, sleep=lambda _s: None))


@pytest.fixture
def post(monkeypatch):
    receiver = Receiver()
    with receiver.served() as address:
        yield made(receiver, address, monkeypatch)


def test_a_card_is_posted_once_to_its_owner(post):
    post.plan(brief(), brief("other", "@boss"))

    post.run()
    post.run()

    assert isinstance(post.channel, Channel)
    assert post.states() == ["sent", "sent"]
    assert sorted(path.partition("?")[0] for path, _, _ in post.receiver.taken) == [
        "/boss",
        "/hook",
    ]
    assert post.receiver.taken[0][1]["Content-Type"] == "application/json"
    assert post.bodies()[0] == {"title": "It moved é"}


def test_a_real_brief_is_one_small_card(post, templates):
    post.plan(render_brief(sample_brief("crowded"), templates, link="https://ne.example/b"))

    post.run()

    ((_, _, body),) = post.receiver.taken
    assert len(body) <= MAX_BYTES
    card = json.loads(body)["attachments"][0]["content"]
    assert card["type"] == "AdaptiveCard"
    assert card["actions"][0]["url"] == "https://ne.example/b"


@pytest.mark.parametrize("fault", ["500 after", "dropped after", "garbage after"])
def test_what_may_be_there_is_left_to_a_person(post, fault):
    post.receiver.fault = fault
    post.plan(brief())

    for _ in range(3):
        post.run()
        post.now += timedelta(days=3)

    (entry,) = post.entries.values()
    assert (entry.state, entry.next_attempt_at) == ("ambiguous", None)
    assert len(post.receiver.taken) == 1

    post.receiver.fault = ""
    assert retried(entry, by_name=False, now=post.now) == entry
    post.entries[entry.key] = retried(entry, by_name=True, now=post.now)
    post.run()

    assert post.states() == ["sent"]


def test_a_run_that_ended_while_it_posted_leaves_it_to_a_person(post):
    post.plan(brief())
    (entry,) = post.entries.values()
    post.entries[entry.key] = replace(entry, state="sending")

    post.run()

    assert post.states() == ["ambiguous"]
    assert post.receiver.taken == []


def test_patience_is_kept_and_then_it_is_posted(post):
    post.receiver.fault, post.receiver.headers = "429", {"Retry-After": "7"}
    post.plan(brief())
    post.run()
    assert post.states() == ["failed"]
    assert post.slept == [7.0, 7.0, 7.0]

    post.receiver.fault, post.now = "", post.now + timedelta(days=1)
    post.run()

    assert post.states() == ["sent"]
    assert len(post.receiver.taken) == 1


def test_a_card_that_teams_refuses_keeps_no_other_back(post):
    post.receiver.status = 400
    post.plan(brief())
    post.run()
    (entry,) = post.entries.values()
    assert (entry.state, entry.next_attempt_at) == ("failed", None)
    assert entry.problem == "Teams refuses the message (400)"

    post.receiver.status = 202
    post.plan(brief("other"))
    post.run()

    assert len(post.receiver.taken) == 1


@pytest.mark.parametrize("status", [302, 401, 404, 410])
def test_a_webhook_that_is_gone_waits_for_a_person_to_act_and_is_tried_again(post, status):
    post.receiver.status, post.receiver.headers = status, {"Location": "http://127.0.0.1:9/"}
    post.plan(brief())
    post.run()
    (entry,) = post.entries.values()
    assert (entry.state, entry.problem) == ("failed", f"Teams refuses ({status})")

    post.receiver.status, post.now = 202, post.now + timedelta(hours=1)
    post.run()

    assert post.states() == ["sent"]


def test_a_card_that_changes_after_it_was_posted_is_not_posted_again(post):
    post.plan(brief())
    post.run()

    post.plan(brief(text="It fell"))
    post.run()

    (entry,) = post.entries.values()
    assert (entry.state, entry.problem) == ("sent", CHANGED)
    assert len(post.receiver.taken) == 1


@pytest.mark.parametrize(
    ("address", "reason"),
    [
        ("", "the environment variable TEAMS_WEBHOOK_URL is not set"),
        ("nowhere", "TEAMS_WEBHOOK_URL holds no web address"),
        ("file:///etc/passwd", "TEAMS_WEBHOOK_URL holds no web address"),
        ("https://x:port/", "TEAMS_WEBHOOK_URL holds no web address"),
        ("http://teams.example/x?sig=s3cret", "the address in TEAMS_WEBHOOK_URL is not encrypted"),
        ("http://127.0.0.1:9/x?sig=s3cret", "Teams cannot be reached (ConnectError)"),
    ],
)
def test_a_wrong_address_is_said_without_its_secret(post, address, reason, monkeypatch, caplog):
    monkeypatch.setenv("TEAMS_WEBHOOK_URL", address)
    caplog.set_level(logging.DEBUG)
    post.plan(brief())

    post.run()

    (entry,) = post.entries.values()
    assert entry.state == "failed"
    assert entry.problem.startswith(reason)
    assert "s3cret" not in caplog.text + repr(entry)


def test_no_log_holds_the_secret_of_a_webhook_that_works(post, caplog):
    caplog.set_level(logging.INFO)
    post.plan(brief())

    post.run()

    assert post.states() == ["sent"]
    assert "s3cret" not in caplog.text


@pytest.mark.parametrize("seed", range(6))
def test_no_card_is_posted_twice_whatever_fails(seed, monkeypatch):
    receiver = Receiver(seed, fault_rate=0.25)
    with receiver.served() as address:
        post = made(receiver, address, monkeypatch)
        post.plan(brief(None), brief("a", "@boss"), brief("b"), brief("c"))
        for _ in range(20):
            post.run()
            post.now += timedelta(hours=25)

    # "dropped before" looks like a lost answer too: it waits for a person, and is not there
    assert {entry.state for entry in post.entries.values()} <= {"sent", "ambiguous"}
    sent = sum(entry.state == "sent" for entry in post.entries.values())
    assert sent <= len(receiver.taken) <= len(post.entries)


def test_wrong_options_are_all_named():
    with pytest.raises(SettingsError) as caught:
        TeamsChannel.from_options({"url_env": "https://x", "most_brief": 1}, root=None)
    assert len(caught.value.problems) == 2
