"""CLINC150 with its out-of-scope set: matching intents from a name, a description and a few quotes [1]_.

Names, descriptions and one quote an intent are written for this benchmark (``clinc150.tsv``), from the intents' names. Further quotes
are drawn from the training split; figures are on the test split, without rows that read like a written quote.

.. [1] Larson, S. et al. (2019). An evaluation dataset for intent classification and out-of-scope prediction. EMNLP. CC BY 3.0.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl
from figures import augrc, auroc, ece
from sklearn.linear_model import LogisticRegression
from vendors import Kept, say

from next_evidence.matching.head import Head
from next_evidence.matching.profiles import PainKey, build_profiles
from next_evidence.matching.score import Prototypes, score_utterances
from next_evidence.personas.document import Persona
from next_evidence.personas.library import PersonaLibrary

HERE = Path(__file__).resolve().parent
PERSONA = "somebody-who-asks"
LEVELS = {"name, description, one quote": 0, "and three real quotes": 3, "and eight labels": 8}
SEED = 3


@dataclass(frozen=True)
class Split:
    """What is known of each intent at one level, and the questions to tell apart."""

    intents: tuple[str, ...]
    written: tuple[tuple[str, ...], ...]  # name, description, quote
    drawn: tuple[tuple[str, ...], ...]  # from the training split
    questions: tuple[str, ...]
    truth: np.ndarray  # index of the intent; -1: out of scope


@dataclass(frozen=True)
class Answers:
    """A method's scores of every intent, shape ``(n, n_intents)``, and what it tells out of scope by, shape ``(n,)``."""

    chances: np.ndarray
    inside: np.ndarray


def read_split(folder: Path, labels: int) -> Split:
    """The test split, and ``labels`` training questions an intent."""
    table = pl.read_parquet(folder / "clinc150.parquet")
    told = pl.read_csv(HERE / "clinc150.tsv", separator="\t", quote_char=None).sort("intent")
    train = table.filter(pl.col("split") == "train", ~pl.col("is_oos"))
    test = table.filter(
        pl.col("split") == "test",
        ~pl.col("text").str.strip_chars().str.to_lowercase().is_in(told["quote"].implode()),
    )
    rng = np.random.default_rng(SEED)
    intents = tuple(told["intent"])
    drawn = []
    for intent in intents:
        texts = train.filter(pl.col("intent") == intent)["text"].sort().to_list()
        drawn.append(tuple(texts[i] for i in rng.permutation(len(texts))[:labels]))
    place = {intent: i for i, intent in enumerate(intents)}
    return Split(
        intents,
        tuple((name.replace("_", " "), about, quote) for name, about, quote in told.rows()),
        tuple(drawn),
        tuple(test["text"]),
        np.array([place.get(intent, -1) for intent in test["intent"]]),
    )


def matcher(split: Split, encoder: Kept, head: Head) -> Answers:
    """The shipped matching, of one persona whose pains are the intents.

    Whether a question is in scope is told by the score of its likeliest intent. The probability also asks whether it speaks of a pain at
    all, and "what time is it" does not.
    """
    pains = [
        {"id": f"i{n:03d}", "statement": about, "examples": [name, quote]}
        for n, (name, about, quote) in enumerate(split.written)
    ]
    persona = Persona.model_validate({"id": PERSONA, "name": "Somebody", "pains": pains})
    extra = {PainKey(PERSONA, f"i{n:03d}"): texts for n, texts in enumerate(split.drawn)}
    library = PersonaLibrary((persona,))
    profiles = build_profiles(library, encoder, extra_examples=extra)
    said = pl.DataFrame({"text": split.questions, "context": split.questions}).with_columns(
        kind=pl.lit("ticket")
    )
    vectors = encoder.encode(split.questions)
    scores = score_utterances(said, vectors, vectors, profiles=profiles, head=head)
    utility, _ = Prototypes.of(profiles, head).utilities(vectors, vectors)
    return Answers(scores.pains, utility.max(1))


def nearest_mean(split: Split, encoder: Kept) -> Answers:
    """Cosine with the mean of all that is known of an intent."""
    means = []
    for written, drawn in zip(split.written, split.drawn, strict=True):
        mean = encoder.encode([*written, *drawn]).mean(0)
        means.append(mean / np.linalg.norm(mean))
    cosine = encoder.encode(split.questions) @ np.array(means).T
    return Answers(cosine, cosine.max(1))


def logistic(split: Split, encoder: Kept) -> Answers:
    """Logistic regression on vectors; written texts are training rows like labels."""
    texts = [w + d for w, d in zip(split.written, split.drawn, strict=True)]
    known = encoder.encode([text for some in texts for text in some])
    label = np.repeat(np.arange(len(texts)), [len(some) for some in texts])
    model = LogisticRegression(C=30.0, max_iter=1000).fit(known, label)
    chances = model.predict_proba(encoder.encode(split.questions))
    return Answers(chances, chances.max(1))


def clinc_figures(answers: Answers, truth: np.ndarray) -> dict[str, float]:
    """Accuracy and AUGRC in scope, AUROC against out of scope by score and by confidence, calibration error over both."""
    sure, guess = answers.chances.max(1), answers.chances.argmax(1)
    right, known = guess == truth, truth >= 0
    return {
        "accuracy": round(float(right[known].mean()), 4),
        "oos_auroc": round(auroc(answers.inside[known], answers.inside[~known]), 4),
        "oos_auroc_confidence": round(auroc(sure[known], sure[~known]), 4),
        "augrc": round(augrc(sure[known], right[known]), 4),
        "ece": round(ece(np.clip(sure, 0, 1), right), 4),
    }


def measure_clinc(
    folder: Path, methods: dict[str, Callable[[Split], Answers | None]]
) -> dict[str, dict[str, dict[str, float]]]:
    """Figures by method and level; a method gives None at a level that it has no use for."""
    found: dict[str, dict[str, dict[str, float]]] = {}
    for level, labels in LEVELS.items():
        split = read_split(folder, labels)
        for name, method in methods.items():
            say(f"CLINC150, {level}: {name}")
            answers = method(split)
            if answers is not None:
                found.setdefault(name, {})[level] = clinc_figures(answers, split.truth)
    return found
