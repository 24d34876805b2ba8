"""A small company to make briefs of: one persona in each situation that a brief can be in.

For who writes a delivery or a template: `sample_brief("strong")` is a whole brief without any pipeline.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import polars as pl

from next_evidence.brief.compose import compose
from next_evidence.brief.material import BriefTables
from next_evidence.brief.model import Brief
from next_evidence.brief.outcome import GateOutcome
from next_evidence.personas.document import Persona
from next_evidence.records import Cycle
from next_evidence.schemas import (
    ACCOUNTS,
    COVERAGE,
    HEARD,
    PAINS,
    SHARES,
    SHIFTS,
    VOTES,
)
from next_evidence.settings import BriefSettings, DriftSettings, GateSettings
from next_evidence.testing.briefs.company import (
    NEW_LABEL,
    NEW_PAIN,
    NOW,
    PERSONA,
    Situation,
    account_ids,
    account_rows,
    coverage_rows,
    cycles_of,
    heard_rows,
    raising_counts,
    share_rows,
    vote_rows,
)
from next_evidence.testing.briefs.findings import OUTCOMES, shift_rows
from next_evidence.testing.briefs.speech import said_in, speech_tables


@dataclass(frozen=True)
class Sample:
    """Everything that `compose` takes."""

    persona: Persona
    cycle: Cycle
    tables: BriefTables
    outcome: GateOutcome
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
    """One brief in a situation.

    A strong shift, thin coverage, a stale source, withheld, nothing new, the first cycle there is, forty accounts behind
    a shift, quotes that would do harm if any form let them, and a quote of 3,000 characters.
    """
    return sample(situation).compose()


def sample(situation: Situation) -> Sample:
    """Tables and settings of one situation."""
    people = account_ids(situation)
    counts = {cycle: raising_counts(cycle, people, situation) for cycle in cycles_of(situation)}
    matches, utterances, turns = speech_tables(said_in(situation), people, counts[NOW])
    tables = BriefTables(
        shifts=pl.DataFrame(shift_rows(situation), schema=SHIFTS, orient="row"),
        shares=pl.DataFrame(
            [(*row, *NOT_REVIEWED) for c in counts for row in share_rows(c, people, counts[c])],
            schema=SHARES,
            orient="row",
        ),
        heard=pl.DataFrame(
            [row for c in counts for row in heard_rows(c, people)], schema=HEARD, orient="row"
        ),
        votes=pl.DataFrame(
            [row for c in counts for row in vote_rows(c, counts[c], situation)],
            schema=VOTES,
            orient="row",
        ),
        matches=matches,
        utterances=utterances,
        turns=turns,
        accounts=pl.DataFrame(account_rows(people), schema=ACCOUNTS, orient="row"),
        coverage=pl.DataFrame(coverage_rows(situation, people), schema=COVERAGE, orient="row"),
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
        OUTCOMES[situation],
        GateSettings(),
        DriftSettings(),
        BriefSettings(quotes=6) if situation == "hostile" else BriefSettings(),
        "Meridian",
        {"run": "2026-11-01 5f2c91d0", "settings": "a41b77e2", "model": "MiniLM int8 93c0de11"},
    )
