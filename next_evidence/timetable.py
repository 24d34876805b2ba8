"""When a cycle's briefs are due, and when nobody is to be disturbed: pure functions of a clock."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from next_evidence.records import Cadence, Cycle
from next_evidence.settings import ScheduleSettings

_SATURDAY = 5


def due_at(cycle: Cycle, rules: ScheduleSettings) -> datetime:
    """The moment (UTC) from which a cycle is to be reported.

    The day on which the cycle ends, in the team's time zone, and `delay_days` later; not on a weekend unless
    settings say so; at the wall-clock time `at`, whatever the clocks were changed to.

    >>> due_at(Cycle.parse("2026-07"), ScheduleSettings(time_zone="Europe/Berlin")).isoformat()
    '2026-08-03T07:00:00+00:00'
    """
    zone = ZoneInfo(rules.time_zone)
    # the cycle's last moment, not its end: at midnight UTC it is still the day before west of Greenwich
    last_day = (cycle.end - timedelta(microseconds=1)).date()
    day = last_day + timedelta(days=1 + rules.delay_days)
    while rules.business_days and day.weekday() >= _SATURDAY:
        day += timedelta(days=1)
    moment = datetime.combine(day, time.fromisoformat(rules.at), tzinfo=zone).astimezone(UTC)
    return max(moment, cycle.end)


def newest_due(now: datetime, cadence: Cadence, rules: ScheduleSettings) -> Cycle:
    """The newest cycle that is due: older ones are, too."""
    cycle = Cycle.containing(now, cadence)
    while due_at(cycle, rules) > now:
        cycle = cycle.previous()
    return cycle


def due(
    reported: Sequence[Cycle], now: datetime, cadence: Cadence, rules: ScheduleSettings
) -> tuple[Cycle, Cycle] | None:
    """First and last cycle that are due and were not reported; None: nothing is due.

    Cycles that were missed come with the newest one. Before anything was reported, the first is the newest.
    """
    newest = newest_due(now, cadence, rules)
    done = [cycle for cycle in reported if cycle.cadence == cadence]
    if not done:
        return newest, newest
    first = max(done).next()
    return (first, newest) if first <= newest else None


def next_due(now: datetime, cadence: Cadence, rules: ScheduleSettings) -> tuple[Cycle, datetime]:
    """The next cycle that becomes due, and when (UTC)."""
    cycle = newest_due(now, cadence, rules).next()
    return cycle, due_at(cycle, rules)


def quiet_until(now: datetime, rules: ScheduleSettings) -> datetime | None:
    """When the quiet hours end that it is now (UTC); None: it is no quiet hour."""
    if not rules.quiet_from or not rules.quiet_to:
        return None
    zone = ZoneInfo(rules.time_zone)
    local = now.astimezone(zone)
    begins, ends = time.fromisoformat(rules.quiet_from), time.fromisoformat(rules.quiet_to)
    clock = local.time()
    over_night = begins > ends
    quiet = (clock >= begins or clock < ends) if over_night else begins <= clock < ends
    if not quiet:
        return None
    day = local.date() + timedelta(days=1 if over_night and clock >= begins else 0)
    return datetime.combine(day, ends, tzinfo=zone).astimezone(UTC)
