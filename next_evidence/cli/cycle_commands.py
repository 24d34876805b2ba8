"""``pull``, ``run``, ``brief`` and ``export``."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from enum import StrEnum
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
    write_file,
)

if TYPE_CHECKING:
    from next_evidence.intake import PullResult
    from next_evidence.runs import RunResult


class TableFormat(StrEnum):
    """How ``export`` writes a table."""

    jsonl = "jsonl"
    csv = "csv"
    parquet = "parquet"


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command()(pull)
    app.command()(run)
    app.command()(brief)
    app.command()(export)


def pull(
    source: Annotated[
        list[str] | None, typer.Argument(help="Names of sources; all when left out.")
    ] = None,
    again: Annotated[
        bool, typer.Option("--again", help="Read everything from the beginning.")
    ] = False,
    workspace: WorkspaceOption = HERE,
    as_json: JsonOption = False,
) -> None:
    """Pull what is new from the sources, mask it and store it.

    Example: next-evidence pull
    """
    from next_evidence.intake import pull_all
    from next_evidence.workspace.lock import hold

    with opened(workspace) as work, hold(work.paths.lock), progress_bar() as progress:
        result = pull_all(
            work, names=source or None, again=again, now=datetime.now(UTC), progress=progress
        )
    if as_json:
        print_json(result.as_dict())
    else:
        _show_pull(result)
    if result.failed:
        raise typer.Exit(1)


def run(
    since: Annotated[str | None, typer.Option(help="First cycle to report, e.g. 2025-11.")] = None,
    until: Annotated[str | None, typer.Option(help="Last cycle to report, e.g. 2026-10.")] = None,
    no_pull: Annotated[
        bool, typer.Option("--no-pull", help="Work on what is stored already.")
    ] = False,
    force: Annotated[
        bool,
        typer.Option(
            "--force", help="Work out again what is up to date, with the reviews made since."
        ),
    ] = False,
    due: Annotated[
        bool,
        typer.Option(
            "--due", help="Only what is due by `schedule` in settings; safe to call every hour."
        ),
    ] = False,
    workspace: WorkspaceOption = HERE,
    as_json: JsonOption = False,
) -> None:
    """Pull, match, test, write the briefs of every cycle asked for, and post them.

    Example: next-evidence run --since 2025-11 --until 2026-10

    Without --since and --until: the last complete cycle, and those before it that were never reported. A cycle
    never sees what was said after its end.
    """
    from next_evidence.errors import UsageError
    from next_evidence.intake import pull_all
    from next_evidence.runs import bounds, run_cycles
    from next_evidence.workspace.lock import hold

    if due:
        if since or until or force:
            raise UsageError(
                "--due says itself which cycles: leave out --since, --until and --force"
            )
        _run_due(workspace, pulls=not no_pull, as_json=as_json)
        return
    now = datetime.now(UTC)
    with opened(workspace) as work, hold(work.paths.lock), progress_bar() as progress:
        bounds(
            work.settings.cadence, since, until, now
        )  # wrong usage is said before anything is pulled
        pulled = (
            None if no_pull else pull_all(work, names=None, again=False, now=now, progress=progress)
        )
        result = run_cycles(work, since=since, until=until, force=force, now=now, progress=progress)
    _say_run(pulled, result, as_json=as_json)


def _run_due(folder: Path, *, pulls: bool, as_json: bool) -> None:
    """Do what is due, post what waits, and leave everything else alone."""
    from next_evidence.errors import WorkspaceBusy
    from next_evidence.runs import run_due
    from next_evidence.timetable import next_due
    from next_evidence.workspace.lock import hold

    now = datetime.now(UTC)
    try:
        with opened(folder) as work, hold(work.paths.lock), progress_bar() as progress:
            done = run_due(work, pulls=pulls, now=now, progress=progress)
            if not done.due:
                cycle, moment = next_due(now, work.settings.cadence, work.settings.schedule)
                say(f"nothing is due; {cycle} is due {moment:%Y-%m-%d %H:%M} UTC")
    except WorkspaceBusy:
        say("another run is at work; what is due is left to it")
        return
    nothing_due = done.pulled is None and not done.result.reports
    _say_run(done.pulled, done.result, as_json=as_json, nothing_due=nothing_due)


def _say_run(
    pulled: PullResult | None, result: RunResult, *, as_json: bool, nothing_due: bool = False
) -> None:
    """Print what a run did; exit with 1 when something stood in its way."""
    if as_json:
        print_json({"pull": None if pulled is None else pulled.as_dict(), **result.as_dict()})
    else:
        if pulled is not None:
            _show_pull(pulled)
        _show_run(result, nothing_due=nothing_due)
    if result.problems or (pulled is not None and pulled.failed):
        raise typer.Exit(1)


def brief(
    persona_id: Annotated[
        str | None, typer.Argument(help="A persona; the cycle's page when left out.")
    ] = None,
    cycle: Annotated[
        str | None, typer.Option(help="A cycle; the newest one when left out.")
    ] = None,
    form: Annotated[
        str, typer.Option("--format", help="md, html, pdf, slack, teams, json or txt.")
    ] = "md",
    out: Annotated[Path | None, typer.Option(help="A file; standard output when left out.")] = None,
    workspace: WorkspaceOption = HERE,
) -> None:
    """Print a brief that was written.

    Example: next-evidence brief hands-on-revops-lead --cycle 2026-10
    """
    from next_evidence.errors import UsageError
    from next_evidence.written import written_brief, written_pdf

    if form == "pdf" and out is None and sys.stdout.isatty():
        raise UsageError("a PDF is not text: name a file with --out")
    with opened(workspace) as work:
        if form == "pdf":
            content = written_pdf(work, persona_id, cycle)
        else:
            content = written_brief(work, persona_id, cycle, form).encode()
    if out is not None:
        write_file(out, content)
        say(f"{len(content) // 1024 + 1} KB -> {out}")
    elif form == "pdf":
        typer.echo(content, nl=False)
    else:
        _print_brief(content.decode(), form)


def _print_brief(text: str, form: str) -> None:
    if form == "md" and sys.stdout.isatty():
        from rich.console import Console
        from rich.markdown import Markdown

        Console().print(Markdown(text))
    else:
        typer.echo(text, nl=not text.endswith("\n"))


def export(
    table: Annotated[
        str,
        typer.Argument(
            help="utterances, matches, pains, shares, shifts, coverage, briefs or decisions."
        ),
    ],
    cycle: Annotated[str | None, typer.Option(help="One cycle; all when left out.")] = None,
    form: Annotated[
        TableFormat, typer.Option("--format", help="How to write it.")
    ] = TableFormat.jsonl,
    out: Annotated[Path | None, typer.Option(help="A file; standard output when left out.")] = None,
    workspace: WorkspaceOption = HERE,
) -> None:
    """Export a table. Column names are stable; docs/tables.md says what they hold.

    Example: next-evidence export shifts --cycle 2026-10 --format csv --out shifts.csv
    """
    from next_evidence.errors import UsageError
    from next_evidence.exporting import write_table

    if form is TableFormat.parquet and out is None and sys.stdout.isatty():
        raise UsageError("parquet is not text: name a file with --out")
    with opened(workspace) as work:
        frame = work.table(table, cycle)
    write_table(frame, form.value, out)
    if out is not None:
        say(f"{frame.height} rows -> {out}")


def _show_pull(result: PullResult) -> None:
    print_table(
        "Pulled",
        ("source", "conversations", "statements", "accounts", "contacts", "rejected", "state"),
        [
            (
                s.source,
                s.conversations,
                s.utterances,
                s.accounts,
                s.contacts,
                s.rejected,
                s.error or "ok",
            )
            for s in result.sources
        ],
    )
    if any(s.rejected for s in result.sources):
        say("`next-evidence sources rejected` lists the rows that could not be read")


def _show_run(result: RunResult, *, nothing_due: bool) -> None:
    for report in result.reports:
        state = "up to date" if report.unchanged else "worked out"
        print_table(
            f"{report.cycle} ({state})",
            ("persona", "brief", "accounts heard", "what"),
            [
                (row.persona_id, row.state.replace("_", " "), row.accounts_heard, row.headline)
                for row in report.rows
            ],
        )
    for line in (*result.problems, *result.notices):
        say(line)
    posted = result.posted
    if posted.sent:
        typer.echo(f"Posted: {posted.sent} messages; `next-evidence deliveries` lists them")
    if posted.held:
        typer.echo(
            f"{posted.held} messages wait for approval; `next-evidence deliveries --approve` says yes to all"
        )
    if posted.quiet_until is not None:
        typer.echo(f"{posted.waiting} messages wait for the end of quiet hours")
    if result.reports and result.reports[-1].page:
        typer.echo(f"Briefs: {result.reports[-1].page}")
    elif not result.reports and not nothing_due:
        typer.echo("Nothing to report yet: no cycle is complete, or nothing was pulled.")
