"""The fits behind the head: projection, logistic weights, choice among pains, and the pooling of speakers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from sklearn.linear_model import LogisticRegression
from vendors import Vendor

from next_evidence.matching.cues import CUE_NAMES
from next_evidence.matching.head import PAIR_FEATURES, TITLE_FEATURES, Head
from next_evidence.matching.score import wording_features
from next_evidence.records import KINDS

NOISE_PER_PAIN = 1.5  # of customers' statements, as compose.py mixes them over all kinds
DENIED = 0.05  # share of pain statements that deny it, as compose.py draws them
N_PAIR = 2 * len(PAIR_FEATURES)


def blank_head(n_dims: int, family: str) -> Head:
    """A head that projects nothing and knows nothing."""
    wording = 2 * n_dims + 2 * len(CUE_NAMES) + len(KINDS) + 1
    return Head(
        centre=np.zeros(n_dims),
        projection=np.eye(n_dims),
        relevance=np.zeros(wording),
        denial=np.zeros(wording),
        pain=np.zeros(N_PAIR),
        pain_null=np.zeros(3),
        world=np.zeros(N_PAIR),
        world_null=np.zeros(3),
        temper=1.0,
        overlap=0.0,
        explained=0.0,
        title=(0.0,) * len(TITLE_FEATURES),  # type: ignore[arg-type]
        none=(0.0, 0.0),
        denies_at=0.5,
        raises_below=0.5,
        family=family,
    )


def fit_projection(
    vendors: Sequence[Vendor], *, epochs: int = 30, pull: float = 0.2, seed: int = 0
) -> tuple[np.ndarray, np.ndarray]:
    """A linear map, pulled towards the identity, that brings statements near their pain.

    Contrast is taken within a vendor: a statement against the mean prototypes of the vendor's pains, and
    against means of other customers' statements of those pains.

    Returns
    -------
    centre ``(n_dims,)`` and projection ``(n_dims, n_dims)``.
    """
    torch.manual_seed(seed)
    torch.set_num_threads(1)
    rng = np.random.default_rng(seed)
    sets = [_whole_lines(vendor) for vendor in vendors]
    centre = np.concatenate([s.said for s in sets] + [v.profiles.prototypes for v in vendors]).mean(
        0
    )
    n_dims = len(centre)
    weight = torch.eye(n_dims).requires_grad_()
    scale = torch.tensor(float(np.log(20.0))).requires_grad_()
    steps = epochs * -(-len(sets) // 4)
    optimiser = torch.optim.Adam([weight, scale], lr=1e-3)
    rate = torch.optim.lr_scheduler.OneCycleLR(optimiser, 1e-3, total_steps=steps)
    for _ in range(epochs):
        order = rng.permutation(len(sets))
        for start in range(0, len(sets), 4):
            loss = pull * ((weight - torch.eye(n_dims)) ** 2).sum()
            batch = [sets[i] for i in order[start : start + 4]]
            for one in batch:
                loss = loss + _contrast(one, centre, weight, scale, rng) / len(batch)
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            rate.step()
    return centre, weight.detach().numpy().astype(np.float64)


@dataclass(frozen=True)
class _Lines:
    said: np.ndarray
    pain: np.ndarray
    prototypes: np.ndarray
    mean: np.ndarray  # (n_pains, n_prototypes)


def _whole_lines(vendor: Vendor) -> _Lines:
    first = np.unique(vendor.line, return_index=True)[1]
    first = first[vendor.pain[first] >= 0]
    mean = np.zeros((len(vendor.profiles.pains), len(vendor.profiles.prototypes)))
    mean[vendor.profiles.prototype_pain, np.arange(mean.shape[1])] = 1
    return _Lines(
        vendor.whole[vendor.line[first]],
        vendor.pain[first],
        vendor.profiles.prototypes,
        mean / mean.sum(1, keepdims=True),
    )


def _contrast(
    one: _Lines,
    centre: np.ndarray,
    weight: torch.Tensor,
    scale: torch.Tensor,
    rng: np.random.Generator,
) -> torch.Tensor:
    norm = torch.nn.functional.normalize

    def seen(vectors: np.ndarray) -> torch.Tensor:
        centred = norm(torch.tensor(vectors - centre, dtype=torch.float32), dim=1)
        return norm(torch.nn.functional.dropout(centred, 0.2) @ weight.T, dim=1)

    pain = torch.tensor(one.pain)
    said = seen(one.said)
    prototypes = norm(torch.tensor(one.mean, dtype=torch.float32) @ seen(one.prototypes), dim=1)
    loss = torch.nn.functional.cross_entropy(scale.exp() * said @ prototypes.T, pain)
    shown = rng.random(len(one.pain)) < 0.25
    others = torch.zeros(len(prototypes), len(pain))
    others[one.pain[shown], np.flatnonzero(shown)] = 1.0
    some = others.sum(1) > 0
    asked = torch.tensor(~shown) & some[pain]
    against = (scale.exp() * said @ norm(others @ said, dim=1).T).masked_fill(~some[None], -1e4)
    return loss + torch.nn.functional.cross_entropy(against[asked], pain[asked])


def wording(vendor: Vendor) -> np.ndarray:
    """Features of relevance and denial, without the column of ones."""
    parts = (vendor.text, vendor.context, vendor.text_cues, vendor.context_cues, vendor.kinds)
    return wording_features(*parts)[:, :-1]


def natural_weight(vendor: Vendor) -> np.ndarray:
    """Weights that make a vendor's rows as frequent as customers say such things."""
    weight = vendor.weight.copy()
    pain, noise = vendor.speaks, ~vendor.speaks
    share = weight[pain & vendor.denies].sum() / weight[pain].sum()
    weight[pain & vendor.denies] *= DENIED / (1 - DENIED) * (1 - share) / share
    weight[noise] *= NOISE_PER_PAIN * weight[pain].sum() / weight[noise].sum()
    return weight


