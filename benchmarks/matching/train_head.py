"""Fit the matching head on the training vendors and write it where the package ships it.

    python benchmarks/matching/train_head.py --cache ~/.cache/next-evidence-bench [--encoder plain]

``--encoder``: ``adapted`` (shipped), ``plain`` (MiniLM without the adapter) or ``mpnet`` (with its adapter; both shipped beside it), or the folder or name
of a sentence-transformers model with ``--to FOLDER`` for its head, which `matching.head` then names.

Projection, relevance and denial are fitted on the 30 vendors that the encoder's adapter was fitted on and nine by other
authors; what the other ten and three more by others give is what the choice among pains, the pooling of speakers and all
thresholds are fitted on, so that a probability means on a new vendor what it says. Neither Meridian is read nor the vendors
of the last two authors (`vendors.FURTHER_JUDGING`).
"""

from __future__ import annotations

import argparse
import dataclasses
import hashlib
import sys
from pathlib import Path

import numpy as np
import torch
from fit import (
    Choices,
    blank_head,
    choice_log_probability,
    choices,
    fit_choice,
    fit_logistic,
    fit_projection,
    natural_weight,
    wording,
)
from scipy.optimize import minimize
from speakers_sim import Speaker, make_speakers, without_title
from vendors import (
    CORPUS,
    FURTHER_CALIBRATION,
    HEAD_VENDORS,
    HEADS,
    TRAINING,
    Kept,
    Vendor,
    encoder_named,
    load_vendor,
    say,
)

from next_evidence.encoding.protocol import Encoder
from next_evidence.matching.head import Head, dump_head, family_of, load_head
from next_evidence.matching.profiles import Profiles
from next_evidence.matching.score import Prototypes, persona_evidence, sigmoid
from next_evidence.matching.speakers import has_own_title, pooled_evidence, speaker_features

ASSETS = Path(__file__).resolve().parents[2] / "next_evidence" / "_assets"
FOLDS = 4
PRECISION = 0.8  # of what is accepted, and of what is said to deny


@dataclasses.dataclass(frozen=True)
class Seen:
    """A vendor as a head sees it that was not fitted on it."""

    vendor: Vendor
    head: Head
    features: np.ndarray
    relevance: np.ndarray  # log-odds
    denial: np.ndarray


def folds(names: tuple[str, ...]) -> list[list[str]]:
    """Vendors in four shuffled groups; the same ones every time."""
    order = np.random.default_rng(7).permutation(np.array(names))
    return [[str(name) for name in order[i::FOLDS]] for i in range(FOLDS)]


def fit_wording(vendors: list[Vendor], head: Head) -> Head:
    """Projection, relevance and denial from these vendors."""
    centre, projection = fit_projection(vendors)
    x = np.concatenate([wording(v) for v in vendors])
    speaks = np.concatenate([v.speaks for v in vendors])
    denies = np.concatenate([v.denies for v in vendors])
    weight = np.concatenate([natural_weight(v) for v in vendors])
    return dataclasses.replace(
        head,
        centre=centre,
        projection=projection.astype(np.float16).astype(np.float64),
        relevance=fit_logistic(x, speaks, weight, strength=1.0),
        denial=fit_logistic(x[speaks], denies[speaks], weight[speaks]),
    )


def see(vendor: Vendor, head: Head) -> Seen:
    """Features and log-odds of a vendor's rows."""
    x = np.hstack([wording(vendor), np.ones((len(vendor.rows), 1))])
    features = Prototypes.of(vendor.profiles, head).features(vendor.text, vendor.context)
    return Seen(vendor, head, features, x @ head.relevance, x @ head.denial)


