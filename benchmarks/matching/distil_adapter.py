"""Teach MiniLM what the larger model hears of customers, and write the adapter where the package ships it.

    python benchmarks/matching/train_adapter.py --to FOLDER             # first: from labels alone
    python benchmarks/matching/distil_adapter.py --begin FOLDER --cache DIR --data DIR [--to FOLDER]

The teacher is all-mpnet-base-v2 with its own adapter, joined with what the student began as. In a batch of one vendor the
student's cosines of statements with pains, with the pains of the same persona and with each other come to be distributed
like the teacher's, and nearly as high; the labels count for a third. Every third batch is real talk without labels: a
sentence of a complaint, a chat, a meeting or a question, and what the teacher holds for near it.

Statements come whole, in sentences, and retold. The ten vendors that neither adapter saw (`train_head.folds`, the first) are left
out and judged; Meridian is not read, nor are the vendors for calibration and judging of `vendors`. The teacher learnt from thirty of the
vendors itself: of the other nine, and of real talk, it tells what it holds for new.

``--data``: a folder with ``cfpb_complaints`` (CFPB, public domain), ``multidogo`` (CDLA-Permissive), ``qmsum`` (MIT) and
``stackoverflow_titles`` (CC BY-SA) as `REAL_TALK` names them; else ``$NEXT_EVIDENCE_DATA``. Half an hour on two cores, and as long for encoding the first time.

Hinton, G. et al. (2015). Distilling the knowledge in a neural network. Tung, F. and Mori, G. (2019). Similarity-preserving
knowledge distillation. ICCV.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl
import torch
from corrected import Corrected, fit
from torch.nn.functional import cross_entropy, kl_div, log_softmax, normalize, softmax
from train_adapter import LINES, NOISE, SHARPNESS, Lines, accuracy, read, some_of_each
from train_head import ASSETS, folds
from vendors import (
    FURTHER_CALIBRATION,
    HEAD_VENDORS,
    TRAINING,
    Kept,
    encoder_named,
    read_training,
    retell_all,
    say,
    sentences,
)

from next_evidence.encoding.onnx import load_onnx_encoder
from next_evidence.encoding.packaged import MINILM

NAME, RANK = "pains-3", 32
LARGER = 0.85  # weight of the larger model's cosines; what the student began as has the rest
TEACHER_SHARPNESS = 22.0
LABELS = 0.3  # weight of what the labels say
HEIGHT = 20.0  # weight of the squared difference of cosines
NEAR, FAR = 50, 14  # texts of a batch without labels
REAL_TALK = {  # texts, and the fewest words of one
    ("cfpb_complaints/payday_personal_loans_2023.parquet", "narrative"): (5000, 6),
    ("multidogo/customer_turns.parquet", "text"): (1500, 6),
    ("qmsum/product_turns.parquet", "text"): (1500, 8),
    ("stackoverflow_titles/stackoverflow.parquet", "text"): (600, 5),
}
OUTSIDE = -1e3  # a similarity that no softmax sees


@dataclass(frozen=True)
class Spoken:
    """A vendor's lines and what may be said in the place of each, and of each of its noise."""

    lines: Lines
    said: list[list[str]]
    noise: list[list[str]]


class Teacher:
    """The larger model joined with MiniLM as the adapter in ``begin`` makes it; vectors are kept under ``cache``."""

    def __init__(self, cache: Path, begin: Path) -> None:
        small = Kept(load_onnx_encoder(cache / "models", model=MINILM, adapter=begin), cache)
        self._parts = [(encoder_named("mpnet", cache), LARGER), (small, 1.0 - LARGER)]

    def embed(self, texts: list[str]) -> torch.Tensor:
        """Unit vectors, shape ``(n_texts, n_dims)``."""
        parts = [part.encode(texts) * share**0.5 for part, share in self._parts]
        return torch.tensor(np.concatenate(parts, axis=1), dtype=torch.float32)

    def save(self) -> None:
        """Keep the vectors for the next run."""
        for part, _ in self._parts:
            part.save()


def spoken(name: str) -> Spoken:
    """One vendor."""
    _, lines, noise = read_training(name)
    again = retell_all(lines, noise)

    def ways(*told: dict[str, object]) -> list[str]:
        texts = [str(line["text"]) for line in told]
        pieces = [part for text in texts for part in sentences(text) if len(part.split()) >= 4]
        return list(dict.fromkeys([*texts, *pieces]))

    return Spoken(
        read(name),
        [ways(*pair) for pair in zip(lines, again[0], strict=True)],
        [ways(*p) for p in zip(noise, again[1], strict=True) if p[0]["role"] == "customer"],
    )


def real_talk(data: Path) -> list[str]:
    """Sentences of 45 words at most from public sets, the same ones every time."""
    rng, found = np.random.default_rng(3), []
    for (file, column), (count, fewest) in REAL_TALK.items():
        texts = pl.read_parquet(data / file)[column].drop_nulls().to_list()
        parts = [part.strip() for text in texts for part in sentences(text.replace("\n", " "))]
        fit_for_it = [p for p in dict.fromkeys(parts) if fewest <= len(p.split()) <= 45 and p.count("XX") < 3]  # fmt: skip
        found += [fit_for_it[n] for n in rng.permutation(len(fit_for_it))[:count]]
    return found


