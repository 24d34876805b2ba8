"""Finds deliveries by entry point."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any, cast

from next_evidence.delivery.protocol import Channel, Delivery
from next_evidence.errors import UsageError

GROUP = "next_evidence.deliveries"


def installed() -> tuple[str, ...]:
    """Names of all deliveries that are installed."""
    return tuple(sorted({point.name for point in entry_points(group=GROUP)}))


def find_delivery(name: str) -> type[Delivery | Channel]:
    """The delivery of this name.

    Raises
    ------
    UsageError
        There is none, or two packages claim the name, or it cannot be imported; says which are installed.
    """
    points = {point.value: point for point in entry_points(group=GROUP, name=name)}
    if not points:
        raise UsageError(
            f"no delivery named {name!r}; installed: {', '.join(installed()) or 'none'}"
        )
    if len(points) > 1:
        raise UsageError(
            f"{len(points)} packages offer a delivery named {name!r}; remove all but one"
        )
    (point,) = points.values()
    try:
        return cast("type[Delivery | Channel]", point.load())
    except (ImportError, AttributeError) as error:
        raise UsageError(
            f"the delivery {name!r} is installed but {point.value} cannot be imported"
        ) from error


def make_delivery(name: str, options: Mapping[str, Any], *, root: Path) -> Delivery | Channel:
    """Make a delivery or channel from its name and options in ``next_evidence.yaml``."""
    return find_delivery(name).from_options(options, root=root)
