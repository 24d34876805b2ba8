import numpy as np
import polars as pl
import pytest

from next_evidence.replay.alarms import surfaced
from next_evidence.replay.audit import Conditions, audit, audits
from next_evidence.settings import DriftSettings, GateSettings, Settings
from next_evidence.testing.worlds import (
    World,
    coverage,
    doubling,
    flat,
    quiet_library,
)

ANYTHING = Settings(
    gate=GateSettings(min_change=0.0, min_raising=1, false_discovery_rate=0.5, min_sources=1)
)


def audited(made, *, settings=None, replays=4, seed=1):
    return audit(
        made.voters,
        made.library,
        coverage={cycle.name: coverage(made.heard, cycle) for cycle in made.cycles},
        settings=settings or Settings(),
        replays=replays,
        seed=seed,
    )


def test_the_same_seed_gives_the_same_audit_and_another_seed_another(played):
    made = played(quiet_library(2))

    first, again, other = (audited(made, settings=ANYTHING, seed=seed) for seed in (1, 1, 2))

    assert first == again
    assert first != other


def test_a_higher_bar_gives_fewer_alarms_over_the_same_shuffles(played):
    made = played(quiet_library(2))

    low, usual = audited(made, settings=ANYTHING), audited(made)

    assert low.per_year.value > usual.per_year.value
    assert low.calibration == usual.calibration


def test_settings_audited_together_give_what_each_gives_alone(played):
    made = played(quiet_library(2))
    frames = {cycle.name: coverage(made.heard, cycle) for cycle in made.cycles}
    shorter = Settings(drift=DriftSettings(trailing_cycles=4), gate=ANYTHING.gate)
    several = [Settings(), ANYTHING, shorter]

    together = audits(
        made.voters,
        made.library,
        conditions=[Conditions(settings, frames) for settings in several],
        replays=3,
        seed=1,
    )

    alone = [audited(made, settings=settings, replays=3) for settings in several]
    assert list(together) == alone
    assert alone[0] != alone[1] != alone[2]


def test_rates_are_per_year_and_add_up_over_personas(played):
    made = played([World(flat(6, [0.4, 0.3, 0.2]), persona_id=name) for name in ("a", "b")])

    done = audited(made, settings=ANYTHING)

    assert done.per_year.value == pytest.approx(12 * done.per_cycle.value)
    assert sum(rate.value for rate in done.by_persona.values()) == pytest.approx(
        done.per_year.value
    )
    assert 0 < done.cells.value <= 1
    assert done.at_most >= done.per_year.value / 2  # of six cycles


def test_what_really_changed_is_no_false_alarm(played):
    made = played([doubling(120), *quiet_library(1)], seed=1)
    frames = {cycle.name: coverage(made.heard, cycle) for cycle in made.cycles}
    told = surfaced(made.voters, made.library, coverage=frames, settings=Settings())
    assert "pain-1" in {f.pain_id for f in told.findings if f.persona_id == "ops-lead"}

    done = audited(made, replays=8)

    # three briefs and more in the year as it was
    assert done.by_persona["ops-lead"].value <= 0.5


def test_a_document_that_was_always_wrong_raises_no_false_alarms(played):
    levels = flat(12, [0.05, 0.60, 0.15])  # the document puts pain-0 first
    made = played([World(levels, heard_per_cycle=60, accounts=120)])
    frames = {cycle.name: coverage(made.heard, cycle) for cycle in made.cycles}
    told = surfaced(made.voters, made.library, coverage=frames, settings=Settings())
    assert sum(finding.kind == "top_pain" for finding in told.findings) >= 6

    done = audited(made, replays=8)

    assert "top_pain" not in done.by_kind


def test_p_values_are_honest_and_intervals_hold_what_they_say(played):
    done = audited(played(quiet_library(3), seed=2), replays=10)

    assert sum(one.tests for one in done.calibration) > 3000
    for one in done.calibration:
        # exact tests: at most the level; tests of one history are alike, so with room
        assert one.at_1 <= 0.015
        assert one.at_5 <= 0.065
        assert one.at_10 <= 0.12
    assert 0.70 <= done.covering <= 0.92


def test_pains_that_accounts_keep_up_for_some_cycles_are_told(played):
    made = played([World(flat(12, [0.5, 0.5]), accounts=60, heard_per_cycle=50, likeness=0.05)])
    # every account raises each pain for four cycles on end, at its own time
    number = pl.col("account_id").str.slice(1).cast(pl.Int64)
    month = pl.col("cycle").str.slice(5).cast(pl.Int64)
    turn = ((month + number) // 4) % 2
    kept = pl.when(pl.col("pain_id") == "pain-0").then(turn == 0).otherwise(turn == 1)
    rows = made.heard.select("cycle", "persona_id", "account_id", "sources").join(
        pl.DataFrame({"pain_id": ["pain-0", "pain-1"]}), how="cross"
    )
    made.votes = rows.filter(kept).select(
        "cycle", "persona_id", "pain_id", "account_id",
        raises=pl.lit(True), denies=pl.lit(False), mentions=pl.lit(1, pl.Int64),
        sources="sources", known_cycle="cycle", likelihood=pl.lit(1.0),
    )  # fmt: skip

    done = audited(made, replays=20)

    assert done.repeated > done.repeated_shuffled + 0.1
    assert done.repeated_p == pytest.approx(1 / 21)


def test_progress_counts_replays(played):
    made, told = played(quiet_library(1)), []

    audit(
        made.voters,
        made.library,
        coverage={cycle.name: coverage(made.heard, cycle) for cycle in made.cycles[-2:]},
        settings=Settings(),
        replays=3,
        seed=0,
        progress=told.append,
    )

    assert told == [1, 2, 3]


@pytest.mark.slow
def test_the_audit_of_one_quiet_year_tells_what_other_quiet_years_bring(played):
    """Truth: fresh quiet years of one library. Estimate: shuffles of single years of it."""
    years, audits = 60, 8
    truth = []
    for seed in range(years):
        made = played(quiet_library(4), seed=seed)
        frames = {cycle.name: coverage(made.heard, cycle) for cycle in made.cycles}
        found = surfaced(made.voters, made.library, coverage=frames, settings=Settings()).findings
        truth.append(len({(f.cycle, f.persona_id) for f in found}))

    told = [audited(played(quiet_library(4), seed=seed), replays=40) for seed in range(audits)]

    mean, spread = np.mean(truth), np.std(truth, ddof=1) / years**0.5
    rates = [one.per_year.value for one in told]
    error = (spread**2 + np.var(rates, ddof=1) / audits) ** 0.5
    assert abs(np.mean(rates) - mean) <= 3 * error
