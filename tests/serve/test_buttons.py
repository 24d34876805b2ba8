"""Buttons under a brief: one decision each, by whom it may be made, said in the message."""

from datetime import date

import pytest

from next_evidence.brief.slack_limits import message_problems
from next_evidence.serve import slack_app, slack_words
from tests.firm import TRUST
from tests.serve.conftest import OCTOBER
from tests.serve.people import answers, buttons, eventually, fields
from tests.slack_posts import on


def outcomes(message):
    """What a message says of decisions."""
    return [
        element["text"]
        for block in message["blocks"]
        if block.get("block_id") == "outcomes_of_brief"
        for element in block["elements"]
    ]


def test_a_brief_carries_its_buttons(posted):
    assert buttons(posted.brief()) == [
        "open_evidence",
        "propose_revision",
        "wrong_match",
        "snooze",
        "why_sent",
    ]
    assert list(message_problems(posted.brief(), "brief")) == []


def test_a_proposed_revision_is_one_decision_and_stands_in_the_message(posted):
    documents = (posted.folder / "persona_library" / "ops-lead.yaml").read_bytes()

    with posted.serving() as people:
        assert people["maria"].press(posted.brief(), "propose_revision") == 200
        eventually(lambda: outcomes(posted.brief()))

    (decision,) = posted.decisions()
    assert (decision["kind"], decision["verdict"], decision["by"]) == (
        "revision",
        "proposed",
        "maria",
    )
    assert (decision["subject"], decision["pain_id"]) == ("2026-10/ops-lead", "data-trust")
    assert '"report": "' in decision["detail"]  # which version of the brief
    assert outcomes(posted.brief()) == ["Revision proposed · maria, 2026-11-03 10:00 UTC"]
    assert "propose_revision" not in buttons(posted.brief())
    assert people["maria"].told() == ["Revision proposed."]
    assert (posted.folder / "persona_library" / "ops-lead.yaml").read_bytes() == documents
    assert posted.problems == []


def test_a_double_click_and_a_second_person_decide_nothing_more(posted):
    message = posted.brief()

    with posted.serving() as people:
        for person in ("maria", "maria", "tom"):
            people[person].press(message, "propose_revision")
        eventually(lambda: len(posted.slack.whispers) == 3)

    assert len(posted.decisions()) == 1
    told = sorted(w["text"] for w in posted.slack.whispers)
    assert [t.startswith("Decided before: Revision proposed ·") for t in told] == [
        True,
        True,
        False,
    ]


def test_who_is_no_reviewer_may_look_and_not_decide(posted):
    with posted.serving() as people:
        people["guest"].press(posted.brief(), "propose_revision")
        people["guest"].choose(posted.brief(), "more_actions", "snooze")
        people["guest"].choose(posted.brief(), "more_actions", "why_sent")
        eventually(lambda: len(posted.slack.whispers) == 3)

    told = people["guest"].told()
    assert sum("Only reviewers decide" in line and "U0GUEST" in line for line in told) == 2
    assert sum(line.startswith("Why Ops Lead was sent in 2026-10") for line in told) == 1
    assert posted.decisions() == []
    assert posted.slack.forms == []


def test_a_form_that_somebody_else_sends_decides_nothing(posted):
    with posted.serving() as people:
        people["maria"].choose(posted.brief(), "more_actions", "snooze")
        (form,) = eventually(lambda: posted.slack.forms)
        people["guest"].submit(form, {"until": {"selected_date": "2027-01-31"}})
        eventually(lambda: people["guest"].told())

    assert posted.decisions() == []


def test_evidence_is_shown_to_the_one_who_asks(posted):
    with posted.serving() as people:
        people["guest"].press(posted.brief(), "open_evidence")
        (shown,) = eventually(lambda: posted.slack.whispers)

    assert shown["user"] == "U0GUEST"
    blocks = shown["blocks"]
    assert TRUST in str(blocks)
    assert "rich_text_quote" in str(blocks)
    assert posted.decisions() == []


