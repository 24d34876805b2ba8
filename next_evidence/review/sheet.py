"""A review as a CSV sheet that a team fills in."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from next_evidence.review.decisions import ACCEPTED, MOVED, REJECTED, SKIPPED

COLUMNS = (
    "verdict", "move_to", "by", "persona", "pain", "sentence", "context", "confidence", "runner_up",
    "runner_up_confidence", "choices", "kind", "spoken_at", "persona_id", "pain_id", "utterance_id",
)  # fmt: skip
_WORDS = {
    "accept": ACCEPTED, "accepted": ACCEPTED, "a": ACCEPTED,
    "reject": REJECTED, "rejected": REJECTED, "r": REJECTED,
    "move": MOVED, "moved": MOVED, "m": MOVED,
    "skip": SKIPPED, "skipped": SKIPPED, "s": SKIPPED,
}  # fmt: skip
_NEEDED = {"utterance_id", "persona_id", "pain_id", "verdict"}
_FORMULA = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet would run


@dataclass(frozen=True)
class Row:
    """One verdict of a sheet. ``line`` is where it stands, from 1; ``by`` is empty when the sheet is silent."""

    line: int
    utterance_id: str
    persona_id: str
    pain_id: str
    verdict: str
    to_pain_id: str | None
    by: str


@dataclass(frozen=True)
class Rejected:
    """A row that cannot be used, and why. Never holds the row's own words."""

    line: int
    reason: str


def write_sheet(rows: Iterable[Mapping[str, Any]]) -> str:
    """CSV text with one row a match; ``verdict``, ``move_to`` and ``by`` are for people to fill in.

    Cells that a spreadsheet would take for a formula begin with an apostrophe.
    """
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, lineterminator="\n", restval="")
    writer.writeheader()
    for row in rows:
        writer.writerow({name: _plain(row.get(name)) for name in COLUMNS})
    return out.getvalue()


def read_sheet(text: str) -> tuple[list[Row], list[Rejected]]:
    """Verdicts of a filled-in sheet, and the rows that cannot be used.

    A row without a verdict was not reviewed and is passed over. Only ``utterance_id``, ``persona_id``, ``pain_id`` and
    ``verdict`` are needed; verdicts are accept, reject, move (with ``move_to``, a pain id) and skip.
    """
    text = text.removeprefix("\ufeff")
    header = text.partition("\n")[0]
    # a spreadsheet in a country of decimal commas writes semicolons
    delimiter = ";" if header.count(";") > header.count(",") else ","
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter)
    rows: list[Row] = []
    rejected: list[Rejected] = []
    line = 1
    try:
        lacking = sorted(_NEEDED - set(reader.fieldnames or ()))
        if lacking:
            return [], [Rejected(1, f"the header lacks {', '.join(lacking)}")]
        line = reader.line_num + 1
        for cells in reader:
            read = _read_row(cells, line)
            if isinstance(read, Row):
                rows.append(read)
            elif read is not None:
                rejected.append(read)
            line = reader.line_num + 1
    except csv.Error:
        rejected.append(Rejected(line, "is not CSV from here on"))
    return rows, rejected


def _read_row(cells: Mapping[str, Any], line: int) -> Row | Rejected | None:
    """One row; None when nobody has judged it."""
    given = {
        name: (cells.get(name) or "").strip().removeprefix("'")
        for name in (*_NEEDED, "move_to", "by")
    }
    if not given["verdict"]:
        return None
    verdict = _WORDS.get(given["verdict"].lower())
    if verdict is None:
        return Rejected(line, "verdict is none of accept, reject, move, skip")
    reason = _wrong(given, verdict)
    if reason is not None:
        return Rejected(line, reason)
    return Row(
        line=line,
        utterance_id=given["utterance_id"],
        persona_id=given["persona_id"],
        pain_id=given["pain_id"],
        verdict=verdict,
        to_pain_id=given["move_to"] or None,
        by=given["by"],
    )


def _wrong(given: Mapping[str, str], verdict: str) -> str | None:
    if not given["utterance_id"]:
        return "utterance_id is empty"
    if verdict == MOVED and not given["move_to"]:
        return "move_to is empty"
    if verdict != MOVED and given["move_to"]:
        return "move_to is given, but the verdict is not move"
    return None


def _plain(value: Any) -> Any:
    if isinstance(value, str) and value.startswith(_FORMULA):
        return f"'{value}"
    return "" if value is None else value
