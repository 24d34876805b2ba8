"""A brief leads with the strongest shift, says who is behind it, and never more than the gate let through."""

from __future__ import annotations

from dataclasses import replace

import polars as pl
import pytest

from next_evidence.brief.compose import compose_cycle
from next_evidence.brief.outcome import GateOutcome
from next_evidence.testing.briefs import (
    NEW_PAIN,
    NOW,
    SITUATIONS,
    Sample,
    sample,
    sample_brief,
)


def with_shifts(base: Sample, shifts: pl.DataFrame) -> Sample:
    return replace(base, tables=replace(base.tables, shifts=shifts))


def backwards(frame: pl.DataFrame) -> pl.DataFrame:
    # not reverse(): polars 2.1 forgets the type of a list column that is all null
    return frame[list(range(frame.height))[::-1]]


@pytest.mark.parametrize(
    ("situation", "state"),
    [
        ("strong", "shifted"),
        ("thin", "thin"),
        ("stale", "withheld"),
        ("withheld", "withheld"),
        ("nothing", "steady"),
    ],
)
def test_situations(situation, state):
    assert sample_brief(situation).state == state


def test_a_new_top_pain_leads_and_speaks_for_the_tests_that_say_the_same():
    brief = sample_brief("strong")

    assert brief.lead is not None
    assert brief.lead.old is not None
    assert (brief.lead.kind, brief.lead.pain_id, brief.lead.old.pain_id) == (
        "top_pain",
        "data-trust",
        "manual-reporting",
    )
    assert brief.lead.has_moved
    assert brief.lead.agreeing == 2
    assert [c.kind for c in brief.changes[1:]] == ["pain_new"]
    assert brief.changes[1].quote is not None


def test_the_order_of_rows_does_not_matter():
    base = sample("strong")
    t = base.tables

    turned = replace(
        base,
        tables=replace(
            t,
            **{
                name: backwards(getattr(t, name))
                for name in (
                    "shifts",
                    "shares",
                    "heard",
                    "votes",
                    "matches",
                    "utterances",
                    "turns",
                    "accounts",
                )
            },
        ),
    )

    assert turned.compose() == base.compose()


def test_labels_are_the_documents_own_words():
    brief = sample_brief("strong")

    assert brief.lead is not None
    assert brief.lead.label == "I can't trust the numbers once they're stitched across tools"
    assert brief.changes[1].label == "The assistant answers with numbers that are wrong"


def test_since_before_and_now():
    lead = sample_brief("strong").lead

    assert lead is not None
    assert lead.since is not None
    assert lead.story is not None
    assert lead.story.before is not None
    assert lead.story.now is not None
    assert lead.since.name == "2026-09"
    assert lead.story.before_cycles == 6
    assert lead.story.now.share > 2 * lead.story.before.share
    assert (lead.story.rank_now, lead.story.rank_claimed) == (1, 2)


def test_quotes_come_from_different_accounts_and_counter_evidence_stands_beside():
    brief = sample_brief("strong")

    accounts = [card.quote.account_id for card in brief.quotes]
    assert len(accounts) == len(set(accounts)) == 4
    assert brief.counter is not None
    assert brief.counter.quote is not None
    assert brief.counter.quote.quote.stance == "denies"
    assert brief.counter.accounts == 2


def test_counter_evidence_prefers_an_account_that_is_not_quoted_already():
    base = sample("strong")
    t = base.tables
    quoted = base.compose().quotes[0].quote.account_id
    both = t.matches.filter(pl.col("stance") == "denies", pl.col("pain_id") == "data-trust")
    said = t.utterances.filter(pl.col("utterance_id") == both["utterance_id"][0])
    twice = replace(
        base,
        tables=replace(
            t,
            matches=pl.concat(
                [
                    t.matches,
                    both.with_columns(
                        utterance_id=pl.lit("u000"),
                        account_id=pl.lit(quoted),
                        confidence=pl.lit(1.0),
                    ),
                ]
            ),
            utterances=pl.concat(
                [
                    t.utterances,
                    said.with_columns(utterance_id=pl.lit("u000"), account_id=pl.lit(quoted)),
                ]
            ),
        ),
    )

    counter = twice.compose().counter

    assert counter is not None
    assert counter.quote is not None
    assert counter.quote.quote.account_id == said["account_id"][0]


def test_accounts_that_say_both_are_counted_as_such():
    base = sample("strong")
    now = base.tables.votes.filter(pl.col("cycle") == base.cycle.name, pain_id="data-trust")
    torn = now["account_id"].sort()[:2].implode()
    votes = base.tables.votes.with_columns(
        denies=(pl.col("cycle") == base.cycle.name)
        & (pl.col("pain_id") == "data-trust")
        & pl.col("account_id").is_in(torn)
    )

    plain = base.compose().counter
    mixed = replace(base, tables=replace(base.tables, votes=votes)).compose().counter

    assert plain is not None
    assert mixed is not None
    assert (plain.accounts, plain.of_two_minds) == (2, 0)
    assert (mixed.accounts, mixed.of_two_minds) == (2, 2)


