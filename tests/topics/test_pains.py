"""The registry: what becomes a candidate, and what happens to it afterwards."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from next_evidence.errors import SchemaError
from next_evidence.settings import TopicSettings
from next_evidence.topics.pains import discover
from next_evidence.topics.space import unit
from next_evidence.topics.tables import CANDIDATES, KNOWN
from tests.topics.conftest import said

C = tuple(f"2026-{month:02d}" for month in range(1, 13))


def discovered(found) -> list[tuple[str, str]]:
    return list(found.candidates.select("pain_id", "status").iter_rows())


def events(found) -> list[tuple[str, str]]:
    told = found.ledger.filter(pl.col("event") != "linked")
    return list(told.select("pain_id", "event").iter_rows())


@pytest.fixture
def chatbot(small):
    """A pain of no document that begins in the eighth cycle."""
    return small.usual().chorus("chatbot", C[7:])


def test_a_new_pain_becomes_one_candidate_with_a_real_quote(chatbot):
    found = chatbot.step(C[8])

    assert found.candidates.height == 1
    row = found.candidates.row(0, named=True)
    assert row["pain_id"].startswith("found-2026-08-")
    assert (row["status"], row["first_cycle"], row["last_cycle"]) == (
        "candidate", "2026-08", "2026-09",
    )  # fmt: skip
    assert 16 <= row["raised"] <= 24
    assert row["heard"] == 48
    frame, _ = chatbot.frames()
    quote = frame.filter(utterance_id=row["exemplar"])["text"][0]
    assert row["label"].startswith(f'"{quote}" — ')
    assert any("chatbot" in phrase for phrase in row["keywords"])
    born = found.ledger.filter(event="born")
    assert born["pain_id"].to_list() == [row["pain_id"]]
    assert len(born["evidence"][0]) == 8


def test_a_known_pain_that_matching_misses_is_no_candidate(small):
    small.usual().chorus("export", C[7:], accounts=12)  # rising, and missed each time

    assert small.step(C[8]).candidates.is_empty()


def test_new_words_of_a_known_pain_that_rises_are_linked_to_it_once(small):
    """Half of its statements are heard as ever, half are in words that were never used before."""
    small.usual().chorus("price", C[7:], accounts=20, status="accepted", confidence=0.8)
    for topic in ("hosting", "chatbot"):
        small.chorus(topic, C[7:], status="accepted", pain="price", confidence=0.6)

    found = small.step(C[8])

    assert found.candidates.is_empty()
    assert found.ledger.select("pain_id", "event").rows() == [("price", "linked")]


def test_what_was_always_there_is_not_news(small):
    small.usual().chorus("chatbot", C)

    assert small.step(C[8]).candidates.is_empty()


@pytest.mark.parametrize(("before", "found"), [(C[:0], 1), (C[:7], 0)])
def test_what_was_said_before_in_other_figures_is_not_news(small, before, found):
    small.usual().chorus("release 67", before).chorus("release 68", C[7:])

    assert small.step(C[8]).candidates.height == found


def test_without_a_past_nothing_is_new(small):
    small.usual(cycles=C[:3]).chorus("chatbot", C[1:3])

    assert small.step(C[2]).candidates.is_empty()


def test_one_loud_account_is_no_candidate(small):
    small.usual()
    for cycle in C[7:9]:
        for _ in range(12):
            small.say(cycle, "a00", "chatbot")

    assert small.step(C[8]).candidates.is_empty()


def test_the_admins_bar_counts_accounts_as_far_as_they_are_sure_to_say_it(small):
    """Seven accounts say it; three more say what might be of it, and count as the part of an account that is likely."""
    small.usual().chorus("chatbot", C[7:9], accounts=7)
    assert small.step(C[8]).candidates.height == 1

    small.rules = TopicSettings(min_accounts=9)
    assert small.step(C[8]).candidates.is_empty()


def test_speech_without_an_account_or_a_persona_does_not_count(small):
    small.usual()
    for cycle in C[7:9]:
        for _ in range(10):
            small.say(cycle, None, "chatbot")

    assert small.step(C[8]).candidates.is_empty()


def test_talk_that_hurts_nobody_is_no_candidate(small):
    small.usual().chorus("thanks", C[7:], relevance=0.6)

    assert small.step(C[8]).candidates.is_empty()


@pytest.mark.parametrize(("of_known", "found"), [("neutral", 1), ("raises", 0)])
def test_doubt_about_a_stance_counts_against_a_pain_only_where_known_pains_are_clear(
    small, of_known, found
):
    """Of what is said of the chatbot one statement in three is sure to raise a pain; of the known pains as few, or all."""
    small.usual().chorus("chatbot", C[7:], accounts=12)
    small.rows = [
        (*row[:-1], "raises" if i % 3 == 0 else ("neutral" if "chatbot" in row[5] else of_known))
        for i, row in enumerate(small.rows)
    ]

    assert small.step(C[8]).candidates.height == found


def test_praise_is_no_candidate(small):
    small.usual().chorus("thanks", C[7:], stance="denies")

    assert small.step(C[8]).candidates.is_empty()


def test_a_survey_that_stops_makes_no_news_of_what_tickets_always_said(small):
    """All along one ticket in three is about the chatbot; surveys never are, and then they stop."""
    for c, cycle in enumerate(C[:9]):
        for a in range(24):
            for n in range(2 if c < 7 else 0):
                topic = ("export", "sync", "price")[(a + n) % 3]
                small.say(cycle, f"s{(2 * a + n + c) % 60:02d}", topic, kind="survey")
            small.say(cycle, f"a{a:02d}", "sync" if (a + c) % 3 else "chatbot", kind="ticket")

    assert small.step(C[8]).candidates.is_empty()


def test_one_line_that_many_retell_is_no_candidate(small):
    line = np.zeros(32)
    line[[0, 4]] = 0.5, 0.75
    small.usual().chorus("chatbot", C[7:], vector=unit(line))

    assert small.step(C[8]).candidates.is_empty()


def test_row_order_changes_nothing(chatbot):
    first = chatbot.step(C[8])

    for seed in (1, 2):
        other = chatbot.step(C[8], shuffle=seed)
        for name in ("candidates", "members", "ledger"):
            assert_frame_equal(getattr(first, name), getattr(other, name), check_exact=True)


def test_what_is_said_later_changes_nothing(small):
    small.usual(cycles=C[:9]).chorus("chatbot", C[7:9])
    first = small.step(C[8])

    small.chorus("hosting", C[9:], accounts=20)

    assert_frame_equal(first.members, small.step(C[8]).members)


def test_a_candidate_keeps_its_id_and_gets_no_twin(chatbot):
    found = chatbot.step(C[8])
    born = found.candidates["pain_id"][0]

    for cycle in C[9:]:
        found = chatbot.step(cycle, found)
        assert discovered(found) == [(born, "candidate")]
        assert events(found) == [(born, "survived")]
    assert found.candidates["last_cycle"][0] == C[11]


def test_members_reach_back_to_the_onset_and_no_further(chatbot):
    chatbot.say(C[2], "a20", "chatbot").say(C[8], "a20", "hosting")

    members = chatbot.step(C[8]).members

    assert sorted(members["cycle"].unique()) == [C[7], C[8]]
    frame, _ = chatbot.frames()
    said = members.filter(status="accepted").join(frame, on="utterance_id")["text"]
    assert said.str.contains("chatbot").sum() == 16
    assert len(said) <= 24


def test_a_new_pain_that_matching_took_for_a_known_one_is_found_and_taken_back(small):
    small.usual().chorus("chatbot", C[7:], status="accepted", pain="price", confidence=0.8)

    found = small.step(C[8])

    assert found.candidates.height == 1
    frame, _ = small.frames()
    back = found.members.filter(status="accepted").join(frame, on="utterance_id")["text"]
    assert back.str.contains("chatbot").sum() == 16


def test_a_surer_known_pain_keeps_its_statement(chatbot):
    """Half the statements were taken for a known pain: back they come, but not the one that is certain."""
    chatbot.say(C[8], "a21", "chatbot", status="accepted", pain="price", confidence=0.4)
    chatbot.say(C[8], "a22", "chatbot", status="accepted", pain="price", confidence=0.999999)

    members = set(chatbot.step(C[8]).members["utterance_id"])

    last = len(chatbot.rows)
    assert f"u{last - 2:05d}" in members
    assert f"u{last - 1:05d}" not in members


def test_a_faded_candidate_that_is_heard_again_is_revived(chatbot):
    found = chatbot.step(C[8])
    born = found.candidates["pain_id"][0]
    silent = found.candidates.with_columns(status=pl.lit("faded"), last_cycle=pl.lit(C[7]))
    object.__setattr__(found, "candidates", silent)

    back = chatbot.step(C[9], found)

    assert discovered(back) == [(born, "candidate")]
    assert events(back) == [(born, "revived")]


def test_a_candidate_does_not_fade_while_its_persona_is_silent(small):
    small.usual(cycles=C[:7]).chorus("chatbot", C[5:7]).usual(persona="other", cycles=C[7:])
    found = small.run(C[6:])

    assert found.candidates["status"].to_list() == ["candidate"]


def test_a_pain_that_a_document_takes_up_leaves_the_registry(chatbot):
    found = chatbot.step(C[8])
    born = found.candidates["pain_id"][0]

    chatbot.known.append(
        ("ops-lead", born, unit(np.eye(32)[0] * 0.5 + np.eye(32)[4] * 0.75).tolist())
    )
    after = chatbot.step(C[9], found)

    assert after.candidates.is_empty()
    assert events(after) == [(born, "claimed")]


def test_of_two_that_grow_together_the_older_stays(chatbot):
    found = chatbot.step(C[8])
    born = found.candidates["pain_id"][0]
    twin = "found-2026-09-twin"
    copy = found.candidates.with_columns(pain_id=pl.lit(twin), first_cycle=pl.lit("2026-09"))
    object.__setattr__(found, "candidates", pl.concat([found.candidates, copy]))

    apart = chatbot.step(C[9], found, kept_apart={("ops-lead", twin)})
    assert set(discovered(apart)) == {(born, "candidate"), (twin, "candidate")}

    after = chatbot.step(C[9], found)

    assert set(discovered(after)) == {(born, "candidate"), (twin, "merged")}
    assert (twin, "merged") in events(after)
    assert set(after.members["pain_id"]) == {born}
    # a closed id stays in the registry, so that it is never given again
    assert (twin, "merged") in discovered(chatbot.step(C[10], after))


def test_two_personas_share_the_id_of_the_same_pain(small):
    small.know("export", "sync", "price", persona="finance")
    small.usual().usual(persona="finance")
    small.chorus("chatbot", C[7:]).chorus("chatbot", C[8:], persona="finance")

    found = small.step(C[9]).candidates

    assert found["persona_id"].to_list() == ["finance", "ops-lead"]
    assert found["pain_id"].n_unique() == 1


def test_personas_do_not_share_the_id_of_different_pains(small):
    small.know("export", "sync", "price", persona="finance")
    small.usual().usual(persona="finance")
    small.chorus("chatbot", C[7:]).chorus("hosting", C[7:], persona="finance")

    assert small.step(C[8]).candidates["pain_id"].n_unique() == 2


def test_disabled_topics_are_kept_but_not_sought(chatbot):
    chatbot.rules = TopicSettings(enabled=False)
    assert chatbot.step(C[8]).candidates.is_empty()

    chatbot.rules = TopicSettings()
    found = chatbot.step(C[8])
    chatbot.rules = TopicSettings(enabled=False)
    assert discovered(chatbot.step(C[9], found)) == discovered(found)


def test_nothing_said_gives_empty_tables(small):
    small.say(C[0], "a00", "export")

    found = small.step(C[0])

    assert found.candidates.schema == CANDIDATES
    assert all(getattr(found, name).is_empty() for name in ("candidates", "members", "ledger"))


def test_a_window_without_status_is_refused(small):
    frame, vectors = small.usual().frames()

    with pytest.raises(SchemaError, match="missing status"):
        discover(
            frame.drop("status"), vectors, known=pl.DataFrame(schema=KNOWN), previous=pl.DataFrame(schema=CANDIDATES),
            history=frame.clear(), history_vectors=vectors[:0], contexts=vectors, history_contexts=vectors[:0], cycle=C[8], rules=TopicSettings(),
        )  # fmt: skip


def test_a_sentence_that_only_its_turn_explains_is_a_member(chatbot):
    """ "Can I spend it?" speaks of no pain; in the middle of a complaint it does."""
    beside, alone = (chatbot.rng.normal(size=32) * 0.1 for _ in range(2))
    for vector in (beside, alone):
        vector[0] += 0.5
    turn = said("chatbot", chatbot.rng)
    for cycle in C[7:]:
        chatbot.say(cycle, "a20", "thanks", vector=unit(beside), context=turn)
        chatbot.say(cycle, "a21", "thanks", vector=unit(alone))

    found = chatbot.run(C[7:9])

    frame, _ = chatbot.frames()
    members = frame.join(found.members.filter(status="accepted"), on="utterance_id", how="semi")
    assert members.filter(account_id="a20")["cycle"].to_list() == [C[7], C[8]]
    assert members.filter(account_id="a21").is_empty()


def test_an_id_that_a_person_gave_to_a_part_is_not_given_again(chatbot):
    born = chatbot.step(C[8]).candidates["pain_id"][0]

    assert chatbot.step(C[8], taken=[born]).candidates["pain_id"][0] != born


def test_members_that_were_taken_over_in_the_matches_stay_members(chatbot):
    """The shell writes members into later cycles' matches: accepted, under the candidate's id."""
    found = chatbot.step(C[8])
    born = found.candidates["pain_id"][0]
    mine = set(found.members["utterance_id"])
    chatbot.rows = [
        (*row[:7], "accepted", born, 0.7, row[10]) if row[0] in mine else row
        for row in chatbot.rows
    ]

    after = chatbot.step(C[9], found)

    assert events(after) == [(born, "survived")]
    said = chatbot.frames()[0].filter(pl.col("text").str.contains("chatbot"))["utterance_id"]
    assert mine & set(said) <= set(after.members["utterance_id"])
