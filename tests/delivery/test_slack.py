"""Slack over a real loopback connection: every message once, in order, under its parent, whatever fails."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from next_evidence.brief.render import RenderedBrief, render_brief
from next_evidence.brief.slack_limits import message_problems
from next_evidence.delivery.slack import SlackChannel
from next_evidence.delivery.slack_api import SlackApi
from next_evidence.errors import DeliveryRefused, SettingsError
from next_evidence.testing.briefs import sample_brief
from tests.delivery.office import BRIEFS, Office, brief, line, said, shown, storm
from tests.delivery.slack_workspace import SlackWorkspace


@pytest.fixture(autouse=True)
def token(monkeypatch):
    monkeypatch.setenv("SLACK_TEST_TOKEN", "t")


@pytest.fixture
def slack():
    return SlackWorkspace()


@pytest.fixture
def office(slack, monkeypatch):
    with slack.served() as url:
        yield Office(slack, url)


@pytest.mark.parametrize("seed", range(40))
def test_every_brief_is_posted_once_in_order_whatever_fails(seed):
    storm(seed)


@pytest.mark.parametrize("fault", ["dropped after", "500 after", "garbage after"])
def test_a_post_whose_answer_is_lost_is_found_and_not_repeated(fault, monkeypatch):
    workspace = SlackWorkspace(faults=(fault,))
    with workspace.served() as url:
        office = Office(workspace, url)
        office.plan(brief("a", picture=False, parts=1))
        workspace.fault_rate = 1.0
        office.run()  # nothing is answered, and nothing can be looked up
        assert len(workspace.messages) == 1
        assert "ambiguous" in office.states()

        workspace.fault_rate = 0.0
        office.now += timedelta(days=1)
        office.run()

    assert shown(workspace.messages) == ["a: It moved", "a part 0: It moved"]
    assert office.states() == ["sent", "sent"]


def test_the_wait_that_slack_asks_for_is_kept(office, slack):
    office.plan(brief("a", picture=False, parts=1))
    slack.fault_rate, slack.faults = 1.0, ("429",)

    office.run()

    assert set(office.slept) == {1.0}  # Retry-After
    assert slack.messages == []
    first = min(office.entries.values(), key=lambda e: e.position)
    assert (first.state, first.attempts) == ("failed", 1)
    assert first.next_attempt_at - office.now == timedelta(minutes=10)
    assert "429" in first.problem


def test_nothing_is_posted_before_its_time_and_the_wait_grows(office, slack):
    office.plan(brief("a", picture=False, parts=1))
    slack.refusals["chat.postMessage"] = {"ok": False, "error": "not_in_channel"}
    waits = []
    for _ in range(3):
        office.run()
        first = min(office.entries.values(), key=lambda e: e.position)
        waits.append((first.next_attempt_at - office.now).total_seconds() / 60)
        office.run()  # at once again: not yet due
        office.now = first.next_attempt_at

    assert waits == [10, 20, 40]
    assert slack.calls.count("chat.postMessage") == 3
    assert "not_in_channel" in first.problem

    slack.refusals.clear()
    office.run()

    assert office.states() == ["sent", "sent"]


def test_a_channel_that_refuses_keeps_no_other_back(office, slack):
    post = slack.chat_postMessage

    def closed(given, port):
        refusal = {"ok": False, "error": "is_archived"}
        return refusal if given["channel"] == "C0PERSONAS" else post(given, port)

    slack.chat_postMessage = closed
    office.plan(*BRIEFS)

    office.run()

    assert slack.roots("C0PERSONAS") == []
    assert shown(slack.roots("C0GROWTH")) == ["c: It moved"]


def test_a_message_that_slack_rejects_keeps_those_after_it_not_back(office, slack):
    post = slack.chat_postMessage

    def picky(given, port):
        wrong = {"ok": False, "error": "msg_too_long"}
        return wrong if given["text"] == "a: It moved" else post(given, port)

    slack.chat_postMessage = picky
    office.plan(*BRIEFS)

    office.run()

    assert shown(slack.roots("C0PERSONAS")) == ["None: It moved", "b: It moved"]
    refused = [e for e in office.entries.values() if e.state == "failed"]
    assert [(e.persona_id, e.part, e.next_attempt_at) for e in refused] == [("a", 0, None)]
    assert [e.state for e in office.entries.values() if e.persona_id == "a"].count("planned") == 3


def test_a_correction_changes_the_message_and_posts_nothing(office, slack):
    office.plan(*BRIEFS)
    office.run()
    times = [message["ts"] for message in slack.messages]

    changed = office.plan(brief(None), brief("a", text="It fell"), *BRIEFS[2:])
    office.run()

    assert len(changed) == 3  # its picture is the same
    assert [message["ts"] for message in slack.messages] == times
    assert [m["edits"] for m in slack.messages if m["text"].startswith("a")] == [1, 1, 1]
    assert sum(message["edits"] for message in slack.messages) == 3


def test_the_same_report_again_changes_nothing(office, slack):
    office.plan(*BRIEFS)
    office.run()
    calls = len(slack.calls)

    assert office.plan(*BRIEFS) == []
    office.run()

    assert len(slack.calls) == calls


def test_parts_that_a_corrected_brief_has_no_more_are_withdrawn_in_place(office, slack):
    office.plan(brief("b", parts=3, picture=False))
    office.run()

    office.plan(brief("b", parts=1, picture=False))
    office.run()

    texts = shown(slack.messages)
    assert texts[:2] == ["b: It moved", "b part 0: It moved"]
    assert [text.split(":")[0] for text in texts[2:]] == ["Withdrawn", "Withdrawn"]


def test_a_brief_that_changed_while_its_answer_was_lost_is_found_and_then_corrected(office, slack):
    slack.fault_rate, slack.faults = 1.0, ("dropped after",)
    office.plan(brief("a", parts=1, picture=False))
    office.run()
    slack.fault_rate = 0.0

    office.plan(brief("a", parts=1, picture=False, text="It fell"))
    office.now += timedelta(days=1)
    office.run()

    assert shown(slack.messages) == ["a: It fell", "a part 0: It fell"]
    assert slack.messages[0]["edits"] == 1


def test_a_part_that_is_new_in_a_brief_that_now_comes_earlier_finds_its_thread(office, slack):
    office.plan(brief("a", picture=False, parts=1), brief("b", picture=False, parts=1))
    office.run()

    office.plan(brief("b", picture=False, parts=3), brief("a", picture=False, parts=1))
    office.run()

    assert shown(slack.thread(slack.roots("C0PERSONAS")[1])) == [
        f"b part {n}: It moved" for n in range(3)
    ]
    assert set(office.states()) == {"sent"}


def test_a_person_gets_briefs_in_a_conversation_of_their_own(office, slack):
    office.plan(brief("a", owner="@boss", parts=1, picture=False))

    office.run()

    assert {message["channel"] for message in slack.messages} == {"DU0BOSS"}


def test_a_chart_is_shown_by_a_message_in_the_thread(office, slack):
    office.plan(brief("a"))

    office.run()

    (picture,) = [m for m in slack.messages if m["blocks"][0]["type"] == "image"]
    assert picture["blocks"][0]["alt_text"] == "It rose."
    assert picture["thread_ts"] == slack.messages[0]["ts"]
    assert slack.files[picture["blocks"][0]["slack_file"]["id"]]["complete"]


@pytest.mark.parametrize(
    "refusals",
    [
        {"files.getUploadURLExternal": {"ok": False, "error": "missing_scope", "needed": "files:write"}},
        {"files.completeUploadExternal": {"ok": False, "error": "internal_error"}},
    ],
)  # fmt: skip
def test_a_chart_that_cannot_be_shown_is_said_in_words(office, slack, refusals):
    slack.refusals |= refusals
    office.plan(brief("a"))

    office.run()

    assert "Trend. It rose." in shown(slack.messages)
    assert all(block["type"] == "rich_text" for m in slack.messages for block in m["blocks"])
    assert office.states() == ["sent"] * 4


def test_a_table_that_slack_refuses_becomes_lines(office, slack):
    rows = [
        [{"type": "raw_text", "text": t} for t in row] for row in (("Firm", "ARR"), ("Ab", "1"))
    ]
    payload = {
        "parent": said("It moved"),
        "thread": [{"text": "Who", "blocks": [{"type": "table", "rows": rows}]}],
    }
    made = RenderedBrief(
        "a", "2026-08", "t", "", "shifted", {"brief.slack.json": json.dumps(payload).encode()}
    )
    slack.refused_blocks = {"table"}
    office.plan(made)

    office.run()

    assert slack.messages[1]["blocks"] == [line("Firm, ARR\nAb, 1")]


def test_messages_are_a_second_apart_in_one_channel(office):
    office.plan(brief("a", picture=False, parts=3))

    office.run()

    assert office.slept == [1.0] * 3


def test_metadata_name_no_person_and_say_what_was_posted(office, slack):
    office.plan(brief("a", picture=False))

    office.run()

    for message, entry in zip(slack.messages, office.entries.values(), strict=True):
        assert message["metadata"]["event_payload"] == {
            "delivery_key": entry.key,
            "content_hash": entry.content_hash,
            "cycle": "2026-08",
        }
        assert message["parse"] == "none"
        assert message["unfurl_links"] is message["link_names"] is False


def test_a_missing_token_is_a_refusal_that_names_the_variable(monkeypatch):
    monkeypatch.delenv("NO_SUCH_TOKEN", raising=False)
    api = SlackApi(token_env="NO_SUCH_TOKEN", api_url="http://127.0.0.1:9/api/", timeout_s=1)

    with pytest.raises(DeliveryRefused, match="NO_SUCH_TOKEN is not set"):
        api.post({})


def test_a_server_that_is_not_there_is_unavailable_and_not_ambiguous(monkeypatch, slack):
    with slack.served() as url:
        pass
    office = Office(slack, url)
    office.plan(brief("a", picture=False, parts=1))

    office.run()

    assert sorted(office.states()) == ["failed", "planned"]


def test_wrong_options_are_all_named(tmp_path):
    with pytest.raises(SettingsError) as caught:
        SlackChannel.from_options({"channel": "#general", "chanel": "x"}, root=tmp_path)

    assert len(caught.value.problems) == 2
    assert "#general" not in str(caught.value)


def test_sample_briefs_pass_every_check_in_every_form(templates, office, slack):
    slack.refused_blocks = {"image"}
    office.plan(render_brief(sample_brief("strong"), templates))

    office.run()

    assert set(office.states()) == {"sent"}
    for message in slack.messages:
        assert list(message_problems(message, "message")) == []
    quoted = json.dumps(slack.messages[0])
    assert "rich_text_quote" in quoted
