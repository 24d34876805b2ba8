"""E-mail over a real loopback connection: at most once, and what is not sure is left to a person."""

from __future__ import annotations

import email
import email.policy
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from next_evidence.brief.charts import draw_charts
from next_evidence.brief.email import MAX_BYTES
from next_evidence.brief.render import RenderedBrief, render_brief
from next_evidence.delivery.dispatch import Dispatcher
from next_evidence.delivery.mail import EmailChannel
from next_evidence.delivery.outbox import CHANGED, plan, retried
from next_evidence.errors import SettingsError
from next_evidence.testing.briefs import sample_brief
from tests.delivery.mail_server import MailServer

START = datetime(2026, 11, 2, 9, tzinfo=UTC)
OPS, BOSS = "ops@acme.example", "boss@acme.example"
OPTIONS = {
    "host": "127.0.0.1",
    "security": "none",
    "sender": "Next Evidence <evidence@acme.example>",
    "to": [OPS],
    "routes": {"@boss": [BOSS, OPS]},
}


def brief(persona_id="ops-lead", owner="@ops", cycle="2026-10", text="It moved"):
    name = "index" if persona_id is None else "brief"
    files = {
        f"{name}.email.txt": f"{text} é\n.a line with a dot\n".encode(),
        f"{name}.email.html": f'<p>{text} é</p><img src="cid:trend" alt="Up">'.encode(),
        "trend.png": b"\x89PNG\r\n\x1a\n" + bytes(300),
    }
    return RenderedBrief(persona_id, cycle, f"Ops Lead: {text} ({cycle})", owner, "shifted", files)


class Post:
    """An outbox, a clock, and a mail server."""

    def __init__(self, server, port):
        self.server, self.entries, self.now, self.slept = server, {}, START, []
        options = {**OPTIONS, "port": str(port), "timeout_s": 5}
        made = EmailChannel.from_options(options, root=None)
        self.channel = EmailChannel(made._options, now=lambda: self.now)

    def plan(self, *briefs):
        messages = [message for one in briefs for message in self.channel.messages(one)]
        known = list(self.entries.values())
        changed = plan(known, messages, channel="email", withdrawal=None, now=self.now)
        self.entries |= {entry.key: entry for entry in changed}

    def run(self):
        def save(entry):
            self.entries[entry.key] = entry

        Dispatcher(
            {"email": self.channel}, save=save, now=lambda: self.now, sleep=self.slept.append
        ).run(list(self.entries.values()))

    def states(self):
        return [entry.state for entry in self.entries.values()]

    def mails(self):
        return [
            email.message_from_bytes(content, policy=email.policy.default)
            for _, content in self.server.inbox
        ]


@pytest.fixture
def post():
    server = MailServer()
    with server.served() as port:
        yield Post(server, port)


def test_a_mail_has_words_page_and_chart(post):
    post.plan(brief())

    post.run()

    (mail,) = post.mails()
    assert mail.get_content_type() == "multipart/alternative"
    plain, related = mail.iter_parts()
    assert plain.get_content().splitlines() == ["It moved é", ".a line with a dot"]
    page, picture = related.iter_parts()
    assert page.get_content().startswith("<p>It moved é</p>")
    assert picture["Content-ID"] == "<trend>"
    assert picture.get_content().startswith(b"\x89PNG")
    assert post.states() == ["sent"]


def test_no_line_break_of_a_title_begins_a_header_of_its_own(post):
    post.plan(replace(brief(), title="It moved\r\nBcc: everybody@acme.example"))

    post.run()

    (mail,) = post.mails()
    assert mail["Subject"] == "It moved Bcc: everybody@acme.example"
    assert mail["Bcc"] is None


def test_headers_tell_programs_what_it_is(post):
    post.plan(brief())

    post.run()

    (mail,) = post.mails()
    assert mail["From"] == "Next Evidence <evidence@acme.example>"
    assert mail["To"] == OPS
    assert mail["Subject"] == "Ops Lead: It moved (2026-10)"
    assert mail["Date"] == "Mon, 02 Nov 2026 09:00:00 +0000"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["List-Id"] == "<next-evidence.acme.example>"
    assert mail["List-Unsubscribe"] == "<mailto:evidence@acme.example?subject=unsubscribe>"
    assert mail["Message-ID"].startswith("<brief.2026-10.ops-lead.")


def test_a_reader_leaves_the_list_with_one_click(post):
    leave = "https://acme.example/leave?who={recipient}"
    channel = EmailChannel.from_options({**OPTIONS, "unsubscribe": leave}, root=None)
    (message,) = channel.messages(brief())

    mail = channel._mail(message, "k")

    assert mail["List-Unsubscribe"] == (
        "<https://acme.example/leave?who=ops%40acme.example>, "
        "<mailto:evidence@acme.example?subject=unsubscribe>"
    )
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_a_reader_gets_one_conversation_a_persona(post):
    post.plan(brief(), brief(cycle="2026-09"), brief("other"), brief(None))

    post.run()

    threads = [str(mail["References"]) for mail in post.mails()]
    assert len(set(threads)) == 3
    assert threads == [str(mail["In-Reply-To"]) for mail in post.mails()]
    assert len({str(mail["Message-ID"]) for mail in post.mails()}) == 4


