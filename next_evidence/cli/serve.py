"""``serve``: the one process that runs for long, for buttons in Slack."""

from __future__ import annotations

import signal
import threading
from typing import Annotated

import typer

from next_evidence.cli.console import HERE, WorkspaceOption, opened, say


def register(app: typer.Typer) -> None:
    """Add the command of this module."""
    app.command()(serve)


def serve(
    slack: Annotated[
        bool, typer.Option("--slack", help="Answer the buttons of a Slack delivery.")
    ] = False,
    name: Annotated[
        str | None, typer.Option(help="Which delivery, when several have buttons.")
    ] = None,
    workspace: WorkspaceOption = HERE,
) -> None:
    """Answer people where they read briefs, until it is stopped.

    Example: next-evidence serve --slack

    Over Socket Mode nothing needs to reach this machine; over HTTP, Slack posts to /slack/events. Runs go on as before, beside it.
    """
    from next_evidence.errors import UsageError
    from next_evidence.serve.listening import listen
    from next_evidence.serve.poster import Poster
    from next_evidence.serve.slack_app import Desk, slack_options

    if not slack:
        raise UsageError("say what to serve: --slack")
    with opened(workspace) as work:
        folder = work.paths.root
        served, options = slack_options(work, name)
    stop = threading.Event()
    for signalled in (signal.SIGINT, signal.SIGTERM):
        signal.signal(signalled, lambda *_: stop.set())
    poster = Poster(folder, tell=say)
    desk = Desk(folder, served, decided=poster.wake, tell=say)
    listening = listen(desk.app(options), options)
    poster.start()
    say(f"answering buttons of {served} {listening.where}; stop with Ctrl-C")
    try:
        stop.wait()
    finally:
        listening.close()
        poster.stop()
