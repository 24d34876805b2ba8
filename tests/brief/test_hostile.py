"""Whatever customers, documents or CRMs say, a brief keeps its shape: nothing formats, links, mentions or runs."""

from __future__ import annotations

import json
from dataclasses import fields, is_dataclass, replace
from html.parser import HTMLParser
from typing import Any

import pytest
from markdown_it import MarkdownIt

from next_evidence.brief.compose import compose_cycle
from next_evidence.brief.escape import visible
from next_evidence.brief.model import CycleSpan, PainPoint
from next_evidence.brief.render import render_brief, render_cycle_page
from next_evidence.testing.briefs import NOW, SITUATIONS, sample_brief

HOSTILE = {
    "mention": "<!channel> <@U123> @here &lt;!here&gt; #general",
    "script": "<script>alert(1)</script></style></textarea></title><img src=x onerror=alert(1)>",
    "attribute": '" onmouseover="alert(1)" x=\'',
    "jinja": "{{ 7*7 }} {% raw %} {# #} ${7*7} <%= 7 %>",
    "markdown": "[a](javascript:x) ![b](http://evil.example/p.png) **c** _d_ `e` ~~f~~ | g | <http://h> http://i.example www.j.example $k$ [l]: m",
    "lines": "one\n# two\n\n- three\n\n---\n> four\r\n| five |\n",
    "bidi": "safe \u202e detrevnI \u2066 \u200f end \u202c",
    "emoji": "👩\u200d💻 :tada: 🎉 ✅",
    "controls": "a\x00b\x1bc\u2028d\u2029e\ud800f",
    "json": '"}],"text":"x","blocks":[{"type":"section"',
    "entities": "&amp; &#x3c;b&#x3e; &nbsp;",
    "comment": "<!-- --> <![CDATA[ x ]]>",
}
# words that rules and templates compare; they come from us, not from outside
OURS = {
    "kind",
    "verdict",
    "state",
    "gate_state",
    "versus",
    "durability",
    "word",
    "direction",
    "stance",
    "certainty",
    "cycle",
}


def filled(value: Any, words: str, *, name: str = "") -> Any:
    """A copy in which every word that comes from outside is replaced."""
    if isinstance(value, str):
        if name == "url":
            return "https://x.example/" + "".join(visible(words).replace("\\", "").split())
        return value if name in OURS else words
    if isinstance(value, tuple):
        return tuple(filled(part, words, name=name) for part in value)
    if isinstance(value, (CycleSpan, PainPoint)):
        return value
    if is_dataclass(value) and not isinstance(value, type):
        return replace(
            value,
            **{f.name: filled(getattr(value, f.name), words, name=f.name) for f in fields(value)},
        )
    return value


def distinct(brief: Any, words: str) -> Any:
    """Quotes keep their ids: the Slack parent leaves one of them to the thread by id."""
    done = filled(brief, words)
    quotes = tuple(
        replace(new, quote=replace(new.quote, utterance_id=old.quote.utterance_id))
        for new, old in zip(done.quotes, brief.quotes, strict=True)
    )
    return replace(done, quotes=quotes)


