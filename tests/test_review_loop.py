"""What a review does to the cycles that follow, from the first key to the tables: seconds, no model."""

import csv
import io
import json
from datetime import UTC, datetime

import polars as pl
import pytest

from next_evidence.api import open_workspace
from next_evidence.cli.main import run
from next_evidence.review.decisions import decision, standing, undo
from next_evidence.reviewing import Review
from next_evidence.workspace.decisions import read_decisions, record_decisions
from next_evidence.workspace.workspace import Workspace
from tests.firm import Firm, call, copied, new_firm, raising, report, tables, worked_out

BEFORE_THE_END, AFTER_THE_END = datetime(2026, 10, 20, tzinfo=UTC), datetime(2026, 11, 5, tzinfo=UTC)  # fmt: skip


@pytest.fixture(scope="module")
def reported_firm(tmp_path_factory):
    """A firm whose year was worked out once for all tests."""
    return worked_out(new_firm, tmp_path_factory.mktemp("firm"))


@pytest.fixture
def done(reported_firm, tmp_path, encoder):
    """A copy of it, to be reviewed by a test."""
    return copied(reported_firm, tmp_path)


def with_settings(firm, text):
    settings = firm.workspace / "next_evidence.yaml"
    settings.write_text(f"{settings.read_text()}\n{text}\n")


def judge(firm, verdict, *, at, cycle="2026-10", account=None, to=None):
    """Give one verdict on every match of a cycle, or of one account in it."""
    work = Workspace.open(firm.workspace)
    review = Review(work, cycle=cycle, by="ann", clock=lambda: at, count=1000)
    matches = work.store.read("matches", cycle=cycle)
    account_of = dict(matches.select("utterance_id", "account_id").iter_rows())
    for item in review.items():
        if account in (None, account_of[item.utterance_id]):
            review.decide(item, verdict, to)
    work.close()


def reported(firm, *cycles):
    """What readers were told: everything but the matches that it was counted from."""
    found = tables(firm, *(cycles or Firm.months))
    return {key: value for key, value in found.items() if key[0] not in ("matches", "pains")}


def log_of_runs(firm):
    """What the evidence of each cycle was worked out from."""
    work = Workspace.open(firm.workspace)
    steps = work.store.read("cycle_runs", step="evidence")
    work.close()
    return dict(steps.select("cycle", "manifest").iter_rows())


def log(firm):
    work = Workspace.open(firm.workspace)
    found = read_decisions(work.store)
    work.close()
    return found


def test_a_verdict_given_before_the_cycle_ends_counts_in_it(done, capsys):
    with_settings(done, "review: {examples_per_pain: 0}")  # all say the same words here
    report(done, capsys)
    judge(done, "rejected", at=BEFORE_THE_END, account="a1")
    judge(done, "moved", at=BEFORE_THE_END, account="a2", to="manual-reporting")
    before = tables(done, *Firm.months[:-1])

    again = report(done, capsys)

    assert [cycle["unchanged"] for cycle in again["cycles"]] == [True] * 5 + [False]
    assert raising(done) == {"data-trust": 18, "manual-reporting": 1}
    assert tables(done, *Firm.months[:-1]) == before


def test_a_later_verdict_counts_in_its_cycle_only_when_that_is_reopened(done, capsys):
    judge(done, "rejected", at=AFTER_THE_END, account="a1")
    before = tables(done, *Firm.months)
    assert all(cycle["unchanged"] for cycle in report(done, capsys)["cycles"])

    assert call(done, "run", "--since", "2026-10", "--until", "2026-10", "--force") == 0

    assert raising(done)["data-trust"] == 19
    after = tables(done, *Firm.months)
    assert {key: after[key] for key in after if key[1] != "2026-10"} == {
        key: before[key] for key in before if key[1] != "2026-10"
    }
    assert all(cycle["unchanged"] for cycle in report(done, capsys)["cycles"])
    decided = log(done).height
    report(done, capsys, "--force")
    assert tables(done, *Firm.months) == after
    assert log(done).height == decided


