"""Every stage in order, once: the page to read second.

sources → evidence → matching → topics → drift → brief → delivery. Pulling is in `intake`; this page begins with stored
statements. What a cycle reports depends only on what was said and decided before its end: every read stops there. A step is
worked out again only when something it used has changed, and its results become visible in one transaction.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from pathlib import PurePosixPath
from typing import Any

import polars as pl

from next_evidence.audits import audit_line
from next_evidence.brief.charts import draw_charts
from next_evidence.brief.compose import compose, compose_cycle
from next_evidence.brief.gate import judge
from next_evidence.brief.material import BriefTables
from next_evidence.brief.measure import measure
from next_evidence.brief.model import Brief
from next_evidence.brief.outcome import GateOutcome, outcome
from next_evidence.brief.render import RenderedBrief, render_brief, render_cycle_page
from next_evidence.brief.vocabulary import telling
from next_evidence.delivery.protocol import Delivery
from next_evidence.discovery import FoundPains, find_pains
from next_evidence.drift.quiet import quiet_sources
from next_evidence.drift.reviewed import with_reviewed_shares
from next_evidence.drift.shares import pain_shares
from next_evidence.drift.votes import tally
from next_evidence.drift.words import cycles_of_words, language_shifts
from next_evidence.engine import Engine
from next_evidence.errors import DeliveryError
from next_evidence.evidence.coverage import daily_counts
from next_evidence.evidence.dedupe import collapse
from next_evidence.lessons import Taught, pain_names, verdicts_digest, verdicts_on
from next_evidence.matching.assign import assign_matches
from next_evidence.matching.score import score_utterances
from next_evidence.matching.speakers import assign_speakers, speaker_evidence
from next_evidence.outlets import link_to, load_templates, make_deliveries, templates_digest
from next_evidence.posting import plan_posts
from next_evidence.records import Cycle
from next_evidence.review.verdicts import apply_verdicts, hold_back, without_waiting
from next_evidence.schemas import BRIEFS, UTTERANCES, empty
from next_evidence.workspace.cycles import (
    earlier,
    input_digest,
    is_current,
    record,
)
from next_evidence.workspace.decisions import pains_asleep
from next_evidence.workspace.history import load_history
from next_evidence.workspace.manifest import code_version, digest_of, digest_of_frame
from next_evidence.workspace.tables import LEADS, UNCALIBRATED
from next_evidence.workspace.workspace import Workspace

EVIDENCE, REPORT = (
    "evidence",
    "report",
)  # the two steps of a cycle, each with a digest of what it used


@dataclass(frozen=True)
class PersonaRow:
    """One line of a run's summary."""

    persona_id: str
    state: str
    accounts_heard: int
    headline: str
    path: str | None


@dataclass(frozen=True)
class ReportResult:
    """A cycle's report. ``unchanged``: nothing that it rests on has changed since the last time."""

    unchanged: bool
    rows: tuple[PersonaRow, ...]
    page: str
    problems: tuple[str, ...] = ()


def evidence_rests_on(
    work: Workspace, engine: Engine, cycle: Cycle, before: str, taught: Taught
) -> dict[str, Any]:
    """What the evidence of a cycle is worked out from, by name; its digest stands for the evidence.

    Parameters
    ----------
    before
        Digest of the cycle before, since who a speaker is and which pains are known carry over.
    taught
        What people taught; a report and all that it is compared with use the same.
    """
    rules = work.settings
    return {
        "statements": input_digest(work, cycle),
        "verdicts": verdicts_digest(verdicts_on(work, cycle)),
        "taught": taught.digest,
        "pain_names": digest_of(sorted(pain_names(work, cycle).items())),
        "models": engine.models,
        "settings": digest_of(
            [
                s.model_dump(mode="json")
                for s in (rules.evidence, rules.matching, rules.review, rules.topics)
            ]
        ),
        "version": code_version(),
        "before": before,
    }


