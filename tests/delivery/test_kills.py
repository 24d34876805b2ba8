"""SIGKILL in the middle of posting loses nothing and doubles nothing; 1,000 of these stand in benchmarks/delivery."""

import pytest

from tests.delivery.kills import interrupted_mail_storm, mail_storm, slack_storm, spawning


@pytest.fixture(autouse=True)
def token(monkeypatch):
    monkeypatch.setenv("SLACK_TEST_TOKEN", "t")


def test_slack_has_everything_once_whenever_a_run_is_killed(tmp_path):
    context = spawning()

    kills, seed = 0, 0
    while seed < 3 or (kills < 2 and seed < 12):  # when a kill falls depends on the machine
        kills += slack_storm(seed, tmp_path / str(seed), context)
        seed += 1

    assert kills >= 2


def test_no_mail_is_sent_twice_whenever_a_run_is_killed(tmp_path):
    context = spawning()

    kills = sum(mail_storm(seed, tmp_path / str(seed), context)[0] for seed in range(5))

    assert kills >= 1


@pytest.mark.parametrize("seed", range(10))
def test_no_mail_is_sent_twice_wherever_a_run_ends(seed):
    interrupted_mail_storm(seed)
