"""The order of the whole job, with a small encoder and head in place of the trained ones: seconds, no model."""

import dataclasses
import json
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from next_evidence import engine
from next_evidence.api import open_workspace
from next_evidence.cli.main import run
from next_evidence.encoding.cached import CachedEncoder
from next_evidence.matching.cues import CUE_NAMES
from next_evidence.matching.head import PAIR_FEATURES, Head
from next_evidence.records import KINDS
from next_evidence.testing.fakes import HashingEncoder
from next_evidence.workspace.vectors import VectorFile
from tests.cli.conftest import Company

TABLES = ("matches", "pains", "shares", "shifts", "coverage", "briefs")
REPORTING = "I still copy six exports into one sheet by hand"
TRUST = "Your total and our invoices never agree"


def word_head(n_dims):
    """Shared words decide which pain; everything is relevant and nothing is denied."""
    wording = 2 * n_dims + 2 * len(CUE_NAMES) + len(KINDS) + 1
    relevance, denial = np.zeros(wording), np.zeros(wording)
    relevance[-1], denial[-1] = 3.0, -4.0
    pair = np.tile([8.0 if name in ("mean", "nearest") else 0.0 for name in PAIR_FEATURES], 2)
    return Head(
        centre=np.zeros(n_dims),
        projection=np.eye(n_dims),
        relevance=relevance,
        denial=denial,
        pain=pair,
        pain_null=np.array([14.0, 0.0, 0.0]),
        world=pair,
        world_null=np.array([14.0, 0.0, 0.0]),
        temper=0.5,
        overlap=0.1,
        explained=0.5,
        title=(4.0, 2.0, -1.0),
        none=(0.0, 0.5),
        denies_at=0.5,
        raises_below=0.2,
        family="hashing",
    )


@pytest.fixture
def encoder(monkeypatch):
    """What every workspace of a test encodes with."""
    return small_models(monkeypatch)


def small_models(patch, n_dims=64):
    small = HashingEncoder(n_dims=n_dims)

    def load(work, *, on_build=None):
        vectors = VectorFile(work.paths.vectors, small.fingerprint, small.n_dims)
        return CachedEncoder(small, vectors)

    patch.setattr(engine, "load_encoder", load)
    patch.setattr(engine, "load_head", lambda: word_head(small.n_dims))
    return small


class Firm(Company):
    """Twenty accounts that write one ticket a month: of reporting until August, of trust from then on."""

    months = ("2026-05", "2026-06", "2026-07", "2026-08", "2026-09", "2026-10")

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.accounts = [
            [f"a{n}", f"Firm {n}", f"firm{n}.example", str(1000 * n), "USD", "top", "mid-market"]
            for n in range(1, 21)
        ]
        self.write_accounts()
        rows = [
            [f"c{n}", f"a{n}", f"Person {n}", f"p{n}@firm{n}.example", "RevOps Manager"]
            for n in range(1, 21)
        ]
        self._csv("contacts.csv", ("contact_id", "account_id", "name", "email", "title"), rows)
        for call in (self.raw / "calls").iterdir():
            call.unlink()
        self.tickets = [
            self._said(n, month, TRUST if month >= "2026-08" else REPORTING)
            for month in self.months
            for n in range(1, 21)
        ]
        self.write_tickets()
        surveys = [
            [f"s{month}{n}", f"{month}-20T10:00:00Z", f"a{n}", f"p{n}@firm{n}.example", "Why?", ticket]
            for month in self.months
            for n in range(1, 7)
            for ticket in [f"Number {n}: {TRUST if month >= '2026-08' else REPORTING}"]
        ]  # fmt: skip
        header = ("response_id", "submitted_at", "account_id", "respondent_email", "question", "answer")  # fmt: skip
        self._csv("surveys.csv", header, surveys)

    def _said(self, number: int, month: str, body: str) -> dict:
        when = f"{month}-{number:02d}T09:00:00Z"
        author = {"email": f"p{number}@firm{number}.example", "role": "end-user"}
        comment = {"id": 1, "author": author, "created_at": when, "public": True, "body": body}
        return {
            "id": f"t{month}-{number}", "organization_id": f"a{number}", "created_at": when,
            "url": f"https://desk.example/{number}", "comments": [comment],
        }  # fmt: skip


