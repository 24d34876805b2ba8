"""A workspace's template wins; a broken one is reported with file and line, and the shipped one is used."""

from __future__ import annotations

import pytest
from jinja2 import ChoiceLoader, DictLoader, FileSystemLoader

from next_evidence.assets import packaged
from next_evidence.brief.compose import compose_cycle
from next_evidence.brief.render import render_brief, render_cycle_page
from next_evidence.brief.templates import Templates
from next_evidence.errors import TemplateError
from next_evidence.testing.briefs import NOW, sample_brief

SHIPPED = FileSystemLoader(packaged("templates"))


def rendered(tmp_path, **files: str):
    for name, text in files.items():
        (tmp_path / name.replace("__", ".")).write_text(text, encoding="utf-8")
    return render_brief(sample_brief("strong"), Templates(SHIPPED, FileSystemLoader(tmp_path)))


def test_a_template_of_the_workspace_overrides_the_shipped_one(tmp_path):
    brief = rendered(tmp_path, brief__md__j2="Our own words on {{ brief.persona | md }}.")

    assert brief.text("brief.md") == "Our own words on Hands-on RevOps Lead.\n"
    assert brief.text("brief.html").startswith("<!doctype html>")
    assert brief.problems == ()


def test_a_shared_macro_can_be_overridden_alone(tmp_path):
    shipped = (packaged("templates") / "_macros.j2").read_text(encoding="utf-8")

    brief = rendered(tmp_path, _macros__j2=shipped.replace("top pain moved", "TOP PAIN CHANGED"))

    assert "TOP PAIN CHANGED" in brief.title
    assert "TOP PAIN CHANGED" in brief.text("brief.slack.json")


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("fine\n{% if %}", "brief.md.j2, line 2: "),
        ("fine\nfine\n{{ brief.pesona }}", "brief.md.j2, line 3: "),
        ("{{ brief.quotes + 1 }}", "brief.md.j2, line 1: it cannot be rendered (TypeError)"),
        ("\n{{ 1 / 0 }}", "brief.md.j2, line 2: it cannot be rendered (ZeroDivisionError)"),
        ("{% include 'gone.j2' %}", "brief.md.j2, line 1: there is no template gone.j2"),
        ("{{ brief.__class__.__mro__ }}", "brief.md.j2, line 1: "),
        ("{{ 'x' | no_such_filter }}", "brief.md.j2, line 1: "),
    ],
)
def test_a_broken_template_is_reported_and_the_shipped_one_used(tmp_path, text, problem):
    whole = render_brief(sample_brief("strong"), Templates(SHIPPED))

    brief = rendered(tmp_path, brief__md__j2=text)

    assert brief.text("brief.md") == whole.text("brief.md")
    (told,) = brief.problems
    assert told.startswith(problem)
    assert told.endswith("the shipped template was used")


def test_a_slack_template_that_slack_would_refuse_is_replaced(tmp_path):
    whole = render_brief(sample_brief("strong"), Templates(SHIPPED))

    for text in (
        "not json",
        '{"parent": {"text": "", "blocks": []}, "thread": []}',
        "[]",
        '{"parent": 3}',
    ):
        brief = rendered(tmp_path, brief__slack__json__j2=text)
        assert brief.text("brief.slack.json") == whole.text("brief.slack.json")
        assert len(brief.problems) == 1


def test_problems_hold_no_words_of_customers(tmp_path):
    said = sample_brief("strong").quotes[0].quote.text

    brief = rendered(tmp_path, brief__md__j2="{{ brief.quotes[0].quote.text / 2 }}")

    assert said not in " ".join(brief.problems)


def test_a_broken_shipped_template_is_an_error():
    broken = ChoiceLoader([DictLoader({"brief.md.j2": "{% if %}"}), SHIPPED])

    with pytest.raises(TemplateError, match=r"brief\.md\.j2, line 1"):
        render_brief(sample_brief("nothing"), Templates(broken))


def test_the_cycle_page_falls_back_too(tmp_path):
    (tmp_path / "cycle.html.j2").write_text("{{ nothing.here }}", encoding="utf-8")
    page = compose_cycle([sample_brief("strong")], company="Meridian", cycle=NOW)

    brief = render_cycle_page(page, Templates(SHIPPED, FileSystemLoader(tmp_path)))

    assert brief.persona_id is None
    assert brief.text("index.html").startswith("<!doctype html>")
    assert brief.problems[0].startswith("cycle.html.j2, line 1: 'nothing' is undefined")
