"""``review``: a queue in the terminal, a sheet for a team, and what was learnt."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from next_evidence.cli.console import (
    HERE,
    ByOption,
    JsonOption,
    WorkspaceOption,
    opened,
    person,
    print_json,
    say,
    write_file,
)

if TYPE_CHECKING:
    from next_evidence.review.summary import Precision, ReviewSummary
    from next_evidence.reviewing import Review
    from next_evidence.workspace.workspace import Workspace


def register(app: typer.Typer) -> None:
    """Add the command of this module."""
    app.command()(review)


def review(
    cycle: Annotated[str | None, typer.Option(help="A cycle; the newest when left out.")] = None,
    by: ByOption = None,
    count: Annotated[
        int | None,
        typer.Option(
            min=2, max=1000, help="Matches to draw; review.queue_size says when left out."
        ),
    ] = None,
    export: Annotated[
        Path | None, typer.Option("--export", help="Write what is left to a CSV sheet.")
    ] = None,
    filled: Annotated[
        Path | None, typer.Option("--import", help="Take in a sheet that was filled in.")
    ] = None,
    rollback: Annotated[
        bool, typer.Option("--rollback", help="Take back what was learnt last.")
    ] = False,
    restore: Annotated[
        bool,
        typer.Option("--restore", help="Bring the store and the backup of decisions together."),
    ] = False,
    workspace: WorkspaceOption = HERE,
    as_json: JsonOption = False,
) -> None:
    """Look at matches one by one and say whether they are right.

    Example: next-evidence review --cycle 2026-10

    Half of them are drawn at random: how often those are right is the precision that is reported. The others are uncertain
    or of accounts with much revenue. Every answer is kept at once, so you may stop and go on at any time.
    """
    from next_evidence.errors import UsageError
    from next_evidence.reviewing import Review

    if sum((export is not None, filled is not None, rollback, restore)) > 1:
        raise UsageError("--export, --import, --rollback and --restore do not go together")
    with opened(workspace) as work:
        who = person(by)
        if restore:
            _restore(work, as_json)
            return
        if rollback:
            _roll_back(work, who, as_json)
            return
        found = Review(work, cycle=cycle, by=who, clock=lambda: datetime.now(UTC), count=count)
        if export is not None:
            _export(found, export)
        elif filled is not None:
            _import(found, filled, as_json)
        elif as_json:
            print_json(
                {
                    "cycle": found.summary().as_dict(),
                    "all_cycles": found.summary(all_cycles=True).as_dict(),
                }
            )
        else:
            _session(found)


def _session(found: Review) -> None:
    from next_evidence.cli.review_session import ask_all
    from next_evidence.cli.review_terminal import Terminal

    if ask_all(found, Terminal()):
        _learn(found)
    _show(found.summary())


def _learn(found: Review) -> list[dict[str, Any]]:
    """Learn from what is decided by now, and say what came of it."""
    told = []
    for name, trial in found.learn():
        outcome = "promoted" if trial.promotion else "not changed"
        say(f"{name}: {outcome} ({trial.reason})")
        told.append({"what": name, "promoted": trial.promotion is not None, "why": trial.reason})
    return told


def _export(found: Review, path: Path) -> None:
    from next_evidence.review.sheet import write_sheet

    rows = []
    for item in found.items():
        row = asdict(item) | {"sentence": item.text, "spoken_at": f"{item.spoken_at:%Y-%m-%d}"}
        row["choices"] = "; ".join(f"{pain_id}: {label}" for pain_id, label in item.choices)
        rows.append(row)
    write_file(path, write_sheet(rows).encode("utf-8-sig"))  # spreadsheets know UTF-8 by it
    say(f"{len(rows)} matches -> {path}")


def _import(found: Review, path: Path, as_json: bool) -> None:
    from next_evidence.errors import UsageError
    from next_evidence.review.sheet import read_sheet

    try:
        rows, unreadable = read_sheet(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise UsageError(f"{path} cannot be read ({error.strerror})") from None
    except UnicodeDecodeError as error:
        raise UsageError(f"{path} is not UTF-8 text (byte {error.start})") from None
    kept, unfit = found.take_in(rows)
    rejected = sorted([*unreadable, *unfit], key=lambda row: row.line)
    learnt = _learn(found) if kept else []
    if as_json:
        print_json({"taken_in": kept, "rejected": [asdict(r) for r in rejected], "learnt": learnt})
    else:
        typer.echo(f"{kept} verdicts taken in, {len(rejected)} rows rejected.")
        for row in rejected:
            say(f"{path.name}:{row.line}: {row.reason}")
    if rejected:
        raise typer.Exit(1)


def _roll_back(work: Workspace, by: str, as_json: bool) -> None:
    from next_evidence.reviewing import roll_back

    taken_back = roll_back(work, by=by, now=datetime.now(UTC))
    if as_json:
        print_json({"taken_back": taken_back})
    else:
        typer.echo(f"Taken back: {taken_back}." if taken_back else "Nothing was learnt yet.")


def _restore(work: Workspace, as_json: bool) -> None:
    from next_evidence.workspace.decisions import restore

    found = restore(work)
    told = {
        "decisions": found.decisions,
        "restored": found.missing_in_store.height,
        "backed_up": found.missing_in_backup.height,
        "unreadable_lines": found.unreadable,
    }
    if as_json:
        print_json(told)
    else:
        typer.echo(
            f"{told['decisions']} decisions: {told['restored']} restored to the store, "
            f"{told['backed_up']} added to the backup, {told['unreadable_lines']} lines unreadable."
        )


def _show(summary: ReviewSummary) -> None:
    typer.echo(
        f"{summary.cycle}: {summary.reviewed} reviewed ({summary.accepted} accepted, {summary.rejected} rejected, "
        f"{summary.moved} moved), {summary.left} left."
    )
    for what, found in (
        ("of all matches", summary.precision),
        ("of those that count as accepted", summary.precision_accepted),
    ):
        typer.echo(f"Right, {what}: {_share(found, summary.level)}")


def _share(found: Precision, level: float) -> str:
    if found.share is None:
        return "no random one was judged yet"
    return (
        f"{found.right} of {found.reviewed} random ones, {found.share:.0%} "
        f"({level:.0%} interval {found.low:.0%} to {found.high:.0%})"
    )
