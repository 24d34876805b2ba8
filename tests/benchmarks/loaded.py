"""Modules of ``benchmarks/matching``: scripts beside each other, not a package."""

import sys
from importlib import import_module
from pathlib import Path
from types import ModuleType

FOLDER = Path(__file__).resolve().parents[2] / "benchmarks" / "matching"


def benchmark(name: str) -> ModuleType:
    """The module of this name."""
    if str(FOLDER) not in sys.path:
        sys.path.append(str(FOLDER))
    return import_module(name)
