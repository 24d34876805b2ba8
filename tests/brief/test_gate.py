"""The bar: verdicts, all their reasons, and whether a brief is sent."""

import polars as pl
import pytest

from next_evidence.brief.gate import judge
from next_evidence.brief.outcome import outcome
from next_evidence.personas.document import Persona
from next_evidence.personas.library import PersonaLibrary
from next_evidence.settings import GateSettings, Settings, TrackingOverride
from next_evidence.testing.builders import coverage, shifts

GOOD = {
    "accounts_heard": 40,
    "accounts_raising": 16,
    "sources": ["calls", "tickets"],
    "source_accounts": [10, 9],
    "change_mix_adjusted": 0.28,
    "p_mix_adjusted": 0.002,
    "raising_tiers": ["top", "growth"],
}
FALL = {
    "kind": "pain_falling",
    "share_before": 0.4,
    "share_now": 0.1,
    "change_mix_adjusted": -0.28,
    "accounts_raising": 4,
}


def library(tracking="normal"):
    return PersonaLibrary((Persona(id="ops-lead", name="Ops lead", tracking=tracking),))


def verdict(row, *segments, covered=None, tracking="normal", settings=None, alone=None):
    """The verdict and reasons of one overall row, given the rows of its segments and the shifts without quiet sources."""
    rows = shifts({**GOOD, **row}, *[{**GOOD, **segment} for segment in segments])
    judged = judge(
        rows,
        coverage({"accounts_heard": 40}) if covered is None else covered,
        library(tracking),
        settings=settings or Settings(),
        without_quiet=alone,
    )
    return judged["verdict"][0], judged["reasons"][0].to_list()


def test_a_shift_that_meets_every_criterion_surfaces_with_all_reasons():
    found, reasons = verdict({})

    assert found == "surface"
    assert reasons == [
        "40 accounts heard, 15 needed.",
        "The share changed by 30 points; 10 points are needed.",
        "Of findings this clear about 1 % are false alarms; 10 % are allowed.",
        "It has lasted: a lasting step explains the counts better than a passing spike. It held in 100 % of the last three cycles.",
        "It stands when the mix of segments is fixed: with the mix of segments held as before, the change is +28 points instead of +30 points.",
        "No segment has 8 accounts, so none can confirm it.",
        "2 sources telling of it, 2 needed.",
        "16 accounts raising it, 5 needed.",
    ]


def size_against_document(now, **row):
    """What is said of the size of a change that pooled cycles show as nine points, where this cycle's share is ``now``."""
    pooled = {"versus": "document", "share_before": 0.15, "share_now": 0.24, "change": 0.09, **row}
    rows = shifts(
        {**GOOD, **pooled},
        {**GOOD, "versus": "trailing", "share_before": 0.18, "share_now": now},
    )
    judged = judge(
        rows, coverage({"accounts_heard": 40}), library(), settings=Settings(), without_quiet=None
    )
    return next(reason for reason in judged["reasons"][0] if "10 points are needed" in reason)


def test_a_change_that_began_within_the_pooled_cycles_is_as_large_as_it_is_by_now():
    told = size_against_document(0.27)
    fallen = size_against_document(0.03, kind="pain_falling", share_now=0.06, change=-0.09)

    assert told == fallen == "By now the share has changed by 12 points; 10 points are needed."


@pytest.mark.parametrize(
    ("now", "row"),
    [
        (0.20, {}),  # smaller by now
        (0.01, {}),  # the other way by now
        (0.27, {"versus": "last_cycle"}),
        (0.27, {"kind": "priority", "versus_pain_id": "sync", "order_change": 0.09}),
    ],
)
def test_all_other_changes_are_as_large_as_their_own_comparison_shows(now, row):
    assert "by only 9 points" in size_against_document(now, **row)