def test_each_recipient_gets_a_mail_of_their_own(post):
    post.plan(brief(owner="@boss"))

    post.run()

    assert sorted(recipient for recipient, _ in post.server.inbox) == [BOSS, OPS]
    assert sorted(str(mail["To"]) for mail in post.mails()) == [BOSS, OPS]


@pytest.mark.parametrize(("place", "sent"), [("after data", 0), ("after all", 1)])
def test_a_lost_answer_is_left_to_a_person_and_not_sent_again(post, place, sent):
    post.server.answers[place] = ""
    post.plan(brief())

    for _ in range(3):
        post.run()
        post.now += timedelta(days=3)

    (entry,) = post.entries.values()
    assert (entry.state, entry.next_attempt_at) == ("ambiguous", None)
    assert len(post.server.inbox) == sent

    post.server.answers.clear()
    assert retried(entry, by_name=False, now=post.now) == entry
    post.entries[entry.key] = retried(entry, by_name=True, now=post.now)
    post.run()

    assert post.states() == ["sent"]
    assert len(post.server.inbox) == sent + 1
    assert len({str(mail["Message-ID"]) for mail in post.mails()}) == 1


def test_a_run_that_ended_while_it_sent_leaves_it_to_a_person(post):
    post.plan(brief())
    (entry,) = post.entries.values()
    post.entries[entry.key] = replace(entry, state="sending")

    post.run()

    assert post.states() == ["ambiguous"]
    assert post.server.inbox == []


@pytest.mark.parametrize("place", ["connect", "mail", "rcpt"])
def test_what_fails_before_the_mail_is_handed_over_is_tried_again(post, place):
    post.server.answers[place] = ""
    post.plan(brief())
    post.run()
    assert post.states() == ["failed"]

    post.server.answers.clear()
    post.now += timedelta(days=1)
    post.run()

    assert post.states() == ["sent"]
    assert len(post.server.inbox) == 1


def test_a_mailbox_that_does_not_exist_keeps_no_other_back(post):
    post.server.answers["rcpt"] = "550 no such user"
    post.plan(brief())
    post.run()
    (entry,) = post.entries.values()
    assert (entry.state, entry.next_attempt_at) == ("failed", None)
    assert entry.problem == "the mail server refuses the recipient (550)"

    post.server.answers.clear()
    post.plan(brief("other"))
    post.run()

    assert len(post.server.inbox) == 1


def test_a_brief_that_changes_after_it_was_sent_is_not_sent_again(post):
    post.plan(brief())
    post.run()

    post.plan(brief(text="It fell"))
    post.run()

    assert len(post.server.inbox) == 1
    (entry,) = post.entries.values()
    assert (entry.state, entry.problem) == ("sent", CHANGED)


@pytest.mark.parametrize("seed", range(15))
def test_no_mail_is_sent_twice_whatever_fails(seed):
    server = MailServer(seed, fault_rate=0.15)
    with server.served() as port:
        post = Post(server, port)
        post.plan(brief(None), brief("a", "@boss"), brief("b"), brief("c"))
        for _ in range(25):
            post.run()
            post.now += timedelta(hours=25)

    taken = [str(mail["Message-ID"]) for mail in post.mails()]
    assert len(taken) == len(set(taken))
    sent = {entry.receipt for entry in post.entries.values() if entry.state == "sent"}
    assert sent <= set(taken)
    assert {e.state for e in post.entries.values()} <= {"sent", "ambiguous"}
    unsure = [e for e in post.entries.values() if e.state == "ambiguous"]
    assert len(post.entries) - len(unsure) == len(sent)


def test_a_real_brief_is_small_and_shows_its_chart(post, templates):
    made = sample_brief("strong")
    rendered = render_brief(made, templates, pictures=draw_charts(made))
    post.plan(rendered)

    post.run()

    assert rendered.problems == ()
    (mail,) = post.mails()
    plain, related = mail.iter_parts()
    page, *pictures = related.iter_parts()
    html = page.get_content()
    assert len(html.encode()) + len(plain.get_content().encode()) < MAX_BYTES
    assert len(post.server.inbox[0][1]) < MAX_BYTES  # with its charts
    assert pictures
    for picture in pictures:
        cid = picture["Content-ID"].strip("<>")
        assert re.search(rf'<img [^>]*src="cid:{cid}" alt="[^"]', html)
    assert "<script" not in html
    assert "WHAT CHANGED" in plain.get_content()


def test_wrong_options_are_named_and_no_password_goes_in_the_clear():
    with pytest.raises(SettingsError) as caught:
        EmailChannel.from_options({**OPTIONS, "sender": "a\r\nBcc: x@y.z", "to": []}, root=None)
    assert len(caught.value.problems) == 2

    with pytest.raises(SettingsError, match="encrypted"):
        EmailChannel.from_options({**OPTIONS, "password_env": "P"}, root=None)
