"""What a report changes in the outbox: nothing twice, nothing lost, nothing that went somewhere else."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from next_evidence.delivery.outbox import (
    CHANGED,
    ELSEWHERE,
    GONE,
    LATER_CYCLE,
    drop_older,
    plan,
    retried,
    wait_before,
)
from next_evidence.delivery.protocol import Message

NOW = datetime(2026, 11, 2, tzinfo=UTC)
LATER = NOW + timedelta(days=1)


def message(persona_id="ops", part=0, content="It moved", *, address="C1", cycle="2026-10"):
    return Message(address, cycle, persona_id, part, content)


def planned(*messages, known=(), corrects=True, now=NOW):
    withdrawal = "withdrawn" if corrects else None
    return plan(known, messages, channel="slack", withdrawal=withdrawal, now=now)


def sent(entry):
    return replace(entry, state="sent", receipt="1.0", content=None, next_attempt_at=None)


MESSAGES = st.lists(
    st.builds(
        message,
        st.sampled_from([None, "ops", "dev"]),
        st.integers(0, 3),
        st.sampled_from(["a", "b"]),
        address=st.sampled_from(["C1", "C2"]),
        cycle=st.just("2026-10"),
    ),
    unique_by=lambda m: (m.address, m.persona_id, m.part),
)


@given(MESSAGES, MESSAGES)
def test_the_same_report_twice_changes_nothing(first, second):
    entries = {entry.key: entry for entry in planned(*first)}
    entries |= {e.key: e for e in planned(*second, known=list(entries.values()), now=LATER)}

    assert planned(*second, known=list(entries.values()), now=LATER) == []
    if second:
        waiting = {e.message for e in entries.values() if e.waits}
        assert waiting == set(second)


def test_what_was_sent_and_changed_waits_to_be_corrected_under_its_receipt():
    (entry,) = planned(message())

    (changed,) = planned(message(content="It fell"), known=[sent(entry)], now=LATER)

    assert (changed.state, changed.receipt, changed.content) == ("planned", "1.0", "It fell")
    assert changed.next_attempt_at == LATER


def test_a_channel_that_cannot_correct_notes_that_it_changed():
    (entry,) = planned(message())

    (changed,) = planned(message(content="It fell"), known=[sent(entry)], corrects=False)

    assert (changed.state, changed.problem, changed.content) == ("sent", CHANGED, None)


@pytest.mark.parametrize("state", ["sending", "ambiguous"])
def test_what_may_have_been_posted_is_still_looked_for_after_it_changed(state):
    (entry,) = planned(message())
    unsure = replace(entry, state=state)

    (changed,) = planned(message(content="It fell"), known=[unsure], now=LATER)

    assert (changed.state, changed.content, changed.planned_at) == (state, "It fell", NOW)


def test_a_part_that_went_and_came_back_is_posted():
    entries = planned(message(), message(part=1))
    (gone,) = planned(message(), known=entries)
    assert (gone.state, gone.problem) == ("dropped", GONE)

    (back,) = planned(message(), message(part=1), known=[entries[0], gone], now=LATER)

    assert (back.state, back.content) == ("planned", "It moved")


def test_a_posted_part_that_the_correction_lacks_is_withdrawn():
    entries = [sent(entry) for entry in planned(message(), message(part=1))]

    (withdrawn,) = planned(message(), known=entries)

    assert (withdrawn.part, withdrawn.content, withdrawn.receipt) == (1, "withdrawn", "1.0")


def test_what_goes_to_another_channel_now_no_longer_waits_for_the_old_one():
    (wrong,) = planned(message(address="C404"))

    new, old = planned(message(address="C1"), known=[replace(wrong, state="failed")])

    assert (new.address, new.state) == ("C1", "planned")
    assert (old.address, old.state, old.problem) == ("C404", "dropped", ELSEWHERE)


def test_conversations_of_older_cycles_are_dropped_unless_they_began():
    def old(persona_id, part):
        return message(persona_id, part, cycle="2026-09")

    unsent, began, its_thread, unsure, its_reply = planned(
        old("a", 0), old("b", 0), old("b", 1), old("c", 0), old("c", 1)
    )
    unsure = replace(unsure, state="ambiguous")
    known = [unsent, sent(began), its_thread, unsure, its_reply, *planned(message())]

    changed = {entry.key: entry for entry in drop_older(known, "2026-10", searches=True)}

    assert changed == {
        unsent.key: replace(
            unsent, state="dropped", problem=LATER_CYCLE, content=None, next_attempt_at=None
        ),
        unsure.key: replace(unsure, content=None),
    }


def test_a_person_sends_again_what_may_have_arrived_only_by_naming_it():
    (entry,) = planned(message())
    unsure = replace(entry, state="ambiguous", next_attempt_at=None)

    assert retried(unsure, by_name=False, now=LATER) == unsure
    again = retried(unsure, by_name=True, now=LATER)
    assert (again.state, again.next_attempt_at) == ("planned", LATER)
    assert retried(sent(entry), by_name=True, now=LATER) == sent(entry)


@given(st.integers(0, 10_000))
def test_waits_grow_up_to_a_day(attempts):
    assert timedelta(minutes=10) <= wait_before(attempts) <= wait_before(attempts + 1)
    assert wait_before(attempts) <= timedelta(hours=24)
