"""An alert is of a break because of the questions behind it, not because of what its pain is called."""

import polars as pl
import pytest

from tests.benchmarks.loaded import benchmark

score, truth = benchmark("score"), benchmark("truth")
MONTHS = {"2020-01": 100, "2020-02": 100, "2020-03": 100, "2020-04": 200, "2020-05": 200}
MEGABAR = truth.Break("2020-04", "the bar grew", "megabar", ("bar75",))
BAR = truth.Told("2020-04", "address-bar", True, "customizer")


def raising(month, count, *, theirs=0, pain="address-bar", persona="customizer", segment="mac"):
    """So many questions of a month that raise a pain, the first of them of the break."""
    return [
        {
            "question_id": f"{month} {pain} {persona} {segment} {n}{' megabar' if n < theirs else ''}",
            "month": month,
            "persona_id": persona,
            "pain_id": pain,
            "segment": segment,
            "mentions": 2,
        }
        for n in range(count)
    ]


def questions(rows, months=MONTHS):
    """These and so many that raise nothing that a month has as many as it should; a question's text is its id."""
    raised = pl.DataFrame(rows)
    there = raised.select("question_id", "month").unique()
    silent = [
        {"question_id": f"{month} silent {n}", "month": month}
        for month, count in months.items()
        for n in range(count - there.filter(pl.col("month") == month).height)
    ]
    asked = pl.concat([there, pl.DataFrame(silent)]).with_columns(
        title=pl.lit("Help"), text=pl.col("question_id"), tags=pl.lit([], pl.List(pl.String))
    )
    return truth.Questions(asked, raised)


def part(rows, told=BAR):
    all_asked = questions(rows)
    theirs = truth.of_break(all_asked.asked, MEGABAR)
    return truth.part_of_rise(told, MEGABAR, theirs, all_asked)


def test_part_of_a_rise_is_what_would_not_have_risen_without_the_breaks_questions():
    rows = [*raising("2020-01", 6, theirs=3), *raising("2020-04", 24, theirs=17)]

    # from 6 of 300 to 24 of 200: 10 points; of them from 3 of 300 to 17 of 200: 7.5 points
    assert part(rows) == pytest.approx(0.75)


def test_questions_of_the_break_that_were_there_before_explain_no_rise():
    rows = [
        *(
            row
            for month in ("2020-01", "2020-02", "2020-03")
            for row in raising(month, 5, theirs=5)
        ),
        *raising("2020-04", 30, theirs=10),
    ]

    assert part(rows) == pytest.approx(0.0)


def test_a_pain_that_did_not_rise_has_no_part():
    assert part([*raising("2020-03", 30), *raising("2020-04", 20, theirs=20)]) is None


def test_only_questions_of_the_alerts_own_persona_pain_and_segment_count():
    rows = [
        *raising("2020-04", 10, theirs=10),
        *raising("2020-04", 30, pain="addons-off"),
        *raising("2020-04", 30, persona="collector", pain="address-bar"),
        *raising("2020-04", 20, segment="windows"),
    ]
    in_mac = truth.Told("2020-04", "address-bar", True, "customizer", "mac")

    assert part(rows, in_mac) == pytest.approx(1.0)
    assert part(rows) == pytest.approx(1 / 3)


def test_a_break_is_found_in_its_month_or_the_two_after_and_never_by_a_fall():
    asked = questions(
        [*raising("2020-04", 20, theirs=20), *raising("2020-05", 20, theirs=20)],
        MONTHS | {"2020-06": 100, "2020-07": 100},
    )

    def found(*said):
        return [(f.told.month, f.delay) for f in truth.found_of(said, MEGABAR, asked)]

    later = truth.Told("2020-05", "address-bar", True, "customizer")
    fall = truth.Told("2020-04", "address-bar", False, "customizer")
    too_late = truth.Told("2020-07", "address-bar", True, "customizer")
    assert found(later, BAR) == [("2020-04", 0), ("2020-05", 1)]
    assert found(fall, too_late) == []


def test_a_question_is_of_a_break_by_its_words_or_by_a_volunteers_tag():
    asked = pl.DataFrame(
        {
            "question_id": ["1", "2", "3", "4"],
            "title": ["MegaBar", "Bar", "Bar", "Bar"],
            "text": ["it grew", "it grew", "the megabar", "it grew"],
            "tags": [["desktop"], ["bar75", "desktop"], None, []],
        },
        schema_overrides={"tags": pl.List(pl.String)},
    )

    assert truth.of_break(asked, MEGABAR) == {"1", "2", "3"}


def test_alarms_count_a_pain_once_a_month_and_direction_and_no_segment_of_its_own():
    in_mac = truth.Told("2020-04", "address-bar", True, "customizer", "mac")
    fall = truth.Told("2020-04", "address-bar", False, "customizer")
    elsewhere = truth.Told("2020-05", "address-bar", True, "customizer")

    assert score.alarms([BAR, BAR, in_mac, fall, elsewhere], {"2020-04"}) == (1, 1, 1)


def test_rules_on_mentions_do_not_see_months_without_questions():
    months = ["2020-01", "2020-02", "2020-03", "2020-04", "2020-05", "2020-07"]
    rows = [
        row
        for month in months
        for pain in ("address-bar", "addons-off")
        for row in raising(
            month, 40 if (month, pain) == ("2020-07", "address-bar") else 10, pain=pain
        )
    ]

    told = score.said_by_rules(pl.DataFrame(rows), months)

    assert {(t.month, t.pain_id, t.up) for t in told["chi-square of mentions"]} == {
        ("2020-07", "address-bar", True),
        ("2020-07", "addons-off", False),
    }


def test_what_came_of_a_break_is_no_alarm_and_another_personas_word_is():
    months = [f"2020-{m:02d}" for m in range(1, 13)]
    found = [truth.Found(BAR, 0, 1.0)]
    fall = truth.Told("2020-10", "address-bar", False, "customizer")
    late = truth.Told("2020-11", "address-bar", False, "customizer")
    other = truth.Told("2020-05", "address-bar", True, "collector")
    early = truth.Told("2020-03", "address-bar", True, "customizer")

    assert score.of_no_break([BAR, fall, late, other, early], found, months) == [late, other, early]