class Shape(HTMLParser):
    """Tags and attribute names of a page, in order; words and values are left out."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[Any] = []
        self.addresses: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, sorted(name for name, _ in attrs)))
        self.addresses += [
            value or "" for name, value in attrs if name in ("href", "src", "action", "xlink:href")
        ]

    def handle_endtag(self, tag):
        self.tags.append(tag)

    def handle_comment(self, data):
        self.tags.append("comment")


def markdown_shape(text: str) -> list[str]:
    """Block and inline token types that a Markdown reader sees, adjacent text as one."""
    shape: list[str] = []
    for token in MarkdownIt("commonmark").enable("table").enable("strikethrough").parse(text):
        shape.append(token.type)
        for child in token.children or ():
            if child.type != "text" or shape[-1] != "text":
                shape.append("text" if child.type in ("text", "text_special") else child.type)
    return [t for i, t in enumerate(shape) if t != "text" or shape[i - 1] != "text"]


def json_shape(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: json_shape(part) for key, part in value.items() if key not in ("url",)}
    if isinstance(value, list):
        return [json_shape(part) for part in value]
    return value if isinstance(value, bool) else type(value).__name__


@pytest.mark.parametrize("situation", ["strong", "withheld"])
@pytest.mark.parametrize("words", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_words_do_not_change_the_shape_of_any_form(words, situation, templates):
    brief = sample_brief(situation)

    plain = render_brief(distinct(brief, "Plain words"), templates)
    hostile = render_brief(distinct(brief, words), templates)

    for page in ("brief.html", "brief.email.html"):
        assert Shape(hostile.text(page)).tags == Shape(plain.text(page)).tags
        assert all(
            a.startswith(("https://x.example/", "../index.html"))
            for a in Shape(hostile.text(page)).addresses
        )
    assert markdown_shape(hostile.text("brief.md")) == markdown_shape(plain.text("brief.md"))
    assert hostile.text("brief.email.txt").count("\n") == plain.text("brief.email.txt").count("\n")
    slack = json.loads(hostile.text("brief.slack.json"))
    assert [json_shape(m) for m in slack["thread"]] == [
        json_shape(m) for m in json.loads(plain.text("brief.slack.json"))["thread"]
    ]
    assert json_shape(json.loads(hostile.text("brief.json"))) == json_shape(
        json.loads(plain.text("brief.json"))
    )
    assert hostile.problems == ()


@pytest.mark.parametrize("words", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_words_do_not_change_the_cycle_page(words, templates):
    briefs = [sample_brief(s) for s in SITUATIONS]

    def page(text: str) -> Any:
        return render_cycle_page(
            compose_cycle(
                [replace(filled(b, text), persona_id="id") for b in briefs], company=text, cycle=NOW
            ),
            templates,
        )

    assert (
        Shape(page(words).text("index.html")).tags == Shape(page("Plain").text("index.html")).tags
    )
    assert markdown_shape(page(words).text("index.md")) == markdown_shape(
        page("Plain").text("index.md")
    )


@pytest.mark.parametrize("words", HOSTILE.values(), ids=HOSTILE.keys())
def test_words_in_a_teams_card_are_text_runs_that_teams_does_not_read_as_markdown(words, templates):
    brief = distinct(sample_brief("strong"), words)

    message = json.loads(render_brief(brief, templates).text("brief.teams.json"))

    def runs(value: Any):
        if isinstance(value, dict):
            if "text" in value or "value" in value or "title" in value:
                yield value
            for part in value.values():
                yield from runs(part)
        elif isinstance(value, list):
            for part in value:
                yield from runs(part)

    card = message["attachments"][0]["content"]
    said = visible(words)
    read_as_markdown = [n for n in runs(card) if n.get("type") != "TextRun"]
    assert all(
        said not in str(n.get(k, "")) for n in read_as_markdown for k in ("text", "value", "title")
    )
    assert len(json.dumps(message, ensure_ascii=False).encode()) < 28 * 1024


@pytest.mark.parametrize("words", HOSTILE.values(), ids=HOSTILE.keys())
def test_slack_reads_no_marks_in_anything(words, templates):
    payload = json.loads(
        render_brief(distinct(sample_brief("strong"), words), templates).text("brief.slack.json")
    )

    def nodes(value: Any):
        if isinstance(value, dict):
            yield value
            for part in value.values():
                yield from nodes(part)
        elif isinstance(value, list):
            for part in value:
                yield from nodes(part)

    kinds = {node.get("type") for node in nodes(payload)}
    assert "mrkdwn" not in kinds
    assert not kinds & {"user", "usergroup", "channel", "broadcast", "emoji", "markdown"}
    for message in (payload["parent"], *payload["thread"]):
        assert "<" not in message["text"]
        assert ">" not in message["text"]


def test_customers_words_stand_in_slack_quotes_only(templates):
    brief = sample_brief("strong")
    payload = json.loads(render_brief(brief, templates).text("brief.slack.json"))

    outside = json.dumps(
        [
            b
            if b["type"] != "rich_text"
            else [e for e in b["elements"] if e["type"] != "rich_text_quote"]
            for m in (payload["parent"], *payload["thread"])
            for b in m["blocks"]
        ],
        ensure_ascii=False,
    )
    inside = json.dumps(payload, ensure_ascii=False)

    assert brief.counter is not None
    assert brief.counter.quote is not None
    for card in (*brief.quotes, brief.counter.quote):
        words = json.dumps(card.quote.text, ensure_ascii=False)[1:-1]
        assert words in inside
        assert words not in outside


@pytest.mark.parametrize("length", [3_000, 60_000])
def test_endless_words_fit_slack_and_leave_the_rest_whole(length, templates):
    brief = distinct(sample_brief("strong"), "endless " * (length // 8))

    rendered = render_brief(brief, templates)

    assert "brief.slack.json" in rendered.files
    assert not [p for p in rendered.problems if "slack" in p]


def test_what_a_customer_said_is_never_evaluated(templates):
    rendered = render_brief(distinct(sample_brief("strong"), "{{ 7*777777 }}"), templates)

    for name in ("brief.html", "brief.email.html", "brief.email.txt", "brief.slack.json"):
        assert "{{ 7*777777 }}" in rendered.text(name)
        assert "5444439" not in rendered.text(name)
