"""``personas check`` where the library, not a document, is what people should know of."""

import json
from dataclasses import replace

import numpy as np
import pytest

from next_evidence import engine
from tests.firm import call, word_head

FOREIGN = "do not sound like the complaints"


def foreign(firm, capsys):
    capsys.readouterr()
    assert call(firm, "personas", "check", "--json") == 0
    return json.loads(capsys.readouterr().out)["foreign"]


def deaf_head(n_dims):
    """It takes every example for idle talk."""
    head = word_head(n_dims)
    relevance = np.array(head.relevance)
    relevance[-1] = -3.0
    return replace(head, relevance=relevance)


def test_examples_that_sound_like_no_complaint_are_told_of(firm, encoder, monkeypatch, capsys):
    monkeypatch.setattr(engine, "load_head", lambda: deaf_head(encoder.n_dims))

    assert call(firm, "personas", "check") == 0

    assert FOREIGN in " ".join(capsys.readouterr().out.split())
    # four examples: half of what they say is believed
    assert foreign(firm, capsys) == pytest.approx(1.5)


def test_examples_that_the_head_knows_need_no_word(firm, capsys):
    assert call(firm, "personas", "check") == 0

    assert FOREIGN not in " ".join(capsys.readouterr().out.split())


def test_a_head_of_another_encoder_is_not_asked(firm, encoder, monkeypatch, capsys):
    monkeypatch.setattr(
        engine, "load_head", lambda: replace(deaf_head(encoder.n_dims), family="another")
    )

    assert foreign(firm, capsys) == 0
