"""``schedule``: ready entries for whatever starts programs at your place."""

from __future__ import annotations

import shlex
import sys
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from next_evidence.cli.console import HERE, WorkspaceOption, opened


class Scheduler(StrEnum):
    """What starts programs."""

    cron = "cron"
    systemd = "systemd"
    kubernetes = "kubernetes"
    github = "github"
    airflow = "airflow"


def register(app: typer.Typer) -> None:
    """Add the command of this module."""
    app.command()(schedule)


def schedule(
    scheduler: Annotated[Scheduler, typer.Argument(help="What starts programs at your place.")],
    workspace: WorkspaceOption = HERE,
) -> None:
    """Print an entry that calls `next-evidence run --due` every hour: it does what is due, and nothing else.

    Example: next-evidence schedule cron | crontab -
    """
    from next_evidence.timetable import next_due

    with opened(workspace) as work:
        settings = work.settings
        cycle, moment = next_due(datetime.now(UTC), settings.cadence, settings.schedule)
        variables = secret_variables([*settings.sources, *settings.deliveries])
        text = entry(scheduler.value, work.paths.root, _program(), variables)
    typer.echo(f"# {cycle} is due {moment:%Y-%m-%d %H:%M} UTC.")
    typer.echo(text, nl=False)


def entry(scheduler: str, folder: Path, program: str, variables: tuple[str, ...]) -> str:
    """One scheduler's entry.

    Parameters
    ----------
    scheduler
        A name of `Scheduler`.
    folder
        The workspace.
    program
        How the program is started, quoted for a shell.
    variables
        Names of environment variables that hold secrets.
    """
    command = f"{program} run --due --workspace {shlex.quote(str(folder))}"
    # both replace what follows a per cent sign
    escaped = {"cron": "\\%", "systemd": "%%"}.get(scheduler, "%")
    return _ENTRIES[scheduler].format(
        command=command.replace("%", escaped),
        folder=folder,
        python_command=repr(command),
        variables=", ".join(variables) or "none",
        secrets="".join(
            f"            - name: {name}\n"
            f"              valueFrom: {{secretKeyRef: {{name: next-evidence, key: {name}}}}}\n"
            for name in variables
        )
        or "              []\n",
        github="".join(f"        {name}: ${{{{ secrets.{name} }}}}\n" for name in variables)
        or "        {}\n",
    )


def secret_variables(named: list[Any]) -> tuple[str, ...]:
    """Names of the environment variables that options of sources and deliveries mention, sorted."""
    found = {
        str(value)
        for one in named
        for key, value in one.options.items()
        if str(key).endswith("_env") and value
    }
    if any(getattr(one, "use", "") == "slack" and "token_env" not in one.options for one in named):
        found.add("SLACK_BOT_TOKEN")
    return tuple(sorted(found))


def _program() -> str:
    started = Path(sys.argv[0])
    if started.name == "next-evidence" and started.is_file():
        return shlex.quote(str(started.resolve()))
    return f"{shlex.quote(sys.executable)} -m next_evidence"


_ENTRIES = {
    "cron": """\
# Secrets that cron must pass on: {variables}. Set them above this line, or in a file that only this user reads.
7 * * * * {command}
""",
    "systemd": """\
# /etc/systemd/system/next-evidence.service; secrets in the EnvironmentFile: {variables}
[Unit]
Description=Next Evidence: report what is due
After=network-online.target
Wants=network-online.target

[Service]
Type=oneshot
EnvironmentFile=-/etc/next-evidence.env
ExecStart={command}

# /etc/systemd/system/next-evidence.timer; then: systemctl enable --now next-evidence.timer
[Unit]
Description=Next Evidence, every hour

[Timer]
OnCalendar=*-*-* *:07:00
Persistent=true

[Install]
WantedBy=timers.target
""",
    "kubernetes": """\
# The claim holds the workspace: settings, persona library and store. One run at a time.
apiVersion: batch/v1
kind: CronJob
metadata:
  name: next-evidence
spec:
  schedule: "7 * * * *"
  concurrencyPolicy: Forbid
  startingDeadlineSeconds: 3000
  successfulJobsHistoryLimit: 1
  failedJobsHistoryLimit: 3
  jobTemplate:
    spec:
      backoffLimit: 0
      template:
        spec:
          restartPolicy: Never
          containers:
          - name: next-evidence
            image: REGISTRY/next-evidence:VERSION  # your image with next-evidence installed
            command: [next-evidence, run, --due, --workspace, /workspace]
            env:
{secrets}\
            volumeMounts:
            - {{name: workspace, mountPath: /workspace}}
          volumes:
          - name: workspace
            persistentVolumeClaim: {{claimName: next-evidence}}
""",
    "github": """\
# .github/workflows/next-evidence.yml; a runner of your own, since the store must stay where it is
name: next-evidence
on:
  schedule:
  - cron: "7 * * * *"
  workflow_dispatch:
concurrency: {{group: next-evidence, cancel-in-progress: false}}
permissions: {{contents: read}}
jobs:
  due:
    runs-on: self-hosted
    steps:
    - run: {command}
      env:
{github}""",
    "airflow": """\
# dags/next_evidence.py; secrets in the worker's environment: {variables}
from datetime import datetime, timedelta, timezone

from airflow import DAG
from airflow.operators.bash import BashOperator

with DAG(
    dag_id="next_evidence",
    schedule="7 * * * *",
    start_date=datetime(2026, 1, 1, tzinfo=timezone.utc),
    catchup=False,  # a run catches up by itself
    max_active_runs=1,
    dagrun_timeout=timedelta(hours=6),
) as dag:
    BashOperator(task_id="run_what_is_due", bash_command={python_command}, append_env=True)
""",
}
