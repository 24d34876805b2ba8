"""How far the matching head knows the way in which libraries' examples talk: the figures of decision 18.

    python benchmarks/matching/register.py --cache DIR [--data FOLDER]

For every library: the share of its examples that the head takes for pains, before anything is put right, and how foreign they are to it.
``--data`` (or ``NEXT_EVIDENCE_DATA``) holds ``clinc150/clinc150.parquet``, of which six libraries are drawn.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

import numpy as np
from vendors import FURTHER, TRAINING, default_encoder, read_training

from next_evidence.encoding.protocol import Encoder
from next_evidence.matching.head import Head, load_head
from next_evidence.matching.profiles import build_profiles
from next_evidence.matching.score import foreignness, relevance_of_examples
from next_evidence.personas.document import Persona
from next_evidence.personas.library import PersonaLibrary, read_library

DRIFT = Path(__file__).resolve().parents[1] / "drift"
# scripts beside each other, not a package: their folders must be on the path before they are imported
sys.path += [str(DRIFT / "bench"), str(DRIFT / "bench" / "text")]

from history import compose  # noqa: E402
from material import clinc150  # noqa: E402
from planting import SCENARIOS  # noqa: E402


def known(library: PersonaLibrary, encoder: Encoder, head: Head) -> tuple[float, float]:
    """Share of a library's examples with even odds or better of being a pain, and `foreignness`."""
    profiles = build_profiles(library, encoder)
    taken = relevance_of_examples(profiles, head) >= 0.0
    return float(taken.mean()), foreignness(profiles, head)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cache", type=Path, required=True)
    parser.add_argument("--data", type=Path, default=os.environ.get("NEXT_EVIDENCE_DATA"))
    given = parser.parse_args()
    libraries = {
        name: PersonaLibrary(tuple(Persona.model_validate(d) for d in read_training(name)[0]))
        for name in (*TRAINING, *FURTHER)
    }
    written = {f.name: f.read_text("utf-8") for f in (DRIFT / "tickets" / "personas").iterdir()}
    libraries["tickets of Firefox"] = read_library(written).library
    if given.data is not None:
        material = clinc150(Path(given.data))
        for seed in range(6):
            libraries[f"CLINC150, {seed}"] = compose(material, SCENARIOS[0], seed).library
    encoder, head = default_encoder(given.cache), load_head()
    found = {name: known(library, encoder, head) for name, library in libraries.items()}
    encoder.save()
    print("| library | examples taken for pains | foreign by |\n| --- | --- | --- |")
    for name, (share, foreign) in sorted(found.items(), key=lambda one: one[1]):
        print(f"| {name} | {share:.0%} | {foreign:.2f} |")
    hand_written = np.array([found[name] for name in (*TRAINING, *FURTHER)])
    print(
        f"| {len(hand_written)} hand-written vendors | {hand_written[:, 0].min():.0%} and more | {hand_written[:, 1].max():.2f} at most |"
    )


if __name__ == "__main__":
    main()
