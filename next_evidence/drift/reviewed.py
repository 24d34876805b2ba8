"""Shares of accounts corrected with the matches that people reviewed at random."""

from __future__ import annotations

import numpy as np
import polars as pl

from next_evidence.drift.ballots import Bools, Floats, Ints
from next_evidence.drift.rows import DIGITS
from next_evidence.drift.votes import raising_chance
from next_evidence.review.decisions import ACCEPTED, MATCH, MOVED, REJECTED
from next_evidence.review.queue import RANDOM
from next_evidence.schemas import DECISIONS, HEARD, MATCHES, SHARES, check
from next_evidence.settings import ReviewSettings
from next_evidence.stats.prediction_powered import Labelled, corrected_share

_PRIOR = 5.0  # right matches at even odds that the scale starts from: few labels leave probabilities as they are
_REVIEWED = pl.Schema(
    {
        "persona_id": pl.String(),
        "pain_id": pl.String(),
        "share_reviewed": pl.Float64(),
        "share_reviewed_low": pl.Float64(),
        "share_reviewed_high": pl.Float64(),
        "reviewed_matches": pl.Int64(),
    }
)


def with_reviewed_shares(
    shares: pl.DataFrame,
    *,
    matches: pl.DataFrame,
    heard: pl.DataFrame,
    verdicts: pl.DataFrame,
    cycle: str,
    level: float,
    review: ReviewSettings,
) -> pl.DataFrame:
    """Shares of one cycle, corrected where people reviewed enough of its matches.

    What is predicted of an account and a pain is ``1 - prod(1 - p)`` over its conversations, ``p`` the surest match of each. What is
    true of it is 1 where a reviewed match means the pain; else what its other matches say, at the rates at which reviewed ones are right. An account of ``m`` matches of which each was drawn
    with chance ``d`` stands for ``1 / (1 - (1 - d)**m)`` accounts. Only accepted and review matches are drawn, so the corrected share, too, is of
    what matching linked to some pain of the persona.

    Parameters
    ----------
    shares
        ``SHARES`` rows. Those of other cycles, of segments and of personas whose evidence waits for a person stay as they are.
    matches
        ``MATCHES`` of the cycle, with or without the verdicts in them.
    heard
        ``HEARD``; other cycles' rows are left out.
    verdicts
        ``DECISIONS`` in force on statements of the cycle. Only random ones count: those that were sought out are not typical. Verdicts on
        other cycles would hold the share where it was then (docs/decisions/0014-reviewed-shares.md).
    level
        Of the interval, 0 to 1.
    review
        ``min_accounts``: accounts of a persona with a reviewed match, from which its shares are corrected.

    Returns
    -------
    ``SHARES`` with ``share_reviewed``, ``share_reviewed_low``, ``share_reviewed_high`` and ``reviewed_matches``, in the order given; these
    are null where nothing was corrected.
    """
    labels = _labels(verdicts, cycle)
    linked = _linked(check(matches, MATCHES, table="matches"), labels, cycle)
    chance = labels.height / linked.height if linked.height else 0.0
    voters = check(heard, HEARD, table="heard").filter(pl.col("cycle") == cycle)
    linked = linked.join(voters, on=["persona_id", "account_id"], how="semi")
    rows = []
    for persona_id in sorted(labels["persona_id"].unique()):
        mine = pl.col("persona_id") == persona_id
        ours = linked.filter(mine)
        reviewed = ours.filter("reviewed")
        if (
            review.required_of(persona_id)
            or reviewed["account_id"].n_unique() < review.min_accounts
        ):
            continue
        known = shares.filter(mine, pl.col("cycle") == cycle)["pain_id"].unique().sort().to_list()
        units = voters.filter(mine)["account_id"].n_unique()
        corrected = _corrected(ours, known, chance=chance, units=units, level=level)
        rows += [
            (persona_id, pain_id, *bounds, reviewed.height)
            for pain_id, bounds in zip(known, corrected, strict=True)
        ]
    found = pl.DataFrame(rows, schema=_REVIEWED, orient="row").with_columns(
        cycle=pl.lit(cycle), segment=pl.lit(None, pl.String)
    )
    keys = ["cycle", "persona_id", "pain_id", "segment"]
    joined = shares.drop(list(_REVIEWED)[2:]).join(
        found, on=keys, how="left", nulls_equal=True, maintain_order="left"
    )
    return check(joined, SHARES, table="shares")


def reviewed_at_random(verdicts: pl.DataFrame) -> pl.DataFrame:
    """``DECISIONS`` on matches that were drawn at random and judged."""
    return check(verdicts, DECISIONS, table="decisions").filter(
        pl.col("kind") == MATCH,
        pl.col("drawn") == RANDOM,
        pl.col("verdict").is_in([ACCEPTED, REJECTED, MOVED]),
    )


