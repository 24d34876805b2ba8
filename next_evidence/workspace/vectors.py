"""Vectors on disk, append-only, by text hash: one file per encoder, safe to kill at any moment.

A file is a header of 1,024 bytes (one JSON line, padded) and records of one size: key, float16 vector,
CRC-32 of both. A kill can only tear the last record, which the next writer cuts off; a power cut can
leave zeros, which the checksum finds, and such a record counts as never written.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
import threading
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from next_evidence.encoding.cached import KEY_BYTES
from next_evidence.errors import WorkspaceError
from next_evidence.workspace.key_rows import KeyRows

CRC_BYTES = 4
HEADER_BYTES = 1024
FORMAT = "next-evidence vectors 1"
SUFFIX = ".vectors"
READ_AT_ONCE = 8192  # records that are held in memory, of all that are read or copied
Records = NDArray[np.void]


class VectorFile:
    """The vectors of one encoder: what was stored once is read back byte for byte, ever after.

    Many processes may read while one writes, and writers wait for each other. Opening reads every key
    once; each vector kept costs about 24 bytes of memory. Vectors stay on disk until asked for.

    Parameters
    ----------
    folder
        Holds one file per fingerprint; made when missing.
    fingerprint
        Of the encoder, at most 800 bytes.
    n_dims
        Length of a vector.

    Raises
    ------
    WorkspaceError
        The file is there, but is not one of this fingerprint and length.
    """

    def __init__(self, folder: Path, fingerprint: str, n_dims: int) -> None:
        self.fingerprint = fingerprint
        self.n_dims = n_dims
        self._header = _header(fingerprint, n_dims)
        name = hashlib.blake2b(fingerprint.encode(), digest_size=16).hexdigest()
        self._path = folder / f"{name}{SUFFIX}"
        self._record = np.dtype(
            [("key", f"V{KEY_BYTES}"), ("vector", "<f2", (n_dims,)), ("crc", "<u4")]
        )
        self._one_thread = threading.Lock()
        self._file_id: tuple[int, int] | None = None
        self._n_records = 0
        self._row_of = KeyRows()
        folder.mkdir(parents=True, exist_ok=True)
        with self._records():
            pass

    def __len__(self) -> int:
        with self._one_thread, self._records():
            return len(self._row_of)

    def get(self, keys: Sequence[bytes]) -> tuple[NDArray[np.bool_], NDArray[np.float32]]:
        """Which keys are stored, shape ``(n_keys,)``, and their vectors, shape ``(n_keys, n_dims)``.

        Vectors have the precision of float16; the row of a key that is not stored is zeros.
        """
        with self._one_thread, self._records() as records:
            return self._read(records, keys)

    def put(self, keys: Sequence[bytes], vectors: NDArray[np.float32]) -> None:
        """Append ``vectors``, shape ``(n_keys, n_dims)``, rounded to float16; on disk when it returns.

        A key that is stored keeps its first vector, also when another process stored it just now.

        Raises
        ------
        ValueError
            A key is not 16 bytes, or ``vectors`` has another shape or numbers that float16 lacks.
        """
        rounded = np.asarray(vectors).astype("<f2")
        if rounded.shape != (len(keys), self.n_dims) or not np.isfinite(rounded).all():
            raise ValueError(
                f"{len(keys)} keys need finite vectors of shape {(len(keys), self.n_dims)}, "
                f"not {rounded.shape}"
            )
        if any(len(key) != KEY_BYTES for key in keys):
            raise ValueError(f"a key has {KEY_BYTES} bytes")
        with self._one_thread, _one_process(self._path):
            with self._records() as records:
                known, _ = self._read(records, keys)
            first = {key: place for place, key in reversed(list(enumerate(keys)))}
            fresh = sorted(place for key, place in first.items() if not known[place])
            if fresh:
                self._append(_pack([(keys[place], rounded[place].tobytes()) for place in fresh]))

    def forget(self, keys: Sequence[bytes]) -> int:
        """Erase ``keys`` from the disk, and say how many of them were stored.

        The file is written anew beside the old one and takes its place in one step, so a kill leaves
        one or the other. Damaged records go too.
        """
        unwanted = list(dict.fromkeys(keys))
        with self._one_thread, _one_process(self._path), self._records() as records:
            gone = int((self._row_of.rows_of(unwanted) >= 0).sum())
            if gone:
                self._rewrite(records, self._row_of.rows_without(unwanted))
            return gone

    @contextmanager
    def _records(self) -> Iterator[Records]:
        """All records, those of other writers too, or of the file that took the old one's place.

        They are mapped for as long as they are read: pages that were looked at would else stay in memory until the end.
        """
        try:
            file = self._path.open("rb")
        except FileNotFoundError:
            self._file_id, self._n_records, self._row_of = None, 0, KeyRows()
            yield np.empty(0, dtype=self._record)
            return
        with file:
            status = os.fstat(file.fileno())
            n_records = max(0, status.st_size - HEADER_BYTES) // self._record.itemsize
            file_id = (status.st_dev, status.st_ino)
            if file_id != self._file_id or n_records < self._n_records:
                self._check_header(file)
                self._file_id, self._n_records, self._row_of = file_id, 0, KeyRows()
            self._learn_keys(file, n_records)
            if n_records:
                yield np.memmap(
                    file, self._record, mode="r", offset=HEADER_BYTES, shape=(n_records,)
                )
            else:
                yield np.empty(0, dtype=self._record)

    def _learn_keys(self, file: BinaryIO, n_records: int) -> None:
        """Read the keys of records that were appended since the last time."""
        file.seek(HEADER_BYTES + self._n_records * self._record.itemsize)
        keys = []
        for start in range(self._n_records, n_records, READ_AT_ONCE):
            count = min(READ_AT_ONCE, n_records - start)
            fresh = np.frombuffer(file.read(count * self._record.itemsize), dtype=self._record)
            keys.append(fresh["key"].tobytes())
        self._row_of.add(b"".join(keys), self._n_records)
        self._n_records = n_records

    def _check_header(self, file: BinaryIO) -> None:
        header = file.read(HEADER_BYTES)
        # a header that is cut short is of a writer that has just begun, or was killed then
        if header != self._header[: len(header)]:
            raise WorkspaceError(
                f"{self._path} does not hold {self.n_dims}-dimensional vectors of encoder "
                f"{self.fingerprint[:12]}; delete it, and its texts are encoded again"
            )

    def _read(
        self, records: Records, keys: Sequence[bytes]
    ) -> tuple[NDArray[np.bool_], NDArray[np.float32]]:
        found = np.zeros(len(keys), dtype=np.bool_)
        vectors = np.zeros((len(keys), self.n_dims), dtype=np.float32)
        rows = self._row_of.rows_of(keys)
        (places,) = np.nonzero(rows >= 0)
        if not len(places):
            return found, vectors
        wanted = np.array(records[rows[places]])
        size, data = self._record.itemsize, wanted.tobytes()
        starts = range(0, len(data), size)
        whole = np.array([_is_whole(data[at : at + size]) for at in starts], dtype=np.bool_)
        found[places] = whole
        vectors[places] = np.where(whole[:, None], wanted["vector"], 0).astype(np.float32)
        return found, vectors

    def _append(self, data: bytes) -> None:
        """Add whole records; the caller holds both locks."""
        with open(self._path, "ab", opener=_private) as file:
            size = file.tell()
            if size < HEADER_BYTES:  # new, or its maker was killed before the header was whole
                file.truncate(0)
                file.write(self._header)
            else:
                file.truncate(size - (size - HEADER_BYTES) % self._record.itemsize)
            file.write(data)
            file.flush()
            os.fsync(file.fileno())

    def _rewrite(self, records: Records, rows: Sequence[int]) -> None:
        """Make a file of the whole records among ``rows`` and put it in the old one's place."""
        beside = self._path.with_suffix(".rewritten")
        with open(beside, "wb", opener=_private) as file:
            file.write(self._header)
            for start in range(0, len(rows), READ_AT_ONCE):
                kept = records[list(rows[start : start + READ_AT_ONCE])]
                file.writelines(data for data in map(bytes, kept) if _is_whole(data))
            file.flush()
            os.fsync(file.fileno())
        beside.replace(self._path)


