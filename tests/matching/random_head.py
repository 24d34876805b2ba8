"""A head and library of real size with random numbers: what only arithmetic could make differ."""

from __future__ import annotations

import hashlib
from functools import cache

import numpy as np

from next_evidence.matching.cues import CUE_NAMES
from next_evidence.matching.head import PAIR_FEATURES, Head
from next_evidence.matching.profiles import build_profiles
from next_evidence.matching.score import score_utterances
from next_evidence.personas.document import Persona
from next_evidence.personas.library import PersonaLibrary
from next_evidence.records import KINDS
from tests.matching.conftest import utterances


class HashEncoder:
    """A random direction for each text."""

    name = "random"
    fingerprint = "random-1"

    def __init__(self, n_dims):
        self.n_dims = n_dims

    def encode(self, texts):
        seeds = [int(hashlib.sha256(t.encode()).hexdigest()[:8], 16) for t in texts]
        rows = [np.random.default_rng(seed).normal(size=self.n_dims) for seed in seeds]
        return np.array([r / np.linalg.norm(r) for r in rows], dtype=np.float32).reshape(
            -1, self.n_dims
        )


def random_head(n_dims, seed=0):
    rng = np.random.default_rng(seed)
    wording = 2 * n_dims + 2 * len(CUE_NAMES) + len(KINDS) + 1
    pair = 2 * len(PAIR_FEATURES)
    return Head(
        centre=rng.normal(size=n_dims) / 50,
        projection=np.eye(n_dims) + rng.normal(size=(n_dims, n_dims)) / 50,
        relevance=rng.normal(size=wording),
        denial=rng.normal(size=wording),
        pain=rng.normal(size=pair) * 3,
        pain_null=rng.normal(size=3),
        world=rng.normal(size=pair) * 3,
        world_null=rng.normal(size=3),
        temper=0.5,
        overlap=0.1,
        explained=0.8,
        title=(4.0, 2.0, -1.0),
        none=(0.5, 1.0),
        denies_at=0.5,
        raises_below=0.2,
        family="random",
    )


@cache
def random_scorer(n_dims):
    encoder, head = HashEncoder(n_dims), random_head(n_dims)
    personas = [
        Persona.model_validate(
            {
                "id": f"p{i}",
                "name": f"P{i}",
                "pains": [{"id": f"k{j}", "statement": f"pain {i} {j}"} for j in range(5)],
            }
        )
        for i in range(3)
    ]
    profiles = build_profiles(PersonaLibrary(tuple(personas)), encoder)

    def score(texts):
        rows = utterances(*(("kim", text) for text in texts))
        vectors = encoder.encode(texts)
        return score_utterances(rows, vectors, vectors, profiles=profiles, head=head)

    return score
