"""Short makers of valid tables: say what matters to a test, the rest is filled in.

>>> utterances({"text": "The export times out", "account_id": "acme"})["side"].to_list()
['customer']
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

import polars as pl

from next_evidence.errors import SchemaError
from next_evidence.schemas import TABLES, check

Row = Mapping[str, Any]
SPOKEN_AT = datetime(2026, 10, 2, 9, 0, tzinfo=UTC)
CYCLE = "2026-10"


def utterances(*rows: Row, **common: Any) -> pl.DataFrame:
    """``UTTERANCES``; ids count up, every row is one customer statement of a call."""
    return _table("utterances", rows, common, _utterance)


def turns(*rows: Row, **common: Any) -> pl.DataFrame:
    """``TURNS``, one a conversation unless said otherwise."""
    return _table(
        "turns",
        rows,
        common,
        lambda row, n: {
            "source": "calls",
            "conversation_id": f"c-{n}",
            "turn": 0,
            "text": "It is slow.",
        },
    )


def accounts(*rows: Row, **common: Any) -> pl.DataFrame:
    """``ACCOUNTS``: mid-market accounts of 10,000 dollars, unless said otherwise."""
    return _table(
        "accounts",
        rows,
        common,
        lambda row, n: {
            "account_id": f"account-{n}",
            "name": str(row.get("account_id", f"account-{n}")).title(),
            "domain": f"{row.get('account_id', f'account-{n}')}.example",
            "arr_usd": 10_000.0,
            "tier": "growth",
            "segment": "mid-market",
            "region": "EMEA",
        },
    )


def contacts(*rows: Row, **common: Any) -> pl.DataFrame:
    """``CONTACTS`` of the account ``acme``."""
    return _table(
        "contacts",
        rows,
        common,
        lambda row, n: {
            "contact_id": f"contact-{n}",
            "account_id": "acme",
            "name": f"Person {n}",
            "email": f"person{n}@{row.get('account_id', 'acme')}.example",
            "title": "RevOps Manager",
        },
    )


def matches(*rows: Row, **common: Any) -> pl.DataFrame:
    """``MATCHES``: accepted, of the persona ``ops-lead`` and the pain ``export``, raised."""
    return _table("matches", rows, common, _match)


def speakers(*rows: Row, **common: Any) -> pl.DataFrame:
    """``SPEAKERS`` who are surely the persona ``ops-lead``."""
    return _table(
        "speakers",
        rows,
        common,
        lambda row, n: {
            "cycle": CYCLE,
            "speaker_key": f"speaker-{n}",
            "account_id": "acme",
            "persona_id": "ops-lead",
            "persona_confidence": 0.9,
            "runner_up_confidence": 0.05,
            "statements": 3,
            "why": "title",
        },
    )


def pains(*rows: Row, **common: Any) -> pl.DataFrame:
    """``PAINS`` of the document, claimed by the persona ``ops-lead``."""
    return _table(
        "pains",
        rows,
        common,
        lambda row, n: {
            "cycle": CYCLE,
            "pain_id": f"pain-{n}",
            "persona_id": "ops-lead",
            "label": str(row.get("pain_id", f"pain-{n}")).replace("-", " "),
            "origin": "document",
            "status": "claimed",
            "first_cycle": CYCLE,
            "last_cycle": CYCLE,
            "keywords": [],
        },
    )


def heard(*rows: Row, **common: Any) -> pl.DataFrame:
    """``HEARD``: one account a row, of the persona ``ops-lead``, by way of calls."""
    return _table(
        "heard",
        rows,
        common,
        lambda row, n: {
            "cycle": CYCLE,
            "persona_id": "ops-lead",
            "account_id": f"account-{n}",
            "tier": "growth",
            "segment": "mid-market",
            "arr_usd": 10_000.0,
            "utterances": 3,
            "sources": ["calls"],
        },
    )


def votes(*rows: Row, **common: Any) -> pl.DataFrame:
    """``VOTES``: one account a row that raises the pain ``export``."""
    return _table(
        "votes",
        rows,
        common,
        lambda row, n: {
            "cycle": CYCLE,
            "persona_id": "ops-lead",
            "pain_id": "export",
            "account_id": f"account-{n}",
            "raises": True,
            "denies": False,
            "mentions": 1,
            "sources": ["calls"],
            "known_cycle": row.get("cycle", CYCLE),
            "likelihood": float(row.get("raises", common.get("raises", True))),
        },
    )


def shares(*rows: Row, **common: Any) -> pl.DataFrame:
    """``SHARES``; the share follows from the accounts, its bounds are the share itself."""
    return _table("shares", rows, common, _share)


def shifts(*rows: Row, **common: Any) -> pl.DataFrame:
    """``SHIFTS``: the pain ``export`` rises from 0.1 to 0.4 of twenty accounts, and surfaces."""
    return _table("shifts", rows, common, _shift)


def coverage(*rows: Row, **common: Any) -> pl.DataFrame:
    """``COVERAGE`` that is ok."""
    return _table(
        "coverage",
        rows,
        common,
        lambda row, n: {
            "cycle": CYCLE,
            "persona_id": "ops-lead",
            "accounts_in_crm": 40,
            "accounts_heard": 20,
            "utterances": 60,
            "detectable_change": 0.2,
            "state": "ok",
            "last_seen_at": SPOKEN_AT,
        },
    )


def _table(
    name: str, rows: tuple[Row, ...], common: Row, fill: Callable[[Row, int], dict[str, Any]]
) -> pl.DataFrame:
    """Rows over common values over defaults; a column that the table lacks is an error."""
    schema = TABLES[name]
    unknown = sorted({key for row in (*rows, common) for key in row} - set(schema))
    if unknown:
        raise SchemaError(name, tuple(f"no column {column}" for column in unknown))
    full = []
    for number, row in enumerate(rows, start=1):
        given = {**common, **row}
        full.append({**dict.fromkeys(schema), **fill(given, number), **given})
    return check(pl.DataFrame(full, schema=schema, orient="row"), schema, table=name)


def _utterance(row: Row, n: int) -> dict[str, Any]:
    text = str(row.get("text", f"The export times out, {n} times."))
    account = row.get("account_id", "acme")
    return {
        "utterance_id": f"u-{n}",
        "conversation_id": f"c-{n}",
        "source": "calls",
        "kind": "call",
        "account_id": account,
        "speaker_key": row.get("contact_id") or f"{account or 'nobody'}-speaker",
        "side": "customer",
        "spoken_at": SPOKEN_AT,
        "turn": 0,
        "start": 0,
        "end": len(text),
        "text": text,
        "context": text,
        "language": "en",
    }


def _match(row: Row, n: int) -> dict[str, Any]:
    pain = row.get("pain_id", "export")
    return {
        "utterance_id": f"u-{n}",
        "conversation_id": f"c-{n}",
        "account_id": f"account-{n}",
        "kind": "call",
        "spoken_at": SPOKEN_AT,
        "cycle": CYCLE,
        "persona_id": "ops-lead",
        "persona_confidence": 0.9,
        "pain_id": pain,
        "confidence": 0.9 if pain else 0.1,
        "runner_up_confidence": 0.05,
        "relevance": 0.95,
        "stance": "raises",
        "status": "accepted" if pain else "abstained",
        "source": "calls",
        "text": f"The export times out, {n} times.",
    }


def _share(row: Row, n: int) -> dict[str, Any]:
    accounts_heard, raising = (
        int(row.get("accounts_heard", 20)),
        int(row.get("accounts_raising", 5)),
    )
    share = raising / accounts_heard if accounts_heard else 0.0
    return {
        "cycle": CYCLE,
        "persona_id": "ops-lead",
        "pain_id": f"pain-{n}",
        "accounts_heard": accounts_heard,
        "accounts_raising": raising,
        "accounts_denying": 0,
        "share": share,
        "share_low": share,
        "share_high": share,
        "share_mix_adjusted": share,
    }


def _shift(row: Row, n: int) -> dict[str, Any]:
    before, now = float(row.get("share_before") or 0.1), float(row.get("share_now") or 0.4)
    return {
        "cycle": CYCLE,
        "persona_id": "ops-lead",
        "kind": "pain_rising",
        "pain_id": "export",
        "label": str(row.get("pain_id") or "export").replace("-", " "),
        "versus": "trailing",
        "share_before": before,
        "share_now": now,
        "change": now - before,
        "change_low": now - before - 0.1,
        "change_high": now - before + 0.1,
        "p_value": 0.001,
        "q_value": 0.01,
        "accounts_heard": 20,
        "accounts_raising": 8,
        "arr_usd": 80_000.0,
        "consistency": 1.0,
        "durability": "durable",
        "verdict": "surface",
        "reasons": [],
    }
