"""A low-rank correction of packaged weights, fitted on how customers talk about pains.

A packaged model places sentences by subject; customers of one pain speak of very different things. The adapter adds
``scale * b @ a`` to linear layers of the model [1]_ (all of MiniLM's, the upper half of mpnet's) and is merged into the weights when the model is
built, so encoding costs nothing more. `benchmarks/matching/train_adapter.py` fits it on vendors that no figure
is reported on; MiniLM's is then taught what mpnet hears (`distil_adapter.py`).

.. [1] Hu, E. J. et al. (2022). LoRA: Low-rank adaptation of large language models. ICLR. Chosen over fine-tuning all
   weights because it is 2 to 3 MB beside 90 to 440 MB, and has less to overfit with.
"""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from next_evidence.errors import EncoderError

_MODULES = {
    "query": ("attention", "self", "query"),
    "key": ("attention", "self", "key"),
    "value": ("attention", "self", "value"),
    "attout": ("attention", "output", "dense"),
    "inter": ("intermediate", "dense"),
    "out": ("output", "dense"),
}
_MPNET_MODULES = _MODULES | {
    "query": ("attention", "attn", "q"),
    "key": ("attention", "attn", "k"),
    "value": ("attention", "attn", "v"),
    "attout": ("attention", "attn", "o"),
}


@dataclass(frozen=True)
class Adapter:
    """Low-rank corrections by ``layer.module``, e.g. ``3.query``.

    Attributes
    ----------
    name
        What models built with it are called after.
    sha256
        Of the file that holds it: part of what makes a model's vectors comparable.
    scale
        Factor of every correction.
    down, up
        ``a``, shape ``(rank, n_in)``, and ``b``, shape ``(n_out, rank)``, by ``layer.module``.
    """

    name: str
    sha256: str
    scale: float
    down: Mapping[str, NDArray[np.float32]]
    up: Mapping[str, NDArray[np.float32]]

    def merge_into(self, model: Any) -> None:
        """Add the corrections to a transformers ``BertModel`` or ``MPNetModel``, in place."""
        import torch

        modules = _MPNET_MODULES if model.config.model_type == "mpnet" else _MODULES
        with torch.no_grad():
            for place in sorted(self.down):
                layer, _, module = place.partition(".")
                part = model.encoder.layer[int(layer)]
                for step in modules[module]:
                    part = getattr(part, step)
                correction = self.scale * (self.up[place] @ self.down[place])
                part.weight += torch.from_numpy(correction).to(part.weight.dtype)


def load_adapter(folder: Path) -> Adapter:
    """Read an adapter from ``adapter.npz`` and ``adapter.json``.

    Raises
    ------
    EncoderError
        A file is missing or damaged.
    """
    try:
        arrays = (folder / "adapter.npz").read_bytes()
        card = json.loads((folder / "adapter.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        raise EncoderError("the encoder's adapter is missing or damaged; install again") from None
    digest = hashlib.sha256(arrays).hexdigest()
    if card.get("sha256") != digest:
        raise EncoderError("the encoder's adapter is damaged: its numbers do not match their hash")
    with np.load(io.BytesIO(arrays), allow_pickle=False) as stored:
        found = {name: stored[name].astype(np.float32) for name in stored.files}
    return Adapter(
        name=card["name"],
        sha256=digest,
        scale=float(card["scale"]),
        down={name[2:]: found[name] for name in found if name.startswith("a.")},
        up={name[2:]: found[name] for name in found if name.startswith("b.")},
    )


def dump_adapter(adapter: Adapter) -> tuple[bytes, bytes]:
    """The bytes of ``adapter.npz`` and ``adapter.json``; the same numbers give the same bytes."""
    buffer = io.BytesIO()
    arrays = {f"a.{k}": v.astype(np.float16) for k, v in sorted(adapter.down.items())}
    arrays |= {f"b.{k}": v.astype(np.float16) for k, v in sorted(adapter.up.items())}
    np.savez_compressed(buffer, allow_pickle=False, **arrays)
    digest = hashlib.sha256(buffer.getvalue()).hexdigest()
    card = {"name": adapter.name, "scale": adapter.scale, "sha256": digest}
    return buffer.getvalue(), (json.dumps(card, indent=1, sort_keys=True) + "\n").encode()
