"""Which row of a file holds a key, for millions of keys."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from next_evidence.encoding.cached import KEY_BYTES

Keys = NDArray[np.bytes_]
Rows = NDArray[np.int64]
_KEYS = np.dtype(f"S{KEY_BYTES}")
_NO_KEYS: Keys = np.empty(0, dtype=_KEYS)
_NO_ROWS: Rows = np.empty(0, dtype=np.int64)
_SORT_AT = 65_536  # new keys that are held one by one before they are sorted in with the others


class KeyRows:
    """Rows by key; the last row that was told of a key is its row.

    Sorted arrays, 24 bytes a key, where a dictionary takes two hundred; only the newest keys are in one.
    """

    def __init__(self) -> None:
        self._keys, self._rows = _NO_KEYS, _NO_ROWS
        self._fresh: dict[bytes, int] = {}

    def __len__(self) -> int:
        self._sort_in()
        return len(self._keys)

    def add(self, keys: bytes, first: int) -> None:
        """Tell that ``keys``, one after another, lie in the rows from ``first`` on."""
        count = len(keys) // KEY_BYTES
        if len(self._fresh) + count >= _SORT_AT:
            # the dictionary first: of one key the row that was told last is the last
            self._sort_in(np.frombuffer(keys, dtype=_KEYS), np.arange(first, first + count))
            return
        for place in range(count):
            self._fresh[keys[place * KEY_BYTES : (place + 1) * KEY_BYTES]] = first + place

    def rows_of(self, keys: Sequence[bytes]) -> Rows:
        """The row of each key, -1 where there is none, shape ``(n_keys,)``."""
        found = np.full(len(keys), -1, dtype=np.int64)
        if len(self._keys) and keys:
            asked = np.array(keys, dtype=_KEYS)
            at = np.minimum(np.searchsorted(self._keys, asked), len(self._keys) - 1)
            there = self._keys[at] == asked
            found[there] = self._rows[at[there]]
        for place, key in enumerate(keys):
            found[place] = self._fresh.get(key, found[place])
        return found

    def rows_without(self, keys: Iterable[bytes]) -> list[int]:
        """Rows of all other keys, in their order."""
        self._sort_in()
        kept: list[int] = np.setdiff1d(self._rows, self.rows_of(list(keys))).tolist()
        return kept

    def _sort_in(self, keys: Keys = _NO_KEYS, rows: Rows = _NO_ROWS) -> None:
        """Sort keys that are held one by one in with the rest, and after them ``keys``."""
        fresh = np.array(list(self._fresh), dtype=_KEYS)
        fresh_rows = np.array(list(self._fresh.values()), dtype=np.int64)
        keys = np.concatenate([self._keys, fresh, keys])
        rows = np.concatenate([self._rows, fresh_rows, rows])
        order = np.argsort(keys, kind="stable")
        keys, rows = keys[order], rows[order]
        newest = np.ones(len(keys), dtype=np.bool_)
        newest[:-1] = keys[1:] != keys[:-1]
        self._keys, self._rows, self._fresh = keys[newest], rows[newest], {}
