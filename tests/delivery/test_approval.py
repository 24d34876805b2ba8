"""What waits for a yes, what an answer does, and that nothing else is ever posted."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from next_evidence.delivery.approval import Answer, Approvals, held_briefs, version_of
from next_evidence.delivery.outbox import DECLINED, REQUEST, plan, retried
from tests.delivery.test_outbox import NOW, message, planned

YES, NO = Answer(True, "Approved"), Answer(False, "Declined")


def answered(answer, *entries):
    return {(entry.key, entry.content_hash): answer for entry in entries}


def settled(entry, approvals):
    return next(iter(approvals.settle([entry], now=NOW)), entry)


@given(
    st.sampled_from(["planned", "held", "failed", "sent", "dropped", "sending", "ambiguous"]),
    st.booleans(),
    st.sampled_from([None, YES, NO]),
    st.booleans(),
)
def test_what_is_not_allowed_never_goes_out_and_settling_twice_is_settling_once(
    state, required, answer, begun
):
    (entry,) = planned(message())
    entry = replace(entry, state=state, receipt="1.0" if begun else None)
    approvals = Approvals(required, {} if answer is None else answered(answer, entry))

    after = settled(entry, approvals)

    assert settled(after, approvals) == after
    if state in ("planned", "held", "failed"):
        assert after.goes_out is approvals.allow(entry)
        assert approvals.allow(entry) is (answer is YES or (answer is None and not required))
    else:
        assert after == entry


def test_a_yes_is_to_these_words_only():
    (entry,) = planned(message())
    approvals = Approvals(True, answered(YES, entry))
    (changed,) = plan(
        [settled(entry, approvals)],
        [message(content="It fell")],
        channel="slack",
        withdrawal="withdrawn",
        now=NOW,
    )

    assert settled(entry, approvals).state == "planned"
    assert settled(changed, approvals).state == "held"


def test_a_declined_correction_leaves_what_readers_have():
    (entry,) = planned(message())
    waiting = replace(entry, state="held", receipt="1.0")

    after = settled(waiting, Approvals(True, answered(NO, waiting)))

    assert (after.state, after.receipt, after.content) == ("sent", "1.0", None)
    assert after.problem == DECLINED


def test_what_was_declined_does_not_come_back_with_the_next_report():
    (entry,) = planned(message())
    declined = settled(entry, Approvals(True, answered(NO, entry)))

    assert planned(message(), known=[declined]) == []
    assert declined.problem == DECLINED


def test_a_request_for_approval_needs_none_itself():
    (request,) = planned(message(part=REQUEST))

    assert Approvals(True, {}).allow(request)


def test_trying_again_is_no_yes():
    (entry,) = planned(message())
    held = settled(entry, Approvals(True, {}))

    assert retried(held, by_name=True, now=datetime(2027, 1, 1, tzinfo=UTC)) == held


@pytest.mark.parametrize("other", [message(content="x"), message(part=2), message("dev")])
def test_a_version_names_all_that_waits(other):
    approvals = Approvals(True, {})
    first = [settled(e, approvals) for e in planned(message(), message(part=1))]
    second = [settled(e, approvals) for e in planned(other, message(part=1))]

    assert version_of(first) == version_of(first[::-1]) != version_of(second)
    assert held_briefs([*first, *second]).keys() >= {("2026-10", "ops")}
