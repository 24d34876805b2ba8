"""Fit an encoder's adapter to the labels of the training vendors.

    python benchmarks/matching/train_adapter.py --to FOLDER [--model all-mpnet-base-v2 --steps 240]

What it gives for mpnet is shipped; MiniLM's is then taught by that (`distil_adapter.py`).

A batch is one vendor. Its statements are pulled towards the mean of their pain's statement and examples, away from the
vendor's other pains, most of all those of the same persona, and towards other statements of the same pain. Noise, and
statements of pains that are left out, are pulled away from all. Two linear heads, which are not shipped, ask of every
vector whether it denies and whether it speaks of a pain at all. Ten of the forty vendors (`train_head.folds`, the first) are left
out: the printed figures are theirs, and the head is calibrated on them. Meridian is not read. What is written is the moving
average of the weights. About twenty minutes on two cores, half an hour for mpnet; threads make the last digits differ between machines.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from corrected import Corrected, fit
from torch.nn.functional import binary_cross_entropy_with_logits, cross_entropy, normalize
from train_head import folds
from vendors import ADAPTER, TRAINING, read_training, retell

from next_evidence.encoding.packaged import MINILM, PACKAGED_MODELS

SHARPNESS = (
    20.0  # of cosines in the softmax; temperatures fitted on this encoder lie between 16 and 25
)
LINES, NOISE = 64, 12  # of a vendor in a batch
KINDS = ("call", "ticket", "survey")


@dataclass(frozen=True)
class Lines:
    """A vendor's pains as texts, their personas, its lines with pain and stance, and noise."""

    pains: list[list[str]]
    persona: np.ndarray
    said: list[str]
    pain: np.ndarray
    denies: np.ndarray
    noise: list[str]


def read(name: str) -> Lines:
    """One training vendor."""
    documents, lines, noise = read_training(name)
    keys = [(d["id"], p["id"]) for d in documents for p in d["pains"]]
    place = {key: number for number, key in enumerate(keys)}
    return Lines(
        pains=[[p["statement"], *p["examples"]] for d in documents for p in d["pains"]],
        persona=np.array([n for n, d in enumerate(documents) for _ in d["pains"]]),
        said=[str(line["text"]) for line in lines],
        pain=np.array([place[line["persona"], line["pain"]] for line in lines]),
        denies=np.array([line["stance"] == "denies" for line in lines]),
        noise=[str(line["text"]) for line in noise],
    )


def as_it_arrives(text: str, rng: np.random.Generator) -> str:
    """A line as another person would say it, or a part of it: what arrives is seldom the whole."""
    parts = [part for part in re.split(r"(?<=[.?!])\s+", text) if len(part.split()) >= 4]
    if len(parts) > 1 and rng.random() < 0.4:
        text = parts[rng.integers(len(parts))]
    return retell(text, str(rng.choice(KINDS)), rng) if rng.random() < 0.5 else text


