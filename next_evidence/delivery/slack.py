"""Slack: a digest a cycle, a brief a persona that shifted, evidence in its thread."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated, Any, Self, TypeVar

from pydantic import Field

from next_evidence.brief.escape import mrkdwn
from next_evidence.brief.render import RenderedBrief
from next_evidence.brief.slack_limits import message_problems
from next_evidence.delivery.options import StrictOptions, parse_options
from next_evidence.delivery.protocol import Found, Message
from next_evidence.delivery.slack_api import Json, SlackApi, Unpostable
from next_evidence.errors import DeliveryRefused, DeliveryRejected, DeliveryUnavailable

Sent = TypeVar("Sent")
Address = Annotated[str, Field(pattern=r"^[CGDUW][A-Z0-9]{2,}$")]
EVENT_TYPE = "next_evidence_brief"
_PACE_S = 1.0  # Slack takes one message a second and channel
_CLOCK_SKEW = timedelta(minutes=10)  # a search begins this long before the message was planned
_PICTURE_TRIES, _PICTURE_WAIT_S = 3, 2.0  # a new file can be shown once Slack has looked at it


class SlackOptions(StrictOptions):
    """Options of the delivery ``slack``."""

    token_env: str = Field(
        default="SLACK_BOT_TOKEN",
        pattern=r"^[A-Za-z_][A-Za-z0-9_]*$",
        description="Name of the environment variable that holds the bot token.",
    )
    channel: Address = Field(
        description="Id of the channel for the digest, and for briefs whose owner has no route."
    )
    routes: dict[str, Address] = Field(
        default_factory=dict,
        description="An owner's own channel or person, by the `owner` of persona documents.",
    )
    most_briefs: int = Field(
        default=3, ge=0, le=50, description="Briefs a channel gets in a cycle; the digest has all."
    )
    api_url: str = Field(
        default="https://slack.com/api/",
        pattern=r"^https?://\S+/$",
        description="Where Slack's API lies, e.g. that of GovSlack.",
    )
    timeout_s: int = Field(default=30, ge=1, le=300, description="How long to wait for an answer.")


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
        thread = [*payload["thread"]]
        pictures = [
            _picture(brief.files[file["file"]], brief, file)
            for file in payload.get("files", ())
            if file["file"] in brief.files
        ]
        contents = [payload["parent"], *thread[:-1], *pictures, *thread[-1:]]
        return tuple(
            Message(
                address, brief.cycle, brief.persona_id, part, json.dumps(one, ensure_ascii=False)
            )
            for part, one in enumerate(contents)
        )

    def withdrawal(self) -> str:
        """A line instead of what a corrected brief no longer has."""
        said = "Withdrawn: the corrected brief no longer has this part."
        return json.dumps({"text": said, "blocks": [_line(said)]})

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
        yield {"text": content["text"], "blocks": [_line(_unescaped(content["text"]))]}

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


def _picture(content: bytes, brief: RenderedBrief, file: Json) -> Json:
    """A message that shows a picture, and says in words what it shows."""
    said = f"{file['title']}. {file['alt_text']}"
    return {
        "text": mrkdwn(said)[:3000],
        "blocks": [_line(said[:3000])],
        "picture": {
            "content": base64.b64encode(content).decode(),
            "name": f"{brief.cycle}-{file['file']}",
            "title": file["title"],
            "alt_text": file["alt_text"],
        },
    }


def _line(text: str) -> Json:
    """A block of words in which nothing mentions, links or formats."""
    words = {"type": "text", "text": text}
    return {
        "type": "rich_text",
        "elements": [{"type": "rich_text_section", "elements": [words]}],
    }


def _without_table(block: Json) -> Json:
    """A table as one line a row."""
    if block["type"] != "table":
        return block
    rows = [", ".join(cell["text"] for cell in row) for row in block["rows"]]
    return _line("\n".join(rows)[:3000])


def _unescaped(text: str) -> str:
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
