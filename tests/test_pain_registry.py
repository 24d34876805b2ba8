"""Discovered pains in people's hands, from the command to the tables of the next run: seconds, no model."""

import json
import sqlite3
from datetime import UTC, datetime

import numpy as np
import polars as pl
import pytest

from next_evidence import discovery
from next_evidence.api import open_workspace
from next_evidence.cli.main import run
from next_evidence.errors import UsageError
from next_evidence.pain_registry.deciding import PainDecider
from next_evidence.topics.pains import discover
from next_evidence.workspace.decisions import read_decisions
from next_evidence.workspace.workspace import Workspace
from tests.firm import REPORTING, TRUST, Firm, call, copied, raising, report, worked_out

BEFORE_THE_END, AFTER_THE_END = datetime(2026, 10, 20, tzinfo=UTC), datetime(2026, 11, 5, tzinfo=UTC)  # fmt: skip
WHAT = ("wrong totals", "imaginary customers", "silly forecasts", "impossible dates", "huge discounts", "unknown regions", "dead owners", "false margins")  # fmt: skip
WHERE = ("the board deck breaks", "weekly reviews stall", "every renewal suffers", "a pricing page lies")  # fmt: skip


class Talkative(Firm):
    """Accounts that write of reporting and trust in turn; from September on most complain of the chatbot as well."""

    def __init__(self, folder):
        super().__init__(folder)
        self.tickets = [
            self._said(n, month, f"Number {n}: {(REPORTING, TRUST)[(n + m) % 2]}")
            for m, month in enumerate(self.months)
            for n in range(1, 21)
        ]
        self.tickets += [
            self._said(n, month, f"Your chatbot invents {WHAT[n % 8]} so {WHERE[(n // 4 + m) % 4]}")
            | {"id": f"chat-{month}-{n}"}
            for m, month in enumerate(("2026-09", "2026-10"))
            for n in range(1, 17)
        ]
        self.write_tickets()
        (self.raw / "surveys.csv").unlink()


def talkative_firm(folder):
    made = Talkative(folder)
    assert run(["init", str(made.workspace), "--from", str(made.raw)]) == 0
    return made


@pytest.fixture(scope="module")
def reported_firm(tmp_path_factory):
    """A firm whose months were worked out once for all tests."""
    return worked_out(talkative_firm, tmp_path_factory.mktemp("firm"))


@pytest.fixture
def done(reported_firm, tmp_path, encoder):
    """A copy of it, to be decided about by a test."""
    return copied(reported_firm, tmp_path)


def found(firm):
    """Id of the one pain that the engine found."""
    with open_workspace(firm.workspace) as work:
        pains = work.table("pains", "2026-10").filter(origin="discovered")
    assert pains.height == 1
    return pains["pain_id"][0]


def decide(firm, at=BEFORE_THE_END):
    return PainDecider(Workspace.open(firm.workspace), by="Ann", clock=lambda: at)


def pains(firm, cycle="2026-10"):
    with open_workspace(firm.workspace) as work:
        table = work.table("pains", cycle).filter(origin="discovered")
    return {row["pain_id"]: (row["label"], row["status"]) for row in table.to_dicts()}


def printed(firm, capsys, *arguments):
    capsys.readouterr()
    code = call(firm, "pains", *arguments)
    return code, capsys.readouterr().out


def examples(firm, pain_id, *, word):
    with open_workspace(firm.workspace) as work:
        said = work.table("matches").filter(pl.col("pain_id") == pain_id, status="accepted")
    return said.filter(pl.col("text").str.contains(word))["utterance_id"].to_list()


def test_a_new_pain_is_found_counted_and_listed(done, capsys):
    born = found(done)

    code, out = printed(done, capsys, "list", "--json")

    assert code == 0
    (listed,) = json.loads(out)
    assert (listed["pain_id"], listed["status"], listed["accounts"]) == (born, "candidate", 16)
    assert raising(done)[born] == 16
    assert "chatbot" in listed["label"]


