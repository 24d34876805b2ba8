"""Over HTTP only what Slack signed gets in; over Socket Mode every envelope is acknowledged, and a lost connection made again."""

import json
import time
from urllib.parse import urlencode

from next_evidence.cli.main import run
from tests.serve.people import SECRET, eventually, signature
from tests.serve.test_buttons import outcomes


def test_http_lets_in_only_what_slack_signed_now(posted):
    body = urlencode({"payload": json.dumps({"type": "block_actions"})})
    now = str(int(time.time()))
    good = signature(SECRET, now, body)
    refused = [
        {},
        {"X-Slack-Request-Timestamp": now},
        {"X-Slack-Request-Timestamp": now, "X-Slack-Signature": good[:-1] + "x"},
        {"X-Slack-Request-Timestamp": "yesterday", "X-Slack-Signature": good},
        {"X-Slack-Request-Timestamp": now, "X-Slack-Signature": signature("other", now, body)},
    ]

    with posted.serving() as people:
        door = people["maria"].door
        assert [door.raw(body, headers) for headers in refused] == [401] * len(refused)
        assert (
            people["maria"].press(posted.brief(), "propose_revision", at=time.time() - 301) == 401
        )
        assert people["maria"].press(posted.brief(), "propose_revision", secret="x" * 32) == 401
        assert (
            door.raw(b"\xff\xfe", {"X-Slack-Request-Timestamp": now, "X-Slack-Signature": good})
            == 401
        )
        assert people["maria"].press(posted.brief(), "propose_revision", path="/other") == 404
        assert door.raw("", {"Content-Length": "1000001"}) == 413

    assert posted.decisions() == []
    assert posted.slack.whispers == []


def test_a_signed_request_that_is_replayed_decides_once(posted):
    message, moment = dict(posted.brief()), int(time.time())

    with posted.serving() as people:
        for _ in range(3):
            assert people["maria"].press(message, "propose_revision", at=moment) == 200
        eventually(lambda: len(people["maria"].told()) == 3)

    assert len(posted.decisions()) == 1


def test_socket_mode_acknowledges_decides_once_and_connects_again(posted):
    message = dict(posted.brief())

    with posted.serving("socket") as people:
        assert people["maria"].press(message, "propose_revision", envelope_id="e1") == 200
        people["maria"].press(message, "propose_revision", envelope_id="e1")  # Slack retries
        eventually(lambda: outcomes(posted.brief()))
        door = people["maria"].door
        door.refresh()
        people["tom"].choose(message, "more_actions", "why_sent")
        eventually(lambda: people["tom"].told())

    assert door.acknowledged.count("e1") == 2
    assert len(posted.decisions()) == 1


def test_serving_needs_buttons_reviewers_and_secrets(posted, monkeypatch, capsys):
    command = ["serve", "--slack", "--workspace", str(posted.folder)]
    assert run(["serve", "--workspace", str(posted.folder)]) == 2
    posted.set(actions="links")
    assert run(command) == 2
    posted.set(actions="http")
    monkeypatch.delenv("SLACK_TEST_SECRET")
    assert run(command) == 1

    assert "SLACK_TEST_SECRET is not set" in capsys.readouterr().err
