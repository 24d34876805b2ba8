import numpy as np
import polars as pl
import pytest

from next_evidence.matching.score import score_utterances
from next_evidence.matching.speakers import (
    ambiguous_pairs,
    assign_speakers,
    pooled_evidence,
    speaker_evidence,
)
from next_evidence.schemas import SPEAKER_EVIDENCE, empty
from tests.matching.conftest import speakers, utterances


@pytest.fixture
def heard(encoder, profiles, head, rules):
    def of(rows, cycle="2026-10"):
        vectors = encoder.encode(rows["text"].to_list())
        scores = score_utterances(rows, vectors, vectors, profiles=profiles, head=head)
        return speaker_evidence(rows, scores, profiles=profiles, rules=rules, cycle=cycle)

    return of


@pytest.fixture
def assign(profiles, head, rules):
    def of(evidence, people, **changed):
        return assign_speakers(
            evidence,
            people,
            profiles=profiles,
            head=head,
            rules=rules.model_copy(update=changed),
            cycle="2026-10",
        )

    return of


def test_what_is_said_tells_the_persona(heard, assign):
    evidence = heard(utterances(*[("kim", "export"), ("kim", "invoice"), ("kim", "export export")]))

    found = assign(evidence, speakers(kim=None)).row(0, named=True)

    assert found["persona_id"] == "ops"
    assert found["statements"] == 3
    assert found["why"] == "judged by what was said; 3 of 3 statements about pains fit it best"


def test_listed_title_decides_for_one_who_said_nothing(assign):
    found = assign(empty(SPEAKER_EVIDENCE), speakers(kim="System Administrator")).row(0, named=True)

    assert found["persona_id"] == "admin"
    assert found["why"] == "title is listed; 0 statements about pains"


def test_what_was_said_long_ago_fades(heard, assign):
    then = heard(utterances(*[("kim", "export")] * 3), cycle="2025-11")
    now = heard(utterances(*[("kim", "login")] * 2))

    both = pl.concat([then, now])
    found = assign(both, speakers(kim=None), speaker_half_life_cycles=3).row(0, named=True)

    assert found["persona_id"] == "admin"
    assert (
        assign(both, speakers(kim=None), speaker_half_life_cycles=120)["persona_id"][0] != "admin"
    )
    assert found["statements"] == 5
    assert found["why"] == "judged by what was said; 2 of 5 statements about pains fit it best"
    assert assign(then, speakers(kim=None))["persona_id"][0] == "ops"


def test_evidence_from_before_the_window_does_not_count(heard, assign):
    old = heard(utterances(("kim", "export")), cycle="2024-10")

    found = assign(old, speakers(kim="Manager")).row(0, named=True)

    assert (found["statements"], found["persona_id"]) == (0, None)


def test_somebody_who_could_be_of_two_personas_is_of_neither(heard, assign):
    said = [("kim", "export"), ("kim", "login"), ("lou", "export")]
    found = assign(heard(utterances(*said)), speakers(kim=None, lou=None))
    kim, lou = found.rows(named=True)

    assert kim["persona_id"] is None
    assert {kim["runner_up_persona_id"], kim["ambiguous_with"]} == {"admin", "ops"}
    assert kim["why"].startswith("could be of ")
    assert lou["ambiguous_with"] is None
    pairs = ambiguous_pairs(pl.concat([found, found.with_columns(cycle=pl.lit("2026-09"))]))
    assert pairs.rows() == [("2026-09", "admin", "ops", 1, 1), ("2026-10", "admin", "ops", 1, 1)]


def test_nothing_known_is_no_persona(assign):
    found = assign(empty(SPEAKER_EVIDENCE), speakers(kim="Manager")).row(0, named=True)

    assert found["persona_id"] is None
    assert found["runner_up_persona_id"] is not None


def test_many_like_statements_weigh_less_than_their_sum():
    once, _ = pooled_evidence(np.array([[0.0, 1.0]]), np.array([1]), 0.2)
    tenfold, _ = pooled_evidence(np.array([[0.0, 10.0]]), np.array([10]), 0.2)

    assert once.tolist() == [[-1.0, 0.0]]
    assert once[0, 0] * 10 < tenfold[0, 0] < once[0, 0]


def test_repeating_oneself_does_not_make_a_persona_fit():
    _, once = pooled_evidence(np.array([[0.0, 1.0]]), np.array([1]), 0.2)
    _, tenfold = pooled_evidence(np.array([[0.0, 10.0]]), np.array([10]), 0.2)

    assert once == tenfold


def test_evidence_of_two_halves_adds_up_to_the_whole(heard):
    rows = utterances(
        ("kim", "export"), ("lou", "login"), ("kim", "invoice export"), ("kim", "stock")
    )

    whole = heard(rows)
    halves = pl.concat([heard(rows[:2]), heard(rows[2:])])

    summed = halves.group_by("speaker_key", "persona_id").agg(
        pl.col("statements").sum(), pl.col("log_likelihood").sum().round(6)
    )
    assert summed.sort("speaker_key", "persona_id").equals(
        whole.select("speaker_key", "persona_id", "statements", "log_likelihood")
    )


def test_sentences_of_one_turn_count_once(heard):
    rows = utterances(("kim", "export"), ("kim", "export"), ("kim", "export"))

    apart, together = heard(rows), heard(rows.with_columns(turn=pl.lit(0, dtype=pl.Int64)))

    assert together["statements"].to_list() == [1, 1]
    assert apart["statements"].to_list() == [3, 3]
    assert apart["log_likelihood"].to_list() == pytest.approx(
        [3 * value for value in together["log_likelihood"]], abs=1e-5
    )


def test_order_of_rows_does_not_matter(heard, assign):
    rows = utterances(
        ("kim", "export"), ("lou", "login"), ("kim", "stock invoice"), ("mia", "weather")
    )
    people = speakers(kim=None, lou="Operations Lead", mia="")

    there = assign(heard(rows), people)
    back = assign(heard(rows.reverse()).reverse(), people.reverse())

    assert there.equals(back)


def test_segment_that_the_persona_excludes_speaks_against_it(heard, assign):
    evidence = heard(utterances(("kim", "export login")))
    people = speakers(kim=None)

    inside = assign(evidence, people.with_columns(segment=pl.lit("SMB")))
    outside = assign(evidence, people.with_columns(segment=pl.lit("enterprise")))

    def chance(frame):
        row = frame.row(0, named=True)
        return {
            row["persona_id"]: row["persona_confidence"],
            row["runner_up_persona_id"]: row["runner_up_confidence"],
        }.get("ops", 0.0)

    assert chance(outside) < chance(inside)
