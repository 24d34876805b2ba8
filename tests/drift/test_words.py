"""Words: accounts count once, sources matter, phrases swallow their parts, and nothing looks ahead."""

import numpy as np
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from next_evidence.drift.words import cycles_of_words, language_shifts
from next_evidence.personas.document import Pain, Persona
from next_evidence.personas.library import PersonaLibrary
from next_evidence.records import Cycle
from next_evidence.schemas import SHIFTS
from next_evidence.settings import DriftSettings, Settings
from next_evidence.testing.builders import heard, matches, votes
from next_evidence.text.terms import TermReader

C = tuple(f"2026-{month:02d}" for month in range(1, 10))
NOW = C[-1]
ACCOUNTS = 24
EVERYDAY = "the report is late and the sheet breaks"
NONE_STOPPED = pl.DataFrame(schema={"persona_id": pl.String, "source": pl.String})


def library(*language):
    pain = Pain(id="late", statement="It is late")
    return PersonaLibrary((Persona(id="ops-lead", name="Ops", pains=(pain,), language=language),))


def line(account, cycle, text, **more):
    source = ("calls", "tickets")[account % 2]
    pain = {"pain_id": "late", "status": "accepted"}
    return {"account_id": f"a{account}", "cycle": cycle, "text": text, "source": source, **pain, **more}  # fmt: skip


def everyday(accounts=ACCOUNTS, cycles=C):
    return [line(a, cycle, EVERYDAY) for cycle in cycles for a in range(accounts)]


def saying(text, accounts, cycles=(NOW,), **more):
    return [line(a, cycle, text, **more) for cycle in cycles for a in range(accounts)]


def detect(rows, *, language=(), cycle=NOW, stopped=NONE_STOPPED, raising=ACCOUNTS):
    said = matches(*rows)
    spoke = (
        said.filter(pl.col("account_id").is_not_null())
        .group_by("cycle", "persona_id", "account_id")
        .agg(sources=pl.col("source").unique().sort())
    )
    who = heard(*spoke.drop_nulls("persona_id").to_dicts())
    late = [f"a{account}" for account in range(raising)]
    ballots = [
        {k: row[k] for k in ("cycle", "persona_id", "account_id", "sources")}
        | {"pain_id": "late" if row["account_id"] in late else "other", "known_cycle": row["cycle"]}
        for row in who.to_dicts()
    ]
    settings = Settings()
    return language_shifts(
        said,
        who,
        votes(*ballots),
        library(*language),
        cycle=Cycle.parse(cycle),
        rules=DriftSettings(),
        gate_of=lambda persona: settings.gate_for(persona.id, persona.tracking),
        reader=TermReader(),
        stopped=stopped,
    )


def overall(shifts, label, versus="trailing", pain_id=None):
    rows = shifts.filter(
        pl.col("segment").is_null(),
        pl.col("pain_id").eq_missing(pl.lit(pain_id, pl.String)),
        label=label,
        versus=versus,
    ).to_dicts()
    return rows[0] if rows else {}


def test_a_new_word_is_counted_in_accounts():
    row = overall(detect(everyday() + saying("we reconcile", 9)), "reconcile")

    assert (row["kind"], row["accounts_raising"], row["accounts_heard"]) == ("language", 9, 24)
    assert (row["share_before"], row["share_now"]) == (0.0, 0.375)
    assert row["q_value"] < 0.01
    assert (row["sources"], row["source_accounts"]) == (["calls", "tickets"], [5, 4])


def test_what_changes_nothing_has_no_row_and_the_table_keeps_to_the_schema():
    shifts = detect(everyday() + saying("we reconcile", 9))

    assert shifts.schema == SHIFTS
    assert set(shifts["label"]) == {"reconcile"}
    assert shifts["verdict"].unique().to_list() == [""]


def test_a_word_that_falls_silent_is_told_by_the_form_it_had():
    row = overall(detect(everyday() + saying("our Manual Exports", 12, C[:-1])), "Manual Exports")

    assert row["change"] == pytest.approx(-0.5)
    assert row["accounts_raising"] == 0


def test_one_account_that_repeats_a_word_says_it_once():
    rows = everyday() + saying("we reconcile", 9)

    assert_frame_equal(detect(rows + rows[-1:] * 40), detect(rows))


@pytest.mark.parametrize("source", [None, "calls"])
def test_a_word_of_one_source_is_not_asked(source):
    more = {} if source is None else {"source": source}

    row = overall(detect(everyday() + saying("we reconcile", 9, **more)), "reconcile")

    assert bool(row) == (source is None)


def test_a_word_of_two_accounts_is_not_asked_however_often_they_say_it():
    rows = everyday() + saying("we reconcile", 2, C[5:])

    assert detect(rows).is_empty()


def test_the_longest_of_the_phrases_of_the_same_accounts_is_shown():
    shifts = detect(everyday() + saying("the audit trail gap", 9))

    assert shifts["label"].unique().to_list() == ["audit trail gap"]


