"""`Delivery` and `Receipt`: the whole contract."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, Protocol, Self

from next_evidence.brief.render import RenderedBrief


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
