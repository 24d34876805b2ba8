"""How long a server that asks for patience wants it."""

from __future__ import annotations

from collections.abc import Mapping

_USUAL_S, _LONGEST_S = 30.0, 3600.0


def patience_s(headers: Mapping[str, str]) -> float:
    """Seconds that ``Retry-After`` names, at most an hour; half a minute where it names none, or a date."""
    given = {name.lower(): value for name, value in headers.items()}.get("retry-after", "")
    try:
        return min(max(float(given), 0.0), _LONGEST_S)
    except ValueError:
        return _USUAL_S
