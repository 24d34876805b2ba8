"""What every encoder does: texts in, unit vectors out, and a hash of what made them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray


class Encoder(Protocol):
    """Turns texts into unit vectors whose dot product is their cosine."""

    @property
    def name(self) -> str:
        """What a person calls the model; printed in manifests."""
        ...

    @property
    def n_dims(self) -> int:
        """Length of a vector."""
        ...

    @property
    def fingerprint(self) -> str:
        """Hash of what made the vectors: weights, precision and builder version.

        Vectors of two fingerprints are never compared, nor kept in one store.
        """
        ...

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Unit vectors of ``texts``, in their order, shape ``(n_texts, n_dims)``.

        No text is refused: an empty one has a vector too, and a text that is longer than the model
        reads is cut.
        """
        ...
