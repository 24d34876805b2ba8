"""The models that a workspace works with: its encoder and what turns transcripts into statements."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from next_evidence.encoding.cached import CachedEncoder
from next_evidence.encoding.onnx import default_cache_dir, load_onnx_encoder
from next_evidence.workspace.vectors import VectorFile

if TYPE_CHECKING:
    from collections.abc import Callable

    from next_evidence.encoding.protocol import Encoder
    from next_evidence.settings import EncoderSettings
    from next_evidence.workspace.workspace import Workspace


def load_encoder(work: Workspace, *, on_build: Callable[[], None] | None = None) -> CachedEncoder:
    """The encoder that settings name, with every vector kept in the workspace.

    Raises
    ------
    EncoderError
        The model is missing or damaged.
    """
    encoder = _encoder(work.settings.encoder, work.paths.root, on_build)
    vectors = VectorFile(work.paths.vectors, encoder.fingerprint, encoder.n_dims)
    return CachedEncoder(encoder, vectors)


def _encoder(
    rules: EncoderSettings, root: Path, on_build: Callable[[], None] | None
) -> Encoder:

    if rules.kind == "onnx-int8":
        return load_onnx_encoder(
            default_cache_dir(), on_build=on_build, threads=rules.threads
        )
    from next_evidence.encoding.sentence_transformer import SentenceTransformerEncoder

    local = root / rules.model
    return SentenceTransformerEncoder(str(local) if local.is_dir() else rules.model)
