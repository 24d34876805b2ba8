"""A Teams card keeps Teams' limits: the tail goes first, words last, and nothing but headings is read as Markdown."""

from __future__ import annotations

import json

import pytest

from next_evidence.brief.teams import MAX_BYTES, message_bytes, teams_payload


def said(text: str, **more):
    return {"type": "RichTextBlock", "inlines": [{"type": "TextRun", "text": text, **more}]}


def told(*body, actions=(), fallback="What happened"):
    return json.dumps(
        {
            "fallback": fallback,
            "body": list(body),
            "actions": list(actions),
            "left_out": said("More elsewhere"),
        }
    )


def words(message):
    return [e["inlines"][0]["text"] for e in message["attachments"][0]["content"]["body"]]


def test_what_fits_is_left_as_it_is():
    message = teams_payload(told(said("One "), said("two")))

    assert words(message) == ["One ", "two"]
    assert "actions" not in message["attachments"][0]["content"]


def test_the_tail_is_left_out_and_the_card_says_so():
    message = teams_payload(told(*[said(f"{n} " + "x" * 1000) for n in range(40)]))

    assert message_bytes(message) <= MAX_BYTES
    kept = words(message)
    assert kept[-1] == "More elsewhere"
    assert [text.split()[0] for text in kept[:-1]] == [str(n) for n in range(len(kept) - 1)]
    assert len(kept) > 15


def test_a_text_without_a_visible_character_is_left_out():
    quote = {"type": "Container", "items": [said("\u200b"), said("by Ann")]}

    message = teams_payload(told(said("One"), said(" \u200b"), quote))

    one, container = message["attachments"][0]["content"]["body"]
    assert one == said("One")
    assert container["items"] == [said("by Ann")]


def test_one_endless_text_is_cut():
    message = teams_payload(told(said("word " * 20_000)))

    assert message_bytes(message) <= MAX_BYTES
    assert words(message)[0].endswith("…")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (told(said("x"), fallback=" "), "no fallback text"),
        (told(), "no body"),
        (told({"type": "TextBlock", "text": "**loud** <at>all</at>"}), "more than a heading"),
        (told({"type": "Media"}), "unknown type"),
        (told(said("x"), actions=[{"type": "Action.Submit"}]), "needs an answer"),
        (
            told(said("x", selectAction={"type": "Action.OpenUrl", "url": "javascript:x"})),
            "not a web address",
        ),
    ],
)
def test_what_teams_would_refuse_or_misread_is_refused_here(text, reason):
    with pytest.raises(ValueError, match=reason):
        teams_payload(text)
