"""The systems of the text track, with a small encoder and head in place of the trained ones."""

import numpy as np
import polars as pl
import pytest

from next_evidence.encoding.cached import CachedEncoder, MemoryVectors
from next_evidence.testing.fakes import HashingEncoder
from tests.benchmarks.loaded import benchmark
from tests.benchmarks.small_material import small_material
from tests.firm import word_head

by_engine, by_labels, by_topics, history_module, planting, scoring, systems = map(
    benchmark,
    ("by_engine", "by_labels", "by_topics", "history", "planting", "scoring", "systems"),
)
BY_NAME = {scenario.name: scenario for scenario in planting.SCENARIOS}


@pytest.fixture(scope="module")
def encoder():
    small = HashingEncoder(n_dims=64)
    return CachedEncoder(small, MemoryVectors(small.fingerprint, small.n_dims))


@pytest.fixture(scope="module")
def spike():
    return history_module.compose(small_material(), BY_NAME["spike"], 0)


@pytest.fixture(scope="module")
def said_by_engine(spike, encoder):
    return by_engine.next_evidence(spike, encoder, word_head(64))


def test_the_engine_runs_end_to_end_and_finds_a_spike_in_its_cycle(spike, said_by_engine):
    identity = scoring.judge_identity(said_by_engine, spike)

    assert scoring.judge_alerts(said_by_engine, spike).delay == 0
    assert identity.kept > 0.8
    assert identity.changes == 0


def test_the_engine_says_nothing_of_a_cycle_from_what_came_later(spike, said_by_engine, encoder):
    cut = spike.utterances.filter(np.array(spike.positions) <= 9)
    short = history_module.History(cut, spike.accounts, spike.library, spike.truth)

    said = by_engine.next_evidence(short, encoder, word_head(64))

    early = [alert for alert in said_by_engine.alerts if alert.position <= 9]
    assert early
    assert early == [alert for alert in said.alerts if alert.position <= 9]
    topics = said_by_engine.topics.filter(pl.col("position") <= 9)
    assert len(topics) > 100
    assert topics.equals(said.topics.filter(pl.col("position") <= 9))


def test_mentions_are_labelled_with_the_nearest_pain_and_counted(spike, encoder):
    said = by_labels.rule_on_labels(systems.chi_square, spike, encoder)

    identity = scoring.judge_identity(said, spike)
    assert said.topics.height == spike.utterances.height  # there is no bar
    assert identity.kept > 0.8
    assert scoring.judge_alerts(said, spike).right > 0


def test_topics_continue_one_to_one_and_only_where_they_are_alike():
    old = np.eye(3)[:2]
    new = np.array([[0.1, 1.0, 0.0], [0.0, 0.9, 0.1], [0.0, 0.0, 1.0]])

    assert by_topics.one_to_one(new, old) == {0: 1}


def test_without_topics_nothing_continues():
    assert by_topics.one_to_one(np.zeros((0, 3)), np.eye(3)) == {}