def stored_vectors(folder: Path) -> list[VectorFile]:
    """Every encoder's file in ``folder``, for an erasure that must reach the older ones too."""
    headers = []
    for path in sorted(folder.glob(f"*{SUFFIX}")):
        with path.open("rb") as file:
            header = file.read(HEADER_BYTES)
        if len(header) == HEADER_BYTES:
            headers.append(_parse_header(header, path))
    return [VectorFile(folder, header["fingerprint"], header["n_dims"]) for header in headers]


def _header(fingerprint: str, n_dims: int) -> bytes:
    facts = {"format": FORMAT, "dtype": "float16", "n_dims": n_dims, "fingerprint": fingerprint}
    line = json.dumps(facts).encode()
    if len(line) >= HEADER_BYTES:
        raise ValueError(f"the fingerprint is too long: {len(fingerprint)} characters")
    return line.ljust(HEADER_BYTES - 1) + b"\n"


def _parse_header(header: bytes, path: Path) -> dict[str, Any]:
    try:
        facts: dict[str, Any] = json.loads(header)
    except ValueError:
        facts = {}
    if facts.get("format") != FORMAT:
        raise WorkspaceError(f"{path} is not a file of vectors; move it elsewhere")
    return facts


def _private(path: str, flags: int) -> int:
    """Open for the owner alone: a vector tells much of its text."""
    return os.open(path, flags, 0o600)


def _pack(rows: Sequence[tuple[bytes, bytes]]) -> bytes:
    """Records of keys and vector bytes."""
    return b"".join(
        key + vector + zlib.crc32(key + vector).to_bytes(CRC_BYTES, "little")
        for key, vector in rows
    )


def _is_whole(record: bytes) -> bool:
    return zlib.crc32(record[:-CRC_BYTES]) == int.from_bytes(record[-CRC_BYTES:], "little")


if sys.platform == "win32":
    import msvcrt

    def _wait_for_lock(handle: int) -> None:
        msvcrt.locking(handle, msvcrt.LK_LOCK, 1)  # gives up with OSError after ten seconds

else:
    import fcntl

    def _wait_for_lock(handle: int) -> None:
        fcntl.flock(handle, fcntl.LOCK_EX)


@contextmanager
def _one_process(path: Path) -> Iterator[None]:
    """Wait for other writers of ``path``; the lock goes with the process, however that ends."""
    with open(path.with_suffix(".lock"), "ab", opener=_private) as file:
        _wait_for_lock(file.fileno())
        yield