@pytest.mark.parametrize(
    ("row", "expected", "why"),
    [
        ({"accounts_heard": 14}, "thin", "Only 14 accounts heard; 15 needed."),
        ({"accounts_heard": 15}, "surface", "15 accounts heard, 15 needed."),
        ({"accounts_raising": 4}, "watch", "Only 4 accounts raising it; 5 needed."),
        ({"accounts_raising": 5}, "surface", "5 accounts raising it, 5 needed."),
        (
            {"sources": ["calls"], "source_accounts": [16]},
            "watch",
            "Only 1 source telling of it; 2 needed.",
        ),
        (
            {"share_now": 0.19, "change_mix_adjusted": 0.09},
            "watch",
            "The share changed by only 9 points; 10 points are needed.",
        ),
        (
            {"share_now": 0.20, "change_mix_adjusted": 0.10},
            "surface",
            "The share changed by 10 points; 10 points are needed.",
        ),
        (
            {"q_value": 0.10},
            "surface",
            "Of findings this clear about 10 % are false alarms; 10 % are allowed.",
        ),
        (
            {"q_value": 0.15},
            "watch",
            "Of findings this clear about 15 % are false alarms; 10 % are allowed.",
        ),
        (
            {"q_value": 0.20},
            "suppress",
            "Of findings this clear about 20 % are false alarms; 10 % are allowed.",
        ),
        (
            {"q_value": 1.0},
            "suppress",
            "Of findings this clear 50 % or more are false alarms; 10 % are allowed.",
        ),
        ({"q_value": None}, "suppress", "It could not be tested."),
        (
            {"durability": "transient"},
            "suppress",
            "It has passed: a spike of one cycle explains the counts best. It held in 100 % of the last three cycles.",
        ),
        (
            {"durability": "unknown"},
            "surface",
            "Too early to tell whether it lasts. It held in 100 % of the last three cycles.",
        ),
    ],
)
def test_each_criterion_has_its_weight_and_its_sentence(row, expected, why):
    found, reasons = verdict(row)

    assert found == expected
    assert why in reasons
    if expected != "surface":
        assert reasons[0] == why  # what was missed comes first


def test_two_soft_misses_are_no_near_miss():
    found, reasons = verdict({"accounts_raising": 4, "sources": ["calls"], "source_accounts": [4]})

    assert found == "suppress"
    assert len([r for r in reasons if r.startswith("Only")]) == 2


def test_a_change_that_vanishes_at_a_fixed_mix_is_suppressed():
    found, reasons = verdict({"change_mix_adjusted": 0.02})

    assert found == "suppress"
    assert reasons[0].startswith("It vanishes when the mix of segments is fixed")
    assert verdict({"change_mix_adjusted": -0.2})[0] == "suppress"
    assert verdict({"p_mix_adjusted": 0.4})[0] == "suppress"
    assert verdict({"change_mix_adjusted": None})[0] == "surface"


def test_thin_coverage_of_the_cycle_makes_a_pooled_shift_thin():
    assert verdict({}, covered=coverage({"accounts_heard": 9}))[0] == "thin"


def test_without_coverage_the_shift_speaks_for_itself():
    assert verdict({}, covered=coverage({"persona_id": "analyst"}))[0] == "surface"


def test_a_fall_is_no_fall_where_the_source_that_told_of_it_has_stopped():
    row = {**FALL, "sources": ["surveys", "calls"], "source_accounts": [12, 4]}
    stale = coverage(
        {"accounts_heard": 40},
        {"source": "surveys", "state": "stale"},
        {"source": "calls", "state": "ok"},
    )

    assert verdict(row)[0] == "surface"
    found, reasons = verdict(row, covered=stale)

    assert found == "suppress"
    assert reasons[0] == "75 % of those who told of it spoke in surveys, which has fallen silent."
    assert verdict({**row, "source_accounts": [4, 12]}, covered=stale)[0] == "surface"
    assert verdict({}, covered=stale)[0] == "surface"  # a rise is no silence


