"""Slack's limits: reads what the template says, makes it inert, and fits it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from next_evidence.brief.escape import clipped, visible

# https://docs.slack.dev/block-kit, bolt-js issue 2509 (total), SK data-display-design.md (table)
MAX_BLOCKS = 50
MAX_TOTAL = 12_000
MAX_HEADER = 150
MAX_TEXT = 3_000
MAX_FIELD = 2_000
MAX_FIELDS = 10
MAX_ELEMENTS = 10
MAX_FALLBACK = 3_000
MAX_BUTTON = 75
MAX_TABLE_ROWS = 100
# what a reader takes in without opening the thread
PARENT_BLOCKS = 10
PARENT_CHARACTERS = 900
MAY_GO = "may_go"

Json = dict[str, Any]


def slack_payload(text: str) -> Json:
    """Parse what the template emits, fit it to Slack's limits and check it.

    Raises
    ------
    ValueError
        It is not JSON, has no fallback text, or a limit is passed that shortening cannot help.
    """
    payload: Json = _seen(json.loads(text))
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
    yield from _message_problems(payload["parent"], "parent")
    if len(payload["parent"]["blocks"]) > PARENT_BLOCKS:
        yield f"parent: more than {PARENT_BLOCKS} blocks"
    if characters(payload["parent"]) > PARENT_CHARACTERS:
        yield f"parent: more than {PARENT_CHARACTERS} characters"
    for number, message in enumerate(payload["thread"], start=1):
        yield from _message_problems(message, f"thread message {number}")


def characters(message: Json) -> int:
    """Characters that a reader sees in a message's blocks."""
    return sum(len(text) for block in message["blocks"] for text in _texts(block))


def _message_problems(message: Json, where: str) -> Iterator[str]:
    if not message.get("text", "").strip():
        yield f"{where}: no fallback text"
    if len(message["blocks"]) > MAX_BLOCKS:
        yield f"{where}: more than {MAX_BLOCKS} blocks"
    if characters(message) > MAX_TOTAL:
        yield f"{where}: more than {MAX_TOTAL} characters"
    for block in message["blocks"]:
        kind = block["type"]
        if kind == "header" and not 0 < len(block["text"]["text"]) <= MAX_HEADER:
            yield f"{where}: a header is empty or longer than {MAX_HEADER} characters"
        if kind == "section" and len(block.get("fields", ())) > MAX_FIELDS:
            yield f"{where}: more than {MAX_FIELDS} fields"
        if kind == "context" and len(block["elements"]) > MAX_ELEMENTS:
            yield f"{where}: more than {MAX_ELEMENTS} context elements"
        if any(len(text) > MAX_TEXT for text in _texts(block)):
            yield f"{where}: a text is longer than {MAX_TEXT} characters"
    if sum(block["type"] == "table" for block in message["blocks"]) > 1:
        yield f"{where}: more than one table"


def _fit(message: Json) -> None:
    message["text"] = clipped(message["text"], MAX_FALLBACK)
    for block in message["blocks"]:
        if block["type"] == "header":
            block["text"]["text"] = clipped(block["text"]["text"], MAX_HEADER)
        for field in block.get("fields", ()):
            field["text"] = clipped(field["text"], MAX_FIELD)
        if block["type"] == "table":
            block["rows"] = block["rows"][:MAX_TABLE_ROWS]
        for node in _nodes(block):
            if isinstance(node.get("text"), str):
                limit = MAX_BUTTON if node.get("within") == "button" else MAX_TEXT
                node["text"] = clipped(node["text"], limit)
    _shorten(message, MAX_TOTAL)


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
            nodes = [
                node
                for block in message["blocks"]
                for part in (_quotes(block) if quotes_only else [block])
                for node in _nodes(part)
                if isinstance(node.get("text"), str) and len(node["text"]) > 60
            ]
            if not nodes:
                break
            longest = max(nodes, key=lambda node: len(node["text"]))
            longest["text"] = clipped(longest["text"], max(60, len(longest["text"]) - over))


def _quotes(block: Json) -> list[Json]:
    return [e for e in block.get("elements", ()) if e.get("type") == "rich_text_quote"]


def _nodes(value: Any) -> Iterator[Json]:
    if isinstance(value, dict):
        yield value
        for part in value.values():
            yield from _nodes(part)
    elif isinstance(value, list):
        for part in value:
            yield from _nodes(part)


def _texts(block: Json) -> Iterator[str]:
    return (node["text"] for node in _nodes(block) if isinstance(node.get("text"), str))


def _seen(value: Any) -> Any:
    """All words as a reader sees them; line breaks that the template made stay."""
    if isinstance(value, str):
        return "\n".join(
            (" " if line[:1] == " " else "")
            + visible(line)
            + (" " if line[-1:] == " " and line.strip() else "")
            for line in value.split("\n")
        )
    if isinstance(value, list):
        return [_seen(part) for part in value]
    if isinstance(value, dict):
        return {key: _seen(part) for key, part in value.items()}
    return value
