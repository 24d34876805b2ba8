from __future__ import annotations

from datetime import UTC, datetime, timedelta

import polars as pl
import pytest

from next_evidence.evidence.accounts import Directory
from next_evidence.records import Account, Contact, Conversation, Participant, Turn
from next_evidence.schemas import UTTERANCES
from next_evidence.settings import CompanySettings

MONDAY = datetime(2026, 10, 5, 9, tzinfo=UTC)


@pytest.fixture
def company():
    return CompanySettings(
        name="Meridian", domains=("meridian.example",), employees=("Dana Whitlock",)
    )


@pytest.fixture
def directory():
    return Directory(
        [
            Account("acme", name="Acme Foods Ltd", domain="acme.example"),
            Account("bolt", name="Bolt GmbH", domain="bolt.example"),
            Account("north", name="Twin", domain="twin.example"),
            Account("south", name="Twin Ltd", domain="twin.example"),
            Account("solo", name="Solo", domain="gmail.com"),
        ],
        [
            Contact("jo", "acme", "Jo Lund", "jo@acme.example", "RevOps Manager"),
            Contact("vik", "bolt", "Vik Ekström", "vik@consult.example", "VP Finance"),
            Contact("una", "acme", "Una Roy", "", "Analyst"),
        ],
    )


@pytest.fixture
def conversation():
    def make(*turns, participants=(), **changes):
        fields = {"conversation_id": "c-1", "kind": "call", "started_at": MONDAY} | changes
        return Conversation(
            participants=tuple(participants)
            or (Participant("p1", name="Jo Lund", email="jo@acme.example"),),
            turns=tuple(turn if isinstance(turn, Turn) else Turn("p1", turn) for turn in turns),
            **fields,
        )

    return make


@pytest.fixture
def rows():
    """Short maker of ``UTTERANCES``: (account, text) or (account, text, changes) each, a minute apart."""

    def make(*said):
        found = []
        for at, (account, text, *changes) in enumerate(said):
            row = {
                "utterance_id": f"u{at:03d}", "conversation_id": f"c{at}", "source": "tickets", "kind": "ticket", "account_id": account,
                "contact_id": None, "speaker_key": f"s{at}", "speaker_title": None, "side": "customer", "spoken_at": MONDAY + timedelta(minutes=at),
                "turn": 0, "start": 0, "end": len(text), "text": text, "context": text, "url": None, "language": None,
            }  # fmt: skip
            found.append(row | (changes[0] if changes else {}))
        return pl.DataFrame(found, schema=UTTERANCES)

    return make