def alike(student: torch.Tensor, teacher: torch.Tensor) -> torch.Tensor:
    """How far the student's similarities are from being distributed as the teacher's, by row."""
    return kl_div(
        log_softmax(SHARPNESS * student, 1),
        softmax(TEACHER_SHARPNESS * teacher, 1),
        reduction="batchmean",
    )


def of_a_vendor(
    model: Corrected, teacher: Teacher, vendor: Spoken, rng: np.random.Generator
) -> torch.Tensor:
    """Loss of a batch of one vendor."""
    lines = vendor.lines
    chosen = rng.choice(len(lines.pain), min(LINES, len(lines.pain)), replace=False)
    idle = rng.choice(len(vendor.noise), min(NOISE, len(vendor.noise)), replace=False)
    texts = [str(rng.choice(vendor.said[n])) for n in chosen]
    texts += [str(rng.choice(vendor.noise[n])) for n in idle]
    shown, member = some_of_each(lines.pains, rng)
    n, k = len(chosen), len(texts)
    texts += shown
    x, t = model.embed(texts), teacher.embed(texts)
    heard = x[:k] @ normalize(member @ x[k:], dim=1).T
    wanted = t[:k] @ normalize(member @ t[k:], dim=1).T
    truth = torch.tensor(lines.pain[chosen])
    other = torch.tensor(lines.persona[None] != lines.persona[lines.pain[chosen]][:, None])
    labels = cross_entropy(SHARPNESS * heard[:n], truth) + 0.5 * cross_entropy(
        SHARPNESS * heard[:n].masked_fill(other, OUTSIDE), truth
    )
    return (
        alike(heard, wanted)
        + 0.5 * alike(*(h[:n].masked_fill(other, OUTSIDE) for h in (heard, wanted)))
        + 0.5 * among_themselves(x[:k], t[:k])
        + HEIGHT * ((heard - wanted) ** 2).mean()
        + LABELS * labels
    )


def among_themselves(x: torch.Tensor, t: torch.Tensor) -> torch.Tensor:
    """`alike` of the texts of a batch, each with all others."""
    itself = torch.eye(len(x)) * OUTSIDE
    return alike(x @ x.T + itself, t @ t.T + itself)


def of_real_talk(
    model: Corrected, talk: list[str], taught: torch.Tensor, rng: np.random.Generator
) -> torch.Tensor:
    """Loss of a batch of a text, what is near it, and what is not."""
    near = torch.topk(taught @ taught[rng.integers(len(talk))], NEAR).indices.numpy()
    chosen = np.unique(np.append(near, rng.integers(len(talk), size=FAR)))
    x, t = model.embed([talk[n] for n in chosen]), taught[chosen]
    return among_themselves(x, t) + HEIGHT * ((x @ x.T - t @ t.T) ** 2).mean()


def losses(
    model: Corrected, teacher: Teacher, vendors: dict[str, Spoken], talk: list[str]
) -> Iterator[torch.Tensor]:
    """Of batches without end: two of vendors, then one of real talk."""
    rng, taught, made = np.random.default_rng(1), teacher.embed(talk), 0
    while True:
        for name in rng.permutation(list(vendors)):
            yield of_a_vendor(model, teacher, vendors[str(name)], rng)
            made += 1
            if made % 2 == 0:
                yield of_real_talk(model, talk, taught, rng)


def main() -> None:
    """Encode with the teacher, fit, print held-out accuracy on the way, and write."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--begin", type=Path, required=True)
    parser.add_argument("--cache", type=Path, required=True)
    parser.add_argument("--data", type=Path, default=os.environ.get("NEXT_EVIDENCE_DATA"))
    parser.add_argument("--steps", type=int, default=640)
    parser.add_argument("--rate", type=float, default=4e-4)
    parser.add_argument("--to", type=Path, default=ASSETS / MINILM.adapter)
    arguments = parser.parse_args()
    if arguments.data is None:
        parser.error("--data or NEXT_EVIDENCE_DATA must name the folder of the public sets")
    held = folds(TRAINING)[0]
    unseen = {*held, *FURTHER_CALIBRATION}
    vendors = {name: spoken(name) for name in HEAD_VENDORS if name not in unseen}
    talk, teacher = real_talk(Path(arguments.data)), Teacher(arguments.cache, arguments.begin)
    say("ask the teacher")
    for one in vendors.values():
        said = [text for ways in [*one.said, *one.noise, *one.lines.pains] for text in ways]
        teacher.embed(said)
    teacher.embed(talk)
    teacher.save()
    torch.manual_seed(1)
    model, judging = Corrected(MINILM, RANK), [read(name) for name in held]
    model.begin_with(arguments.begin)
    fit(
        model,
        losses(model, teacher, vendors, talk),
        steps=arguments.steps,
        rate=arguments.rate,
        report=lambda: f"held-out {accuracy(model, judging).tolist()}",
    )
    sys.stdout.write(model.write(NAME, arguments.to))


if __name__ == "__main__":
    main()
