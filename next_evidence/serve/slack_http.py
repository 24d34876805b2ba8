"""Buttons over HTTP: only requests that Slack signed, and signed now, reach the app."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from slack_bolt import App, BoltRequest
from slack_sdk.signature import SignatureVerifier

PATH = "/slack/events"
_MOST_BYTES = 1_000_000  # Slack's largest interaction is far below it
_PATIENCE_S = 10  # a client that says no more than this long is left


class SlackServer(ThreadingHTTPServer):
    """Answers ``POST /slack/events``; bound when it is made, and not yet serving.

    The signature is checked on the raw bytes before anything reads them: 401 for a wrong or missing one and for one older
    than five minutes. A request that is repeated within them is harmless, since every action is decided once.

    .. [1] https://docs.slack.dev/authentication/verifying-requests-from-slack
    """

    daemon_threads = True

    def __init__(self, app: App, *, signing_secret: str, host: str, port: int) -> None:
        self.app, self.verifier = app, SignatureVerifier(signing_secret)
        super().__init__((host, port), _Handler)

    def signed(self, body: bytes, headers: Message) -> bool:
        """Whether Slack signed this, within the last five minutes."""
        try:
            return self.verifier.is_valid(
                body,
                headers.get("X-Slack-Request-Timestamp", ""),
                headers.get("X-Slack-Signature", ""),
            )
        except ValueError:  # no number where the time should be, or bytes that are no text
            return False


class _Handler(BaseHTTPRequestHandler):
    server: SlackServer
    timeout = _PATIENCE_S

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: requests hold what people wrote."""

    def do_POST(self) -> None:
        length = self.headers.get("Content-Length", "")
        if self.path != PATH:
            self._say(404)
        elif not length.isdecimal() or int(length) > _MOST_BYTES:
            self._say(413)
        else:
            self._answer(self.rfile.read(int(length)))

    def _answer(self, body: bytes) -> None:
        if not self.server.signed(body, self.headers):
            self._say(401)
            return
        headers: dict[str, str | Sequence[str]] = dict(self.headers.items())
        given = self.server.app.dispatch(BoltRequest(body=body.decode(), headers=headers))
        self._say(given.status, (given.body or "").encode(), given.first_headers())

    def _say(
        self, status: int, body: bytes = b"", headers: Mapping[str, str] | None = None
    ) -> None:
        self.send_response(status)
        for name, value in (headers or {}).items():
            if name.lower() != "content-length":
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
