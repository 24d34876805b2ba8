"""Entries for schedulers: each can be read by what it is for, and calls the same command."""

import ast
from pathlib import Path
from types import SimpleNamespace

import pytest
import yaml

from next_evidence.cli.schedule import Scheduler, entry, secret_variables

FOLDER = Path("/srv/our personas")
VARIABLES = ("SLACK_BOT_TOKEN", "ZENDESK_TOKEN")


@pytest.mark.parametrize("variables", [VARIABLES, ()])
@pytest.mark.parametrize("scheduler", list(Scheduler))
def test_every_entry_calls_what_is_due(scheduler, variables):
    text = entry(scheduler.value, FOLDER, "next-evidence", variables)

    assert "--due" in text
    assert all(name in text for name in variables)
    if scheduler in (Scheduler.kubernetes, Scheduler.github):
        assert yaml.safe_load(text)
    elif scheduler is Scheduler.airflow:
        assert ast.parse(text)
    else:
        assert "next-evidence run --due --workspace '/srv/our personas'" in text


def test_a_cron_job_in_kubernetes_gets_its_secrets():
    job = yaml.safe_load(entry("kubernetes", FOLDER, "next-evidence", VARIABLES))

    spec = job["spec"]["jobTemplate"]["spec"]["template"]["spec"]
    assert [one["name"] for one in spec["containers"][0]["env"]] == list(VARIABLES)
    assert job["spec"]["concurrencyPolicy"] == "Forbid"


def test_secrets_are_found_in_options_by_name():
    slack = SimpleNamespace(use="slack", options={"channel": "C1"})
    mail = SimpleNamespace(use="email", options={"password_env": "MAIL_PASSWORD", "host": "h"})
    desk = SimpleNamespace(connector="zendesk", options={"token_env": "DESK"})

    assert secret_variables([slack, mail, desk]) == ("DESK", "MAIL_PASSWORD", "SLACK_BOT_TOKEN")


def test_the_command_prints_when_the_next_cycle_is_due(command):
    code, out, _ = command("schedule", "cron")

    assert code == 0
    assert out.startswith("# 20")
    assert "7 * * * * " in out
