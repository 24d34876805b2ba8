"""The BERTopic adapter."""

from __future__ import annotations

import numpy as np
import pytest

from next_evidence.topics import fit
from next_evidence.topics.space import unit

_WORDS = ("chatbot totals wrong", "records stay europe", "invoice never matches")


def three_topics(n: int = 16) -> tuple[list[str], np.ndarray]:
    rng = np.random.default_rng(2)
    centres = np.eye(48)[:3] * 0.8
    vectors = unit(np.repeat(centres, n, axis=0) + rng.normal(size=(3 * n, 48)) * 0.07)
    return [f"{_WORDS[i // n]} item{i}" for i in range(3 * n)], vectors.astype(np.float32)


def test_too_few_statements_make_no_topics_and_import_nothing(monkeypatch):
    monkeypatch.setattr(fit, "_model", lambda seed: pytest.fail("BERTopic was asked"))
    texts, vectors = three_topics(6)

    assert fit.fit_topics(texts, vectors, seed=1).tolist() == [-1] * 18


def test_statements_without_words_make_no_topics(monkeypatch):
    monkeypatch.setattr(fit, "_model", lambda seed: pytest.fail("BERTopic was asked"))
    _, vectors = three_topics(16)

    assert set(fit.fit_topics(["it is what it is"] * 48, vectors, seed=1)) == {-1}


@pytest.mark.model
def test_bertopic_tells_topics_apart_and_repeats_itself():
    texts, vectors = three_topics()

    labels = fit.fit_topics(texts, vectors, seed=1)

    assert np.array_equal(labels, fit.fit_topics(texts, vectors, seed=1))
    truth = np.repeat(np.arange(3), 16)
    for topic in range(labels.max() + 1):
        assert len(set(truth[labels == topic])) == 1
    assert (labels >= 0).mean() > 0.5


@pytest.mark.model
def test_bertopic_survives_identical_statements():
    texts, vectors = three_topics()

    labels = fit.fit_topics([texts[0]] * 40, np.repeat(vectors[:1], 40, axis=0), seed=1)

    assert labels.shape == (40,)
