"""Words: accounts count once, sources matter, phrases swallow their parts."""

from __future__ import annotations

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from next_evidence.personas.library import read_library
from next_evidence.topics.language import claimed_words, pain_words, words

C = tuple(f"2026-{month:02d}" for month in range(1, 10))
COLUMNS = ("account_id", "persona_id", "pain_id", "cycle", "source", "text", "status")


def talk(rows) -> pl.DataFrame:
    return pl.DataFrame(
        [(*row[:6], row[6] if len(row) > 6 else "accepted") for row in rows],
        schema=dict.fromkeys(COLUMNS, pl.String),
        orient="row",
    )


def everyday(personas=("ops", "finance"), accounts=12):
    """Every account says the same each cycle, in calls and tickets."""
    return [
        (
            f"a{a}",
            persona,
            "late",
            cycle,
            ("calls", "tickets")[a % 2],
            "the report is late and the sheet breaks",
        )
        for persona in personas
        for cycle in C
        for a in range(accounts)
    ]


def term(found: pl.DataFrame, name: str, versus: str, persona: str = "ops") -> dict:
    rows = found.filter(persona_id=persona, term=name, versus=versus).to_dicts()
    return rows[0] if rows else {}


def test_a_new_word_stands_out_against_before_and_against_others():
    rows = everyday()
    rows += [
        (f"a{a}", "ops", "late", c, ("calls", "tickets")[a % 2], "the copilot invents")
        for a in range(9)
        for c in C[6:]
    ]

    found = words(talk(rows), cycle=C[8])

    for versus in ("trailing", "other_personas"):
        row = (
            term(found, "copilot invent", versus)
            or term(found, "copilot invents", versus)
            or term(found, "copilot", versus)
        )
        assert row["z"] > 2
        assert row["p_value"] < 0.01
        assert (row["accounts_with"], row["accounts_heard"]) == (9, 12)
        assert (row["share_now"], row["share_before"]) == (0.75, 0.0)
    steady = found.filter(~pl.col("term").str.contains("copilot"), versus="trailing")
    assert steady["p_value"].to_list() == [1.0] * steady.height
    assert steady.height > 0


def test_one_account_that_repeats_a_word_says_it_once():
    once = everyday()
    once += [
        (f"a{a}", "ops", "late", c, ("calls", "tickets")[a % 2], "copilot")
        for a in range(6)
        for c in C[6:]
    ]

    found = words(talk(once + once[-1:] * 50 + once[:1] * 50), cycle=C[8])

    assert_frame_equal(found, words(talk(once), cycle=C[8]))
    row = term(found, "copilot", "trailing")
    assert row["accounts_with"] == 6
    assert row["p_value"] < 0.05


@pytest.mark.parametrize(
    ("accounts", "sources"), [(2, ("calls", "tickets")), (5, ("calls", "calls"))]
)
def test_a_word_needs_three_accounts_and_two_sources(accounts, sources):
    rows = everyday()
    rows += [(f"a{a}", "ops", "late", C[8], sources[a % 2], "copilot") for a in range(accounts)]

    assert term(words(talk(rows), cycle=C[8]), "copilot", "trailing") == {}


def test_a_word_that_falls_silent_is_found_too():
    rows = everyday()
    rows += [
        (f"a{a}", "ops", "late", c, ("calls", "tickets")[a % 2], "our old portal")
        for a in range(10)
        for c in C[:6]
    ]

    found = words(talk(rows), cycle=C[8])

    row = term(found, "old portal", "trailing")
    assert row["z"] < -2
    assert (row["share_now"], row["share_before"]) == (0.0, pytest.approx(10 / 12))
    assert term(found, "portal", "trailing") == {}, "only ever said inside the phrase"


def test_words_do_not_look_ahead_and_leave_out_the_unknown():
    rows = everyday()
    later = [(f"a{a}", "ops", "late", "2026-10", "calls", "copilot") for a in range(9)]
    nobody = [
        (None, "ops", "late", C[8], "calls", "copilot"),
        ("a1", None, "late", C[8], "calls", "copilot"),
    ]

    assert_frame_equal(
        words(talk(rows + later + nobody), cycle=C[8]), words(talk(rows), cycle=C[8])
    )


def test_row_order_changes_no_word():
    rows = everyday() + [
        (f"a{a}", "ops", "late", C[8], ("calls", "tickets")[a % 2], "copilot invents totals")
        for a in range(5)
    ]

    assert_frame_equal(words(talk(rows), cycle=C[8]), words(talk(rows[::-1]), cycle=C[8]))


def test_words_of_a_pain_are_those_of_its_accepted_matches():
    rows = everyday(("ops",))
    rows += [
        (f"a{a}", "ops", "late", C[8], ("calls", "tickets")[a % 2], "board deck") for a in range(6)
    ]
    rows += [
        (f"a{a}", "ops", "other", C[8], ("calls", "tickets")[a % 2], "license", "abstained")
        for a in range(6)
    ]

    found = pain_words(talk(rows), cycle=C[8])

    assert set(found["pain_id"]) == {"late"}
    assert found.filter(term="board deck")["share_now"].to_list() == [0.5]
    assert found.filter(term="license").is_empty()


def test_claimed_words_say_which_are_heard_and_when_last():
    library = read_library(
        {"ops.yaml": "id: ops\nname: Ops\nlanguage: [Board decks, my lodger, Excel]\n"}
    ).library
    rows = everyday(("ops",), accounts=4)
    rows += [
        ("a0", "ops", "late", C[8], "calls", "the board deck, again"),
        ("a1", "ops", "late", C[2], "calls", "board decks"),
    ]
    rows += [("a2", "ops", "late", C[4], "calls", "excellent surfboard deck, my dear lodger")]

    found = claimed_words(library, talk(rows), cycle=C[8])

    columns = (
        "phrase",
        "accounts_with",
        "accounts_heard",
        "share_now",
        "share_before",
        "last_cycle",
    )
    assert list(found.select(columns).iter_rows()) == [
        ("Board decks", 1, 4, 0.25, 0.25, C[8]),
        ("my lodger", 0, 4, 0.0, 0.0, None),
        ("Excel", 0, 4, 0.0, 0.0, None),
    ]


def test_nothing_said_gives_no_words():
    assert words(talk([]), cycle=C[8]).is_empty()
    assert pain_words(talk([]), cycle=C[8]).is_empty()
