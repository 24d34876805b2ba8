"""Do intervals of shares that reviews corrected hold the truth? A simulation of matching and of reviewing.

    python benchmarks/review/shares.py [--draws 400]

Accounts of one persona raise three pains with tastes of their own, in one statement or several. Matching links each to a pain with a
printed probability, which is right on average or too sure; what it links wrongly means another pain or none. Some matches are drawn at random
and judged without error. The truth is the share of all accounts such as these that mean the pain in something linked.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import product

import numpy as np
import polars as pl

from next_evidence.drift.reviewed import with_reviewed_shares
from next_evidence.schemas import DECISIONS, HEARD, MATCHES, SHARES
from next_evidence.settings import ReviewSettings
from next_evidence.stats.intervals import wilson_interval

CYCLE, PERSONA, PAINS = "2026-10", "ops-lead", ("often", "sometimes", "seldom")
TASTES = np.array([0.6, 0.3, 0.1])
MOMENT = datetime(2026, 10, 5, tzinfo=UTC)
LEVEL = 0.8
NONE = len(PAINS)


@dataclass(frozen=True)
class World:
    """How customers talk and how matching hears them.

    ``statements`` is the mean of linked statements an account; ``too_sure`` the slope of the printed log-odds
    against the true ones, 1 where probabilities are right.
    """

    statements: float
    too_sure: float


@dataclass(frozen=True)
class Said:
    """Linked statements, one row each, in arrays of shape ``(n,)``; ``meant`` is `NONE` where no pain is."""

    account: np.ndarray
    shown: np.ndarray
    meant: np.ndarray
    printed: np.ndarray

    def true_share(self, accounts: int) -> np.ndarray:
        """Share of accounts that mean each pain in anything linked."""
        raised = np.zeros((accounts, len(PAINS) + 1), dtype=bool)
        raised[self.account, self.meant] = True
        return np.asarray(raised[:, :NONE].mean(axis=0))


def say(world: World, accounts: int, rng: np.random.Generator) -> Said:
    """What some accounts say in a cycle; one in four of them says nothing that is linked."""
    count = np.where(
        rng.random(accounts) < 0.25, 0, 1 + rng.poisson(world.statements - 1, accounts)
    )
    account = np.repeat(np.arange(accounts), count)
    taste = rng.dirichlet(3 * TASTES, accounts)[account]
    shown = (taste.cumsum(axis=1) < rng.random(len(account))[:, None]).sum(axis=1).clip(0, 2)
    right = rng.beta(2.2, 1.2, len(account))
    other = np.where(
        rng.random(len(account)) < 0.4, (shown + rng.integers(1, 3, len(account))) % 3, NONE
    )
    meant = np.where(rng.random(len(account)) < right, shown, other)
    log_odds = world.too_sure * (np.log(right) - np.log1p(-right))
    return Said(account, shown, meant, np.clip(1 / (1 + np.exp(-log_odds)), 0.3, 0.99))


def tables(
    said: Said, accounts: int, labels: int, rng: np.random.Generator
) -> dict[str, pl.DataFrame]:
    """The product's own tables of one cycle, with ``labels`` random verdicts."""
    ids = [f"u{i}" for i in range(len(said.account))]
    known = [f"a{i}" for i in said.account]
    matches = _frame(
        MATCHES, len(ids), utterance_id=ids, conversation_id=ids, account_id=known, cycle=CYCLE, persona_id=PERSONA,
        pain_id=[PAINS[k] for k in said.shown], confidence=said.printed, stance="raises", status="accepted",
    )  # fmt: skip
    chosen = np.sort(rng.permutation(len(ids))[:labels])
    agreed, moved = said.meant == said.shown, (said.meant != said.shown) & (said.meant != NONE)
    verdict = np.where(agreed, "accepted", np.where(moved, "moved", "rejected"))
    decided = _frame(
        DECISIONS, len(chosen), decision_id=[ids[i] for i in chosen], at=MOMENT, kind="match", drawn="random", cycle=CYCLE,
        subject=[ids[i] for i in chosen], verdict=verdict[chosen], persona_id=PERSONA,
        pain_id=[PAINS[said.shown[i]] for i in chosen], confidence=said.printed[chosen],
        to_pain_id=[PAINS[said.meant[i]] if moved[i] else None for i in chosen],
    )  # fmt: skip
    heard = _frame(
        HEARD,
        accounts,
        cycle=CYCLE,
        persona_id=PERSONA,
        account_id=[f"a{i}" for i in range(accounts)],
    )
    shares = _frame(SHARES, len(PAINS), cycle=CYCLE, persona_id=PERSONA, pain_id=list(PAINS))
    return {"shares": shares, "matches": matches, "heard": heard, "verdicts": decided}


