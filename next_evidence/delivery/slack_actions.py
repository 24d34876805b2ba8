"""What people can do about a brief, as Slack shows it: buttons, printed commands, outcomes, requests for approval."""

from __future__ import annotations

import copy
import shlex
from collections.abc import Sequence

from next_evidence.brief.escape import mrkdwn
from next_evidence.brief.render import RenderedBrief
from next_evidence.delivery.slack_blocks import Json, plain_text, words_block
from next_evidence.review.outcomes import Outcome

# ids of ours in messages; a handler listens to these
OPEN_LINK, OPEN_EVIDENCE = "open_link", "open_evidence"
PROPOSE, MORE = "propose_revision", "more_actions"
WRONG_MATCH, SNOOZE, WHY = "wrong_match", "snooze", "why_sent"
APPROVE, DECLINE = "approve", "decline"
_ACTIONS, _OUTCOMES = "act_on_brief", "outcomes_of_brief"
_LABELS = {WRONG_MATCH: "Wrong Match", SNOOZE: "Snooze This Pain", WHY: "Why Was This Sent?"}
_WHY_ANCHOR = "#why"


def with_buttons(parent: Json, brief: RenderedBrief) -> Json:
    """The first message of a brief that shifted, with everything that can be done about it under it."""
    if brief.lead_pain_id is None:
        return parent
    opens = (
        _button(OPEN_LINK, "Open Evidence", url=brief.link)
        if brief.link
        else _button(OPEN_EVIDENCE, "Open Evidence", value="open")
    )
    elements = [
        {**opens, "style": "primary"},
        _button(PROPOSE, "Propose Revision", value="propose"),
        _more((WRONG_MATCH, SNOOZE, WHY)),
    ]
    return _with_actions(parent, {"type": "actions", "block_id": _ACTIONS, "elements": elements})


def with_links(
    parent: Json, thread: Sequence[Json], brief: RenderedBrief
) -> tuple[Json, list[Json]]:
    """The same where nothing answers buttons: links to the page, and in the thread the commands that do the rest."""
    if brief.lead_pain_id is None or not thread:
        return parent, list(thread)
    if brief.link:
        elements = [
            {**_button(OPEN_LINK, "Open Evidence", url=brief.link), "style": "primary"},
            _button("open_why", _LABELS[WHY], url=brief.link + _WHY_ANCHOR),
        ]
        parent = _with_actions(
            parent, {"type": "actions", "block_id": _ACTIONS, "elements": elements}
        )
    commands = {"type": "text", "text": "\n".join(commands_for(brief))}
    said = [
        {"type": "rich_text_section", "elements": [{"type": "text", "text": "Act on it:"}]},
        {"type": "rich_text_preformatted", "elements": [commands]},
    ]
    last = {
        **thread[-1],
        "blocks": [*thread[-1]["blocks"], {"type": "rich_text", "elements": said}],
    }
    return parent, [*thread[:-1], last]


def commands_for(brief: RenderedBrief) -> tuple[str, ...]:
    """Command lines that do what buttons do."""
    persona, cycle = shlex.quote(brief.persona_id or ""), f"--cycle {brief.cycle}"
    act = "next-evidence act"
    shown = (f"{act} evidence {persona} {cycle}", f"{act} why {persona} {cycle}")
    return (
        *(() if brief.link else shown),
        f"{act} revise {persona} {cycle}",
        f"{act} wrong-match {persona} {cycle} --statement 1",
        f"{act} snooze {persona} {shlex.quote(brief.lead_pain_id or '')} {cycle}",
    )


def annotated(blocks: Sequence[Json], outcomes: Sequence[Outcome]) -> list[Json]:
    """A posted message's blocks with what was decided, and without the buttons that decided it."""
    done = {outcome.action for outcome in outcomes}
    kept: list[Json] = []
    for block in copy.deepcopy([*blocks]):
        if block.get("block_id") == _OUTCOMES:
            continue
        if block.get("block_id") == _ACTIONS:
            block["elements"] = [e for e in block["elements"] if e.get("action_id") != PROPOSE]
            if any(e.get("action_id") == MORE for e in block["elements"]):
                if PROPOSE not in done:
                    block["elements"].insert(
                        1, _button(PROPOSE, "Propose Revision", value="propose")
                    )
                block["elements"][-1] = _more(
                    tuple(a for a in _LABELS if a != SNOOZE or SNOOZE not in done)
                )
        kept.append(block)
    lines = [plain_text(outcome.line) for outcome in outcomes[-10:]]
    if lines:
        kept.append({"type": "context", "block_id": _OUTCOMES, "elements": lines})
    return kept


def request_content(opening: Json | None, *, about: str, version: str, corrects: bool) -> Json:
    """What asks whether a brief may be posted: what it is, the brief itself without its buttons, yes and no."""
    asked = (
        f"{about} changed after it was posted. May the correction go out?"
        if corrects
        else f"{about} is ready. May it be posted?"
    )
    blocks = [words_block(asked, bold=True)]
    for block in (opening or {"blocks": []})["blocks"]:
        if block["type"] != "actions":
            blocks.append({key: part for key, part in block.items() if key != "block_id"})
    blocks.append(
        {
            "type": "actions",
            # a new id with every version: Slack keeps what was clicked on the old one
            "block_id": f"approval_{version}",
            "elements": [
                {**_button(APPROVE, "Approve", value=version), "style": "primary"},
                _button(DECLINE, "Decline", value=version),
            ],
        }
    )
    blocks.append(_context("Without an answer nothing is posted."))
    return {"text": mrkdwn(asked), "blocks": blocks}


def closed_request_content(*, about: str, how: str) -> Json:
    """What stands in place of a request that was answered or needs no answer."""
    said = f"{about}: {how}"
    return {"text": mrkdwn(said), "blocks": [words_block(said)]}


def _with_actions(parent: Json, actions: Json) -> Json:
    """A message with its actions in place of those it had, or before its last line."""
    blocks = [block for block in parent["blocks"] if block["type"] != "actions"]
    return {**parent, "blocks": [*blocks[:-1], actions, *blocks[-1:]]}


def _button(action_id: str, label: str, **more: str) -> Json:
    return {
        "type": "button",
        "action_id": action_id,
        "text": plain_text(label),
        **more,
    }


def _more(actions: Sequence[str]) -> Json:
    options = [{"text": plain_text(_LABELS[action]), "value": action} for action in actions]
    return {"type": "overflow", "action_id": MORE, "options": options}


def _context(text: str) -> Json:
    return {"type": "context", "elements": [plain_text(text)]}
