"""Every form holds the whole brief, asks nobody for anything, and repeats byte for byte."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import pytest

from next_evidence.brief.compose import compose_cycle
from next_evidence.brief.email import MAX_BYTES
from next_evidence.brief.render import render_brief, render_cycle_page
from next_evidence.brief.slack import PARENT_CHARACTERS, characters
from next_evidence.testing.briefs import NOW, SITUATIONS, sample, sample_brief

FORMS = {
    "brief.md",
    "brief.html",
    "brief.slack.json",
    "brief.teams.json",
    "brief.email.html",
    "brief.email.txt",
    "brief.json",
}


@pytest.mark.parametrize("situation", SITUATIONS)
def test_every_situation_has_every_form(situation, templates):
    rendered = render_brief(sample_brief(situation), templates)

    assert set(rendered.files) == FORMS
    assert rendered.problems == ()
    assert all(
        text.endswith(b"\n") and not text.endswith(b"\n\n") for text in rendered.files.values()
    )


@pytest.mark.parametrize("situation", SITUATIONS)
def test_the_same_brief_gives_the_same_bytes(situation, templates):
    first, second = (render_brief(sample(situation).compose(), templates) for _ in range(2))

    assert dict(first.files) == dict(second.files)
    assert first.key == second.key


def test_a_changed_word_changes_the_key(templates):
    brief = sample_brief("nothing")

    assert (
        render_brief(brief, templates).key
        != render_brief(replace(brief, owner="@else"), templates).key
    )


def test_the_page_asks_nobody_for_anything(templates):
    page = render_brief(sample_brief("strong"), templates).text("brief.html")

    assert "<script" not in page
    assert "<link" not in page
    assert "@import" not in page
    assert "url(" not in page
    assert not re.search(r"\bsrc=", page)


@pytest.mark.parametrize("form", ["brief.md", "brief.html", "brief.email.html", "brief.email.txt"])
def test_the_sections_stand_in_the_readers_order(form, templates):
    text = render_brief(sample_brief("strong"), templates).text(form).lower()

    order = [
        "top pain has moved from",
        "what changed",
        "what customers are saying",
        "affected accounts",
        "commercial exposure",
        "what this suggests",
        "why was this sent?",
    ]
    places = [text.index(words) for words in order]
    assert places == sorted(places)


@pytest.mark.parametrize("form", sorted(FORMS))
def test_the_headline_is_in_the_documents_own_words(form, templates):
    rendered = render_brief(sample_brief("strong"), templates).text(form).replace("&#39;", "'")

    assert "Manual reporting eats my week" in rendered
    assert "I can't trust the numbers once they're stitched across tools" in rendered


def test_the_slack_parent_is_short_and_keeps_its_quote_whole(templates):
    brief = sample_brief("strong")

    parent = json.loads(
        render_brief(brief, templates, link="https://ne.example/x").text("brief.slack.json")
    )["parent"]

    assert characters(parent) <= PARENT_CHARACTERS
    assert min((c.quote.text for c in brief.quotes), key=len) in json.dumps(parent).encode().decode(
        "unicode_escape"
    )
    assert [b["type"] for b in parent["blocks"]].count("actions") == 1


def test_without_a_link_there_is_no_button(templates):
    slack = render_brief(sample_brief("strong"), templates).text("brief.slack.json")

    assert '"actions"' not in slack


@pytest.mark.parametrize("situation", SITUATIONS)
def test_mails_stay_below_what_mail_programs_cut(situation, templates):
    rendered = render_brief(sample_brief(situation), templates)

    size = len(rendered.files["brief.email.html"]) + len(rendered.files["brief.email.txt"])
    assert size < MAX_BYTES
    assert rendered.problems == ()


def test_a_mail_that_mail_programs_would_cut_is_a_problem(templates):
    brief = sample_brief("strong")
    brief = replace(brief, reasons=tuple("Said again and again." for _ in range(500)))

    (problem,) = render_brief(brief, templates).problems

    assert problem.startswith("brief.email.html: the mail has ")


def test_a_mail_carries_its_style_on_every_element_and_leaves_the_rest_to_dark_screens(templates):
    mail = render_brief(sample_brief("strong"), templates).text("brief.email.html")

    assert 'class="heading" style="' in mail
    (rules,) = re.findall(r"<style[^>]*>(.*?)</style>", mail, re.DOTALL)
    outside = re.sub(r"@media[^{]*\{(?:[^{}]*\{[^}]*\})*\s*\}", "", rules)
    assert outside.strip() == ""
    assert "prefers-color-scheme: dark" in rules


def test_pages_have_one_h1_and_captions_on_every_table(templates):
    for situation in SITUATIONS:
        page = render_brief(sample_brief(situation), templates).text("brief.html")
        assert page.count("<h1") == 1
        assert page.count("<table") == page.count("<caption>")
        assert page.count("<section>") == page.count("</section>")


@pytest.mark.parametrize("form", ["brief.md", "brief.html"])
def test_why_a_speaker_counts_stands_apart_from_the_date(form, templates):
    brief = sample_brief("strong")
    first, *others = brief.quotes
    brief = replace(brief, quotes=(replace(first, why="title is listed"), *others))

    text = render_brief(brief, templates).text(form)

    assert " 2026 · counted as Hands-on RevOps Lead: title is listed · " in text


def test_unknown_numbers_are_called_unknown(templates):
    text = render_brief(sample_brief("strong"), templates).text("brief.md")

    assert "plus 1 account with unknown ARR" in text
    assert "None" not in text


@pytest.mark.parametrize("situation", SITUATIONS)
def test_no_form_shows_a_none_or_a_nan(situation, templates):
    rendered = render_brief(sample_brief(situation), templates)

    for form in ("brief.md", "brief.email.txt"):
        assert not re.search(
            r"\b(None|nan|True|False|Undefined)\b", rendered.text(form).replace("None of", "")
        )


@pytest.mark.parametrize("kind", ["pain_falling", "pain_faded"])
def test_the_opposite_of_a_fall_is_to_raise_it_still(kind, templates):
    brief = sample_brief("strong")
    told = brief.changes[0]
    quiet = replace(told.story, now=replace(told.story.now, denying=0))
    lead = replace(told, kind=kind, story=quiet)
    brief = replace(
        brief,
        changes=(lead,),
        quotes=(),
        counter=replace(brief.counter, accounts=8, accounts_heard=46, of_two_minds=1),
    )

    rendered = render_brief(brief, templates)

    for form in FORMS - {"brief.json"}:
        text = rendered.text(form)
        assert "8 of 46 accounts still raise it; 1 of them also denies it." in text, form
        assert "opposite" not in text, form
        assert "long enough" not in text, form
    for form in ("brief.md", "brief.html", "brief.email.html", "brief.email.txt"):
        text = rendered.text(form)
        assert "Nobody was heard to say that it is solved; fewer raise it." in text
        assert "More accounts raise it again: 8 of 46 accounts do now." in text


@pytest.mark.parametrize(
    "kind",
    ["top_pain", "pain_new", "pain_rising", "pain_falling", "pain_faded", "priority"],
)
@pytest.mark.parametrize("bare", [False, True])
@pytest.mark.parametrize("cadence", ["monthly", "weekly", "quarterly"])
def test_every_kind_of_shift_can_be_told(kind, bare, cadence, templates):
    brief = sample_brief("strong")
    lead = replace(brief.changes[0], kind=kind, versus="trailing", segment="enterprise")
    if bare:
        lead = replace(
            lead,
            story=None,
            old=None,
            since=None,
            change=None,
            change_low=None,
            q_value=None,
            share_now=None,
        )
        brief = replace(
            brief,
            quotes=(),
            strength=(),
            suggestions=(),
            coverage=replace(brief.coverage, segments=(), sources=()),
            counter=replace(brief.counter, quote=None),
            exposure=replace(brief.exposure, accounts=(), tiers=(), renewals=(), arr_usd=None),
        )
    brief = replace(brief, changes=(lead,), cycle=replace(brief.cycle, cadence=cadence))

    rendered = render_brief(brief, templates)

    assert rendered.problems == ()
    assert lead.label in rendered.text("brief.email.txt")


def test_the_cycle_page_links_to_every_brief(templates):
    briefs = [replace(sample_brief(s), persona_id=f"persona-{s}") for s in SITUATIONS]

    rendered = render_cycle_page(compose_cycle(briefs, company="Meridian", cycle=NOW), templates)

    assert set(rendered.files) == {
        "index.md",
        "index.html",
        "index.slack.json",
        "index.teams.json",
        "index.json",
        "index.email.html",
        "index.email.txt",
    }
    for situation in SITUATIONS:
        assert f'href="persona-{situation}/brief.html"' in rendered.text("index.html")
        assert f"](persona-{situation}/brief.md)" in rendered.text("index.md")
    assert "9 personas: 4 shifted, 2 steady, 1 too thin to say and 2 withheld" in rendered.text(
        "index.html"
    )
