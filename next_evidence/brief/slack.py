"""Slack messages: reads what the template says, makes it inert, and fits it to Slack's limits."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from next_evidence.brief.escape import clipped, every_text, visible
from next_evidence.brief.slack_limits import (
    MAX_BUTTON,
    MAX_FALLBACK,
    MAX_FIELD,
    MAX_HEADER,
    MAX_TABLE_CHARACTERS,
    MAX_TABLE_ROWS,
    MAX_TEXT,
    MAX_TOTAL,
    MAX_URL,
    characters,
    message_problems,
    nodes,
)

# what a reader takes in without opening the thread
PARENT_BLOCKS = 10
PARENT_CHARACTERS = 900
CELL_CHARACTERS = 120
MAY_GO = "may_go"

Json = dict[str, Any]


def slack_payload(text: str) -> Json:
    """Parse what the template emits, fit it to Slack's limits and check it.

    Raises
    ------
    ValueError
        It is not JSON, has no fallback text, or a limit is passed that shortening cannot help.
    """
    payload: Json = every_text(json.loads(text), _seen)
    parent = payload["parent"]
    _fit(parent)
    _fit_parent(parent)
    for message in payload["thread"]:
        _fit(message)
    problems = list(slack_problems(payload))
    if problems:
        raise ValueError("; ".join(problems))
    return payload


def slack_problems(payload: Json) -> Iterator[str]:
    """Every way in which Slack would refuse or cut these messages."""
    yield from message_problems(payload["parent"], "parent")
    if len(payload["parent"]["blocks"]) > PARENT_BLOCKS:
        yield f"parent: more than {PARENT_BLOCKS} blocks"
    if characters(payload["parent"]) > PARENT_CHARACTERS:
        yield f"parent: more than {PARENT_CHARACTERS} characters"
    for number, message in enumerate(payload["thread"], start=1):
        yield from message_problems(message, f"thread message {number}")


def _fit(message: Json) -> None:
    message["text"] = clipped(message["text"], MAX_FALLBACK)
    for block in message["blocks"]:
        if block["type"] == "header":
            block["text"]["text"] = clipped(block["text"]["text"], MAX_HEADER)
        for field in block.get("fields", ()):
            field["text"] = clipped(field["text"], MAX_FIELD)
        if block["type"] == "table":
            _fit_table(block)
        for node in nodes(block):
            if isinstance(node.get("text"), str):
                limit = MAX_BUTTON if node.get("within") == "button" else MAX_TEXT
                node["text"] = clipped(node["text"], limit)
            if node.get("type") == "link" and len(node["url"]) > MAX_URL:
                node["type"] = "text"
                del node["url"]
    _shorten(message, MAX_TOTAL)


def _fit_table(block: Json) -> None:
    for row in block["rows"]:
        for cell in row:
            cell["text"] = clipped(cell["text"], CELL_CHARACTERS)
    del block["rows"][MAX_TABLE_ROWS:]
    while sum(len(cell["text"]) for row in block["rows"] for cell in row) > MAX_TABLE_CHARACTERS:
        del block["rows"][-1]


def _fit_parent(parent: Json) -> None:
    """Leave out what the thread repeats (``block_id`` begins with `MAY_GO`), last first, before cutting words."""
    for number in range(len(parent["blocks"]) - 1, -1, -1):
        if characters(parent) <= PARENT_CHARACTERS and len(parent["blocks"]) <= PARENT_BLOCKS:
            return
        if parent["blocks"][number].get("block_id", "").startswith(MAY_GO):
            del parent["blocks"][number]
    _shorten(parent, PARENT_CHARACTERS)


def _shorten(message: Json, limit: int) -> None:
    """Cut customers' words first, then the longest text, until a message fits."""
    for quotes_only in (True, False):
        while (over := characters(message) - limit) > 0:
            long = [
                node
                for block in message["blocks"]
                for part in (_quotes(block) if quotes_only else [block])
                for node in nodes(part)
                if isinstance(node.get("text"), str) and len(node["text"]) > 60
            ]
            if not long:
                break
            longest = max(long, key=lambda node: len(node["text"]))
            longest["text"] = clipped(longest["text"], max(60, len(longest["text"]) - over))


def _quotes(block: Json) -> list[Json]:
    return [e for e in block.get("elements", ()) if e.get("type") == "rich_text_quote"]


def _seen(text: str) -> str:
    """Words as a reader sees them; line breaks that the template made stay."""
    return "\n".join(
        (" " if line[:1] == " " else "")
        + visible(line)
        + (" " if line[-1:] == " " and line.strip() else "")
        for line in text.split("\n")
    )
