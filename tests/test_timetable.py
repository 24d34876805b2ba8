"""When cycles are due: a simulated year with clock changes, restarts and an outage."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from next_evidence.records import Cycle, cycles_between
from next_evidence.settings import ScheduleSettings
from next_evidence.timetable import due, due_at, newest_due, next_due, quiet_until

BERLIN = ScheduleSettings(time_zone="Europe/Berlin")
CADENCES = st.sampled_from(["weekly", "monthly", "quarterly"])
ZONES = st.sampled_from(["UTC", "Europe/Berlin", "America/Los_Angeles", "Pacific/Kiritimati"])
MOMENTS = st.integers(1_704_067_200, 1_830_297_600).map(lambda s: datetime.fromtimestamp(s, UTC))


def year(rules, cadence, *, outage=(), start=datetime(2026, 1, 1, tzinfo=UTC)):
    """Call every hour for 13 months: which cycles were reported together, and when."""
    reported, calls = [newest_due(start, cadence, rules)], []
    for hour in range(395 * 24):
        now = start + timedelta(hours=hour, minutes=7)
        if outage and outage[0] <= now < outage[1]:
            continue
        found = due(reported, now, cadence, rules)
        if found is not None:
            together = cycles_between(*found)
            reported += together
            calls.append((now, [cycle.name for cycle in together]))
    return calls


def test_every_month_is_reported_once_on_a_working_morning():
    calls = year(BERLIN, "monthly")

    assert [names for _, names in calls] == [
        [cycle.name] for cycle in cycles_between(Cycle.parse("2025-12"), Cycle.parse("2026-12"))
    ]
    for now, _ in calls:
        local = now.astimezone(ZoneInfo("Europe/Berlin"))
        assert local.weekday() < 5
        assert (local.hour, local.minute) == (9, 7)  # in winter as in summer
    assert {now.hour for now, _ in calls} == {7, 8}


def test_every_week_and_quarter_is_reported_once():
    for cadence, count in (("weekly", 56), ("quarterly", 5)):
        names = [name for _, together in year(BERLIN, cadence) for name in together]

        assert len(names) == len(set(names))
        assert abs(len(names) - count) <= 1


def test_after_two_months_without_a_run_what_was_missed_comes_in_one_go():
    away = (datetime(2026, 5, 20, tzinfo=UTC), datetime(2026, 7, 25, 13, tzinfo=UTC))

    calls = year(BERLIN, "monthly", outage=away)

    (back,) = [(now, names) for now, names in calls if len(names) > 1]
    assert back == (datetime(2026, 7, 25, 13, 7, tzinfo=UTC), ["2026-05", "2026-06"])
    assert sum(len(names) for _, names in calls) == 13


def test_a_weekend_is_waited_out_unless_settings_say_so():
    # 1 August 2026 is a Saturday
    july = Cycle.parse("2026-07")

    assert due_at(july, BERLIN) == datetime(2026, 8, 3, 7, tzinfo=UTC)
    every_day = BERLIN.model_copy(update={"business_days": False})
    assert due_at(july, every_day) == datetime(2026, 8, 1, 7, tzinfo=UTC)
    later = BERLIN.model_copy(update={"delay_days": 3})
    assert due_at(july, later) == datetime(2026, 8, 4, 7, tzinfo=UTC)


def test_nothing_is_due_at_the_moment_before():
    moment = due_at(Cycle.parse("2026-10"), BERLIN)
    reported = [Cycle.parse("2026-09")]

    assert due(reported, moment - timedelta(microseconds=1), "monthly", BERLIN) is None
    assert due(reported, moment, "monthly", BERLIN) == (Cycle.parse("2026-10"),) * 2


@given(MOMENTS, CADENCES, ZONES, st.integers(0, 28), st.booleans())
def test_a_cycle_is_never_due_before_it_is_over(now, cadence, zone, delay, business):
    rules = ScheduleSettings(time_zone=zone, at="00:00", delay_days=delay, business_days=business)

    newest = newest_due(now, cadence, rules)
    following, moment = next_due(now, cadence, rules)

    assert newest.end <= due_at(newest, rules) <= now < moment
    assert following == newest.next()


@pytest.mark.parametrize(
    ("now", "until"),
    [
        ("2026-11-02T16:59", None),  # 17:59 in Berlin
        ("2026-11-02T17:00", "2026-11-03T07:00"),
        ("2026-11-03T02:00", "2026-11-03T07:00"),
        ("2026-11-03T07:00", None),
        ("2026-03-28T20:00", "2026-03-29T06:00"),  # the night in which clocks go forward
    ],
)
def test_quiet_hours_follow_the_wall_clock(now, until):
    rules = ScheduleSettings(time_zone="Europe/Berlin", quiet_from="18:00", quiet_to="08:00")

    found = quiet_until(datetime.fromisoformat(now).replace(tzinfo=UTC), rules)

    assert found == (datetime.fromisoformat(until).replace(tzinfo=UTC) if until else None)


@pytest.mark.parametrize(
    "wrong",
    [{"time_zone": "Mars/Base"}, {"at": "25:00"}, {"quiet_from": "18:00"}, {"delay_days": 40}],
)
def test_wrong_schedules_are_refused(wrong):
    with pytest.raises(ValidationError):
        ScheduleSettings.model_validate(wrong)
