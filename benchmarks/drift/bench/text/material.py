"""What can be said: real utterances with a true label, and documents that state the labels as pains.

CLINC150 [1]_ has 150 utterances of each of 150 intents: a domain plays a persona, its intents play pains. The hand-written vendors of
`benchmarks/corpus/train` have 12 lines of a pain; each is told again as other people would type or say it.

.. [1] Larson, S. et al. (2019). An evaluation dataset for intent classification and out-of-scope prediction. EMNLP. CC BY 3.0.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl
from compose import retell
from sklearn.feature_extraction.text import TfidfVectorizer
from vendors import read_training

CLINC_FILE = Path("clinc150") / "clinc150.parquet"
WRITTEN = Path(__file__).resolve().parents[3] / "matching" / "clinc150.tsv"
VENDORS = ("kettlehall", "copperpass", "girderly", "mortarline", "rotalind")  # folds(...)[0][5:]
QUOTED = 2  # utterances of a label that its document quotes; nobody says them
TOLD_AGAIN = 11  # versions of a vendor's line beside the line itself
DOMAINS = {
    "banking": ("Bank customer", "Pays and saves with an everyday bank account."),
    "credit_cards": ("Card holder", "Pays by credit card and watches its limit and rewards."),
    "travel": ("Traveller", "Plans trips and flies several times a year."),
    "work": ("Employee", "Asks the office about pay, leave and meetings."),
    "auto_and_commute": ("Driver", "Drives to work and looks after the car."),
    "kitchen_and_dining": ("Cook", "Cooks at home and eats out with friends."),
}


@dataclass(frozen=True)
class Label:
    """What an utterance truly speaks of: how a document would state it, its quotes, and all that may be said."""

    name: str
    statement: str
    quotes: tuple[str, ...]
    said: tuple[str, ...]


@dataclass(frozen=True)
class Speaker:
    """A persona without its pains, and the labels that it may speak of."""

    persona_id: str
    name: str
    description: str
    titles: tuple[str, ...]
    language: tuple[str, ...]
    labels: tuple[Label, ...]


@dataclass(frozen=True)
class Material:
    """``small_talk`` has no label."""

    name: str
    speakers: tuple[Speaker, ...]
    small_talk: tuple[str, ...]


def clinc150(data: Path) -> Material:
    """Six domains of CLINC150, all splits; small talk is what its authors found to be of no intent.

    Parameters
    ----------
    data
        Folder that holds ``clinc150/clinc150.parquet``, columns ``text, intent, domain, is_oos``.
    """
    path = data / CLINC_FILE
    if not path.is_file():
        raise SystemExit(f"{CLINC_FILE} is not in the data folder; README.md says where to get it")
    table = pl.read_parquet(path).unique("text", keep="none").sort("text")
    written = {row["intent"]: row for row in _written().iter_rows(named=True)}
    texts = defaultdict(list)
    for text, intent, domain in table.select("text", "intent", "domain").iter_rows():
        texts[domain, intent].append(text)
    speakers = []
    for domain, (name, description) in DOMAINS.items():
        labels = []
        for intent in sorted(i for d, i in texts if d == domain):
            about = written[intent]
            spoken = [t for t in texts[domain, intent] if t.strip().lower() != about["quote"]]
            quotes, said = _set_apart(intent, spoken)
            labels.append(Label(intent, about["description"], (about["quote"], *quotes), said))
        speaker = Speaker(domain, name, description, (f"{name} Advocate",), (), tuple(labels))
        speakers.append(speaker)
    return Material("clinc150", tuple(speakers), tuple(texts["oos", "oos"]))


def vendor(name: str) -> Material:
    """A hand-written vendor that neither the encoder's adapter nor its head was fitted on; statements and quotes are its documents'."""
    documents, lines, noise = read_training(name)
    raised: dict[tuple[str, str], list[dict[str, str]]] = defaultdict(list)
    for line in lines:
        if line["stance"] != "denies":
            raised[line["persona"], line["pain"]].append(line)
    speakers = [
        Speaker(
            document["id"],
            document["name"],
            document["description"],
            tuple(document["applies_to"]["titles"]),
            tuple(document["language"]),
            tuple(
                Label(
                    pain["id"],
                    pain["statement"],
                    tuple(pain["examples"]),
                    told_again(raised[document["id"], pain["id"]]),
                )
                for pain in document["pains"]
            ),
        )
        for document in documents
    ]
    return Material(
        name, tuple(speakers), told_again([n for n in noise if n["role"] == "customer"])
    )


def told_again(lines: Sequence[dict[str, str]]) -> tuple[str, ...]:
    """The lines, and `TOLD_AGAIN` versions of each; no text twice."""
    rng = np.random.default_rng(5)
    again = [retell(line["text"], line["kind"], rng) for _ in range(TOLD_AGAIN) for line in lines]
    return tuple(dict.fromkeys([*(line["text"] for line in lines), *again]))


def nearest(label: Label, others: Sequence[Label]) -> int:
    """Position of the label whose utterances have the likest words, by cosine of mean TF-IDF vectors."""
    means = [
        np.asarray(_word_space(others, label).transform(one.said).mean(axis=0)).ravel()
        for one in (label, *others)
    ]
    unit = [mean / np.linalg.norm(mean) for mean in means]
    return int(np.argmax([unit[0] @ other for other in unit[1:]]))


def _word_space(others: Sequence[Label], label: Label) -> TfidfVectorizer:
    return _fitted(tuple(text for one in (label, *others) for text in one.said))


@cache
def _fitted(texts: tuple[str, ...]) -> TfidfVectorizer:
    return TfidfVectorizer(sublinear_tf=True, stop_words="english").fit(texts)


@cache
def halves(said: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The same utterances in two halves that differ in words: the two ends of the first principal component of TF-IDF vectors."""
    vectors: npt.NDArray[np.float64] = (
        TfidfVectorizer(sublinear_tf=True).fit_transform(said).toarray()
    )
    along = np.linalg.svd(vectors - vectors.mean(axis=0), full_matrices=False)[0][:, 0]
    along = along * np.sign(along[np.argmax(np.abs(along))])  # the sign of a component is free
    order = [said[i] for i in np.lexsort((np.arange(len(said)), np.round(along, 9)))]
    middle = len(order) // 2
    return tuple(order[:middle]), tuple(order[middle:])


def _written() -> pl.DataFrame:
    return pl.read_csv(WRITTEN, separator="\t", quote_char=None)


def _set_apart(label: str, texts: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """`QUOTED` texts for the document, drawn by a hash of label and text, and all others."""
    order = sorted(texts, key=lambda text: hashlib.sha256(f"{label} {text}".encode()).digest())
    return tuple(order[:QUOTED]), tuple(order[QUOTED:])
