"""The order of the whole job, with a small encoder and head in place of the trained ones: seconds, no model."""

import dataclasses

import polars as pl
import pytest

from next_evidence import engine
from next_evidence.api import open_workspace
from next_evidence.cli.main import run
from tests.firm import REPORTING, TRUST, Firm, call, report, small_models, tables, word_head


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
