"""Other ways to match a statement to a pain: cosine, BERTopic's zero-shot topics, SetFit.

None of them knows a speaker: the persona is that of the pain. Each gives a score for every pain of a library; a pain is accepted
from a bar on, which is chosen on the vendors that the head is calibrated on (`bar_for`), never on those reported.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from fit import natural_weight
from vendors import Vendor

from next_evidence.encoding.protocol import Encoder
from next_evidence.matching.profiles import Profiles

HERE = Path(__file__).resolve().parent


def cosines(profiles: Profiles, vectors: np.ndarray) -> np.ndarray:
    """Cosine with the mean of a pain's statement and examples, shape ``(n, n_pains)``."""
    means = [
        profiles.prototypes[profiles.prototype_pain == k].mean(0)
        for k in range(len(profiles.pains))
    ]
    return vectors @ np.array([mean / np.linalg.norm(mean) for mean in means]).T


def bar_for(vendors: Sequence[Vendor], scores: Callable[[Vendor], np.ndarray]) -> float:
    """The score from which accepted pains have the highest F1 on these vendors, noise as frequent as in a year."""
    sure, right, weight, said = [], [], [], 0.0
    for vendor in vendors:
        found, natural = scores(vendor), natural_weight(vendor)
        sure.append(found.max(1))
        right.append(found.argmax(1) == vendor.pain)
        weight.append(natural)
        said += natural[vendor.pain >= 0].sum()
    return best_bar(np.concatenate(sure), np.concatenate(right), np.concatenate(weight), said)


def best_bar(sure: np.ndarray, right: np.ndarray, weight: np.ndarray, said: float) -> float:
    """The score from which accepting gives the highest F1; ``said`` is the weight of all that should be accepted."""
    order = np.argsort(-sure, kind="stable")
    mass = weight[order]
    hits = np.cumsum(mass * right[order])
    best = int(np.argmax(2 * hits / (np.cumsum(mass) + said)))
    return round(float(sure[order][best]), 3)


def zero_shot_topics(
    names: Sequence[str], texts: Sequence[str], vectors: np.ndarray, encoder: Encoder, *, bar: float
) -> np.ndarray:
    """BERTopic with ``zeroshot_topic_list=names``: the topic of each text, -1 where none is near enough.

    What no topic explains is left in one cluster instead of going through UMAP and HDBSCAN: it counts as no pain either way.
    """
    from bertopic import BERTopic
    from bertopic.backend import BaseEmbedder
    from bertopic.dimensionality import BaseDimensionalityReduction
    from sklearn.cluster import KMeans

    class Kept(BaseEmbedder):  # type: ignore[misc]
        def embed(self, documents: Sequence[str], verbose: bool = False) -> np.ndarray:
            return np.asarray(encoder.encode(list(documents)))

    model = BERTopic(
        embedding_model=Kept(),
        zeroshot_topic_list=list(names),
        zeroshot_min_similarity=bar,
        umap_model=BaseDimensionalityReduction(),
        hdbscan_model=KMeans(1),
        calculate_probabilities=False,
    )
    topics, _ = model.fit_transform(list(texts), vectors)
    place = {name: i for i, name in enumerate(names)}
    called = {topic: place.get(label, -1) for topic, label in model.topic_labels_.items()}
    return np.array([called.get(topic, -1) for topic in topics])


def setfit_probabilities(
    texts: Sequence[str],
    labels: Sequence[int],
    questions: Sequence[str],
    *,
    cache: Path,
    python: Path | None,
    max_steps: int,
) -> np.ndarray | None:
    """SetFit's probabilities after training on a few texts, shape ``(n_questions, n_labels)``.

    Parameters
    ----------
    python
        Interpreter that can import setfit; None: only what an earlier run left in ``cache``.

    Returns
    -------
    None when there is neither.
    """
    asked = json.dumps([list(texts), [int(label) for label in labels], list(questions), max_steps])
    kept = cache / "setfit" / f"{hashlib.sha256(asked.encode()).hexdigest()[:24]}.npy"
    if not kept.exists():
        if python is None:
            return None
        kept.parent.mkdir(parents=True, exist_ok=True)
        command = [python, HERE / "run_setfit.py", kept]
        quiet = subprocess.DEVNULL  # its progress bars
        # one thread: torch's threads spin while they wait, which a shared machine pays for
        alone = {**os.environ, "OMP_NUM_THREADS": "1"}
        subprocess.run(
            command, input=asked, text=True, check=True, stdout=quiet, stderr=quiet, env=alone
        )
    return np.asarray(np.load(kept))
