"""*Wrong Match* asks which statement and which pain, and records what a review would; nobody can make it do more."""

import json
from dataclasses import replace
from datetime import UTC, datetime

import polars as pl
import pytest

from next_evidence.acting.at_hand import Statement, brief_at_hand
from next_evidence.acting.deciding import propose_revision, snooze, wake
from next_evidence.errors import UsageError
from next_evidence.matching.profiles import PainKey
from next_evidence.review.pain_decisions import RETIRED, pain_decision
from next_evidence.reviewing import Review
from next_evidence.schemas import PAINS
from next_evidence.serve import slack_words
from next_evidence.workspace.decisions import record_decisions
from tests.serve.conftest import NOW
from tests.serve.people import answers, eventually, fields
from tests.serve.test_buttons import outcomes
from tests.slack_posts import on

FOUND = PainKey("ops-lead", "found-2026-10-1a2b3c")


def asked(posted, people, who="maria"):
    """The form that comes after *Wrong Match*."""
    people[who].choose(posted.brief(), "more_actions", "wrong_match")
    return eventually(lambda: posted.slack.forms)[-1]


def told(people, count=1, who="maria"):
    eventually(lambda: len(people[who].told()) >= count)
    return people[who].told()


def find_pain(posted, label="It makes up numbers", key=FOUND):
    """Have the engine's registry of October hold one more pain."""
    row = (
        "2026-10",
        key.pain_id,
        key.persona_id,
        label,
        "discovered",
        "candidate",
        "2026-10",
        "2026-10",
        [],
        None,
    )
    with posted.opened() as work, work.store.transaction() as transaction:
        transaction.append("pains", pl.DataFrame([row], schema=PAINS, orient="row"))


def retire_pain(posted, key=FOUND):
    with posted.opened() as work:
        row = pain_decision(key, RETIRED, at=NOW, by="tom", cycle="2026-10", detail={})
        record_decisions(work, row)


def delete_persona(posted):
    (posted.folder / "persona_library" / "ops-lead.yaml").unlink()


def test_a_statement_is_moved_to_the_pain_that_the_reviewer_chose(posted):
    find_pain(posted)

    with posted.serving() as people:
        form = asked(posted, people)
        options = fields(form)["meant"]["options"]
        statement = fields(form)["choice"]["options"][0]["value"]
        for _ in range(2):
            people["maria"].submit(form, answers(form, choice=statement, meant=FOUND.pain_id))
        eventually(lambda: outcomes(posted.brief()))
        said = told(people, 2)

    assert [option["value"] for option in options] == [
        slack_words.NO_PAIN,
        "manual-reporting",
        FOUND.pain_id,
    ]
    (decision,) = posted.decisions()
    assert (decision["verdict"], decision["to_pain_id"]) == ("moved", FOUND.pain_id)
    assert (decision["subject"], decision["pain_id"]) == (statement, "data-trust")
    assert outcomes(posted.brief())[0].startswith(
        f"Statement 1 is about another pain ({FOUND.pain_id}) · maria"
    )
    assert sorted(line.split(" ·")[0] for line in said) == [
        "Decided before: Moved to another pain",
        "Moved to another pain.",
    ]


def test_it_is_the_decision_that_the_terminal_review_records(posted):
    with posted.serving() as people:
        form = asked(posted, people)
        first, second = (o["value"] for o in fields(form)["choice"]["options"][:2])
        people["maria"].submit(form, answers(form, choice=first, meant="manual-reporting"))
        told(people)
    with posted.opened() as work:
        (cycle,) = work.store.read("matches", utterance_id=second)["cycle"]
        review = Review(work, cycle=cycle, by="maria", clock=posted.clock)
        review.decide(review.item(second), "moved", "manual-reporting")

    own = {"decision_id", "at", "cycle", "subject", "account_id", "drawn", "confidence"}
    own |= {"uncalibrated"}
    in_slack, in_terminal = posted.decisions()
    assert {k: v for k, v in in_slack.items() if k not in own} == {
        k: v for k, v in in_terminal.items() if k not in own
    }


def test_a_second_reviewer_may_correct_the_first(posted):
    with posted.serving() as people:
        form = asked(posted, people)
        statement = fields(form)["choice"]["options"][0]["value"]
        people["maria"].submit(form, answers(form, choice=statement))
        told(people)
        people["tom"].submit(form, answers(form, choice=statement, meant="manual-reporting"))
        told(people, who="tom")

    assert [(d["by"], d["verdict"]) for d in posted.decisions()] == [
        ("maria", "rejected"),
        ("tom", "moved"),
    ]


@pytest.mark.parametrize("meant", ["data-trust", "no-such-pain", FOUND.pain_id])
def test_a_pain_that_was_not_offered_is_not_taken(posted, meant):
    with posted.serving() as people:
        form = asked(posted, people)
        statement = fields(form)["choice"]["options"][0]["value"]
        people["maria"].submit(form, answers(form, choice=statement, meant=meant))
        told(people)

    assert posted.decisions() == []


