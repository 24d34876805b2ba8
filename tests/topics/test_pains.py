"""The registry: what becomes a candidate, and what happens to it afterwards."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from next_evidence.schemas import PAINS, SchemaError
from next_evidence.settings import TopicSettings
from next_evidence.topics.space import unit

C = tuple(f"2026-{month:02d}" for month in range(1, 13))


def by_axis(texts, vectors) -> np.ndarray:
    """One topic an axis of the small world."""
    return np.unique(np.asarray(vectors)[:, 1:7].argmax(axis=1), return_inverse=True)[1]


def discovered(found) -> list[tuple[str, str]]:
    return list(found.pains.select("pain_id", "status").iter_rows())


def events(found) -> list[tuple[str, str]]:
    told = found.ledger.filter(pl.col("event") != "linked")
    return list(told.select("pain_id", "event").iter_rows())


@pytest.fixture
def chatbot(small):
    """A pain of no document that begins in the eighth cycle."""
    return small.usual().chorus("chatbot", C[7:])


def test_a_new_pain_becomes_one_candidate_with_a_real_quote(chatbot):
    found = chatbot.step(C[8])

    assert found.pains.height == 1
    row = found.pains.row(0, named=True)
    assert row["pain_id"].startswith("found-2026-08-")
    assert (row["status"], row["origin"], row["first_cycle"], row["last_cycle"]) == (
        "candidate", "discovered", "2026-08", "2026-09",
    )  # fmt: skip
    frame, _ = chatbot.frames()
    quote = frame.filter(utterance_id=row["exemplar"])["text"][0]
    assert row["label"].startswith(f'"{quote}" — ')
    assert any("chatbot" in phrase for phrase in row["keywords"])
    born = found.ledger.filter(event="born")
    assert born["pain_id"].to_list() == [row["pain_id"]]
    assert len(born["evidence"][0]) == 8


def test_a_known_pain_that_matching_misses_is_no_candidate(small):
    small.usual().chorus("export", C[7:], accounts=12)  # rising, and missed each time

    found = small.step(C[8])

    assert found.pains.is_empty()
    assert found.ledger.select("pain_id", "event").row(0) == ("export", "linked")


def test_what_was_always_there_is_not_news(small):
    small.usual().chorus("chatbot", C)

    assert small.step(C[8]).pains.is_empty()


def test_without_a_past_nothing_is_new(small):
    small.usual(cycles=C[:3]).chorus("chatbot", C[1:3])

    assert small.step(C[2]).pains.is_empty()


def test_one_loud_account_is_no_candidate(small):
    small.usual()
    for cycle in C[7:9]:
        for _ in range(12):
            small.say(cycle, "a00", "chatbot")

    assert small.step(C[8]).pains.is_empty()


def test_the_admins_bar_counts_accounts(small):
    small.usual().chorus("chatbot", C[7:9], accounts=5)
    assert small.step(C[8]).pains.height == 1

    small.rules = TopicSettings(min_accounts=6)
    assert small.step(C[8]).pains.is_empty()


def test_speech_without_an_account_or_a_persona_does_not_count(small):
    small.usual()
    for cycle in C[7:9]:
        for _ in range(10):
            small.say(cycle, None, "chatbot")

    assert small.step(C[8]).pains.is_empty()


def test_talk_that_hurts_nobody_is_no_candidate(small):
    small.usual().chorus("thanks", C[7:], relevance=0.75)

    assert small.step(C[8]).pains.is_empty()


def test_praise_is_no_candidate(small):
    small.usual().chorus("thanks", C[7:], stance="denies")

    assert small.step(C[8]).pains.is_empty()


def test_a_survey_that_stops_makes_no_news_of_what_tickets_always_said(small):
    """All along one ticket in three is about the chatbot; surveys never are, and then they stop."""
    for c, cycle in enumerate(C[:9]):
        for a in range(24):
            for n in range(2 if c < 7 else 0):
                topic = ("export", "sync", "price")[(a + n) % 3]
                small.say(cycle, f"s{(2 * a + n + c) % 60:02d}", topic, kind="survey")
            small.say(cycle, f"a{a:02d}", "sync" if (a + c) % 3 else "chatbot", kind="ticket")

    assert small.step(C[8]).pains.is_empty()


def test_one_line_that_many_retell_is_no_candidate(small):
    line = np.zeros(32)
    line[[0, 4]] = 0.5, 0.75
    small.usual().chorus("chatbot", C[7:], vector=unit(line))

    assert small.step(C[8]).pains.is_empty()


def test_what_is_found_only_with_certain_accounts_is_no_candidate(chatbot):
    whole = len(
        chatbot.frames()[0].filter(pl.col("cycle").is_in(C[6:9]), pl.col("status") == "abstained")
    )

    def fickle(texts, vectors):
        # finds the topic in the whole window only, never in a subsample
        if len(texts) == whole:
            return (np.asarray(vectors)[:, 4] > 0.5).astype(np.int64) - 1
        return np.full(len(texts), -1)

    assert chatbot.step(C[8], fit=fickle).pains.is_empty()


def test_row_order_changes_nothing(chatbot):
    """Not even what UMAP is given: its result depends on the order of rows."""
    asked: list[list[str]] = []

    def noted(texts, vectors):
        asked.append(list(texts))
        return by_axis(texts, vectors)

    first = chatbot.step(C[8], fit=noted)
    usual = list(asked)

    for seed in (1, 2):
        asked.clear()
        other = chatbot.step(C[8], shuffle=seed, fit=noted)
        assert asked == usual
        for name in ("pains", "centroids", "members", "ledger"):
            assert_frame_equal(getattr(first, name), getattr(other, name), check_exact=True)


def test_what_is_said_later_changes_nothing(small):
    small.usual(cycles=C[:9]).chorus("chatbot", C[7:9])
    first = small.step(C[8])

    small.chorus("hosting", C[9:], accounts=20)

    assert_frame_equal(first.members, small.step(C[8]).members)


def test_a_candidate_keeps_its_id_and_gets_no_twin(chatbot):
    found = chatbot.step(C[8])
    born = found.pains["pain_id"][0]

    for cycle in C[9:]:
        found = chatbot.step(cycle, found)
        assert discovered(found) == [(born, "candidate")]
        assert events(found) == [(born, "survived")]
    assert found.pains["last_cycle"][0] == C[11]


def test_members_reach_back_before_the_birth(chatbot):
    chatbot.say(C[2], "a20", "chatbot").say(C[8], "a20", "hosting")

    members = chatbot.step(C[8]).members

    assert sorted(members["cycle"].unique()) == [C[2], C[7], C[8]]
    assert members.filter(pl.col("status") == "accepted").height >= 16
    frame, _ = chatbot.frames()
    assert set(members.join(frame, on="utterance_id")["text"].str.contains("chatbot")) == {True}


def test_a_surer_known_pain_keeps_its_statement(chatbot):
    """Half the statements were taken for a known pain: back they come, but not the one that is certain."""
    chatbot.say(C[8], "a21", "chatbot", status="accepted", pain="price", confidence=0.4)
    chatbot.say(C[8], "a22", "chatbot", status="accepted", pain="price", confidence=0.999999)

    members = set(chatbot.step(C[8]).members["utterance_id"])

    last = len(chatbot.rows)
    assert f"u{last - 2:05d}" in members
    assert f"u{last - 1:05d}" not in members


def test_a_candidate_fades_when_its_persona_speaks_and_it_does_not(small):
    small.usual().chorus("chatbot", C[5:7])
    found = small.run(C[6:8])
    born = found.pains["pain_id"][0]

    assert discovered(small.run(C[8:9], found)) == [(born, "candidate")]
    faded = small.run(C[8:10], found)
    assert discovered(faded) == [(born, "faded")]
    assert events(faded) == [(born, "faded")]

    small.chorus("chatbot", C[10:11])
    back = small.step(C[10], faded)
    assert discovered(back) == [(born, "candidate")]
    assert events(back) == [(born, "revived")]


def test_a_candidate_does_not_fade_while_its_persona_is_silent(small):
    small.usual(cycles=C[:7]).chorus("chatbot", C[5:7]).usual(persona="other", cycles=C[7:])
    found = small.run(C[6:])

    assert found.pains["status"].to_list() == ["candidate"]


def test_a_pain_that_a_document_takes_up_leaves_the_registry(chatbot):
    found = chatbot.step(C[8])
    born = found.pains["pain_id"][0]

    chatbot.known.append(
        ("ops-lead", born, unit(np.eye(32)[0] * 0.5 + np.eye(32)[4] * 0.75).tolist())
    )
    after = chatbot.step(C[9], found)

    assert after.pains.is_empty()
    assert events(after) == [(born, "claimed")]


def test_what_a_person_retired_stays_silent_and_is_not_found_again(chatbot):
    found = chatbot.step(C[8])
    born = found.pains["pain_id"][0]

    after = chatbot.step(C[9], found, decided={born: "retired"})

    assert discovered(after) == [(born, "retired")]
    assert after.members.is_empty()
    assert events(after) == []


def test_what_a_person_confirmed_stays_confirmed(chatbot):
    found = chatbot.step(C[8])
    born = found.pains["pain_id"][0]

    after = chatbot.step(C[9], found, decided={born: "confirmed"})

    assert discovered(after) == [(born, "confirmed")]


def test_of_two_that_grow_together_the_older_stays(chatbot):
    found = chatbot.step(C[8])
    born = found.pains["pain_id"][0]
    twin = "found-2026-09-twin"
    for name in ("pains", "centroids"):
        table = getattr(found, name)
        copy = table.with_columns(pain_id=pl.lit(twin))
        if name == "pains":
            copy = copy.with_columns(first_cycle=pl.lit("2026-09"))
        object.__setattr__(found, name, pl.concat([table, copy]))

    after = chatbot.step(C[9], found)

    assert set(discovered(after)) == {(born, "candidate"), (twin, "merged")}
    assert (twin, "merged") in events(after)
    assert set(after.members["pain_id"]) == {born}
    # a closed id stays in the registry, so that it is never given again
    assert (twin, "merged") in discovered(chatbot.step(C[10], after))


def test_a_candidate_whose_statements_part_becomes_two(small):
    small.usual().chorus("chatbot", C[5:7])
    found = small.step(C[6])
    born = found.pains["pain_id"][0]
    # the candidate came to cover both: its centroid lies between the two axes
    both = np.zeros(32)
    both[[0, 4, 5]] = 0.5, 0.53, 0.53
    object.__setattr__(
        found,
        "centroids",
        found.centroids.with_columns(
            pl.Series("centroid", [unit(both).tolist()], dtype=pl.List(pl.Float32))
        ),
    )
    small.chorus("chatbot", C[7:8], accounts=12).chorus("hosting", C[6:8], accounts=8)

    after = small.step(C[7], found)

    assert len(after.pains) == 2
    assert born in after.pains["pain_id"].to_list()
    split = after.ledger.filter(event="split")
    assert f"split from {born}" in split["detail"][0]
    assert born not in split["pain_id"].to_list()


def test_two_personas_share_the_id_of_the_same_pain(small):
    small.know("export", "sync", "price", persona="finance")
    small.usual().usual(persona="finance")
    small.chorus("chatbot", C[7:]).chorus("chatbot", C[8:], persona="finance")
    small.chorus("hosting", C[8:], persona="finance")

    found = small.step(C[9])

    shared = found.pains.group_by("pain_id").agg(pl.col("persona_id").sort()).sort("pain_id")
    assert sorted(shared["persona_id"].to_list()) == [["finance"], ["finance", "ops-lead"]]


def test_personas_do_not_share_the_id_of_different_pains(small):
    small.know("export", "sync", "price", persona="finance")
    small.usual().usual(persona="finance")
    small.chorus("chatbot", C[7:]).chorus("hosting", C[7:], persona="finance")

    assert small.step(C[8]).pains["pain_id"].n_unique() == 2


def test_disabled_topics_are_kept_but_not_sought(chatbot):
    chatbot.rules = TopicSettings(enabled=False)
    assert chatbot.step(C[8]).pains.is_empty()

    chatbot.rules = TopicSettings()
    found = chatbot.step(C[8])
    chatbot.rules = TopicSettings(enabled=False)
    assert discovered(chatbot.step(C[9], found)) == discovered(found)


def test_nothing_said_gives_empty_tables(small):
    small.say(C[0], "a00", "export")

    found = small.step(C[0])

    assert found.pains.schema == PAINS
    assert all(
        getattr(found, name).is_empty() for name in ("pains", "centroids", "members", "ledger")
    )


def test_a_window_without_status_is_refused(small):
    frame, vectors = small.usual().frames()
    from next_evidence.topics.pains import discover
    from next_evidence.topics.tables import CENTROIDS, KNOWN

    with pytest.raises(SchemaError, match="missing status"):
        discover(
            frame.drop("status"), vectors, known=pl.DataFrame(schema=KNOWN), previous=pl.DataFrame(schema=PAINS),
            previous_centroids=pl.DataFrame(schema=CENTROIDS), history=frame.clear(), history_vectors=vectors[:0],
            cycle=C[8], rules=TopicSettings(),
        )  # fmt: skip


def test_a_missed_known_pain_is_told_once_a_cycle(small):
    def halved(texts, vectors):
        labels = by_axis(texts, vectors)
        return labels * 2 + np.arange(len(labels)) % 2

    small.usual().chorus("export", C[7:], accounts=16)

    told = small.step(C[8], fit=halved).ledger

    assert told.select("persona_id", "pain_id", "event").is_unique().all()
    assert ("export", "linked") in told.select("pain_id", "event").rows()


def test_members_that_were_taken_over_in_the_matches_stay_members(chatbot):
    """The shell writes members into later cycles' matches: accepted, under the candidate's id."""
    found = chatbot.step(C[8])
    born = found.pains["pain_id"][0]
    mine = set(found.members["utterance_id"])
    chatbot.rows = [
        (*row[:7], "accepted", born, 0.7, row[10]) if row[0] in mine else row
        for row in chatbot.rows
    ]

    after = chatbot.step(C[9], found)

    assert events(after) == [(born, "survived")]
    assert mine <= set(after.members["utterance_id"])
