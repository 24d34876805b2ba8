"""The trained numbers that turn similarities into probabilities, and the file they are shipped in."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePath

import numpy as np

from next_evidence.assets import packaged
from next_evidence.errors import EncoderError
from next_evidence.matching.cues import CUE_NAMES
from next_evidence.records import KINDS

_FORMAT = 1
_ARRAYS = (
    "centre",
    "projection",
    "relevance",
    "denial",
    "pain",
    "pain_null",
    "world",
    "world_null",
)
PAIR_FEATURES = (
    "mean",
    "nearest",
    "statement",
    "description",
    "language",
)  # for text, then context
TITLE_FEATURES = ("same_title", "title_likeness", "wrong_segment")


@dataclass(frozen=True)
class Head:
    """Weights fitted by ``benchmarks/matching/train_head.py``.

    Attributes
    ----------
    centre, projection
        A vector is centred, scaled to length 1, multiplied by ``projection.T`` and scaled again before
        cosines are taken. Shapes ``(n_dims,)`` and ``(n_dims, n_dims)``.
    relevance, denial
        Logistic weights over text vector, context vector, cues of both, kind, and 1;
        shape ``(2 * n_dims + 2 * n_cues + n_kinds + 1,)``.
    pain, pain_null
        Weights of ``PAIR_FEATURES`` (text, then context) for a pain *given the persona*, and of 1, the
        relevance log-odds and its negative part for "none of them".
    world, world_null
        The same with all pains of the library as alternatives: what tells personas apart.
    temper, overlap
        What separates personas in a speaker's summed evidence is multiplied by
        ``temper / (1 + overlap * (statements - 1))``: what one person says repeats itself, so ten statements
        weigh less than ten times one.
    explained
        Weight, against "no persona fits", of how well the best persona explains an *average* statement. Not
        of the sum: somebody whom no document describes is explained a little by each statement, too.
    title
        Weights of ``TITLE_FEATURES`` for a persona.
    none
        Log-odds of "no persona fits", and what is added when a title is given that no persona lists.
    denies_at, raises_below
        A statement denies from the first denial probability, raises below the second, else is neutral.
    family
        The model whose vectors the head was fitted on.
    fingerprint
        Content hash of all of the above.
    """

    centre: np.ndarray
    projection: np.ndarray
    relevance: np.ndarray
    denial: np.ndarray
    pain: np.ndarray
    pain_null: np.ndarray
    world: np.ndarray
    world_null: np.ndarray
    temper: float
    overlap: float
    explained: float
    title: tuple[float, float, float]
    none: tuple[float, float]
    denies_at: float
    raises_below: float
    family: str
    accept_at: float = 0.5
    review_at: float = 0.3
    notes: Mapping[str, str] = field(default_factory=dict)

    @property
    def fingerprint(self) -> str:
        """Hash of every number in the head; two heads with the same one give the same probabilities."""
        return hashlib.sha256(dump_head(self)[0] + dump_head(self)[1]).hexdigest()[:16]

    def fits(self, encoder: str) -> bool:
        """Whether the head was fitted on vectors of this encoder, given by name."""
        return self.family.lower() == family_of(encoder).lower()

    def require_family(self, encoder: str) -> None:
        """Refuse vectors of another model: their cosines mean something else.

        Raises
        ------
        EncoderError
            ``encoder`` is not the name of a model of the head's family.
        """
        if not self.fits(encoder):
            raise EncoderError(
                f"the matching head was fitted on {self.family}; these vectors come from {family_of(encoder)}: "
                "name a head of that encoder in matching.head, or take the default encoder"
            )


def family_of(encoder: str) -> str:
    """The model that an encoder's name speaks of, whatever its folder and precision.

    >>> family_of("models/all-MiniLM-L6-v2 (int8)")
    'all-MiniLM-L6-v2'
    """
    return PurePath(encoder.split(" (")[0]).name


def load_head(folder: Path | None = None) -> Head:
    """Read the shipped head, or one that was fitted elsewhere.

    Raises
    ------
    EncoderError
        A file is missing or damaged, or of a format or feature list that this version does not know.
    """
    place = folder or packaged("matching_head")
    try:
        arrays, meta = (place / "head.npz").read_bytes(), (place / "head.json").read_bytes()
    except OSError as error:
        raise EncoderError(
            f"the folder of the matching head holds no head.npz and head.json that can be read ({type(error).__name__}); "
            "correct matching.head, or install Next Evidence again"
        ) from error
    return parse_head(arrays, meta)


def parse_head(arrays: bytes, meta: bytes) -> Head:
    """Read a head from the bytes of its two files; see `load_head`."""
    numbers = json.loads(meta)
    if numbers["sha256"] != hashlib.sha256(arrays).hexdigest():
        raise EncoderError("the matching head is damaged: its numbers do not match their hash")
    if (numbers["format"], numbers["cues"], numbers["kinds"]) != (
        _FORMAT,
        list(CUE_NAMES),
        list(KINDS),
    ):
        raise EncoderError(
            "the matching head was fitted for another version of the features; refit it"
        )
    with np.load(io.BytesIO(arrays), allow_pickle=False) as stored:
        found = {name: stored[name].astype(np.float64) for name in _ARRAYS}
    first, second, third = numbers["title"]
    return Head(
        **found,
        title=(first, second, third),
        none=(numbers["none"][0], numbers["none"][1]),
        **{name: numbers[name] for name in _SCALARS},
        family=numbers["family"],
        notes=numbers["notes"],
    )


_SCALARS = ("temper", "overlap", "explained", "denies_at", "raises_below", "accept_at", "review_at")


def dump_head(head: Head) -> tuple[bytes, bytes]:
    """Write a head as the bytes of ``head.npz`` and ``head.json``; the same numbers give the same bytes."""
    buffer = io.BytesIO()
    stored = {name: np.asarray(getattr(head, name), dtype=np.float32) for name in _ARRAYS}
    stored["projection"] = stored["projection"].astype(np.float16)
    np.savez_compressed(buffer, allow_pickle=False, **stored)
    meta = {
        "format": _FORMAT,
        "family": head.family,
        "sha256": hashlib.sha256(buffer.getvalue()).hexdigest(),
        "cues": list(CUE_NAMES),
        "kinds": list(KINDS),
        "title": list(head.title),
        "none": list(head.none),
        **{name: getattr(head, name) for name in _SCALARS},
        "notes": dict(head.notes),
    }
    return buffer.getvalue(), (json.dumps(meta, indent=1, sort_keys=True) + "\n").encode()
