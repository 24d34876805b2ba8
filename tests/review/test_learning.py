from datetime import UTC, datetime, timedelta

import numpy as np
import polars as pl
import pytest

from next_evidence.review.decisions import decision, in_force
from next_evidence.review.learning import (
    Models,
    labels,
    learnt_by,
    try_calibration,
    try_threshold,
)
from next_evidence.settings import MatchingSettings, ReviewSettings

MODELS = Models("encoder-1", "head-1")
MATCHING, REVIEW = MatchingSettings(), ReviewSettings()
START = datetime(2026, 10, 3, tzinfo=UTC)


def verdicts(count, *, too_sure=0.0, seed=1, start=START, drawn="random", models=MODELS, first=0):
    """Random decisions on matches whose log-odds are ``too_sure`` too high."""
    rng = np.random.default_rng(seed)
    printed = rng.uniform(0.3, 0.98, count)
    true = 1 / (1 + np.exp(too_sure - np.log(printed / (1 - printed))))
    right = rng.random(count) < true
    return pl.concat(
        decision(
            at=start + timedelta(seconds=n), by="ann", kind="match", subject=f"u-{first + n}",
            verdict="accepted" if right[n] else "rejected", persona_id="ops-lead", pain_id="export",
            cycle="2026-10", account_id=f"a-{first + n // 2}", drawn=drawn, confidence=printed[n],
            uncalibrated=round(printed[n], 6), encoder=models.encoder, head=models.head,
        )
        for n in range(count)
    )  # fmt: skip


def promote(log, trial, *, at):
    row = decision(
        at=at, by="ann", kind=trial.promotion.kind, subject="matching", verdict="promoted",
        detail=trial.promotion.detail,
    )  # fmt: skip
    return pl.concat([log, row])


def test_only_random_decisions_of_these_models_are_learnt_from():
    log = pl.concat(
        [
            verdicts(4),
            verdicts(3, drawn="uncertain", first=10),
            verdicts(2, models=Models("encoder-2", "head-1"), first=20),
        ]
    )

    assert labels(log, MODELS).height == 4


def test_overconfidence_is_corrected_when_that_holds_on_accounts_not_seen():
    log = verdicts(120, too_sure=1.5)

    trial = try_calibration(log, MODELS, review=REVIEW)

    assert trial.promotion is not None
    assert trial.promotion.detail["log_loss_after"] < trial.promotion.detail["log_loss_before"]
    learnt = learnt_by(promote(log, trial, at=START + timedelta(days=1)), MODELS, matching=MATCHING)
    assert learnt.calibration.apply(np.array([0.7]))[0] < 0.6


def test_what_fits_already_is_left_as_it_is():
    promoted = [
        try_calibration(verdicts(120, seed=seed), MODELS, review=REVIEW).promotion for seed in range(20)
    ]  # fmt: skip

    assert sum(p is not None for p in promoted) <= 6


def test_too_few_decisions_are_said():
    trial = try_calibration(verdicts(30, too_sure=2.0), MODELS, review=REVIEW)

    assert trial.promotion is None
    assert trial.reason == "30 of the 50 random decisions that it takes"


def test_a_second_promotion_needs_new_decisions_on_which_it_is_better():
    log = verdicts(100, too_sure=1.5)
    later = START + timedelta(days=1)
    log = promote(log, try_calibration(log, MODELS, review=REVIEW), at=later)

    assert try_calibration(in_force(log), MODELS, review=REVIEW).reason.startswith("0 new")

    moved = verdicts(200, too_sure=-1.5, seed=2, start=later + timedelta(days=1), first=500)
    again = try_calibration(in_force(pl.concat([log, moved])), MODELS, review=REVIEW)
    assert again.promotion is not None


def test_the_order_of_the_log_makes_no_difference():
    log = verdicts(80, too_sure=1.0)

    assert try_calibration(log[::-1], MODELS, review=REVIEW) == try_calibration(log, MODELS, review=REVIEW)  # fmt: skip


@pytest.mark.parametrize("other", [Models("encoder-2", "head-1"), Models("encoder-1", "head-2")])
def test_what_was_learnt_on_other_models_is_refused_and_said(other):
    log = verdicts(120, too_sure=1.5)
    log = promote(log, try_calibration(log, MODELS, review=REVIEW), at=START + timedelta(days=1))

    learnt = learnt_by(in_force(log), other, matching=MATCHING)

    assert learnt.calibration.decisions == 0
    assert "another encoder or matching head" in learnt.refused[0]


def test_a_bar_is_set_once_enough_accounts_show_it():
    surely = verdicts(300, too_sure=-1.0)
    trial = try_threshold(surely, MODELS, matching=MATCHING, review=REVIEW)

    assert trial.promotion is not None
    learnt = learnt_by(promote(surely, trial, at=START + timedelta(days=1)), MODELS, matching=MATCHING)  # fmt: skip
    assert learnt.accept_at == trial.promotion.detail["uncalibrated"]
    assert learnt.applied_to(MATCHING).accept_at == learnt.accept_at
    few = try_threshold(surely[:6], MODELS, matching=MATCHING, review=REVIEW)
    assert few.promotion is None
    assert "3 accounts do not show" in few.reason


def test_many_statements_of_one_account_show_nothing():
    log = verdicts(300, too_sure=-3.0).with_columns(account_id=pl.lit("acme"))

    assert try_threshold(log, MODELS, matching=MATCHING, review=REVIEW).promotion is None


def test_the_same_bar_is_not_promoted_twice():
    log = verdicts(300, too_sure=-1.0)
    log = promote(log, try_threshold(log, MODELS, matching=MATCHING, review=REVIEW), at=START + timedelta(days=1))  # fmt: skip

    assert try_threshold(in_force(log), MODELS, matching=MATCHING, review=REVIEW).promotion is None


def test_a_conformal_bar_lies_above_nine_tenths_of_what_is_wrong():
    log = verdicts(600, too_sure=1.0)
    conformal = ReviewSettings(accept_by="conformal")
    trial = try_threshold(log, MODELS, matching=MATCHING, review=conformal)

    found = labels(log, MODELS).unique("account", keep="first", maintain_order=True)
    wrong = found.filter(~pl.col("right"))["uncalibrated"]
    bar = trial.promotion.detail["uncalibrated"]
    assert 0 < (wrong >= bar).mean() < 0.1
    assert "at most 10% of wrong matches are accepted" in trial.reason
    promoted = promote(log, trial, at=START + timedelta(days=1))
    assert learnt_by(promoted, MODELS, matching=MATCHING).accept_at == bar
    again = try_threshold(in_force(promoted), MODELS, matching=MATCHING, review=conformal)
    assert again.promotion is None
    few = try_threshold(log[:40], MODELS, matching=MATCHING, review=conformal)
    assert few.promotion is None
