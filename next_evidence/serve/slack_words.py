"""What Slack shows to the one person who pressed a button: answers and questions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from next_evidence.acting.at_hand import BriefAtHand, Statement
from next_evidence.brief.escape import clipped, href, mrkdwn, visible
from next_evidence.delivery.slack_blocks import plain_text, words_block

Json = dict[str, Any]

SNOOZE_FORM, MATCH_FORM = "snooze_until", "wrong_match_of"
CHOICE, MEANT, UNTIL = "choice", "meant", "until"
NO_PAIN = "/none"  # no pain has this id
_QUOTE_CHARACTERS, _OPTION_CHARACTERS, _TITLE_CHARACTERS = 700, 75, 24
_MAX_OPTIONS = 100


def said(text: str) -> Json:
    """One line."""
    return {"text": mrkdwn(text), "blocks": [_section(text)]}


def why(brief: BriefAtHand) -> Json:
    """What the gate said of the brief, and of the shift that it leads with."""
    heading = f"Why {brief.persona} was sent in {brief.cycle.name}"
    reasons = [*brief.reasons, *(f"“{brief.pain}”: {reason}" for reason in brief.lead_reasons)]
    items = [_line(reason) for reason in reasons]
    listed = {"type": "rich_text_list", "style": "bullet", "elements": items}
    return {
        "text": mrkdwn(heading),
        "blocks": [_section(heading), {"type": "rich_text", "elements": [listed]}],
    }


def evidence(brief: BriefAtHand, statements: Sequence[Statement]) -> Json:
    """The statements that the brief quotes, whole, each with its source."""
    heading = f"Evidence of {brief.persona} in {brief.cycle.name}: {brief.pain}"
    blocks = [_section(heading)]
    for number, statement in enumerate(statements, start=1):
        blocks.append(_quoted(number, statement))
    return {"text": mrkdwn(heading), "blocks": blocks}


def snooze_form(brief: BriefAtHand, *, until: date, state: str) -> Json:
    """Until when to snooze the pain; ``state`` comes back with the answer."""
    picker = {"type": "datepicker", "action_id": UNTIL, "initial_date": until.isoformat()}
    told = (
        f"“{brief.pain}” of {brief.persona} is measured as before. Its shifts are not sent in briefs of cycles that end "
        "by this day, and the gate report says so."
    )
    return _form(
        SNOOZE_FORM,
        "Snooze This Pain",
        "Snooze",
        [
            _section(told),
            {
                "type": "input",
                "block_id": UNTIL,
                "label": plain_text("Up to and with"),
                "element": picker,
            },
        ],
        state,
    )


def match_form(
    brief: BriefAtHand,
    statements: Sequence[Statement],
    pains: Mapping[str, str],
    *,
    state: str,
) -> Json:
    """Which of the quoted statements is not about the pain, and what it is about.

    Parameters
    ----------
    pains
        What the persona's other pains say, by id.
    """
    told = f"Which statement is not about “{brief.pain}”? The verdict is kept, as in a review; the brief stays as it is."
    said = [
        _option(f"{number}: {visible(statement.text)}", statement.utterance_id)
        for number, statement in enumerate(statements, start=1)
    ]
    none = _option("None of these: reject the match", NO_PAIN)
    others = [_option(visible(label) or pain_id, pain_id) for pain_id, label in pains.items()]
    meant = _select(MEANT, "What is it about?", [none, *others][:_MAX_OPTIONS])
    meant["element"]["initial_option"] = none
    if len(others) >= _MAX_OPTIONS:
        meant["hint"] = plain_text(
            "Not all pains fit into this list; `next-evidence review` has all."
        )
    return _form(
        MATCH_FORM,
        "Wrong Match",
        "Record",
        [
            _section(told),
            *(_quoted(n, statement) for n, statement in enumerate(statements, start=1)),
            _select(CHOICE, "Statement", said),
            meant,
        ],
        state,
    )


def _select(name: str, label: str, options: Sequence[Json]) -> Json:
    """A field in which one thing is chosen."""
    element = {"type": "static_select", "action_id": name, "options": list(options)}
    return {"type": "input", "block_id": name, "label": plain_text(label), "element": element}


def _option(text: str, value: str) -> Json:
    """One thing to choose. Where a character takes two units of UTF-16, Slack may count both."""
    double = sum(ord(character) > 0xFFFF for character in text[:_OPTION_CHARACTERS])
    return {"text": plain_text(clipped(text, _OPTION_CHARACTERS - double)), "value": value}


def _form(callback_id: str, title: str, submit: str, blocks: list[Json], state: str) -> Json:
    return {
        "type": "modal",
        "callback_id": callback_id,
        "title": plain_text(clipped(title, _TITLE_CHARACTERS)),
        "submit": plain_text(submit),
        "close": plain_text("Cancel"),
        "private_metadata": state,
        "blocks": blocks,
    }


def _quoted(number: int, statement: Statement) -> Json:
    """Customers' words, where nothing mentions, links or formats."""
    words = f"“{clipped(visible(statement.text), _QUOTE_CHARACTERS)}”"
    by = f"{number}: {visible(statement.account)} · {statement.kind.replace('_', ' ')}, {statement.spoken_at:%Y-%m-%d}"
    source: list[Json] = [{"type": "text", "text": by}]
    if href(statement.url):
        source += [
            {"type": "text", "text": " · "},
            {"type": "link", "url": href(statement.url), "text": "source"},
        ]
    return {
        "type": "rich_text",
        "elements": [
            {"type": "rich_text_quote", "elements": [{"type": "text", "text": words}]},
            {"type": "rich_text_section", "elements": source},
        ],
    }


def _section(text: str) -> Json:
    return words_block(visible(text)[:3000])


def _line(text: str) -> Json:
    words = {"type": "text", "text": visible(text)[:3000]}
    return {"type": "rich_text_section", "elements": [words]}