def _frame(schema: pl.Schema, height: int, **columns: object) -> pl.DataFrame:
    filled = {
        name: value if isinstance(value, (list, np.ndarray)) else [value] * height
        for name, value in columns.items()
    }
    rest = {name: [None] * height for name in schema if name not in filled}
    return pl.DataFrame({**filled, **rest}, schema_overrides=dict(schema)).select(list(schema))


def plain_share(said: Said, accounts: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Shares as counted, accounts from likelihood 0.4 on, with Wilson bounds."""
    silent = np.ones((accounts, len(PAINS)))
    np.multiply.at(silent, (said.account, said.shown), 1 - said.printed)
    raising = ((1 - silent) >= 0.4).sum(axis=0)
    return raising / accounts, *wilson_interval(raising, np.full(len(PAINS), accounts), level=LEVEL)


def coverage(world: World, accounts: int, labels: int, *, draws: int) -> pl.DataFrame:
    """How often intervals hold the truth, one row a pain."""
    rng = np.random.default_rng(
        [accounts, labels, int(10 * world.statements), int(10 * world.too_sure)]
    )
    truth = say(world, 200_000, rng).true_share(200_000)
    rows = []
    for _ in range(draws):
        said = say(world, accounts, rng)
        cycle = tables(said, accounts, labels, rng)
        made = with_reviewed_shares(**cycle, cycle=CYCLE, level=LEVEL, review=ReviewSettings())
        plain, low, high = plain_share(said, accounts)
        for k, row in enumerate(made.iter_rows(named=True)):
            if row["share_reviewed"] is None:
                continue
            a, b = row["share_reviewed_low"], row["share_reviewed_high"]
            rows.append(
                (PAINS[k], truth[k], a <= truth[k] <= b, b - a, row["share_reviewed"] - truth[k],
                 low[k] <= truth[k] <= high[k], high[k] - low[k], plain[k] - truth[k])
            )  # fmt: skip
    names = ["pain", "true", "held", "width", "error", "held_plain", "width_plain", "error_plain"]
    frame = pl.DataFrame(rows, schema=names, orient="row")
    return frame.group_by("pain", maintain_order=True).agg(pl.all().mean(), corrected=pl.len())


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--draws", type=int, default=400)
    draws = parser.parse_args().draws
    print(
        "| accounts | reviewed | statements | slope | pain | true | held | width | bias | held plain | width plain | bias plain |"
    )
    print("| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |")
    for accounts, labels, statements, too_sure in product(
        (25, 60), (20, 64), (1.3, 3.0), (1.0, 2.0)
    ):
        found = coverage(World(statements, too_sure), accounts, labels, draws=draws)
        for r in found.iter_rows(named=True):
            numbers = [
                r[n]
                for n in (
                    "true",
                    "held",
                    "width",
                    "error",
                    "held_plain",
                    "width_plain",
                    "error_plain",
                )
            ]
            told = " | ".join(f"{n:.3f}" for n in numbers)
            print(f"| {accounts} | {labels} | {statements} | {too_sure} | {r['pain']} | {told} |")


if __name__ == "__main__":
    main()
