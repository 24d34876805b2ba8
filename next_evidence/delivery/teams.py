"""Microsoft Teams by a Workflows webhook: a digest a cycle, a card a persona that shifted."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Self

from pydantic import Field

from next_evidence.brief.render import RenderedBrief
from next_evidence.delivery.endpoint import Endpoint, EndpointOptions
from next_evidence.delivery.options import Variable, parse_options
from next_evidence.delivery.protocol import Found, Message
from next_evidence.errors import DeliveryRejected, DeliveryUnknown

_PACE_S = 0.5  # a webhook takes four requests a second


class TeamsOptions(EndpointOptions):
    """Options of the delivery ``teams``."""

    url_env: Variable = Field(
        default="TEAMS_WEBHOOK_URL",
        description="Environment variable with the webhook for the digest, and for briefs whose owner has no route.",
    )
    most_briefs: int = Field(
        default=3, ge=0, le=50, description="Briefs a webhook gets in a cycle; the digest has all."
    )


class TeamsChannel:
    """Posts Adaptive Cards. Teams says only that it took a card: it cannot be changed, nor asked about.

    Parameters
    ----------
    options
        Checked options.
    sleep
        How to wait some seconds.
    """

    corrects = False
    searches = False

    def __init__(
        self, options: TeamsOptions, *, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self._options = options
        self._endpoint = Endpoint("Teams", options.timeout_s, _PACE_S, sleep)
        self.most_briefs: int | None = options.most_briefs

    @classmethod
    def from_options(cls, options: Mapping[str, Any], *, root: Path) -> Self:
        """Make it from `TeamsOptions`; the webhook's address is read when the first card is posted."""
        del root  # nothing of it lies in the workspace
        return cls(parse_options(TeamsOptions, options, delivery="teams"))

    def messages(self, brief: RenderedBrief) -> tuple[Message, ...]:
        """One card: Teams has no threads for webhooks."""
        return (self._options.message(brief, "teams.json"),)

    def withdrawal(self) -> str:
        """Nothing: what was posted stays."""
        return ""

    def post(self, message: Message, *, key: str, parent: str | None) -> str:
        """Post a card; the receipt is our own key, since Teams gives none."""
        del parent  # every card stands by itself
        self._endpoint.keep_pace()
        self._endpoint.post(message.address, message.content.encode(), {})
        return key

    def correct(self, message: Message, *, key: str, parent: str | None, receipt: str) -> None:
        """Always `DeliveryRejected`: a card cannot be changed."""
        raise DeliveryRejected("a card that Teams took cannot be changed")

    def find(
        self, message: Message, *, key: str, parent: str | None, since: datetime
    ) -> Found | None:
        """Always `DeliveryUnknown`: Teams cannot be asked."""
        raise DeliveryUnknown("whether Teams has a card cannot be asked")
