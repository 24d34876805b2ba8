"""Parts of Slack messages in which words stay words."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]


def words_block(text: str, *, bold: bool = False) -> Json:
    """A block of words in which nothing mentions, links or formats."""
    words: Json = {"type": "text", "text": text}
    if bold:
        words["style"] = {"bold": True}
    return {
        "type": "rich_text",
        "elements": [{"type": "rich_text_section", "elements": [words]}],
    }


def plain_text(text: str) -> Json:
    """Words of a label, without emoji codes."""
    return {"type": "plain_text", "emoji": False, "text": text}