def work_out_evidence(
    work: Workspace, engine: Engine, cycle: Cycle, before: str, taught: Taught, *, force: bool
) -> str:
    """Statements to matches, candidate pains and votes; return the digest of all that they rest on.

    Parameters are those of `evidence_rests_on`.
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
        _people(said, accounts),
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
    with work.store.transaction() as transaction:
        for name, frame in {
            "speaker_evidence": spoke,
            "speakers": speakers,
            "matches": matches,
            "uncalibrated": _uncalibrated(matches, uncorrected),
            "pains": found.pains,
            "candidates": found.candidates,
            "ledger": found.ledger,
            "heard": heard,
            "daily": daily,
        }.items():
            transaction.delete(name, cycle=cycle.name)
            transaction.append(name, frame)
        transaction.delete("votes", known_cycle=cycle.name)
        transaction.append("votes", pl.concat([votes, _without_required(work, found)]))
        record(transaction, cycle, EVIDENCE, used)
    return digest_of(used)


def _uncalibrated(matches: pl.DataFrame, uncorrected: pl.DataFrame) -> pl.DataFrame:
    """What the head alone said of each link to a known pain: reviews are compared with it."""
    alone = uncorrected.select(
        "utterance_id",
        "persona_id",
        pain_id=pl.coalesce("pain_id", "runner_up_pain_id"),
        uncalibrated="confidence",
    )
    linked = matches.select("cycle", "utterance_id", "persona_id", "pain_id").drop_nulls()
    keys = ["utterance_id", "persona_id", "pain_id"]
    return linked.join(alone, on=keys).select(list(UNCALIBRATED)).sort("utterance_id")


def _without_required(work: Workspace, found: FoundPains) -> pl.DataFrame:
    """Votes of earlier cycles for pains found now, but for personas whose evidence waits for a person."""
    required = work.settings.review.required_of
    votes = found.earlier_votes
    return votes.filter(pl.Series([not required(p) for p in votes["persona_id"]], dtype=pl.Boolean))


def _people(said: pl.DataFrame, accounts: pl.DataFrame) -> pl.DataFrame:
    """One row per speaker of a cycle: ``speaker_key, account_id, contact_id, title, segment``."""
    return (
        said.sort("spoken_at", "utterance_id")
        .group_by("speaker_key")
        .agg(
            pl.col("account_id", "contact_id").drop_nulls().last(),
            pl.col("speaker_title").drop_nulls().last().alias("title"),
        )
        .join(accounts.select("account_id", "segment"), on="account_id", how="left")
        .sort("speaker_key")
    )


def report_rests_on(work: Workspace, cycle: Cycle, evidence: str, now: datetime) -> dict[str, Any]:
    """What the report of a cycle is worked out from, by name.

    Parameters
    ----------
    evidence
        Digest of the evidence step.
    now
        The clock.
    """
    rules = work.settings
    return {
        "evidence": evidence,
        "crm": digest_of_frame(work.store.accounts_as_of(cycle.end)),
        "contacts": digest_of_frame(work.store.read("contacts")),
        "settings": digest_of(rules.model_dump(mode="json")),
        "templates": templates_digest(work),
        "whole": cycle.end <= now,  # else it is reported once more when it is over
        "audit": audit_line(work, cycle),
        "asleep": sorted(
            [*pain, snooze.reason] for pain, snooze in pains_asleep(work.store, cycle).items()
        ),
        "version": code_version(),
    }


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
        return _stored_report(work, cycle)
    tables = _measure(work, engine, cycle)
    briefs, outcomes = _compose(work, engine, cycle, tables, digest_of(used))
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
    places, problems = _hand_over([*rendered, page], deliveries)
    posts = plan_posts(work, overview, rendered, templates, cycle=cycle, opens=opens, now=now)
    rows = [
        {
            "cycle": cycle.name,
            "persona_id": brief.persona_id,
            "state": outcomes[brief.persona_id].state,
            "reasons": list(outcomes[brief.persona_id].reasons),
            "path": places.get(brief.persona_id),
        }
        for brief in briefs
    ]
    written = pl.DataFrame(rows, schema=BRIEFS)
    leads = [
        (cycle.name, one.persona_id, one.lead_pain_id, list(one.quoted))
        for one in rendered
        if one.lead_pain_id is not None
    ]
    with work.store.transaction() as transaction:
        for name, frame in {
            "shares": tables.shares.filter(pl.col("cycle") == cycle.name),
            "shifts": tables.shifts,
            "coverage": tables.coverage,
            "briefs": written,
            "leads": pl.DataFrame(leads, schema=LEADS, orient="row"),
        }.items():
            transaction.delete(name, cycle=cycle.name)
            transaction.append(name, frame)
        transaction.replace("outbox", posts, key="key")
        if not problems:
            record(transaction, cycle, REPORT, used)
    problems += [problem for one in [*rendered, page] for problem in one.problems]
    titles = {one.persona_id: one.title for one in rendered}
    return ReportResult(
        False, _rows(written, tables.coverage, titles), places.get(None, ""), tuple(problems)
    )


def _measure(work: Workspace, engine: Engine, cycle: Cycle) -> BriefTables:
    """Shares, judged shifts and coverage of a cycle, with the tables that its briefs are made from."""
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


def _compose(
    work: Workspace, engine: Engine, cycle: Cycle, tables: BriefTables, digest: str
) -> tuple[list[Brief], dict[str, GateOutcome]]:
    """One brief a tracked persona, and what the gate decided."""
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
    briefs, outcomes, asleep = [], {}, pains_asleep(work.store, cycle)
    for persona in work.reading.library.tracked:
        decided = outcome(persona, tables.shifts, tables.coverage, settings=rules, asleep=asleep)
        outcomes[persona.id] = decided
        briefs.append(
            compose(
                persona,
                cycle,
                tables,
                outcome=decided,
                gate=rules.gate_for(persona.id, persona.tracking),
                drift=rules.drift,
                rules=rules.brief,
                company=rules.company.name,
                vectors=vectors,
                provenance=provenance,
            )
        )
    return briefs, outcomes


def _hand_over(
    rendered: Sequence[RenderedBrief], deliveries: Sequence[Delivery]
) -> tuple[dict[str | None, str], list[str]]:
    """Deliver every brief to every folder; where a reader finds each, and what could not be delivered.

    A delivery that fails never keeps another one, nor another brief, from going out.
    """
    places: dict[str | None, str] = {}
    problems: list[str] = []
    for brief in rendered:
        for delivery in deliveries:
            try:
                receipt = delivery.send(brief, key=brief.key)
            except DeliveryError as error:
                problems.append(str(error))
                continue
            page = next((place for place in receipt.places if place.endswith(".html")), "")
            places.setdefault(brief.persona_id, page)
    return places, problems


def _stored_report(work: Workspace, cycle: Cycle) -> ReportResult:
    """What was worked out before, as it stands in the store."""
    written = work.store.read("briefs", cycle=cycle.name)
    covered = work.store.read("coverage", cycle=cycle.name)
    titles = {row["persona_id"]: "; ".join(row["reasons"][:1]) for row in written.to_dicts()}
    paths = [path for path in written["path"].to_list() if path]
    page = str(PurePosixPath(paths[0]).parent.parent / "index.html") if paths else ""
    return ReportResult(True, _rows(written, covered, titles), page)


def _rows(
    written: pl.DataFrame, covered: pl.DataFrame, titles: dict[Any, str]
) -> tuple[PersonaRow, ...]:
    overall = covered.filter(pl.col("segment").is_null(), pl.col("source").is_null())
    heard = dict(zip(overall["persona_id"], overall["accounts_heard"], strict=True))
    return tuple(
        PersonaRow(
            persona_id=row["persona_id"],
            state=row["state"],
            accounts_heard=heard.get(row["persona_id"], 0),
            headline=titles.get(row["persona_id"], ""),
            path=row["path"],
        )
        for row in written.to_dicts()
    )
