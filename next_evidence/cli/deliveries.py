"""``deliveries``: what was posted, what waits and why; trying again, and saying yes or no."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated

import typer

from next_evidence.cli.console import (
    HERE,
    ByOption,
    JsonOption,
    WorkspaceOption,
    opened,
    person,
    print_json,
    print_table,
    say,
)


def register(app: typer.Typer) -> None:
    """Add the command of this module."""
    app.command()(deliveries)


def deliveries(
    delivery: Annotated[
        list[str] | None,
        typer.Argument(help="Deliveries by the beginning of their id; all when left out."),
    ] = None,
    cycle: Annotated[str | None, typer.Option(help="One cycle; all when left out.")] = None,
    waiting: Annotated[
        bool, typer.Option("--waiting", help="Only what was not posted yet, or may not have been.")
    ] = False,
    retry: Annotated[
        bool,
        typer.Option(
            "--retry",
            help="Try at once what failed, also in quiet hours. What may have been delivered already is sent again only when it is named.",
        ),
    ] = False,
    approve: Annotated[
        bool,
        typer.Option("--approve", help="Let held briefs be posted: those named, or all of them."),
    ] = False,
    decline: Annotated[
        bool, typer.Option("--decline", help="Have held briefs that are named never posted.")
    ] = False,
    by: ByOption = None,
    workspace: WorkspaceOption = HERE,
    as_json: JsonOption = False,
) -> None:
    """List what went to Slack and e-mail, message by message; try again what did not, approve what is held.

    Example: next-evidence deliveries --retry
    """
    from next_evidence.acting.approving import answer_held
    from next_evidence.acting.outcomes import post_outcomes
    from next_evidence.errors import UsageError
    from next_evidence.posting.outbox import delivery_rows
    from next_evidence.posting.outbox import retry as mark
    from next_evidence.posting.sending import post_waiting
    from next_evidence.workspace.lock import hold

    if approve + decline + retry > 1:
        raise UsageError("--approve, --decline and --retry do not go together")
    if decline and not delivery:
        raise UsageError(
            "say which: --decline needs ids, and `next-evidence deliveries --waiting` lists them"
        )
    problems: Sequence[str] = ()
    with opened(workspace) as work:
        if approve or decline:
            answered = answer_held(
                work,
                delivery or (),
                cycle=cycle,
                approve=approve,
                by=person(by),
                now=datetime.now(UTC),
            )
            for told in answered or ["Nothing is held."]:
                say(told)
            problems = post_outcomes(work, now=lambda: datetime.now(UTC))
        if retry:
            with hold(work.paths.lock):
                mark(work, delivery or (), now=datetime.now(UTC))
                posted = post_waiting(work, now=lambda: datetime.now(UTC), through_quiet_hours=True)
            problems = posted.problems
        rows = delivery_rows(work, delivery or (), cycle=cycle, waiting=waiting)
    if as_json:
        print_json(rows)
    elif not rows:
        asked = delivery or cycle or waiting
        say("No such delivery." if asked else "Nothing was planned: no channel, or no run yet.")
    else:
        print_table(
            "Deliveries",
            ("id", "channel", "to", "cycle", "persona", "part", "state", "problem"),
            [
                (
                    row["key"][:8],
                    row["channel"],
                    row["address"],
                    row["cycle"],
                    row["persona_id"] or "(all)",
                    row["part"],
                    row["state"],
                    row["problem"],
                )
                for row in rows
            ],
        )
    for problem in problems:
        say(problem)
    if problems:
        raise typer.Exit(1)
