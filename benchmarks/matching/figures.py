"""Figures of guesses that come with a confidence: how right, how sure, how well they abstain; with bootstrap intervals."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import polars as pl
from sklearn.metrics import roc_auc_score

BINS = 10
RESAMPLES = 200
SEED = 17


@dataclass(frozen=True)
class Guesses:
    """One guess a statement, each array of shape ``(n,)``.

    Attributes
    ----------
    confidence
        What the method gives as probability that its guess is right; 0 where it has no guess.
    right
        Whether persona and pain are the true ones.
    accepted
        Whether the method counts the guess as evidence.
    label, guess
        Number of the true pain and of the guessed one, -1 for none. Pains of different vendors have different numbers.
    world
        ``known`` (a pain of the documents), ``unknown`` (a pain of no document) or ``noise``.
    persona_right, persona_known
        Whether the persona is the speaker's, and whether the truth says whose it is.
    group
        Number of the account: what one customer says resembles itself, so accounts are drawn again together.
    """

    confidence: np.ndarray
    right: np.ndarray
    accepted: np.ndarray
    label: np.ndarray
    guess: np.ndarray
    world: np.ndarray
    persona_right: np.ndarray
    persona_known: np.ndarray
    group: np.ndarray


def ece(confidence: np.ndarray, right: np.ndarray, weight: np.ndarray | None = None) -> float:
    """Expected calibration error over ten bins of equal mass: the mean gap of confidence and share right."""
    order = np.argsort(confidence, kind="stable")
    mass = (np.ones(len(order)) if weight is None else weight)[order]
    total = mass.sum()
    bins = np.minimum((BINS * (np.cumsum(mass) - mass / 2) / total).astype(int), BINS - 1)
    gaps = np.bincount(bins, weights=mass * (confidence - right)[order], minlength=BINS)
    return float(np.abs(gaps).sum() / total)


def augrc(confidence: np.ndarray, right: np.ndarray, weight: np.ndarray | None = None) -> float:
    """Area under the generalised risk-coverage curve: the mean share, over coverages, of accepted and wrong.

    .. [1] Traub, J. et al. (2024). Overcoming common flaws in the evaluation of selective classification systems. NeurIPS.
    """
    order = np.argsort(-confidence, kind="stable")
    mass = (np.ones(len(order)) if weight is None else weight)[order]
    return float((mass * np.cumsum(mass * ~right[order])).sum() / mass.sum() ** 2)


def auroc(inside: np.ndarray, outside: np.ndarray) -> float:
    """How often a score from inside lies above one from outside; ties count half."""
    truth = np.r_[np.ones(len(inside)), np.zeros(len(outside))]
    return float(roc_auc_score(truth, np.r_[inside, outside]))


def log_loss(confidence: np.ndarray, right: np.ndarray) -> float:
    """Mean negative log-likelihood in nats; 0 and 1 are cut at one in a million."""
    p = np.clip(confidence, 1e-6, 1 - 1e-6)
    return float(-np.where(right, np.log(p), np.log1p(-p)).mean())


def macro_f1(guesses: Guesses, weight: np.ndarray) -> float:
    """Mean F1 over the pains of the documents that were said; only accepted guesses count."""
    size = int(max(guesses.label.max(), guesses.guess.max())) + 1

    def count(labels: np.ndarray, rows: np.ndarray) -> np.ndarray:
        return np.bincount(labels[rows], weights=weight[rows], minlength=size)

    said = count(guesses.label, guesses.world == "known")
    claimed = count(guesses.guess, guesses.accepted & (guesses.guess >= 0))
    hit = count(guesses.label, guesses.accepted & guesses.right)
    there = said > 0
    f1 = 2 * hit[there] / (said[there] + claimed[there])
    return float(f1.mean()) if there.any() else float("nan")


def _share(of: np.ndarray, among: np.ndarray, weight: np.ndarray) -> float:
    total = weight[among].sum()
    return float(weight[among & of].sum() / total) if total else float("nan")


def _augrc_of_known(guesses: Guesses, weight: np.ndarray) -> float:
    known = guesses.world == "known"
    if not weight[known].any():
        return float("nan")
    return augrc(guesses.confidence[known], guesses.right[known], weight[known])


WEIGHTED: dict[str, Callable[[Guesses, np.ndarray], float]] = {
    "precision": lambda g, w: _share(g.right, g.accepted, w),
    "recall": lambda g, w: _share(g.right & g.accepted, g.world == "known", w),
    "macro_f1": macro_f1,
    "ece": lambda g, w: ece(g.confidence, g.right, w),
    "augrc": _augrc_of_known,
}
"""Figures that come with an interval."""


def figures(guesses: Guesses) -> dict[str, float | list[float] | None]:
    """Every figure; those of `WEIGHTED` as ``[value, low, high]``, 95 %, whole accounts drawn again.

    None where nothing can be said, such as the AUROC of a kind of source without noise.
    """
    once = np.ones(len(guesses.right))
    drawn = _draws(guesses.group)
    found: dict[str, float | list[float] | None] = {"statements": len(guesses.right)}
    for name, figure in WEIGHTED.items():
        value = figure(guesses, once)
        found[name] = (
            None
            if np.isnan(value)
            else [_round(value), *_interval([figure(guesses, weight) for weight in drawn])]
        )
    placed = guesses.accepted & guesses.persona_known
    found["persona"] = _or_none(_share(guesses.persona_right, placed, once))
    found["noise"] = _or_none(_share(guesses.world == "noise", guesses.accepted, once))
    found["log_loss"] = _round(log_loss(guesses.confidence, guesses.right))
    found["brier"] = _round(((guesses.confidence - guesses.right) ** 2).mean())
    known = guesses.confidence[guesses.world == "known"]
    for world in ("noise", "unknown"):
        outside = guesses.confidence[guesses.world == world]
        found[f"auroc_{world}"] = _round(auroc(known, outside)) if len(outside) else None
    return found


def _draws(group: np.ndarray) -> list[np.ndarray]:
    """How often each row is drawn when whole accounts are drawn with replacement, again and again."""
    rng = np.random.default_rng(SEED)
    names, place = np.unique(group, return_inverse=True)
    chances = np.full(len(names), 1 / len(names))
    return [rng.multinomial(len(names), chances)[place].astype(float) for _ in range(RESAMPLES)]


def _interval(values: list[float]) -> list[float]:
    return [_round(value) for value in np.nanquantile(values, [0.025, 0.975])]


def _or_none(value: float) -> float | None:
    return None if np.isnan(value) else _round(value)


def _round(value: float) -> float:
    return round(float(value), 4)


def likeliest(matches: pl.DataFrame) -> pl.DataFrame:
    """``MATCHES`` beside the truth, with the likeliest pain as ``guess_persona, guess_pain, confidence, accepted``.

    Where nothing is linked, the likeliest pain is the runner-up; somebody of no persona has none, and confidence 0.
    """
    linked = pl.col("pain_id").is_not_null()
    return matches.with_columns(
        guess_persona="persona_id",
        guess_pain=pl.coalesce("pain_id", "runner_up_pain_id"),
        confidence=pl.when(linked)
        .then("confidence")
        .otherwise("runner_up_confidence")
        .fill_null(0.0),
        accepted=pl.col("status") == "accepted",
    )


def guesses_of(rows: pl.DataFrame) -> Guesses:
    """Rows as numbers."""
    true, guess = (
        pl.concat_str("vendor", *columns, separator="\n").fill_null("")
        for columns in (("true_persona", "true_pain"), ("guess_persona", "guess_pain"))
    )
    rows = rows.with_columns(true=true, guess=guess)
    names = {name: n for n, name in enumerate(sorted({*rows["true"], *rows["guess"]} - {""}))}
    label = np.array([names.get(name, -1) for name in rows["true"]])
    guessed = np.array([names.get(name, -1) for name in rows["guess"]])
    world = np.where(
        rows["known"].to_numpy(),
        "known",
        np.where(rows["true_pain"].is_null().to_numpy(), "noise", "unknown"),
    )
    account = rows.select(pl.struct("vendor", pl.col("account_id").fill_null("")).rank("dense"))
    return Guesses(
        confidence=rows["confidence"].to_numpy(),
        right=(label == guessed) & (label >= 0) & (world == "known"),
        accepted=rows["accepted"].to_numpy(),
        label=label,
        guess=guessed,
        world=world,
        persona_right=(rows["guess_persona"] == rows["true_persona"]).fill_null(False).to_numpy(),
        persona_known=rows["true_persona"].is_not_null().to_numpy(),
        group=account.to_series().to_numpy().astype(np.int64),
    )


def stance_figures(rows: pl.DataFrame) -> dict[str, float | None]:
    """Of true denials the share counted as raising, of raising statements the share called denial, and of accepted denials the share that deny."""
    denies, raises = (rows.filter(true_stance=stance)["stance"] for stance in ("denies", "raises"))
    called = rows.filter(pl.col("accepted"), stance="denies")["true_stance"]
    return {
        "denials_counted_as_raising": _part_of(denies == "raises"),
        "raising_called_denial": _part_of(raises == "denies"),
        "called_denial_denies": _part_of((called == "denies").fill_null(False)),
    }


def _part_of(of: pl.Series) -> float | None:
    return round(int(of.sum()) / len(of), 4) if len(of) else None
