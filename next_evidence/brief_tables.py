"""The tables that a cycle's briefs are made from: what was stored of it, measured and judged."""

from __future__ import annotations

import polars as pl

from next_evidence.brief.gate import judge
from next_evidence.brief.material import BriefTables
from next_evidence.brief.measure import measure
from next_evidence.brief.vocabulary import telling
from next_evidence.drift.quiet import quiet_sources
from next_evidence.drift.reviewed import with_reviewed_shares
from next_evidence.drift.shares import pain_shares
from next_evidence.drift.words import cycles_of_words, language_shifts
from next_evidence.engine import Engine
from next_evidence.lessons import verdicts_on
from next_evidence.records import Cycle
from next_evidence.schemas import UTTERANCES, empty
from next_evidence.workspace.cycles import earlier
from next_evidence.workspace.decisions import pains_asleep
from next_evidence.workspace.history import load_history
from next_evidence.workspace.workspace import Workspace


def gather_brief_tables(work: Workspace, engine: Engine, cycle: Cycle) -> BriefTables:
    """Shares, judged shifts and coverage of a cycle, and the stored rows that its briefs quote and count."""
    rules, history = work.settings, load_history(work, cycle)
    asleep = pains_asleep(work.store, cycle)
    measured = measure(history, work.reading.library, cycle=cycle, settings=rules, asleep=asleep)
    heard, votes = history.heard, history.votes
    pains = history.pains.filter(pl.col("cycle") == cycle.name)
    reference = earlier(work, "heard", cycle, rules.drift.trailing_cycles)
    shares = with_reviewed_shares(
        pain_shares(heard, votes, pains, level=rules.drift.interval, mix_reference=reference),
        matches=work.store.read("matches", cycle=cycle.name),
        heard=heard,
        verdicts=verdicts_on(work, cycle),
        cycle=cycle.name,
        level=rules.drift.interval,
        review=rules.review,
    )
    recent = list(history.cycles[-rules.drift.document_cycles :])
    matches = work.store.read("matches", cycle=recent, status="accepted")
    words, showing = _words(work, engine, cycle, heard, votes, measured.coverage)
    matches = pl.concat([matches, showing]).unique("utterance_id", maintain_order=True)
    said = work.store.utterances(Cycle.parse(recent[0]), cycle) if recent else empty(UTTERANCES)
    said = said.filter(pl.col("utterance_id").is_in(matches["utterance_id"].implode()))
    return BriefTables(
        shifts=pl.concat([measured.shifts, words]),
        shares=shares,
        heard=heard,
        votes=votes,
        matches=matches,
        utterances=said,
        turns=work.store.read("turns", conversation_id=said["conversation_id"].unique().to_list()),
        accounts=history.accounts,
        coverage=measured.coverage,
        pains=pains,
        speakers=history.speakers.filter(pl.col("cycle").is_in(recent)),
        names={persona.id: persona.name for persona in work.reading.library},
    )


def _words(
    work: Workspace,
    engine: Engine,
    cycle: Cycle,
    heard: pl.DataFrame,
    votes: pl.DataFrame,
    covered: pl.DataFrame,
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Judged shifts of words, and this cycle's statements that show those which surfaced."""
    rules, library = work.settings, work.reading.library
    said = work.store.read("matches", cycle=cycles_of_words(heard, cycle=cycle, rules=rules.drift))
    shifts = language_shifts(
        said,
        heard,
        votes,
        library,
        cycle=cycle,
        rules=rules.drift,
        gate_of=lambda persona: rules.gate_for(persona.id, persona.tracking),
        reader=engine.term_reader,
        stopped=quiet_sources(covered),
    )
    judged = judge(shifts, covered, library, settings=rules, asleep=pains_asleep(work.store, cycle))
    surfaced = judged.filter(pl.col("verdict") == "surface")["label"].unique().to_list()
    return judged, said.filter(
        pl.col("cycle") == cycle.name,
        pl.col("persona_id").is_not_null(),
        pl.col("status") != "rejected",
        telling(surfaced),
    )
