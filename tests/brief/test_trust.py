"""What a brief says of how far its matches are to be trusted."""

from dataclasses import replace

import polars as pl
import pytest

from next_evidence.brief.render import render_brief
from next_evidence.testing.briefs import NOW, sample
from next_evidence.testing.builders import speakers

FORMS = ("brief.md", "brief.html", "brief.email.html", "brief.email.txt", "brief.slack.json")


def rendered(templates, situation="strong", **tables):
    made = sample(situation)
    brief = replace(made, tables=replace(made.tables, **tables)).compose()
    return brief, render_brief(brief, templates)


def reviewed(shares):
    now = (pl.col("cycle") == NOW.name) & pl.col("segment").is_null()
    return shares.with_columns(
        share_reviewed=pl.when(now).then(0.31),
        share_reviewed_low=pl.when(now).then(0.22),
        share_reviewed_high=pl.when(now).then(0.41),
        reviewed_matches=pl.when(now).then(pl.lit(64, pl.Int64)),
    )


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("situation", ["strong", "nothing"])
def test_every_form_says_what_reviews_corrected(form, situation, templates):
    shares = reviewed(sample(situation).tables.shares)

    _, files = rendered(templates, situation, shares=shares)
    _, plain = rendered(templates, situation)

    assert "Corrected with 64 reviewed matches, 31% of accounts (22–41%) mean" in files.text(form)  # fmt: skip
    assert "reviewed matches" not in plain.text(form)


def test_speakers_who_could_be_of_two_personas_are_counted_by_pair(templates):
    mine = sample("strong").persona.id
    could = {"persona_id": None, "cycle": NOW.name}
    rows = [
        {**could, "runner_up_persona_id": mine, "ambiguous_with": "finance"},
        {**could, "runner_up_persona_id": "finance", "ambiguous_with": mine},
        {**could, "runner_up_persona_id": "admin", "ambiguous_with": mine},
        {**could, "runner_up_persona_id": "admin", "ambiguous_with": "finance"},
        {**could, "runner_up_persona_id": mine, "ambiguous_with": "admin", "cycle": "2026-01"},
    ]

    brief, files = rendered(templates, speakers=speakers(*rows))

    assert brief.coverage.ambiguous == (("finance", 2), ("admin", 1))
    page = files.text("brief.md")
    assert (
        "3 speakers could be of this persona or as well 2 of finance and 1 of admin, and count for none."
        in page
    )


def test_a_quote_says_why_its_speaker_counts(templates):
    tables = sample("strong").tables
    keys = tables.utterances["speaker_key"].unique().to_list()
    why = "title is listed; 9 of 14 statements about pains fit it best"
    rows = [{"speaker_key": k, "persona_id": sample("strong").persona.id, "cycle": NOW.name, "why": why} for k in keys]  # fmt: skip

    brief, files = rendered(templates, speakers=speakers(*rows))

    assert {card.why for card in brief.quotes} == {why}
    assert f"counted as {brief.persona}: {why}" in files.text("brief.html")
    assert "counted as" not in files.text("brief.slack.json")
