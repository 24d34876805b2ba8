"""Fit the encoder's adapter on the training vendors and write it where the package ships it.

    python benchmarks/matching/train_adapter.py --cache ~/.cache/next-evidence-bench [--steps 160]

Statements are pulled towards the mean of their pain's statement and examples, away from the vendor's other fourteen pains, and
towards other statements of the same pain. Only the upper three of six layers are corrected, so the output of the lower
three is worked out once. Ten of the forty vendors (`train_head.folds`, the first) are left out: the printed figures are theirs,
and the head is calibrated on them. Meridian is not read. About six minutes on two idle cores.
"""

from __future__ import annotations

import argparse
import re
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from train_head import folds
from transformers import AutoModel, AutoTokenizer
from vendors import ADAPTER, TRAINING, read_training

from next_evidence.encoding.adapter import Adapter, dump_adapter
from next_evidence.encoding.onnx import packaged_weights

TARGET = Path(__file__).resolve().parents[2] / "next_evidence" / "_assets" / "encoder_adapter"
LAYERS, FROZEN = 6, 3
RANK, SCALE = 8, 2.0
SHARPNESS = (
    20.0  # of cosines in the softmax; fitted temperatures on this encoder lie between 16 and 25
)
MODULES = ("query", "key", "value", "attout", "inter", "out")


@dataclass(frozen=True)
class Lines:
    """A vendor's pains as texts, their personas, its lines and the pain of each."""

    pains: list[list[str]]
    persona: np.ndarray
    said: list[str]
    pain: np.ndarray


def read(name: str) -> Lines:
    """One training vendor."""
    documents, lines, _ = read_training(name)
    keys = [(d["id"], p["id"]) for d in documents for p in d["pains"]]
    place = {key: number for number, key in enumerate(keys)}
    return Lines(
        pains=[[p["statement"], *p["examples"]] for d in documents for p in d["pains"]],
        persona=np.array([n for n, d in enumerate(documents) for _ in d["pains"]]),
        said=[str(line["text"]) for line in lines],
        pain=np.array([place[line["persona"], line["pain"]] for line in lines]),
    )


def parts(text: str) -> list[str]:
    """Sentences of four words or more: what arrives is often only a part of a line."""
    return [part for part in re.split(r"(?<=[.?!])\s+", text) if len(part.split()) >= 4]


class LowRank(torch.nn.Module):
    """A linear layer with a low-rank correction, which begins as none."""

    def __init__(self, linear: torch.nn.Linear) -> None:
        super().__init__()
        self.linear = linear
        self.down = torch.nn.Parameter(torch.randn(RANK, linear.in_features) * 0.02)
        self.up = torch.nn.Parameter(torch.zeros(linear.out_features, RANK))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.linear(x) + SCALE * (x @ self.down.T) @ self.up.T


