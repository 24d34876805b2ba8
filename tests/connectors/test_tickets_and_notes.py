"""Help-desk exports, and notes in markdown."""

import json
from datetime import UTC, datetime

import pytest

from next_evidence_connectors._text import plain_text
from next_evidence_connectors.notes_markdown import NotesConnector, paragraphs
from next_evidence_connectors.tickets_jsonl import TicketsConnector

TICKET = {
    "id": "TI1", "subject": "The import", "organization_id": "A1", "url": "https://desk.example/TI1",
    "created_at": "2026-10-02T09:00:00Z", "requester": {"name": "Omar Varga", "email": "omar@acme.example"},
    "comments": [
        {"author": {"email": "omar@acme.example", "role": "end-user"}, "created_at": "2026-10-02T09:00:00Z", "public": True, "body": "The import never came."},
        {"author": {"email": "mira@vendor.example", "role": "agent"}, "created_at": "2026-10-02T10:00:00Z", "public": False, "body": "angry customer"},
        {"author": {"name": "Desk", "role": "bot"}, "created_at": "2026-10-02T10:01:00Z", "public": True, "body": "We got your ticket."},
        {"author": {"email": "mira@vendor.example", "role": "agent"}, "created_at": "2026-10-02T11:00:00Z", "public": True, "body": "Fixed."},
    ],
}  # fmt: skip


@pytest.fixture
def tickets(tmp_path, pull):
    def run(*rows, name="t.jsonl", **options):
        text = (
            "".join(json.dumps(row) + "\n" for row in rows)
            if name.endswith("l")
            else json.dumps(rows[0])
        )
        (tmp_path / name).write_text(text)
        return pull(TicketsConnector, file=name, **options)

    return run


def test_a_ticket_is_a_conversation_with_a_turn_for_each_public_comment(tickets):
    (ticket,) = tickets(TICKET).conversations

    assert (ticket.conversation_id, ticket.kind, ticket.account_id, ticket.origin) == (
        "TI1",
        "ticket",
        "A1",
        "t.jsonl:1",
    )
    assert [turn.text for turn in ticket.turns] == [
        "The import never came.",
        "We got your ticket.",
        "Fixed.",
    ]
    assert [(p.email or p.name, p.name, p.side, p.bot) for p in ticket.participants] == [
        ("omar@acme.example", "Omar Varga", "customer", False),
        ("Desk", "Desk", "employee", True),
        ("mira@vendor.example", "", "employee", False),
    ]
    assert ticket.turns[2].at == datetime(2026, 10, 2, 11, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "hidden",
    [
        {"public": False},
        {"public": "false"},
        {"is_public": False},
        {"private": True},
        {"internal": True},
    ],
)
def test_internal_notes_are_never_read(tickets, hidden):
    row = {
        **TICKET,
        "comments": [{"author": {"role": "agent"}, "body": "angry customer", **hidden}],
    }

    assert tickets(row).said == []


def test_zendesks_shape_without_roles_knows_the_requester(tickets):
    row = {"ticket": {"id": 35, "created_at": "2026-10-02T09:00:00Z", "organization_id": 509, "requester_id": 7, "assignee_id": 8, "comments": [
        {"author_id": 7, "public": True, "plain_body": "It burns.", "html_body": "<p>It burns.</p>"},
        {"author_id": 8, "public": True, "html_body": "<div>We&rsquo;re on it.<br>Soon.</div>"},
        {"author_id": 9, "public": True, "body": "Me too."}]}}  # fmt: skip

    (ticket,) = tickets(row).conversations

    assert (ticket.conversation_id, ticket.account_id) == ("35", "509")
    assert [p.side for p in ticket.participants] == ["customer", "employee", "unknown"]
    assert ticket.turns[1].text == "We’re on it.\nSoon."


def test_a_ticket_without_comments_says_its_description(tickets):
    row = {
        "id": 35,
        "created_at": "2026-10-02T09:00:00Z",
        "requester_id": 7,
        "description": "It burns.",
    }

    (ticket,) = tickets(row).conversations

    assert [(turn.speaker, turn.text) for turn in ticket.turns] == [("7", "It burns.")]
    assert ticket.participants[0].side == "customer"


def test_intercoms_shape_leaves_notes_and_events_out(tickets):
    row = {"type": "conversation", "id": "371", "created_at": 1790931600, "source": {"body": "<p>It is slow</p>", "author": {"type": "user", "id": "u", "email": "jo@acme.example"}},
           "conversation_parts": {"conversation_parts": [
               {"part_type": "comment", "body": "<p>Sorry!</p>", "created_at": 1790931700, "author": {"type": "admin", "id": "a", "name": "Mira"}},
               {"part_type": "note", "body": "<p>secret</p>", "created_at": 1790931700, "author": {"type": "admin", "id": "a"}},
               {"part_type": "comment", "body": "Beep", "created_at": 1790931700, "author": {"type": "bot", "id": "b"}},
               {"part_type": "assignment", "body": None, "author": {"type": "bot", "id": "b"}}]}}  # fmt: skip

    (ticket,) = tickets(row).conversations

    assert [turn.text for turn in ticket.turns] == ["It is slow", "Sorry!", "Beep"]
    assert [(p.side, p.bot) for p in ticket.participants] == [
        ("customer", False),
        ("employee", False),
        ("employee", True),
    ]
    assert ticket.started_at == datetime(2026, 10, 2, 9, 0, tzinfo=UTC)


