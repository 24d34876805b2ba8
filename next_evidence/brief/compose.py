"""Everything about one persona's cycle as one frozen `Brief`; all personas as one `CyclePage`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import polars as pl

from next_evidence.brief.changes import pain_stories, sorted_changes
from next_evidence.brief.heard import coverage_view
from next_evidence.brief.lead import lead_exposure, lead_quotes, lead_strength, stance_of
from next_evidence.brief.material import BriefTables, Material, read_material
from next_evidence.brief.model import (
    Brief,
    Change,
    CyclePage,
    Method,
    State,
    Suggestion,
    WordChange,
)
from next_evidence.brief.outcome import GateOutcome
from next_evidence.brief.quoter import Quoter
from next_evidence.brief.quotes import Vectors
from next_evidence.brief.ranking import weight_of
from next_evidence.brief.suggest import solved_pain, suggestions
from next_evidence.brief.vocabulary import word_changes
from next_evidence.brief.words import span_of
from next_evidence.personas.document import Persona
from next_evidence.records import Cycle
from next_evidence.settings import BriefSettings, DriftSettings, GateSettings

MAX_WATCHED, MAX_NOT_SURFACED = 8, 5  # shifts that a brief lists; the table has them all


def compose(
    persona: Persona,
    cycle: Cycle,
    tables: BriefTables,
    *,
    outcome: GateOutcome,
    gate: GateSettings,
    drift: DriftSettings,
    rules: BriefSettings,
    company: str = "",
    vectors: Vectors | None = None,
    provenance: Mapping[str, str] | None = None,
) -> Brief:
    """One persona's brief for one cycle.

    Parameters
    ----------
    outcome
        The gate's word on this persona. When it did not pass, nothing is presented as a change.
    gate
        The bar of this persona, after its overrides (``Settings.gate_for``).
    vectors
        Utterance id to unit vector, for picking typical quotes; None: word overlap is used.
    provenance
        Names and hashes of what made the numbers (run, settings, model), printed as they are.
    """
    material = read_material(persona, cycle, tables, gate=gate, drift=drift, rules=rules)
    quoter = Quoter(material, vectors)
    surfaced, watched, others = sorted_changes(material)
    surfaced = (*surfaced[:1], *(_with_quote(quoter, change) for change in surfaced[1:]))
    if not outcome.passed:
        surfaced, others = (), (*surfaced, *others)
    lead = surfaced[0] if surfaced else None
    coverage = coverage_view(
        tables.coverage, tables.heard, tables.speakers, persona, cycle=cycle, names=tables.names
    )
    segments = [line.name for line in coverage.segments]
    quotes, counter = lead_quotes(material, quoter, lead) if lead else ((), None)
    solved = _solved(material, quoter, lead)
    told = outcome.passed or outcome.state == "nothing_to_say"
    words = _words(material, quoter) if told else ()
    return Brief(
        persona_id=persona.id,
        persona=persona.name,
        owner=persona.owner,
        tracking=persona.tracking,
        company=company,
        cycle=span_of(cycle),
        state=_state(lead, outcome, coverage.overall.accounts_heard, gate),
        gate_state=outcome.state,
        reasons=outcome.reasons,
        changes=surfaced,
        watch=watched[:MAX_WATCHED],
        not_surfaced=others[:MAX_NOT_SURFACED],
        more_not_surfaced=len(others[MAX_NOT_SURFACED:]) + len(watched[MAX_WATCHED:]),
        account_rows=rules.accounts,
        quotes=quotes,
        counter=counter,
        exposure=lead_exposure(material, quoter, lead) if lead else None,
        strength=lead_strength(material, lead, segments) if lead else (),
        suggestions=suggestions(persona, surfaced, solved, words) if lead else (),
        coverage=coverage,
        pains=pain_stories(material),
        words=words,
        method=Method(
            interval=drift.interval,
            power=drift.power,
            trailing_cycles=drift.trailing_cycles,
            document_cycles=drift.document_cycles,
            false_discovery_rate=gate.false_discovery_rate,
            min_accounts=gate.min_accounts,
            min_segment_accounts=gate.min_segment_accounts,
            min_raising=gate.min_raising,
            quotes_considered=len(quoter.considered),
            quotes_refused=len(quoter.refused),
            provenance=tuple(sorted((provenance or {}).items())),
        ),
    )


def compose_cycle(briefs: Sequence[Brief], *, company: str, cycle: Cycle) -> CyclePage:
    """All personas of a cycle: shifted ones first, by what weighs most, then withheld, thin and steady ones."""
    order = ("shifted", "withheld", "thin", "steady")
    quiet = {line.name: line for brief in briefs for line in brief.coverage.quiet}

    def place(brief: Brief) -> tuple[int, int, str, str]:
        weight = weight_of(brief.lead.kind) if brief.lead is not None else 0
        return order.index(brief.state), weight, brief.persona, brief.persona_id

    return CyclePage(
        company=company,
        cycle=span_of(cycle),
        briefs=tuple(sorted(briefs, key=place)),
        quiet=tuple(quiet[name] for name in sorted(quiet)),
    )


def _state(
    lead: Change | None, outcome: GateOutcome, accounts_heard: int, gate: GateSettings
) -> State:
    if lead is not None:
        return "shifted"
    if accounts_heard < gate.min_accounts:
        return "thin"
    return "withheld" if outcome.state == "withheld" else "steady"


def _with_quote(quoter: Quoter, change: Change) -> Change:
    picked = quoter.of_change(change, stance_of(change), count=1)
    return replace(change, quote=picked[0] if picked else None)


def _solved(material: Material, quoter: Quoter, lead: Change | None) -> Suggestion | None:
    """The pain that most accounts call solved, with one of them; where several tie, the one that the lead is about."""
    first = lead.old.pain_id if lead and lead.old else lead.pain_id if lead else None
    found = solved_pain(material.persona, material.shares, first=first)
    if found is None:
        return None
    return replace(found, quote=quoter.one_of_pain(found.pain_id, "denies"))


def _words(material: Material, quoter: Quoter) -> tuple[WordChange, ...]:
    """Words gained and left, each gained one with the shortest statement that shows it."""
    rows = material.shifts.filter(pl.col("kind") == "language", pl.col("verdict") == "surface")
    found = word_changes(rows, material.labels, material.persona)
    return tuple(replace(w, quote=quoter.one_with(w.phrase)) if w.gained else w for w in found)