class Model:
    """The packaged model with corrections in its upper layers; texts' lower layers are kept."""

    def __init__(self, texts: list[str], cache: Path) -> None:
        weights = packaged_weights()
        self.bert = AutoModel.from_pretrained(weights, attn_implementation="sdpa").eval()
        self.place = {text: number for number, text in enumerate(texts)}
        self.lower = self._lower(texts, AutoTokenizer.from_pretrained(weights), cache)
        for parameter in self.bert.parameters():
            parameter.requires_grad = False
        self.corrections: dict[str, LowRank] = {}
        for number in range(FROZEN, LAYERS):
            layer = self.bert.encoder.layer[number]
            homes = (layer.attention.self,) * 3 + (
                layer.attention.output,
                layer.intermediate,
                layer.output,
            )
            for module, home, name in zip(
                MODULES, homes, ("query", "key", "value", "dense", "dense", "dense"), strict=True
            ):
                correction = LowRank(getattr(home, name))
                setattr(home, name, correction)
                self.corrections[f"{number}.{module}"] = correction

    def _lower(self, texts: list[str], tokenizer: object, cache: Path) -> list[torch.Tensor]:
        file = cache / f"lower-{len(texts)}.pt"
        if file.exists():
            return torch.load(file)
        ids = tokenizer(texts, truncation=True, max_length=80)["input_ids"]
        kept: list[torch.Tensor] = [torch.empty(0)] * len(texts)
        order = sorted(range(len(texts)), key=lambda n: len(ids[n]))
        with torch.no_grad(), torch.autocast("cpu", torch.bfloat16):
            for start in range(0, len(order), 64):
                chosen = order[start : start + 64]
                padded = torch.nn.utils.rnn.pad_sequence(
                    [torch.tensor(ids[n]) for n in chosen], batch_first=True
                )
                real = torch.nn.utils.rnn.pad_sequence(
                    [torch.ones(len(ids[n])) for n in chosen], batch_first=True
                )
                hidden = through(
                    self.bert.encoder.layer[:FROZEN], self.bert.embeddings(padded), real
                )
                for row, n in enumerate(chosen):
                    kept[n] = hidden[row, : len(ids[n])].to(torch.bfloat16).clone()
        cache.mkdir(parents=True, exist_ok=True)
        torch.save(kept, file)
        return kept

    def embed(self, texts: list[str]) -> torch.Tensor:
        """Unit vectors, shape ``(n_texts, 384)``."""
        numbers = [self.place[text] for text in texts]
        order = sorted(range(len(numbers)), key=lambda n: len(self.lower[numbers[n]]))
        out: list[torch.Tensor] = [torch.empty(0)] * len(numbers)
        for start in range(0, len(order), 64):
            chosen = order[start : start + 64]
            rows = [self.lower[numbers[n]] for n in chosen]
            padded = torch.nn.utils.rnn.pad_sequence(rows, batch_first=True)
            real = torch.nn.utils.rnn.pad_sequence(
                [torch.ones(len(row)) for row in rows], batch_first=True
            )
            with torch.autocast("cpu", torch.bfloat16):
                hidden = through(self.bert.encoder.layer[FROZEN:], padded, real)
            mean = (hidden.float() * real[..., None]).sum(1) / real.sum(1, keepdim=True)
            for n, vector in zip(chosen, torch.nn.functional.normalize(mean, dim=1), strict=True):
                out[n] = vector
        return torch.stack(out)


def through(layers: object, hidden: torch.Tensor, real: torch.Tensor) -> torch.Tensor:
    """Hidden states after some layers; ``real`` is 1 for tokens and 0 for padding."""
    mask = (1.0 - real[:, None, None, :].to(hidden.dtype)) * torch.finfo(hidden.dtype).min
    for layer in layers:
        out = layer(hidden, mask)
        hidden = out[0] if isinstance(out, tuple) else out
    return hidden


def accuracy(model: Model, vendors: list[Lines]) -> np.ndarray:
    """Pain among all of a vendor's, its persona, and pain given the persona, by cosine with the pains' means."""
    rows = []
    with torch.no_grad():
        for vendor in vendors:
            said = model.embed(vendor.said).numpy()
            means = np.stack([model.embed(texts).numpy().mean(0) for texts in vendor.pains])
            cosine = said @ (means / np.linalg.norm(means, axis=1, keepdims=True)).T
            owner = vendor.persona[vendor.pain]
            own = np.where(vendor.persona[None] == owner[:, None], cosine, -9.0)
            best = cosine.argmax(1)
            rows.append(
                [
                    (best == vendor.pain).mean(),
                    (vendor.persona[best] == owner).mean(),
                    (own.argmax(1) == vendor.pain).mean(),
                ]
            )
    return np.round(np.mean(rows, axis=0), 3)