STALE = coverage(
    {"accounts_heard": 40},
    {"source": "surveys", "state": "stale"},
    {"source": "calls", "state": "ok"},
)


@pytest.mark.parametrize(
    ("alone", "expected", "why"),
    [
        (
            [{**GOOD, "share_now": 0.35}],
            "surface",
            "It stands without surveys, silent now: +25 points.",
        ),
        (
            [{**GOOD, "share_now": 0.24}],
            "suppress",
            "It vanishes without surveys, silent now: +14 points instead of +30 points.",
        ),
        (
            [{**GOOD, "share_now": 0.05}],
            "suppress",
            "It vanishes without surveys, silent now: −5 points instead of +30 points.",
        ),
        (
            [{**GOOD, "p_value": 0.2}],
            "suppress",
            "It is within chance without surveys, silent now: +30 points.",
        ),
        ([], "suppress", "There is no such shift without surveys, silent now."),
        (
            [{**GOOD, "segment": "smb"}],
            "suppress",
            "There is no such shift without surveys, silent now.",
        ),
    ],
)
def test_a_shift_must_stand_without_the_sources_that_have_stopped(alone, expected, why):
    found, reasons = verdict({}, covered=STALE, alone=shifts(*alone))

    assert found == expected
    assert why in reasons


def test_where_every_source_has_stopped_none_is_asked_whether_a_rise_stands_without_it():
    alone = coverage({"accounts_heard": 40}, {"source": "tickets", "state": "stale"})
    row = {"sources": ["tickets"], "source_accounts": [12]}
    one_source = Settings.model_validate({"gate": {"min_sources": 1}})

    found, reasons = verdict(row, covered=alone, alone=shifts(), settings=one_source)

    assert found == "surface"
    assert "No source is left that could be asked without tickets, silent now." in reasons


def test_a_change_of_order_must_stand_without_them_by_how_far_the_pains_moved_apart():
    moved = {**GOOD, "kind": "top_pain", "versus": "document", "versus_pain_id": "export"}
    row = {**moved, "change": 0.1, "order_change": 0.3}

    stands = shifts({**moved, "change": 0.0, "order_change": 0.2})
    gone = shifts({**moved, "change": 0.1, "order_change": 0.1})

    assert verdict(row, covered=STALE, alone=stands)[0] == "surface"
    assert verdict(row, covered=STALE, alone=gone)[0] == "suppress"


def test_nothing_is_asked_of_personas_whose_sources_all_speak():
    assert verdict({}, alone=shifts())[0] == "surface"


def test_falls_need_no_accounts_that_still_raise_the_pain():
    assert verdict({**FALL, "accounts_raising": 0})[0] == "surface"


def test_a_change_since_last_cycle_alone_is_watched_only():
    rows = shifts(
        {**GOOD, "versus": "last_cycle"}, {**GOOD, "share_now": 0.12, "change_mix_adjusted": 0.02}
    )

    judged = judge(rows, coverage({"accounts_heard": 40}), library(), settings=Settings())

    assert judged["verdict"][0] == "watch"
    assert (
        judged["reasons"][0][0]
        == "Against the trailing cycles the change is +2 points. Last cycle may have been the odd one."
    )


def test_close_tracking_halves_the_bar_and_off_closes_it():
    small = {"share_now": 0.16, "change_mix_adjusted": 0.06, "accounts_raising": 3}

    assert verdict(small)[0] == "suppress"
    assert verdict(small, tracking="close")[0] == "surface"
    assert verdict({"accounts_raising": 9}, tracking="low")[0] == "watch"
    assert verdict({}, tracking="off") == ("suppress", ["Tracking of this persona is off."])


def test_a_personas_own_bar_wins():
    own = Settings(gate_overrides={"ops-lead": TrackingOverride(min_accounts=50)})

    assert verdict({}, settings=own)[0] == "thin"


