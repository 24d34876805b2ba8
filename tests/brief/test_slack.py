"""Slack messages keep Slack's limits; what the thread repeats goes first, words last."""

from __future__ import annotations

import json

import pytest

from next_evidence.brief.slack import (
    PARENT_BLOCKS,
    PARENT_CHARACTERS,
    slack_payload,
    slack_problems,
)
from next_evidence.brief.slack_limits import MAX_BLOCKS, MAX_TEXT, characters, message_problems


def text_block(text: str, **more):
    return {
        "type": "rich_text",
        "elements": [{"type": "rich_text_section", "elements": [{"type": "text", "text": text}]}],
        **more,
    }


def quote_block(text: str):
    return {
        "type": "rich_text",
        "elements": [{"type": "rich_text_quote", "elements": [{"type": "text", "text": text}]}],
    }


def payload(*blocks, thread=(), text="What happened"):
    return json.dumps(
        {
            "parent": {"text": text, "blocks": list(blocks)},
            "thread": [{"text": "More", "blocks": list(t)} for t in thread],
        }
    )


def test_what_fits_is_left_as_it_is():
    given = payload(text_block("Short."), thread=[[text_block("x" * MAX_TEXT)]])

    assert slack_payload(given) == json.loads(given)


def test_a_block_that_the_thread_repeats_goes_before_words_are_cut():
    fitted = slack_payload(
        payload(
            text_block("a" * 600),
            text_block("b" * 400, block_id="may_go_1"),
            quote_block("c" * 200),
        )
    )

    assert [b["elements"][0]["type"] for b in fitted["parent"]["blocks"]] == [
        "rich_text_section",
        "rich_text_quote",
    ]
    assert characters(fitted["parent"]) == 800


def test_quotes_are_cut_before_our_own_words():
    fitted = slack_payload(payload(text_block("a" * 500), quote_block("word " * 200)))

    ours, theirs = (b["elements"][0]["elements"][0]["text"] for b in fitted["parent"]["blocks"])
    assert ours == "a" * 500
    assert theirs.endswith("…")
    assert characters(fitted["parent"]) <= PARENT_CHARACTERS


def test_long_headers_fields_and_thread_texts_are_cut():
    header = {"type": "header", "text": {"type": "plain_text", "text": "h" * 400}}
    fitted = slack_payload(
        payload(
            header, thread=[[text_block("x" * 5000), *[text_block("y" * 2900) for _ in range(5)]]]
        )
    )

    assert len(fitted["parent"]["blocks"][0]["text"]["text"]) == 150
    assert characters(fitted["thread"][0]) <= 12_000


def test_invisible_characters_go_and_our_line_breaks_stay():
    fitted = slack_payload(payload(text_block("Accounts\n2\u202e9 of\u200b 74 ")))

    assert (
        fitted["parent"]["blocks"][0]["elements"][0]["elements"][0]["text"] == "Accounts\n29 of 74 "
    )


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (payload(text_block("x"), text=" "), "no fallback text"),
        (payload(*[text_block("x")] * (PARENT_BLOCKS + 1)), f"more than {PARENT_BLOCKS} blocks"),
        (
            payload(text_block("x"), thread=[[text_block("x")] * (MAX_BLOCKS + 1)]),
            f"more than {MAX_BLOCKS} blocks",
        ),
        (
            payload(text_block("x"), thread=[[{"type": "table", "rows": []}] * 2]),
            "more than one table",
        ),
        (
            payload({"type": "header", "text": {"type": "plain_text", "text": ""}}),
            "a header is empty",
        ),
        (
            payload({"type": "section", "fields": [{"type": "plain_text", "text": "x"}] * 11}),
            "more than 10 fields",
        ),
        (
            payload({"type": "context", "elements": [{"type": "plain_text", "text": "x"}] * 11}),
            "more than 10 context",
        ),
    ],
)
def test_what_slack_would_refuse_is_refused_here(text, reason):
    with pytest.raises(ValueError, match=reason):
        slack_payload(text)


