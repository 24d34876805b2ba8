"""Whatever a brief holds, each form keeps what its channel takes; `benchmarks/delivery_checks` asks vendors' own checkers."""

from __future__ import annotations

import json
import random
from html.parser import HTMLParser

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from slack_sdk.models.blocks import Block

from next_evidence.brief.email import MAX_BYTES
from next_evidence.brief.render import render_brief
from next_evidence.brief.slack import slack_problems
from next_evidence.brief.teams import teams_problems
from next_evidence.testing.briefs import SITUATIONS, sample_brief, varied

WORDS = st.lists(st.text(min_size=1, max_size=200), min_size=1, max_size=8)
VOID = {"meta", "br", "img", "link", "hr", "input"}


class Nesting(HTMLParser):
    """Elements that are closed in another order than they were opened, and texts that images lack."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open, self.problems = [], []
        self.feed(page)
        self.close()
        self.problems += [f"{tag} is never closed" for tag in self.open]

    def handle_starttag(self, tag, attrs):
        if tag == "img" and not dict(attrs).get("alt"):
            self.problems.append("an image without words")
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        del tag, attrs  # SVG

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.problems.append(f"{tag} closes something else")


@settings(
    max_examples=10,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
)
@given(situation=st.sampled_from(SITUATIONS), words=WORDS, seed=st.integers(0, 2**32))
def test_every_form_keeps_its_limits_whatever_a_brief_holds(situation, words, seed, templates):
    brief = varied(sample_brief(situation), words, random.Random(seed))

    rendered = render_brief(brief, templates, link="https://ne.example/brief.html")

    assert [p for p in rendered.problems if "e-mail" not in p and "the mail" not in p] == []
    slack = json.loads(rendered.text("brief.slack.json"))
    assert list(slack_problems(slack)) == []
    for message in (slack["parent"], *slack["thread"]):
        for block in Block.parse_all(message["blocks"]):
            block.validate_json()
    assert list(teams_problems(json.loads(rendered.text("brief.teams.json")))) == []
    assert Nesting(rendered.text("brief.html")).problems == []
    assert Nesting(rendered.text("brief.email.html")).problems == []
    json.loads(rendered.text("brief.json"))


@pytest.mark.parametrize("page", ["<p><b>x</p></b>", "<img src='x'>", "<table><tr></table>"])
def test_the_checker_sees_what_is_wrong(page):
    assert Nesting(page).problems


def test_the_largest_brief_that_settings_allow_stays_below_what_mail_programs_cut(templates):
    largest = random.Random(3)
    for _ in range(3):
        brief = varied(
            sample_brief("crowded"),
            ["Twelve words of a sentence that somebody said on a call today"],
            largest,
        )
        rendered = render_brief(brief, templates)
        size = len(rendered.files["brief.email.html"]) + len(rendered.files["brief.email.txt"])
        assert size < MAX_BYTES