def fit_logistic(
    x: np.ndarray, y: np.ndarray, weight: np.ndarray, *, strength: float = 10.0
) -> np.ndarray:
    """Weights and, last, the intercept."""
    model = LogisticRegression(C=strength, max_iter=1000).fit(x, y, weight)
    return np.append(model.coef_[0], model.intercept_[0])


@dataclass(frozen=True)
class Choices:
    """Rows that choose one of ``n_options`` or none; absent options are masked."""

    features: torch.Tensor  # (n, n_options, n_features)
    offered: torch.Tensor  # (n, n_options)
    prior: torch.Tensor  # (n, n_options): log prior of an option among those offered
    relevance: torch.Tensor  # (n,)
    chosen: torch.Tensor  # (n,); n_options for none
    weight: torch.Tensor  # (n,)


def choices(parts: Sequence[tuple[np.ndarray, ...]]) -> Choices:
    """Stack parts of (features, offered, prior, relevance, chosen, weight) with unlike numbers of options.

    ``chosen`` is -1 for none.
    """
    width = max(part[0].shape[1] for part in parts)

    def wide(block: np.ndarray) -> np.ndarray:
        shape = [(0, 0), (0, width - block.shape[1])] + [(0, 0)] * (block.ndim - 2)
        return np.pad(block, shape)

    chosen = np.concatenate([part[4] for part in parts])
    return Choices(
        torch.tensor(np.concatenate([wide(p[0]) for p in parts]), dtype=torch.float32),
        torch.tensor(np.concatenate([wide(p[1]) for p in parts])),
        torch.tensor(np.concatenate([wide(p[2]) for p in parts]), dtype=torch.float32),
        torch.tensor(np.concatenate([p[3] for p in parts]), dtype=torch.float32),
        torch.tensor(np.where(chosen < 0, width, chosen)),
        torch.tensor(np.concatenate([p[5] for p in parts]), dtype=torch.float32),
    )


def fit_choice(data: Choices) -> tuple[np.ndarray, np.ndarray]:
    """Conditional logit: weights of the pair features, and of none (1, relevance, its negative part)."""
    start = torch.zeros(N_PAIR + 3)
    start[0] = start[len(PAIR_FEATURES)] = 5.0
    weights = start.clone().requires_grad_()
    share = data.weight / data.weight.sum()
    optimiser = torch.optim.LBFGS([weights], max_iter=200, line_search_fn="strong_wolfe")

    def loss() -> torch.Tensor:
        optimiser.zero_grad()
        chance = choice_log_probability(data, weights)[torch.arange(len(share)), data.chosen]
        total = -(chance * share).sum() + 1e-6 * (weights**2).sum()
        total.backward()
        return total

    optimiser.step(loss)
    found = weights.detach().numpy().astype(np.float64)
    return found[:N_PAIR], found[N_PAIR:]


def choice_log_probability(data: Choices, weights: torch.Tensor) -> torch.Tensor:
    """Log probability of each option and, last, of none."""
    utility = (data.features @ weights[:N_PAIR] + data.prior).masked_fill(~data.offered, -1e4)
    first, slope, bend = weights[N_PAIR:]
    nothing = first + slope * data.relevance + bend * torch.relu(-data.relevance)
    return torch.log_softmax(torch.cat([utility, nothing[:, None]], 1), 1)
