"""Accounts and ARR behind a shift; unknown ARR is reported, never counted as zero."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta

import polars as pl

from next_evidence.brief.model import AffectedAccount, Exposure, TierLine
from next_evidence.records import Cycle
from next_evidence.schemas import ACCOUNTS, HEARD, check

RENEWAL_DAYS = 90


def exposure(
    account_ids: Collection[str], heard: pl.DataFrame, accounts: pl.DataFrame, *, cycle: Cycle
) -> Exposure:
    """What stands behind a shift, each account once.

    Parameters
    ----------
    account_ids
        Accounts behind the shift; repeats are ignored.
    heard
        ``HEARD`` rows of one persona and this cycle: tier, segment and ARR as they stood then.
    accounts
        ``ACCOUNTS`` for names, renewal dates, and what ``heard`` does not know.

    Returns
    -------
    Accounts by known ARR, largest first, unknown last. Renewals fall in the 90 days after the cycle's end;
    an account that renewed during the cycle is no longer one.
    """
    voters = check(heard, HEARD, table="heard").unique(
        "account_id", keep="first", maintain_order=True
    )
    crm = check(accounts, ACCOUNTS, table="accounts").unique(
        "account_id", keep="first", maintain_order=True
    )
    rows = (
        pl.DataFrame({"account_id": sorted(set(account_ids))}, schema={"account_id": pl.String()})
        .join(
            voters.select("account_id", "tier", "segment", "arr_usd"), on="account_id", how="left"
        )
        .join(crm, on="account_id", how="left", suffix="_crm")
        .with_columns(pl.coalesce(name, f"{name}_crm") for name in ("tier", "segment", "arr_usd"))
        .sort(["arr_usd", "account_id"], descending=[True, False], nulls_last=True)
    )
    affected = tuple(_account(row, cycle) for row in rows.iter_rows(named=True))
    renewals = tuple(
        sorted((a for a in affected if a.renews_soon), key=lambda a: (a.renewal_date, a.account_id))
    )
    return Exposure(
        accounts=affected,
        tiers=_tiers(affected, voters.join(crm, on="account_id", how="left", suffix="_crm")),
        accounts_heard=voters.height,
        arr_usd=known_arr(affected),
        arr_unknown=sum(a.arr_usd is None for a in affected),
        renewals=renewals,
        renewal_arr_usd=known_arr(renewals),
        renewal_unknown=sum(a.renewal_date is None for a in affected),
        renewal_days=RENEWAL_DAYS,
    )


def known_arr(accounts: Collection[AffectedAccount]) -> float | None:
    """Sum of the ARR that is known; None when it is known for none."""
    known = [account.arr_usd for account in accounts if account.arr_usd is not None]
    return float(sum(known)) if known else None


def _account(row: dict[str, object], cycle: Cycle) -> AffectedAccount:
    renewal = _date(row["renewal_date"])
    first, last = cycle.end.date(), cycle.end.date() + timedelta(days=RENEWAL_DAYS)
    arr = row["arr_usd"]
    return AffectedAccount(
        account_id=str(row["account_id"]),
        name=str(row["name"] or row["account_id"]),
        tier=str(row["tier"] or ""),
        segment=str(row["segment"] or ""),
        arr_usd=float(arr) if isinstance(arr, float) else None,
        renewal_date=renewal,
        renews_soon=renewal is not None and first <= renewal < last,
    )


def _date(value: object) -> date | None:
    try:
        return date.fromisoformat(str(value)[:10]) if value else None
    except ValueError:  # the CRM's renewal dates are free text; what is no date is unknown
        return None


def _tiers(affected: tuple[AffectedAccount, ...], voters: pl.DataFrame) -> tuple[TierLine, ...]:
    heard_in: dict[str, int] = {}
    for row in voters.iter_rows(named=True):
        tier = row["tier"] or row["tier_crm"] or ""
        heard_in[tier] = heard_in.get(tier, 0) + 1
    lines = []
    for tier in sorted(set(heard_in) | {a.tier for a in affected}):
        those = [a for a in affected if a.tier == tier]
        if those:
            unknown = sum(a.arr_usd is None for a in those)
            lines.append(
                TierLine(tier, len(those), heard_in.get(tier, 0), known_arr(those), unknown)
            )
    # most money first; a tier without any known ARR last
    return tuple(sorted(lines, key=lambda line: (-(line.arr_usd or -1.0), line.tier)))
