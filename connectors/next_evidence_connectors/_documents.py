"""Files that are one document each, or a few that belong together: read whole, and only when changed."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from next_evidence.records import Rejection
from next_evidence_connectors._files import SourceFile
from next_evidence_connectors._paging import Found, State

LARGEST_DOCUMENT = 50_000_000  # bytes; a day of speech is below one million


@dataclass(frozen=True)
class Document:
    """One file and its bytes."""

    name: str
    data: bytes


Read = Callable[[list[Document]], Found]


@dataclass(frozen=True)
class DocumentUnit:
    """Files that are read together. The cursor keeps a hash of sizes and times, and one of the bytes."""

    name: str
    files: tuple[SourceFile, ...]
    read: Read

    def open(self, known: State | None) -> DocumentReading | None:
        """Read the files if one has changed; a new time alone, as a copy has it, is no change."""
        stamp, documents, rejected = hashlib.blake2b(digest_size=6), [], []
        try:
            for file in self.files:
                stat = file.path.stat()
                stamp.update(f"{file.name}\0{stat.st_size}\0{stat.st_mtime_ns}\0".encode())
        except OSError:
            stamp.update(b"gone")
        if known and known[0] == stamp.hexdigest():
            return None
        content = hashlib.blake2b(digest_size=6)
        failed = False
        for file in self.files:
            try:
                if file.path.stat().st_size > LARGEST_DOCUMENT:
                    megabytes = LARGEST_DOCUMENT // 1_000_000
                    rejected.append(
                        Rejection(file.name, 0, f"the file is larger than {megabytes} MB")
                    )
                    continue
                data = file.path.read_bytes()
            except OSError as error:
                rejected.append(
                    Rejection(file.name, 0, f"the file cannot be read ({error.strerror})")
                )
                failed = True
                continue
            content.update(file.name.encode() + b"\0" + data + b"\0")
            documents.append(Document(file.name, data))
        state: State = [stamp.hexdigest(), content.hexdigest()]
        if known and known[1:] == state[1:] and not rejected:
            return None
        return DocumentReading(self, documents, rejected, None if failed else state)


class DocumentReading:
    """One pass over a document."""

    def __init__(
        self,
        unit: DocumentUnit,
        documents: list[Document],
        rejected: list[Rejection],
        state: State | None,
    ) -> None:
        self._unit, self._documents, self._rejected, self._state = unit, documents, rejected, state
        self.restarted = tuple(file.name for file in unit.files)

    def found(self) -> Iterator[Found]:
        """What the document gives, all at once."""
        read = self._unit.read(self._documents) if self._documents else Found()
        yield Found(conversations=read.conversations, rejected=(*self._rejected, *read.rejected))

    def state_at(self, last: Found) -> State:
        """A document is done with its one find."""
        return self._state or []

    def state(self) -> State | None:
        """Hashes of what was read; None: try again."""
        return self._state

    def close(self) -> None:
        """Nothing is open."""