def test_top_tier_accounts_are_counted_where_they_are_asked_for():
    asked = Settings(gate=GateSettings(min_top_tier_accounts=2))

    found, reasons = verdict({}, settings=asked)

    assert (found, reasons[0]) == ("watch", "Only 1 account of the top tier raising it; 2 needed.")
    assert verdict({"raising_tiers": ["top", "top"]}, settings=asked)[0] == "surface"


def test_segments_with_enough_accounts_must_point_the_same_way():
    same = {"segment": "smb", "accounts_heard": 12}
    other = {"segment": "enterprise", "accounts_heard": 12, "share_now": 0.05}
    small = {"segment": "mid-market", "accounts_heard": 7, "share_now": 0.05}

    assert (
        "1 of 2 segments with enough accounts point the same way, 1 needed."
        in verdict({}, same, other, small)[1]
    )
    assert verdict({}, other)[0] == "watch"
    assert verdict({}, same, settings=Settings(gate=GateSettings(min_segments=2)))[0] == "watch"


def test_segments_follow_the_whole_only_where_they_clearly_agree():
    rows = shifts(
        GOOD,
        {**GOOD, "segment": "smb", "accounts_heard": 12, "q_value": None},
        {**GOOD, "segment": "mid-market", "accounts_heard": 12, "p_value": 0.3},
        {**GOOD, "segment": "enterprise", "accounts_heard": 12, "share_now": 0.05},
        {**GOOD, "segment": "public", "accounts_heard": 7},
    )

    judged = judge(rows, coverage({"accounts_heard": 40}), library(), settings=Settings())

    assert judged["verdict"].to_list() == ["surface", "surface", "watch", "suppress", "thin"]
    assert judged["reasons"][4].to_list() == ["Only 7 accounts heard in public; 8 needed."]


def test_top_pain_is_measured_by_how_far_the_two_moved_apart():
    row = {
        "kind": "top_pain",
        "versus": "document",
        "versus_pain_id": "sync",
        "share_before": 0.2,
        "share_now": 0.24,
    }

    assert verdict({**row, "order_change": 0.3, "change_mix_adjusted": 0.28})[0] == "surface"
    assert verdict({**row, "order_change": 0.06, "change_mix_adjusted": 0.05})[0] == "watch"
    assert verdict({**row, "order_change": 0.3, "change_mix_adjusted": 0.02})[0] == "suppress"


def test_judge_keeps_rows_and_their_order_and_may_judge_again():
    rows = shifts({**GOOD, "pain_id": "b"}, {**GOOD, "pain_id": "a", "q_value": 0.9})

    once = judge(rows, coverage({"accounts_heard": 40}), library(), settings=Settings())

    assert once["pain_id"].to_list() == ["b", "a"]
    assert judge(once, coverage({"accounts_heard": 40}), library(), settings=Settings()).equals(
        once
    )
    assert judge(rows.head(0), coverage({}), library(), settings=Settings()).is_empty()


def decide(covered, *rows, tracking="normal"):
    judged = shifts(*rows) if rows else shifts({}).head(0)
    return outcome(library(tracking).personas[0], judged, covered, settings=Settings())


def test_a_brief_is_sent_when_something_surfaced():
    found = decide(
        coverage({"accounts_heard": 40}), {"verdict": "surface"}, {"verdict": "suppress"}
    )

    assert (found.passed, found.state) == (True, "sent")
    assert found.reasons == (
        "1 shift of 2 comparisons met every criterion.",
        "40 accounts heard this cycle, 15 needed.",
    )


def test_a_brief_is_withheld_when_too_few_were_heard_whatever_surfaced():
    found = decide(coverage({"accounts_heard": 9}), {"verdict": "surface"})

    assert (found.passed, found.state) == (False, "withheld")
    assert found.reasons[0] == "Only 9 accounts heard this cycle; 15 needed."