def test_every_statement_is_judged_with_the_turn_around_it(done, monkeypatch, encoder):
    """The stored turns are changed, so that a statement's own vector in place of its turn's would be seen."""
    with sqlite3.connect(done.workspace / ".next-evidence" / "store.sqlite") as store:
        store.execute("UPDATE utterances SET context = 'Every morning: ' || context")
    given = {}
    monkeypatch.setattr(
        discovery, "discover", lambda window, vectors, **more: given.update(more, window=window) or discover(window, vectors, **more)
    )  # fmt: skip

    assert call(done, "run", "--since", "2026-10", "--until", "2026-10", "--force") == 0

    with open_workspace(done.workspace) as work:
        around = dict(work.table("utterances").select("utterance_id", "context").iter_rows())
    for rows, contexts in (("window", "contexts"), ("history", "history_contexts")):
        expected = encoder.encode([around[i] for i in given[rows]["utterance_id"]])
        np.testing.assert_allclose(given[contexts], expected, atol=1e-3)  # kept in half precision
    assert given["window"].height != given["history"].height > 0


def test_a_name_counts_from_its_cycle_on_and_earlier_cycles_keep_theirs(done, capsys):
    born = found(done)
    before = pains(done, "2026-09")
    decide(done).name(born, "  The chatbot   makes things up ")

    again = report(done, capsys)

    assert pains(done)[born] == ("The chatbot makes things up", "candidate")
    assert pains(done, "2026-09") == before
    assert [cycle["unchanged"] for cycle in again["cycles"]] == [True] * 5 + [False]
    with open_workspace(done.workspace) as work:
        shifts = work.table("shifts", "2026-10").filter(kind="pain_new")
    assert set(shifts["label"]) == {"The chatbot makes things up"}
    page = (done.workspace / "briefs" / "2026-10" / "ops-lead" / "brief.md").read_text()
    assert "The chatbot makes things up" in page


def test_a_later_decision_counts_in_the_last_cycle_only_when_that_is_reopened(done, capsys):
    born = found(done)
    decide(done, AFTER_THE_END).retire(born)
    assert all(cycle["unchanged"] for cycle in report(done, capsys)["cycles"])
    assert pains(done)[born][1] == "candidate"

    assert call(done, "run", "--since", "2026-10", "--until", "2026-10", "--force") == 0

    assert pains(done)[born][1] == "retired"
    assert raising(done).get(born, 0) == 0
    assert raising(done, "2026-09")[born] == 16  # what was reported stays
    assert printed(done, capsys, "show", born)[0] == 0


def test_a_merged_pain_brings_its_votes_along_past_ones_too(done, capsys):
    born = found(done)
    decide(done).merge(born, "data-trust")

    report(done, capsys)

    assert pains(done)[born][1] == "merged"
    assert born not in raising(done)
    assert raising(done)["data-trust"] == 18  # 10 of its own, 16 of the other, 8 raise both
    with open_workspace(done.workspace) as work:
        votes = work.table("votes").filter(pl.col("raises"))
    assert born not in set(votes["pain_id"])
    september = votes.filter(cycle="2026-09", pain_id="data-trust")["account_id"]
    assert september.n_unique() == len(september) > 10
    assert raising(done, "2026-09")[born] == 16  # the report of September shows both


def test_a_split_pain_becomes_its_parts(done, capsys):
    born = found(done)
    totals, dates = (examples(done, born, word=word) for word in ("totals", "dates"))
    (whole,) = decide(done).split(born, [("Wrong totals", totals[:2]), (None, dates[:2])])

    report(done, capsys)

    now = pains(done)
    assert now[born][1] == "split"
    assert set(now) == {born, *whole.parts}
    assert now[whole.parts[0]] == ("Wrong totals", "candidate")
    assert now[whole.parts[1]][0].startswith('"')
    counted = raising(done)
    assert born not in counted
    assert min(counted[part] for part in whole.parts) >= 2
    assert not set(whole.parts) & {"manual-reporting", "data-trust"}


