"""What a step used — inputs, settings, model and code versions — as digests, so that equal means equal."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from importlib.metadata import version
from typing import Any

import polars as pl


def digest_of(value: Any) -> str:
    """Hex digest (64 bits) of anything that JSON can hold; key order does not matter."""
    text = json.dumps(value, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.blake2b(text.encode(), digest_size=8).hexdigest()


def digest_of_frame(frame: pl.DataFrame) -> str:
    """Hex digest (64 bits) of a frame's rows in their order."""
    return digest_of_lines(
        json.dumps(row, ensure_ascii=False, default=str) for row in frame.iter_rows()
    )


def digest_of_lines(lines: Iterable[str]) -> str:
    """Hex digest (64 bits) of lines in their order."""
    found = hashlib.blake2b(digest_size=8)
    for line in lines:
        found.update(line.encode())
        found.update(b"\n")
    return found.hexdigest()


def code_version() -> str:
    """Version of the installed package."""
    return version("next-evidence")


def manifest_text(parts: Mapping[str, Any]) -> str:
    """A manifest as stored: one line of sorted JSON."""
    return json.dumps(dict(parts), sort_keys=True, ensure_ascii=False)
