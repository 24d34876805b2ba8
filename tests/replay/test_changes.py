import pytest

from next_evidence.errors import SettingsError, UsageError
from next_evidence.replay.changes import changed_keys, check_replayable, with_changes
from next_evidence.settings import Settings, parse_settings
from next_evidence.testing.worlds import quiet_library
from tests.replay.conftest import Played

LIBRARY = Played(quiet_library(2)).library


def changed(*assignments, settings=None):
    return with_changes(settings or Settings(), assignments, LIBRARY)


def test_values_are_read_as_in_yaml():
    found = changed(
        "gate.min_accounts=8",
        "gate.durability=[durable]",
        "gate_overrides.persona-1.min_change=0.2",
        "drift.trailing_cycles= 4",
        "coverage.warn_probability=0.02",
    )

    assert found.gate.min_accounts == 8
    assert found.gate.durability == ("durable",)
    assert found.gate_overrides["persona-1"].min_change == 0.2
    assert found.drift.trailing_cycles == 4
    assert found.coverage.warn_probability == 0.02
    assert found.gate.min_raising == Settings().gate.min_raising


def test_what_the_file_says_stays_where_nothing_is_set():
    own = parse_settings("gate: {min_raising: 7}\ncompany: {name: Acme}", origin="x")

    found = changed("gate.min_accounts=8", settings=own)

    assert (found.gate.min_raising, found.company.name) == (7, "Acme")


def test_every_wrong_key_and_value_is_told_at_once():
    with pytest.raises(SettingsError) as told:
        changed(
            "gate.min_acounts=8",
            "drift.trailing_cycles=99",
            "gate_overrides.nobody.min_change=0.2",
            "coverage.warn_probability=sk-verysecret",
        )

    text = str(told.value)
    assert "gate.min_acounts: unknown key; known here: durability" in text
    assert "drift.trailing_cycles: input should be less than or equal to 24 (given 99)" in text
    assert "gate_overrides: no persona has this id; there are: persona-0, persona-1" in text
    assert "coverage.warn_probability" in text
    assert "secret" not in text
    assert len(told.value.problems) == 4


@pytest.mark.parametrize("key", ["matching.accept_at", "topics.enabled", "evidence.min_words"])
def test_what_decides_votes_needs_a_run(key):
    with pytest.raises(UsageError, match=f"{key.split('.')[0]} decides what becomes a vote"):
        changed("gate.min_accounts=8", f"{key}=3")


@pytest.mark.parametrize("assignment", ["gate.min_accounts", "gate=3", "=3", "gate.=3"])
def test_what_is_no_assignment_is_wrong_usage(assignment):
    with pytest.raises(UsageError, match=r"SECTION\.KEY=VALUE"):
        changed(assignment)


def test_a_section_that_does_not_exist_is_an_unknown_key():
    with pytest.raises(SettingsError, match="gat: unknown key"):
        changed("gat.min_accounts=8")


def test_a_second_file_may_differ_in_what_votes_are_judged_by_and_in_looks():
    other = parse_settings("gate: {min_accounts: 8}\nbrief: {quotes: 2}", origin="x")

    check_replayable(Settings(), other)


def test_a_second_file_must_not_differ_in_what_decides_votes():
    other = parse_settings("matching: {accept_at: 0.6}\ncadence: weekly", origin="x")

    with pytest.raises(UsageError, match="cadence, matching decides"):
        check_replayable(Settings(), other)


def test_changed_keys_show_both_values():
    found = changed_keys(
        Settings(), changed("gate.min_accounts=8", "gate_overrides.persona-0.min_raising=3")
    )

    assert [(c.key, c.then, c.now) for c in found] == [
        ("gate.min_accounts", "15", "8"),
        ("gate_overrides.persona-0.min_raising", "not set", "3"),
    ]
