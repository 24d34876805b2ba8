"""Next Evidence keeps persona libraries honest: what customers say now, against what the documents claim.

``import next_evidence as ne`` gives what scripts and notebooks need; names load on first use, so that the command line
starts at once.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from next_evidence.api import OpenWorkspace, open_workspace
    from next_evidence.errors import NextEvidenceError
    from next_evidence.matching.calibrate import fit_calibration
    from next_evidence.personas.document import Persona, parse_persona
    from next_evidence.records import Cycle
    from next_evidence.settings import Settings, parse_settings
    from next_evidence.stats.intervals import wilson_interval
    from next_evidence.stats.significance import benjamini_hochberg, exchange_test

_HOMES = {
    "OpenWorkspace": "api",
    "open_workspace": "api",
    "NextEvidenceError": "errors",
    "fit_calibration": "matching.calibrate",
    "Persona": "personas.document",
    "parse_persona": "personas.document",
    "Cycle": "records",
    "Settings": "settings",
    "parse_settings": "settings",
    "wilson_interval": "stats.intervals",
    "benjamini_hochberg": "stats.significance",
    "exchange_test": "stats.significance",
}

__all__ = [
    "Cycle",
    "NextEvidenceError",
    "OpenWorkspace",
    "Persona",
    "Settings",
    "benjamini_hochberg",
    "exchange_test",
    "fit_calibration",
    "open_workspace",
    "parse_persona",
    "parse_settings",
    "wilson_interval",
]


def __getattr__(name: str) -> Any:
    """Load a public name from where it lives."""
    if name not in _HOMES:
        raise AttributeError(f"module 'next_evidence' has no attribute {name!r}")
    return getattr(import_module(f"next_evidence.{_HOMES[name]}"), name)
