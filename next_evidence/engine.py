"""The models that a workspace works with, loaded once and only when something needs them."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import polars as pl
from numpy.typing import NDArray

from next_evidence.assets import packaged
from next_evidence.encoding.cached import CachedEncoder
from next_evidence.encoding.onnx import default_cache_dir, load_onnx_encoder
from next_evidence.encoding.packaged import MINILM, MPNET, PACKAGED_MODELS
from next_evidence.errors import EncoderError
from next_evidence.matching.head import Head, family_of, load_head
from next_evidence.matching.profiles import PainKey, Profiles, build_profiles
from next_evidence.text.models import default_lemma
from next_evidence.text.terms import TermReader
from next_evidence.workspace.manifest import digest_of
from next_evidence.workspace.vectors import VectorFile

if TYPE_CHECKING:
    from next_evidence.encoding.protocol import Encoder
    from next_evidence.workspace.workspace import Workspace

Report = Callable[[str, int, int], None]


def load_encoder(work: Workspace, *, on_build: Callable[[], None] | None = None) -> CachedEncoder:
    """The encoder that settings name, with every vector kept in the workspace.

    Raises
    ------
    EncoderError
        The model is missing or damaged.
    """
    encoder = _encoder(work, on_build)
    vectors = VectorFile(work.paths.vectors, encoder.fingerprint, encoder.n_dims)
    return CachedEncoder(encoder, vectors)


def _encoder(work: Workspace, on_build: Callable[[], None] | None) -> Encoder:
    rules = work.settings.encoder
    if rules.kind == "onnx-int8":
        model = PACKAGED_MODELS.get(rules.model)
        if model is None:
            raise EncoderError(
                f"encoder.model: onnx-int8 knows {' and '.join(PACKAGED_MODELS)}; for another model set "
                "encoder.kind to sentence-transformers"
            )
        return load_onnx_encoder(
            default_cache_dir(),
            model=model,
            on_build=on_build,
            threads=rules.threads,
            adapter=packaged(model.adapter) if rules.adapter else None,
        )
    from next_evidence.encoding.sentence_transformer import load_sentence_transformer

    local = work.paths.root / rules.model
    return load_sentence_transformer(str(local) if local.is_dir() else rules.model)


def load_matching_head(work: Workspace, encoder: str) -> Head:
    """The head that settings name, else the shipped one that was fitted on this encoder.

    Parameters
    ----------
    encoder
        Name of the encoder. For one that no head is shipped for, the default head is given, which refuses its vectors.

    Raises
    ------
    EncoderError
        The head that settings name is missing, damaged, or of another version.
    """
    if named := work.settings.matching.head:
        return load_head(work.paths.inside(named))
    model, _, adapter = family_of(encoder).partition("+")
    beside = {
        (MINILM.name, False): "matching_head_plain",
        (MPNET.name, True): "matching_head_mpnet",
    }
    other = beside.get((model, bool(adapter)))
    return load_head(packaged(other)) if other else load_head()


class Engine:
    """Encoder, matching head and the library's profiles."""

    def __init__(self, work: Workspace, progress: Report) -> None:
        self._work = work
        self._progress = progress
        self._profiles: dict[Hashable, Profiles] = {}

    @cached_property
    def encoder(self) -> CachedEncoder:
        """See `load_encoder`; a first build, which takes a minute, is told as progress."""
        return load_encoder(self._work, on_build=lambda: self._progress("build the encoder", 0, 0))

    @cached_property
    def head(self) -> Head:
        """See `load_matching_head`."""
        return load_matching_head(self._work, self.encoder.name)

    @cached_property
    def term_reader(self) -> TermReader:
        """What reads words out of statements, each distinct text once a run."""
        return TermReader(default_lemma())

    def profiles(self, examples: Mapping[PainKey, Sequence[str]]) -> Profiles:
        """The library's pains and personas as vectors.

        Parameters
        ----------
        examples
            Statements by pain that people accepted, beside those of the documents.
        """
        key = tuple((pain, *texts) for pain, texts in sorted(examples.items()))
        if key not in self._profiles:
            library = self._work.reading.library
            # only the last one is kept: cycles come in order, and examples only grow
            self._profiles = {key: build_profiles(library, self.encoder, extra_examples=examples)}
        return self._profiles[key]

    @cached_property
    def models(self) -> dict[str, str | dict[str, str]]:
        """Fingerprints of every model that matching rests on and, under ``personas``, of every document by persona id."""
        library = self._work.reading.library
        return {
            "encoder": self.encoder.fingerprint,
            "head": self.head.fingerprint,
            "personas": {p.id: digest_of(p.model_dump(mode="json")) for p in library},
        }

    def encode(self, texts: pl.Series, step: str) -> NDArray[np.float32]:
        """Unit vectors of texts, shape ``(n_texts, n_dims)``, with progress over those never seen before."""
        wanted: Sequence[str] = texts.to_list()
        missing, done = self.encoder.count_missing(wanted), 0

        def report(count: int) -> None:
            nonlocal done
            done += count
            self._progress(step, done, missing)

        return self.encoder.encode(wanted, progress=report)
