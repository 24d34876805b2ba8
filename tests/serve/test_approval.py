"""With approval required nothing is posted before somebody says yes, and then once."""

import json
from dataclasses import replace

import pytest

from next_evidence.acting.approving import answer_held
from next_evidence.brief.slack_limits import message_problems
from next_evidence.cli.main import run
from next_evidence.delivery.dispatch import Dispatcher
from next_evidence.delivery.outbox import DECLINED, SUPERSEDED
from next_evidence.posting.outbox import entries, outbox_rows
from tests.serve.conftest import ASKED, OCTOBER
from tests.serve.people import buttons, eventually
from tests.slack_posts import on


def posted(team):
    """What stands in the channel, first messages and threads alike."""
    return [m["text"] for m in team.slack.messages if m["channel"] == "C0PERSONAS"]


def requests(team):
    """What the approvers were asked, as it reads now: of the digest, and of the brief."""
    return team.slack.roots("C0APPROVALS")


def states(team):
    return {e.state for e in team.outbox() if not e.is_request}


class Killed(BaseException):
    """The process ends here."""


def test_what_nobody_approved_is_held_and_asked_about_once(held):
    assert posted(held) == []
    assert states(held) == {"held"}
    assert held.first_run.posted.held == len([e for e in held.outbox() if not e.is_request])
    assert held.first_run.problems == ()

    for _ in range(3):  # silence is no yes
        assert held.post().sent == 0

    assert posted(held) == []
    digest, brief = requests(held)
    assert "The digest of 2026-10 is ready. May it be posted?" in str(digest["blocks"])
    assert "The brief ops-lead of 2026-10 is ready" in str(brief["blocks"])
    assert "Ops Lead: top pain moved" in str(brief["blocks"])  # what they say yes to
    for request in (digest, brief):
        assert buttons(request) == ["approve", "decline"]
        assert list(message_problems(request, "request")) == []


def test_after_a_yes_the_brief_is_posted_once_and_the_request_says_who(held):
    _, request = requests(held)
    before = dict(request)

    with held.serving(**ASKED) as people:
        people["maria"].press(request, "approve")
        eventually(lambda: posted(held))
        people["tom"].press(before, "decline")  # too late
        people["maria"].press(before, "approve")
        eventually(lambda: len(held.slack.whispers) == 3)
        eventually(lambda: "Approved" in requests(held)[1]["text"])
    held.post()

    (decision,) = held.decisions()
    assert (decision["kind"], decision["verdict"], decision["by"]) == (
        "approval",
        "approved",
        "maria",
    )
    brief_entries = [e for e in held.outbox() if e.persona_id and not e.is_request]
    assert json.loads(decision["detail"])["messages"] == {
        e.key: e.content_hash for e in brief_entries
    }
    (root,) = held.slack.roots("C0PERSONAS")
    assert "top pain moved" in str(root["blocks"][0])
    assert len(held.slack.thread(root)) == len(brief_entries) - 1
    assert len(posted(held)) == len(brief_entries)
    assert "Approved · maria, 2026-11-03 10:00 UTC" in requests(held)[1]["text"]
    assert "actions" not in [block["type"] for block in requests(held)[1]["blocks"]]
    assert {e.state for e in held.outbox() if e.persona_id is None and not e.is_request} == {"held"}


def test_who_is_no_reviewer_approves_nothing(held):
    with held.serving(**ASKED) as people:
        people["guest"].press(requests(held)[1], "approve")
        eventually(lambda: people["guest"].told())

    assert held.decisions() == []
    assert posted(held) == []


def test_what_was_declined_is_never_posted(held):
    with held.serving(**ASKED) as people:
        people["tom"].press(requests(held)[1], "decline")
        eventually(lambda: "Declined" in requests(held)[1]["text"])
    held.post()

    assert posted(held) == []
    assert {e.problem for e in held.outbox() if e.state == "dropped"} == {DECLINED}


