from datetime import UTC, datetime, timedelta

import polars as pl

from next_evidence.review.decisions import decision
from next_evidence.review.examples import accepted_examples
from next_evidence.testing.builders import utterances

SAID = utterances(*({"text": f"text {n}"} for n in range(1, 10)))


def verdict(n, what="accepted", *, account=None, to=None):
    return decision(
        at=datetime(2026, 10, n, tzinfo=UTC) + timedelta(hours=n), by="ann", kind="match", subject=f"u-{n}", verdict=what,
        persona_id="ops-lead", pain_id="export", to_pain_id=to, account_id=account or f"a-{n}",
    )  # fmt: skip


def examples(*rows, cap=10):
    found = accepted_examples(pl.concat(rows), SAID, cap=cap)
    return {key.pain_id: list(texts) for key, texts in found.items()}


def test_accepted_statements_join_their_pain_and_moved_ones_the_pain_chosen():
    rows = verdict(1), verdict(2, "moved", to="trust"), verdict(3, "rejected"), verdict(4, "skipped")  # fmt: skip

    assert examples(*rows) == {"export": ["text 1"], "trust": ["text 2"]}


def test_the_newest_win_one_an_account():
    rows = [verdict(1), verdict(2), verdict(3, account="a-2"), verdict(4)]

    assert examples(*rows, cap=2) == {"export": ["text 3", "text 4"]}
    assert examples(*rows[::-1]) == {"export": ["text 1", "text 3", "text 4"]}


def test_what_was_erased_is_no_example():
    assert accepted_examples(verdict(1), SAID.clear(), cap=3) == {}
