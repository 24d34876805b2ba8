"""What the encoder's adapter changes on vendors that it was not fitted on: the table of docs/models.md.

    python benchmarks/matching/adapter_figures.py --cache ~/.cache/next-evidence-bench

Each line goes to the nearest mean of a pain's statement and examples by cosine; no head, no title, no pooling.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import numpy as np
from train_head import folds
from vendors import TRAINING, Vendor, default_encoder, load_vendor, plain_encoder


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
    cache = parser.parse_args().cache
    plain = plain_encoder(cache)
    adapted = default_encoder(cache)
    held = folds(TRAINING)[0]
    rows = {
        name: np.array([figures(load_vendor(name, encoder)) for encoder in (plain, adapted)])
        for name in (*held, "meridian")
    }
    rows["mean of the held-out"] = np.mean([rows[name] for name in held], axis=0)
    for name, (before, after) in rows.items():
        cells = [f"{a:.3f} → {b:.3f}" for a, b in zip(before, after, strict=True)]
        sys.stdout.write(f"| {name} | {' | '.join(cells)} |\n")


if __name__ == "__main__":
    main()