def test_who_is_no_reviewer_moves_nothing(posted):
    with posted.serving() as people:
        form = asked(posted, people)
        statement = fields(form)["choice"]["options"][0]["value"]
        people["guest"].submit(form, answers(form, choice=statement, meant="manual-reporting"))
        (line,) = told(people, who="guest")

    assert "Only reviewers decide" in line
    assert posted.decisions() == []


def test_a_pain_that_was_retired_before_the_press_is_not_offered_and_after_it_not_taken(posted):
    find_pain(posted)
    gone = PainKey("ops-lead", "found-2026-10-9f8e7d")
    find_pain(posted, "It is slow", gone)
    retire_pain(posted, gone)

    with posted.serving() as people:
        form = asked(posted, people)
        retire_pain(posted)
        statement = fields(form)["choice"]["options"][0]["value"]
        people["maria"].submit(form, answers(form, choice=statement, meant=FOUND.pain_id))
        (line,) = told(people)

    offered = [option["value"] for option in fields(form)["meant"]["options"]]
    assert gone.pain_id not in offered
    assert FOUND.pain_id in offered
    assert line.startswith("ops-lead had no such pain in 2026-10")
    assert {decision["kind"] for decision in posted.decisions()} == {"pain_fate"}


def test_answers_about_a_persona_that_was_deleted_meanwhile_decide_nothing(posted):
    with posted.serving() as people:
        form = asked(posted, people)
        people["maria"].choose(posted.brief(), "more_actions", "snooze")
        sleep = eventually(lambda: posted.slack.forms[1:])[0]
        delete_persona(posted)
        statement = fields(form)["choice"]["options"][0]["value"]
        people["maria"].submit(form, answers(form, choice=statement))
        people["maria"].submit(sleep, {"until": {"selected_date": "2027-01-31"}})
        people["maria"].press(posted.brief(), "propose_revision")
        lines = told(people, 3)

    assert lines == ["the library has no readable document of ops-lead any more"] * 3
    assert posted.decisions() == []
    assert posted.problems == []


def test_a_pain_that_was_retired_cannot_be_snoozed(posted):
    find_pain(posted)
    retire_pain(posted)

    with posted.opened() as work, pytest.raises(UsageError, match="nothing is left to snooze"):
        snooze(work, *FOUND, until=None, cycle="2026-10", by="maria", now=NOW)


def test_a_snooze_that_ended_is_over_and_a_new_one_may_follow(posted):
    pain = ("ops-lead", "data-trust")
    with posted.opened() as work:
        for day in ("2026-11-10", "2026-12-24"):
            said = snooze(
                work, *pain, until=on(day).date(), cycle="2026-10", by="maria", now=on(day)
            )
            assert said.new
            assert wake(work, *pain, by="tom", now=on("2027-01-05")).said == (
                f"It is not snoozed: that ended on {day}."
            )

    assert [decision["verdict"] for decision in posted.decisions()] == ["snoozed", "snoozed"]


def test_a_brief_of_a_persona_that_is_gone_can_still_be_looked_at(posted):
    delete_persona(posted)

    with posted.opened() as work:
        brief = brief_at_hand(work, "ops-lead", None)
        with pytest.raises(UsageError, match="no readable document"):
            propose_revision(work, brief, by="maria", now=NOW)

    assert brief.persona == "ops-lead"
    assert brief.quoted


HOSTILE = [
    "<!channel> <@U0MARIA> <https://evil.example|look> *bold* `code`",
    "\u202eשלום עולם\u202c מה שלומך " * 40,
    "👩‍👩‍👧‍👦🔥" * 60,
    "x" * 3000,
    "\u200b\u202e",
    "",
]


def statement(text, number):
    at = datetime(2026, 10, 1, tzinfo=UTC)
    return Statement(f"u{number}", text, "Firm <!here> 1", "call", at, "javascript:alert(1)")


def test_words_of_every_kind_fit_into_the_form_and_stay_words(posted):
    with posted.opened() as work:
        brief = replace(brief_at_hand(work, "ops-lead", None), pain=HOSTILE[0])
    quoted = [statement(text, n) for n, text in enumerate(HOSTILE * 2)]  # as many as settings allow
    pains = {f"p{n}": text for n, text in enumerate(HOSTILE * 20)}

    form = slack_words.match_form(brief, quoted, pains, state="{}")

    for name, many in (("choice", 12), ("meant", 100)):
        options = fields(form)[name]["options"]
        assert len(options) == many
        assert len({option["value"] for option in options}) == many
        for option in options:
            assert option["text"]["type"] == "plain_text"
            units = len(option["text"]["text"].encode("utf-16-le")) // 2
            assert 1 <= units <= 75
            assert len(option["value"]) <= 150
    assert "review" in form["blocks"][-1]["hint"]["text"]
    assert len(form["blocks"]) <= 100
    whole = json.dumps(form, ensure_ascii=False)
    assert '"mrkdwn"' not in whole  # nothing mentions, links or formats
    assert "javascript:" not in whole
    assert not set(whole) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u200b")
    assert max(len(e["text"]) for b in form["blocks"] for e in parts(b)) <= 3000


def parts(block):
    """Runs of text in a rich block."""
    sections = block.get("elements", ())
    return [e for section in sections for e in section["elements"] if e["type"] == "text"]
