"""What the sample company's customers said, as tables that quotes are taken from."""

from __future__ import annotations

from datetime import timedelta

import polars as pl

from next_evidence.schemas import MATCHES, TURNS, UTTERANCES
from next_evidence.testing.briefs.company import (
    MOVED,
    NEW_PAIN,
    NOW,
    PERSONA,
    Situation,
    raising_ids,
)

# pain: stance: what people said, with who, where and when
Said = dict[str, dict[str, list[tuple[str, str, str]]]]

SAID: Said = {
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


# quotes that would format, mention, link or run if any form let them
_HOSTILE = [
    "<!channel> please look: the two totals on my page still do not agree",
    "<script>alert('totals')</script> is what the export wrote into the first cell",
    "**Nobody** trusts [this page](javascript:alert(1)) any more, `not even` _me_",
    "See https://evil.example/login?next=totals before you send these numbers to anyone",
    "👩\u200d💻🎉 the totals moved again overnight and I cannot say why 🤷🏽\u200d♀️",
    "الأرقام في التقرير لا تطابق الأرقام في النظام (v2.1) ولا أحد يعرف لماذا",
]
_ENDLESS = " ".join(["warehouse/finance/reconciled/closed-quarter/net-revenue/by-region/eu"] * 42)


def said_in(situation: Situation) -> Said:
    """What is said in a situation; nothing where no shift is told of."""
    if situation in ("hostile", "endless"):
        lines = _HOSTILE if situation == "hostile" else [_ENDLESS]
        told = [("call", "RevOps Manager", line) for line in lines]
        return SAID | {"data-trust": {"raises": told, "denies": SAID["data-trust"]["denies"]}}
    if situation == "crowded":  # every account behind it says something
        trust = SAID["data-trust"]
        return SAID | {"data-trust": {**trust, "raises": trust["raises"] * 7}}
    return SAID if situation in (*MOVED, "withheld") else {}


def speech_tables(
    said: Said,
    people: dict[str, list[str]],
    counts: dict[str, dict[str, int]],
) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """``MATCHES``, ``UTTERANCES`` and ``TURNS`` of the newest cycle."""
    matches, utterances, turns = [], [], []
    number = 0
    for pain, by_stance in said.items():
        raising = [
            i
            for segment, count in counts[pain].items()
            for i in raising_ids(people, segment, count, pain)
        ]
        spread = raising[:: max(1, len(raising) // max(7, len(by_stance["raises"])))] or [
            ids[0] for ids in people.values()
        ]
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
                        0.9 if stance == "denies" else 0.0,
                    )
                )
    return (
        pl.DataFrame(matches, schema=MATCHES, orient="row"),
        pl.DataFrame(utterances, schema=UTTERANCES, orient="row"),
        pl.DataFrame(turns, schema=TURNS, orient="row"),
    )
