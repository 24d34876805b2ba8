"""Signed JSON over a real loopback connection: once, or again with the same id where the receiver keeps ids."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest

from next_evidence.brief.render import render_brief
from next_evidence.delivery.protocol import Channel
from next_evidence.delivery.webhook import WebhookChannel, signature, signing_key
from next_evidence.errors import DeliveryRefused, SettingsError
from next_evidence.testing.briefs import sample_brief
from tests.delivery.http_receiver import Receiver
from tests.delivery.web_post import START, WebPost, brief

SECRET = "whsec_" + base64.b64encode(bytes(range(32))).decode()
MANUAL = Path(__file__).parents[2] / "docs" / "delivery.md"


def made(receiver, address, monkeypatch, **options):
    monkeypatch.setenv("NEXT_EVIDENCE_WEBHOOK_URL", address)
    monkeypatch.setenv("NEXT_EVIDENCE_WEBHOOK_SECRET", SECRET)
    given = WebhookChannel.from_options({"timeout_s": 5, **options}, root=None)._options
    post = WebPost(receiver, None)
    post.channel = WebhookChannel(given, now=lambda: post.now, sleep=lambda _s: None)
    return post


@pytest.fixture
def receiver():
    return Receiver()


@pytest.fixture
def post(receiver, monkeypatch):
    with receiver.served() as address:
        yield made(receiver, address, monkeypatch)


def test_a_request_says_what_it_is(post):
    post.plan(brief(), brief(None))

    post.run()

    first, second = post.bodies()
    assert isinstance(post.channel, Channel)
    assert (first["type"], second["type"]) == ("brief.posted", "digest.posted")
    assert (first["cycle"], first["persona_id"], second["persona_id"]) == (
        "2026-10",
        "ops-lead",
        None,
    )
    assert first["data"] == {"title": "It moved é"}
    (_, headers, _), _ = post.receiver.taken
    assert headers["webhook-id"] == f"{first['key']}.{first['content_hash']}"
    assert headers["webhook-timestamp"] == str(int(START.timestamp()))


def test_the_signature_is_that_of_the_specification():
    # https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md, its own example
    key = signing_key("whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD", variable="SECRET")

    made_here = signature(
        key,
        "msg_27UH4WbU6Z5A5EzD8u03UvzRbpk",
        1649367553,
        b'{"email":"test@example.com","username":"test_user"}',
    )

    assert made_here == "v1,tZ1I4/hDygAJgO5TYxiSd6Sd0kDW6hPenDe+bTa3Kkw="


def test_the_manual_tells_a_receiver_how_to_verify(post):
    code = re.search(r"```python\n(import base64.*?)```", MANUAL.read_text(), re.DOTALL)
    assert code is not None
    manual: dict = {}
    exec(code[1], manual)
    post.plan(brief())
    post.run()
    ((_, headers, body),) = post.receiver.taken
    now = START.timestamp()

    assert manual["is_ours"](headers, body, SECRET, now)
    assert not manual["is_ours"](headers, body + b" ", SECRET, now)
    assert not manual["is_ours"](
        headers, body, "whsec_" + base64.b64encode(bytes(32)).decode(), now
    )
    assert not manual["is_ours"](headers, body, SECRET, now + 301)
    assert not manual["is_ours"]({**headers, "webhook-id": "other"}, body, SECRET, now)


def test_a_real_brief_carries_raw_numbers(post, templates):
    sample = sample_brief("strong")
    post.plan(render_brief(sample, templates, link="https://ne.example/b"))

    post.run()

    (body,) = post.bodies()
    told = body["data"]["brief"]
    assert sample.lead is not None
    assert told["changes"][0]["change"] == sample.lead.change
    assert told["cycle"]["start"] == "2026-10-01T00:00:00Z"
    assert [q["quote"]["text"] for q in told["quotes"]] == [q.quote.text for q in sample.quotes]
    assert body["data"]["link"] == "https://ne.example/b"


@pytest.mark.parametrize("fault", ["500 after", "dropped after", "garbage after"])
def test_what_may_be_there_is_left_to_a_person(post, fault):
    post.receiver.fault = fault
    post.plan(brief())

    for _ in range(3):
        post.run()
        post.now += timedelta(days=3)

    assert post.states() == ["ambiguous"]
    assert len(post.receiver.taken) == 1


@pytest.mark.parametrize("fault", ["500 after", "dropped after", "garbage after"])
def test_a_receiver_that_keeps_ids_is_sent_it_again_with_the_same_id(receiver, fault, monkeypatch):
    with receiver.served() as address:
        post = made(receiver, address, monkeypatch, receiver_keeps_ids=True)
        receiver.fault = fault
        post.plan(brief())
        post.run()
        assert post.states() == ["ambiguous"]
        receiver.fault, post.now = "", post.now + timedelta(days=1)
        post.run()

    assert post.states() == ["sent"]
    assert len(receiver.taken) > 1
    assert len({headers["webhook-id"] for _, headers, _ in receiver.taken}) == 1


def test_a_receiver_that_keeps_ids_is_told_of_a_correction(receiver, monkeypatch):
    with receiver.served() as address:
        post = made(receiver, address, monkeypatch, receiver_keeps_ids=True)
        post.plan(brief())
        post.run()
        post.plan(brief(text="It fell"))
        post.run()

    before, after = post.bodies()
    assert (before["type"], after["type"]) == ("brief.posted", "brief.corrected")
    assert before["key"] == after["key"]
    assert before["content_hash"] != after["content_hash"]
    assert after["data"]["title"] == "It fell é"


@pytest.mark.parametrize("seed", range(6))
def test_a_receiver_that_keeps_ids_has_everything_once_whatever_fails(seed, monkeypatch):
    receiver = Receiver(seed, fault_rate=0.3)
    with receiver.served() as address:
        post = made(receiver, address, monkeypatch, receiver_keeps_ids=True)
        post.plan(brief(None), brief("a"), brief("b"), brief("c"))
        for _ in range(20):
            post.run()
            post.now += timedelta(hours=25)

    kept = Counter(headers["webhook-id"] for _, headers, _ in receiver.taken)
    assert set(post.states()) == {"sent"}
    assert len(kept) == 4


@pytest.mark.parametrize(
    ("secret", "reason"),
    [
        ("", "the environment variable NEXT_EVIDENCE_WEBHOOK_SECRET is not set"),
        ("short", "the secret in NEXT_EVIDENCE_WEBHOOK_SECRET is shorter than 24 bytes"),
        ("whsec_!!", "the secret in NEXT_EVIDENCE_WEBHOOK_SECRET is not base64 after whsec_"),
    ],
)
def test_nothing_is_sent_without_a_secret_that_protects(post, secret, reason, monkeypatch):
    monkeypatch.setenv("NEXT_EVIDENCE_WEBHOOK_SECRET", secret)
    post.plan(brief())

    post.run()

    (entry,) = post.entries.values()
    assert (entry.state, entry.problem) == ("failed", reason)
    assert post.receiver.taken == []


def test_an_address_inside_the_network_needs_no_encryption_when_settings_say_so(monkeypatch):
    monkeypatch.setenv("NEXT_EVIDENCE_WEBHOOK_SECRET", SECRET)
    monkeypatch.setenv("NEXT_EVIDENCE_WEBHOOK_URL", "http://receiver.invalid/x")
    open_, closed = (
        WebhookChannel.from_options({"allow_http": allowed}, root=None) for allowed in (True, False)
    )
    (message,) = open_.messages(brief())

    with pytest.raises(DeliveryRefused, match="not encrypted"):
        closed.post(message, key="k", parent=None)
    with pytest.raises(Exception, match="cannot be reached"):
        open_.post(message, key="k", parent=None)


def test_a_proxy_of_the_environment_is_used(receiver, monkeypatch):
    with receiver.served() as address:
        post = made(receiver, "http://receiver.invalid/x", monkeypatch, allow_http=True)
        monkeypatch.setenv("HTTP_PROXY", address.partition("/hook")[0])
        monkeypatch.setenv("NO_PROXY", "")
        monkeypatch.delenv("http_proxy", raising=False)
        monkeypatch.delenv("no_proxy", raising=False)
        post.plan(brief())
        post.run()

    assert post.states() == ["sent"]
    assert [path for path, _, _ in receiver.taken] == ["http://receiver.invalid/x"]


def test_a_plain_secret_signs_as_it_stands():
    key = signing_key("a plain secret of 30 characters", variable="SECRET")

    assert key == b"a plain secret of 30 characters"
    expected = base64.b64encode(hmac.new(key, b"id.1.{}", hashlib.sha256).digest()).decode()
    assert signature(key, "id", 1, b"{}") == f"v1,{expected}"


def test_wrong_options_are_all_named():
    with pytest.raises(SettingsError) as caught:
        WebhookChannel.from_options({"secret_env": json.dumps({}), "url": "https://x"}, root=None)
    assert len(caught.value.problems) == 2