def test_forms_of_a_word_are_one_term_shown_as_most_write_it():
    rows = saying("our dashboards", 6) + [line(a, NOW, "this dashboard") for a in range(6, 10)]

    row = overall(detect(everyday() + rows), "dashboards")

    assert row["accounts_raising"] == 10


def test_masked_words_and_figures_are_no_words():
    rows = saying("[person] of [email] paid 1,900 twenty times", 9)

    assert set(detect(everyday() + rows)["label"]) <= {"paid"}


def test_statements_that_speak_of_no_pain_and_of_nobody_known_do_not_count():
    chat = saying("we reconcile", 9, status="rejected", pain_id=None)
    nobody = [{**row, "account_id": None} for row in saying("we reconcile", 9)]

    assert detect(everyday() + chat + nobody).is_empty()


def test_what_everybody_says_as_much_is_general_talk():
    others = [
        {**row, "persona_id": "analyst", "account_id": f"z{row['account_id']}"}
        for row in everyday() + saying("warm greetings", 9, C)
    ]
    rows = everyday() + saying("warm greetings", 9)

    alone = overall(detect(rows), "warm greetings")
    beside = overall(detect(rows + others), "warm greetings")

    assert alone
    assert not beside


def test_a_pain_has_words_of_its_own():
    rows = everyday() + saying("we reconcile", 12, C[6:])
    rows += saying("we reconcile", 12, C[:3], pain_id=None, status="abstained")

    row = overall(detect(rows, raising=16), "reconcile", "document", "late")

    assert (row["share_before"], row["share_now"]) == (0.0, 0.75)
    assert (row["accounts_raising"], row["accounts_heard"]) == (12, 16)


def test_only_pains_of_the_document_have_words_of_their_own():
    rows = saying(EVERYDAY, ACCOUNTS, C, pain_id="other")
    rows += saying("the copilot invents totals", 12, C[6:], pain_id="other")

    shifts = detect(rows, raising=0)

    assert overall(shifts, "copilot invents totals", "document")
    assert shifts["pain_id"].null_count() == shifts.height


def test_listed_phrases_are_found_whole_whatever_their_form_and_have_a_row_always():
    rows = everyday() + saying("the end of month close", 20, C[:6]) + saying("my dear lodger", 3, C)

    shifts = detect(rows, language=("ends of month", "odg", "lodger", "never said"))

    assert overall(shifts, "ends of month", "document")["share_now"] == 0.0
    assert overall(shifts, "ends of month", "document")["p_value"] < 0.001
    assert overall(shifts, "lodger", "document")["q_value"] == 1.0
    assert not overall(shifts, "odg", "document")
    assert not overall(shifts, "never said", "document")


def test_a_source_that_has_stopped_takes_its_words_with_it():
    rows = everyday()[:-ACCOUNTS] + [
        line(a, NOW, EVERYDAY, source="tickets") for a in range(ACCOUNTS)
    ]
    rows += saying("on the call", 12, C[:-1], source="calls") + saying("on the call", 4, C[:-1], source="notes")  # fmt: skip
    stopped = pl.DataFrame({"persona_id": ["ops-lead"] * 2, "source": ["calls", "notes"]})

    told = detect(rows)
    left_out = detect(rows, stopped=stopped)

    assert overall(told, "call")
    assert not overall(left_out, "call")


def test_words_do_not_look_ahead():
    rows = everyday(cycles=C[:-1]) + saying("we reconcile", 9, C[7:8])
    later = everyday(cycles=C[-1:]) + saying("we reconcile", 20)

    assert_frame_equal(detect(rows + later, cycle=C[7]), detect(rows, cycle=C[7]))
    assert overall(detect(rows, cycle=C[7]), "reconcile")


def test_who_says_four_times_as_much_has_not_changed_words():
    rng = np.random.default_rng(3)
    words = [f"word{n}" for n in range(60)]
    rows = [
        line(a, cycle, ". ".join(rng.choice(words, 12 if cycle == NOW else 3)))
        for cycle in C
        for a in range(ACCOUNTS)
    ]
    new = saying("we reconcile", 12)

    assert set(detect(rows + new).filter(pl.col("q_value") <= 0.10)["label"]) == {"reconcile"}


def test_row_order_changes_nothing():
    rows = everyday() + saying("the audit trail gap", 9) + saying("we reconcile", 11)

    assert_frame_equal(detect(rows[::-1]), detect(rows))


def test_a_persona_that_was_not_heard_has_no_words():
    assert detect(everyday(cycles=C[:-1]) + saying("x y z", 9, C[:-1])).is_empty()


def test_how_much_is_read_does_not_grow_with_history():
    names = [f"{year}-{month:02d}" for year in range(2020, 2026) for month in range(1, 13)]
    spoke = heard(*({"cycle": name} for name in names))

    read = cycles_of_words(spoke, cycle=Cycle.parse("2025-12"), rules=DriftSettings())

    assert read == names[:6] + names[-12:]