def test_an_accepted_statement_is_an_example_from_the_cycle_in_which_it_was_accepted(
    done, capsys, encoder
):
    judge(done, "moved", at=datetime(2026, 9, 15, tzinfo=UTC), cycle="2026-08", to="manual-reporting")  # fmt: skip
    before = reported(done)

    again = report(done, capsys)

    assert [cycle["unchanged"] for cycle in again["cycles"]] == [True] * 4 + [False] * 2
    assert reported(done, "2026-08") == {key: before[key] for key in before if key[1] == "2026-08"}
    assert raising(done, "2026-09")["manual-reporting"] > 0
    after, matched = reported(done), log_of_runs(done)
    assert all(cycle["unchanged"] for cycle in report(done, capsys)["cycles"])
    assert log_of_runs(done) == matched  # nothing was matched again to find that out
    assert reported(done) == after


def test_what_a_report_compares_is_matched_alike(done, capsys):
    judge(done, "moved", at=datetime(2026, 9, 15, tzinfo=UTC), cycle="2026-08", to="manual-reporting")  # fmt: skip

    assert call(done, "run", "--since", "2026-09", "--until", "2026-09") == 0
    taught = {
        cycle: json.loads(manifest)["taught"] for cycle, manifest in log_of_runs(done).items()
    }

    assert len({taught[cycle] for cycle in Firm.months if cycle <= "2026-09"}) == 1
    assert taught["2026-10"] != taught["2026-09"]  # not asked for: as it was


def test_labels_that_are_taken_back_are_unlearnt_and_a_run_says_so(done, capsys):
    before = reported(done)
    judge(done, "moved", at=datetime(2026, 9, 15, tzinfo=UTC), cycle="2026-08", to="manual-reporting")  # fmt: skip
    report(done, capsys)
    assert reported(done) != before

    work = Workspace.open(done.workspace)
    rows = standing(read_decisions(work.store)).rows(named=True)
    at = datetime(2026, 9, 16, tzinfo=UTC)
    record_decisions(work, pl.concat([undo(row, at=at, by="ann") for row in rows]))
    work.close()
    again = report(done, capsys)

    assert [cycle["unchanged"] for cycle in again["cycles"]] == [True] * 4 + [False] * 2
    assert reported(done) == before
    assert "matched again: what people taught was added to, taken back" in again["notices"][0]


def test_examples_can_be_switched_off(done, capsys):
    with_settings(done, "review: {examples_per_pain: 0}")
    judge(done, "moved", at=datetime(2026, 9, 15, tzinfo=UTC), cycle="2026-08", to="manual-reporting")  # fmt: skip

    report(done, capsys)

    assert raising(done, "2026-09") == {"data-trust": 20, "manual-reporting": 0}


def test_where_review_is_required_nothing_votes_before_a_person_accepted_it(done, capsys):
    with_settings(done, "review: {required_for: {ops-lead: true}}")

    report(done, capsys)
    assert raising(done) == {"data-trust": 0, "manual-reporting": 0}

    judge(done, "accepted", at=BEFORE_THE_END, account="a1")
    report(done, capsys)
    assert raising(done) == {"data-trust": 1, "manual-reporting": 0}


def test_a_lost_store_and_its_restored_decisions_give_the_same_bytes(done, capsys):
    judge(done, "rejected", at=BEFORE_THE_END, account="a1")
    judge(done, "rejected", at=AFTER_THE_END, account="a2")
    report(done, capsys, "--force")
    before, decided = tables(done, *Firm.months), log(done)
    assert raising(done)["data-trust"] == 18

    for path in (done.workspace / ".next-evidence").glob("store.sqlite*"):
        path.unlink()
    assert call(done, "run", "--since", "2026-05", "--until", "2026-10") == 1
    assert "review --restore" in capsys.readouterr().err
    assert call(done, "doctor") == 1
    assert call(done, "review", "--restore") == 0
    report(done, capsys)

    assert log(done).equals(decided)
    assert tables(done, *Firm.months) == before


