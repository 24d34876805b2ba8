"""Vendors of the corpus as statements, vectors and profiles."""

from __future__ import annotations

import hashlib
import json
import re
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import yaml

from next_evidence.assets import packaged
from next_evidence.encoding.onnx import load_onnx_encoder
from next_evidence.encoding.packaged import MINILM, MPNET
from next_evidence.encoding.protocol import Encoder
from next_evidence.encoding.sentence_transformer import load_sentence_transformer
from next_evidence.matching.cues import cues, kind_cues
from next_evidence.matching.profiles import PainKey, Profiles, build_profiles
from next_evidence.personas.document import Persona
from next_evidence.personas.library import PersonaLibrary

sys.path.append(str(Path(__file__).resolve().parents[1] / "corpus"))
from compose import retell

CONTEXT_WORDS = 60  # as in next_evidence.text.turns
CORPUS = Path(__file__).resolve().parents[1] / "corpus"
ADAPTER = "pains-2"
TRAINING = tuple(sorted(path.stem for path in (CORPUS / "train").glob("*.yaml")))
FURTHER = tuple(sorted(path.stem for path in (CORPUS / "further").glob("*.yaml")))
# Four authors wrote six of the further vendors each. The head is fitted on the first author's and three of the second's, calibrated
# on the second's other three too; nothing is fitted on the vendors of the last two.
FURTHER_FITTED = [
    "farebramble",
    "marrowgauge",
    "pigeonmoor",
    "plumbriar",
    "rivetmere",
    "thistlequeue",
    "gatewren",
    "hazelbench",
    "weirfold",
]
FURTHER_CALIBRATION = ["tithebrook", "flintbeacon", "thistlemark"]
FURTHER_JUDGING = [
    name for name in FURTHER if name not in FURTHER_FITTED and name not in FURTHER_CALIBRATION
]
HEAD_VENDORS = (*TRAINING, *FURTHER_FITTED, *FURTHER_CALIBRATION)  # whose lines a head is made from


Lines = list[dict[str, object]]
Texts = tuple[Lines, Lines, Lines]  # documents, lines, noise


@dataclass(frozen=True)
class Row:
    """One sentence of a hand-written line, with the line around it. ``pain`` is None for noise."""

    text: str
    context: str
    kind: str
    persona: str | None
    pain: str | None
    denies: bool
    line: int
    weight: float  # 1 / number of sentences of the line


@dataclass(frozen=True)
class Vendor:
    """A vendor's rows with vectors and cues, beside the profiles of its documents."""

    name: str
    library: PersonaLibrary
    profiles: Profiles
    rows: tuple[Row, ...]
    text: np.ndarray
    context: np.ndarray
    whole: np.ndarray  # vectors of the lines, by line number
    text_cues: np.ndarray
    context_cues: np.ndarray
    kinds: np.ndarray
    persona: np.ndarray  # index in profiles.personas; -1: noise
    pain: np.ndarray  # index in profiles.pains; -1: noise, or a pain of no document
    speaks: np.ndarray  # of a pain at all
    denies: np.ndarray
    weight: np.ndarray
    line: np.ndarray


class Kept:
    """An encoder that keeps its vectors in one file between runs of a benchmark."""

    def __init__(self, encoder: Encoder, cache: Path) -> None:
        self._encoder = encoder
        self.name, self.n_dims, self.fingerprint = encoder.name, encoder.n_dims, encoder.fingerprint
        self._file = cache / f"vectors-{encoder.fingerprint[:16]}.npz"
        self._known: dict[str, np.ndarray] = {}
        if self._file.exists():
            with np.load(self._file) as stored:
                self._known = dict(zip(stored["keys"].tolist(), stored["vectors"], strict=True))

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        keys = [hashlib.sha256(text.encode()).hexdigest()[:24] for text in texts]
        fresh = {key: text for key, text in zip(keys, texts, strict=True) if key not in self._known}
        if fresh:
            vectors = self._encoder.encode(list(fresh.values()))
            self._known.update(zip(fresh, np.asarray(vectors), strict=True))
        return np.array([self._known[key] for key in keys], dtype=np.float32).reshape(
            -1, self.n_dims
        )

    def save(self) -> None:
        """Write what is known; call it once at the end."""
        self._file.parent.mkdir(parents=True, exist_ok=True)
        np.savez(
            self._file,
            keys=np.array(list(self._known)),
            vectors=np.array(list(self._known.values())),
        )


HEADS = {
    "adapted": "matching_head",
    "plain": "matching_head_plain",
    "mpnet": "matching_head_mpnet",
}
ENCODERS = {"adapted": (MINILM, True), "plain": (MINILM, False), "mpnet": (MPNET, True)}


def default_encoder(cache: Path) -> Kept:
    """The shipped int8 encoder, with its vectors kept under ``cache``."""
    return encoder_named("adapted", cache)


def encoder_named(name: str, cache: Path) -> Kept:
    """One of `ENCODERS` as int8, or the folder or name of a sentence-transformers model; its vectors are kept under ``cache``."""
    if name not in ENCODERS:
        return Kept(load_sentence_transformer(name), cache)
    model, adapted = ENCODERS[name]
    adapter = packaged(model.adapter) if adapted else None
    return Kept(load_onnx_encoder(cache / "models", model=model, adapter=adapter), cache)


def say(step: str) -> None:
    """Tell whoever started a benchmark how far it is."""
    print(step, file=sys.stderr, flush=True)


