"""Hands rendered briefs to every delivery that can be done twice unseen, such as the folder."""

from __future__ import annotations

from collections.abc import Sequence

from next_evidence.brief.render import RenderedBrief
from next_evidence.delivery.protocol import Delivery
from next_evidence.errors import DeliveryError


def hand_over(
    rendered: Sequence[RenderedBrief], deliveries: Sequence[Delivery]
) -> tuple[dict[str | None, str], list[str]]:
    """Deliver every brief to every delivery; where a reader finds each by persona id, and what could not be delivered.

    A delivery that fails never keeps another one, nor another brief, from going out.
    """
    places: dict[str | None, str] = {}
    problems: list[str] = []
    for brief in rendered:
        for delivery in deliveries:
            try:
                receipt = delivery.send(brief, key=brief.key)
            except DeliveryError as error:
                problems.append(str(error))
                continue
            page = next((place for place in receipt.places if place.endswith(".html")), "")
            places.setdefault(brief.persona_id, page)
    return places, problems