def accuracy(model: Corrected, vendors: list[Lines]) -> np.ndarray:
    """By cosine with the pains' means: pain among all of a vendor's, its persona, pain given the persona, and that of the surer half."""
    rows = []
    model.bert.eval()
    with torch.no_grad():
        for vendor in vendors:
            said = model.embed(vendor.said).numpy()
            means = np.stack([model.embed(texts).numpy().mean(0) for texts in vendor.pains])
            cosine = said @ (means / np.linalg.norm(means, axis=1, keepdims=True)).T
            owner = vendor.persona[vendor.pain]
            own = np.where(vendor.persona[None] == owner[:, None], cosine, -9.0)
            chance = np.exp(SHARPNESS * (own - own.max(1, keepdims=True)))
            surest = np.argsort(chance.sum(1), kind="stable")[: len(own) // 2]
            best, right = cosine.argmax(1), own.argmax(1) == vendor.pain
            rows.append(
                [
                    (best == vendor.pain).mean(),
                    (vendor.persona[best] == owner).mean(),
                    right.mean(),
                    right[surest].mean(),
                ]
            )
    model.bert.train()
    return np.round(np.mean(rows, axis=0), 3)


def some_of_each(
    pains: list[list[str]], rng: np.random.Generator
) -> tuple[list[str], torch.Tensor]:
    """Texts of every pain's document, of which some have fewer examples, and which pain each is of: ``(n_pains, n_texts)``."""
    shown = [[t for t in pain if rng.random() < 0.7] or [str(rng.choice(pain))] for pain in pains]
    owner = np.repeat(np.arange(len(shown)), [len(pain) for pain in shown])
    member = torch.tensor(owner[None] == np.arange(len(shown))[:, None]).float()
    return [text for pain in shown for text in pain], member


def loss_of(model: Corrected, vendor: Lines, rng: np.random.Generator) -> torch.Tensor:
    """Of one batch; see the head of this file."""
    chosen = rng.choice(len(vendor.pain), min(LINES, len(vendor.pain)), replace=False)
    other = rng.choice(len(vendor.noise), min(NOISE, len(vendor.noise)), replace=False)
    said = [as_it_arrives(vendor.said[n], rng) for n in chosen]
    noise = [as_it_arrives(vendor.noise[n], rng) for n in other]
    shown, member = some_of_each(vendor.pains, rng)
    vectors = model.embed([*said, *noise, *shown])
    spoken, idle, written = vectors.split(
        [len(said), len(noise), len(vectors) - len(said) - len(noise)]
    )
    means = normalize(member @ written, dim=1)
    truth, n_pains = torch.tensor(vendor.pain[chosen]), len(vendor.pains)
    cosine, far = SHARPNESS * spoken @ means.T, SHARPNESS * idle @ means.T
    same = torch.tensor(vendor.persona[None] == vendor.persona[vendor.pain[chosen]][:, None])
    nothing = SHARPNESS * model.nothing
    left_out = torch.tensor(rng.random(n_pains) < 0.12)
    offered = torch.cat(
        [cosine.masked_fill(left_out[None], -1e4), nothing.expand(len(said), 1)], dim=1
    )
    loss = (
        cross_entropy(cosine, truth)
        + 0.5 * cross_entropy(cosine.masked_fill(~same, -1e4), truth)
        + 0.5 * cross_entropy(offered, torch.where(left_out[truth], n_pains, truth))
        + 0.3
        * cross_entropy(
            torch.cat([far, nothing.expand(len(noise), 1)], dim=1),
            torch.full((len(noise),), n_pains),
        )
        + 0.5 * others_of_the_same(spoken, vendor.pain[chosen], n_pains, rng)
    )
    signs = model.signs(10.0 * torch.cat([spoken, idle]))
    denies = torch.tensor(vendor.denies[chosen]).float()
    speaks = torch.cat([torch.ones(len(said)), torch.zeros(len(noise))])
    return loss + 0.3 * (
        binary_cross_entropy_with_logits(signs[: len(said), 0], denies)
        + binary_cross_entropy_with_logits(signs[:, 1], speaks)
    )


def others_of_the_same(
    spoken: torch.Tensor, pain: np.ndarray, n_pains: int, rng: np.random.Generator
) -> torch.Tensor:
    """Cross-entropy of two thirds of the lines against the means of the rest, by pain."""
    support = rng.random(len(pain)) < 0.35
    together = torch.zeros(n_pains, len(pain))
    together[pain[support], np.flatnonzero(support)] = 1.0
    known, truth = together.sum(1) > 0, torch.tensor(pain)
    asked = torch.tensor(~support) & known[truth]
    if not asked.any():
        return torch.zeros(())
    cosine = SHARPNESS * spoken @ normalize(together @ spoken + 1e-9, dim=1).T
    return cross_entropy(cosine.masked_fill(~known[None], -1e4)[asked], truth[asked])


def losses(model: Corrected, vendors: dict[str, Lines]) -> Iterator[torch.Tensor]:
    """Of batches without end, the vendors shuffled again when all have had their turn."""
    rng = np.random.default_rng(1)
    while True:
        for name in rng.permutation(list(vendors)):
            yield loss_of(model, vendors[str(name)], rng)


def main() -> None:
    """Fit, print held-out accuracy on the way, and write."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--steps", type=int, default=360)
    parser.add_argument("--rate", type=float, default=5e-4)
    parser.add_argument("--model", choices=PACKAGED_MODELS, default=MINILM.name)
    parser.add_argument("--to", type=Path, required=True)
    arguments = parser.parse_args()
    fitted = PACKAGED_MODELS[arguments.model]
    torch.manual_seed(1)
    held = folds(TRAINING)[0]
    vendors = {name: read(name) for name in TRAINING}
    model = Corrected(fitted)
    judging = [vendors[name] for name in held]
    fit(
        model,
        losses(model, {name: lines for name, lines in vendors.items() if name not in held}),
        steps=arguments.steps,
        rate=arguments.rate,
        report=lambda: f"held-out {accuracy(model, judging).tolist()}",
        beside=[model.nothing, *model.signs.parameters()],
    )
    sys.stdout.write(model.write(ADAPTER, arguments.to))


if __name__ == "__main__":
    main()
