"""Which cycles a run reports, and what it says of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from next_evidence.cycle import work_out_evidence, work_out_report
from next_evidence.engine import Engine
from next_evidence.errors import UsageError
from next_evidence.intake import PullResult, pull_all
from next_evidence.lessons import taught_by
from next_evidence.posting.sending import Posted, post_waiting
from next_evidence.records import Cadence, Cycle, cycles_between, named_cycle
from next_evidence.rematched import notices, reasons
from next_evidence.reported import PersonaRow
from next_evidence.rests_on import EVIDENCE, REPORT, evidence_rests_on, report_rests_on
from next_evidence.reviewing import reopen
from next_evidence.timetable import due, newest_due
from next_evidence.workspace.cycles import is_current, reported_whole, step_manifest
from next_evidence.workspace.decisions import compare_backup
from next_evidence.workspace.manifest import digest_of
from next_evidence.workspace.workspace import Workspace

Report = Callable[[str, int, int], None]


@dataclass(frozen=True)
class CycleReport:
    """What a run says of one cycle. ``unchanged``: nothing that it rests on has changed since the last time."""

    cycle: str
    unchanged: bool
    rows: tuple[PersonaRow, ...]
    page: str


@dataclass(frozen=True)
class RunResult:
    """What a run did, cycle by cycle, what stood in its way, and what a person may want to know."""

    reports: tuple[CycleReport, ...]
    problems: tuple[str, ...]
    notices: tuple[str, ...] = ()
    posted: Posted = field(default_factory=Posted)

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {
            "cycles": [asdict(report) for report in self.reports],
            "posted": asdict(self.posted),
            "problems": list(self.problems),
            "notices": list(self.notices),
        }


def run_cycles(
    work: Workspace,
    *,
    since: str | None,
    until: str | None,
    force: bool,
    now: datetime,
    progress: Report,
) -> RunResult:
    """Report the cycles asked for, oldest first, and catch up on the evidence of those before them.

    Then post what waits in the outbox. Only the last whole cycle asked for begins conversations, and only when no
    later one is due: a replay of history floods no channel.

    Parameters
    ----------
    since, until
        Names of the first and the last cycle; see `cycles_to_report`.
    force
        Work out the asked cycles again even when nothing has changed, and with the verdicts on their own
        statements that people gave since.
    now
        The clock.

    Raises
    ------
    UsageError
        A bound is wrong.
    """
    problems = [str(problem) for problem in work.reading.problems]
    backup = compare_backup(work.store, work.paths.decisions)
    if backup.missing_in_store.height:
        problems.append(
            f"{backup.missing_in_store.height} decisions stand in {work.paths.decisions.name} and not in the store; "
            "`next-evidence review --restore` brings them back"
        )
    wanted = cycles_to_report(work, since, until, now)
    if not wanted or not len(work.reading.library):
        if not len(work.reading.library):
            problems.append(
                "the persona library holds no document that can be read: nothing to match to"
            )
        posted = post_waiting(work, now=lambda: now)
        return RunResult((), (*problems, *posted.problems), posted=posted)
    spoken = work.store.spoken_range()
    first = wanted[0] if spoken is None else Cycle.containing(spoken[0], work.settings.cadence)
    history = cycles_between(min(first, wanted[0]), wanted[-1])
    to_post = _cycle_to_post(work, wanted, now)
    engine = Engine(work, progress)
    reports: list[CycleReport] = []
    why_again: dict[str, set[str]] = {}
    for number, cycle in enumerate(wanted):
        progress("cycles", number, len(wanted))
        if force:
            reopen(work, cycle, by="run --force", now=now)
        so_far = [c for c in history if c <= cycle]
        evidence = _work_out_history(
            work, engine, so_far, why_again, force=force, now=now, progress=progress
        )
        opens = cycle == to_post
        done = work_out_report(work, engine, cycle, evidence, force=force, opens=opens, now=now)
        reports.append(CycleReport(cycle.name, done.unchanged, done.rows, done.page))
        problems += done.problems
    progress("cycles", len(wanted), len(wanted))
    posted = post_waiting(work, now=lambda: now)
    problems += posted.problems
    told = (*taught_by(work, engine, wanted[-1]).learnt.refused, *notices(why_again))
    return RunResult(tuple(reports), tuple(dict.fromkeys(problems)), told, posted)


def _work_out_history(
    work: Workspace,
    engine: Engine,
    history: Sequence[Cycle],
    why_again: dict[str, set[str]],
    *,
    force: bool,
    now: datetime,
    progress: Report,
) -> str:
    """Evidence of the last of these cycles and of all that it rests on; return its digest.

    All of them are matched with what had been taught by the end of the last one, earlier ones again if they were
    matched with less. Nothing is matched where the report that asks for it stands already. Why cycles were matched again is added to
    ``why_again``, by cycle.
    """
    last = history[-1]
    taught, digest = taught_by(work, engine, last), ""
    found: dict[str, tuple[str, ...]] = {}
    for cycle in history:
        used = evidence_rests_on(work, engine, cycle, digest, taught)
        found[cycle.name] = reasons(step_manifest(work.store, cycle, EVIDENCE), used)
        digest = digest_of(used)
    rests_on = report_rests_on(work, last, digest, now)
    if not force and is_current(work.store, last, REPORT, rests_on):
        return digest
    for name, why in found.items():
        why_again.setdefault(name, set()).update(why)
    digest = ""
    for number, cycle in enumerate(history):
        progress(f"{last} and before", number, len(history))
        again = force and cycle == last
        digest = work_out_evidence(work, engine, cycle, digest, taught, force=again)
    progress(f"{last} and before", len(history), len(history))
    return digest


def _cycle_to_post(work: Workspace, wanted: Sequence[Cycle], now: datetime) -> Cycle | None:
    whole = [cycle for cycle in wanted if cycle.end <= now]
    newest = newest_due(now, work.settings.cadence, work.settings.schedule)
    return max(whole) if whole and max(whole) >= newest else None


@dataclass(frozen=True)
class DueRun:
    """What a run on the cadence did. ``due`` False: nothing was due, and nothing was pulled."""

    due: bool
    pulled: PullResult | None
    result: RunResult


def run_due(work: Workspace, *, pulls: bool, now: datetime, progress: Report) -> DueRun:
    """Pull and report what is due and was not reported; otherwise only post what waits.

    Parameters
    ----------
    pulls
        Whether sources are read first.
    now
        The clock.
    """
    if due_cycles(work, now) is None:
        posted = post_waiting(work, now=lambda: now)
        return DueRun(False, None, RunResult((), posted.problems, posted=posted))
    pulled = pull_all(work, names=None, again=False, now=now, progress=progress) if pulls else None
    # what was pulled may begin earlier than what was known
    since, until = due_cycles(work, now) or (None, None)
    result = run_cycles(work, since=since, until=until, force=False, now=now, progress=progress)
    return DueRun(True, pulled, result)


def due_cycles(work: Workspace, now: datetime) -> tuple[str, str] | None:
    """Names of the first and the last cycle that are due and were not reported; None: nothing is due.

    Before anything was reported, the first is the one in which customers first spoke.
    """
    reported = reported_whole(work)
    found = due(reported, now, work.settings.cadence, work.settings.schedule)
    if found is None:
        return None
    first, newest = found
    spoken = work.store.spoken_range()
    if not reported and spoken is not None:
        first = min(Cycle.containing(spoken[0], work.settings.cadence), newest)
    return first.name, newest.name


def cycles_to_report(
    work: Workspace, since: str | None, until: str | None, now: datetime
) -> tuple[Cycle, ...]:
    """The cycles that a run reports.

    Without bounds: the last complete cycle, and those before it that were never reported. With ``until`` alone:
    that cycle. With ``since`` alone: from it to the last complete one.

    Raises
    ------
    UsageError
        A bound is no cycle of this workspace's cadence, lies in the future, or they are the wrong way round.
    """
    first, last = bounds(work.settings.cadence, since, until, now)
    spoken = work.store.spoken_range()
    if spoken is None:
        return ()
    first_spoken = Cycle.containing(spoken[0], work.settings.cadence)
    if since is None and until is None:
        reported = [cycle for cycle in work.cycles() if cycle < last]
        first = max(reported).next() if reported else first_spoken
        first = min(first, last)
    return tuple(cycle for cycle in cycles_between(first, last) if cycle >= first_spoken)


def bounds(
    cadence: Cadence, since: str | None, until: str | None, now: datetime
) -> tuple[Cycle, Cycle]:
    """First and last cycle asked for; what is left out is the last complete one.

    Raises
    ------
    UsageError
        A bound is no cycle of this cadence, lies in the future, or they are the wrong way round.
    """
    current = Cycle.containing(now, cadence)
    last = current.previous() if until is None else _bound(until, current)
    first = last if since is None else _bound(since, current)
    if first > last:
        raise UsageError(f"the first cycle, {first}, lies after the last one, {last}")
    return first, last


def _bound(name: str, current: Cycle) -> Cycle:
    cycle = named_cycle(name)
    if cycle.cadence != current.cadence:
        raise UsageError(
            f"{cycle} is {cycle.cadence}; this workspace's cadence is {current.cadence}"
        )
    if cycle > current:
        raise UsageError(f"{cycle} lies in the future; the newest cycle is {current}")
    return cycle
