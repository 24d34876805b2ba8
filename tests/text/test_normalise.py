from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from next_evidence.text.messages import body, body_spans, is_closing, is_greeting
from next_evidence.text.normalise import comparable, plain_text

CHARACTERS = st.text(st.characters(), max_size=300)
MAIL_PIECES = st.lists(
    st.sampled_from(
        [
            "Hi team,",
            "The sync fails.",
            "Thanks,",
            "Jo Lund",
            "Analyst",
            "",
            "> old words",
            "-- ",
            "On 1 Nov 2025, Tom wrote:",
            "From: a@b.example",
            "Sent: Monday",
            "# Heading",
            "Sent from my iPhone",
            "P.S. it is slow",
            "> 60 days overdue",
        ]
    ),
    max_size=14,
).map("\n".join)


@pytest.mark.parametrize(
    ("raw", "own_words"),
    [
        ("Hi team,\n\nThe export fails.\n\nThanks,\nLena Rossi\nCommercial Finance Manager\nQuarry Media", "The export fails."),
        ("The export fails.\n\nThanks,\nGus Tanaka\n\nAlder Foods", "The export fails."),
        ("It is slow.\n\nOn 26 Dec 2025, Mira Solberg wrote:\n> Is it slow?\n> Best, Mira", "It is slow."),
        ("It is slow.\n\nAm 26.12.2025 um 10:00 schrieb Mira:\nIst es langsam?", "It is slow."),
        ("It is slow.\n\nLe 26 déc. 2025 à 10:00, Mira a écrit :\n> Lent ?", "It is slow."),
        ("It is slow.\n\nEl 26 dic 2025, Mira escribió:\n> ¿Lento?", "It is slow."),
        ("Top.\n\nOn Fri, 26 Dec 2025 at 10:00, Mira Solberg <mira@meridian.example>\nwrote:\n> old", "Top."),
        ("It is slow.\n\n-----Original Message-----\nFrom: Mira\nold words", "It is slow."),
        ("It is slow.\n\nFrom: Mira Solberg\nSent: Friday\nTo: Jo\nSubject: RE: x\n\nold words", "It is slow."),
        ("On 1 Nov 2025, Tom wrote:\n> Is it slow?\n\nYes, it takes an hour.", "Yes, it takes an hour."),
        ("It is slow.\n-- \nJo\n555", "It is slow."),
        ("It is slow.\nSent from my iPhone", "It is slow."),
        ("It is slow.\nMit freundlichen Grüßen\nUwe Klein", "It is slow."),
        ("It is slow.\n\nCheers,\nJo\n\nP.S. the board deck still takes me a whole day.", "It is slow.\nP.S. the board deck still takes me a whole day."),
        ("<p>R&amp;D says it&#39;s <b>slow</b></p><blockquote>old words</blockquote>", "R&D says it's slow"),
    ],
)  # fmt: skip
def test_body_keeps_only_what_the_author_wrote_anew(raw, own_words):
    assert body(plain_text(raw)) == own_words


@pytest.mark.parametrize(
    "said",
    [
        "hello export broken",
        "Thanks\nexport is still slow every Monday morning",
        "> 60 days overdue invoices are missing",
        "On Monday the 3rd my boss wrote:\nthe numbers are wrong",
        "# of seats is wrong",
        "From: 10 deals\nto 3 deals",
        "Best case is not in the export",
        "Thanks for nothing, the sync died again",
    ],
)
def test_body_keeps_statements_that_look_like_formalities(said):
    assert body(said) == said.removeprefix("Thanks\n")


def test_headings_go_only_in_markdown():
    assert (
        body("# Onboarding note\n\nThey export by hand.", markdown=True) == "They export by hand."
    )
    assert body("# Onboarding note\n\nThey export by hand.").startswith("# Onboarding")


@pytest.mark.parametrize(
    "raw",
    ["<!channel> all", "<script>alert(1)", "a < b and c > d", "<name> is empty", "&notanentity;"],
)
def test_plain_text_leaves_what_is_no_markup(raw):
    assert plain_text(raw) == raw


def test_plain_text_drops_scripts_with_their_content():
    assert "alert" not in plain_text("slow <script>alert(1)</script> export")


@given(CHARACTERS)
def test_plain_text_can_be_stored_anywhere(raw):
    plain = plain_text(raw + "\x00\ud83d")

    assert "\x00" not in plain
    plain.encode("utf-8")


@given(st.one_of(CHARACTERS, MAIL_PIECES), st.booleans())
def test_body_spans_are_ordered_disjoint_and_inside(text, markdown):
    spans = body_spans(text, markdown=markdown)

    assert all(0 <= start < end <= len(text) for start, end in spans)
    assert all(before[1] <= after[0] for before, after in itertools.pairwise(spans))
    assert all(text[start:end] == text[start:end].strip() for start, end in spans)


@given(st.one_of(CHARACTERS, MAIL_PIECES))
def test_comparable_is_idempotent(text):
    assert comparable(comparable(text)) == comparable(text)


def test_greetings_and_closings_say_nothing_else():
    assert is_greeting("Good morning everyone!")
    assert not is_greeting("Hi, the sync died")
    assert is_closing("Many thanks, Jo")
    assert not is_closing("Best, case, forecast is wrong")


@pytest.mark.parametrize(
    "hostile",
    ["<script>" * 12500, "On 1 " * 20000, ("On " + "1" * 390 + ":\n") * 250, "<a " * 33000, "Thanks\n" * 14000, "> a\n" * 25000,
     "<blockquote>" * 8000, "<!--" * 25000, "hi " * 33000, "&#12" * 25000, "- " * 50000],
    ids=lambda text: text[:8].strip(),
)  # fmt: skip
def test_long_hostile_messages_are_read(hostile):
    plain = plain_text(hostile)

    assert len(plain) <= len(hostile)
    assert all(0 <= start <= end <= len(plain) for start, end in body_spans(plain))
    assert comparable(plain) == comparable(comparable(plain))
