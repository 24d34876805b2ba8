"""The company that sample briefs speak of: who is a customer, who was heard, and how many raised what."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, Literal, get_args

from next_evidence.personas.document import parse_persona
from next_evidence.records import Cycle, cycles_between
from next_evidence.stats.intervals import wilson_interval

Situation = Literal[
    "strong", "thin", "stale", "withheld", "nothing", "first", "crowded", "hostile", "endless"
]
SITUATIONS: tuple[Situation, ...] = get_args(Situation)
MOVED: tuple[Situation, ...] = (
    "strong",
    "crowded",
    "hostile",
    "endless",
)  # what surfaced in all of them is the same

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

_SEGMENTS = {
    "mid-market": (48, "growth", 38_000.0),
    "enterprise": (20, "top", 142_000.0),
    "smb": (6, "standard", 9_000.0),
}
_CROWD = 74  # mid-market accounts heard where 40 accounts raise the pain that moved
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
_USUAL_SHARES = {
    "data-trust": 0.16,
    "manual-reporting": 0.44,
    "crm-hygiene": 0.15,
    "forecast-scrutiny": 0.13,
    NEW_PAIN: 0.0,
}


def cycles_of(situation: Situation) -> list[Cycle]:
    """Every cycle with evidence, up to now: a year, or nothing before."""
    return [NOW] if situation == "first" else list(cycles_between(FIRST, NOW))


def account_ids(situation: Situation) -> dict[str, list[str]]:
    """Accounts heard in every cycle, by segment."""
    sizes = {name: size for name, (size, _, _) in _SEGMENTS.items()}
    if situation == "thin":
        sizes = {"mid-market": 3, "enterprise": 1, "smb": 2}
    if situation == "crowded":
        sizes["mid-market"] = _CROWD
    people, number = {}, 1
    for segment, size in sizes.items():
        people[segment] = [f"A{n:04d}" for n in range(number, number + size)]
        number += size
    return people


def raising_counts(
    cycle: Cycle, people: dict[str, list[str]], situation: Situation
) -> dict[str, dict[str, int]]:
    """Pain and segment to how many accounts raise it."""
    step = (
        {"2026-08": 0.5, "2026-09": 0.9, "2026-10": 1.0}.get(cycle.name, 0.0)
        if situation in MOVED
        else 0.0
    )
    wobble = (int(cycle.name[-2:]) * 7 % 5 - 2) / 100
    found: dict[str, dict[str, int]] = {}
    for pain, usual in _USUAL_SHARES.items():
        found[pain] = {}
        for segment, ids in people.items():
            share = usual + (wobble if usual else 0.0)
            if segment != "smb" and pain == "data-trust":
                share += 0.28 * step
            if segment != "smb" and pain == "manual-reporting":
                share -= 0.26 * step
            if pain == NEW_PAIN and situation in MOVED and cycle.name >= "2026-09":
                share = 0.13
            found[pain][segment] = round(share * len(ids))
    return found


def raising_ids(people: dict[str, list[str]], segment: str, count: int, pain: str) -> list[str]:
    """Which accounts of a segment raise a pain."""
    ids = people[segment]
    offset = sorted(_USUAL_SHARES).index(pain) * 5
    return [ids[(offset + i) % len(ids)] for i in range(count)]


def share_rows(
    cycle: Cycle, people: dict[str, list[str]], counts: dict[str, dict[str, int]]
) -> list[tuple[Any, ...]]:
    """``SHARES`` of one cycle."""
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


def heard_rows(cycle: Cycle, people: dict[str, list[str]]) -> list[tuple[Any, ...]]:
    """``HEARD`` of one cycle."""
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


def vote_rows(
    cycle: Cycle, counts: dict[str, dict[str, int]], situation: Situation
) -> list[tuple[Any, ...]]:
    """``VOTES`` of one cycle."""
    people = account_ids(situation)
    return [
        (cycle.name, PERSONA.id, pain, i, True, False, 2, ["calls"], cycle.name, 1.0)
        for pain, by_segment in counts.items()
        for segment, count in by_segment.items()
        for i in raising_ids(people, segment, count, pain)
    ]


def _arr(account_id: str, segment: str) -> float | None:
    number = int(account_id[1:])
    return (
        None
        if number % 17 == 0
        else round(_SEGMENTS[segment][2] * (0.6 + number * 37 % 90 / 100), -2)
    )


def account_rows(people: dict[str, list[str]]) -> list[tuple[Any, ...]]:
    """``ACCOUNTS``: the CRM."""
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


def coverage_rows(situation: Situation, people: dict[str, list[str]]) -> list[tuple[Any, ...]]:
    """``COVERAGE`` of the newest cycle."""
    in_crm = {segment: max(_IN_CRM[segment], len(ids)) for segment, ids in people.items()}
    heard = sum(len(ids) for ids in people.values())
    state = "thin" if situation == "thin" else "ok"
    seen = datetime(2026, 10, 30, 15, tzinfo=UTC)
    rows: list[tuple[Any, ...]] = [
        (
            NOW.name,
            PERSONA.id,
            None,
            None,
            sum(in_crm.values()),
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
                in_crm[segment],
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
