"""Scores and speakers to `MATCHES`, abstaining when nothing is likely."""

from __future__ import annotations

import numpy as np
import polars as pl

from next_evidence.matching.calibrate import UNCHANGED, Calibration
from next_evidence.matching.habit import with_habit
from next_evidence.matching.head import Head
from next_evidence.matching.profiles import Profiles
from next_evidence.matching.score import Scores
from next_evidence.schemas import MATCHES, check
from next_evidence.settings import MatchingSettings


def assign_matches(
    utterances: pl.DataFrame,
    scores: Scores,
    speakers: pl.DataFrame,
    *,
    profiles: Profiles,
    head: Head,
    rules: MatchingSettings,
    cycle: str,
    calibration: Calibration = UNCHANGED,
) -> pl.DataFrame:
    """Link each statement to a pain of its speaker's persona, or to none.

    ``confidence`` is the probability that the speaker is of the persona *and* means this pain, given also what else the
    speaker says in the cycle (`next_evidence.matching.habit`).

    ========= ==========================================================================
    accepted  ``confidence >= accept_at``
    review    ``confidence >= review_at``; ``pain_id`` is a proposal
    abstained relevant, but no known pain is likely; ``pain_id`` is null and the likeliest
              pain is the runner-up. What a persona means and no document has lies here.
    ambiguous relevant, but by somebody who could be of two personas, and so helps neither
    rejected  not likely to speak of any pain
    ========= ==========================================================================

    Parameters
    ----------
    utterances
        ``UTTERANCES`` rows of the cycle.
    scores
        Their scores, in the same order.
    speakers
        ``SPEAKERS`` rows of the cycle; a speaker who is missing has no persona.
    calibration
        What people's decisions have taught; by default probabilities stay as the head gives them.

    Returns
    -------
    ``MATCHES`` rows, one per utterance, by ``utterance_id``.
    """
    placed = utterances.select("speaker_key").join(
        speakers.select("speaker_key", "persona_id", "persona_confidence", "ambiguous_with"),
        on="speaker_key",
        how="left",
        maintain_order="left",
    )
    names = {persona: i for i, persona in enumerate(profiles.personas)}
    persona = np.array([names.get(p, -1) for p in placed["persona_id"]], dtype=np.int64)
    sure = np.where(persona >= 0, placed["persona_confidence"].fill_null(0.0).to_numpy(), 0.0)
    own = profiles.pain_persona[None, :] == persona[:, None]
    pains = with_habit(scores.pains, utterances, own)
    alone = np.where(own, np.round(pains * sure[:, None], 6), -1.0)
    # ranked before they are corrected: a correction has flat pieces, and ties would change the pain
    best, second = _two_best(alone)
    chances = calibration.apply(alone)
    rows = np.arange(len(chances))
    confidence = _value(chances, rows, best)
    status = np.select(
        [
            confidence >= rules.accept_at,
            confidence >= rules.review_at,
            (scores.relevance >= rules.relevant_at)
            & placed["ambiguous_with"].is_not_null().to_numpy(),
            scores.relevance >= rules.relevant_at,
        ],
        ["accepted", "review", "ambiguous", "abstained"],
        "rejected",
    )
    linked = np.isin(status, ["accepted", "review"])
    matches = utterances.with_columns(
        placed["persona_id"],
        placed["persona_confidence"].fill_null(0.0),
        pl.Series("pain_id", _names(np.where(linked, best, -1), profiles), dtype=pl.String),
        pl.Series("confidence", confidence),
        pl.Series(
            "runner_up_pain_id", _names(np.where(linked, second, best), profiles), dtype=pl.String
        ),
        pl.Series(
            "runner_up_confidence", np.where(linked, _value(chances, rows, second), confidence)
        ),
        pl.Series("relevance", scores.relevance),
        pl.Series("stance", stances(scores, head=head, rules=rules)),
        pl.Series("denial", scores.denial),
        pl.Series("status", status),
        pl.lit(cycle).alias("cycle"),
    )
    return check(matches, MATCHES, table="matches").sort("utterance_id")


def uncalibrated(matches: pl.DataFrame, alone: pl.DataFrame) -> pl.DataFrame:
    """What the head alone said of each link to a known pain: reviews are compared with it.

    Parameters
    ----------
    matches
        ``MATCHES`` of a cycle as they count.
    alone
        The same statements as `assign_matches` gives them without calibration.

    Returns
    -------
    ``cycle, utterance_id, persona_id, pain_id, uncalibrated``, by utterance id.
    """
    said = alone.select(
        "utterance_id",
        "persona_id",
        pain_id=pl.coalesce("pain_id", "runner_up_pain_id"),
        uncalibrated="confidence",
    )
    linked = matches.select("cycle", "utterance_id", "persona_id", "pain_id").drop_nulls()
    return linked.join(said, on=["utterance_id", "persona_id", "pain_id"]).sort("utterance_id")


def stances(scores: Scores, *, head: Head, rules: MatchingSettings) -> list[str]:
    """``raises``, ``denies`` or, in doubt and for what speaks of no pain, ``neutral``."""
    stance = np.select(
        [
            scores.relevance < rules.relevant_at,
            scores.denial >= head.denies_at,
            scores.denial < head.raises_below,
        ],
        ["neutral", "denies", "raises"],
        "neutral",
    )
    return [str(s) for s in stance]


def _two_best(chances: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Columns of the two largest values that are not negative, -1 where there is none."""
    if chances.shape[1] == 0:
        none = np.full(len(chances), -1)
        return none, none
    # a stable sort: of equal chances the first pain id wins
    order = np.argsort(-chances, axis=1, kind="stable")[:, :2]
    if order.shape[1] == 1:
        order = np.column_stack([order, np.full(len(order), -1)])
    found = np.take_along_axis(chances, np.maximum(order, 0), axis=1) >= 0.0
    order = np.where(found & (order >= 0), order, -1)
    return order[:, 0], order[:, 1]


def _value(chances: np.ndarray, rows: np.ndarray, column: np.ndarray) -> np.ndarray:
    if chances.shape[1] == 0:
        return np.zeros(len(rows))
    return np.asarray(np.where(column >= 0, chances[rows, np.maximum(column, 0)], 0.0))


def _names(column: np.ndarray, profiles: Profiles) -> list[str | None]:
    return [profiles.pains[k].pain_id if k >= 0 else None for k in column.tolist()]
