"""``tune``."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from next_evidence.cli.console import (
    HERE,
    JsonOption,
    WorkspaceOption,
    opened,
    print_json,
    print_table,
    progress_bar,
    say,
)

if TYPE_CHECKING:
    from next_evidence.replay.compare import JudgedTwice, PersonaCycle
    from next_evidence.tuning import Tuning


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(tune)


def tune(
    changes: Annotated[
        list[str] | None,
        typer.Option("--set", help="SECTION.KEY=VALUE; of gate, gate_overrides, drift, coverage."),
    ] = None,
    settings: Annotated[
        Path | None, typer.Option(help="A whole second settings file, instead of or before --set.")
    ] = None,
    no_audit: Annotated[
        bool, typer.Option("--no-audit", help="Leave out the false alarms to expect.")
    ] = False,
    replays: Annotated[
        int, typer.Option(min=2, max=10_000, help="Null replays of each of the two settings.")
    ] = 20,
    workspace: WorkspaceOption = HERE,
    as_json: JsonOption = False,
) -> None:
    """Replay past cycles at other thresholds: what would have been sent, and how many false alarms to expect.

    Example: next-evidence tune --set gate.min_accounts=8 --set drift.trailing_cycles=4

    Nothing is matched again and nothing is written: what is stored is judged anew, and tested anew where `drift` changes.
    """
    from next_evidence.errors import UsageError
    from next_evidence.replay.changes import check_replayable, with_changes
    from next_evidence.tuning import tune as tuned
    from next_evidence.workspace.documents import read_settings

    if not changes and settings is None:
        raise UsageError("nothing to try: give --set SECTION.KEY=VALUE, or --settings FILE")
    start = time.perf_counter()
    with opened(workspace) as work, progress_bar() as progress:
        other = work.settings if settings is None else read_settings(settings)
        check_replayable(work.settings, other)
        other = with_changes(other, changes or (), work.reading.library)
        result = tuned(work, other, replays=0 if no_audit else replays, progress=progress)
    if as_json:
        print_json(result.as_dict())
    else:
        _show(result)
        say(f"{len(result.comparison.lines)} briefs replayed, {time.perf_counter() - start:.1f} s")


def _show(result: Tuning) -> None:
    told = result.comparison
    print_table(
        "Changed", ("key", "now in use", "tried"), [(c.key, c.then, c.now) for c in result.changes]
    )
    print_table(
        "Briefs: sent then, and at the settings tried",
        ("cycle", "persona", "then", "tried", "surfaced", "near misses"),
        [_row(line) for line in told.lines if _tells(line)],
    )
    quiet = sum(not _tells(line) for line in told.lines)
    if quiet:
        typer.echo(f"{quiet} more persona-cycles: nothing surfaced or came near, then or now.\n")
    for title, stories in (
        ("Gained", told.gained),
        ("Lost", told.lost),
        ("Near misses", told.near),
    ):
        _list(title, stories)
    typer.echo(f"Briefs sent: {told.sent_then} then, {told.sent_now} at the settings tried.")
    if result.before is not None and result.after is not None:
        for name, done in (("in use", result.before), ("tried", result.after)):
            rate = done.per_year
            typer.echo(
                f"False alarms to expect at the settings {name}: {rate.value:.1f} a year "
                f"({rate.low:.1f} to {rate.high:.1f}), {done.replays} null replays."
            )
    if result.outdated:
        say(
            f"{len(result.outdated)} cycles were reported at settings, from evidence or by a version that have changed since: "
            "there, then is what was sent, not what the settings in use would send."
        )


def _tells(line: PersonaCycle) -> bool:
    counts = (line.surfaced_then, line.surfaced_now, line.near_then, line.near_now)
    return line.then != line.now or any(counts)


def _row(line: PersonaCycle) -> Sequence[object]:
    return (
        line.cycle,
        line.persona_id,
        line.then.replace("_", " "),
        line.now.replace("_", " "),
        f"{line.surfaced_then} → {line.surfaced_now}",
        f"{line.near_then} → {line.near_now}",
    )


def _list(title: str, stories: Sequence[JudgedTwice]) -> None:
    if not stories:
        typer.echo(f"{title}: none.\n")
        return
    print_table(
        title,
        ("cycle", "persona", "what", "then", "tried", "why"),
        [
            (s.cycle, s.persona_id, f"{s.kind.replace('_', ' ')}: {s.label}", s.then or "–", s.now or "–", s.reason)
            for s in stories
        ],
    )  # fmt: skip
