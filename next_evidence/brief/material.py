"""What briefs are made of: the tables of a cycle, and one persona's part of them, read once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import polars as pl

from next_evidence.brief.stories import Shares, labels, read_shares
from next_evidence.personas.document import Persona
from next_evidence.records import Cycle
from next_evidence.schemas import ACCOUNTS, HEARD, MATCHES, SHIFTS, SPEAKERS, VOTES, check, empty
from next_evidence.settings import BriefSettings, DriftSettings, GateSettings


@dataclass(frozen=True)
class BriefTables:
    """Tables that a brief is made from. None holds a row of a later cycle.

    ``shifts`` is of this cycle, with verdicts; ``matches`` of this and the last few cycles, accepted, and those that show a word
    of a shift; ``utterances`` and ``turns`` hold at least what those matches point to. The others hold what there is up to this cycle.
    """

    shifts: pl.DataFrame
    shares: pl.DataFrame
    heard: pl.DataFrame
    votes: pl.DataFrame
    matches: pl.DataFrame
    utterances: pl.DataFrame
    turns: pl.DataFrame
    accounts: pl.DataFrame
    coverage: pl.DataFrame
    pains: pl.DataFrame
    speakers: pl.DataFrame = field(default_factory=lambda: empty(SPEAKERS))
    names: Mapping[str, str] = field(default_factory=dict)  # of personas, by id


@dataclass(frozen=True)
class Material:
    """One persona's part of the tables, and the settings that its brief follows.

    ``shifts`` and ``heard_now`` are of this cycle; ``matches``, ``votes`` and ``heard`` of earlier ones too. ``labels`` are the
    words of pains, by id. ``why`` says why a speaker counts as of the persona, by speaker key.
    """

    persona: Persona
    cycle: Cycle
    gate: GateSettings
    drift: DriftSettings
    rules: BriefSettings
    tables: BriefTables
    shares: Shares
    labels: Mapping[str, str]
    shifts: pl.DataFrame
    matches: pl.DataFrame
    votes: pl.DataFrame
    heard: pl.DataFrame
    heard_now: pl.DataFrame
    accounts: Mapping[str, Mapping[str, str]]
    why: Mapping[str, str]

    def heard_in(self, segment: str | None) -> pl.DataFrame:
        """``HEARD`` rows of this cycle and a segment; None: all segments."""
        if segment is None:
            return self.heard_now
        return self.heard_now.filter(pl.col("segment") == segment)


def read_material(
    persona: Persona,
    cycle: Cycle,
    tables: BriefTables,
    *,
    gate: GateSettings,
    drift: DriftSettings,
    rules: BriefSettings,
) -> Material:
    """One persona's part of the tables of a cycle; parameters as in `next_evidence.brief.compose.compose`."""
    mine = pl.col("persona_id") == persona.id
    now = pl.col("cycle") == cycle.name
    heard = check(tables.heard, HEARD, table="heard").filter(mine)
    spoke = tables.speakers.filter(mine).sort("cycle")
    return Material(
        persona=persona,
        cycle=cycle,
        gate=gate,
        drift=drift,
        rules=rules,
        tables=tables,
        shares=read_shares(tables.shares, persona_id=persona.id, cycle=cycle),
        labels=labels(persona, tables.pains),
        shifts=check(tables.shifts, SHIFTS, table="shifts").filter(mine, now),
        matches=check(tables.matches, MATCHES, table="matches").filter(mine),
        votes=check(tables.votes, VOTES, table="votes").filter(mine),
        heard=heard,
        heard_now=heard.filter(now),
        accounts=_accounts(tables.accounts, heard),
        why=dict(spoke.select("speaker_key", "why").iter_rows()),  # the newest cycle's
    )


def _accounts(accounts: pl.DataFrame, heard: pl.DataFrame) -> dict[str, dict[str, str]]:
    """Name, tier and segment of accounts by id; tier and segment as they stood when an account was last heard."""
    crm = check(accounts, ACCOUNTS, table="accounts")
    found = {
        row["account_id"]: {key: row[key] or "" for key in ("name", "tier", "segment")}
        for row in crm.iter_rows(named=True)
    }
    for row in heard.sort("cycle").iter_rows(named=True):
        known = found.setdefault(row["account_id"], {"name": "", "tier": "", "segment": ""})
        known |= {key: row[key] for key in ("tier", "segment") if row[key]}
    return found
