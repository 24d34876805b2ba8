"""Stand-ins without disk, network or model: a listed connector and a hashing encoder."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from next_evidence.errors import SourceError
from next_evidence.sources.protocol import Page


class ListedConnector:
    """Hands over pages that a test lists; the cursor is the number of the next page.

    Parameters
    ----------
    pages
        In order. Their own cursors are replaced.
    failures
        Raised instead of the page of that number, one at each attempt, until they are used up.
    """

    directory: ClassVar[bool] = False

    def __init__(
        self, *pages: Page, failures: Mapping[int, Sequence[SourceError]] | None = None
    ) -> None:
        self.pages = pages
        self.failures = {number: list(errors) for number, errors in (failures or {}).items()}
        self.asked: list[str | None] = []  # every `since`, for tests of retries

    @classmethod
    def from_options(cls, options: Mapping[str, Any], *, root: Path) -> Self:
        """Make one without pages."""
        return cls()

    def pull(self, *, since: str | None, until: datetime) -> Iterator[Page]:
        """Yield the pages after ``since``."""
        self.asked.append(since)
        for number in range(int(since or 0), len(self.pages)):
            if self.failures.get(number):
                raise self.failures[number].pop(0)
            page = self.pages[number]
            yield Page(
                cursor=str(number + 1),
                conversations=page.conversations,
                accounts=page.accounts,
                contacts=page.contacts,
                rejected=page.rejected,
                files=page.files,
            )


class HashingEncoder:
    """Texts that share words have close vectors; no model, the same on every machine.

    Each word, in lower case, is a fixed random direction; a text is the unit vector of their sum.
    """

    def __init__(self, *, n_dims: int = 64) -> None:
        self._n_dims = n_dims
        self.encoded: list[str] = []  # every text ever given, for tests of caches

    @property
    def name(self) -> str:
        """What a person calls it."""
        return "hashing"

    @property
    def n_dims(self) -> int:
        """Length of a vector."""
        return self._n_dims

    @property
    def fingerprint(self) -> str:
        """Differs with the number of dimensions only."""
        return f"hashing-{self._n_dims}"

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Unit vectors, shape ``(n_texts, n_dims)``."""
        self.encoded.extend(texts)
        vectors = np.zeros((len(texts), self._n_dims), dtype=np.float32)
        for row, text in enumerate(texts):
            for word in re.findall(r"\w+", text.casefold()) or [""]:
                vectors[row] += self._direction(word)
        norms = np.linalg.norm(vectors, axis=1, keepdims=True)
        return (vectors / np.where(norms > 0, norms, 1)).astype(np.float32)

    def _direction(self, word: str) -> NDArray[np.float32]:
        seed = int.from_bytes(
            hashlib.blake2b(word.encode("utf-8", "replace"), digest_size=8).digest()
        )
        return np.random.default_rng(seed).standard_normal(self._n_dims).astype(np.float32)