def test_a_wrong_match_is_the_verdict_of_a_review_on_the_chosen_statement(posted):
    with posted.serving() as people:
        people["maria"].choose(posted.brief(), "more_actions", "wrong_match")
        (form,) = eventually(lambda: posted.slack.forms)
        options = fields(form)["choice"]["options"]
        assert len(options) == sum("rich_text_quote" in str(block) for block in form["blocks"]) > 1
        chosen = options[1]["value"]
        for _ in range(2):
            people["maria"].submit(form, answers(form, choice=chosen))
        eventually(lambda: len(people["maria"].told()) == 2 and outcomes(posted.brief()))

    (decision,) = posted.decisions()
    assert (decision["kind"], decision["verdict"]) == ("match", "rejected")
    assert (decision["subject"], decision["persona_id"]) == (chosen, "ops-lead")
    assert decision["encoder"]
    (line,) = outcomes(posted.brief())
    assert line.startswith("Statement 2 is a wrong match · maria")


def test_a_statement_that_the_brief_does_not_quote_cannot_be_smuggled_in(posted):
    with posted.opened() as work:
        other = work.store.read("matches", cycle="2026-05")["utterance_id"][0]

    with posted.serving() as people:
        people["maria"].choose(posted.brief(), "more_actions", "wrong_match")
        (form,) = eventually(lambda: posted.slack.forms)
        people["maria"].submit(form, answers(form, choice=other))
        eventually(lambda: people["maria"].told())

    assert posted.decisions() == []


def test_a_snoozed_pain_is_held_by_the_gate_until_its_day_and_the_reason_is_said(posted):
    with posted.serving() as people:
        people["maria"].choose(posted.brief(), "more_actions", "snooze")
        (form,) = eventually(lambda: posted.slack.forms)
        assert form["blocks"][-1]["element"]["initial_date"] == "2027-02-01"  # 90 days
        people["maria"].submit(form, {"until": {"selected_date": "2026-12-15"}})
        eventually(lambda: outcomes(posted.brief()))

    assert outcomes(posted.brief())[0].startswith("Snoozed until 2026-12-15 · maria")
    assert "snooze" not in buttons(posted.brief())
    with posted.opened() as work:
        october = work.table("shifts", "2026-10")
        assert "surface" in october.filter(pain_id="data-trust")["verdict"].to_list()
    posted.run("2026-10", on("2026-11-04"), force=True)  # what is out stays as it was sent
    with posted.opened() as work:
        assert work.table("shifts", "2026-10").equals(october)


@pytest.mark.parametrize(
    ("until", "held"), [(date(2026, 11, 1), True), (date(2026, 10, 31), False)]
)
def test_the_day_of_a_snooze_is_the_last_on_which_a_brief_is_held(team, until, held):
    from next_evidence.acting.deciding import snooze

    with team.opened() as work:
        told = snooze(
            work,
            "ops-lead",
            "data-trust",
            until=until,
            cycle="2026-09",
            by="maria",
            now=on("2026-10-05"),
        )
        assert told.new
    team.run("2026-10", OCTOBER)  # October ends on 1 November

    with team.opened() as work:
        shifts = work.table("shifts", "2026-10").filter(pain_id="data-trust")
        brief = work.table("briefs", "2026-10").to_dicts()[0]
    reason = f"Snoozed until {until:%Y-%m-%d} by maria on 2026-10-05."
    whole = shifts.filter(shifts["segment"].is_null())
    said = [row["reasons"][0] == reason for row in whole.to_dicts()]
    assert all(said) if held else not any(said)
    assert ("surface" in whole["verdict"].to_list()) is not held
    assert any(reason in line for line in brief["reasons"]) is held
    page = (team.folder / "briefs" / "2026-10" / "ops-lead" / "brief.md").read_text()
    assert (f"Snoozed until {until:%Y-%m-%d}" in page) is held


def test_an_old_briefs_buttons_still_work_and_touch_that_brief_alone(team):
    team.run("2026-09", on("2026-10-02"))
    old = team.brief()
    team.run("2026-10", OCTOBER)

    with team.serving() as people:
        people["tom"].press(old, "propose_revision")
        eventually(lambda: outcomes(old))

    (decision,) = team.decisions()
    assert decision["subject"] == "2026-09/ops-lead"
    assert outcomes(team.brief()) == []


