"""Files of rows that grow: physical lines, where each ends, and what was read of the file."""

from __future__ import annotations

import hashlib
import io
import os
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import IO, BinaryIO

from next_evidence.records import Rejection
from next_evidence_connectors._files import SourceFile
from next_evidence_connectors._paging import Found, State
from next_evidence_connectors._text import READ_AS_LATIN, decode_latin

LONGEST_LINE = 10_000_000  # bytes
_BLOCK = 1 << 20


@dataclass(frozen=True)
class Line:
    """One physical line. ``text`` is None where it is longer than `LONGEST_LINE`."""

    number: int
    end: int  # bytes of the file up to here
    text: str | None
    latin: bool


@dataclass(frozen=True)
class Progress:
    """How far a file was read: bytes, lines, and whether a line that is not UTF-8 was reported."""

    offset: int = 0
    line: int = 0
    latin: bool = False


class RowFile:
    """A file of rows, open for reading, in UTF-8 and with a line feed at the end of each line.

    UTF-16 (Excel's "Unicode text") and files whose lines end in a lone carriage return are copied once into a
    temporary file of that form; offsets then count in the copy.
    """

    def __init__(self, file: SourceFile) -> None:
        self.name = file.name
        plain = file.path.open("rb")
        stat = os.fstat(plain.fileno())
        self.size, self.mtime_ns = stat.st_size, stat.st_mtime_ns
        self._handle: IO[bytes] = _as_utf8_lines(plain)
        self._digest = hashlib.blake2b(digest_size=8)
        self._digested = 0

    def close(self) -> None:
        self._handle.close()

    def lines(self, start: Progress) -> Iterator[Line]:
        """Lines from ``start`` on; only the iteration that began last may go on."""
        self._handle.seek(start.offset)
        number, offset = start.line, start.offset
        while True:
            data = self._handle.readline(LONGEST_LINE + 1)
            if not data:
                return
            number += 1
            offset += len(data)
            too_long = len(data) > LONGEST_LINE and not data.endswith(b"\n")
            while too_long and data and not data.endswith(b"\n"):
                data = self._handle.readline(LONGEST_LINE)
                offset += len(data)
            if too_long:
                yield Line(number, offset, None, latin=False)
                continue
            if number == 1 and data.startswith(b"\xef\xbb\xbf"):
                data = data[3:]
            try:
                text, latin = data.decode("utf-8"), False
            except UnicodeDecodeError:
                text, latin = decode_latin(data), True
            yield Line(number, offset, text, latin)

    def digest(self, offset: int) -> str:
        """Hash of the file's first ``offset`` bytes; asked with growing offsets, each byte is read once."""
        if offset < self._digested:
            self._digest, self._digested = hashlib.blake2b(digest_size=8), 0
        here = self._handle.tell()
        self._handle.seek(self._digested)
        while self._digested < offset:
            block = self._handle.read(min(_BLOCK, offset - self._digested))
            if not block:
                break
            self._digest.update(block)
            self._digested += len(block)
        self._handle.seek(here)
        return self._digest.hexdigest()

    def ends_in_newline(self) -> bool:
        """Whether the last line is whole; one that is still being written may end anywhere."""
        here = self._handle.tell()
        length = self._handle.seek(0, os.SEEK_END)
        self._handle.seek(max(0, length - 1))
        last = self._handle.read(1)
        self._handle.seek(here)
        return last in (b"\n", b"")


Read = Callable[[RowFile, Progress], Iterator[Found]]


@dataclass(frozen=True)
class RowUnit:
    """A file of rows as the cursor knows it: ``[size, mtime_ns, digest, offset, lines, latin]``.

    ``read`` yields what is new after a `Progress`. A size of -1 says that the file was not read to its end.
    """

    file: SourceFile
    read: Read

    @property
    def name(self) -> str:
        """Key in the cursor."""
        return self.file.name

    def open(self, known: State | None) -> RowReading | FailedReading | None:
        """Begin, or go on where an unchanged beginning ends; None where the file has not changed."""
        try:
            stat = self.file.path.stat()
            state = _readable(known)
            if state is not None and state[:2] == [stat.st_size, stat.st_mtime_ns]:
                return None
            rows = RowFile(self.file)
        except OSError as error:
            return FailedReading(self.name, error)
        progress = Progress()
        if state is not None and state[3] and rows.digest(state[3]) == state[2]:
            progress = Progress(state[3], state[4], bool(state[5]))
        return RowReading(rows, progress, self.read)


class RowReading:
    """One pass over what is new in a file of rows."""

    def __init__(self, rows: RowFile, start: Progress, read: Read) -> None:
        self._rows = rows
        self._start = start
        self._read = read
        self._last = Found(end=start.offset, line=start.line, latin=start.latin)
        self.restarted: tuple[str, ...] = (rows.name,) if start.offset == 0 else ()

    def found(self) -> Iterator[Found]:
        """What is new, in order; an empty file is said to be empty."""
        if self._rows.size == 0:
            yield Found(rejected=(Rejection(self._rows.name, 0, "the file is empty"),))
            return
        for found in self._read(self._rows, self._start):
            self._last = found
            yield found

    def state_at(self, last: Found) -> State:
        """Not read to its end: no size, so the next pull looks into the file."""
        return [-1, 0, self._rows.digest(last.end), last.end, last.line, int(last.latin)]

    def state(self) -> State:
        """Read to its end. A file without a last newline is read anew when it grows: that row may go on."""
        done = self._last if self._rows.ends_in_newline() else Found()
        state = self.state_at(done)
        state[:2] = [self._rows.size, self._rows.mtime_ns]
        return state

    def close(self) -> None:
        """Let go of the file."""
        self._rows.close()


class FailedReading:
    """A file that the system would not open; it is tried again at each pull."""

    def __init__(self, name: str, error: OSError) -> None:
        self.restarted: tuple[str, ...] = (name,)
        self._rejection = Rejection(name, 0, f"the file cannot be read ({error.strerror})")

    def found(self) -> Iterator[Found]:
        """Say so."""
        yield Found(rejected=(self._rejection,))

    def state_at(self, last: Found) -> State:
        """Nothing is remembered."""
        return []

    def state(self) -> None:
        """Nothing is remembered."""
        return

    def close(self) -> None:
        """Nothing is open."""


def latin_note(file: str, line: int) -> Rejection:
    """The report of a file that is not UTF-8. Its rows count all the same."""
    return Rejection(file, line, READ_AS_LATIN)


def _readable(state: State | None) -> State | None:
    if state is None or len(state) != 6 or not isinstance(state[2], str):
        return None
    return state if all(isinstance(state[n], int) for n in (0, 1, 3, 4, 5)) else None


def _as_utf8_lines(plain: BinaryIO) -> IO[bytes]:
    head = plain.read(65536)
    plain.seek(0)
    encoding = "utf-16" if head.startswith((b"\xff\xfe", b"\xfe\xff")) else ""
    if not encoding and (b"\n" in head or b"\r" not in head):
        return plain
    copy: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 (RowFile closes it)
    # Latin-1 both ways keeps every byte as it is: only line ends change
    text = io.TextIOWrapper(plain, encoding or "latin-1", errors="replace", newline=None)
    with text:
        while block := text.read(_BLOCK):
            copy.write(block.encode("utf-8" if encoding else "latin-1"))
    copy.seek(0)
    return copy