def loss_of(
    model: Model, vendor: Lines, rng: np.random.Generator, *, lines: int = 64
) -> torch.Tensor:
    """Cross-entropy of lines against the pains' texts, and against other lines of the same pain."""
    chosen = rng.choice(len(vendor.pain), min(lines, len(vendor.pain)), replace=False)
    said = []
    for n in chosen:
        pieces = parts(vendor.said[n])
        said.append(
            pieces[rng.integers(len(pieces))]
            if len(pieces) > 1 and rng.random() < 0.5
            else vendor.said[n]
        )
    texts = [text for pain in vendor.pains for text in pain]
    owner = np.concatenate([[n] * len(pain) for n, pain in enumerate(vendor.pains)])
    vectors = model.embed(said + texts)
    spoken, written = vectors[: len(said)], vectors[len(said) :]
    member = torch.tensor(owner[None] == np.arange(len(vendor.pains))[:, None]).float()
    fewer = (
        member * torch.tensor(rng.random(len(texts)) < 0.7).float()
    )  # documents differ in how many examples they have
    member = torch.where(fewer.sum(1, keepdim=True) > 0, fewer, member)
    means = torch.nn.functional.normalize(member @ written, dim=1)
    truth = torch.tensor(vendor.pain[chosen])
    loss = torch.nn.functional.cross_entropy(SHARPNESS * spoken @ means.T, truth)
    support = rng.random(len(said)) < 0.35
    together = torch.zeros(len(vendor.pains), len(said))
    together[vendor.pain[chosen][support], np.where(support)[0]] = 1.0
    known = together.sum(1) > 0
    cosine = SHARPNESS * spoken @ torch.nn.functional.normalize(together @ spoken, dim=1).T
    asked = torch.tensor(~support) & known[truth]
    others = torch.nn.functional.cross_entropy(
        cosine.masked_fill(~known[None], -1e4)[asked], truth[asked]
    )
    return loss + 0.5 * others


def main() -> None:
    """Fit, print held-out accuracy on the way, and write."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--cache", type=Path, required=True)
    parser.add_argument("--steps", type=int, default=160)
    parser.add_argument("--rate", type=float, default=4e-4)
    parser.add_argument("--to", type=Path, default=TARGET)
    arguments = parser.parse_args()
    torch.manual_seed(0)
    held = folds(TRAINING)[0]
    vendors = {name: read(name) for name in TRAINING}
    texts = sorted(
        {
            text
            for v in vendors.values()
            for text in [
                *v.said,
                *(p for line in v.said for p in parts(line)),
                *(t for pain in v.pains for t in pain),
            ]
        }
    )
    model = Model(texts, arguments.cache)
    fitted = [parameter for parameter in model.bert.parameters() if parameter.requires_grad]
    optimiser = torch.optim.AdamW(fitted, lr=arguments.rate, weight_decay=0.05)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimiser, arguments.rate, total_steps=arguments.steps, pct_start=0.08
    )
    rng, bag, start = np.random.default_rng(0), [], time.perf_counter()
    names = [name for name in TRAINING if name not in held]
    for step in range(arguments.steps + 1):
        if step % 40 == 0 or step == arguments.steps:
            figures = accuracy(model, [vendors[name] for name in held])
            print(
                f"step {step}: held-out pain, persona, pain given persona {figures.tolist()}, {time.perf_counter() - start:.0f} s",
                flush=True,
            )
        if step == arguments.steps:
            break
        for _ in range(2):
            bag = bag or [str(name) for name in rng.permutation(names)]
            loss_of(model, vendors[bag.pop()], rng).backward()
        torch.nn.utils.clip_grad_norm_(fitted, 1.0)
        optimiser.step()
        optimiser.zero_grad()
        schedule.step()
    arrays, card = dump_adapter(
        Adapter(
            name=ADAPTER,
            sha256="",
            scale=SCALE,
            down={place: c.down.detach().numpy() for place, c in model.corrections.items()},
            up={place: c.up.detach().numpy() for place, c in model.corrections.items()},
        )
    )
    arguments.to.mkdir(parents=True, exist_ok=True)
    (arguments.to / "adapter.npz").write_bytes(arrays)
    (arguments.to / "adapter.json").write_bytes(card)
    sys.stdout.write(f"{len(arrays)} bytes\n{card.decode()}")


if __name__ == "__main__":
    main()
