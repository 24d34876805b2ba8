from datetime import UTC, datetime

import polars as pl
import pytest

from next_evidence.review.decisions import decision
from next_evidence.review.verdicts import apply_verdicts, hold_back, without_waiting
from next_evidence.schemas import DECISIONS
from next_evidence.settings import ReviewSettings
from next_evidence.testing.builders import matches


def said(verdict, *, subject="u-1", pain="export", to=None, persona="ops-lead"):
    return decision(
        at=datetime(2026, 10, 3, tzinfo=UTC), by="ann", kind="match", subject=subject, verdict=verdict,
        persona_id=persona, pain_id=pain, to_pain_id=to,
    )  # fmt: skip


NONE = pl.DataFrame(schema=DECISIONS)
PROPOSED = {"status": "review", "confidence": 0.4, "runner_up_pain_id": "trust"}


def row(frame, number=0):
    keys = ("pain_id", "status", "confidence", "runner_up_pain_id", "runner_up_confidence")
    return tuple(frame.row(number, named=True)[key] for key in keys)


def test_accepted_is_sure():
    assert row(apply_verdicts(matches(PROPOSED), said("accepted"))) == ("export", "accepted", 1.0, "trust", 0.0)  # fmt: skip


def test_moved_takes_the_pain_that_the_person_chose_and_shows_what_was_proposed():
    assert row(apply_verdicts(matches(PROPOSED), said("moved", to="speed"))) == ("speed", "accepted", 1.0, "export", 0.0)  # fmt: skip


def test_rejected_names_no_pain():
    assert row(apply_verdicts(matches(PROPOSED), said("rejected"))) == (None, "rejected", 0.0, "export", 0.0)  # fmt: skip


def test_a_rejected_pain_says_nothing_of_another_one_proposed_since():
    frame = matches(PROPOSED | {"pain_id": "trust"})

    assert apply_verdicts(frame, said("rejected")).equals(frame)


def test_an_accepted_pain_holds_when_the_matcher_no_longer_proposes_anything():
    frame = matches({"pain_id": None, "status": "abstained", "runner_up_pain_id": "export"})

    assert row(apply_verdicts(frame, said("accepted"))) == ("export", "accepted", 1.0, "export", 0.0)  # fmt: skip


@pytest.mark.parametrize("other", [said("skipped"), said("accepted", persona="cfo"), NONE])
def test_what_is_no_verdict_on_this_match_changes_nothing(other):
    frame = matches(PROPOSED)

    assert apply_verdicts(frame, other).equals(frame)


def test_verdicts_can_be_limited_to_known_pains():
    frame = matches(PROPOSED)

    assert apply_verdicts(frame, said("accepted"), known=set()).equals(frame)
    assert row(apply_verdicts(frame, said("accepted"), known={("ops-lead", "export")}))[2] == 1.0


def test_required_evidence_waits_for_a_person():
    frame = matches({}, {"persona_id": "cfo"}, {})
    review = ReviewSettings(required_for={"ops-lead": True})
    agreed = said("accepted", subject="u-3")

    held = hold_back(apply_verdicts(frame, agreed), agreed, review=review)

    assert held["status"].to_list() == ["review", "accepted", "accepted"]
    assert without_waiting(held, review=review)["utterance_id"].to_list() == ["u-2", "u-3"]


def test_a_persona_can_be_let_out_of_what_is_required():
    review = ReviewSettings(required=True, required_for={"cfo": False})
    frame = matches({}, {"persona_id": "cfo"}, {"persona_id": None, "pain_id": None})

    held = hold_back(frame, NONE, review=review)

    assert held["status"].to_list() == ["review", "accepted", "abstained"]
    assert without_waiting(held, review=review)["utterance_id"].to_list() == ["u-2", "u-3"]


def test_the_runner_up_of_what_waits_does_not_vote_either():
    review = ReviewSettings(required=True)
    frame = matches({"pain_id": None, "status": "abstained", "runner_up_pain_id": "export"})

    assert without_waiting(frame, review=review).is_empty()


def test_nothing_waits_by_default():
    frame = matches({}, {"status": "review"})

    assert hold_back(frame, NONE, review=ReviewSettings()).equals(frame)
    assert without_waiting(frame, review=ReviewSettings()).equals(frame)
