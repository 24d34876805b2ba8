"""Every stage in order, once: the page to read second.

sources → evidence → matching → topics → drift → brief → delivery. Pulling is in `intake`; this page begins with stored
statements. What a cycle reports depends only on what was said and decided before its end: every read stops there. A step is
worked out again only when something it used has changed, and its results become visible in one transaction.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from functools import partial

import polars as pl

from next_evidence.audits import audit_line
from next_evidence.brief.charts import draw_charts
from next_evidence.brief.compose import compose, compose_cycle
from next_evidence.brief.material import BriefTables
from next_evidence.brief.model import Brief
from next_evidence.brief.outcome import outcome
from next_evidence.brief.render import render_brief, render_cycle_page
from next_evidence.brief_tables import gather_brief_tables
from next_evidence.delivery.hand_over import hand_over
from next_evidence.discovery import find_pains
from next_evidence.drift.votes import tally
from next_evidence.engine import Engine
from next_evidence.evidence.coverage import daily_counts
from next_evidence.evidence.dedupe import collapse
from next_evidence.evidence.people import people
from next_evidence.lessons import Taught, pain_names, verdicts_on
from next_evidence.matching.assign import assign_matches, uncalibrated
from next_evidence.matching.score import score_utterances
from next_evidence.matching.speakers import assign_speakers, speaker_evidence
from next_evidence.outlets import link_to, load_templates, make_deliveries
from next_evidence.posting.planning import plan_posts
from next_evidence.records import Cycle
from next_evidence.reported import (
    ReportResult,
    brief_rows,
    lead_rows,
    persona_rows,
    stored_report,
)
from next_evidence.rests_on import EVIDENCE, REPORT, evidence_rests_on, report_rests_on
from next_evidence.review.verdicts import (
    apply_verdicts,
    hold_back,
    without_required,
    without_waiting,
)
from next_evidence.workspace.cycles import earlier, is_current, put_tables, record
from next_evidence.workspace.decisions import pains_asleep
from next_evidence.workspace.manifest import code_version, digest_of
from next_evidence.workspace.workspace import Workspace


def work_out_evidence(
    work: Workspace, engine: Engine, cycle: Cycle, before: str, taught: Taught, *, force: bool
) -> str:
    """Statements to matches, candidate pains and votes; return the digest of all that they rest on.

    Parameters are those of `next_evidence.rests_on.evidence_rests_on`.
    """
    rules = work.settings
    used = evidence_rests_on(work, engine, cycle, before, taught)
    if not force and is_current(work.store, cycle, EVIDENCE, used):
        return digest_of(used)
    said = work.store.utterances(cycle).filter(pl.col("side") == "customer")
    said, _ = collapse(said, rules.evidence)
    accounts = work.store.accounts_as_of(cycle.end)
    profiles, head, sure = engine.profiles(taught.examples), engine.head, rules.matching
    vectors = engine.encode(said["text"], f"{cycle} statements")
    around = engine.encode(said["context"], f"{cycle} contexts")
    scores = score_utterances(said, vectors, around, profiles=profiles, head=head)
    spoke = speaker_evidence(said, scores, profiles=profiles, rules=sure, cycle=cycle.name)
    speakers = assign_speakers(
        pl.concat(
            [earlier(work, "speaker_evidence", cycle, sure.speaker_window_cycles - 1), spoke]
        ),
        people(said, accounts),
        profiles=profiles,
        head=head,
        rules=sure,
        cycle=cycle.name,
    )
    match = partial(
        assign_matches, said, scores, speakers, profiles=profiles, head=head, cycle=cycle.name
    )
    uncorrected = match(rules=sure)
    learnt, verdicts = taught.learnt, verdicts_on(work, cycle)
    matches = match(rules=learnt.applied_to(sure), calibration=learnt.calibration)
    matches = apply_verdicts(matches, verdicts, known=set(profiles.pains))
    counted = hold_back(matches, verdicts, review=rules.review)
    decisions = replace(taught.pains, names=pain_names(work, cycle))
    found = find_pains(
        work, engine, cycle, matches, counted=counted, profiles=profiles, decisions=decisions
    )
    matches = apply_verdicts(found.matches, verdicts)
    matches = hold_back(matches, verdicts, review=rules.review)
    heard, votes = tally(
        without_waiting(matches, review=rules.review),
        speakers,
        said,
        accounts,
        cycle=cycle,
        vote_at=sure.vote_at,
    )
    daily = daily_counts(said, speakers).with_columns(pl.lit(cycle.name).alias("cycle"))
    earlier_votes = without_required(found.earlier_votes, review=rules.review)
    tables = {
        "speaker_evidence": spoke,
        "speakers": speakers,
        "matches": matches,
        "uncalibrated": uncalibrated(matches, uncorrected),
        "pains": found.pains,
        "candidates": found.candidates,
        "ledger": found.ledger,
        "heard": heard,
        "daily": daily,
    }
    with work.store.transaction() as transaction:
        put_tables(transaction, cycle, tables)
        transaction.delete("votes", known_cycle=cycle.name)
        transaction.append("votes", pl.concat([votes, earlier_votes]))
        record(transaction, cycle, EVIDENCE, used)
    return digest_of(used)


def work_out_report(
    work: Workspace,
    engine: Engine,
    cycle: Cycle,
    evidence: str,
    *,
    force: bool,
    opens: bool,
    now: datetime,
) -> ReportResult:
    """Votes to shares, shifts, verdicts and briefs, handed over and recorded.

    What is to be posted is recorded with the rest, and posted afterwards: a run that ends in between posts it the
    next time, once.

    Parameters
    ----------
    evidence
        Digest of the evidence step.
    opens
        Whether channels such as Slack get a digest and briefs of this cycle; else only corrections.
    now
        The clock, for the outbox.
    """
    rules = work.settings
    used = report_rests_on(work, cycle, evidence, now)
    if not force and is_current(work.store, cycle, REPORT, used):
        return stored_report(work, cycle)
    tables = gather_brief_tables(work, engine, cycle)
    briefs = _compose(work, engine, cycle, tables, digest_of(used))
    templates, deliveries = load_templates(work), make_deliveries(work)
    rendered = [
        render_brief(
            brief,
            templates,
            pictures=draw_charts(brief),
            link=link_to(work, cycle, brief.persona_id),
        )
        for brief in briefs
    ]
    overview = compose_cycle(briefs, company=rules.company.name, cycle=cycle)
    page = render_cycle_page(overview, templates, link=link_to(work, cycle, None))
    places, problems = hand_over([*rendered, page], deliveries)
    posts = plan_posts(work, overview, rendered, templates, cycle=cycle, opens=opens, now=now)
    written = brief_rows(briefs, places)
    reported = {
        "shares": tables.shares.filter(pl.col("cycle") == cycle.name),
        "shifts": tables.shifts,
        "coverage": tables.coverage,
        "briefs": written,
        "leads": lead_rows(rendered),
    }
    with work.store.transaction() as transaction:
        put_tables(transaction, cycle, reported)
        transaction.replace("outbox", posts, key="key")
        if not problems:
            record(transaction, cycle, REPORT, used)
    problems += [problem for one in [*rendered, page] for problem in one.problems]
    titles = {one.persona_id: one.title for one in rendered}
    rows = persona_rows(written, tables.coverage, titles)
    return ReportResult(False, rows, places.get(None, ""), tuple(problems))


def _compose(
    work: Workspace, engine: Engine, cycle: Cycle, tables: BriefTables, digest: str
) -> list[Brief]:
    """One brief a tracked persona."""
    rules = work.settings
    texts = tables.utterances["text"]
    vectors = dict(
        zip(tables.utterances["utterance_id"], engine.encode(texts, f"{cycle} quotes"), strict=True)
    )
    replayed, alarms = audit_line(work, cycle)
    provenance = {
        "run": digest,
        "encoder": engine.encoder.name,
        "matching head": engine.head.fingerprint,
        "Next Evidence": code_version(),
        replayed: alarms,
    }
    asleep = pains_asleep(work.store, cycle)
    return [
        compose(
            persona,
            cycle,
            tables,
            outcome=outcome(persona, tables.shifts, tables.coverage, settings=rules, asleep=asleep),
            gate=rules.gate_for(persona.id, persona.tracking),
            drift=rules.drift,
            rules=rules.brief,
            company=rules.company.name,
            vectors=vectors,
            provenance=provenance,
        )
        for persona in work.reading.library.tracked
    ]
