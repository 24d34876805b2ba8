"""How well `personas check` tells vague pains from those of documents.

    python benchmarks/matching/vague.py

The pains of all training vendors, which people wrote for one product each, beside statements that are vague on purpose.
"""

from __future__ import annotations

import sys
from pathlib import Path

import yaml

from next_evidence.assets import packaged
from next_evidence.encoding.onnx import default_cache_dir, load_onnx_encoder
from next_evidence.personas.document import parse_persona
from next_evidence.personas.library import PersonaLibrary
from next_evidence.personas.vague import VAGUE_STATEMENTS, find_vague

TRAIN = Path(__file__).resolve().parents[1] / "corpus" / "train"
VAGUE = (
    "Things are difficult", "We lose time", "It should just work", "Our process is inefficient", "Life is hard at work",
    "Not enough resources", "Better quality is needed", "Lack of productivity", "Too many challenges", "We struggle a lot",
    "Poor experience", "The current situation is not good", "Wants better results", "Needs more value", "It is complicated",
    "Communication could be better", "Wasting time", "Growth is slow", "Pressure from above", "Tools are bad",
)  # fmt: skip


def main() -> None:
    """Print both rates and what was flagged wrongly."""
    written = [
        pain["statement"]
        for path in sorted(TRAIN.glob("*.yaml"))
        for persona in yaml.safe_load(path.read_text())["personas"]
        for pain in persona["pains"]
    ]
    encoder = load_onnx_encoder(default_cache_dir(), adapter=packaged("encoder_adapter"))
    texts = [*written, *VAGUE, *VAGUE_STATEMENTS]
    vectors = dict(zip(texts, encoder.encode(texts), strict=True))
    for name, statements in (("documents", written), ("vague", VAGUE)):
        pains = ", ".join(f"{{id: p{n}, statement: {s!r}}}" for n, s in enumerate(statements))
        persona = parse_persona(f"id: x\nname: X\npains: [{pains}]\n", origin=name)
        found = find_vague(PersonaLibrary((persona,)), vectors)
        sys.stdout.write(f"{name}: {len(found)} of {len(statements)} called vague\n")
        if name == "documents":
            sys.stdout.writelines(f"  {one.similarity:.2f} {one.statement}\n" for one in found)


if __name__ == "__main__":
    main()
