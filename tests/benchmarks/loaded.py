"""Modules of ``benchmarks``: scripts beside each other, not a package."""

import sys
from importlib import import_module
from pathlib import Path
from types import ModuleType

BENCHMARKS = Path(__file__).resolve().parents[2] / "benchmarks"
FOLDERS = ("matching", "corpus", "drift/bench", "drift/bench/text", "drift/tickets")


def benchmark(name: str) -> ModuleType:
    """The module of this name."""
    for folder in FOLDERS:
        if str(BENCHMARKS / folder) not in sys.path:
            sys.path.append(str(BENCHMARKS / folder))
    return import_module(name)