def test_the_sample_briefs_keep_all_limits(templates):
    from next_evidence.brief.render import render_brief
    from next_evidence.testing.briefs import SITUATIONS, sample_brief

    for situation in SITUATIONS:
        message = json.loads(
            render_brief(sample_brief(situation), templates, link="https://ne.example").text(
                "brief.slack.json"
            )
        )
        assert list(slack_problems(message)) == []
        assert message["unfurl_links"] is message["unfurl_media"] is False


def table(rows, cells=1, text="x"):
    return {
        "type": "table",
        "rows": [[{"type": "raw_text", "text": text}] * cells for _ in range(rows)],
    }


BUTTON = {"type": "button", "text": {"type": "plain_text", "text": "Open"}}


@pytest.mark.parametrize(
    ("block", "reason"),
    [
        (table(101), "more than 100 rows"),
        (table(1, cells=21), "more than 20 columns"),
        (table(100, text="x" * 101), "more than 10000 characters"),
        ({"type": "image", "slack_file": {"id": "F1"}, "alt_text": " "}, "no alt text"),
        (
            {"type": "image", "image_url": "https://x.example/" + "a" * 3000, "alt_text": "a"},
            "image_url",
        ),
        ({"type": "actions", "elements": [BUTTON] * 26}, "more than 25 actions"),
        ({"type": "actions", "elements": [{**BUTTON, "url": "u" * 3001}]}, "url is longer"),
        ({"type": "actions", "elements": [{**BUTTON, "value": "v" * 2001}]}, "value is longer"),
        (
            {"type": "actions", "elements": [{**BUTTON, "accessibility_label": "l" * 76}]},
            "accessibility_label",
        ),
        (
            {
                "type": "actions",
                "elements": [{**BUTTON, "text": {"type": "plain_text", "text": "b" * 76}}],
            },
            "a button is longer",
        ),
        (
            {"type": "actions", "elements": [{"type": "overflow", "options": [{}] * 6}]},
            "more than 5 options",
        ),
        (
            {
                "type": "actions",
                "elements": [{**BUTTON, "confirm": {"title": {"text": "t" * 101}}}],
            },
            "title of a question",
        ),
        ({"type": "divider", "block_id": "b" * 256}, "block_id is longer"),
        ({"type": "section", "text": {"type": "plain_text", "text": ""}}, "a section is empty"),
        ({"type": "section", "text": {"type": "mrkdwn", "text": "hi <!channel>"}}, "mention"),
        ({"type": "section", "text": {"type": "mrkdwn", "text": "<http://x|here>"}}, "link"),
        ({"type": "header", "text": {"type": "mrkdwn", "text": "h"}}, "not plain_text"),
        ({"type": "dividr"}, "unknown type"),
        ({"type": "markdown", "text": "m" * 12_001}, "characters of Markdown"),
        ({"type": "data_visualization", "title": "t" * 51}, "chart's title"),
        ({"type": "data_visualization", "series": [{}] * 13}, "more than 12 series"),
        ({"type": "data_visualization", "series": [{"data": [1] * 21}]}, "more than 20 points"),
        ({"type": "carousel", "elements": []}, "no or more than 10 cards"),
        ({"type": "container", "child_blocks": [{}] * 11}, "more than 10 blocks in a container"),
        ({"type": "card", "title": {"text": "t" * 151}}, "title of a card"),
    ],
)
def test_every_limit_is_checked_before_slack_is_asked(block, reason):
    found = list(message_problems({"text": "What happened", "blocks": [block]}, "message"))

    assert [problem for problem in found if reason in problem], found


def test_a_fallback_text_that_mentions_or_links_is_refused():
    for said in ("<!here> look", "<@U1> look", "<https://x.example|look>"):
        found = list(message_problems({"text": said, "blocks": [text_block("x")]}, "message"))

        assert found == ["message: the fallback text mentions or links; it must be escaped"]


def test_two_blocks_of_one_id_are_refused():
    blocks = [text_block("x", block_id="a"), text_block("y", block_id="a")]

    assert list(message_problems({"text": "t", "blocks": blocks}, "message")) == [
        "message: a block_id is given twice"
    ]
