"""What the tests found in each situation, and what the gate said of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from next_evidence.brief.outcome import GateOutcome
from next_evidence.schemas import SHIFTS
from next_evidence.testing.briefs.company import (
    MOVED,
    NEW_LABEL,
    NEW_PAIN,
    NOW,
    PERSONA,
    Situation,
)

_SENT = GateOutcome(
    True,
    "sent",
    (
        "4 shifts of 26 comparisons met every criterion.",
        "74 accounts heard this cycle, 15 needed.",
    ),
)
OUTCOMES = {
    "strong": _SENT,
    "crowded": replace(
        _SENT, reasons=(_SENT.reasons[0], "100 accounts heard this cycle, 15 needed.")
    ),
    "hostile": _SENT,
    "endless": _SENT,
    "first": GateOutcome(
        False,
        "nothing_to_say",
        (
            "None of 1 comparison met every criterion; 0 came close.",
            "74 accounts heard this cycle, 15 needed.",
        ),
    ),
    "thin": GateOutcome(False, "withheld", ("Only 6 accounts heard this cycle; 15 needed.",)),
    "stale": GateOutcome(
        False,
        "withheld",
        (
            "Nothing surfaced, but with a source stopped that does not mean that nothing changed.",
            "Source surveys has been stale since 2026-08-12.",
            "74 accounts heard this cycle, 15 needed.",
        ),
    ),
    "withheld": GateOutcome(
        False,
        "withheld",
        (
            "Nothing surfaced, but with a source stopped that does not mean that nothing changed.",
            "Source surveys has been stale since 2026-08-12.",
        ),
    ),
    "nothing": GateOutcome(
        False,
        "nothing_to_say",
        (
            "None of 26 comparisons met every criterion; 1 came close.",
            "74 accounts heard this cycle, 15 needed.",
        ),
    ),
}


def _shift(
    kind: str, pain: str | None, label: str, verdict: str, reasons: Sequence[str], **values: Any
) -> dict[str, Any]:
    row: dict[str, Any] = dict.fromkeys(SHIFTS)
    row |= {
        "cycle": NOW.name,
        "persona_id": PERSONA.id,
        "kind": kind,
        "pain_id": pain,
        "label": label,
        "versus": "trailing",
        "accounts_heard": 74,
        "accounts_raising": 30,
        "consistency": 1.0,
        "durability": "unknown",
        "verdict": verdict,
        "reasons": list(reasons),
    }
    return row | values


def shift_rows(situation: Situation) -> list[dict[str, Any]]:
    """``SHIFTS`` of the newest cycle, with verdicts."""
    trust = "I can't trust the numbers once they're stitched across tools"
    moved = {
        "share_before": 0.17,
        "share_now": 0.42,
        "change": 0.25,
        "change_low": 0.16,
        "change_high": 0.34,
    }
    if situation in MOVED:
        return [
            _shift(
                "top_pain",
                "data-trust",
                trust,
                "surface",
                [],
                versus="document",
                versus_pain_id="manual-reporting",
                share_before=0.2,
                share_now=0.42,
                change=0.22,
                change_low=0.12,
                change_high=0.31,
                q_value=0.004,
                e_value=41.0,
                durability="durable",
                arr_usd=1.9e6,
                also_ahead=["forecast-scrutiny"] if situation == "crowded" else [],
            ),
            _shift(
                "pain_rising",
                "data-trust",
                trust,
                "surface",
                [],
                q_value=0.002,
                durability="durable",
                **moved,
            ),
            _shift(
                "pain_falling",
                "manual-reporting",
                "Manual reporting eats my week",
                "surface",
                [],
                share_before=0.44,
                share_now=0.2,
                change=-0.24,
                change_low=-0.33,
                change_high=-0.15,
                q_value=0.004,
            ),
            _shift(
                "pain_new",
                NEW_PAIN,
                NEW_LABEL,
                "surface",
                [],
                versus="last_cycle",
                share_before=0.0,
                share_now=0.13,
                change=0.13,
                change_low=0.08,
                change_high=0.2,
                q_value=0.03,
                accounts_raising=10,
            ),
            _shift(
                "language",
                None,
                "opp count",
                "surface",
                [],
                share_before=0.02,
                share_now=0.14,
                change=0.12,
                q_value=0.03,
                accounts_raising=10,
            ),
            _shift(
                "language",
                "data-trust",
                "board pack",
                "surface",
                [],
                versus="document",
                share_before=0.31,
                share_now=0.03,
                change=-0.28,
                q_value=0.05,
                accounts_heard=30,
                accounts_raising=1,
            ),
            _shift(
                "language",
                None,
                "pivot",
                "watch",
                ["Only 1 source telling of it; 2 needed."],
                share_before=0.02,
                share_now=0.13,
                change=0.11,
                q_value=0.08,
                accounts_raising=7,
            ),
            _shift(
                "pain_rising",
                "crm-hygiene",
                "Reps leave the CRM half empty and I clean it up",
                "suppress",
                [
                    "The share changed by only 2 points; 5 points are needed.",
                    "Of findings this clear 50 % or more are false alarms; 10 % are allowed.",
                ],
                share_before=0.15,
                share_now=0.17,
                change=0.02,
                change_low=-0.04,
                change_high=0.08,
                q_value=0.61,
                accounts_raising=12,
            ),
        ]
    if situation == "withheld":
        return [
            _shift(
                "pain_rising",
                "data-trust",
                trust,
                "suppress",
                [
                    "It vanishes when the mix of segments is fixed: with the mix of segments held as before, the change is +3 points instead of +25 points."
                ],
                q_value=0.04,
                durability="transient",
                **moved,
            )
        ]
    if situation == "thin":
        return [
            _shift(
                "pain_rising",
                "data-trust",
                trust,
                "thin",
                ["Only 6 accounts heard; 15 needed."],
                q_value=0.3,
                accounts_heard=6,
                share_before=0.17,
                share_now=0.33,
                change=0.16,
            )
        ]
    return []