def test_taking_a_decision_back_brings_everything_back(done, capsys):
    born = found(done)
    before = pains(done), raising(done)
    decider = decide(done)
    totals, dates = (examples(done, born, word=word) for word in ("totals", "dates"))
    (whole,) = decider.split(born, [(None, totals[:1]), (None, dates[:1])])
    assert [verdict for _, verdict in decider.undo(born)] == ["split"]

    report(done, capsys)

    assert (pains(done), raising(done)) == before
    (again,) = decider.split(born, [(None, totals[:1]), (None, dates[:1])])
    assert not set(again.parts) & set(whole.parts)  # an id is never given twice
    with pytest.raises(UsageError, match="nobody has decided"):
        decider.undo(again.parts[0])


def test_promoting_confirms_and_prints_a_proposal_and_changes_no_document(done, capsys):
    born = found(done)
    document = (done.workspace / "persona_library" / "ops-lead.yaml").read_bytes()

    code, out = printed(done, capsys, "promote", born, "--by", "Ann")

    assert code == 0
    assert f"id: {born}" in out
    assert "Your chatbot invents" in out
    assert (done.workspace / "persona_library" / "ops-lead.yaml").read_bytes() == document
    assert json.loads(printed(done, capsys, "list", "--json")[1])[0]["status"] == "confirmed"


def test_a_life_is_told_with_evidence_and_who_decided(done, capsys):
    born = found(done)
    call(done, "pains", "name", born, "Made-up figures", "--by", "Ann")
    call(done, "pains", "retire", born, "--by", "Bo")
    call(done, "pains", "undo", born, "--by", "Cy")

    (life,) = json.loads(printed(done, capsys, "show", born, "--json")[1])

    told = [(e["event"], e["by"], e["undone"]) for e in life["lineage"]]
    assert told[0] == ("born", None, False)
    assert told[-2:] == [("named", "Ann", False), ("retired", "Bo", True)]
    assert all("chatbot" in text for text in life["lineage"][0]["evidence"].values())
    assert life["status"] == "candidate"
    assert life["found_label"] != life["label"] == "Made-up figures"


def test_decisions_hold_ids_and_no_customers_words(done):
    born = found(done)
    decider = decide(done)
    totals, dates = (examples(done, born, word=word) for word in ("totals", "dates"))
    with open_workspace(done.workspace) as work:
        text = work.table("utterances").filter(utterance_id=totals[0])["text"][0]
    decider.split(born, [(None, [text]), (None, dates[:1])])  # given word for word

    rows = read_decisions(Workspace.open(done.workspace).store)

    assert totals[0] in rows["detail"][-1]
    assert "chatbot" not in rows.write_json()
    assert rows["encoder"].null_count() == 0


@pytest.mark.parametrize(
    ("arguments", "wanted"),
    [
        (("name", "{born}", ""), "1 to 120 characters"),
        (("name", "found-x", "X"), "no discovered pain 'found-x'"),
        (("retire", "data-trust"), "stands in the document of ops-lead"),
        (("merge", "{born}", "{born}"), "leads back"),
        (("merge", "{born}", "found-x"), "no pain 'found-x' to merge into"),
        (("split", "{born}", "--part", "a=x"), "two parts or more"),
        (("split", "{born}", "--part", "a=x", "--part", "b=y"), "neither the id of a statement"),
        (("undo", "{born}"), "nobody has decided anything"),
    ],
)
def test_what_cannot_be_decided_is_said(done, capsys, arguments, wanted):
    born = found(done)
    capsys.readouterr()

    assert call(done, "pains", *(a.format(born=born) for a in arguments)) == 2

    assert wanted in capsys.readouterr().err
    assert read_decisions(Workspace.open(done.workspace).store).is_empty()


def test_what_is_closed_is_not_decided_about_again(done):
    born = found(done)
    decider = decide(done)
    decider.retire(born)

    with pytest.raises(UsageError, match="is retired; `next-evidence pains undo"):
        decider.merge(born, "data-trust")
