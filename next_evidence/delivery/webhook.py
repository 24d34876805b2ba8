"""Any program that takes a signed HTTP request: briefs and digests as JSON.

Signed as the open specification Standard Webhooks says (https://www.standardwebhooks.com), for which there are
libraries in most languages.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

from pydantic import Field

from next_evidence.brief.render import RenderedBrief
from next_evidence.delivery.endpoint import Endpoint, EndpointOptions
from next_evidence.delivery.options import Variable, parse_options, secret
from next_evidence.delivery.protocol import Found, Message
from next_evidence.errors import DeliveryRefused, DeliveryRejected, DeliveryUnknown

_PACE_S = 0.1
_SHORTEST_SECRET = 24  # bytes, as the specification has it
_WITHDRAWN = "null"


class WebhookOptions(EndpointOptions):
    """Options of the delivery ``webhook``."""

    url_env: Variable = Field(
        default="NEXT_EVIDENCE_WEBHOOK_URL",
        description="Environment variable with the address for the digest, and for briefs whose owner has no route.",
    )
    secret_env: Variable = Field(
        default="NEXT_EVIDENCE_WEBHOOK_SECRET",
        description="Environment variable with the secret that requests are signed with.",
    )
    receiver_keeps_ids: bool = Field(
        default=False,
        description="The receiver takes a `webhook-id` once and puts a correction in place by its `key`: what it may have is then sent again.",
    )
    allow_http: bool = Field(
        default=False, description="Take an `http:` address, inside your own network only."
    )
    most_briefs: int | None = Field(
        default=None, ge=0, description="Briefs an address gets in a cycle; empty: all."
    )


class WebhookChannel:
    """Posts signed JSON. Only a receiver that keeps ids can be sent something twice, and corrected.

    Parameters
    ----------
    options
        Checked options.
    now
        The clock, for the signature.
    sleep
        How to wait some seconds.
    """

    def __init__(
        self,
        options: WebhookOptions,
        *,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._options, self._now = options, now
        self._endpoint = Endpoint(
            "the webhook", options.timeout_s, _PACE_S, sleep, allow_http=options.allow_http
        )
        self.corrects = self.searches = options.receiver_keeps_ids
        self.most_briefs = options.most_briefs

    @classmethod
    def from_options(cls, options: Mapping[str, Any], *, root: Path) -> Self:
        """Make it from `WebhookOptions`; address and secret are read when the first request is sent."""
        del root  # nothing of it lies in the workspace
        return cls(parse_options(WebhookOptions, options, delivery="webhook"))

    def messages(self, brief: RenderedBrief) -> tuple[Message, ...]:
        """One request a brief."""
        return (self._options.message(brief, "json"),)

    def withdrawal(self) -> str:
        """No data."""
        return _WITHDRAWN

    def post(self, message: Message, *, key: str, parent: str | None) -> str:
        """Send it; the receipt is its ``webhook-id``."""
        del parent  # every request stands by itself
        return self._send(message, key, event="posted")

    def correct(self, message: Message, *, key: str, parent: str | None, receipt: str) -> None:
        """Send what takes the place of what was sent with the same ``key``."""
        del parent, receipt
        if not self.corrects:
            raise DeliveryRejected("this receiver puts no correction in place")
        self._send(
            message, key, event="withdrawn" if message.content == _WITHDRAWN else "corrected"
        )

    def find(
        self, message: Message, *, key: str, parent: str | None, since: datetime
    ) -> Found | None:
        """None, so that it is sent again, where the receiver takes each id once; else `DeliveryUnknown`."""
        if self.searches:
            return None
        raise DeliveryUnknown("whether the webhook has it cannot be asked")

    def _send(self, message: Message, key: str, *, event: str) -> str:
        kind = "digest" if message.persona_id is None else "brief"
        head = json.dumps(
            {
                "type": f"{kind}.{event}",
                "key": key,
                "content_hash": message.content_hash,
                "cycle": message.cycle,
                "persona_id": message.persona_id,
            },
            ensure_ascii=False,
            separators=(",", ":"),
        )
        body = f'{head[:-1]},"data":{message.content}}}'.encode()
        webhook_id = f"{key}.{message.content_hash}"
        self._endpoint.keep_pace()
        at = int(self._now().timestamp())
        signing = signing_key(secret(self._options.secret_env), variable=self._options.secret_env)
        self._endpoint.post(
            message.address,
            body,
            {
                "webhook-id": webhook_id,
                "webhook-timestamp": str(at),
                "webhook-signature": signature(signing, webhook_id, at, body),
            },
        )
        return webhook_id


def signature(signing: bytes, webhook_id: str, timestamp: int, body: bytes) -> str:
    """``v1,`` and the HMAC-SHA256 of id, time (seconds since 1970) and body, in base64."""
    signed = f"{webhook_id}.{timestamp}.".encode() + body
    return f"v1,{base64.b64encode(hmac.new(signing, signed, hashlib.sha256).digest()).decode()}"


def signing_key(given: str, *, variable: str) -> bytes:
    """The bytes to sign with: what follows ``whsec_`` in base64, or any other secret as it stands.

    Raises
    ------
    DeliveryRefused
        The secret is too short to protect anything, or not base64; ``variable`` says where it came from.
    """
    key = given.encode()
    if given.startswith("whsec_"):
        try:
            key = base64.b64decode(given.removeprefix("whsec_"), validate=True)
        except binascii.Error:
            raise DeliveryRefused(f"the secret in {variable} is not base64 after whsec_") from None
    if len(key) < _SHORTEST_SECRET:
        raise DeliveryRefused(f"the secret in {variable} is shorter than {_SHORTEST_SECRET} bytes")
    return key