@pytest.fixture
def firm(tmp_path, encoder):
    return new_firm(tmp_path)


def new_firm(folder):
    made = Firm(folder)
    assert run(["init", str(made.workspace), "--from", str(made.raw)]) == 0
    settings = made.workspace / "next_evidence.yaml"
    settings.write_text(settings.read_text() + "\ntopics: {enabled: false}\n")
    return made


def call(firm, *arguments):
    return run([*arguments, "--workspace", str(firm.workspace)])


def report(firm, capsys, *arguments):
    capsys.readouterr()
    assert call(firm, "run", "--since", "2026-05", "--until", "2026-10", "--json", *arguments) == 0
    return json.loads(capsys.readouterr().out)


def tables(firm, *cycles):
    with open_workspace(firm.workspace) as work:
        return {
            (name, cycle): work.table(name, cycle).write_json()
            for name in TABLES
            for cycle in cycles
        }


def test_what_customers_say_becomes_a_brief_that_leads_with_what_moved(firm, capsys):
    done = report(firm, capsys)

    assert done["problems"] == []
    assert [cycle["cycle"] for cycle in done["cycles"]] == list(Firm.months)
    page = (firm.workspace / "briefs" / "2026-10" / "ops-lead" / "brief.md").read_text()
    heading = next(line for line in page.splitlines() if line.startswith("# "))
    assert "Manual reporting" in heading
    assert "I cannot trust the numbers" in heading
    assert TRUST in page
    with open_workspace(firm.workspace) as work:
        shares = work.table("shares", "2026-10").filter(pl.col("segment").is_null())
        raising = dict(zip(shares["pain_id"], shares["accounts_raising"], strict=True))
    assert raising == {"data-trust": 20, "manual-reporting": 0}


def test_a_brief_and_a_cycle_can_be_read_again_in_every_form(firm, capsys, tmp_path):
    pytest.importorskip("weasyprint", exc_type=ImportError)
    report(firm, capsys)
    begins = {
        "md": "# ",
        "html": "<!doctype",
        "slack": "{",
        "teams": "{",
        "json": "{",
        "pdf": "%PDF",
    }

    for form, begin in begins.items():
        for persona in (["ops-lead"], []):
            out = tmp_path / f"{form}{len(persona)}"
            asked = ["brief", *persona, "--format", form, "--out", str(out)]
            assert run([*asked, "--workspace", str(firm.workspace)]) == 0
            assert out.read_bytes().startswith(begin.encode()), asked
    # the cycle on paper is its page and all its briefs
    assert (tmp_path / "pdf0").stat().st_size > (tmp_path / "pdf1").stat().st_size


def test_words_that_came_with_it_are_a_section_with_a_verbatim_quote(firm, capsys):
    report(firm, capsys)

    page = (firm.workspace / "briefs" / "2026-10" / "ops-lead" / "brief.md").read_text()
    section = page.split("## Words they use now")[1].split("\n## ")[0]
    assert "Gained: **invoices never agree**. 20 of 20 accounts say it" in section
    assert f"“{TRUST}” (RevOps Manager, Firm " in section
    with open_workspace(firm.workspace) as work:
        words = work.table("shifts", "2026-10").filter(kind="language", verdict="surface")
    assert words["label"].unique().to_list() == ["invoices never agree"]


def test_a_second_run_finds_everything_as_it_was(firm, capsys, encoder):
    report(firm, capsys)
    before, encoded = tables(firm, *Firm.months), len(encoder.encoded)

    again = report(firm, capsys)

    assert all(cycle["unchanged"] for cycle in again["cycles"])
    assert tables(firm, *Firm.months) == before
    assert len(encoder.encoded) == encoded


