"""The same from a terminal: what a program may read of it, and what a careless person types."""

import json

import pytest

from next_evidence.cli.main import run
from tests.firm import TRUST


@pytest.fixture
def typed(posted, capsys):
    """Type a command; exit code, standard output and standard error come back."""

    def type_(*arguments):
        capsys.readouterr()
        code = run([*arguments, "--workspace", str(posted.folder)])
        return code, *capsys.readouterr()

    return type_


def test_evidence_and_reasons_are_printed_for_programs_too(typed):
    code, printed, _ = typed("act", "evidence", "ops-lead", "--json")

    found = json.loads(printed)
    assert code == 0
    assert [one["text"] for one in found] == [TRUST] * len(found) != []
    assert {"utterance_id", "account", "kind", "spoken_at", "url"} < set(found[0])
    assert typed("act", "evidence", "ops-lead")[1].count(TRUST) == len(found)

    why = json.loads(typed("act", "why", "ops-lead", "--cycle", "2026-10", "--json")[1])
    told = typed("act", "why", "ops-lead")[1]
    assert (why["cycle"], why["persona_id"], why["pain_id"]) == (
        "2026-10",
        "ops-lead",
        "data-trust",
    )
    assert why["pain_reasons"]
    assert all(reason in told for reason in [*why["reasons"], *why["pain_reasons"]])


def test_a_statement_is_moved_from_the_terminal_too(typed, posted):
    arguments = ("act", "wrong-match", "ops-lead", "--statement", "1", "--by", "maria")

    assert typed(*arguments, "--to", "nothing-like-it")[0] == 2
    assert posted.decisions() == []
    assert typed(*arguments, "--to", "manual-reporting")[:2] == (0, "Moved to another pain.\n")
    (decision,) = posted.decisions()
    assert (decision["verdict"], decision["to_pain_id"]) == ("moved", "manual-reporting")


@pytest.mark.parametrize(
    ("cycle", "said"),
    [("soon", "a cycle is written 2026-10"), ("2026-05", "it did in these cycles: 2026-")],
)
def test_a_cycle_without_such_a_brief_is_said_to_have_none(typed, cycle, said):
    code, _, error = typed("act", "why", "ops-lead", "--cycle", cycle)

    assert code == 2
    assert said in error


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--cycle", "2020-01"), "No such delivery."),
        (("zzzz",), "No such delivery."),
        (("--waiting",), "No such delivery."),
        (("--approve",), "Nothing is held."),
    ],
)
def test_deliveries_that_are_not_there_are_said_not_to_be(typed, arguments, said):
    code, _, error = typed("deliveries", *arguments)

    assert code == 0
    assert said in error


def test_deliveries_before_anything_was_planned(typed, posted):
    with posted.opened() as work, work.store.transaction() as transaction:
        for key in work.store.read("outbox")["key"]:
            transaction.delete("outbox", key=key)

    assert typed("deliveries") == (0, "", "Nothing was planned: no channel, or no run yet.\n")
    assert json.loads(typed("deliveries", "--json")[1]) == []
    assert typed("deliveries", "--retry")[0] == 0
