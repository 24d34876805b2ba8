import pytest

from next_evidence.errors import SettingsError
from next_evidence.settings import parse_settings


def problems_of(text: str) -> str:
    with pytest.raises(SettingsError) as caught:
        parse_settings(text, origin="next_evidence.yaml")
    return str(caught.value)


def test_an_empty_file_gives_every_default():
    settings = parse_settings("", origin="next_evidence.yaml")

    assert settings.cadence == "monthly"
    assert [delivery.use for delivery in settings.deliveries] == ["folder"]


def test_every_wrong_key_is_reported_at_once_with_its_line():
    message = problems_of("gate:\n  min_accounts: 0\n  min_acounts: 3\nmatchng: {}\n")

    assert (
        "line 2: gate.min_accounts: input should be greater than or equal to 1 (given 0)" in message
    )
    assert "line 3: gate.min_acounts: unknown key" in message
    assert "min_accounts" in message.split("line 3")[1]
    assert "line 4: matchng: unknown key" in message


def test_a_wrong_value_that_may_be_a_secret_is_never_repeated():
    message = problems_of("gate:\n  min_accounts: hunter2\ncompny: s3cr3t-value\n")

    assert "hunter2" not in message
    assert "s3cr3t" not in message


def test_a_token_in_the_file_is_refused_without_repeating_it():
    token = "xoxb-" + "123456789012-abc"
    message = problems_of(f"sources:\n- name: a\n  connector: b\n  options: {{token: {token}}}\n")

    assert "token_env" in message
    assert token not in message


def test_broken_yaml_is_named_by_line_and_its_text_is_not_quoted():
    message = problems_of("gate: [unclosed\ncompany: secret\n")

    assert "line" in message
    assert "secret" not in message


def test_a_key_given_twice_is_refused():
    assert "given twice" in problems_of("cadence: weekly\ncadence: monthly\n")


def test_two_sources_of_one_name_are_refused():
    message = problems_of("sources:\n- {name: a, connector: x}\n- {name: a, connector: y}\n")

    assert "names must differ" in message


def test_close_tracking_lowers_the_bar_and_low_raises_it_and_an_override_wins():
    settings = parse_settings(
        "gate_overrides: {vip: {min_raising: 2}}", origin="next_evidence.yaml"
    )

    assert settings.gate_for("p", "close").min_change < settings.gate.min_change
    assert settings.gate_for("p", "low").min_raising > settings.gate.min_raising
    assert settings.gate_for("vip", "low").min_raising == 2
    assert settings.gate_for("p", "normal") == settings.gate
