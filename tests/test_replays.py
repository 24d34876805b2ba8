"""`tune` and `audit` on a workspace that ran, and what the audit puts at the foot of a brief."""

import json

import pytest

from next_evidence import tuning
from next_evidence.api import open_workspace
from tests.firm import Firm, call, copied, new_firm, report, tables, worked_out


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    """A workspace whose six cycles were reported once, for all tests here."""
    return worked_out(new_firm, tmp_path_factory.mktemp("finished"))


@pytest.fixture
def ran(finished, encoder, tmp_path):
    return copied(finished, tmp_path)


def told(ran, capsys, *arguments):
    capsys.readouterr()
    assert call(ran, *arguments, "--json") == 0
    return json.loads(capsys.readouterr().out)


def as_json(value):
    return tuple(json.loads(json.dumps(value)))


def foot(ran, cycle):
    page = (ran.workspace / "briefs" / cycle / "ops-lead" / "brief.md").read_text()
    return next(line for line in page.splitlines() if "Null replay" in line)


def test_settings_that_stay_as_they_are_change_nothing(ran, capsys):
    done = told(ran, capsys, "tune", "--set", "gate.min_accounts=15", "--no-audit")

    assert (done["changes"], done["gained"], done["lost"], done["outdated"]) == ([], [], [], [])
    assert [line["cycle"] for line in done["cycles"]] == list(Firm.months)
    assert all(line["then"] == line["now"] for line in done["cycles"])
    assert done["sent"]["then"] == done["sent"]["now"] > 0
    assert done["audit_now"] is None


def test_a_bar_that_nobody_passes_loses_what_was_sent(ran, capsys):
    before = tables(ran, *Firm.months)

    done = told(ran, capsys, "tune", "--set", "gate.min_accounts=21", "--no-audit")

    assert done["changes"] == [{"key": "gate.min_accounts", "then": "15", "now": "21"}]
    assert done["sent"]["now"] == 0
    lost = [shift for shift in done["lost"] if shift["kind"] != "language"]
    assert {(s["pain_id"], s["now"]) for s in lost} == {("data-trust", "thin")}
    assert {s["now"] for s in done["lost"]} == {"thin"}  # words too
    assert "Only 20 accounts heard; 21 needed." in {s["reason"] for s in done["lost"]}
    assert tables(ran, *Firm.months) == before


def test_a_second_file_is_replayed_whole(ran, capsys, tmp_path):
    other = tmp_path / "other.yaml"
    text = (ran.workspace / "next_evidence.yaml").read_text()
    other.write_text(text.replace("min_accounts: 15", "min_accounts: 21"))

    done = told(ran, capsys, "tune", "--settings", str(other), "--no-audit")

    assert done["changes"] == [{"key": "gate.min_accounts", "then": "15", "now": "21"}]


def test_false_alarms_are_told_for_both_settings_and_nothing_is_kept(ran, capsys):
    done = told(ran, capsys, "tune", "--set", "gate.min_raising=1", "--replays", "5")

    assert done["audit_then"]["replays"] == done["audit_now"]["replays"] == 5
    assert done["audit_now"]["calibration"] == done["audit_then"]["calibration"]
    assert call(ran, "run", "--no-pull") == 0
    assert foot(ran, "2026-10").endswith(
        "not run at these settings and documents (next-evidence audit)"
    )


@pytest.mark.parametrize(
    "change", ["gate.min_accounts=21", "gate.min_change=0.02", "drift.trailing_cycles=4"]
)
def test_tune_expects_the_false_alarms_that_audit_counts_at_each_settings(ran, capsys, change):
    done = told(ran, capsys, "tune", "--set", change, "--replays", "3")

    with open_workspace(ran.workspace) as work:
        usual, changed = (work.audit(*given, replays=3).as_dict() for given in ([], [change]))
    assert (done["audit_then"], done["audit_now"]) == as_json((usual, changed))


def test_people_read_tables(ran, capsys):
    capsys.readouterr()

    assert call(ran, "tune", "--set", "gate.min_accounts=21", "--replays", "2") == 0
    assert call(ran, "audit", "--replays", "2") == 0

    shown = capsys.readouterr().out
    for words in ("Lost", "Gained: none.", "at the settings tried", "False alarms to expect"):
        assert words in shown
    assert "Null replay of 2026-05 to 2026-10" in shown


