"""The few methods of Slack's Web API that posting needs; every answer becomes a result or one of our errors."""

from __future__ import annotations

import logging
import socket
import ssl
from collections.abc import Callable, Iterator
from http.client import HTTPException
from typing import Any
from urllib.error import URLError

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError

from next_evidence.delivery.options import secret
from next_evidence.delivery.patience import patience_s
from next_evidence.errors import (
    DeliveryError,
    DeliveryRefused,
    DeliveryRejected,
    DeliveryUnavailable,
    DeliveryUnknown,
)

Json = dict[str, Any]

# https://docs.slack.dev/reference/methods/chat.postMessage: nothing was posted, for what the message holds
_CONTENT = frozenset(
    [
        "invalid_blocks",
        "invalid_blocks_format",
        "invalid_attachments",
        "invalid_metadata_format",
        "invalid_metadata_schema",
        "metadata_too_large",
        "msg_too_long",
        "msg_blocks_too_long",
        "no_text",
        "message_not_found",
        "thread_not_found",
        "cant_update_message",
        "edit_window_closed",
        "slack_connect_file_link_sharing_blocked",
    ]
)
# Slack does not say whether the work was done before it failed
_UNSURE = frozenset(["internal_error", "fatal_error", "request_timeout", "service_unavailable"])
_NEVER_CONNECTED = (ConnectionRefusedError, socket.gaierror, ssl.SSLCertVerificationError)
_HISTORY_PAGE = 200


class Unpostable(DeliveryRejected):
    """Slack refused the blocks: a plainer form of the same message may pass."""


class SlackApi:
    """Slack, with its answers sorted into what is sure and what is not.

    Parameters
    ----------
    token_env
        Name of the environment variable with a bot token.
    api_url
        Where Slack's API lies.
    timeout_s
        How long to wait for an answer, in seconds.
    """

    def __init__(self, *, token_env: str, api_url: str, timeout_s: int) -> None:
        self._token_env, self._api_url, self._timeout_s = token_env, api_url, timeout_s
        self._made: WebClient | None = None

    def post(self, arguments: Json) -> str:
        """``chat.postMessage``: the message's time stamp, which is its id."""
        return str(self._call(self._client.chat_postMessage, arguments, writes=True)["ts"])

    def update(self, arguments: Json) -> None:
        """``chat.update``; doing it twice is doing it once, so what is not sure is tried again."""
        self._call(self._client.chat_update, arguments, writes=False)

    def history(self, channel: str, *, oldest: float) -> Iterator[Json]:
        """Messages of a channel since a moment (seconds since 1970), with their metadata, newest first."""
        arguments = {"channel": channel, "oldest": f"{oldest:.6f}", "inclusive": True}
        yield from self._pages(self._client.conversations_history, arguments)

    def replies(self, channel: str, parent: str) -> Iterator[Json]:
        """Messages of a thread with their metadata, oldest first."""
        arguments = {"channel": channel, "ts": parent}
        yield from self._pages(self._client.conversations_replies, arguments)

    def message(self, channel: str, ts: str) -> Json | None:
        """One message of a channel, with its metadata; None: it is not there."""
        arguments = {"channel": channel, "oldest": ts, "latest": ts, "inclusive": True}
        found = self._pages(self._client.conversations_history, arguments)
        return next((message for message in found if message.get("ts") == ts), None)

    def direct(self, user: str) -> str:
        """The channel in which one person is spoken to alone."""
        found = self._call(self._client.conversations_open, {"users": user}, writes=False)
        return str(found["channel"]["id"])

    def upload(self, content: bytes, *, name: str, title: str, alt_text: str) -> str:
        """A private file, which a message can show: its id. A lost answer leaves nothing that anybody sees."""
        arguments = {"file": content, "filename": name, "title": title, "alt_txt": alt_text}
        return str(self._call(self._client.files_upload_v2, arguments, writes=False)["file"]["id"])

    @property
    def _client(self) -> WebClient:
        if self._made is None:
            quiet = logging.Logger("slack_sdk", level=logging.CRITICAL + 1)
            self._made = WebClient(
                token=secret(self._token_env),
                base_url=self._api_url,
                timeout=self._timeout_s,
                # the client's own retries post twice when an answer is lost
                retry_handlers=[],
                logger=quiet,  # its errors repeat what the server said
            )
        return self._made

    def _pages(self, method: Callable[..., Any], arguments: Json) -> Iterator[Json]:
        cursor = ""
        while True:
            page = self._call(
                method,
                {
                    **arguments,
                    "include_all_metadata": True,
                    "limit": _HISTORY_PAGE,
                    **({"cursor": cursor} if cursor else {}),
                },
                writes=False,
            )
            yield from page["messages"]
            cursor = (page.get("response_metadata") or {}).get("next_cursor", "")
            if not cursor:
                return

    def _call(self, method: Callable[..., Any], arguments: Json, *, writes: bool) -> Json:
        """Call a method; ``writes``: a lost answer may mean that readers see it already."""
        lost: type[DeliveryError] = DeliveryUnknown if writes else DeliveryUnavailable
        try:
            answer = method(**arguments).data
        except SlackApiError as error:
            raise _refusal(error, lost) from None
        except URLError as error:
            if isinstance(error.reason, _NEVER_CONNECTED):
                reason = type(error.reason).__name__
                raise DeliveryUnavailable(f"Slack cannot be reached ({reason})") from None
            raise lost(f"Slack gave no answer ({type(error.reason).__name__})") from None
        except (OSError, ValueError, SlackClientError, HTTPException) as error:
            raise lost(f"Slack gave no answer ({type(error).__name__})") from None
        if not isinstance(answer, dict):
            raise lost("Slack gave no answer that can be read")
        return answer


def _refusal(error: SlackApiError, lost: type[DeliveryError]) -> DeliveryError:
    status, code = error.response.status_code, _code(error)
    if status == 429 or code in ("ratelimited", "rate_limited"):
        return DeliveryUnavailable(
            "Slack asks for patience (429)", patience_s(error.response.headers)
        )
    if status >= 500 or code in _UNSURE or not code:
        return lost(f"Slack failed ({status}{f', {code}' if code else ''})")
    if code in ("invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long"):
        return Unpostable(f"Slack refuses the message ({code})")
    if code in _CONTENT:
        return DeliveryRejected(f"Slack refuses the message ({code})")
    needed = error.response.get("needed", "") if code == "missing_scope" else ""
    return DeliveryRefused(f"Slack refuses ({code}{f': {needed}' if needed else ''})")


def _code(error: SlackApiError) -> str:
    """Slack's word for what is wrong; nothing when the answer was not Slack's."""
    try:
        code = error.response.get("error", "")
    except (AttributeError, ValueError):
        return ""
    known = isinstance(code, str) and code.replace("_", "").isalnum() and code.isascii()
    return code if known and len(code) < 64 else ""
