"""Hands a brief to a web address in one message, once; every answer becomes a result or one of our errors."""

from __future__ import annotations

import json
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from urllib.request import getproxies, proxy_bypass

import httpx
from pydantic import Field

from next_evidence.brief.render import RenderedBrief
from next_evidence.delivery.options import StrictOptions, Variable, secret
from next_evidence.delivery.patience import patience_s
from next_evidence.delivery.protocol import Message
from next_evidence.errors import (
    DeliveryRefused,
    DeliveryRejected,
    DeliveryUnavailable,
    DeliveryUnknown,
)

_NEVER_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError)
_FOR_WHAT_IT_HOLDS = frozenset([400, 413, 415, 422])
_LOOPBACK = frozenset(["localhost", "127.0.0.1", "::1"])


class EndpointOptions(StrictOptions):
    """Options of every delivery that posts to a web address."""

    url_env: Variable
    routes: dict[str, Variable] = Field(
        default_factory=dict,
        description="Environment variable with an owner's own address, by the `owner` of persona documents.",
    )
    timeout_s: int = Field(default=30, ge=1, le=300, description="How long to wait for an answer.")

    def message(self, brief: RenderedBrief, form: str) -> Message:
        """A brief or the digest as one message: its JSON in a form such as ``teams.json``, to its owner's address."""
        name = "index" if brief.persona_id is None else "brief"
        content = json.dumps(
            json.loads(brief.files[f"{name}.{form}"]), ensure_ascii=False, separators=(",", ":")
        )
        address = self.routes.get(brief.owner, self.url_env)
        return Message(address, brief.cycle, brief.persona_id, 0, content)


@dataclass
class Endpoint:
    """Where messages are posted to, one after the other.

    The address is read from the environment for each message, since it may be a secret itself; it never stands in an
    error or a log. ``who`` names the receiver to people. ``pace_s`` is kept between two messages by ``sleep``. ``allow_http``
    takes an address without encryption; to this machine itself that is always allowed.
    """

    who: str
    timeout_s: float
    pace_s: float
    sleep: Callable[[float], None]
    allow_http: bool = False
    _begun: bool = field(default=False, init=False)

    def keep_pace(self) -> None:
        """Wait before every message but the first."""
        if self._begun:
            self.sleep(self.pace_s)
        self._begun = True

    def post(self, url_env: str, body: bytes, headers: Mapping[str, str]) -> None:
        """POST JSON to the address in the environment variable ``url_env``, without following redirects.

        Raises
        ------
        DeliveryUnavailable
            The server was not reached, or asks for patience (429).
        DeliveryRejected
            It does not take what the message holds (400, 413, 415, 422).
        DeliveryRefused
            The address is none, or the server refuses for another reason.
        DeliveryUnknown
            It failed (500 and above), or its answer was lost: the message may be there.
        """
        request = self._request(url_env, body, headers)
        try:
            # the transport alone: a client would write the address, and with it the secret, into logs
            with httpx.HTTPTransport(
                verify=_trusted(request.url.scheme), proxy=_proxy(request.url)
            ) as transport:
                response = transport.handle_request(request)
                response.close()  # its body says nothing that we need
        except _NEVER_SENT as error:
            if _untrusted(error):
                raise DeliveryRefused(
                    f"the certificate of {self.who} is not to be trusted"
                ) from None
            raise DeliveryUnavailable(
                f"{self.who} cannot be reached ({type(error).__name__})"
            ) from None
        except (httpx.HTTPError, httpx.StreamError) as error:
            raise DeliveryUnknown(f"{self.who} gave no answer ({type(error).__name__})") from None
        self._judge(response)

    def _request(self, url_env: str, body: bytes, headers: Mapping[str, str]) -> httpx.Request:
        try:
            url = httpx.URL(secret(url_env))
        except httpx.InvalidURL:
            raise DeliveryRefused(f"{url_env} holds no web address") from None
        if not url.host or url.scheme not in ("https", "http"):
            raise DeliveryRefused(f"{url_env} holds no web address")
        if url.scheme == "http" and not (self.allow_http or url.host in _LOOPBACK):
            raise DeliveryRefused(f"the address in {url_env} is not encrypted (https)")
        timeout = dict.fromkeys(("connect", "read", "write", "pool"), self.timeout_s)
        return httpx.Request(
            "POST",
            url,
            content=body,
            headers={
                "Content-Type": "application/json",
                "User-Agent": "next-evidence",
                "Connection": "close",
                **headers,
            },
            extensions={"timeout": timeout},
        )

    def _judge(self, response: httpx.Response) -> None:
        status = response.status_code
        if 200 <= status < 300:
            return
        if status == 429:
            raise DeliveryUnavailable(
                f"{self.who} asks for patience (429)", patience_s(response.headers)
            )
        if status >= 500:
            raise DeliveryUnknown(f"{self.who} failed ({status})")
        if status in _FOR_WHAT_IT_HOLDS:
            raise DeliveryRejected(f"{self.who} refuses the message ({status})")
        raise DeliveryRefused(f"{self.who} refuses ({status})")


@cache
def _trusted(scheme: str) -> ssl.SSLContext | bool:
    """The certificates that this system trusts, read once; without encryption there is nothing to read."""
    return ssl.create_default_context() if scheme == "https" else False


def _proxy(url: httpx.URL) -> str | None:
    """The proxy that the environment names for this address (``HTTPS_PROXY``, ``NO_PROXY``), as everywhere else."""
    if url.host in _LOOPBACK or proxy_bypass(url.host):
        return None
    return getproxies().get(url.scheme)


def _untrusted(error: BaseException) -> bool:
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return True
        cause = cause.__cause__ or cause.__context__
    return False