def test_an_outdated_report_is_said(ran, capsys):
    settings = ran.workspace / "next_evidence.yaml"
    settings.write_text(settings.read_text().replace("min_accounts: 15", "min_accounts: 14"))

    done = told(ran, capsys, "tune", "--set", "gate.min_accounts=21", "--no-audit")

    assert done["outdated"] == list(Firm.months)


@pytest.mark.parametrize(
    "change", ["gate.min_accounts=21", "gate.min_change=0.02", "coverage.stale_probability=0.009"]
)
def test_stored_tests_judged_again_give_what_testing_afresh_gives(ran, capsys, monkeypatch, change):
    done = told(ran, capsys, "tune", "--set", change, "--no-audit")
    monkeypatch.setattr(tuning, "_is_outdated", lambda *_: True)

    afresh = told(ran, capsys, "tune", "--set", change, "--no-audit")

    assert {**done, "outdated": afresh["outdated"]} == afresh


def test_an_outdated_report_is_tested_afresh(ran, capsys):
    settings = ran.workspace / "next_evidence.yaml"
    settings.write_text(settings.read_text() + "drift:\n  trailing_cycles: 2\n")
    change = ["--set", "gate.min_change=0.02", "--no-audit"]

    before = told(ran, capsys, "tune", *change)
    report(ran, capsys)
    after = told(ran, capsys, "tune", *change)

    assert (before["outdated"], after["outdated"]) == (list(Firm.months), [])
    assert before["near"] == after["near"]
    now = [
        [(line["now"], line["surfaced_now"]) for line in done["cycles"]] for done in (before, after)
    ]
    assert now[0] == now[1]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "nothing to try"),
        (["--set", "matching.accept_at=0.4"], "matching decides what becomes a vote"),
        (["--set", "gate.min_accounts=none", "--set", "drift.x=1"], "drift.x: unknown key"),
        (["--settings", "nowhere.yaml"], "cannot be read"),
    ],
)
def test_wrong_usage_is_told_with_exit_code_2(firm, capsys, arguments, message):
    assert call(firm, "tune", *arguments) == 2
    assert message in capsys.readouterr().err


@pytest.mark.parametrize("command", [["tune", "--set", "gate.min_accounts=8"], ["audit"]])
def test_too_little_history_is_said(firm, capsys, command):
    assert call(firm, *command) == 2
    assert "0 cycles were reported, and 4 are needed" in capsys.readouterr().err


def test_an_audit_stands_at_the_foot_of_its_last_cycle_and_of_none_before(ran, capsys):
    before = tables(ran, *Firm.months[:-1])
    earlier = foot(ran, "2026-09")

    done = told(ran, capsys, "audit", "--replays", "6")
    again = report(ran, capsys)

    assert [cycle["unchanged"] for cycle in again["cycles"]] == [True] * 5 + [False]
    rate = done["per_year"]
    assert foot(ran, "2026-10") == (
        f"- Null replay of 2026-05 to 2026-10: about {rate['value']:.1f} false alarms a year "
        f"({rate['low']:.1f} to {rate['high']:.1f}) at these settings, 6 replays"
    )
    assert foot(ran, "2026-09") == earlier
    assert tables(ran, *Firm.months[:-1]) == before


def test_the_same_audit_twice_leaves_every_brief_as_it_is(ran, capsys):
    first = told(ran, capsys, "audit", "--replays", "4")
    report(ran, capsys)

    again = told(ran, capsys, "audit", "--replays", "4")

    assert again == first
    assert all(cycle["unchanged"] for cycle in report(ran, capsys)["cycles"])


def test_an_audit_at_other_settings_or_documents_is_not_told(ran, capsys):
    told(ran, capsys, "audit", "--replays", "4")
    settings = ran.workspace / "next_evidence.yaml"
    settings.write_text(settings.read_text().replace("min_accounts: 15", "min_accounts: 14"))

    report(ran, capsys)

    assert "not run at these settings" in foot(ran, "2026-10")


def test_notebooks_tune_and_audit_without_writing(ran, capsys):
    before = tables(ran, *Firm.months)

    with open_workspace(ran.workspace) as work:
        tuned = work.tune("gate.min_accounts=21")
        audited = work.audit("gate.min_accounts=21", replays=2)

    assert tuned.comparison.sent_now == 0
    assert audited.replays == 2
    assert tables(ran, *Firm.months) == before
    assert all(cycle["unchanged"] for cycle in report(ran, capsys)["cycles"])
