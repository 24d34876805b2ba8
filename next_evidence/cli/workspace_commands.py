"""``init`` and ``doctor``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from next_evidence.cli.console import HERE, JsonOption, WorkspaceOption, print_json, print_table


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command()(init)
    app.command()(doctor)


def init(
    folder: Annotated[Path, typer.Argument(help="The folder to make a workspace of.")],
    exports: Annotated[
        Path | None, typer.Option("--from", help="A folder of ordinary exports to read.")
    ] = None,
    company: Annotated[str, typer.Option(help="Your company's name, as briefs print it.")] = "",
    as_json: JsonOption = False,
) -> None:
    """Make a workspace, reading a folder of exports.

    Example: next-evidence init acme --from ~/exports --company Acme

    Recognised: calls/ (.vtt, .srt, .json), tickets.jsonl, surveys.csv, reviews.csv, onboarding_notes/*.md,
    accounts.csv, contacts.csv, conversations*.jsonl, and a persona_library/ beside them.
    """
    from next_evidence.assets import packaged
    from next_evidence.workspace.scaffold import make_workspace

    made = make_workspace(folder, exports, packaged("persona_library"), company=company)
    if as_json:
        print_json(
            {
                "workspace": str(made.paths.root),
                "sources": [
                    {"name": s.name, "connector": s.connector, "path": str(s.path)}
                    for s in made.sources
                ],
                "domains": list(made.domains),
                "personas": made.personas,
                "not_recognised": list(made.unknown),
            }
        )
        return
    print_table(
        f"Workspace {made.paths.root}",
        ("reads", "from"),
        [(source.what, source.path) for source in made.sources]
        or [("nothing yet", "name sources in next_evidence.yaml")],
    )
    if made.domains:
        typer.echo(f"Your own people write from: {', '.join(made.domains)}")
    typer.echo(f"Persona documents: {made.personas}")
    if made.unknown:
        typer.echo(f"Not recognised, and left alone: {', '.join(made.unknown)}")
    typer.echo("Next: cd there, look at next_evidence.yaml, then `next-evidence run`.")


def doctor(workspace: WorkspaceOption = HERE, as_json: JsonOption = False) -> None:
    """Check that everything a run needs is there.

    Example: next-evidence doctor

    Looks at settings, persona documents, sources, the store, the encoder and the templates. Exit code 1 when
    something needs a person.
    """
    from next_evidence.doctor import examine

    findings = examine(workspace)
    if as_json:
        print_json(
            [{"what": f.what, "ok": f.ok, "detail": f.detail, "remedy": f.remedy} for f in findings]
        )
    else:
        print_table(
            "Doctor",
            ("", "what", "found", "what to do"),
            [("ok" if f.ok else "!!", f.what, f.detail, f.remedy) for f in findings],
        )
    if not all(finding.ok for finding in findings):
        raise typer.Exit(1)