def test_a_message_that_was_deleted_keeps_its_decision_and_no_other_message_back(posted):
    message = posted.brief()
    posted.slack.messages.remove(message)

    with posted.serving() as people:
        people["maria"].press(message, "propose_revision")
        eventually(lambda: posted.problems)

    assert len(posted.decisions()) == 1
    (entry,) = [e for e in posted.outbox() if e.receipt == message["ts"]]
    assert "somebody deleted it" in entry.problem
    count = len(posted.slack.messages)
    posted.post()
    assert len(posted.slack.messages) == count


def test_a_message_that_is_not_ours_is_not_acted_on(posted):
    forged = {**posted.brief(), "ts": "1.5"}

    with posted.serving() as people:
        people["maria"].press(forged, "propose_revision")
        eventually(lambda: people["maria"].told())

    assert posted.decisions() == []
    assert "not among those" in people["maria"].told()[0]


def test_a_correction_keeps_what_was_decided_in_the_message(posted):
    with posted.serving() as people:
        people["maria"].press(posted.brief(), "propose_revision")
        eventually(lambda: outcomes(posted.brief()))
    opening = next(e for e in posted.outbox() if e.receipt == posted.brief()["ts"])

    posted.settings.write_text(posted.settings.read_text() + "brief: {quotes: 2, accounts: 2}\n")
    path = posted.folder / "persona_library" / "ops-lead.yaml"
    path.write_text(path.read_text().replace("name: Ops Lead", "name: Ops Leader"))
    posted.run("2026-10", on("2026-11-04"))

    assert "Ops Leader" in str(posted.brief()["blocks"][0])
    assert outcomes(posted.brief()) == ["Revision proposed · maria, 2026-11-03 10:00 UTC"]
    assert "propose_revision" not in buttons(posted.brief())
    after = next(e for e in posted.outbox() if e.key == opening.key)
    assert (after.state, after.content) == ("sent", None)


def test_everything_that_is_shown_keeps_to_slacks_limits(posted):
    with posted.serving() as people:
        people["maria"].press(posted.brief(), "open_evidence")
        people["maria"].choose(posted.brief(), "more_actions", "why_sent")
        people["maria"].choose(posted.brief(), "more_actions", "wrong_match")
        eventually(lambda: len(posted.slack.whispers) == 2 and posted.slack.forms)

    for shown in posted.slack.whispers:
        assert list(message_problems(shown, "whisper")) == []
    (form,) = posted.slack.forms
    assert len(form["title"]["text"]) <= 24
    assert len(form["private_metadata"]) <= 3000
    assert form["callback_id"] == slack_words.MATCH_FORM


def test_without_the_process_the_commands_stand_in_the_thread(team):
    team.set(actions="links")
    with team.settings.open("a") as file:
        file.write("brief: {link: 'https://evidence.acme.example/briefs'}\n")
    team.run("2026-10", OCTOBER)

    page = "https://evidence.acme.example/briefs/2026-10/ops-lead/brief.html"
    actions = next(b for b in team.brief()["blocks"] if b["type"] == "actions")
    assert [element["url"] for element in actions["elements"]] == [page, page + "#why"]
    written = (team.folder / "briefs" / "2026-10" / "ops-lead" / "brief.html").read_text()
    assert 'id="why"' in written
    last = team.slack.thread(team.brief())[-1]
    assert "next-evidence act snooze ops-lead data-trust --cycle 2026-10" in str(last["blocks"][-1])


def test_a_broken_slack_takes_no_decision_back(posted):
    with posted.serving() as people:
        posted.slack.refusals["chat.postEphemeral"] = {"ok": False, "error": "user_not_in_channel"}
        people["maria"].press(posted.brief(), "propose_revision")
        eventually(lambda: outcomes(posted.brief()))

    assert len(posted.decisions()) == 1
    assert any("did not take an answer" in line for line in posted.problems)


def test_a_defect_of_ours_is_told_without_anybodys_words(posted, monkeypatch):
    def broken(*_):
        raise RuntimeError(TRUST)

    monkeypatch.setattr(slack_app, "brief_at_hand", broken)
    with posted.serving() as people:
        people["maria"].press(posted.brief(), "open_evidence")
        (line,) = eventually(lambda: posted.problems)

    assert line == "a button could not be answered (RuntimeError)"
