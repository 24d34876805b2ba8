"""Rendered briefs are what a person read and approved, in every form and situation."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from jinja2 import FileSystemLoader

from next_evidence.assets import packaged
from next_evidence.brief.compose import compose_cycle
from next_evidence.brief.model import MissedCycle
from next_evidence.brief.render import render_brief, render_cycle_page
from next_evidence.brief.templates import Templates
from next_evidence.brief.words import span_of
from next_evidence.testing.briefs import NOW, SITUATIONS, sample_brief

_KINDS = ("md", "html", "slack.json", "teams.json", "email.html", "email.txt", "json")
FORMS = tuple(f"brief.{kind}" for kind in _KINDS)
DIGEST = tuple(f"index.{kind}" for kind in _KINDS)
APPROVED = Path(__file__).parent / "approved"


@pytest.fixture(scope="module")
def templates() -> Templates:
    return Templates(FileSystemLoader(packaged("templates")))


@pytest.mark.parametrize("situation", SITUATIONS)
@pytest.mark.parametrize("form", FORMS)
def test_a_brief_is_what_was_approved(situation, form, templates, approved):
    # charts are compared in tests/brief/test_charts.py: their bytes change with vl-convert, the words do not
    rendered = render_brief(
        sample_brief(situation), templates, link="https://ne.example/brief.html"
    )

    approved(f"{situation}/{form}", rendered.files[form])


@pytest.mark.parametrize("name", DIGEST)
def test_the_cycle_page_is_what_was_approved(name, templates, approved):
    briefs = [
        replace(sample_brief(s), persona_id=f"persona-{s}", persona=f"Persona {s.title()}")
        for s in SITUATIONS
    ]

    page = compose_cycle(briefs, company="Meridian", cycle=NOW)
    missed = MissedCycle(span_of(NOW.previous()), personas=5, shifted=2)

    rendered = render_cycle_page(
        replace(page, missed=(missed,)), templates, link="https://ne.example/index.html"
    )

    approved(f"cycle/{name}", rendered.files[name])


def test_nothing_approved_is_left_over():
    expected = {f"{s}/{f}" for s in SITUATIONS for f in FORMS} | {f"cycle/{f}" for f in DIGEST}

    assert {str(p.relative_to(APPROVED)) for p in APPROVED.rglob("*") if p.is_file()} == expected
