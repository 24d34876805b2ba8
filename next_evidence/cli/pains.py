"""``pains list|show|name|merge|split|retire|promote|undo``."""

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
    print_table,
    say,
    write_file,
)

if TYPE_CHECKING:
    from next_evidence.pain_registry.deciding import PainDecider
    from next_evidence.pain_registry.known import KnownPain
    from next_evidence.pain_registry.lineage import LineageEvent
    from next_evidence.workspace.workspace import Workspace

app = typer.Typer(
    help="Look at pains that no document has, and decide about them.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
PainArgument = Annotated[str, typer.Argument(help="Id of a discovered pain.")]
PersonaOption = Annotated[
    str | None, typer.Option("--persona", help="One persona; all that have the pain when left out.")
]


@app.command("list")
def list_pains(
    persona: PersonaOption = None, workspace: WorkspaceOption = HERE, as_json: JsonOption = False
) -> None:
    """List discovered pains as they stand after every decision.

    Example: next-evidence pains list --persona hands-on-revops-lead
    """
    from next_evidence.pain_registry.known import KnownPains

    with opened(workspace) as work:
        found = KnownPains(work).all(persona)
    if as_json:
        print_json([_as_dict(pain) for pain in found])
        return
    print_table(
        "Pains that no document has",
        ("id", "persona", "status", "since", "last heard", "accounts then", "label"),
        [
            (
                pain.key.pain_id,
                pain.key.persona_id,
                f"merged into {pain.into}"
                if pain.status == "merged" and pain.into
                else pain.status,
                pain.first_cycle,
                pain.last_cycle,
                pain.accounts,
                pain.label,
            )
            for pain in found
        ],
    )


@app.command()
def show(
    pain_id: PainArgument,
    persona: PersonaOption = None,
    workspace: WorkspaceOption = HERE,
    as_json: JsonOption = False,
) -> None:
    """Show a pain's life: what the engine saw and what people decided, each with its evidence.

    Example: next-evidence pains show found-2026-09-1a2b3c
    """
    from next_evidence.pain_registry.known import KnownPains
    from next_evidence.pain_registry.lineage import lineage

    with opened(workspace) as work:
        lives = [(pain, lineage(work, pain)) for pain in KnownPains(work).find(pain_id, persona)]
    if as_json:
        print_json([{**_as_dict(p), "lineage": [asdict(e) for e in events]} for p, events in lives])
        return
    for pain, events in lives:
        _print_life(pain, events)


@app.command()
def name(
    pain_id: PainArgument,
    new_name: Annotated[str, typer.Argument(metavar="NAME", help="What people will read.")],
    persona: PersonaOption = None,
    by: ByOption = None,
    workspace: WorkspaceOption = HERE,
    as_json: JsonOption = False,
) -> None:
    """Give a pain a name. Earlier cycles keep the name that they were reported with.

    Example: next-evidence pains name found-2026-09-1a2b3c "The assistant makes up numbers"
    """
    with opened(workspace) as work:
        done = _decider(work, by).name(pain_id, new_name, persona_id=persona)
    _print_done(done, "named", as_json)


@app.command()
def merge(
    pain_id: PainArgument,
    into: Annotated[str, typer.Argument(help="Id of the pain that it is, discovered or not.")],
    persona: PersonaOption = None,
    by: ByOption = None,
    workspace: WorkspaceOption = HERE,
    as_json: JsonOption = False,
) -> None:
    """Say that two pains are one. The second keeps its id and takes the statements and votes of both.

    Example: next-evidence pains merge found-2026-10-9f8e7d found-2026-09-1a2b3c
    """
    with opened(workspace) as work:
        done = _decider(work, by).merge(pain_id, into, persona_id=persona)
    _print_done(done, "merged", as_json)


@app.command()
def split(
    pain_id: PainArgument,
    part: Annotated[
        list[str],
        typer.Option(
            help="One part: NAME=ID,ID… with utterance ids, or only the ids. Give two or more."
        ),
    ],
    persona: PersonaOption = None,
    by: ByOption = None,
    workspace: WorkspaceOption = HERE,
    as_json: JsonOption = False,
) -> None:
    """Say that a pain is several. Each statement goes to the part whose examples it is most like.

    Example: next-evidence pains split found-2026-09-1a2b3c --part "Made-up totals=CA1-3-0,TI2-0-1" --part "Slow answers=CA7-1-0"
    """
    with opened(workspace) as work:
        done = _decider(work, by).split(pain_id, [_part(text) for text in part], persona_id=persona)
    _print_done(done, "split", as_json)


@app.command()
def retire(
    pain_id: PainArgument,
    persona: PersonaOption = None,
    by: ByOption = None,
    workspace: WorkspaceOption = HERE,
    as_json: JsonOption = False,
) -> None:
    """Say that a pain is none. Its statements count for nothing, and it is not found again.

    Example: next-evidence pains retire found-2026-09-1a2b3c
    """
    with opened(workspace) as work:
        done = _decider(work, by).retire(pain_id, persona_id=persona)
    _print_done(done, "retired", as_json)


@app.command()
def promote(
    pain_id: PainArgument,
    persona: PersonaOption = None,
    out: Annotated[Path | None, typer.Option(help="Write the proposal to this file.")] = None,
    by: ByOption = None,
    workspace: WorkspaceOption = HERE,
    as_json: JsonOption = False,
) -> None:
    """Confirm a candidate, and print what its persona's document could say. No document is changed.

    Example: next-evidence pains promote found-2026-09-1a2b3c --out proposal.yaml
    """
    from next_evidence.pain_registry.proposal import proposal

    with opened(workspace) as work:
        confirmed = _decider(work, by).confirm(pain_id, persona_id=persona)
        done = [(pain, proposal(work, pain)) for pain in confirmed]
    proposals = [proposed for _, proposed in done]
    if out is not None:
        write_file(out, _as_yaml(proposals))
    if as_json:
        print_json([{**_as_dict(pain), "proposal": proposed} for pain, proposed in done])
        return
    if out is None:
        typer.echo(_as_yaml(proposals), nl=False)
    else:
        typer.echo(f"{len(proposals)} proposal -> {out}")
    say(
        "Confirmed. Copy the pain into the document, in your words, to make it one of the persona's."
    )


@app.command()
def undo(
    pain_id: PainArgument,
    persona: PersonaOption = None,
    by: ByOption = None,
    workspace: WorkspaceOption = HERE,
    as_json: JsonOption = False,
) -> None:
    """Take back the newest decision on a pain. It stays in the log.

    Example: next-evidence pains undo found-2026-09-1a2b3c
    """
    with opened(workspace) as work:
        done = _decider(work, by).undo(pain_id, persona_id=persona)
    if as_json:
        print_json([{**_as_dict(pain), "taken_back": verdict} for pain, verdict in done])
        return
    for pain, verdict in done:
        typer.echo(f"{pain.key.pain_id} ({pain.key.persona_id}): no longer {verdict}.")


def _decider(work: Workspace, by: str | None) -> PainDecider:
    """One person who decides about the pains of a workspace."""
    from next_evidence.pain_registry.deciding import PainDecider

    return PainDecider(work, by=person(by), clock=lambda: datetime.now(UTC))


def _part(text: str) -> tuple[str | None, list[str]]:
    """``NAME=ID,ID`` or ``ID,ID``."""
    name, equals, ids = text.rpartition("=")
    examples = [one.strip() for one in ids.split(",") if one.strip()]
    return (" ".join(name.split()) or None) if equals else None, examples


def _as_dict(pain: KnownPain) -> dict[str, Any]:
    return {"persona_id": pain.key.persona_id, "pain_id": pain.key.pain_id} | {
        k: v for k, v in asdict(pain).items() if k != "key"
    }


def _print_done(pains: list[KnownPain], verdict: str, as_json: bool) -> None:
    if as_json:
        print_json([_as_dict(pain) for pain in pains])
        return
    for pain in pains:
        others = pain.parts or tuple(filter(None, [pain.into]))
        became = f" into {', '.join(others)}" if verdict in ("merged", "split") else ""
        shown = f' "{pain.label}"' if verdict == "named" else ""
        typer.echo(f"{pain.key.pain_id} ({pain.key.persona_id}): {verdict}{became}{shown}.")
    say("It counts from the cycle that runs now; `run --force` brings it into the last one.")


def _print_life(pain: KnownPain, events: list[LineageEvent]) -> None:
    typer.echo(f"{pain.label}\n{pain.key.pain_id} of {pain.key.persona_id}: {pain.status}")
    if pain.label != pain.found_label:
        typer.echo(f"found as: {pain.found_label}")
    for event in events:
        who = f" by {event.by}" if event.by else ""
        taken_back = " (taken back)" if event.undone else ""
        typer.echo(f"\n{event.when}  {event.event}{who}{taken_back}: {event.told}".rstrip(": "))
        for utterance_id, text in event.evidence.items():
            typer.echo(f"    {utterance_id}  {text}")
    typer.echo()


def _as_yaml(proposals: list[dict[str, Any]]) -> str:
    import yaml

    return yaml.safe_dump_all(proposals, sort_keys=False, allow_unicode=True, width=100)
