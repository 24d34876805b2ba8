"""The command line's entry: gathers the commands, maps errors to exit codes.

Exit codes: 0 done; 1 something failed, and the message says what and how to go on; 2 wrong usage or settings.
"""

from __future__ import annotations

import sys
from typing import NoReturn

import typer

from next_evidence.cli import (
    act,
    audit,
    cycle_commands,
    deliveries,
    pains,
    persona_commands,
    review,
    schedule,
    serve,
    source_commands,
    tune,
    workspace_commands,
)
from next_evidence.cli.console import say
from next_evidence.errors import LibraryError, NextEvidenceError, SettingsError, UsageError

app = typer.Typer(
    name="next-evidence",
    help="Keeps persona libraries honest: what customers say now, against what the documents claim.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
workspace_commands.register(app)
cycle_commands.register(app)
review.register(app)
deliveries.register(app)
serve.register(app)
schedule.register(app)
tune.register(app)
audit.register(app)
app.add_typer(act.app, name="act")
app.add_typer(persona_commands.app, name="personas")
app.add_typer(pains.app, name="pains")
app.add_typer(source_commands.app, name="sources")


def main() -> NoReturn:
    """Run the command line and exit."""
    sys.exit(run(sys.argv[1:]))


def run(arguments: list[str]) -> int:
    """Run one command; return its exit code. Errors go to standard error, never as a traceback."""
    try:
        app(args=arguments, prog_name="next-evidence")
    except SystemExit as stop:  # what typer ends with, also after wrong usage
        return stop.code if isinstance(stop.code, int) else 1
    except (SettingsError, LibraryError, UsageError) as error:
        say(str(error))
        return 2
    except NextEvidenceError as error:
        say(str(error))
        return 1
    return 0
