"""Teams messages: an Adaptive Card of what the template says, made inert and fitted to what Teams takes."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from next_evidence.brief.escape import clipped, every_text, href, visible

# Teams documents 28 KB a message; others measured a refusal near 21 KB
MAX_BYTES = 20 * 1024
MAX_FALLBACK = 1_000
CARD_VERSION = "1.5"  # the newest that all Teams clients show
ELEMENTS = frozenset(["Container", "FactSet", "RichTextBlock", "TextBlock"])
_HEADING = re.compile(r"[\w ,?’]+")
_SHORTEST = 80

Json = dict[str, Any]


def teams_payload(text: str) -> Json:
    """Parse what the template emits and make it a message that a Workflows webhook takes.

    What does not fit is left out from the end of the card; the template's ``left_out`` then says so.

    Raises
    ------
    ValueError
        It is not JSON, has no fallback text, or holds what Teams does not show or what could format, mention or link.
    """
    told: Json = every_text(json.loads(text), _seen)
    body = [element for element in map(_without_empty, told["body"]) if element is not None]
    actions = told["actions"]
    message = _message(told["fallback"], body, actions)
    while message_bytes(message) > MAX_BYTES and len(body) > 1:
        body = body[:-1]
        message = _message(told["fallback"], [*body, told["left_out"]], actions)
    while message_bytes(message) > MAX_BYTES:
        run = max(_runs(message), key=lambda run: len(run["text"]))
        if len(run["text"]) <= _SHORTEST:
            break
        run["text"] = clipped(run["text"], max(_SHORTEST, len(run["text"]) // 2))
    problems = list(teams_problems(message))
    if problems:
        raise ValueError("; ".join(problems))
    return message


def teams_problems(message: Json) -> Iterator[str]:
    """Every way in which Teams would refuse this message, show it empty, or let words do what words must not."""
    if message_bytes(message) > MAX_BYTES:
        yield f"more than {MAX_BYTES // 1024} KB"
    card = message["attachments"][0]["content"]
    if not card["fallbackText"].strip():
        yield "no fallback text"
    if not card["body"]:
        yield "no body"
    for element in _elements(card["body"]):
        yield from _element_problems(element)
    for action in _actions(card):
        if action["type"] != "Action.OpenUrl":
            yield "an action that needs an answer; Teams sends none to a webhook"
        elif href(action["url"]) != action["url"]:
            yield "an action's address is not a web address"


def _element_problems(element: Json) -> Iterator[str]:
    kind = element["type"]
    if kind not in ELEMENTS:
        yield "an element of an unknown type"
    elif kind == "TextBlock" and not _HEADING.fullmatch(element["text"]):
        yield "a TextBlock holds more than a heading; Teams would read it as Markdown"
    elif kind == "RichTextBlock" and not all(
        run["type"] == "TextRun" and run["text"] for run in element["inlines"]
    ):
        yield "a text is empty"


def message_bytes(message: Json) -> int:
    """What a message weighs when it is sent."""
    return len(json.dumps(message, ensure_ascii=False, separators=(",", ":")).encode())


def _message(fallback: str, body: list[Json], actions: list[Json]) -> Json:
    card: Json = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": CARD_VERSION,
        "fallbackText": clipped(fallback, MAX_FALLBACK),
        "msteams": {"width": "Full"},
        "body": body,
    }
    if actions:
        card["actions"] = actions
    attachment = {
        "contentType": "application/vnd.microsoft.card.adaptive",
        "contentUrl": None,
        "content": card,
    }
    return {"type": "message", "attachments": [attachment]}


def _without_empty(element: Json) -> Json | None:
    """An element without its empty texts, which Teams refuses; None when nothing is left of it."""
    if "inlines" in element:
        runs = [run for run in element["inlines"] if run["text"]]
        return {**element, "inlines": runs} if runs else None
    if "items" in element:
        parts = [part for part in map(_without_empty, element["items"]) if part is not None]
        return {**element, "items": parts} if parts else None
    return element


def _elements(body: list[Json]) -> Iterator[Json]:
    for element in body:
        yield element
        yield from _elements(element.get("items", []))


def _runs(message: Json) -> Iterator[Json]:
    for element in _elements(message["attachments"][0]["content"]["body"]):
        yield from element.get("inlines", ())


def _actions(card: Json) -> Iterator[Json]:
    yield from card.get("actions", ())
    for element in _elements(card["body"]):
        for run in element.get("inlines", ()):
            if "selectAction" in run:
                yield run["selectAction"]


def _seen(text: str) -> str:
    """Words as a reader sees them; a space at either end, which joins runs, stays."""
    inner = visible(text)
    return f"{' ' * text.startswith(' ')}{inner}{' ' * text.endswith(' ')}" if inner else ""