def test_counter_evidence_is_counted_even_when_nothing_can_be_quoted():
    base = sample("strong")
    quiet = replace(
        base,
        tables=replace(
            base.tables, matches=base.tables.matches.filter(pl.col("stance") == "raises")
        ),
    )

    counter = quiet.compose().counter

    assert counter is not None
    assert (counter.quote, counter.accounts) == (None, 2)


def test_quotes_that_do_not_match_their_turn_are_refused_and_counted():
    base = sample("strong")
    broken = replace(
        base,
        tables=replace(
            base.tables,
            turns=base.tables.turns.with_columns(
                text=pl.lit("Something else entirely was said here.")
            ),
        ),
    )

    brief = broken.compose()

    assert brief.quotes == ()
    assert brief.method.quotes_refused > 0


def test_exposure_counts_the_accounts_that_raise_it():
    brief = sample_brief("strong")

    assert brief.lead is not None
    assert brief.lead.story is not None
    assert brief.lead.story.now is not None
    assert brief.exposure is not None
    assert len(brief.exposure.accounts) == brief.lead.story.now.raising
    assert brief.exposure.arr_unknown > 0
    assert brief.exposure.arr_usd == sum(
        a.arr_usd for a in brief.exposure.accounts if a.arr_usd is not None
    )


def test_a_shift_in_one_segment_is_told_of_that_segment_only():
    base = sample("strong")
    rows = base.tables.shifts.head(1).with_columns(segment=pl.lit("enterprise"))

    brief = with_shifts(base, rows).compose()

    assert {a.segment for a in brief.exposure.accounts} == {"enterprise"}
    assert [s.segment for s in brief.strength] == ["enterprise"]
    assert {card.quote.segment for card in brief.quotes} <= {"enterprise"}


def test_a_fall_is_told_by_who_used_to_raise_it_and_quoted_by_who_denies_it():
    base = sample("strong")
    rows = base.tables.shifts.filter(pl.col("kind") == "pain_falling")

    brief = with_shifts(base, rows).compose()

    assert brief.lead is not None
    assert brief.lead.kind == "pain_falling"
    assert {card.quote.stance for card in brief.quotes} == {"denies"}
    assert brief.exposure is not None
    votes = base.tables.votes.filter(
        pl.col("pain_id") == "manual-reporting", pl.col("cycle") == NOW.name
    )
    assert not {a.account_id for a in brief.exposure.accounts} & set(votes["account_id"])
    assert brief.exposure.accounts
    assert brief.suggestions[0].kind == "line_misses"


def test_suggestions_name_lines_and_gaps_of_the_document():
    brief = sample_brief("strong")

    told = {(s.kind, s.pain_id): s for s in brief.suggestions}
    assert (
        told["line_misses", "manual-reporting"].claim
        == "Your Monday pack, built before you wake up."
    )
    assert told["line_answers", "data-trust"].claim == "One customer, one record, one total."
    assert ("not_in_document", NEW_PAIN) in told
    solved = told["solved", "manual-reporting"]
    assert solved.accounts == 4
    assert solved.quote is not None
    assert solved.quote.quote.stance == "denies"


def test_nothing_is_presented_as_a_change_when_the_gate_did_not_pass():
    base = replace(sample("strong"), outcome=GateOutcome(False, "withheld", ("tracking is off",)))

    brief = base.compose()

    assert (brief.state, brief.changes, brief.quotes, brief.exposure) == ("withheld", (), (), None)
    assert brief.reasons == ("tracking is off",)
    assert any(c.kind == "top_pain" for c in brief.not_surfaced)


def test_other_personas_are_left_out():
    base = sample("strong")
    others = base.tables.shifts.with_columns(persona_id=pl.lit("somebody-else"))

    assert with_shifts(base, others).compose().changes == ()


def test_missing_numbers_are_unknown_not_zero():
    base = sample("strong")
    rows = base.tables.shifts.head(1).with_columns(
        q_value=pl.lit(float("nan")), change_low=pl.lit(None, pl.Float64)
    )

    lead = with_shifts(base, rows).compose().lead

    assert lead is not None
    assert (lead.q_value, lead.change_low, lead.certainty) == (None, None, "uncertain")


def test_a_first_cycle_without_history_is_composed():
    base = sample("strong")
    t = base.tables
    first = replace(
        base,
        tables=replace(
            t,
            shares=t.shares.filter(pl.col("cycle") == NOW.name),
            votes=t.votes.filter(pl.col("cycle") == NOW.name),
        ),
    )

    lead = first.compose().lead

    assert lead is not None
    assert lead.story is not None
    assert lead.story.before is None
    assert not lead.has_moved


def test_the_cycle_page_lists_shifted_personas_first_and_each_silent_source_once():
    briefs = [sample_brief(s) for s in SITUATIONS[::-1]]

    page = compose_cycle(briefs, company="Meridian", cycle=NOW)

    assert list(dict.fromkeys(b.state for b in page.briefs)) == [
        "shifted",
        "withheld",
        "thin",
        "steady",
    ]
    assert [b.state for b in page.briefs].count("withheld") == 2
    assert [line.name for line in page.quiet] == ["surveys"]
