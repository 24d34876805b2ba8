"""What Slack would refuse or cut, said before a message is sent."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any

# https://docs.slack.dev/reference/block-kit, bolt-js issue 2509 (total), validators of slack_sdk 3.47
MAX_BLOCKS = 50
MAX_TOTAL = 12_000
MAX_HEADER = 150
MAX_TEXT = 3_000
MAX_FIELD = 2_000
MAX_FIELDS = 10
MAX_ELEMENTS = 10
MAX_ACTIONS = 25
MAX_FALLBACK = 3_000
MAX_BUTTON = 75
MAX_BUTTON_VALUE = 2_000
MAX_URL = 3_000
MAX_ID = 255
MAX_ALT_TEXT = 2_000
MAX_LABEL = 75
MAX_TABLE_ROWS = 100
MAX_TABLE_CELLS = 20
MAX_TABLE_CHARACTERS = 10_000
MAX_MARKDOWN = 12_000
MAX_OPTIONS = {"overflow": 5, "static_select": 100, "multi_static_select": 100}
MAX_CONFIRM = {"title": 100, "text": 300, "confirm": 30, "deny": 30}
MAX_CHARTS, MAX_CHART_TITLE, MAX_SERIES, MAX_POINTS = 2, 50, 12, 20
MAX_CARDS, MAX_CHILDREN, MAX_CARD_TITLE, MAX_CARD_BODY, MAX_CARD_ACTIONS = 10, 10, 150, 200, 3

_MAX_OF_KEYS = {
    "url": MAX_URL,
    "value": MAX_BUTTON_VALUE,
    "block_id": MAX_ID,
    "action_id": MAX_ID,
    "accessibility_label": MAX_LABEL,
}
# what a message may hold; another kind is a typing mistake, or newer than this list
BLOCKS = frozenset(
    [
        "actions",
        "card",
        "carousel",
        "container",
        "context",
        "context_actions",
        "data_table",
        "data_visualization",
        "divider",
        "header",
        "image",
        "markdown",
        "rich_text",
        "section",
        "table",
    ]
)
_LIVE = re.compile(r"<[!@#]|<[^>|]*\|")  # mentions and links, as Slack's own markup writes them

Json = dict[str, Any]


def message_problems(message: Json, where: str) -> Iterator[str]:
    """Every way in which Slack would refuse or cut one message; ``where`` begins each line."""
    for problem in _whole_problems(message["blocks"]):
        yield f"{where}: {problem}"
    for problem in _fallback_problems(message.get("text", "")):
        yield f"{where}: {problem}"
    for block in message["blocks"]:
        for problem in _block_problems(block):
            yield f"{where}: {problem}"


def _fallback_problems(fallback: str) -> Iterator[str]:
    if not fallback.strip():
        yield "no fallback text"
    if len(fallback) > MAX_FALLBACK:
        yield f"the fallback text is longer than {MAX_FALLBACK} characters"
    if _LIVE.search(fallback):
        yield "the fallback text mentions or links; it must be escaped"


def _whole_problems(blocks: Sequence[Json]) -> Iterator[str]:
    if not blocks:
        yield "no blocks"
    if len(blocks) > MAX_BLOCKS:
        yield f"more than {MAX_BLOCKS} blocks"
    if _length(text for block in blocks for text in texts(block)) > MAX_TOTAL:
        yield f"more than {MAX_TOTAL} characters"
    if sum(block["type"] == "table" for block in blocks) > 1:
        yield "more than one table"
    if sum(block["type"] == "data_visualization" for block in blocks) > MAX_CHARTS:
        yield f"more than {MAX_CHARTS} charts"
    if _length(b.get("text", "") for b in blocks if b["type"] == "markdown") > MAX_MARKDOWN:
        yield f"more than {MAX_MARKDOWN} characters of Markdown"
    ids = [block["block_id"] for block in blocks if "block_id" in block]
    if len(set(ids)) < len(ids):
        yield "a block_id is given twice"


def characters(message: Json) -> int:
    """Characters that a reader sees in a message's blocks."""
    return _length(text for block in message["blocks"] for text in texts(block))


def nodes(value: Any) -> Iterator[Json]:
    """Every mapping in a block, itself first."""
    if isinstance(value, dict):
        yield value
        for part in value.values():
            yield from nodes(part)
    elif isinstance(value, list):
        for part in value:
            yield from nodes(part)


def texts(block: Json) -> Iterator[str]:
    """Every text in a block that a reader sees."""
    return (node["text"] for node in nodes(block) if isinstance(node.get("text"), str))


def _block_problems(block: Json) -> Iterator[str]:
    kind = block["type"]
    if kind not in BLOCKS:
        yield "a block of an unknown type"
    yield from _CHECKS.get(kind, _nothing)(block)
    for node in nodes(block):
        yield from _node_problems(node)


def _header_problems(block: Json) -> Iterator[str]:
    if not 0 < len(block["text"]["text"]) <= MAX_HEADER:
        yield f"a header is empty or longer than {MAX_HEADER} characters"
    if block["text"]["type"] != "plain_text":
        yield "a header is not plain_text"


