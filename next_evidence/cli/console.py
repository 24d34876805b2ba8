"""What commands share: their common options, opening a workspace, tables, JSON, progress bars."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Protocol

import typer

if TYPE_CHECKING:
    from next_evidence.workspace.workspace import Workspace

WorkspaceOption = Annotated[
    Path,
    typer.Option("--workspace", "-w", help="The workspace, or a folder in it.", show_default="."),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]
ByOption = Annotated[str | None, typer.Option(help="Who decides; your login name when left out.")]
HERE = Path()


class Progress(Protocol):
    """Told how far a long step is."""

    def __call__(self, step: str, done: int, total: int) -> None:
        """``done`` of ``total`` units of ``step`` are done; total 0: unknown."""
        ...


@contextmanager
def opened(folder: Path) -> Iterator[Workspace]:
    """Open the workspace for a command and close it afterwards."""
    from next_evidence.workspace.workspace import Workspace

    workspace = Workspace.open(folder)
    try:
        yield workspace
    finally:
        workspace.close()


@contextmanager
def progress_bar() -> Iterator[Progress]:
    """A progress bar on standard error when it is a terminal; silence otherwise."""
    if not sys.stderr.isatty():
        yield lambda step, done, total: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, TaskID, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bars

    columns = (
        TextColumn("{task.description:<28}"),
        BarColumn(),
        TextColumn("{task.completed}/{task.total}"),
        TimeElapsedColumn(),
    )
    with Bars(*columns, console=Console(stderr=True), transient=True) as bars:
        tasks: dict[str, TaskID] = {}

        def report(step: str, done: int, total: int) -> None:
            if step not in tasks:
                tasks[step] = bars.add_task(step, total=total or None)
            bars.update(tasks[step], completed=done, total=total or None)

        yield report


def print_json(value: Any) -> None:
    """Print one JSON document."""
    typer.echo(json.dumps(value, ensure_ascii=False, indent=2, default=str))


def print_table(title: str, columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Print a table that fits the terminal; plain text when the output is not one."""
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console(width=None if sys.stdout.isatty() else 120)
    table = Table(title=Text(title), title_justify="left", box=box.SIMPLE, pad_edge=False)
    for column in columns:
        table.add_column(column)
    for row in rows:
        # Text, not str: what stands between square brackets must not become markup
        table.add_row(*(Text("" if cell is None else str(cell)) for cell in row))
    console.print(table)


def write_file(path: Path, content: str | bytes) -> None:
    """Write a file that a person named.

    Raises
    ------
    UsageError
        It cannot be written.
    """
    from next_evidence.errors import UsageError

    try:
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    except OSError as error:
        raise UsageError(f"{path} cannot be written ({error.strerror})") from None


def say(message: str) -> None:
    """One line to the person at the terminal, on standard error, out of the way of what is piped."""
    typer.echo(message, err=True)


def person(by: str | None) -> str:
    """Who decides: whoever is named, else who is logged in.

    Raises
    ------
    UsageError
        Nobody is named and nobody is logged in by name.
    """
    import getpass

    from next_evidence.errors import UsageError

    if by:
        return by
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        raise UsageError("nobody is logged in by name: say who decides with --by NAME") from None
