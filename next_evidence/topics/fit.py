"""One persona's topics in a window: statements and vectors in, a topic number for each out (BERTopic adapter).

BERTopic [1]_ is UMAP [2]_, HDBSCAN [3]_ and c-TF-IDF in a row. It is imported here, on first use: that costs
seconds, and most cycles of a small workspace have nothing to cluster.

.. [1] Grootendorst, M. (2022). BERTopic: Neural topic modeling with a class-based TF-IDF procedure.
   arXiv:2203.05794.
.. [2] McInnes, L., Healy, J. and Melville, J. (2018). UMAP. arXiv:1802.03426.
.. [3] Campello, R., Moulavi, D. and Sander, J. (2013). Density-based clustering based on hierarchical density
   estimates. PAKDD 2013, 160-172.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from next_evidence.text.terms import terms

Floats = npt.NDArray[np.floating[Any]]
Labels = npt.NDArray[np.int64]
FitTopics = Callable[[Sequence[str], Floats], Labels]

# Fewer statements than this make no topics: UMAP's neighbourhood would be the whole window.
MIN_STATEMENTS = 20
# benchmarks/topics: leaves of 4 or more hold planted pains at purity 0.72 (F1 0.53), HDBSCAN's default
# "excess of mass" at 0.41 (0.41), because it prefers two or three heaps to eight topics.
_MIN_TOPIC = 4
_NEIGHBOURS = 10
_DIMENSIONS = 5
_EPOCHS = 200


def fit_topics(texts: Sequence[str], vectors: Floats, *, seed: int) -> Labels:
    """Number the topics of one persona's unexplained statements.

    Parameters
    ----------
    texts
        Statements, in an order that does not depend on how they arrived: UMAP's result does.
    vectors
        Their vectors, shape ``(n, n_dims)``.
    seed
        Seed of UMAP, which then runs on one thread; the same input gives the same numbers.

    Returns
    -------
    Topic of each statement, from 0 for the largest; -1 belongs to none. Shape ``(n,)``. All -1 when there
    are fewer than ``MIN_STATEMENTS`` or their words are too few to tell topics apart.
    """
    nothing = np.full(len(texts), -1, dtype=np.int64)
    # a statement without words of content would leave c-TF-IDF without a vocabulary
    if len(texts) < MIN_STATEMENTS or sum(bool(terms(text, longest=1)) for text in texts) < 2:
        return nothing
    with warnings.catch_warnings():
        # third parties' own deprecations and notes on tiny graphs; none of them changes a number
        warnings.simplefilter("ignore")
        model = _model(seed)
        topics, _ = model.fit_transform(
            list(texts), embeddings=np.asarray(vectors, dtype=np.float32)
        )
    return np.asarray(topics, dtype=np.int64)


def topic_fitter(seed: int) -> FitTopics:
    """`fit_topics` with its seed, as `discover` takes it."""
    return lambda texts, vectors: fit_topics(texts, vectors, seed=seed)


def _model(seed: int) -> Any:
    from bertopic import BERTopic
    from hdbscan import HDBSCAN
    from sklearn.feature_extraction.text import CountVectorizer
    from umap import UMAP

    class Lean(BERTopic):  # type: ignore[misc]
        """BERTopic without its own choice of representative documents, a third of its time: `naming` quotes."""

        def _save_representative_docs(self, documents: Any) -> None:
            self.representative_docs_: dict[int, list[str]] = {}

    return Lean(
        embedding_model=None,  # vectors are given; nothing is loaded, nothing is downloaded
        umap_model=UMAP(
            n_neighbors=_NEIGHBOURS,
            n_components=_DIMENSIONS,
            min_dist=0.0,
            # of unit vectors the same order as cosine; UMAP computes cosine for few rows in a Python loop
            metric="euclidean",
            n_epochs=_EPOCHS,
            random_state=seed,
            n_jobs=1,  # with a seed UMAP runs on one thread anyway, and warns if asked for more
        ),
        hdbscan_model=HDBSCAN(min_cluster_size=_MIN_TOPIC, cluster_selection_method="leaf"),
        vectorizer_model=CountVectorizer(analyzer=_phrases),
        calculate_probabilities=False,
        verbose=False,
    )


def _phrases(text: str) -> tuple[str, ...]:
    return terms(text, longest=2)