def test_a_comments_wrong_date_costs_the_date_only(tickets):
    row = {
        **TICKET,
        "comments": [TICKET["comments"][0], {**TICKET["comments"][3], "created_at": "soon"}],
    }

    pulled = tickets(row)

    assert len(pulled.said) == 2
    assert "comments[1].created_at" in pulled.rejected[0].reason
    assert "soon" not in pulled.rejected[0].reason


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"id": None}, "no id"),
        ({"created_at": "soon"}, "created_at: this is no date"),
        ({"created_at": None, "comments": []}, "created_at: there is no date"),
    ],
)
def test_a_ticket_without_id_or_date_is_rejected(tickets, change, reason):
    pulled = tickets({**TICKET, **change})

    assert pulled.conversations == []
    assert pulled.where == [("t.jsonl", 1)]
    assert reason in pulled.rejected[0].reason


def test_a_small_json_export_is_read_too(tickets):
    pulled = tickets({"tickets": [TICKET, {"subject": "no id"}, 7]}, name="t.json")

    assert [row.conversation_id for row in pulled.conversations] == ["TI1"]
    assert [row.reason for row in pulled.rejected] == [
        "ticket 2: the ticket has no id",
        "ticket 3: this is no object in braces",
    ]


def test_a_ticket_that_comes_again_replaces_itself(tickets, tmp_path, pull):
    first = tickets(TICKET)
    with (tmp_path / "t.jsonl").open("a") as more:
        more.write(json.dumps({**TICKET, "comments": []}) + "\n")

    second = pull(TicketsConnector, file="t.jsonl", since=first.cursor)

    assert [(row.conversation_id, row.turns) for row in second.conversations] == [("TI1", ())]


def test_html_becomes_text():
    assert (
        plain_text(
            "<style>p{}</style><p>One&nbsp;&amp; two</p><ul><li>three</li><li>four</li></ul>"
        )
        == "One & two\n\nthree\nfour"
    )
    assert plain_text("5 < 6 & 7 > 2") == "5 < 6 & 7 > 2"


# ---- notes

NOTE = """---
id: ON1
account_id: A1
date: '2026-10-02'
author: Mira Solberg
contact: omar@acme.example
---

# Onboarding note

They keep four spreadsheets
beside the tool.

- Exports time out.
* SSO is next quarter.
1. The CFO wants one number.

> She said it twice.
"""


@pytest.fixture
def notes(tmp_path, pull):
    def run(text, name="ON1.md", **options):
        (tmp_path / "notes").mkdir(exist_ok=True)
        data = text if isinstance(text, bytes) else text.encode()
        (tmp_path / "notes" / name).write_bytes(data)
        return pull(NotesConnector, folder="notes", **options)

    return run


def test_a_note_is_what_its_contact_says(notes):
    (note,) = notes(NOTE).conversations

    assert (note.conversation_id, note.kind, note.account_id, note.origin) == (
        "ON1",
        "onboarding_note",
        "A1",
        "notes/ON1.md:8",
    )
    assert [(p.email, p.name, p.side) for p in note.participants] == [
        ("omar@acme.example", "", "customer"),
        ("", "Mira Solberg", "employee"),
    ]
    assert {turn.speaker for turn in note.turns} == {"omar@acme.example"}
    assert [turn.text for turn in note.turns] == [
        "They keep four spreadsheets beside the tool.",
        "Exports time out.",
        "SSO is next quarter.",
        "The CFO wants one number.",
        "She said it twice.",
    ]


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_newlines_and_marks_do_not_matter_in_notes(notes, newline, mark):
    assert len(notes(mark + NOTE.replace("\n", newline)).said) == 5


@pytest.mark.parametrize(
    ("written", "name", "email"),
    [
        ("Omar Varga", "Omar Varga", ""),
        ("Omar Varga <omar@acme.example>", "Omar Varga", "omar@acme.example"),
        ("{name: Omar, email: omar@acme.example}", "Omar", "omar@acme.example"),
        ("[omar@acme.example, jo@acme.example]", "", "omar@acme.example"),
    ],
)
def test_a_contact_may_be_written_in_several_ways(notes, written, name, email):
    person = (
        notes(NOTE.replace("contact: omar@acme.example", f"contact: {written}"))
        .conversations[0]
        .participants[0]
    )

    assert (person.name, person.email, person.side) == (name, email, "customer")


def test_a_note_without_front_matter_takes_the_day_of_its_name(notes):
    (note,) = notes("Exports time out.\n", name="2026-10-02-acme.md").conversations

    assert note.started_at == datetime(2026, 10, 2, tzinfo=UTC)
    assert [(p.key, p.side) for p in note.participants] == [("customer", "customer")]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "empty"),
        ("Exports time out.", "no date"),
        (NOTE.replace("2026-10-02", "soon"), "date: this is no date"),
        ("---\ndate: [secret\n---\nx", "not valid YAML"),
        ("---\n- secret\n---\nx", "front matter"),
    ],
)
def test_a_note_that_cannot_be_used_is_rejected(notes, text, reason):
    pulled = notes(text)

    assert pulled.conversations == []
    assert reason in pulled.rejected[0].reason
    assert "secret" not in pulled.rejected[0].reason
    assert "soon" not in pulled.rejected[0].reason


def test_latin_1_notes_are_read_and_told(notes):
    pulled = notes(NOTE.replace("number", "Größe").encode("latin-1"))

    assert len(pulled.conversations) == 1
    assert pulled.where == [("notes/ON1.md", 16)]


def test_paragraphs_leave_headings_and_rules_out():
    assert paragraphs("# A\none\ntwo\n\n---\n## B\n- three\n  four\n2) five\n") == [
        "one two",
        "three four",
        "five",
    ]
