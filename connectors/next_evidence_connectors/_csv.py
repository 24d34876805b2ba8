"""CSV as programs and people write it: tolerant of headers and delimiters, exact about lines."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from next_evidence.records import Account, Contact, Conversation, Rejection
from next_evidence.sources.protocol import Page
from next_evidence_connectors._files import files_at
from next_evidence_connectors._options import FileOptions
from next_evidence_connectors._paging import Found, pages
from next_evidence_connectors._rows import (
    LONGEST_LINE,
    Line,
    Progress,
    RowFile,
    RowUnit,
    latin_note,
)
from next_evidence_connectors._text import clean

_DELIMITERS = (",", ";", "\t", "|")
_NAMES_SHOWN = 12
_OTHERS_SHOWN = 3


@dataclass(frozen=True)
class CsvRow:
    """One row. ``line`` is its first physical line; ``problem`` says why it cannot be read."""

    line: int
    end: int
    last_line: int
    cells: Mapping[
        str, str
    ]  # by column as the connector calls it; a column that is not there is ""
    written: tuple[str, ...]  # all cells as the file writes them
    problem: str = ""
    latin: bool = False

    def __getitem__(self, column: str) -> str:
        return self.cells.get(column, "")


@dataclass(frozen=True)
class Header:
    """Where the connector's columns are in a file."""

    line: int
    names: tuple[str, ...]
    places: Mapping[str, int]
    delimiter: str

    def written(self, column: str) -> str:
        """Header of a column as the file writes it; empty where the file lacks it."""
        return self.names[self.places[column]] if column in self.places else ""


@dataclass(frozen=True)
class Columns:
    """Columns that a connector knows: their other names, and which must be there.

    ``needed`` holds groups; of each group one column must be there.
    """

    known: Mapping[str, tuple[str, ...]]
    needed: tuple[tuple[str, ...], ...]

    def find(self, names: list[str], *, line: int, delimiter: str) -> Header | str:
        """Match a file's header; a text says what is missing."""
        plain = [plain_name(name) for name in names]
        places: dict[str, int] = {}
        for column, others in self.known.items():
            for name in (column, *others):
                at = next((n for n, found in enumerate(plain) if found == name), None)
                if at is not None and at not in places.values():
                    places[column] = at
                    break
        missing = [group for group in self.needed if not any(name in places for name in group)]
        if not missing:
            return Header(line, tuple(names), places, delimiter)
        wanted = ", ".join(" or ".join(group[:_OTHERS_SHOWN]) for group in missing)
        if not places:  # perhaps a file without a header: its first row is what somebody said
            return f"no column is known; expected {wanted} in the first row"
        shown = [" ".join(clean(name).split())[:40] for name in names if name.strip()]
        more = f" and {len(shown) - _NAMES_SHOWN} more" if len(shown) > _NAMES_SHOWN else ""
        return f"missing column {wanted}; found {', '.join(shown[:_NAMES_SHOWN])}{more}"


Convert = Callable[[Header, Iterator[CsvRow], str], Iterator[Found]]
"""A header, the rows from the file's beginning, and the file's name, to what they give."""


def csv_pages(
    options: FileOptions, root: Path, columns: Columns, convert: Convert, *, since: str | None
) -> Iterator[Page]:
    """Pages of all CSV files that a connector's options name; see `next_evidence.sources.protocol.Connector.pull`."""
    files = files_at(
        file=options.file, folder=options.folder, root=root, suffixes=(".csv", ".tsv", ".txt")
    )
    read = csv_rows(columns, convert)
    yield from pages((RowUnit(file, read) for file in files), since=since)


def found_in(
    row: CsvRow,
    file: str,
    *reasons: str,
    accounts: tuple[Account, ...] = (),
    contacts: tuple[Contact, ...] = (),
    conversations: tuple[Conversation, ...] = (),
) -> Found:
    """What one row gave, and the reasons why it, or a part of it, could not be used."""
    rejected = [latin_note(file, row.line)] if row.latin else []
    rejected.extend(Rejection(file, row.line, reason) for reason in reasons)
    return Found(
        accounts=accounts,
        contacts=contacts,
        conversations=conversations,
        rejected=tuple(rejected),
        end=row.end,
        line=row.last_line,
    )


def csv_rows(columns: Columns, convert: Convert) -> Callable[[RowFile, Progress], Iterator[Found]]:
    """A reader of CSV files for `RowUnit`.

    A file is parsed from its beginning even where only its end is new: the header is there, and rows may
    refer to earlier ones (an account given twice). What was handed over before is left out again.
    """

    def read(rows: RowFile, start: Progress) -> Iterator[Found]:
        for found in _all(rows, columns, convert):
            if found.end > start.offset or found.end == 0:  # 0: of the whole file
                yield found

    return read


