"""Writes a table as JSON lines, CSV or Parquet."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import BinaryIO

import polars as pl

from next_evidence.errors import UsageError


def write_table(frame: pl.DataFrame, form: str, out: Path | None) -> None:
    """Write ``frame`` to a file, whole or not at all, or to standard output.

    Moments are ISO 8601 in UTC in JSON and CSV. A list is an array in JSON and JSON text in CSV.

    Raises
    ------
    UsageError
        The file cannot be written.
    """
    if out is None:
        _write(frame, form, sys.stdout.buffer)
        return
    partial = out.with_name(out.name + ".partial")
    try:
        with partial.open("wb") as handle:
            _write(frame, form, handle)
        os.replace(partial, out)
    except OSError as error:
        raise UsageError(f"{out} cannot be written ({error.strerror})") from None


def _write(frame: pl.DataFrame, form: str, handle: BinaryIO) -> None:
    if form == "parquet":
        frame.write_parquet(handle)
        return
    moments = [name for name, dtype in frame.schema.items() if isinstance(dtype, pl.Datetime)]
    text = frame.with_columns(pl.col(name).dt.strftime("%Y-%m-%dT%H:%M:%SZ") for name in moments)
    if form == "jsonl":
        text.write_ndjson(handle)
        return
    lists = [name for name, dtype in frame.schema.items() if isinstance(dtype, pl.List)]
    as_json = [
        pl.Series(
            name,
            [None if v is None else _json_list(v.to_list()) for v in text[name]],
            dtype=pl.String,
        )
        for name in lists
    ]
    text.with_columns(as_json).write_csv(handle)


def _json_list(values: list[object]) -> str:
    import json

    return json.dumps(values, ensure_ascii=False)
