from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from next_evidence.evidence.accounts import Directory
from next_evidence.evidence.prepare import build_masker, prepare
from next_evidence.records import Account, Contact, Conversation, Participant, Turn
from next_evidence.schemas import TURNS, UTTERANCES
from next_evidence.settings import CompanySettings, EvidenceSettings
from next_evidence.text.models import RuleSentences

MONDAY = datetime(2026, 10, 5, 9, tzinfo=UTC)
CRM = Directory(
    [Account("acme", name="Acme Foods")],
    [Contact("jo", "acme", "Jo Lund", "jo@acme.example", "RevOps Manager")],
)
US = CompanySettings(domains=("meridian.example",))


def prepared(conversations, *, directory=CRM, company=US, **rules):
    return prepare(
        conversations, source="calls", directory=directory, masker=build_masker(directory, company, names=None), company=company,
        rules=EvidenceSettings(**rules), splitter=RuleSentences(),
    )  # fmt: skip


def test_only_customers_and_unknown_speakers_are_stored(conversation):
    people = [
        Participant("jo", email="jo@acme.example"), Participant("tom", email="tom@meridian.example"),
        Participant("guest", name="Somebody"), Participant("bot", name="Otter.ai"),
    ]  # fmt: skip
    talk = conversation(
        Turn("jo", "Manual reporting eats my week."), Turn("tom", "Your reporting is broken then."),
        Turn("guest", "Our dashboards are always late."), Turn("bot", "Recording has started for all."), Turn("jo", "Yeah, thanks."),
        participants=people,
    )  # fmt: skip

    found = prepared([talk])

    assert found.utterances["text"].to_list() == [
        "Manual reporting eats my week.",
        "Our dashboards are always late.",
    ]
    assert found.utterances["side"].to_list() == ["customer", "unknown"]
    assert found.turns["turn"].to_list() == [0, 2]
    counts = found.counts
    assert (
        counts.customer_turns,
        counts.unknown_turns,
        counts.employee_turns,
        counts.bot_turns,
        counts.empty_turns,
    ) == (1, 1, 1, 1, 1)
    assert not found.finds_unlisted_people


def test_speakers_are_known_by_contact_else_by_a_hash_that_tells_nothing(conversation):
    people = [
        Participant("jo", email="jo@acme.example"),
        Participant("x", email="quorra@else.example", title="Analyst"),
    ]
    talk = conversation(
        Turn("jo", "Exports are slow today."),
        Turn("x", "Exports are broken today."),
        participants=people,
    )
    later = replace(talk, conversation_id="c-2")

    rows = prepared([talk, later]).utterances

    assert rows["contact_id"].to_list() == ["jo", None] * 2
    assert rows["speaker_title"].to_list() == ["RevOps Manager", "Analyst"] * 2
    jo, stranger = rows["speaker_key"].to_list()[:2]
    assert jo == "jo"
    assert "quorra" not in stranger
    assert rows["speaker_key"].to_list()[3] == stranger


def test_a_name_alone_is_somebody_else_in_another_conversation(conversation):
    talk = conversation(
        Turn("x", "Exports are slow today."), participants=[Participant("x", name="Somebody")]
    )

    keys = prepared([talk, replace(talk, conversation_id="c-2")]).utterances["speaker_key"]

    assert keys.n_unique() == 2


def test_times_are_utc_and_fall_back_to_the_beginning(conversation):
    late = datetime(2026, 10, 5, 12, tzinfo=timezone(timedelta(hours=2)))
    talk = conversation(
        Turn("p1", "Exports are slow today.", late), Turn("p1", "Exports are broken today.")
    )

    assert prepared([talk]).utterances["spoken_at"].to_list() == [
        datetime(2026, 10, 5, 10, tzinfo=UTC),
        MONDAY,
    ]