def _labels(verdicts: pl.DataFrame, cycle: str) -> pl.DataFrame:
    """What was shown and what the person said it means; ``meant`` null: none of the persona's pains."""
    return (
        reviewed_at_random(verdicts)
        .filter(pl.col("cycle") == cycle)
        .select(
            "persona_id",
            utterance_id="subject",
            shown="pain_id",
            said="confidence",
            meant=pl.when(pl.col("verdict") != REJECTED).then(pl.coalesce("to_pain_id", "pain_id")),
        )
    )


def _linked(matches: pl.DataFrame, labels: pl.DataFrame, cycle: str) -> pl.DataFrame:
    """Matches that could be drawn, as they were shown: the person's verdict must not be its own prediction."""
    reviewed = pl.col("shown").is_not_null()
    linked = pl.col("status").is_in(["accepted", "review"]) & pl.col("pain_id").is_not_null()
    return (
        matches.filter(pl.col("cycle") == cycle)
        .join(labels, on=["utterance_id", "persona_id"], how="left")
        .filter(linked | reviewed)
        .select(
            "persona_id",
            "account_id",
            "conversation_id",
            "utterance_id",
            "meant",
            reviewed=reviewed,
            pain_id=pl.coalesce("shown", "pain_id"),
            chance=pl.coalesce("said", "confidence"),
            raising=raising_chance(),
        )
        .sort("persona_id", "account_id", "conversation_id", "utterance_id")
    )


def _corrected(
    linked: pl.DataFrame, pain_ids: list[str], *, chance: float, units: int, level: float
) -> list[tuple[float, float, float]]:
    """Corrected share and bounds of each pain, from one persona's linked matches."""
    _, account = np.unique(linked["account_id"].to_numpy().astype(str), return_inverse=True)
    _, talk = np.unique(linked["conversation_id"].to_numpy().astype(str), return_inverse=True)
    reviewed = linked["reviewed"].to_numpy().astype(bool)
    shown, meant = (
        np.array([[p == k for k in pain_ids] for p in linked[name]])
        for name in ("pain_id", "meant")
    )
    said, raising = linked["chance"].to_numpy(), linked["raising"].to_numpy()[:, None]
    predicted = _likelihoods(np.where(shown, said[:, None], 0.0) * raising, account, talk)
    weight: Floats = np.power(1.0 - (1.0 - chance) ** np.bincount(account), -1.0)

    def labelled_by(counted: Bools) -> list[Labelled]:
        known = np.where(counted[:, None], meant, _meaning(said, shown, meant, counted))
        # nobody is asked whether a statement denies its pain
        truth = _likelihoods(known.astype(float) * raising, account, talk)
        drawn = np.bincount(account, weights=counted) > 0
        return [
            Labelled(predicted[drawn, k], truth[drawn, k], weight[drawn])
            for k in range(len(pain_ids))
        ]

    labelled = labelled_by(reviewed)
    without = [labelled_by(reviewed & (account != left)) for left in np.unique(account[reviewed])]
    found = []
    for k, one in enumerate(labelled):
        replicates = [others[k] for others in without]
        share = corrected_share(predicted[:, k], units, one, replicates=replicates, level=level)
        low, high = round(share.low, DIGITS), round(share.high, DIGITS)
        found.append((round(share.share, DIGITS), low, high))
    return found


def _meaning(said: Floats, shown: Bools, meant: Bools, reviewed: Bools) -> Floats:
    """How likely each match means each pain, as reviewed ones show; shape ``(n, n_pains)``.

    The pain that is shown: its printed probability, scaled to how often reviewed matches are right. Another: its part of what
    reviewed matches turned out to mean instead.
    """
    sure = np.where(reviewed, said, 0.0)
    right = float((shown & meant & reviewed[:, None]).sum())
    scale = (right + _PRIOR) / (float(sure.sum()) + _PRIOR)
    elsewhere = reviewed[:, None] & ~shown
    room = (elsewhere * (1.0 - said)[:, None]).sum(axis=0)
    part = (meant & elsewhere).sum(axis=0) / (room + 1.0)
    other = np.minimum(part, 1.0) * (1.0 - said)[:, None]
    return np.asarray(np.where(shown, np.minimum(scale * said, 1.0)[:, None], other))


def _likelihoods(chance: Floats, account: Ints, conversation: Ints) -> Floats:
    """How likely each account raises each pain, shape ``(n_accounts, n_pains)``, by the rule of votes.

    The surest match of each conversation, combined as if conversations were independent.
    """
    talks, talk = np.unique(np.column_stack([account, conversation]), axis=0, return_inverse=True)
    surest = np.zeros((len(talks), chance.shape[1]))
    np.maximum.at(surest, talk.ravel(), chance)
    silent = np.ones((int(account.max()) + 1, chance.shape[1]))
    np.multiply.at(silent, talks[:, 0], 1.0 - surest)
    return np.asarray(1.0 - silent)
