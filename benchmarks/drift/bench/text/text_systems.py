"""The systems of the text track by name, and the models that they share."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from functools import cached_property
from pathlib import Path

from by_engine import next_evidence
from by_labels import rule_on_labels
from by_topics import matched_refits, merged_months, rule_on_topics
from history import History
from material import VENDORS
from said import Said
from systems import chi_square, divergence, topic_slope, weak_signal
from train_head import head_without
from vendors import default_encoder

from next_evidence.assets import packaged
from next_evidence.encoding.cached import CachedEncoder
from next_evidence.encoding.onnx import load_onnx_encoder
from next_evidence.matching.head import Head, load_head
from next_evidence.workspace.vectors import VectorFile


class Models:
    """The packaged encoder with its vectors under ``cache``, and the matching head that did not see a material."""

    def __init__(self, cache: Path) -> None:
        self._cache = cache

    @cached_property
    def encoder(self) -> CachedEncoder:
        made = load_onnx_encoder(self._cache / "models", adapter=packaged("encoder_adapter"))
        vectors = VectorFile(self._cache / "text-track", made.fingerprint, made.n_dims)
        return CachedEncoder(made, vectors)

    def head(self, material: str) -> Head:
        """The shipped head; for the vendors, whom that was calibrated on, one that saw none of them."""
        return self._held_out if material in VENDORS else self._shipped

    @cached_property
    def _shipped(self) -> Head:
        return load_head()

    @cached_property
    def _held_out(self) -> Head:
        return head_without(self._cache, default_encoder(self._cache), "adapted")

    def timed(self, system: System, history: History) -> tuple[Said, float]:
        """What a system says, and the CPU seconds that it took; encoding is not among them."""
        self.encoder.encode(history.utterances["text"].to_list())
        start = time.process_time()
        said = system(history, self)
        return said, time.process_time() - start


System = Callable[[History, Models], Said]


SYSTEMS: Mapping[str, System] = {
    "next-evidence": lambda h, m: next_evidence(h, m.encoder, m.head(h.truth.material)),
    "chi-square of nearest pains": lambda h, m: rule_on_labels(chi_square, h, m.encoder),
    "JSD of nearest pains": lambda h, m: rule_on_labels(divergence, h, m.encoder),
    "BERTopic slope": lambda h, m: rule_on_topics(topic_slope, h, m.encoder),
    "BERTopic weak signal": lambda h, m: rule_on_topics(weak_signal, h, m.encoder),
    "BERTopic merged months": lambda h, m: merged_months(h, m.encoder),
    "BERTopic matched refits": lambda h, m: matched_refits(h, m.encoder),
}
