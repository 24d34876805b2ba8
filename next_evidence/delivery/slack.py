"""Slack: a digest a cycle, a brief a persona that shifted, evidence in its thread."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Self, TypeVar

from next_evidence.brief.escape import mrkdwn
from next_evidence.brief.render import RenderedBrief
from next_evidence.brief.slack_limits import message_problems
from next_evidence.delivery.options import parse_options
from next_evidence.delivery.outbox import REQUEST
from next_evidence.delivery.protocol import Found, Message
from next_evidence.delivery.slack_actions import (
    annotated,
    closed_request_content,
    request_content,
    with_buttons,
    with_links,
)
from next_evidence.delivery.slack_api import Json, SlackApi, Unpostable
from next_evidence.delivery.slack_blocks import words_block
from next_evidence.delivery.slack_options import SlackOptions
from next_evidence.errors import DeliveryRefused, DeliveryRejected, DeliveryUnavailable
from next_evidence.review.outcomes import Outcome

Sent = TypeVar("Sent")
EVENT_TYPE = "next_evidence_brief"
_PACE_S = 1.0  # Slack takes one message a second and channel
_CLOCK_SKEW = timedelta(minutes=10)  # a search begins this long before the message was planned
_PICTURE_TRIES, _PICTURE_WAIT_S = 3, 2.0  # a new file can be shown once Slack has looked at it


class SlackChannel:
    """Posts by a bot token. What it posted it finds again by the message's metadata, which names no person.

    Parameters
    ----------
    options
        Checked options.
    api
        Slack.
    sleep
        How to wait some seconds.
    """

    corrects = True
    searches = True

    def __init__(
        self, options: SlackOptions, api: SlackApi, *, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self._options, self._api, self._sleep = options, api, sleep
        self._channels: dict[str, str] = {}
        self.most_briefs: int | None = options.most_briefs
        self.approvals_to = options.approvals_to

    @classmethod
    def from_options(cls, options: Mapping[str, Any], *, root: Path) -> Self:
        """Make it from `SlackOptions`; the token is read when the first message is posted."""
        del root  # nothing of it lies in the workspace
        given = parse_options(SlackOptions, options, delivery="slack")
        api = SlackApi(token_env=given.token_env, api_url=given.api_url, timeout_s=given.timeout_s)
        return cls(given, api)

    def messages(self, brief: RenderedBrief) -> tuple[Message, ...]:
        """The first message, what follows in its thread, and pictures before the last of them (what the gate said)."""
        name = "index.slack.json" if brief.persona_id is None else "brief.slack.json"
        payload: Json = json.loads(brief.files[name])
        address = self._options.routes.get(brief.owner, self._options.channel)
        parent, thread = payload["parent"], [*payload["thread"]]
        if self._options.actions == "links":
            parent, thread = with_links(parent, thread, brief)
        else:
            parent = with_buttons(parent, brief)
        pictures = [
            _picture(brief.files[file["file"]], brief, file)
            for file in payload.get("files", ())
            if file["file"] in brief.files
        ]
        contents = [parent, *thread[:-1], *pictures, *thread[-1:]]
        return tuple(
            Message(
                address, brief.cycle, brief.persona_id, part, json.dumps(one, ensure_ascii=False)
            )
            for part, one in enumerate(contents)
        )

    def withdrawal(self) -> str:
        """A line instead of what a corrected brief no longer has."""
        said = "Withdrawn: the corrected brief no longer has this part."
        return json.dumps({"text": said, "blocks": [words_block(said)]})

    def post(self, message: Message, *, key: str, parent: str | None) -> str:
        """``chat.postMessage``; where Slack refuses the blocks, plainer ones."""
        channel = self._channel(message.address, pace=True)
        thread = {} if parent is None else {"thread_ts": parent, "reply_broadcast": False}
        return self._plainer_until_taken(
            message, key, lambda said: self._api.post({"channel": channel, **thread, **said})
        )

    def correct(self, message: Message, *, key: str, parent: str | None, receipt: str) -> None:
        """``chat.update``."""
        del parent  # a message stays in its thread
        channel = self._channel(message.address, pace=True)
        self._plainer_until_taken(
            message,
            key,
            lambda said: self._api.update(
                {
                    "channel": channel,
                    "ts": receipt,
                    **{name: said[name] for name in _UPDATED if name in said},
                }
            ),
        )

    def annotate(
        self, message: Message, *, key: str, receipt: str, outcomes: Sequence[Outcome]
    ) -> None:
        """``chat.update`` of what stands there, which Slack is asked for: nobody else keeps it."""
        del key  # the message keeps its metadata
        channel = self._channel(message.address, pace=True)
        posted = self._api.message(channel, receipt)
        if posted is None:
            raise DeliveryRejected("the message is gone: somebody deleted it")
        self._api.update(
            {
                "channel": channel,
                "ts": receipt,
                "text": posted["text"],
                "blocks": annotated(posted["blocks"], outcomes),
                "metadata": posted["metadata"],
                "parse": "none",
                "link_names": False,
            }
        )

    def request(
        self,
        opening: Message | None,
        *,
        cycle: str,
        persona_id: str | None,
        version: str,
        corrects: bool,
    ) -> Message:
        """The first message as readers will see it, with yes and no under it."""
        content = request_content(
            None if opening is None else json.loads(opening.content),
            about=_about(cycle, persona_id),
            version=version,
            corrects=corrects,
        )
        return self._to_approvers(cycle, persona_id, content)

    def closed_request(self, *, cycle: str, persona_id: str | None, how: str) -> Message:
        """One line: what became of it."""
        about = _about(cycle, persona_id)
        return self._to_approvers(cycle, persona_id, closed_request_content(about=about, how=how))

    def _to_approvers(self, cycle: str, persona_id: str | None, content: Json) -> Message:
        text = json.dumps(content, ensure_ascii=False)
        return Message(self.approvals_to, cycle, persona_id, REQUEST, text)

    def find(
        self, message: Message, *, key: str, parent: str | None, since: datetime
    ) -> Found | None:
        """Look through the thread, or the channel, for metadata that name ``key``."""
        channel = self._channel(message.address)
        oldest = (since - _CLOCK_SKEW).timestamp()
        seen = (
            self._api.history(channel, oldest=oldest)
            if parent is None
            else self._api.replies(channel, parent)
        )
        for posted in seen:
            metadata = posted.get("metadata") or {}
            named = metadata.get("event_payload") or {}
            if metadata.get("event_type") == EVENT_TYPE and named.get("delivery_key") == key:
                return Found(str(posted["ts"]), str(named.get("content_hash", "")))
        return None

    def _channel(self, address: str, *, pace: bool = False) -> str:
        """The channel's id; a person's is that of the conversation with them. One message a second each."""
        if address in self._channels:
            if pace:
                self._sleep(_PACE_S)
        else:
            person = address[0] in "UW"
            self._channels[address] = self._api.direct(address) if person else address
        return self._channels[address]

    def _plainer_until_taken(
        self, message: Message, key: str, send: Callable[[Json], Sent]
    ) -> Sent:
        """Send the richest form that Slack takes: with its picture, with its table, in words."""
        said = {
            "unfurl_links": False,
            "unfurl_media": False,
            "parse": "none",
            "link_names": False,
            "metadata": {
                "event_type": EVENT_TYPE,
                "event_payload": {
                    "delivery_key": key,
                    "content_hash": message.content_hash,
                    "cycle": message.cycle,
                },
            },
        }
        refused: DeliveryRejected | None = None
        for form in self._forms(json.loads(message.content)):
            problems = list(message_problems(form, "message"))
            if problems:
                refused = DeliveryRejected(f"Slack would refuse it: {'; '.join(problems)}")
                continue
            try:
                return send({**said, **form})
            except Unpostable as error:
                refused = error
        raise refused or DeliveryRejected("there is nothing to post")

    def _forms(self, content: Json) -> Iterator[Json]:
        picture = content.pop("picture", None)
        if picture is not None:
            shown = self._uploaded(picture)
            for turn in range(_PICTURE_TRIES if shown is not None else 0):
                if turn:
                    self._sleep(_PICTURE_WAIT_S)
                yield {**content, "blocks": [shown]}
        yield content
        if any(block["type"] == "table" for block in content["blocks"]):
            yield {**content, "blocks": [_without_table(block) for block in content["blocks"]]}
        yield {"text": content["text"], "blocks": [words_block(_unescaped(content["text"]))]}

    def _uploaded(self, picture: Json) -> Json | None:
        """The block that shows a picture; None when Slack does not take it, since words can do."""
        for turn in range(_PICTURE_TRIES):
            if turn:
                self._sleep(_PICTURE_WAIT_S)
            try:
                file_id = self._api.upload(
                    base64.b64decode(picture["content"]),
                    name=picture["name"],
                    title=picture["title"],
                    alt_text=picture["alt_text"],
                )
            except DeliveryUnavailable:
                continue
            except (DeliveryRefused, DeliveryRejected):
                return None
            break
        else:
            return None
        return {
            "type": "image",
            "slack_file": {"id": file_id},
            "alt_text": picture["alt_text"][:2000],
            "title": {"type": "plain_text", "emoji": False, "text": picture["title"][:2000]},
        }


_UPDATED = ("text", "blocks", "parse", "link_names", "metadata")


def _about(cycle: str, persona_id: str | None) -> str:
    return f"The digest of {cycle}" if persona_id is None else f"The brief {persona_id} of {cycle}"


def _picture(content: bytes, brief: RenderedBrief, file: Json) -> Json:
    """A message that shows a picture, and says in words what it shows."""
    said = f"{file['title']}. {file['alt_text']}"
    return {
        "text": mrkdwn(said)[:3000],
        "blocks": [words_block(said[:3000])],
        "picture": {
            "content": base64.b64encode(content).decode(),
            "name": f"{brief.cycle}-{file['file']}",
            "title": file["title"],
            "alt_text": file["alt_text"],
        },
    }


def _without_table(block: Json) -> Json:
    """A table as one line a row."""
    if block["type"] != "table":
        return block
    rows = [", ".join(cell["text"] for cell in row) for row in block["rows"]]
    return words_block("\n".join(rows)[:3000])


def _unescaped(text: str) -> str:
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
