"""`Delivery` for what can be done twice unseen, `Channel` for what a reader would see twice: the whole contract."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Literal, Protocol, Self, runtime_checkable

from next_evidence.brief.render import RenderedBrief
from next_evidence.review.outcomes import Outcome


@dataclass(frozen=True)
class Receipt:
    """What became of one brief.

    ``state`` is ``sent``, or ``unchanged`` when the same brief was there already. ``places`` are where a
    reader finds it: paths relative to the workspace, or addresses.
    """

    key: str
    state: Literal["sent", "unchanged"]
    places: tuple[str, ...] = ()


class Delivery(Protocol):
    """Hands over one rendered brief. The same ``key`` (cycle, persona, content hash) twice hands over once."""

    @classmethod
    def from_options(cls, options: Mapping[str, Any], *, root: Path) -> Self:
        """Make a delivery from the ``options`` of ``next_evidence.yaml``; paths are relative to ``root``.

        Raises
        ------
        SettingsError
            Every wrong option at once.
        """
        ...

    def send(self, brief: RenderedBrief, *, key: str) -> Receipt:
        """Hand over one brief, or the page of all personas (``brief.persona_id`` is None).

        Raises
        ------
        DeliveryError
            It could not be handed over; nothing was left half done.
        """
        ...


@dataclass(frozen=True)
class Message:
    """One thing that a channel posts at once, made but not sent.

    ``address`` is where it goes: a Slack channel, a mailbox. ``persona_id`` None is the digest of a cycle. Part 0 opens
    a conversation, later ones follow in its thread; part -1 asks people whether the others may be posted. ``content`` is text in whatever form the channel posts.
    """

    address: str
    cycle: str
    persona_id: str | None
    part: int
    content: str = field(repr=False)

    @property
    def content_hash(self) -> str:
        """Hash of the content, 64 bits in hex."""
        return hashlib.blake2b(self.content.encode(), digest_size=8).hexdigest()


@dataclass(frozen=True)
class Found:
    """A message that a channel holds already: its receipt, and which content it was posted with."""

    receipt: str
    content_hash: str


@runtime_checkable
class Channel(Protocol):
    """Posts messages where people read them; the outbox says which, in what order, and that each goes out once.

    ``corrects``: a posted message can be changed in place. ``searches``: the channel can be asked whether a message
    was posted. ``most_briefs``: briefs an address takes in a cycle; None: all.

    `post`, `correct` and `find` raise `DeliveryUnavailable`, `DeliveryRefused` or `DeliveryRejected` only when nothing
    was posted, and `DeliveryUnknown` whenever that is not sure.
    """

    corrects: bool
    searches: bool
    most_briefs: int | None

    @classmethod
    def from_options(cls, options: Mapping[str, Any], *, root: Path) -> Self:
        """Make a channel from the ``options`` of ``next_evidence.yaml``; `SettingsError` names every wrong one."""
        ...

    def messages(self, brief: RenderedBrief) -> tuple[Message, ...]:
        """What to post of one brief, or of the digest (``brief.persona_id`` is None): every address, in order."""
        ...

    def withdrawal(self) -> str:
        """Content that takes the place of a message which a corrected brief no longer has."""
        ...

    def post(self, message: Message, *, key: str, parent: str | None) -> str:
        """Post a message and return its receipt. ``parent`` is the receipt of the conversation's part 0."""
        ...

    def correct(self, message: Message, *, key: str, parent: str | None, receipt: str) -> None:
        """Put ``message`` in place of the one with this receipt; doing so twice is doing it once."""
        ...

    def find(
        self, message: Message, *, key: str, parent: str | None, since: datetime
    ) -> Found | None:
        """The message with this key, if it was posted at ``since`` or later."""
        ...


@runtime_checkable
class InteractiveChannel(Channel, Protocol):
    """A channel on which people can act. ``approvals_to`` is the address at which they are asked; empty: nowhere."""

    approvals_to: str

    def annotate(
        self, message: Message, *, key: str, receipt: str, outcomes: Sequence[Outcome]
    ) -> None:
        """Show what was decided in the message with this receipt, in place of what it showed before.

        ``message`` has no content: what was posted stays as it is. Doing so twice is doing it once.
        """
        ...

    def request(
        self,
        opening: Message | None,
        *,
        cycle: str,
        persona_id: str | None,
        version: str,
        corrects: bool,
    ) -> Message:
        """What asks whether a brief may be posted.

        ``opening`` is the first message that waits, to look at; ``version`` names all that waits; ``corrects``: readers have
        an earlier form.
        """
        ...

    def closed_request(self, *, cycle: str, persona_id: str | None, how: str) -> Message:
        """What takes the place of a request that needs no answer any more."""
        ...
