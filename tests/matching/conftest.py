"""A small library, an encoder of hand-made directions, and a head that reads them plainly."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime

import numpy as np
import polars as pl
import pytest

from next_evidence.matching.cues import CUE_NAMES
from next_evidence.matching.head import PAIR_FEATURES, Head
from next_evidence.matching.profiles import build_profiles
from next_evidence.personas.document import Persona
from next_evidence.personas.library import PersonaLibrary
from next_evidence.records import KINDS
from next_evidence.schemas import UTTERANCES
from next_evidence.settings import MatchingSettings

WORDS = ("export", "invoice", "login", "rota", "stock", "solved", "weather")
N_DIMS = 16


class WordEncoder:
    """One direction for each known word, a little of a hashed one for the rest."""

    name = "toy (words)"
    fingerprint = "toy-1"
    n_dims = N_DIMS

    def encode(self, texts):
        out = np.zeros((len(texts), N_DIMS), dtype=np.float32)
        for row, text in enumerate(texts):
            for word in text.lower().replace(".", "").split():
                if word in WORDS:
                    out[row, WORDS.index(word)] += 1.0
                else:
                    place = int(hashlib.sha256(word.encode()).hexdigest(), 16) % (
                        N_DIMS - len(WORDS)
                    )
                    out[row, len(WORDS) + place] += 0.1
            length = np.linalg.norm(out[row])
            out[row] = out[row] / length if length else np.eye(N_DIMS, dtype=np.float32)[-1]
        return out


@pytest.fixture
def encoder():
    return WordEncoder()


@pytest.fixture
def library():
    ops = Persona.model_validate(
        {
            "id": "ops",
            "name": "Ops",
            "applies_to": {"titles": ["Operations Lead"], "segments": ["smb"]},
            "pains": [
                {"id": "export", "statement": "export fails", "examples": ["the export again"]},
                {"id": "invoice", "statement": "invoice is wrong"},
            ],
            "language": ["rota"],
        }
    )
    admin = Persona.model_validate(
        {
            "id": "admin",
            "name": "Admin",
            "applies_to": {"titles": ["System Administrator"]},
            "pains": [{"id": "login", "statement": "login is slow"}],
        }
    )
    return PersonaLibrary((admin, ops))


@pytest.fixture
def profiles(library, encoder):
    return build_profiles(library, encoder)


@pytest.fixture
def head():
    """Relevant is what does not speak of the weather; ``solved`` denies; cosines decide."""
    wording = 2 * N_DIMS + 2 * len(CUE_NAMES) + len(KINDS) + 1
    relevance, denial = np.zeros(wording), np.zeros(wording)
    relevance[-1], relevance[WORDS.index("weather")] = 3.0, -8.0
    denial[-1], denial[WORDS.index("solved")] = -3.0, 10.0
    pair = np.zeros(2 * len(PAIR_FEATURES))
    pair[0] = pair[len(PAIR_FEATURES)] = 5.0
    none = np.array([4.0, -0.5, 2.0])
    return Head(
        centre=np.zeros(N_DIMS),
        projection=np.eye(N_DIMS),
        relevance=relevance,
        denial=denial,
        pain=pair,
        pain_null=none,
        world=pair,
        world_null=none,
        temper=0.8,
        overlap=0.2,
        explained=0.8,
        title=(4.0, 2.0, -1.0),
        none=(0.5, 1.0),
        denies_at=0.5,
        raises_below=0.2,
        family="toy",
    )


@pytest.fixture
def rules():
    return MatchingSettings(accept_at=0.5, review_at=0.3, persona_accept_at=0.6, relevant_at=0.5)


def utterances(*said: tuple[str, str], kind: str = "call") -> pl.DataFrame:
    """Rows of (speaker, text); each is a turn of its own."""
    rows = [
        {
            "utterance_id": f"u{i:03d}",
            "conversation_id": "c1",
            "source": "calls",
            "kind": kind,
            "account_id": "acme",
            "contact_id": speaker,
            "speaker_key": speaker,
            "speaker_title": None,
            "side": "customer",
            "spoken_at": datetime(2026, 10, 5, tzinfo=UTC),
            "turn": i,
            "start": 0,
            "end": len(text),
            "text": text,
            "context": text,
            "url": None,
            "language": None,
        }
        for i, (speaker, text) in enumerate(said)
    ]
    return pl.DataFrame(rows, schema=UTTERANCES)


def speakers(**titles: str | None) -> pl.DataFrame:
    """One speaker for each title."""
    schema = {
        name: pl.String for name in ("speaker_key", "account_id", "contact_id", "title", "segment")
    }
    rows = [(key, "acme", key, title, None) for key, title in titles.items()]
    return pl.DataFrame(rows, schema=schema, orient="row")
