"""A small company to make briefs of: one persona in each situation that a brief can be in.

For who writes a delivery or a template: `sample_brief("strong")` is a whole brief without any pipeline.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any, Literal, get_args

import polars as pl

from next_evidence.brief.compose import BriefTables, compose
from next_evidence.brief.model import Brief
from next_evidence.personas.document import Persona, parse_persona
from next_evidence.records import Cycle, cycles_between
from next_evidence.schemas import (
    ACCOUNTS,
    COVERAGE,
    HEARD,
    MATCHES,
    PAINS,
    SHARES,
    SHIFTS,
    TURNS,
    UTTERANCES,
    VOTES,
)
from next_evidence.settings import BriefSettings, DriftSettings, GateSettings
from next_evidence.stats.intervals import wilson_interval

Situation = Literal["strong", "thin", "stale", "withheld", "nothing"]
SITUATIONS: tuple[Situation, ...] = get_args(Situation)

NOW = Cycle.parse("2026-10")
FIRST = Cycle.parse("2025-11")
PERSONA = parse_persona(
    """
id: hands-on-revops-lead
name: Hands-on RevOps Lead
owner: "@product-ops"
tracking: close
description: Runs revenue operations alone or with one analyst.
applies_to: {titles: [RevOps Manager], segments: [smb, mid-market, enterprise]}
channels: [calls, tickets, surveys]
pains:
  - {id: manual-reporting, statement: Manual reporting eats my week}
  - {id: data-trust, statement: I can't trust the numbers once they're stitched across tools}
  - {id: crm-hygiene, statement: Reps leave the CRM half empty and I clean it up}
  - {id: forecast-scrutiny, statement: Leadership picks my forecast apart and I can't defend it}
priorities: [manual-reporting, data-trust, forecast-scrutiny, crm-hygiene]
language: [board pack, pipeline review, ties out]
messaging:
  - {claim: "Your Monday pack, built before you wake up.", answers: manual-reporting}
  - {claim: "One customer, one record, one total.", answers: data-trust}
""",
    origin="hands-on-revops-lead.yaml",
)
NEW_PAIN = "ai-wrong-answers"
NEW_LABEL = "The assistant answers with numbers that are wrong"

# pain: stance: what people said, with who, where and when
SAID: dict[str, dict[str, list[tuple[str, str, str]]]] = {
    "data-trust": {
        "raises": [
            (
                "call",
                "RevOps Manager",
                "I refreshed twice and got two different net retention values with identical filters.",
            ),
            (
                "ticket",
                "Head of Revenue Operations",
                "Numbers changed overnight for a closed quarter and nobody touched anything. I have already sent these figures to our investors.",
            ),
            (
                "call",
                "Director of Sales Operations",
                "Six systems, six ideas of what a customer is, and you're in the middle being polite to all of them.",
            ),
            (
                "ticket",
                "Senior Revenue Operations Analyst",
                "Opp count in Meridian = 1,932. SOQL gives 1,918. Where do the other fourteen come from?",
            ),
            (
                "survey",
                "Sales Operations Manager",
                'I always say "roughly" before I read any of it aloud.',
            ),
            (
                "call",
                "GTM Operations Manager",
                "When the CFO asks why pipeline fell six percent I can't even say for certain that it fell.",
            ),
        ],
        "denies": [
            (
                "call",
                "Revenue Operations Lead",
                "Since we cut over to the shared account key the figures tie to the penny, so I have stopped checking.",
            ),
        ],
    },
    "manual-reporting": {
        "raises": [
            (
                "call",
                "RevOps Manager",
                "If I take PTO nobody gets the board pack, and in August they skipped it.",
            ),
        ],
        "denies": [
            (
                "call",
                "Head of Revenue Operations",
                "We've automated the whole board packet since spring, it builds overnight and I only write the commentary.",
            ),
            (
                "ticket",
                "RevOps Manager",
                "Closing this. The overnight bundle works and nobody has had to touch a spreadsheet in three cycles.",
            ),
        ],
    },
    NEW_PAIN: {
        "raises": [
            (
                "ticket",
                "GTM Operations Manager",
                "Asked the assistant for churned ARR by region and it made up a region we do not have.",
            ),
            (
                "call",
                "RevOps Manager",
                "It answers with total confidence and then the number isn't in any of our systems.",
            ),
        ],
        "denies": [],
    },
}

_SEGMENTS = {
    "mid-market": (48, "growth", 38_000.0),
    "enterprise": (20, "top", 142_000.0),
    "smb": (6, "standard", 9_000.0),
}
_IN_CRM = {"mid-market": 52, "enterprise": 24, "smb": 41}
_NAMES = [
    "Yarrow",
    "Zephyr",
    "Harbor",
    "Umber",
    "Sable",
    "Onyx",
    "Fathom",
    "Kestrel",
    "Lantern",
    "Quill",
    "Verdant",
    "Tidewater",
    "Marlow",
]
_TRADES = ["Labs", "Systems", "Retail", "Bank", "Health", "Freight", "Foods", "Media"]
_PACE = {
    "data-trust": 0.16,
    "manual-reporting": 0.44,
    "crm-hygiene": 0.15,
    "forecast-scrutiny": 0.13,
    NEW_PAIN: 0.0,
}


@dataclass(frozen=True)
class Gated:
    """A gate's word, made by hand."""

    passed: bool
    state: str
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class Sample:
    """Everything that `compose` takes."""

    persona: Persona
    cycle: Cycle
    tables: BriefTables
    outcome: Gated
    gate: GateSettings
    drift: DriftSettings
    rules: BriefSettings
    company: str
    provenance: dict[str, str]

    def compose(self) -> Brief:
        """The brief of this sample."""
        return compose(
            self.persona,
            self.cycle,
            self.tables,
            outcome=self.outcome,
            gate=self.gate,
            drift=self.drift,
            rules=self.rules,
            company=self.company,
            provenance=self.provenance,
        )


NOT_REVIEWED = (None, None, None, None)


@cache
def sample_brief(situation: Situation) -> Brief:
    """One brief in a situation: a strong shift, thin coverage, a stale source, withheld, nothing new."""
    return sample(situation).compose()


def sample(situation: Situation) -> Sample:
    """Tables and settings of one situation."""
    people = _people(situation)
    counts = {cycle: _counts(cycle, people, situation) for cycle in cycles_between(FIRST, NOW)}
    said = SAID if situation != "thin" else {}
    speech = (
        _speech(said, people, counts[NOW])
        if situation in ("strong", "withheld")
        else _speech({}, people, counts[NOW])
    )
    tables = BriefTables(
        shifts=pl.DataFrame(_shifts(situation), schema=SHIFTS, orient="row"),
        shares=pl.DataFrame(
            [(*row, *NOT_REVIEWED) for c in counts for row in _shares(c, people, counts[c])],
            schema=SHARES,
            orient="row",
        ),
        heard=pl.DataFrame(
            [row for c in counts for row in _heard(c, people)], schema=HEARD, orient="row"
        ),
        votes=pl.DataFrame(
            [row for c in counts for row in _votes(c, counts[c], situation)],
            schema=VOTES,
            orient="row",
        ),
        matches=speech[0],
        utterances=speech[1],
        turns=speech[2],
        accounts=pl.DataFrame(_accounts(people), schema=ACCOUNTS, orient="row"),
        coverage=pl.DataFrame(_coverage(situation, people), schema=COVERAGE, orient="row"),
        pains=pl.DataFrame(
            [
                (
                    NOW.name,
                    NEW_PAIN,
                    PERSONA.id,
                    NEW_LABEL,
                    "discovered",
                    "candidate",
                    "2026-09",
                    NOW.name,
                    ["assistant"],
                    None,
                )
            ],
            schema=PAINS,
            orient="row",
        ),
    )
    return Sample(
        PERSONA,
        NOW,
        tables,
        _OUTCOMES[situation],
        GateSettings(),
        DriftSettings(),
        BriefSettings(),
        "Meridian",
        {"run": "2026-11-01 5f2c91d0", "settings": "a41b77e2", "model": "MiniLM int8 93c0de11"},
    )


_OUTCOMES = {
    "strong": Gated(
        True,
        "sent",
        (
            "4 shifts of 26 comparisons met every criterion.",
            "74 accounts heard this cycle, 15 needed.",
        ),
    ),
    "thin": Gated(False, "withheld", ("Only 6 accounts heard this cycle; 15 needed.",)),
    "stale": Gated(
        False,
        "withheld",
        (
            "Nothing surfaced, but with a source stopped that does not mean that nothing changed.",
            "Source surveys has been stale since 2026-08-12.",
            "74 accounts heard this cycle, 15 needed.",
        ),
    ),
    "withheld": Gated(
        False,
        "withheld",
        (
            "Nothing surfaced, but with a source stopped that does not mean that nothing changed.",
            "Source surveys has been stale since 2026-08-12.",
        ),
    ),
    "nothing": Gated(
        False,
        "nothing_to_say",
        (
            "None of 26 comparisons met every criterion; 1 came close.",
            "74 accounts heard this cycle, 15 needed.",
        ),
    ),
}


def _people(situation: Situation) -> dict[str, list[str]]:
    sizes = {name: size for name, (size, _, _) in _SEGMENTS.items()}
    if situation == "thin":
        sizes = {"mid-market": 3, "enterprise": 1, "smb": 2}
    people, number = {}, 1
    for segment, size in sizes.items():
        people[segment] = [f"A{n:04d}" for n in range(number, number + size)]
        number += size
    return people


def _counts(
    cycle: Cycle, people: dict[str, list[str]], situation: Situation
) -> dict[str, dict[str, int]]:
    """Pain and segment to how many accounts raise it."""
    step = (
        {"2026-08": 0.5, "2026-09": 0.9, "2026-10": 1.0}.get(cycle.name, 0.0)
        if situation == "strong"
        else 0.0
    )
    wobble = (int(cycle.name[-2:]) * 7 % 5 - 2) / 100
    found: dict[str, dict[str, int]] = {}
    for pain, usual in _PACE.items():
        found[pain] = {}
        for segment, ids in people.items():
            share = usual + (wobble if usual else 0.0)
            if segment != "smb" and pain == "data-trust":
                share += 0.28 * step
            if segment != "smb" and pain == "manual-reporting":
                share -= 0.26 * step
            if pain == NEW_PAIN and situation == "strong" and cycle.name >= "2026-09":
                share = 0.13
            found[pain][segment] = round(share * len(ids))
    return found


def _ids(people: dict[str, list[str]], segment: str, count: int, pain: str) -> list[str]:
    ids = people[segment]
    offset = sorted(_PACE).index(pain) * 5
    return [ids[(offset + i) % len(ids)] for i in range(count)]


def _shares(
    cycle: Cycle, people: dict[str, list[str]], counts: dict[str, dict[str, int]]
) -> list[tuple[Any, ...]]:
    rows = []
    for pain, by_segment in counts.items():
        cells: list[tuple[str | None, int, int]] = [
            (s, len(people[s]), n) for s, n in by_segment.items()
        ]
        cells.append((None, sum(c[1] for c in cells), sum(c[2] for c in cells)))
        for segment, heard, raising in cells:
            low, high = (float(b) for b in wilson_interval(raising, heard, level=0.8))
            denying = (
                min(
                    heard - raising,
                    4 if pain == "manual-reporting" else 2 if pain == "data-trust" else 0,
                )
                if segment is None
                else 0
            )
            rows.append(
                (
                    cycle.name,
                    PERSONA.id,
                    pain,
                    segment,
                    heard,
                    raising,
                    denying,
                    raising / heard,
                    low,
                    high,
                    raising / heard * 0.98,
                )
            )
    return rows


def _heard(cycle: Cycle, people: dict[str, list[str]]) -> list[tuple[Any, ...]]:
    return [
        (
            cycle.name,
            PERSONA.id,
            i,
            _SEGMENTS[segment][1],
            segment,
            _arr(i, segment),
            3,
            ["calls", "tickets"],
        )
        for segment, ids in people.items()
        for i in ids
    ]


def _votes(
    cycle: Cycle, counts: dict[str, dict[str, int]], situation: Situation
) -> list[tuple[Any, ...]]:
    people = _people(situation)
    return [
        (cycle.name, PERSONA.id, pain, i, True, False, 2, ["calls"], cycle.name, 1.0)
        for pain, by_segment in counts.items()
        for segment, count in by_segment.items()
        for i in _ids(people, segment, count, pain)
    ]


def _arr(account_id: str, segment: str) -> float | None:
    number = int(account_id[1:])
    return (
        None
        if number % 17 == 0
        else round(_SEGMENTS[segment][2] * (0.6 + number * 37 % 90 / 100), -2)
    )


def _accounts(people: dict[str, list[str]]) -> list[tuple[Any, ...]]:
    rows = []
    for segment, ids in people.items():
        for i in ids:
            number = int(i[1:])
            name = f"{_NAMES[number % len(_NAMES)]} {_TRADES[number % len(_TRADES)]}"
            renewal = (
                None
                if number % 11 == 0
                else (datetime(2026, 11, 3, tzinfo=UTC) + timedelta(days=number * 53 % 360))
                .date()
                .isoformat()
            )
            rows.append(
                (i, name, "", _arr(i, segment), _SEGMENTS[segment][1], segment, "NA", renewal)
            )
    return rows


def _speech(
    said: dict[str, dict[str, list[tuple[str, str, str]]]],
    people: dict[str, list[str]],
    counts: dict[str, dict[str, int]],
) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    matches, utterances, turns = [], [], []
    number = 0
    for pain, by_stance in said.items():
        raising = [
            i for segment, count in counts[pain].items() for i in _ids(people, segment, count, pain)
        ]
        spread = raising[:: max(1, len(raising) // 7)] or [ids[0] for ids in people.values()]
        quiet = [i for ids in people.values() for i in ids if i not in raising]
        for stance, lines in by_stance.items():
            for k, (kind, title, text) in enumerate(lines):
                number += 1
                who = spread[k % len(spread)] if stance == "raises" else quiet[k * 5]
                uid, cid = f"u{number:03d}", f"c{number:03d}"
                turn = f"Thanks for the time today. {text} That is all from me."
                start = turn.index(text)
                at = NOW.start + timedelta(days=number * 5 % 28, hours=9)
                source = {"call": "calls", "ticket": "tickets", "survey": "surveys"}[kind]
                url = f"https://{source}.example/{cid}"
                utterances.append(
                    (
                        uid,
                        cid,
                        source,
                        kind,
                        who,
                        f"p{number}",
                        f"k{number}",
                        title,
                        "customer",
                        at,
                        0,
                        start,
                        start + len(text),
                        text,
                        turn,
                        url,
                        "en",
                    )
                )
                turns.append((source, cid, 0, turn))
                matches.append(
                    (
                        uid,
                        cid,
                        who,
                        f"p{number}",
                        kind,
                        at,
                        NOW.name,
                        PERSONA.id,
                        0.9,
                        pain,
                        0.95 - k / 50,
                        None,
                        None,
                        0.9,
                        stance,
                        "accepted",
                        source,
                        text,
                    )
                )
    return (
        pl.DataFrame(matches, schema=MATCHES, orient="row"),
        pl.DataFrame(utterances, schema=UTTERANCES, orient="row"),
        pl.DataFrame(turns, schema=TURNS, orient="row"),
    )


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


def _shifts(situation: Situation) -> list[dict[str, Any]]:
    trust = "I can't trust the numbers once they're stitched across tools"
    moved = {
        "share_before": 0.17,
        "share_now": 0.42,
        "change": 0.25,
        "change_low": 0.16,
        "change_high": 0.34,
    }
    if situation == "strong":
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
                    "Of findings this clear about 61 % are false alarms; 10 % are allowed.",
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


def _coverage(situation: Situation, people: dict[str, list[str]]) -> list[tuple[Any, ...]]:
    heard = sum(len(ids) for ids in people.values())
    state = "thin" if situation == "thin" else "ok"
    seen = datetime(2026, 10, 30, 15, tzinfo=UTC)
    rows: list[tuple[Any, ...]] = [
        (
            NOW.name,
            PERSONA.id,
            None,
            None,
            117,
            heard,
            heard * 3,
            None if situation == "thin" else 0.17,
            state,
            seen,
        )
    ]
    for segment, ids in people.items():
        rows.append(
            (
                NOW.name,
                PERSONA.id,
                segment,
                None,
                _IN_CRM[segment],
                len(ids),
                len(ids) * 3,
                None,
                "thin" if len(ids) < 8 else "ok",
                seen,
            )
        )
    for source, share in (("calls", 0.6), ("tickets", 0.7), ("surveys", 0.2)):
        stale = situation in ("stale", "withheld") and source == "surveys"
        rows.append(
            (
                NOW.name,
                PERSONA.id,
                None,
                source,
                None,
                0 if stale else round(heard * share),
                0 if stale else round(heard * share * 1.5),
                None,
                "stale" if stale else "ok",
                datetime(2026, 8, 12, tzinfo=UTC) if stale else seen,
            )
        )
    return rows