def _section_problems(block: Json) -> Iterator[str]:
    fields = block.get("fields", ())
    if len(fields) > MAX_FIELDS:
        yield f"more than {MAX_FIELDS} fields"
    if not fields and not block.get("text", {}).get("text"):
        yield "a section is empty"
    if any(len(field["text"]) > MAX_FIELD for field in fields):
        yield f"a field is longer than {MAX_FIELD} characters"


def _context_problems(block: Json) -> Iterator[str]:
    if not 0 < len(block["elements"]) <= MAX_ELEMENTS:
        yield f"no or more than {MAX_ELEMENTS} context elements"


def _actions_problems(block: Json) -> Iterator[str]:
    if len(block["elements"]) > MAX_ACTIONS:
        yield f"more than {MAX_ACTIONS} actions"


def _node_problems(node: Json) -> Iterator[str]:
    text, kind = node.get("text"), node.get("type")
    if isinstance(text, str) and len(text) > MAX_TEXT and kind != "markdown":
        yield f"a text is longer than {MAX_TEXT} characters"
    if kind == "mrkdwn" and _LIVE.search(str(text)):
        yield "words in mrkdwn mention or link"
    if kind == "button" and len(node["text"]["text"]) > MAX_BUTTON:
        yield f"a button is longer than {MAX_BUTTON} characters"
    for name, most in _MAX_OF_KEYS.items():
        if isinstance(node.get(name), str) and len(node[name]) > most:
            yield f"{name} is longer than {most} characters"
    options = MAX_OPTIONS.get(str(kind), 0)
    if options and len(node.get("options", ())) > options:
        yield f"more than {options} options"
    if isinstance(node.get("confirm"), dict):
        yield from _confirm_problems(node["confirm"])


def _confirm_problems(question: Json) -> Iterator[str]:
    for name, most in MAX_CONFIRM.items():
        if len(question.get(name, {}).get("text", "")) > most:
            yield f"{name} of a question is longer than {most} characters"


def _image_problems(block: Json) -> Iterator[str]:
    if not 0 < len(block.get("alt_text", "").strip()) <= MAX_ALT_TEXT:
        yield f"an image has no alt text, or one longer than {MAX_ALT_TEXT} characters"
    if len(block.get("title", {}).get("text", "")) > MAX_ALT_TEXT:
        yield f"an image's title is longer than {MAX_ALT_TEXT} characters"
    if len(block.get("image_url", "")) > MAX_URL:
        yield f"image_url is longer than {MAX_URL} characters"


def _table_problems(block: Json) -> Iterator[str]:
    wide = block["type"] == "data_table"
    rows = block.get("rows", [])
    if len(rows) > (201 if wide else MAX_TABLE_ROWS):
        yield f"a table has more than {201 if wide else MAX_TABLE_ROWS} rows"
    if any(len(row) > MAX_TABLE_CELLS for row in rows):
        yield f"a table has more than {MAX_TABLE_CELLS} columns"
    if _length(texts(block)) > MAX_TABLE_CHARACTERS * (2 if wide else 1):
        yield f"a table has more than {MAX_TABLE_CHARACTERS * (2 if wide else 1)} characters"


def _chart_problems(block: Json) -> Iterator[str]:
    if len(str(block.get("title", ""))) > MAX_CHART_TITLE:
        yield f"a chart's title is longer than {MAX_CHART_TITLE} characters"
    series = block.get("chart", block).get("series", ())
    if len(series) > MAX_SERIES:
        yield f"a chart has more than {MAX_SERIES} series"
    if any(len(one.get("data", ())) > MAX_POINTS for one in series):
        yield f"a chart has more than {MAX_POINTS} points a series"


def _container_problems(block: Json) -> Iterator[str]:
    if len(block.get("child_blocks", ())) > MAX_CHILDREN:
        yield f"more than {MAX_CHILDREN} blocks in a container"


def _carousel_problems(block: Json) -> Iterator[str]:
    if not 1 <= len(block.get("elements", ())) <= MAX_CARDS:
        yield f"no or more than {MAX_CARDS} cards"
    for card in block.get("elements", ()):
        yield from _card_problems(card)


def _card_problems(card: Json) -> Iterator[str]:
    for name, most in (("title", MAX_CARD_TITLE), ("body", MAX_CARD_BODY)):
        said = card.get(name, {})
        if isinstance(said, dict) and len(said.get("text", "")) > most:
            yield f"{name} of a card is longer than {most} characters"
    if len(card.get("actions", ())) > MAX_CARD_ACTIONS:
        yield f"a card has more than {MAX_CARD_ACTIONS} actions"


def _nothing(_block: Json) -> Iterator[str]:
    return iter(())


_CHECKS: dict[str, Callable[[Json], Iterator[str]]] = {
    "header": _header_problems,
    "section": _section_problems,
    "context": _context_problems,
    "actions": _actions_problems,
    "image": _image_problems,
    "table": _table_problems,
    "data_table": _table_problems,
    "data_visualization": _chart_problems,
    "container": _container_problems,
    "carousel": _carousel_problems,
    "card": _card_problems,
}


def _length(parts: Iterator[str]) -> int:
    return sum(len(part) for part in parts)