def promote(firm, *, at, head=None, intercept=-1.0):
    """Put a calibration into the log, of the models in use unless said otherwise."""
    work = Workspace.open(firm.workspace)
    steps = work.store.read("cycle_runs", cycle="2026-10", step="evidence")
    models = json.loads(steps["manifest"][0])["models"]
    detail = {
        "intercept": intercept, "slope": 1.0, "decisions": 80, "knots": [],
        "encoder": models["encoder"], "head": head or models["head"],
    }  # fmt: skip
    row = decision(
        at=at, by="ann", kind="calibration", subject="matching", verdict="promoted", detail=detail
    )
    record_decisions(work, row)
    work.close()


def test_a_promoted_calibration_counts_from_its_cycle_on_and_can_be_rolled_back(done, capsys):
    before = reported(done, "2026-08")
    promote(done, at=datetime(2026, 9, 10, tzinfo=UTC))

    again = report(done, capsys)

    assert [cycle["unchanged"] for cycle in again["cycles"]] == [True] * 4 + [False] * 2
    assert reported(done, "2026-08") == before
    changed = tables(done, *Firm.months)
    # it was in use when October ended; taking it back now counts from the cycle that runs now
    assert call(done, "review", "--rollback", "--by", "ann") == 0
    assert "calibration" in capsys.readouterr().out
    report(done, capsys)
    assert tables(done, *Firm.months) == changed
    assert log(done).height == 2
    assert call(done, "review", "--rollback") == 0
    assert "Nothing" in capsys.readouterr().out


def test_a_calibration_of_other_models_is_not_used_and_a_run_says_so(done, capsys):
    before = tables(done, *Firm.months)
    promote(done, at=datetime(2026, 9, 10, tzinfo=UTC), head="another")

    again = report(done, capsys)

    assert tables(done, *Firm.months) == before
    assert "another encoder or matching head" in again["notices"][0]


def test_reviewed_gives_the_answers_to_what_was_drawn_at_random(done):
    wrong = ["a1", "a2", "a3", "a4", "a5", "a6"]
    for account in wrong:
        judge(done, "rejected", at=BEFORE_THE_END, account=account)
    judge(done, "accepted", at=AFTER_THE_END)

    with open_workspace(done.workspace) as work:
        given, log = work.reviewed(), work.table("decisions")

    random = log.filter(pl.col("drawn") == "random")["subject"]
    assert 0 < len(random) < log.height
    assert sorted(given["utterance_id"]) == sorted(random)
    assert given["right"].to_list() == [account not in wrong for account in given["account_id"]]
    assert set(given["right"]) == {True, False}


def test_decisions_are_compared_with_what_the_head_alone_said(done, capsys):
    promote(done, at=datetime(2026, 10, 2, tzinfo=UTC))
    with open_workspace(done.workspace) as work:
        alone = work.table("matches", "2026-10")
    report(done, capsys)

    judge(done, "accepted", at=AFTER_THE_END, account="a1")

    given = log(done).filter(pl.col("kind") == "match").row(0, named=True)
    was = alone.filter(pl.col("utterance_id") == given["subject"])["confidence"][0]
    assert given["uncalibrated"] == was
    assert given["confidence"] < was
    assert given["head"] is not None


def typed(monkeypatch, keys):
    monkeypatch.setattr("sys.stdin", io.StringIO("\n".join(keys) + "\n"))


def in_force(firm, capsys):
    capsys.readouterr()
    assert call(firm, "review", "--json") == 0
    return json.loads(capsys.readouterr().out)["cycle"]