def test_replies_signatures_and_names_are_gone_from_what_is_stored(conversation):
    mail = (
        "Hi team,\n\nThe export fails for Jo Lund and Acme Foods pays $90k.\n\nThanks,\nJo Lund\nAnalyst\n\n"
        "On 01 Nov 2025, Tom wrote:\n> we know it fails often"
    )

    found = prepared([conversation(mail, kind="ticket")])

    assert found.turns["text"].to_list() == [
        "The export fails for [person] and Acme Foods pays $90k."
    ]


def test_of_a_conversation_that_comes_twice_the_later_counts(conversation):
    rows = prepared(
        [conversation("Exports are slow today."), conversation("Exports are fast today.")]
    ).utterances

    assert rows["text"].to_list() == ["Exports are fast today."]


def test_an_account_that_nobody_knows_is_null_and_counted(conversation):
    found = prepared(
        [conversation("Exports are slow today.", participants=[Participant("p1", name="Somebody")])]
    )

    assert found.utterances["account_id"].to_list() == [None]
    assert found.counts.unresolved_conversations == 1


@pytest.mark.parametrize(
    "said", ["", "\x00\x00", "😀😀", "<script>alert(1)</script>", "Thanks!", "\ud83d"]
)
def test_turns_that_say_nothing_leave_no_row(conversation, said):
    found = prepared([conversation(said)])

    assert found.turns.is_empty()
    assert found.utterances.schema == UTTERANCES
    assert found.turns.schema == TURNS


@pytest.mark.parametrize(
    "said",
    [
        "<!channel> the export is slow",
        "הייצוא איטי מאוד היום",
        "the\x00export is\ud83d slow",
        "😀 the export is slow 😀",
    ],
)
def test_odd_characters_are_stored_and_read_back(conversation, said, tmp_path):
    found = prepared([conversation(said)])
    found.utterances.write_parquet(tmp_path / "u.parquet")

    assert pl.read_parquet(tmp_path / "u.parquet").height == 1


SPOKEN = st.one_of(
    st.text(max_size=200),
    st.lists(
        st.sampled_from(["Jo Lund", "the export", "fails.", "Hi team,", "jo@acme.example", "\n", "so slow!", "2.5", "<b>", "> old", "Thanks,", "شكرا", "😀", "e.g."]),
        max_size=25,
    ).map(" ".join),
)  # fmt: skip


def talks(texts):
    return [
        Conversation(
            f"c{at}",
            kind,
            MONDAY,
            (Participant("p", email="jo@acme.example"),),
            tuple(Turn("p", text) for text in said),
        )
        for at, (kind, said) in enumerate(texts)
    ]


PAGES = st.lists(
    st.tuples(st.sampled_from(["call", "ticket", "onboarding_note"]), st.lists(SPOKEN, max_size=3)),
    max_size=5,
)


@settings(max_examples=60, deadline=None)
@given(PAGES)
def test_every_utterance_is_a_verbatim_span_of_its_stored_turn(texts):
    found = prepared(talks(texts), min_words=1)

    for row in found.utterances.iter_rows(named=True):
        of_row = {name: row[name] for name in ("source", "conversation_id", "turn")}
        turn = found.turns.filter(**of_row)["text"].item()
        assert turn[row["start"] : row["end"]] == row["text"]
        assert row["text"] in row["context"]
        assert row["context"] in turn
        assert "Lund" not in turn
    assert found.utterances["utterance_id"].n_unique() == found.utterances.height
    assert set(found.turns["conversation_id"]) == set(found.utterances["conversation_id"])


@settings(max_examples=40, deadline=None)
@given(PAGES, st.integers(0, 5))
def test_pages_do_not_matter(texts, cut):
    all_at_once = prepared(talks(texts))
    first, second = prepared(talks(texts)[:cut]), prepared(talks(texts)[cut:])

    assert (
        pl.concat([first.utterances, second.utterances])
        .sort("utterance_id")
        .equals(all_at_once.utterances.sort("utterance_id"))
    )
    assert first.counts.utterances + second.counts.utterances == all_at_once.counts.utterances