def choice_rows(seen: list[Seen], *, by_persona: bool, seed: int, repeats: int = 3) -> Choices:
    """Rows with one pain of the vendor left out of its documents, so that "none of them" is learned."""
    rng = np.random.default_rng(seed)
    parts: list[tuple[np.ndarray, ...]] = []
    for one in seen:
        vendor, weight = one.vendor, natural_weight(one.vendor)
        n_personas, owner = len(vendor.profiles.personas), vendor.profiles.pain_persona
        for _ in range(repeats):
            kept = np.ones(len(owner), dtype=bool)
            kept[rng.integers(len(owner))] = False
            chosen = np.where((vendor.pain >= 0) & kept[vendor.pain], vendor.pain, -1)
            for persona in range(n_personas) if by_persona else [None]:
                offered = kept if persona is None else kept & (owner == persona)
                rows = np.flatnonzero(
                    np.ones(len(chosen), dtype=bool)
                    if persona is None
                    else (vendor.persona == persona) | ~vendor.speaks
                )
                size = np.array([(kept & (owner == p)).sum() for p in range(n_personas)])
                prior = -np.log(size[owner]) - (np.log(n_personas) if persona is None else 0.0)
                share = (
                    1.0 if persona is None else np.where(vendor.speaks[rows], 1.0, 1 / n_personas)
                )
                many = (len(rows), 1)
                parts.append(
                    (
                        one.features[rows],
                        np.tile(offered, many),
                        np.tile(prior, many),
                        one.relevance[rows],
                        chosen[rows],
                        weight[rows] * share / repeats,
                    )
                )
    return choices(parts)


def fit_speakers(seen: list[Seen], head: Head, *, per_vendor: int = 150, seed: int = 11) -> Head:
    """Temper, overlap, title and none weights from made-up speakers of vendors not fitted on."""
    rng = np.random.default_rng(seed)
    groups = []
    for one in seen:
        profiles = one.vendor.profiles
        everyone = list(range(len(profiles.personas)))
        cases = [(everyone, per_vendor)] + [
            ([q for q in everyone if q != p], per_vendor // 8) for p in everyone
        ]
        for offered, count in cases:
            groups.append(_speaker_group(one, head, offered, count, rng))
    tried = [(overlap, *_pooling(groups, overlap)) for overlap in OVERLAPS]
    overlap, w, loss = min(tried, key=lambda one: one[2])
    print(f"speakers: log-loss {loss:.3f}, overlap {overlap}, weights {np.round(w, 2).tolist()}")
    return dataclasses.replace(
        head,
        temper=round(float(w[0]), 4),
        overlap=overlap,
        # segments are not in the training vendors' documents; a contradiction counts one to e
        explained=round(float(w[5]), 4),
        title=(round(float(w[1]), 4), round(float(w[2]), 4), -1.0),
        none=(round(float(w[3]), 4), round(float(w[4]), 4)),
    )


OVERLAPS = (0.0, 0.05, 0.1, 0.2, 0.4, 0.8, 1.6)
Group = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray]


def _pooling(groups: list[Group], overlap: float) -> tuple[np.ndarray, float]:
    """Weights of evidence, titles and none for one overlap (a convex fit), and the log-loss."""

    def loss(w: np.ndarray) -> tuple[float, np.ndarray]:
        total, n, slope = 0.0, 0, np.zeros(6)
        for said, statements, signs, foreign, truth in groups:
            apart, explained = pooled_evidence(said, statements, overlap)
            fitting = w[0] * apart + signs @ w[1:3] + w[5] * explained[:, None]
            utility = np.column_stack([fitting, w[3] + w[4] * foreign])
            utility -= utility.max(1, keepdims=True)
            chance = utility - np.log(np.exp(utility).sum(1, keepdims=True))
            total -= chance[np.arange(len(truth)), truth].sum()
            off = np.exp(chance)
            off[np.arange(len(truth)), truth] -= 1.0
            slope[0] += (off[:, :-1] * apart).sum()
            slope[1:3] += np.einsum("np,npk->k", off[:, :-1], signs)
            slope[3:5] += off[:, -1].sum(), (off[:, -1] * foreign).sum()
            slope[5] += (off[:, :-1] * explained[:, None]).sum()
            n += len(truth)
        return total / n + 1e-4 * float(w @ w), slope / n + 2e-4 * w

    best = minimize(loss, np.array([0.5, 3.0, 2.0, 0.0, 0.0, 0.5]), jac=True, method="L-BFGS-B")
    return best.x, float(best.fun)


