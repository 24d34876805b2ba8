"""How buttons reach the app: over a connection that we open, or one that Slack opens."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass

from slack_bolt import App
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk.errors import SlackClientError

from next_evidence.delivery.options import secret
from next_evidence.delivery.slack_options import SlackOptions
from next_evidence.errors import DeliveryRefused, UsageError
from next_evidence.serve.slack_http import PATH, SlackServer


@dataclass(frozen=True)
class Listening:
    """A way in that is open: ``where`` it is, in words, and how to ``close`` it."""

    where: str
    close: Callable[[], None]


def listen(app: App, options: SlackOptions) -> Listening:
    """Let buttons reach the app, until it is closed.

    Raises
    ------
    DeliveryRefused
        A secret is not set, or Slack refuses the app-level token.
    UsageError
        Somebody listens at this address already.
    """
    return _over_http(app, options) if options.actions == "http" else _over_socket(app, options)


def _over_socket(app: App, options: SlackOptions) -> Listening:
    """Slack sends over a connection that we keep open: no address of ours, no certificate."""
    quiet = logging.Logger("socket_mode", level=logging.CRITICAL + 1)
    handler = SocketModeHandler(app, secret(options.app_token_env), logger=quiet)
    try:
        handler.client.connect()
    except SlackClientError as error:
        handler.client.close()
        raise DeliveryRefused(f"Socket Mode is refused ({type(error).__name__})") from None
    return Listening("over Socket Mode", handler.client.close)


def _over_http(app: App, options: SlackOptions) -> Listening:
    host, _, port = options.listen.rpartition(":")
    try:
        server = SlackServer(
            app, signing_secret=secret(options.signing_secret_env), host=host, port=int(port)
        )
    except OSError as error:
        raise UsageError(f"nothing can listen at {options.listen} ({error.strerror})") from None
    thread = threading.Thread(target=server.serve_forever, name="slack-http", daemon=True)
    thread.start()

    def close() -> None:
        server.shutdown()
        server.server_close()
        thread.join()

    return Listening(f"at http://{host}:{server.server_port}{PATH}", close)
