"""Past cycles at other settings, from what a workspace has stored: nothing is matched again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

import polars as pl

from next_evidence.audits import Replayable, covered_at, null_replays_at, read_replayable
from next_evidence.brief.gate import judge
from next_evidence.brief.measure import covers_alike, measure
from next_evidence.brief.outcome import outcome
from next_evidence.records import Cycle
from next_evidence.replay.audit import Audit, Conditions
from next_evidence.replay.changes import ChangedKey, changed_keys
from next_evidence.replay.compare import Comparison, Outcomes, compare
from next_evidence.settings import Settings
from next_evidence.workspace.cycles import step_digest, step_manifest
from next_evidence.workspace.decisions import pains_asleep
from next_evidence.workspace.manifest import code_version, digest_of
from next_evidence.workspace.workspace import Workspace

Report = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Tuning:
    """What other settings would have changed.

    ``before`` and ``after`` are null replays at the settings as they stand and as they would be, over the same
    shuffles; None: not asked for. ``outdated`` are cycles whose stored report was made at settings, from evidence or by a version that have
    changed since: there "then" is not what the settings as they stand would give.
    """

    changes: tuple[ChangedKey, ...]
    comparison: Comparison
    before: Audit | None
    after: Audit | None
    outdated: tuple[str, ...]

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {
            "changes": [asdict(change) for change in self.changes],
            "sent": {"then": self.comparison.sent_then, "now": self.comparison.sent_now},
            "cycles": [asdict(line) for line in self.comparison.lines],
            "gained": [asdict(story) for story in self.comparison.gained],
            "lost": [asdict(story) for story in self.comparison.lost],
            "near": [asdict(story) for story in self.comparison.near],
            "audit_then": None if self.before is None else self.before.as_dict(),
            "audit_now": None if self.after is None else self.after.as_dict(),
            "outdated": list(self.outdated),
        }


def tune(work: Workspace, settings: Settings, *, replays: int, progress: Report) -> Tuning:
    """Judge every reported cycle at other settings, beside what was stored.

    Shifts of words rest on statements, not on votes: they are judged anew as they were measured, whatever ``drift`` says.

    Parameters
    ----------
    settings
        Differ from the workspace's in sections that votes are judged by (`replay.changes.TUNABLE`).
    replays
        Null replays of each of the two settings; 0: none.

    Raises
    ------
    UsageError
        Fewer than four cycles were reported.
    """
    read = read_replayable(work)
    covered: dict[str, pl.DataFrame] = {}
    now: list[Outcomes] = []
    outdated: list[str] = []
    for position, cycle in enumerate(read.cycles):
        progress("replay cycles", position, len(read.cycles))
        old = _is_outdated(work, cycle)
        outdated += [cycle.name] * old
        outcomes, covered[cycle.name] = _judged(work, read, cycle, settings, outdated=old)
        now.append(outcomes)
    then = [_stored(work, cycle.name) for cycle in read.cycles]
    progress("replay cycles", len(read.cycles), len(read.cycles))
    before, after = _audited(work, read, settings, covered, replays, progress)
    return Tuning(
        changes=changed_keys(work.settings, settings),
        comparison=compare(then, now),
        before=before,
        after=after,
        outdated=tuple(outdated),
    )


def _audited(
    work: Workspace,
    read: Replayable,
    settings: Settings,
    covered: Mapping[str, pl.DataFrame],
    replays: int,
    progress: Report,
) -> tuple[Audit | None, Audit | None]:
    """Null replays at the workspace's settings and at others, of which ``COVERAGE`` is known; None: not asked for."""
    if replays == 0:
        return None, None
    usual = covered
    if not covers_alike(work.settings, settings, work.reading.library):
        usual = {cycle.name: covered_at(work, read, cycle, work.settings) for cycle in read.cycles}
    before, after = null_replays_at(
        work,
        read,
        [Conditions(work.settings, usual), Conditions(settings, covered)],
        replays=replays,
        progress=lambda done: progress("null replay", done, replays),
    )
    return before, after


def _is_outdated(work: Workspace, cycle: Cycle) -> bool:
    """Whether a cycle's report rests on other settings, votes or code than those that stand now."""
    used = step_manifest(work.store, cycle, "report")
    stands = {
        "settings": digest_of(work.settings.model_dump(mode="json")),
        "evidence": step_digest(work.store, cycle, "evidence"),
        "version": code_version(),
    }
    return any(used.get(name) != value for name, value in stands.items())


def _judged(
    work: Workspace, read: Replayable, cycle: Cycle, settings: Settings, *, outdated: bool
) -> tuple[Outcomes, pl.DataFrame]:
    """A cycle at other settings, and its ``COVERAGE``.

    Tests rest on ``settings.drift`` and on votes alone: where neither changed since the cycle was reported, those that are stored are
    judged again, and not made again.
    """
    library = work.reading.library
    history = read.history.until(cycle, accounts=read.accounts[cycle.name])
    asleep = pains_asleep(work.store, cycle)
    stored = work.store.read("shifts", cycle=cycle.name)
    in_words = pl.col("kind") == "language"
    tested = not outdated and settings.drift == work.settings.drift
    measured = measure(
        history,
        library,
        cycle=cycle,
        settings=settings,
        asleep=asleep,
        shifts=stored.filter(~in_words) if tested else None,
    )
    words = stored.filter(in_words)
    words = judge(words, measured.coverage, library, settings=settings, asleep=asleep)
    shifts = pl.concat([measured.shifts, words])
    states = {
        persona.id: outcome(
            persona, shifts, measured.coverage, settings=settings, asleep=asleep
        ).state
        for persona in library.tracked
    }
    return Outcomes(cycle.name, states, shifts), measured.coverage


def _stored(work: Workspace, cycle: str) -> Outcomes:
    briefs = work.store.read("briefs", cycle=cycle)
    states = dict(zip(briefs["persona_id"], briefs["state"], strict=True))
    return Outcomes(cycle, states, work.store.read("shifts", cycle=cycle))