def _speaker_group(
    one: Seen, head: Head, offered: list[int], count: int, rng: np.random.Generator
) -> Group:
    kept = np.isin(one.vendor.profiles.pain_persona, offered)
    profiles = _only(one.vendor.profiles, offered, kept)
    fitted = dataclasses.replace(head, centre=one.head.centre, projection=one.head.projection)
    evidence = persona_evidence(one.features[:, kept] @ head.world, one.relevance, profiles, fitted)
    speakers = make_speakers(
        one.vendor, np.round(evidence, 6), sigmoid(one.relevance), offered, count=count, rng=rng
    )
    signs, foreign = _title_rows(speakers, profiles, rng)
    truth = np.array([s.truth if s.truth >= 0 else len(offered) for s in speakers])
    said = np.array([s.said for s in speakers])
    return said, np.array([s.statements for s in speakers]), signs, foreign, truth


def _title_rows(
    speakers: list[Speaker], profiles: Profiles, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    signs, foreign = [], []
    for speaker in speakers:
        seen = profiles
        if rng.random() < 0.35:  # a title that the documents do not list, but one like it
            seen = dataclasses.replace(profiles, titles=without_title(profiles, speaker.title))
        signs.append(speaker_features([speaker.title], [""], seen)[0, :, :2])
        foreign.append(float(has_own_title(speaker.title, seen)))
    return np.array(signs), np.array(foreign)


def _only(profiles: Profiles, offered: list[int], kept: np.ndarray) -> Profiles:
    place = {persona: i for i, persona in enumerate(offered)}
    return dataclasses.replace(
        profiles,
        personas=tuple(profiles.personas[p] for p in offered),
        titles=tuple(profiles.titles[p] for p in offered),
        segments=tuple(profiles.segments[p] for p in offered),
        pains=tuple(k for k, keep in zip(profiles.pains, kept, strict=True) if keep),
        pain_persona=np.array([place[int(p)] for p in profiles.pain_persona[kept]]),
    )


def fit_thresholds(seen: list[Seen], head: Head, rows: Choices) -> Head:
    """Where to accept, and what counts as denying, on vendors not fitted on."""
    chance = torch.exp(
        choice_log_probability(rows, torch.tensor(np.append(head.pain, head.pain_null)).float())
    ).numpy()
    top = chance[:, :-1].argmax(1)
    sure, right = chance[np.arange(len(top)), top], top == rows.chosen.numpy()
    accept = lowest_at_precision(sure, right, rows.weight.numpy(), PRECISION)
    denial = np.concatenate([sigmoid(s.denial)[s.vendor.speaks] for s in seen])
    denies = np.concatenate([s.vendor.denies[s.vendor.speaks] for s in seen])
    weight = np.concatenate([natural_weight(s.vendor)[s.vendor.speaks] for s in seen])
    return dataclasses.replace(
        head,
        accept_at=round(accept, 3),
        review_at=round(accept / 2, 3),
        # a denial is quoted as what speaks against a brief, so it must be sure; at most 12 % of denying may be called raising;
        # what lies between is neutral
        denies_at=round(lowest_at_precision(denial, denies, weight, PRECISION), 4),
        raises_below=round(quantile(denial[denies], weight[denies], 0.12), 4),
    )


def lowest_at_precision(
    sure: np.ndarray, right: np.ndarray, weight: np.ndarray, target: float
) -> float:
    """The lowest probability from which what is said is right in ``target`` of the cases; 1 where none is."""
    order = np.argsort(-sure, kind="stable")
    reached = np.cumsum((right * weight)[order]) / np.cumsum(weight[order])
    good = np.flatnonzero(reached >= target)
    return float(sure[order[good[-1]]]) if len(good) else 1.0


def quantile(values: np.ndarray, weight: np.ndarray, q: float) -> float:
    """Weighted quantile."""
    order = np.argsort(values, kind="stable")
    place = np.searchsorted(np.cumsum(weight[order]) / weight.sum(), q)
    return float(values[order[min(int(place), len(order) - 1)]])


def train(
    vendors: dict[str, Vendor], *, encoder: Encoder, calibrate: int = 10
) -> tuple[Head, list[Seen]]:
    """The head to ship, and the vendors that its first fits did not see, as it sees them.

    ``vendors`` are `HEAD_VENDORS`, and ``encoder`` made their vectors. ``calibrate``: on how many of the ten left-out vendors of
    `TRAINING` the rest is fitted; with 5, the last five are seen by nothing.
    """
    held = folds(TRAINING)[0]
    calibrating = [*held[:calibrate], *FURTHER_CALIBRATION]
    fitted = [vendors[name] for name in HEAD_VENDORS if name not in (*held, *FURTHER_CALIBRATION)]
    head = fit_wording(fitted, blank_head(encoder.n_dims, family_of(encoder.name)))
    seen = [see(vendors[name], head) for name in calibrating]
    given = choice_rows(seen, by_persona=True, seed=1)
    head = with_choice(head, given, choice_rows(seen, by_persona=False, seed=2))
    return fit_thresholds(seen, fit_speakers(seen, head), given), seen


def head_without(cache: Path, encoder: Kept, name: str, *, calibrate: int = 5) -> Head:
    """The head that the last left-out vendors did not enter; kept under ``cache`` by the hash of all that it is fitted from."""
    here = Path(__file__).resolve().parent
    fits = [here / file for file in ("fit.py", "train_head.py", "vendors.py", "speakers_sim.py")]
    features = (here.parents[1] / "next_evidence" / "matching").glob("*.py")
    lines = [*(CORPUS / "train").iterdir(), *(CORPUS / "further").iterdir()]
    digest = hashlib.sha256(f"{encoder.fingerprint} {calibrate}".encode())
    for path in sorted([*fits, *features, *lines, CORPUS / "compose.py"]):
        digest.update(path.read_bytes())
    place = cache / "heads" / f"{name}-{digest.hexdigest()[:16]}"
    if not (place / "head.json").exists():
        say(f"fit a head without the held-out vendors: {name}")
        vendors = {vendor: load_vendor(vendor, encoder, retold=True) for vendor in HEAD_VENDORS}
        write_head(train(vendors, encoder=encoder, calibrate=calibrate)[0], place)
        encoder.save()
    return load_head(place)


def write_head(head: Head, to: Path) -> tuple[bytes, bytes]:
    """Write a head's two files; what they hold."""
    arrays, meta = dump_head(head)
    to.mkdir(parents=True, exist_ok=True)
    (to / "head.npz").write_bytes(arrays)
    (to / "head.json").write_bytes(meta)
    return arrays, meta


def with_choice(head: Head, given: Choices, library: Choices) -> Head:
    """The head with the choice among pains fitted."""
    pain, pain_null = fit_choice(given)
    world, world_null = fit_choice(library)
    return dataclasses.replace(
        head, pain=pain, pain_null=pain_null, world=world, world_null=world_null
    )


def main() -> None:
    """Fit, write, and say what was written."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cache", type=Path, required=True)
    parser.add_argument("--encoder", default="adapted")
    parser.add_argument(
        "--to", type=Path, help="folder for the head; default: where the package ships it"
    )
    arguments = parser.parse_args()
    target = arguments.to
    if target is None:
        if arguments.encoder not in HEADS:
            parser.error("a head of another encoder needs --to FOLDER")
        target = ASSETS / HEADS[arguments.encoder]
    encoder = encoder_named(arguments.encoder, arguments.cache)
    vendors = {name: load_vendor(name, encoder, retold=True) for name in HEAD_VENDORS}
    encoder.save()
    head, _ = train(vendors, encoder=encoder)
    notes = {
        "encoder": encoder.name,
        "vendors": str(len(vendors)),
        "encoder_fingerprint": encoder.fingerprint,
    }
    arrays, meta = write_head(dataclasses.replace(head, notes=notes), target)
    sys.stdout.write(f"{len(arrays) + len(meta)} bytes\n{meta.decode()}")


if __name__ == "__main__":
    main()
