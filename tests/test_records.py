from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from next_evidence.records import Cycle, cycles_between

MOMENTS = st.datetimes(
    min_value=datetime.fromisoformat("1990-01-01"),
    max_value=datetime.fromisoformat("2090-01-01"),
    timezones=st.just(UTC),
)
CADENCES = st.sampled_from(["weekly", "monthly", "quarterly"])


@given(MOMENTS, CADENCES)
def test_every_moment_lies_in_the_cycle_that_is_said_to_contain_it(moment, cadence):
    cycle = Cycle.containing(moment, cadence)

    assert cycle.start <= moment < cycle.end


@given(MOMENTS, CADENCES)
def test_a_cycle_is_read_back_from_its_name(moment, cadence):
    cycle = Cycle.containing(moment, cadence)

    assert Cycle.parse(cycle.name) == cycle


@given(MOMENTS, CADENCES)
def test_cycles_follow_each_other_without_gap_or_overlap(moment, cadence):
    cycle = Cycle.containing(moment, cadence)

    assert cycle.next().start == cycle.end
    assert cycle.next().previous() == cycle


def test_the_last_moment_of_a_month_belongs_to_it_and_the_first_of_the_next_does_not():
    october = Cycle.parse("2026-10")

    assert Cycle.containing(october.end - timedelta(microseconds=1), "monthly") == october
    assert Cycle.containing(october.end, "monthly").name == "2026-11"


def test_a_moment_elsewhere_on_earth_counts_in_utc():
    tokyo = datetime.fromisoformat("2026-11-01T08:00:00+09:00")

    assert Cycle.containing(tokyo, "monthly").name == "2026-10"


@pytest.mark.parametrize("text", ["2026-13", "2026-W54", "2026-Q5", "October", "", "2026-1"])
def test_a_name_that_is_no_cycle_is_refused_with_the_forms_there_are(text):
    with pytest.raises(ValueError, match="2026-W40"):
        Cycle.parse(text)


def test_cycles_between_holds_both_ends():
    names = [c.name for c in cycles_between(Cycle.parse("2025-11"), Cycle.parse("2026-02"))]

    assert names == ["2025-11", "2025-12", "2026-01", "2026-02"]
