"""JSON Lines, one object a line, each failure with its line and column."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from next_evidence.records import Conversation, Rejection
from next_evidence_connectors._paging import Found
from next_evidence_connectors._rows import LONGEST_LINE, Progress, RowFile, latin_note


class RowProblem(ValueError):
    """A row that cannot be used. The message names keys, positions and counts, never the row's words.

    ``line`` is the line within the text at which it breaks; 0: no particular one.
    """

    def __init__(self, message: str, line: int = 0) -> None:
        super().__init__(message)
        self.line = line


Convert = Callable[[dict[str, Any], str], tuple[list[Conversation], list[str]]]
"""One object and its origin, ``file:line``, to its conversations and to what should be said of it."""


def json_lines(convert: Convert) -> Callable[[RowFile, Progress], Iterator[Found]]:
    """A reader of JSON Lines files for `RowUnit`."""

    def read(rows: RowFile, start: Progress) -> Iterator[Found]:
        latin = start.latin
        for line in rows.lines(start):
            rejected = []
            if line.latin and not latin:
                rejected.append(latin_note(rows.name, line.number))
            latin = latin or line.latin
            found = Found(end=line.end, line=line.number, latin=latin)
            if line.text is None:
                reason = f"the line is longer than {LONGEST_LINE // 1_000_000} MB"
                yield replace(found, rejected=(Rejection(rows.name, line.number, reason),))
                continue
            if not line.text.strip():
                continue
            conversations: list[Conversation] = []
            try:
                conversations, notes = convert(
                    parse_object(line.text), f"{rows.name}:{line.number}"
                )
                rejected.extend(Rejection(rows.name, line.number, note) for note in notes)
            except RowProblem as problem:
                rejected.append(Rejection(rows.name, line.number, str(problem)))
            yield replace(found, conversations=tuple(conversations), rejected=tuple(rejected))

    return read


def parse_object(text: str) -> dict[str, Any]:
    """Read one JSON object.

    Raises
    ------
    RowProblem
        It is no JSON, with the column; or it is JSON but no object.
    """
    value = parse_json(text)
    if not isinstance(value, dict):
        raise RowProblem("this is JSON, but no object in braces")
    return value


def parse_json(text: str) -> Any:
    """Read JSON; `RowProblem` says where it breaks."""
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        cut = error.pos >= len(text.rstrip()) or error.msg.startswith("Unterminated")
        what = "the JSON is cut off" if cut else "this is not valid JSON"
        raise RowProblem(f"{what} (column {error.colno})", error.lineno) from None
    except RecursionError:
        raise RowProblem("this JSON is nested too deeply") from None
    except ValueError:
        raise RowProblem("a number in this JSON is too long") from None
