"""Scores of the text track, on what a system could say of a made-up history."""

import dataclasses

import polars as pl
import pytest

from tests.benchmarks.loaded import benchmark
from tests.benchmarks.small_material import small_material

alerts, history_module, planting, said_module, scoring = map(
    benchmark, ("alerts", "history", "planting", "said", "scoring")
)
Alert = alerts.Alert
STEP = next(s for s in planting.SCENARIOS if s.name == "step")
AT = planting.CHANGE_AT


@pytest.fixture(scope="module")
def history():
    return history_module.compose(small_material(), STEP, 0)


def placed(history, topic_of):
    """`TOPICS` from a function of label and position; None puts an utterance nowhere."""
    rows = zip(history.positions, history.utterances["utterance_id"], history.truth.labels["label"], strict=True)  # fmt: skip
    table = [(at, i, topic_of(label, at)) for at, i, label in rows]
    return pl.DataFrame(table, schema=said_module.TOPICS, orient="row").drop_nulls()


def said(history, topic_of, found=(), born=None):
    return said_module.Said(list(found), placed(history, topic_of), born or {})


def test_a_pain_of_the_document_is_right_in_its_direction_from_the_change_on(history):
    pain = history.truth.planted[0].pain_id
    other = next(topic for topic in history.truth.stated if topic != pain)
    found = [
        Alert(AT + 1, pain, "up"),
        Alert(AT - 1, pain, "up"),
        Alert(AT + 1, pain, "down"),
        Alert(AT, other, "up"),
    ]

    score = scoring.judge_alerts(said(history, lambda label, _: label, found), history)

    assert (score.delay, score.right, score.false) == (1, 1, 2)


def test_a_topic_of_its_own_is_what_most_of_it_is_by_then(history):
    pain = history.truth.planted[0].pain_id
    # until the change the topic holds small talk, from then on the planted label
    topics = said(
        history,
        lambda label, at: "topic-1" if (label == pain if at >= AT else label is None) else None,
        [Alert(AT, "topic-1", "up"), Alert(AT + 2, "topic-1", "up")],
    )
    small_talk = placed(history, lambda label, at: "x" if label is None and at < AT else None)
    mine = placed(history, lambda label, at: "x" if label == pain and at >= AT else None)

    assert small_talk.height > mine.height
    assert scoring.judge_alerts(topics, history).right == 0
    young = dataclasses.replace(topics, topics=topics.topics.filter(pl.col("position") >= AT))
    assert scoring.judge_alerts(young, history).right == 2


def test_a_topic_is_not_judged_by_what_it_held_later(history):
    pain = history.truth.planted[0].pain_id
    grows_into_small_talk = said(
        history,
        lambda label, at: "topic-1" if (label == pain if at <= AT else label is None) else None,
        [Alert(AT, "topic-1", "up"), Alert(AT + 2, "topic-1", "up")],
    )

    score = scoring.judge_alerts(grows_into_small_talk, history)

    assert (score.delay, score.right, score.false) == (0, 1, 1)


def test_identity_of_a_label_that_changes_its_topic_once(history):
    pain = history.truth.followed
    named = said(history, lambda label, at: f"topic-{int(at >= 6)}" if label == pain else None)
    early = named.topics.filter(pl.col("position") < 6).height

    identity = scoring.judge_identity(named, history)

    assert identity.kept == pytest.approx(
        max(early, named.topics.height - early) / named.topics.height
    )
    assert (identity.purity, identity.changes) == (1.0, 1)


def test_a_topic_of_everything_keeps_its_identity_and_is_not_pure(history):
    identity = scoring.judge_identity(said(history, lambda *_: "all"), history)

    assert (identity.kept, identity.changes) == (1.0, 0)
    assert identity.purity < 0.2


def test_equally_common_topics_are_no_change(history):
    pain = history.truth.followed
    mine = history.truth.labels.filter(pl.col("label") == pain)["utterance_id"].head(6)
    rows = [(0, mine[0], "b"), (1, mine[1], "a"), (1, mine[2], "b"), (2, mine[3], "b"), (3, mine[4], "a")]  # fmt: skip
    topics = pl.DataFrame(rows, schema=said_module.TOPICS, orient="row")

    assert scoring.judge_identity(said_module.Said([], topics), history).changes == 1


def test_births_of_what_is_not_new_are_false_and_only_those_that_were_reported(history):
    pain = history.truth.followed
    topics = said(history, lambda label, _: label, born={pain: AT, "early": 0})
    as_new = dataclasses.replace(history, truth=dataclasses.replace(history.truth, new=pain))

    assert scoring.judge_identity(topics, history).false_births == 1
    assert scoring.judge_identity(topics, as_new).false_births == 0


def test_what_a_system_says_is_read_as_it_was_written(history, tmp_path):
    one = said(history, lambda label, _: label, [Alert(AT, "a", "up")], {"a": 4})

    said_module.write_said(one, tmp_path, "my system")
    read = said_module.read_said(tmp_path, "my system")

    assert (read.alerts, read.born) == (one.alerts, one.born)
    assert read.topics.sort("utterance_id").equals(one.topics.sort("utterance_id"))
