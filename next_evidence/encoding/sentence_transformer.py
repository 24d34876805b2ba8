"""Any sentence-transformers model, on the GPU when there is one, else on the CPU."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from importlib.util import find_spec
from typing import Any

import numpy as np
from numpy.typing import NDArray

from next_evidence.errors import EncoderError


def load_sentence_transformer(
    model: str,
    *,
    revision: str | None = None,
    device: str | None = None,
    local_files_only: bool = True,
    batch_size: int = 32,
) -> SentenceTransformerEncoder:
    """An encoder of a model folder, or of a model that the Hugging Face cache holds.

    Importing sentence-transformers takes about five seconds.

    Parameters
    ----------
    model
        Folder or name.
    revision
        Branch, tag or commit of a named model; ``None``: its default branch.
    device
        As torch names it (``"cpu"``, ``"cuda:1"``); ``None``: a GPU when there is one.
    local_files_only
        ``False`` downloads a named model that is not on this machine. Nothing else ever does.
    batch_size
        Texts encoded at a time.

    Raises
    ------
    EncoderError
        sentence-transformers is not installed, or the model cannot be loaded. The message leaves out
        the model's name, since it comes from settings.
    """
    if find_spec("sentence_transformers") is None:
        raise EncoderError("install the encoder with: pip install sentence-transformers")
    from sentence_transformers import SentenceTransformer

    try:
        loaded = SentenceTransformer(
            model, revision=revision, device=device, local_files_only=local_files_only
        )
    except OSError as error:
        where = "on this machine" if local_files_only else "on this machine nor for download"
        raise EncoderError(
            f"the sentence-transformers model of the settings is not {where} "
            f"({type(error).__name__}); check its name, or fetch it first with: hf download NAME"
        ) from error
    return SentenceTransformerEncoder(loaded, name=model, batch_size=batch_size)


class SentenceTransformerEncoder:
    """Wraps a loaded model.

    A text's vector may differ in its last digits with the texts that share its batch, and between CPU
    and GPU. Behind a `CachedEncoder` every run reads the first vector again; ``batch_size=1`` makes
    vectors independent of their neighbours, at a few times the cost on a CPU.

    Parameters
    ----------
    model
        A ``sentence_transformers.SentenceTransformer``.
    name
        What a person calls it.
    batch_size
        Texts encoded at a time.
    """

    def __init__(self, model: Any, *, name: str, batch_size: int = 32) -> None:
        self.name = name
        self.fingerprint = _fingerprint(model)  # before the first use, which may set its tokenizer
        self._model = model
        self._batch_size = batch_size
        self.n_dims = int(self._encode(["length of a vector"]).shape[1])

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Unit vectors of ``texts``, in their order, shape ``(n_texts, n_dims)``.

        A text that is longer than the model reads is cut.
        """
        if not texts:
            return np.empty((0, self.n_dims), dtype=np.float32)
        # half a surrogate pair cannot be tokenised; it becomes a question mark
        return self._encode([text.encode("utf-8", "replace").decode("utf-8") for text in texts])

    def _encode(self, texts: list[str]) -> NDArray[np.float32]:
        vectors = self._model.encode(
            texts,
            batch_size=self._batch_size,
            normalize_embeddings=True,
            convert_to_numpy=True,
            show_progress_bar=False,
        )
        return np.asarray(vectors, dtype=np.float32)


def _fingerprint(model: Any) -> str:
    """Hash of the modules, the tokenizer and every weight, wherever they were loaded from."""
    import torch

    digest = hashlib.sha256(f"{model}\n{model.max_seq_length}\n".encode())
    backend = getattr(getattr(model, "tokenizer", None), "backend_tokenizer", None)
    if backend is not None:
        digest.update(backend.to_str().encode())
    for name, tensor in sorted(model.state_dict().items()):
        digest.update(f"\n{name} {tensor.dtype} {tuple(tensor.shape)}\n".encode())
        flat = tensor.detach().cpu().contiguous().reshape(-1)
        digest.update(flat.view(torch.uint8).numpy())
    return digest.hexdigest()
