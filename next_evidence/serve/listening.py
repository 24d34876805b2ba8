"""How buttons reach the app: over a connection that we open, or one that Slack opens."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from slack_bolt import App
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk.errors import SlackClientError

from next_evidence.delivery.options import secret
from next_evidence.delivery.slack import SlackOptions
from next_evidence.errors import DeliveryRefused, UsageError
from next_evidence.serve.slack_http import SlackServer

Close = Callable[[], None]


def listen(app: App, options: SlackOptions) -> Close:
    """Let buttons reach the app; call what comes back to end it.

    Raises
    ------
    DeliveryRefused
        A secret is not set, or Slack refuses the app-level token.
    UsageError
        Somebody listens at this address already.
    """
    return _over_http(app, options) if options.actions == "http" else _over_socket(app, options)


def _over_socket(app: App, options: SlackOptions) -> Close:
    """Slack sends over a connection that we keep open: no address of ours, no certificate."""
    quiet = logging.Logger("socket_mode", level=logging.CRITICAL + 1)
    handler = SocketModeHandler(app, secret(options.app_token_env), logger=quiet)
    try:
        handler.client.connect()
    except SlackClientError as error:
        handler.client.close()
        raise DeliveryRefused(f"Socket Mode is refused ({type(error).__name__})") from None
    return handler.client.close


def _over_http(app: App, options: SlackOptions) -> Close:
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

    return close
