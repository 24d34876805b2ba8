from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from next_evidence.evidence.dedupe import DroppedCounts, collapse
from next_evidence.settings import EvidenceSettings

RULES = EvidenceSettings(boilerplate_accounts=3)
LONG = "the nightly sync of our salesforce opportunities failed again and nobody was told about it until noon"


def texts(frame):
    return frame["text"].to_list()


def test_of_what_is_equal_within_an_account_the_earliest_stays(rows):
    kept, dropped = collapse(
        rows(("acme", "It is SLOW."), ("acme", "it is slow"), ("bolt", "it is slow")), RULES
    )

    assert kept["utterance_id"].to_list() == ["u000", "u002"]
    assert dropped == DroppedCounts(exact=1)


def test_without_an_account_repeats_collapse_within_a_speaker(rows):
    same = {"speaker_key": "s"}
    kept, _ = collapse(
        rows((None, "it is slow", same), (None, "it is slow", same), (None, "it is slow")), RULES
    )

    assert kept.height == 2


def test_nearly_equal_statements_of_one_account_are_one(rows):
    kept, dropped = collapse(
        rows(("acme", LONG), ("acme", f"{LONG} today"), ("bolt", f"{LONG} today")), RULES
    )

    assert kept["account_id"].to_list() == ["acme", "bolt"]
    assert dropped == DroppedCounts(near=1)


def test_similarity_equal_to_the_threshold_collapses(rows):
    # 8 words: 6 grams; one more word: 7; shared 6 of 7
    said = rows(("acme", "a b c d e f g h"), ("acme", "a b c d e f g h i"))

    assert collapse(said, EvidenceSettings(near_duplicate=6 / 7))[0].height == 1
    assert collapse(said, EvidenceSettings(near_duplicate=6 / 7 + 0.001))[0].height == 2


def test_a_long_text_that_many_accounts_send_is_a_form(rows):
    said = rows(
        ("acme", LONG),
        ("bolt", LONG),
        ("cove", LONG.upper()),
        ("acme", "a real statement of one account"),
    )

    kept, dropped = collapse(said, RULES)

    assert texts(kept) == ["a real statement of one account"]
    assert dropped == DroppedCounts(boilerplate=3)
    assert collapse(said, EvidenceSettings(boilerplate_accounts=4))[0].height == 4


def test_speakers_without_an_account_do_not_make_a_form(rows):
    assert collapse(rows(("acme", LONG), ("bolt", LONG), (None, LONG)), RULES)[0].height == 3


def test_short_answers_of_many_accounts_are_real(rows):
    assert (
        collapse(rows(*((f"a{i}", "the export is slow") for i in range(9))), RULES)[0].height == 9
    )


def test_one_account_that_repeats_itself_is_no_form(rows):
    assert collapse(rows(*(("acme", LONG) for _ in range(9))), RULES)[0].height == 1


WORDS = st.lists(st.sampled_from(["a", "b", "c", "d", "e", "f"]), min_size=0, max_size=14).map(
    " ".join
)


@settings(deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from(["acme", "bolt", "cove", None]), WORDS), max_size=14),
    st.randoms(),
    st.floats(0.05, 1),
)
def test_row_order_does_not_matter_and_what_is_left_is_stable(rows_factory, said, random, least):
    rules = EvidenceSettings(boilerplate_accounts=3, near_duplicate=least)
    frame = rows_factory(*said)
    order = list(range(frame.height))
    random.shuffle(order)

    kept, dropped = collapse(frame, rules)

    assert collapse(frame[order], rules)[0].equals(kept)
    assert kept.height + dropped.exact + dropped.near + dropped.boilerplate == frame.height
    assert collapse(kept, rules)[0].equals(kept)


@pytest.fixture(scope="module")
def rows_factory():
    return _rows


def _rows(*said):
    from datetime import UTC, datetime, timedelta

    import polars as pl

    from next_evidence.schemas import UTTERANCES

    return pl.DataFrame(
        [
            {"utterance_id": f"u{at:03d}", "account_id": account, "speaker_key": "s", "text": text,
             "spoken_at": datetime(2026, 10, 5, tzinfo=UTC) + timedelta(minutes=at // 3)} | dict.fromkeys(
                ["conversation_id", "source", "kind", "contact_id", "speaker_title", "side", "context", "url", "language"]) | {"turn": 0, "start": 0, "end": 0}
            for at, (account, text) in enumerate(said)
        ],
        schema=UTTERANCES,
    )  # fmt: skip


@given(st.lists(WORDS, min_size=2, max_size=10), st.floats(0.05, 1))
def test_prefix_lookup_finds_what_comparing_all_pairs_finds(said, least):
    from next_evidence.evidence.dedupe import _grams, _jaccard, _near_repeats

    grams = [_grams(text.split()) for text in said]
    kept, repeats = [], []
    for at, found in enumerate(grams):
        if found and any(_jaccard(found, grams[other]) >= least - 1e-9 for other in kept):
            repeats.append(at)
        elif found:
            kept.append(at)

    assert _near_repeats([text.split() for text in said], least) == repeats


def test_twenty_thousand_similar_statements_are_collapsed(rows):
    said = rows(
        *(
            ("acme", f"the sync of table {i % 700} failed with error {i * 7919 % 10000} again")
            for i in range(20_000)
        )
    )
    kept, _ = collapse(said, RULES)

    assert 0 < kept.height <= 20_000
