"""``act``: what the buttons on a brief do, for who has none."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

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
)

if TYPE_CHECKING:
    from next_evidence.acting.once import Told
    from next_evidence.workspace.workspace import Workspace

app = typer.Typer(
    no_args_is_help=True, help="Act on a brief: look at its evidence, snooze, propose, correct."
)

Persona = Annotated[str, typer.Argument(help="Id of the persona.")]
Pain = Annotated[str, typer.Argument(help="Id of the pain.")]
CycleOption = Annotated[
    str | None, typer.Option(help="A cycle; the newest in which it shifted when left out.")
]


@app.command()
def evidence(
    persona: Persona,
    cycle: CycleOption = None,
    workspace: WorkspaceOption = HERE,
    as_json: JsonOption = False,
) -> None:
    """Print the statements that a brief quotes.

    Example: next-evidence act evidence hands-on-revops-lead --cycle 2026-10
    """
    from next_evidence.acting.at_hand import brief_at_hand, statements

    with opened(workspace) as work:
        found = statements(work, brief_at_hand(work, persona, cycle))
    if as_json:
        print_json([asdict(one) for one in found])
        return
    for number, one in enumerate(found, 1):
        typer.echo(f"{number}. “{one.text}”")
        about = f"{one.account}, {one.kind.replace('_', ' ')}, {one.spoken_at:%Y-%m-%d}"
        typer.echo(f"   {about}{f', {one.url}' if one.url else ''}")


@app.command()
def why(
    persona: Persona,
    cycle: CycleOption = None,
    workspace: WorkspaceOption = HERE,
    as_json: JsonOption = False,
) -> None:
    """Say why a brief was sent.

    Example: next-evidence act why hands-on-revops-lead --cycle 2026-10
    """
    from next_evidence.acting.at_hand import brief_at_hand

    with opened(workspace) as work:
        brief = brief_at_hand(work, persona, cycle)
    if as_json:
        print_json(
            {
                "cycle": brief.cycle.name,
                "persona_id": brief.persona_id,
                "reasons": brief.reasons,
                "pain_id": brief.pain_id,
                "pain": brief.pain,
                "pain_reasons": brief.lead_reasons,
            }
        )
        return
    for reason in (*brief.reasons, *(f"{brief.pain}: {r}" for r in brief.lead_reasons)):
        typer.echo(f"- {reason}")


@app.command()
def revise(
    persona: Persona,
    cycle: CycleOption = None,
    by: ByOption = None,
    workspace: WorkspaceOption = HERE,
) -> None:
    """Propose that the persona's document is revised, with a brief as the reason. No document is changed.

    Example: next-evidence act revise hands-on-revops-lead --cycle 2026-10
    """
    from next_evidence.acting.at_hand import brief_at_hand
    from next_evidence.acting.deciding import propose_revision

    with opened(workspace) as work:
        brief = brief_at_hand(work, persona, cycle)
        _conclude(work, propose_revision(work, brief, by=person(by), now=datetime.now(UTC)))


@app.command("wrong-match")
def wrong_match(
    persona: Persona,
    statement: Annotated[
        int, typer.Option(min=1, help="Which quoted statement, as `act evidence` counts them.")
    ],
    to: Annotated[
        str | None,
        typer.Option(help="Id of the pain that it is about; none of the persona's when left out."),
    ] = None,
    cycle: CycleOption = None,
    by: ByOption = None,
    workspace: WorkspaceOption = HERE,
) -> None:
    """Say that a quoted statement is not about the pain: the verdict that `review` records.

    Example: next-evidence act wrong-match hands-on-revops-lead --statement 2 --to data-trust
    """
    from next_evidence.acting.at_hand import brief_at_hand, statements
    from next_evidence.acting.deciding import correct_match
    from next_evidence.errors import UsageError

    with opened(workspace) as work:
        found = statements(work, brief_at_hand(work, persona, cycle))
        if statement > len(found):
            raise UsageError(
                f"the brief quotes {len(found)} statements; `next-evidence act evidence {persona}` counts them"
            )
        chosen = found[statement - 1].utterance_id
        told = correct_match(work, chosen, meant=to, by=person(by), now=datetime.now(UTC))
        _conclude(work, told)


@app.command()
def snooze(
    persona: Persona,
    pain: Pain,
    until: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="Last day; deliver.snooze_days when left out."),
    ] = None,
    cycle: Annotated[str | None, typer.Option(help="The brief that it is said about.")] = None,
    by: ByOption = None,
    workspace: WorkspaceOption = HERE,
) -> None:
    """Have shifts of a pain held by the gate, in cycles that end by a day.

    Example: next-evidence act snooze hands-on-revops-lead data-trust --until 2027-01-31
    """
    from next_evidence.acting.deciding import snooze as put_to_sleep

    with opened(workspace) as work:
        told = put_to_sleep(
            work,
            persona,
            pain,
            until=None if until is None else until.date(),
            cycle=cycle,
            by=person(by),
            now=datetime.now(UTC),
        )
        _conclude(work, told)


@app.command()
def wake(
    persona: Persona, pain: Pain, by: ByOption = None, workspace: WorkspaceOption = HERE
) -> None:
    """Take a snooze back.

    Example: next-evidence act wake hands-on-revops-lead data-trust
    """
    from next_evidence.acting.deciding import wake as wake_up

    with opened(workspace) as work:
        _conclude(work, wake_up(work, persona, pain, by=person(by), now=datetime.now(UTC)))


def _conclude(work: Workspace, told: Told) -> None:
    """Say what came of it, and have posted messages say it too."""
    from next_evidence.acting.outcomes import post_outcomes
    from next_evidence.errors import WorkspaceBusy

    typer.echo(told.said if told.new else f"Decided before: {told.said}")
    if not told.new:
        return
    try:
        for problem in post_outcomes(work, now=lambda: datetime.now(UTC), patience_s=5.0):
            say(problem)
    except WorkspaceBusy:
        say("a run is at work; posted messages say so when it ends")