def plain_name(name: str) -> str:
    """A header for comparing: ``" Account ID "`` and ``accountId`` are ``account_id``; ``(USD)`` is left out.

    >>> plain_name(" ARR (USD)"), plain_name("accountId"), plain_name("E-Mail")
    ('arr', 'account_id', 'e_mail')
    """
    name = re.sub(r"\([^)]*\)|\[[^]]*\]", " ", clean(name).strip("\ufeff\"'"))
    name = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name)
    return re.sub(r"[^\w]+|_+", "_", name.casefold()).strip("_")


def _all(rows: RowFile, columns: Columns, convert: Convert) -> Iterator[Found]:
    reader = _Reader(rows)
    first = reader.header()
    if first is None:
        yield Found(rejected=(Rejection(rows.name, 0, "the file holds no rows"),))
        return
    names, delimiter = first
    position = reader.position
    header: Header | str = "the header cannot be read: is this a CSV file, saved as UTF-8?"
    if not any("\x00" in name for name in names):
        header = columns.find(names, line=position.number, delimiter=delimiter)
    if isinstance(header, str):
        yield Found(rejected=(Rejection(rows.name, position.number, header),))
        return
    if position.latin:
        note = latin_note(rows.name, position.number)
        yield Found(rejected=(note,), end=position.end, line=position.number)
    yield from convert(header, reader.rows(header, said=position.latin), rows.name)


class _LongLine(Exception):
    """A physical line beyond the limit, in the middle of a row or at its beginning."""


class _Reader:
    """Rows with their first line and the offset after them; goes on behind rows that it cannot read."""

    def __init__(self, rows: RowFile) -> None:
        self._rows = rows
        self.position = Line(0, 0, "", latin=False)
        self._consumed: list[Line] = []

    def header(self) -> tuple[list[str], str] | None:
        """Header cells and delimiter; None: there is no row. An Excel line ``sep=;`` is obeyed."""
        delimiter = ""
        for line in self._rows.lines(Progress()):
            if line.text is None:
                self.position = line
                return ["\x00"], ","
            told = re.fullmatch(r"sep=(.)\s*", line.text)
            if told and not delimiter:
                delimiter = told[1]
            elif line.text.strip():
                delimiter = delimiter or _delimiter_of(line.text)
                try:
                    return next(self._reader(delimiter)), delimiter
                except (csv.Error, _LongLine):
                    return ["\x00"], ","
            self.position = line
        return None

    def rows(self, header: Header, *, said: bool) -> Iterator[CsvRow]:
        """All rows behind the header."""
        reader = self._reader(header.delimiter)
        while True:
            before, self._consumed = self.position, []
            cells: list[str] = []
            try:
                cells = next(reader)
                problem = self._problem(cells, header)
            except StopIteration:
                return
            except _LongLine:
                problem = f"a line longer than {LONGEST_LINE // 1_000_000} MB"
            except csv.Error:
                problem = "this row cannot be read; is a quote left open?"
            read = self._consumed
            if problem and len(read) > 1:  # only its first line is given up: the others may be rows
                self.position = read[0]
                reader = self._reader(header.delimiter)
            elif problem:
                self.position = read[-1]
                reader = self._reader(header.delimiter)
            elif not any(cell.strip() for cell in cells):
                continue
            latin = any(line.latin for line in (read[:1] if problem else read))
            row = CsvRow(
                line=before.number + 1,
                end=self.position.end,
                last_line=self.position.number,
                cells={} if problem else _named(cells, header),
                written=tuple(cells),
                problem=problem,
                latin=latin and not said,
            )
            said = said or latin
            yield row

    def _reader(self, delimiter: str) -> Iterator[list[str]]:
        return csv.reader(self._texts(), delimiter=delimiter)

    def _texts(self) -> Iterator[str]:
        start = Progress(self.position.end, self.position.number)
        for line in self._rows.lines(start):
            self.position = line
            self._consumed.append(line)
            if line.text is None:
                raise _LongLine
            yield line.text

    def _problem(self, cells: list[str], header: Header) -> str:
        if any("\x00" in cell for cell in cells):
            return "it holds NUL bytes: it is damaged or no text"
        if len(cells) > len(header.names) and any(
            cell.strip() for cell in cells[len(header.names) :]
        ):
            return (
                f"{len(cells)} cells where the header has {len(header.names)}; "
                "put quotes around texts that hold the delimiter"
            )
        if len(self._consumed) > 1:
            quotes = sum((line.text or "").count('"') for line in self._consumed)
            if quotes % 2 or len(cells) < len(header.names):
                return "a quote is opened and not closed"
        return ""


def _named(cells: list[str], header: Header) -> dict[str, str]:
    return {
        column: cells[place].strip()
        for column, place in header.places.items()
        if place < len(cells)
    }


def _delimiter_of(line: str) -> str:
    outside = re.sub(r'"[^"]*"', "", line)
    return max(_DELIMITERS, key=lambda mark: (outside.count(mark), -_DELIMITERS.index(mark)))