def test_a_session_takes_keys_undoes_and_goes_on_where_it_stopped(done, capsys, monkeypatch):
    typed(monkeypatch, ["a", "u", "r", "x", "s", "m", "1", "m", "", "q"])
    assert call(done, "review", "--by", "ann", "--count", "10") == 0
    shown = capsys.readouterr().out

    assert "Ops Lead" in shown
    assert "Runner-up" in shown
    found = in_force(done, capsys)
    assert (found["accepted"], found["rejected"], found["moved"]) == (0, 1, 1)
    assert log(done)["verdict"].to_list() == ["accepted", "undone", "rejected", "skipped", "moved"]
    typed(monkeypatch, ["a"] * 20)
    assert call(done, "review", "--by", "bo", "--count", "10") == 0
    assert "1 of 8" in capsys.readouterr().out
    assert in_force(done, capsys)["reviewed"] == 10
    typed(monkeypatch, [])
    assert call(done, "review", "--count", "10") == 0
    assert "Nothing is left" in capsys.readouterr().out


def test_a_sheet_goes_out_and_comes_back(done, capsys, tmp_path):
    out, back = tmp_path / "out.csv", tmp_path / "back.csv"
    assert call(done, "review", "--export", str(out), "--count", "6") == 0
    rows = list(csv.DictReader(io.StringIO(out.read_text("utf-8-sig"))))
    assert len(rows) == 6
    rows[0]["verdict"] = "accept"
    rows[1] |= {"verdict": "move", "move_to": "manual-reporting", "by": "bo"}
    rows[2] |= {"verdict": "move", "move_to": "no-such-pain"}
    rows[3] |= {"verdict": "reject", "utterance_id": "unknown"}
    rows[4] |= {"verdict": "reject", "pain_id": "manual-reporting"}
    rows[5] = rows[0]
    with back.open("w", newline="", encoding="utf-8") as handle:
        writer = csv.DictWriter(handle, rows[0])
        writer.writeheader()
        writer.writerows(rows)
    capsys.readouterr()

    assert call(done, "review", "--import", str(back), "--by", "ann", "--count", "6", "--json") == 1

    told = json.loads(capsys.readouterr().out)
    assert told["taken_in"] == 2
    assert [row["line"] for row in told["rejected"]] == [4, 5, 6, 7]
    assert len({row["reason"] for row in told["rejected"]}) == 4
    decided = log(done).sort("subject")
    assert set(decided["by"]) == {"ann", "bo"}
    assert set(decided["verdict"]) == {"accepted", "moved"}
    assert "chosen" not in set(decided["drawn"])


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--cycle", "2020-01"), "never worked out"),
        (("--cycle", "soon"), "a cycle is written"),
        (("--rollback", "--restore"), "do not go together"),
        (("--import", "/no/such/file.csv"), "cannot be read"),
    ],
)
def test_wrong_use_is_said(done, capsys, arguments, words):
    assert call(done, "review", *arguments) == 2
    assert words in capsys.readouterr().err


def test_without_a_cycle_there_is_nothing_to_review(firm, capsys):
    assert run(["review", "--workspace", str(firm.workspace)]) == 2
    assert "nothing was worked out yet" in capsys.readouterr().err


def test_random_verdicts_correct_the_shares_of_their_cycle_and_the_brief_says_so(done, capsys):
    with_settings(done, "review: {min_accounts: 10}")
    report(done, capsys)
    before = tables(done, "2026-09")
    for number in range(1, 21):
        judge(done, "accepted" if number % 2 else "rejected", at=AFTER_THE_END, account=f"a{number}")  # fmt: skip

    assert call(done, "run", "--since", "2026-10", "--until", "2026-10", "--force") == 0

    with open_workspace(done.workspace) as work:
        rows = work.table("shares", "2026-10").filter(pl.col("segment").is_null())
    trust = rows.filter(pl.col("pain_id") == "data-trust").row(0, named=True)
    assert trust["reviewed_matches"] >= 10
    assert 0.3 < trust["share_reviewed"] < 0.75
    assert trust["share_reviewed_low"] < trust["share_reviewed"] < trust["share_reviewed_high"]
    page = (done.workspace / "briefs" / "2026-10" / "ops-lead" / "brief.md").read_text()
    assert f"Corrected with {trust['reviewed_matches']} reviewed matches, " in page
    assert tables(done, "2026-09") == before
