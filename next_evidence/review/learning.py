"""What random decisions teach: probabilities that fit this team, and a bar that keeps what it promises."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import polars as pl

from next_evidence.matching.calibrate import UNCHANGED, Calibration, fit_any, held_out, log_loss
from next_evidence.review.decisions import ACCEPTED, CALIBRATION, MATCH, MOVED, REJECTED, THRESHOLD
from next_evidence.review.queue import RANDOM, lane
from next_evidence.settings import MatchingSettings, ReviewSettings
from next_evidence.stats.conformal import conformal_bars
from next_evidence.stats.risk_control import certified_threshold

FRESH = 25  # decisions since the last promotion before another is tried
ERROR = 0.1  # chance that a certified bar is too low


@dataclass(frozen=True)
class Models:
    """What matches were made with; what was learnt on one pair says nothing of another."""

    encoder: str
    head: str


@dataclass(frozen=True)
class Promotion:
    """Something learnt that is worth using, as it goes into the log of decisions."""

    kind: str
    detail: Mapping[str, Any]


@dataclass(frozen=True)
class Trial:
    """What became of an attempt to learn: a promotion or none, and why, in plain words."""

    promotion: Promotion | None
    reason: str


def labels(decided: pl.DataFrame, models: Models) -> pl.DataFrame:
    """Decisions to learn probabilities from: random ones, on known pains, of these models.

    Those that were sought out are left out: which ones were is no accident, and most had no chance to be drawn, so
    that no weight can make them typical.

    Parameters
    ----------
    decided
        ``DECISIONS`` in force.

    Returns
    -------
    Columns ``uncalibrated, right, account, at, lane``, by lane: the order in which they were drawn. ``account`` of somebody
    whom the CRM does not know is the statement itself.
    """
    found = decided.filter(
        pl.col("kind") == MATCH,
        pl.col("drawn") == RANDOM,
        pl.col("verdict").is_in([ACCEPTED, REJECTED, MOVED]),
        pl.col("uncalibrated").is_not_null(),
        pl.col("encoder") == models.encoder,
        pl.col("head") == models.head,
    )
    coins = [lane(*key) for key in found.select("cycle", "subject").iter_rows()]
    return found.select(
        "uncalibrated",
        "at",
        right=pl.col("verdict") == ACCEPTED,
        account=pl.coalesce("account_id", "subject"),
        lane=pl.Series(coins, dtype=pl.Float64),
    ).sort("lane")


def try_calibration(decided: pl.DataFrame, models: Models, *, review: ReviewSettings) -> Trial:
    """Fit probabilities to decisions; promote them only if they are better on accounts they have not seen.

    What is in use was fitted to older decisions; so both are compared on the decisions that are newer than it, the new
    fit without each account in turn.

    Parameters
    ----------
    decided
        ``DECISIONS`` in force, promotions among them.
    """
    found = labels(decided, models)
    if found.height < review.min_decisions:
        return Trial(
            None, f"{found.height} of the {review.min_decisions} random decisions that it takes"
        )
    current = decided.filter(pl.col("kind") == CALIBRATION)
    using, fresh = UNCHANGED, np.ones(found.height, dtype=bool)
    if current.height and _models_of(current) == models:
        using = calibration_of(current)
        fresh = (found["at"] > current["at"][-1]).to_numpy()
        if fresh.sum() < FRESH:
            return Trial(None, f"{int(fresh.sum())} new random decisions; {FRESH} are needed")
    probability, right = found["uncalibrated"].to_numpy(), found["right"].to_numpy()
    refitted = held_out(probability, right, found["account"].to_numpy().astype(str))
    after = log_loss(refitted[fresh], right[fresh])
    now = log_loss(using.apply(probability)[fresh], right[fresh])
    if after >= now:
        return Trial(
            None, f"held-out log-loss would be {after:.4f} and is {now:.4f}: left as it is"
        )
    detail = {
        **asdict(fit_any(probability, right)),
        "log_loss_before": round(now, 6),
        "log_loss_after": round(after, 6),
        **asdict(models),
    }
    told = f"{found.height} random decisions: held-out log-loss {now:.4f} becomes {after:.4f}"
    return Trial(Promotion(CALIBRATION, detail), told)


def try_threshold(
    decided: pl.DataFrame, models: Models, *, matching: MatchingSettings, review: ReviewSettings
) -> Trial:
    """Find the lowest bar of ``accepted`` that decisions show to be right often enough.

    One decision an account, the first that was drawn. The bar is one of the head's own probability, which no
    calibration turns round. What it promises is ``review.accept_by``: precision above the bar (learn then test), or how many of the wrong matches
    lie above it (a conformal set that holds "right" alone).
    """
    found = labels(decided, models).unique("account", keep="first", maintain_order=True)
    score, right = found["uncalibrated"].to_numpy(), found["right"].to_numpy().astype(bool)
    promise: dict[str, float]
    if review.accept_by == "conformal":
        promise = {"wrong_accepted": review.wrong_accepted}
        wanted = f"that at most {review.wrong_accepted:.0%} of wrong matches are accepted, at {ERROR:.0%} error,"
        above = conformal_bars(score, right, miss=review.wrong_accepted, error=ERROR).sure_above
        # probabilities have six decimals: the next one above
        bar = None if above is None else max(matching.review_at, round(above + 1e-6, 6))
    else:
        promise = {"precision": review.precision}
        wanted = f"a precision of {review.precision:g} at {ERROR:.0%} error"
        bars = np.round(np.arange(0.3, 0.96, 0.05), 2)
        bar = certified_threshold(
            score,
            right,
            precision=review.precision,
            error=ERROR,
            candidates=bars[bars >= matching.review_at],
        )
    if bar is None:
        return Trial(None, f"decisions on {found.height} accounts do not show {wanted} for any bar")
    current = decided.filter(pl.col("kind") == THRESHOLD)
    shown = {"uncalibrated": bar, **promise, **asdict(models)}
    if current.height:
        old = json.loads(current["detail"][-1])
        if {key: old[key] for key in old if key != "accounts"} == shown:
            return Trial(None, f"decisions on {found.height} accounts show the same bar as before")
    told = f"decisions on {found.height} accounts show {wanted} from {bar:g}"
    return Trial(Promotion(THRESHOLD, {**shown, "accounts": found.height}), told)


def calibration_of(decided: pl.DataFrame) -> Calibration:
    """The last calibration among decisions; `UNCHANGED` when there is none."""
    rows = decided.filter(pl.col("kind") == CALIBRATION)
    if rows.is_empty():
        return UNCHANGED
    detail = json.loads(rows["detail"][-1])
    return Calibration(
        intercept=detail["intercept"],
        slope=detail["slope"],
        decisions=detail["decisions"],
        knots=tuple((old, new) for old, new in detail["knots"]),
    )


@dataclass(frozen=True)
class Learnt:
    """What a cycle uses of what was learnt. ``accept_at`` None: the setting's. ``refused``: what it does not use, and why."""

    calibration: Calibration
    accept_at: float | None
    refused: tuple[str, ...]

    def applied_to(self, matching: MatchingSettings) -> MatchingSettings:
        """The settings of matching, with the learnt bar in place of theirs."""
        if self.accept_at is None:
            return matching
        return matching.model_copy(update={"accept_at": self.accept_at})


def learnt_by(decided: pl.DataFrame, models: Models, *, matching: MatchingSettings) -> Learnt:
    """The calibration and the bar in force, unless they were learnt on other models."""
    refused = []
    usable = {}
    for kind in (CALIBRATION, THRESHOLD):
        rows = decided.filter(pl.col("kind") == kind)
        if rows.height and _models_of(rows) != models:
            refused.append(
                f"the {kind} promoted on {rows['at'][-1]:%Y-%m-%d} was learnt with another encoder or matching head and is "
                "not used; it is learnt anew from reviews of what this one matched"
            )
            rows = rows.clear()
        usable[kind] = rows
    calibration = calibration_of(usable[CALIBRATION])
    accept_at = None
    if usable[THRESHOLD].height:
        bar = json.loads(usable[THRESHOLD]["detail"][-1])["uncalibrated"]
        accept_at = max(matching.review_at, float(calibration.apply(np.array([bar]))[0]))
    return Learnt(calibration, accept_at, tuple(refused))


def _models_of(rows: pl.DataFrame) -> Models:
    detail = json.loads(rows["detail"][-1])
    return Models(detail["encoder"], detail["head"])