def test_a_quiet_persona_with_a_stopped_source_is_withheld_not_called_stable():
    found = decide(
        coverage({"accounts_heard": 40}, {"source": "surveys", "state": "stale"}),
        {"verdict": "suppress"},
    )

    assert found.state == "withheld"
    assert (
        found.reasons[0]
        == "Nothing surfaced, but with a source stopped that does not mean that nothing changed."
    )
    assert "Source surveys has been stale since 2026-10-02." in found.reasons


def test_a_stopped_source_does_not_hold_back_what_surfaced():
    found = decide(
        coverage({"accounts_heard": 40}, {"source": "surveys", "state": "stale"}),
        {"verdict": "surface"},
    )

    assert found.state == "sent"
    assert "Source surveys has been stale since 2026-10-02." in found.reasons


def test_nothing_to_say_is_a_result():
    found = decide(coverage({"accounts_heard": 40}), {"verdict": "watch"}, {"verdict": "suppress"})

    assert (found.passed, found.state) == (False, "nothing_to_say")
    assert found.reasons[0] == "None of 2 comparisons met every criterion; 1 came close."


def test_a_surfaced_segment_alone_sends_nothing():
    found = decide(coverage({"accounts_heard": 40}), {"verdict": "surface", "segment": "smb"})

    assert found.state == "nothing_to_say"


def test_tracking_that_is_off_withholds():
    assert decide(coverage({"accounts_heard": 40}), tracking="off").reasons == (
        "Tracking of this persona is off.",
    )


def test_reasons_speak_no_jargon():
    _, reasons = verdict({"q_value": 0.5, "change_mix_adjusted": 0.0})

    text = " ".join(reasons).lower()
    assert not any(word in text for word in ("q-value", "p-value", "hypothesis", "bayes", "null"))
    assert isinstance(pl.Series(reasons)[0], str)


WORD = {"kind": "language", "pain_id": None, "label": "reconcile", "versus": "trailing"}


def test_a_gained_word_meets_the_bar_of_any_shift():
    assert verdict(WORD)[0] == "surface"
    assert verdict({**WORD, "accounts_raising": 4})[1][0] == (
        "Only 4 accounts raising it; 5 needed."
    )


def test_a_word_that_was_left_needs_no_account_that_still_uses_it():
    left = {**FALL, **WORD, "accounts_raising": 0}

    assert verdict(left)[0] == "surface"
    assert verdict({**left, "sources": ["calls"], "source_accounts": [9]})[1][0] == (
        "Only 1 source that told of it before; 2 needed."
    )


def test_a_word_of_a_pain_is_never_taken_for_the_pain():
    since_last = {"versus": "last_cycle", "pain_id": "export"}
    word = {**WORD, "pain_id": "export", "share_now": 0.1, "share_before": 0.4}

    rows = shifts({**GOOD, **since_last}, {**GOOD, **word})
    judged = judge(rows, coverage({"accounts_heard": 40}), library(), settings=Settings())

    assert judged["verdict"][0] == "watch"
    assert "Against the trailing cycles the change is +0 points" in judged["reasons"][0][0]


def test_segments_of_one_word_do_not_follow_another():
    words = [
        {**GOOD, **WORD, "label": "ledger", "q_value": 0.9},
        {**GOOD, **WORD},
        {**GOOD, **WORD, "label": "ledger", "segment": "smb", "p_value": 0.01},
    ]

    judged = judge(shifts(*words), coverage({"accounts_heard": 40}), library(), settings=Settings())

    assert judged["verdict"].to_list() == ["suppress", "surface", "suppress"]


def test_words_alone_send_no_brief_and_are_no_comparisons_of_it():
    judged = judge(
        shifts({**GOOD, **WORD}), coverage({"accounts_heard": 40}), library(), settings=Settings()
    )

    decided = outcome(
        library().get("ops-lead"), judged, coverage({"accounts_heard": 40}), settings=Settings()
    )

    assert judged["verdict"].to_list() == ["surface"]
    assert (decided.passed, decided.state) == (False, "nothing_to_say")
    assert decided.reasons[0] == "None of 0 comparisons met every criterion; 0 came close."
