"""``sources list|status|rejected``."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

import typer

from next_evidence.cli.console import (
    HERE,
    JsonOption,
    WorkspaceOption,
    opened,
    print_json,
    print_table,
)

app = typer.Typer(
    help="Look at where customers' words come from.", no_args_is_help=True, rich_markup_mode=None
)


@app.command("list")
def list_sources(workspace: WorkspaceOption = HERE, as_json: JsonOption = False) -> None:
    """List this workspace's sources, and the connectors that are installed.

    Example: next-evidence sources list
    """
    from next_evidence.sources.registry import available

    with opened(workspace) as work:
        rows = [
            {
                "name": source.name,
                "connector": source.connector,
                "conversations": work.store.count("conversations", source=source.name),
                "rejected": work.store.count("rejected", source=source.name),
            }
            for source in work.settings.sources
        ]
    installed = sorted(available())
    if as_json:
        print_json({"sources": rows, "connectors": installed})
        return
    print_table(
        "Sources",
        ("name", "connector", "conversations", "rejected"),
        [tuple(r.values()) for r in rows],
    )
    typer.echo(f"Connectors installed: {', '.join(installed)}")


@app.command()
def status(workspace: WorkspaceOption = HERE, as_json: JsonOption = False) -> None:
    """Say how fresh each source is, and which have gone silent.

    Example: next-evidence sources status
    """
    from next_evidence.sources.health import source_health

    now = datetime.now(UTC)
    with opened(workspace) as work:
        health = source_health(
            work.store.arrivals(until=now), now=now, rules=work.settings.coverage
        )
    if as_json:
        print_json(health.to_dicts())
        return
    print_table("Source status", tuple(health.columns), [tuple(row) for row in health.iter_rows()])


@app.command()
def rejected(
    source: Annotated[
        str | None, typer.Argument(help="Name of one source; all when left out.")
    ] = None,
    limit: Annotated[int, typer.Option(help="Rows to print; 0: all.")] = 200,
    workspace: WorkspaceOption = HERE,
    as_json: JsonOption = False,
) -> None:
    """List the rows that could not be read: file, line and reason.

    Example: next-evidence sources rejected tickets
    """
    with opened(workspace) as work:
        rows = work.store.read("rejected", **({} if source is None else {"source": source}))
    shown = rows.head(limit) if limit else rows
    if as_json:
        print_json(shown.to_dicts())
        return
    if rows.is_empty():
        typer.echo("Nothing was rejected.")
        return
    print_table(
        f"{rows.height} rejected",
        ("source", "file", "line", "reason"),
        [
            (row["source"], row["file"], row["line"] or "", row["reason"])
            for row in shown.to_dicts()
        ],
    )
    if shown.height < rows.height:
        typer.echo(f"{rows.height - shown.height} more; --limit 0 shows them all")
