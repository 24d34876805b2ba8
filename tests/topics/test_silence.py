"""Silence that says something, and silence that says nothing."""

from __future__ import annotations

import numpy as np
import pytest

from next_evidence.topics.registry import Entry
from next_evidence.topics.separate import Claim
from next_evidence.topics.silence import faded_or_died
from tests.topics.test_candidates import speech_of

C = tuple(f"2026-{month:02d}" for month in range(1, 13))


def speech(small, last: int, *, accounts=24, since=None):
    """What 24 accounts say of known pains until a cycle; ``since``: how many speak after the fifth cycle."""
    small.usual(cycles=C[:5], accounts=24)
    small.usual(cycles=C[5 : last + 1], accounts=accounts if since is None else since)
    return speech_of(small, C[: last + 1])


def entry(spoken, *, status="candidate", raised=16, heard=48) -> Entry:
    rows = spoken.cycle == 4
    return Entry(
        pain_id="found-2026-04-abc", persona_id="ops-lead", label="", status=status, first_cycle=C[3], last_cycle=C[4],
        keywords=(), exemplar=spoken.ids[0], centroid=spoken.vectors[0], claim=Claim(np.zeros(32), 0.0),
        raised=raised, heard=heard, rows=rows, chances=rows.astype(float),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("last", "status", "event"),
    [
        (6, "candidate", None),  # two silent cycles
        (7, "candidate", "faded"),
        (8, "faded", None),  # told once
        (10, "faded", "died"),
        (11, "faded", None),
    ],
)
def test_it_fades_after_three_silent_cycles_and_dies_after_six_each_told_once(
    small, last, status, event
):
    spoken = speech(small, last)

    found = faded_or_died(entry(spoken, status=status), spoken, min_accounts=6)

    assert (found.event if found else None) == event


def test_it_is_told_with_the_counts_and_with_what_was_last_said(small):
    spoken = speech(small, 7)

    found = faded_or_died(entry(spoken), spoken, min_accounts=6)

    assert found.detail == (
        "not heard since 2026-05: none of 72 account-cycles in 3 cycles, 16 of 48 before"
    )
    assert len(found.evidence) == 8
    assert {spoken.cycle[spoken.ids.index(i)] for i in found.evidence} == {4}


def test_a_rare_pain_does_not_fade_while_so_few_speak_that_silence_says_nothing(small):
    spoken = speech(small, 8, since=6)

    # 24 account-cycles since: at one in 24 before, silence has a chance of 36 %
    assert faded_or_died(entry(spoken, raised=2), spoken, min_accounts=6) is None
    assert faded_or_died(entry(spoken, raised=16), spoken, min_accounts=6).event == "faded"


def test_cycles_with_too_few_accounts_do_not_count(small):
    spoken = speech(small, 8, since=5)

    assert faded_or_died(entry(spoken), spoken, min_accounts=6) is None