def test_forced_it_gives_the_same_bytes_and_encodes_nothing_again(firm, capsys, encoder):
    report(firm, capsys)
    before, said = tables(firm, *Firm.months), set(encoder.encoded)
    encoder.encoded.clear()

    again = report(firm, capsys, "--force")

    assert not any(cycle["unchanged"] for cycle in again["cycles"])
    assert tables(firm, *Firm.months) == before
    assert not [text for text in encoder.encoded if text in said and text == REPORTING]


def test_words_said_later_change_no_earlier_cycle(firm, capsys):
    later = firm.tickets[-20:]
    firm.tickets = firm.tickets[:-20]
    firm.write_tickets()
    assert call(firm, "run", "--since", "2026-05", "--until", "2026-09") == 0
    before = tables(firm, *Firm.months[:-1])

    firm.tickets += later
    firm.write_tickets()
    report(firm, capsys)
    report(firm, capsys, "--force")  # now that all that October holds lies in the store

    assert tables(firm, *Firm.months[:-1]) == before


def test_a_ticket_that_arrives_late_changes_its_own_cycle_and_what_follows(firm, capsys):
    report(firm, capsys)
    before = tables(firm, "2026-06", "2026-07")

    firm.tickets.append(firm._said(21, "2026-07", TRUST) | {"id": "late", "organization_id": "a1"})
    firm.write_tickets()
    again = report(firm, capsys)

    assert [cycle["unchanged"] for cycle in again["cycles"]] == [True] * 2 + [False] * 4
    after = tables(firm, "2026-06", "2026-07")
    assert after["matches", "2026-06"] == before["matches", "2026-06"]
    assert after["matches", "2026-07"] != before["matches", "2026-07"]


def test_a_document_edited_in_the_middle_of_a_year_is_matched_anew_and_said(firm, capsys, encoder):
    assert report(firm, capsys)["notices"] == []
    before, said = tables(firm, "2026-05"), set(encoder.encoded)
    path = firm.workspace / "persona_library" / "ops-lead.yaml"
    path.write_text(path.read_text().replace(REPORTING, "The sheet is wrong every Monday"))
    encoder.encoded.clear()

    again = report(firm, capsys)

    assert not any(cycle["unchanged"] for cycle in again["cycles"])
    assert tables(firm, "2026-05")["matches", "2026-05"] != before["matches", "2026-05"]
    assert len(again["notices"]) == 1
    assert again["notices"][0].startswith(
        "6 cycles, 2026-05 to 2026-10, were matched again: the document of ops-lead changed"
    )
    assert set(encoder.encoded) - said == {"The sheet is wrong every Monday"}


def test_another_encoder_matches_all_anew_and_a_run_says_so(firm, capsys, monkeypatch):
    report(firm, capsys)
    small_models(monkeypatch, n_dims=48)

    again = report(firm, capsys)

    assert not any(cycle["unchanged"] for cycle in again["cycles"])
    told = [line.split(";")[0] for line in again["notices"]]
    assert told == [
        "6 cycles, 2026-05 to 2026-10, were matched again: the encoder changed",
        "6 cycles, 2026-05 to 2026-10, were matched again: the matching head changed",
    ]


def test_an_encoder_that_the_head_does_not_know_is_refused_and_changes_nothing(
    firm, capsys, monkeypatch
):
    report(firm, capsys)
    before = tables(firm, *Firm.months)
    strange = dataclasses.replace(word_head(64), family="another-model")
    monkeypatch.setattr(engine, "load_head", lambda: strange)

    assert call(firm, "run", "--since", "2026-10", "--until", "2026-10") != 0

    assert "the matching head was fitted on another-model" in capsys.readouterr().err
    assert tables(firm, *Firm.months) == before
