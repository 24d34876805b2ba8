"""What the encoder's adapter changes on vendors that it was not fitted on: the table of docs/models.md.

    python benchmarks/matching/adapter_figures.py --cache ~/.cache/next-evidence-bench [--encoder mpnet]

With ``--encoder``, ``mpnet`` or a sentence-transformers model by folder or name: a third figure is that model's, a fourth that of its vectors joined with the adapted ones.
Each line goes to the nearest mean of a pain's statement and examples by cosine; no head, no title, no pooling.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from train_head import folds
from vendors import TRAINING, Vendor, default_encoder, encoder_named, load_vendor

from next_evidence.encoding.protocol import Encoder


class Joined:
    """Vectors of several encoders end to end: their cosine is the mean of the cosines."""

    def __init__(self, encoders: Sequence[Encoder]) -> None:
        self._encoders = encoders
        self.name = " and ".join(encoder.name for encoder in encoders)
        self.n_dims = sum(encoder.n_dims for encoder in encoders)
        self.fingerprint = " ".join(encoder.fingerprint for encoder in encoders)

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        parts = [encoder.encode(texts) for encoder in self._encoders]
        return np.concatenate(parts, axis=1) / np.sqrt(np.float32(len(parts)))


def figures(vendor: Vendor) -> list[float]:
    """Share of lines at the right pain of all, at the right persona, and at the right pain of the persona's own."""
    first = np.unique(vendor.line, return_index=True)[1]
    first = first[vendor.pain[first] >= 0]
    said, pain = vendor.whole[vendor.line[first]], vendor.pain[first]
    profiles = vendor.profiles
    mean = np.zeros((len(profiles.pains), said.shape[1]))
    np.add.at(mean, profiles.prototype_pain, profiles.prototypes)
    cosine = said @ (mean / np.linalg.norm(mean, axis=1, keepdims=True)).T
    owner = profiles.pain_persona[pain]
    own = np.where(profiles.pain_persona[None] == owner[:, None], cosine, -9.0)
    best = cosine.argmax(1)
    return [
        float((best == pain).mean()),
        float((profiles.pain_persona[best] == owner).mean()),
        float((own.argmax(1) == pain).mean()),
    ]


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--cache", type=Path, required=True)
    parser.add_argument("--encoder", help="mpnet, or a sentence-transformers model")
    given = parser.parse_args()
    adapted = default_encoder(given.cache)
    encoders: list[Encoder] = [encoder_named("plain", given.cache), adapted]
    if given.encoder:
        other = encoder_named(given.encoder, given.cache)
        encoders += [other, Joined([adapted, other])]
    held = folds(TRAINING)[0]
    rows = {
        name: np.array([figures(load_vendor(name, encoder)) for encoder in encoders])
        for name in (*held, "meridian")
    }
    rows["mean of the held-out"] = np.mean([rows[name] for name in held], axis=0)
    for name, by_encoder in rows.items():
        cells = [" → ".join(f"{share:.3f}" for share in column) for column in by_encoder.T]
        sys.stdout.write(f"| {name} | {' | '.join(cells)} |\n")


if __name__ == "__main__":
    main()
