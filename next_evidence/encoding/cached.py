"""Encodes each distinct text once, ever; vectors are kept by text hash, one store per encoder."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from next_evidence.encoding.protocol import Encoder
from next_evidence.errors import EncoderError

KEY_BYTES = 16
CHUNK = 512  # about a second of encoding on one core: what a kill may lose
LOOK_UP = 8192  # keys asked of the store at once


def text_key(text: str) -> bytes:
    """Key of a text in every store: BLAKE2b-128 of its UTF-8 bytes."""
    # half a surrogate pair, which some vendors' cut texts hold, is not UTF-8 but must have a key too
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=KEY_BYTES).digest()


class VectorStore(Protocol):
    """Keeps the vectors of one encoder. What it gave once, it gives again, byte for byte."""

    @property
    def fingerprint(self) -> str:
        """Fingerprint of the encoder whose vectors these are."""
        ...

    @property
    def n_dims(self) -> int:
        """Length of a vector."""
        ...

    def get(self, keys: Sequence[bytes]) -> tuple[NDArray[np.bool_], NDArray[np.float32]]:
        """Which keys are known, shape ``(n_keys,)``, and their vectors, shape ``(n_keys, n_dims)``.

        The row of an unknown key is zeros.
        """
        ...

    def put(self, keys: Sequence[bytes], vectors: NDArray[np.float32]) -> None:
        """Keep ``vectors``, shape ``(n_keys, n_dims)``; a key that is known keeps its first vector.

        The store may round them. On return they are safe from a kill.
        """
        ...


class MemoryVectors:
    """A store that lasts as long as the process: for tests, and for questions asked once."""

    def __init__(self, fingerprint: str, n_dims: int) -> None:
        self.fingerprint = fingerprint
        self.n_dims = n_dims
        self._rows: dict[bytes, NDArray[np.float32]] = {}

    def __len__(self) -> int:
        return len(self._rows)

    def get(self, keys: Sequence[bytes]) -> tuple[NDArray[np.bool_], NDArray[np.float32]]:
        """As `VectorStore.get`."""
        found = np.zeros(len(keys), dtype=np.bool_)
        vectors = np.zeros((len(keys), self.n_dims), dtype=np.float32)
        for place, key in enumerate(keys):
            if key in self._rows:
                found[place], vectors[place] = True, self._rows[key]
        return found, vectors

    def put(self, keys: Sequence[bytes], vectors: NDArray[np.float32]) -> None:
        """As `VectorStore.put`; nothing is rounded."""
        for key, row in zip(keys, vectors, strict=True):
            self._rows.setdefault(key, row.astype(np.float32))


class CachedEncoder:
    """An encoder that asks another one only about texts it never saw.

    What it returns always comes out of the store, on the first call too, so a rerun gives the same
    bytes whatever the store rounds to.

    Parameters
    ----------
    encoder
        Encodes what the store lacks.
    store
        Keeps vectors of this very encoder.

    Raises
    ------
    EncoderError
        ``store`` holds vectors of another encoder.
    """

    def __init__(self, encoder: Encoder, store: VectorStore) -> None:
        if (store.fingerprint, store.n_dims) != (encoder.fingerprint, encoder.n_dims):
            raise EncoderError(
                f"the stored vectors were made by encoder {store.fingerprint[:12]} "
                f"({store.n_dims} dims), not by {encoder.fingerprint[:12]} ({encoder.n_dims} dims); "
                "open a store of this encoder's fingerprint"
            )
        self.name = encoder.name
        self.n_dims = encoder.n_dims
        self.fingerprint = encoder.fingerprint
        self._encoder = encoder
        self._store = store

    def count_missing(self, texts: Sequence[str]) -> int:
        """How many distinct texts `encode` would have to encode: the total of a progress bar."""
        keys = list({text_key(text) for text in texts})
        return sum(
            int(np.sum(~self._store.get(keys[start : start + LOOK_UP])[0]))
            for start in range(0, len(keys), LOOK_UP)
        )

    def encode(
        self, texts: Sequence[str], *, progress: Callable[[int], None] | None = None
    ) -> NDArray[np.float32]:
        """Unit vectors of ``texts``, in their order, shape ``(n_texts, n_dims)``.

        New texts are encoded and stored in chunks of 512, so a kill loses at most one chunk.

        Parameters
        ----------
        texts
            May repeat; a repeated text is encoded once.
        progress
            Called after each chunk with the number of texts it encoded; not called when nothing is
            new. The total is `count_missing`.

        Raises
        ------
        EncoderError
            The encoder gave vectors of another shape, of zeros, or with numbers that are not
            finite, or the store did not keep them.
        """
        keys = [text_key(text) for text in texts]
        distinct = dict(zip(keys, texts, strict=True))
        row_of = {key: row for row, key in enumerate(distinct)}
        rows, missing = self._look_up(list(distinct))
        wanted = list(distinct.items())
        for start in range(0, len(missing), CHUNK):
            chunk = missing[start : start + CHUNK]
            rows[chunk] = self._encode_chunk([wanted[row] for row in chunk])
            if progress is not None:
                progress(len(chunk))
        return _unit(rows)[[row_of[key] for key in keys]]

    def _look_up(self, keys: list[bytes]) -> tuple[NDArray[np.float32], list[int]]:
        """Vectors of ``keys``, shape ``(n_keys, n_dims)``, and the rows that the store lacks."""
        rows = np.zeros((len(keys), self.n_dims), dtype=np.float32)
        missing: list[int] = []
        for start in range(0, len(keys), LOOK_UP):
            found, vectors = self._store.get(keys[start : start + LOOK_UP])
            rows[start : start + LOOK_UP] = vectors
            missing.extend((start + np.flatnonzero(~found)).tolist())
        return rows, missing

    def _encode_chunk(self, chunk: Sequence[tuple[bytes, str]]) -> NDArray[np.float32]:
        """Encode and store some new texts; their vectors as the store gives them back."""
        keys = [key for key, _ in chunk]
        vectors = self._encoder.encode([text for _, text in chunk])
        # a stored vector stays, so a zero or a NaN would spoil every later run
        usable = np.isfinite(vectors).all() and np.any(vectors, axis=-1).all()
        if vectors.shape != (len(keys), self.n_dims) or not usable:
            raise EncoderError(
                f"{self.name} gave vectors of shape {vectors.shape} for {len(keys)} texts; "
                f"finite ones of length 1 and shape {(len(keys), self.n_dims)} are needed"
            )
        self._store.put(keys, vectors)
        found, kept = self._store.get(keys)
        if not found.all():
            raise EncoderError(f"the vector store lost {np.sum(~found)} of {len(keys)} vectors")
        return kept


def _unit(rows: NDArray[np.float32]) -> NDArray[np.float32]:
    """Rows of length one again, after the store's rounding."""
    if not len(rows):
        return rows
    # summed in float64, a row at a time, so a row's bytes do not depend on the rows beside it
    length = np.sqrt(np.square(rows, dtype=np.float64).sum(axis=1, keepdims=True))
    unit: NDArray[np.float32] = (rows / length).astype(np.float32)
    return unit
