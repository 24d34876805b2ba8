"""``audit``."""

from __future__ import annotations

import time
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
)

if TYPE_CHECKING:
    from next_evidence.replay.audit import Audit
    from next_evidence.stats.rates import Rate


_UNLIKELY = 0.05


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(audit)


def audit(
    replays: Annotated[
        int, typer.Option(min=2, max=100_000, help="Histories in which nothing changes.")
    ] = 50,
    workspace: WorkspaceOption = HERE,
    as_json: JsonOption = False,
) -> None:
    """Replay your own history with nothing changing in it, and count the false alarms at your settings.

    Example: next-evidence audit --replays 500

    Each replay shuffles every account's ballots over the cycles in which it was heard. The result is kept, and its one line stands
    at the foot of briefs from the next run on, as long as settings and documents stay as they are.
    """
    from next_evidence.audits import null_replays, read_replayable, save_audit
    from next_evidence.workspace.lock import hold

    start = time.perf_counter()
    with opened(workspace) as work, hold(work.paths.lock), progress_bar() as progress:

        def told(done: int) -> None:
            progress("null replays", done, replays)

        result = null_replays(
            work, read_replayable(work), settings=work.settings, replays=replays, progress=told
        )
        save_audit(work, result)
    if as_json:
        print_json(result.as_dict())
    else:
        _show(result)
        taken = time.perf_counter() - start
        say(f"{taken:.0f} s, {taken / replays:.2f} s a replay")


def _show(done: Audit) -> None:
    span = f"{done.cycles[0]} to {done.cycles[-1]}"
    typer.echo(
        f"Null replay of {span}: {_told(done.per_year)} false alarms a year at these settings, "
        f"{done.replays} replays.\n"
        "A false alarm is a brief that is sent though nothing changed.\n"
    )
    rows: list[tuple[str, str]] = [
        ("False alarms a cycle", _told(done.per_cycle, 3)),
        ("19 of 20 such histories have at most", str(done.at_most)),
        ("Persona-pain pairs that ever alarm in one", _percent(done.cells)),
        *((f"False alarms a year: {name}", _told(rate)) for name, rate in done.by_persona.items()),
        *(
            (f"A year, with {kind.replace('_', ' ')}", _told(rate))
            for kind, rate in done.by_kind.items()
        ),
        ("Pains that an account raises again next time", f"{done.repeated:.1%}"),
        ("The same when shuffled", f"{done.repeated_shuffled:.1%}"),
    ]
    if done.covering is not None:
        rows.append((f"{done.interval:.0%} intervals that hold no change", f"{done.covering:.1%}"))
    print_table("When nothing changes (95 % intervals)", ("what", "how much"), rows)
    print_table(
        "P-values when nothing changes: share at or below",
        ("compared with", "tests", "0.01", "0.05", "0.10"),
        [
            (c.versus.replace("_", " "), c.tests, f"{c.at_1:.1%}", f"{c.at_5:.1%}", f"{c.at_10:.1%}")
            for c in done.calibration
        ],
    )  # fmt: skip
    if done.repeated_p <= _UNLIKELY:
        say(
            "Accounts keep to a pain from cycle to cycle more than the shuffled ones do: "
            "real false alarms are more frequent than this."
        )


def _told(rate: Rate, digits: int = 1) -> str:
    return f"{rate.value:.{digits}f} ({rate.low:.{digits}f} to {rate.high:.{digits}f})"


def _percent(rate: Rate) -> str:
    return f"{rate.value:.1%} ({rate.low:.1%} to {rate.high:.1%})"