def load_vendor(name: str, encoder: Encoder, *, retold: bool = False) -> Vendor:
    """Read one training vendor, or ``meridian``.

    Parameters
    ----------
    retold
        Add each line once more as another person would type or say it: fillers, slips of the keys, lower case. Written
        lines are cleaner than what arrives.
    """
    documents, lines, noise = _meridian() if name == "meridian" else read_training(name)
    if retold:
        told_again = retell_all(lines, noise)
        lines, noise = lines + told_again[0], noise + told_again[1]
    library = PersonaLibrary(tuple(Persona.model_validate(document) for document in documents))
    profiles = build_profiles(library, encoder)
    rows = tuple(_rows(lines, noise))
    personas = {persona: i for i, persona in enumerate(profiles.personas)}
    pains = {key: i for i, key in enumerate(profiles.pains)}
    texts, contexts = [row.text for row in rows], [row.context for row in rows]
    return Vendor(
        name=name,
        library=library,
        profiles=profiles,
        rows=rows,
        text=np.asarray(encoder.encode(texts), dtype=np.float64),
        context=np.asarray(encoder.encode(contexts), dtype=np.float64),
        whole=np.asarray(encoder.encode(_whole(lines, noise)), dtype=np.float64),
        text_cues=cues(texts),
        context_cues=cues(contexts),
        kinds=kind_cues([row.kind for row in rows]),
        persona=np.array([personas.get(row.persona or "", -1) for row in rows]),
        pain=np.array([pains.get(PainKey(row.persona or "", row.pain or ""), -1) for row in rows]),
        speaks=np.array([row.pain is not None for row in rows]),
        denies=np.array([row.denies for row in rows]),
        weight=np.array([row.weight for row in rows]),
        line=np.array([row.line for row in rows]),
    )


def retell_all(lines: Lines, noise: Lines) -> tuple[Lines, Lines]:
    """Each line as another person would type or say it, the same way every time."""
    rng = np.random.default_rng(5)
    again = [
        [{**line, "text": retell(line["text"], line["kind"], rng)} for line in some]
        for some in (lines, noise)
    ]
    return again[0], again[1]


def sentences(text: str) -> list[str]:
    """Rough sentences; one of fewer than four words joins its neighbour."""
    found: list[str] = []
    for part in re.split(r"(?<=[.!?])[\"')]*\s+", text):
        if part and found and (len(part.split()) < 4 or len(found[-1].split()) < 4):
            found[-1] += " " + part
        elif part:
            found.append(part)
    return found or [text]


def window(parts: Sequence[str], place: int) -> str:
    """A sentence with the one before and the one after, as ``text.turns.context_span`` gives it."""
    text = parts[place]
    if place > 0 and len(f"{parts[place - 1]} {text}".split()) <= CONTEXT_WORDS:
        text = f"{parts[place - 1]} {text}"
    if place + 1 < len(parts) and len(f"{text} {parts[place + 1]}".split()) <= CONTEXT_WORDS:
        text = f"{text} {parts[place + 1]}"
    return text


def _rows(lines: list[dict[str, object]], noise: list[dict[str, object]]) -> list[Row]:
    rows = []
    kept = lines + [line for line in noise if line["role"] == "customer"]
    for number, line in enumerate(kept):
        parts = sentences(str(line["text"]))
        around = parts + _next_in_ticket(kept, number)
        persona, pain = line.get("persona"), line.get("pain")
        rows += [
            Row(
                part,
                window(around, place),
                str(line["kind"]),
                str(persona) if persona else None,
                str(pain) if pain else None,
                line.get("stance") == "denies",
                number,
                1 / len(parts),
            )
            for place, part in enumerate(parts)
        ]
    return rows


def _whole(lines: list[dict[str, object]], noise: list[dict[str, object]]) -> list[str]:
    return [str(line["text"]) for line in lines + [n for n in noise if n["role"] == "customer"]]


def _next_in_ticket(lines: list[dict[str, object]], number: int) -> list[str]:
    """For one ticket line in five, what the same person might have written after it."""
    line = lines[number]
    if line["kind"] != "ticket" or number % 5 or "persona" not in line:
        return []
    later = [other for other in lines[number + 7 :] if other.get("persona") == line["persona"]]
    return sentences(str(later[0]["text"])) if later else []


def read_training(name: str) -> Texts:
    """Documents, lines and noise of a training vendor."""
    folder = CORPUS / ("further" if name in FURTHER else "train")
    documents = _plain(yaml.safe_load((folder / f"{name}.yaml").read_text("utf-8"))["personas"])
    return documents, _jsonl(folder / f"{name}.jsonl"), _jsonl(folder / f"{name}_noise.jsonl")


def _meridian() -> Texts:
    folder = CORPUS / "meridian"
    documents = [yaml.safe_load(path.read_text("utf-8")) for path in sorted(folder.glob("*.yaml"))]
    lines = _jsonl(folder / "lines_a.jsonl") + _jsonl(folder / "lines_b.jsonl")
    return _plain(documents), lines, _jsonl(folder / "noise.jsonl")


def _plain(value: object) -> list[dict[str, object]]:
    """Numbers and flags in lists of words back to words, as the engine's own reader takes them."""

    def words(item: object) -> object:
        if isinstance(item, dict):
            return {key: words(inner) for key, inner in item.items()}
        if isinstance(item, list):
            return [words(inner) for inner in item]
        return str(item) if isinstance(item, (bool, int, float)) else item

    plain: Callable[[object], object] = words
    return plain(value)  # type: ignore[return-value]


def _jsonl(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]