def test_the_command_line_lists_approves_and_declines(held, capsys):
    command = ["deliveries", "--workspace", str(held.folder)]

    assert run([*command, "--waiting", "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert {row["state"] for row in rows} == {"held"}
    digest = next(row["key"] for row in rows if row["persona_id"] is None)
    assert run([*command, "--decline"]) == 2
    assert run([*command, "--approve", "--retry"]) == 2
    assert run([*command, "ffff", "--approve"]) == 2
    assert run([*command, digest, "--retry"]) == 2
    assert run([*command, "--retry"]) == 0
    assert posted(held) == []  # trying again is no yes

    assert run([*command, digest[:6], "--decline", "--by", "tom"]) == 0
    assert run([*command, "--approve", "--by", "maria"]) == 0
    assert run([*command, "--approve", "--by", "maria"]) == 0

    assert [(d["verdict"], d["subject"]) for d in held.decisions()] == [
        ("declined", "2026-10/all"),
        ("approved", "2026-10/ops-lead"),
    ]
    assert len(held.slack.roots("C0PERSONAS")) == 1
    assert states(held) == {"dropped", "sent"}


def test_a_yes_to_what_has_changed_since_is_no_yes(held):
    _, request = requests(held)
    seen = dict(request)
    with held.opened() as work:
        changed = [
            replace(e, content=e.content.replace("Ops", "Opps"), content_hash="0" * 16)
            for e in entries(work)
            if e.persona_id and e.part == 0
        ]
        with work.store.transaction() as transaction:
            transaction.replace("outbox", outbox_rows(changed), key="key")

    with held.serving(**ASKED) as people:
        people["maria"].press(seen, "approve")
        (told,) = eventually(lambda: people["maria"].told())

    assert "changed since" in told
    assert held.decisions() == []
    assert posted(held) == []


@pytest.mark.parametrize("moment", ["before it is posted", "while it is posted"])
def test_a_yes_survives_whatever_ends_the_process_after_it(held, monkeypatch, moment):
    with held.opened() as work:
        answer_held(work, (), cycle=None, approve=True, by="maria", now=held.now)
    if moment == "while it is posted":
        post = held.slack.chat_postMessage

        def post_and_die(given, port):
            done = post(given, port)
            held.slack.chat_postMessage = post
            raise ConnectionError(done)

        held.slack.chat_postMessage = post_and_die
        with monkeypatch.context() as patch:
            patch.setattr(Dispatcher, "_later", _killed)
            patch.setattr(Dispatcher, "_settle", _killed)
            with pytest.raises(Killed):
                held.post()
        held.slack.chat_postMessage = post

    held.post()
    held.post()

    assert len(held.slack.roots("C0PERSONAS")) == 2
    assert (
        len(posted(held))
        == len(set(posted(held)))
        == len([e for e in held.outbox() if not e.is_request])
    )
    assert states(held) == {"sent"}


def _killed(*_):
    raise Killed


def test_a_newer_cycle_supersedes_what_nobody_approved_and_says_so(team):
    team.set(**ASKED)
    team.run("2026-09", on("2026-10-02"))
    september = {e.key for e in team.outbox()}
    old = dict(requests(team)[1])

    team.run("2026-10", OCTOBER)

    dropped = [e for e in team.outbox() if e.key in september and not e.is_request]
    assert {(e.state, e.problem) for e in dropped} == {("dropped", SUPERSEDED)}
    assert ["Superseded" in request["text"] for request in requests(team)] == [True] * 2 + [
        False
    ] * 2
    with team.serving(**ASKED) as people:
        people["maria"].press(old, "approve")
        (told,) = eventually(lambda: people["maria"].told())
    assert "Nothing of it waits" in told
    assert team.decisions() == []
    assert posted(team) == []


def test_a_correction_waits_for_a_yes_of_its_own(held):
    with held.opened() as work:
        answer_held(work, (), cycle=None, approve=True, by="maria", now=held.now)
    held.post()
    before = [dict(m) for m in held.slack.messages if m["channel"] == "C0PERSONAS"]
    path = held.folder / "persona_library" / "ops-lead.yaml"
    path.write_text(path.read_text().replace("name: Ops Lead", "name: Ops Leader"))

    done = held.run("2026-10", on("2026-11-05"))

    assert done.posted.held > 0
    assert [m for m in held.slack.messages if m["channel"] == "C0PERSONAS"] == before
    assert "changed after it was posted" in str(requests(held)[1]["blocks"])
    with held.serving(**ASKED) as people:
        people["tom"].press(requests(held)[1], "approve")
        eventually(lambda: "Ops Leader" in str(held.brief()["blocks"][0]))
    assert len(posted(held)) == len(before)


def test_without_the_setting_nothing_is_held_any_more(held):
    held.set()

    held.post()

    assert states(held) == {"sent"}
