"""The registry of pains at the end of a cycle: those of the documents, and what no known pain explains."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from next_evidence.drift.votes import count_votes
from next_evidence.engine import Engine
from next_evidence.matching.profiles import Profiles
from next_evidence.personas.library import PersonaLibrary
from next_evidence.records import Cycle, cycles_up_to
from next_evidence.review.pain_decisions import PainDecisions
from next_evidence.schemas import MATCHES, PAINS, check
from next_evidence.topics.decided import Examples, decided_members, decided_pains
from next_evidence.topics.pains import HISTORY_CYCLES, discover
from next_evidence.topics.tables import KNOWN
from next_evidence.workspace.cycles import earlier
from next_evidence.workspace.tables import CANDIDATES
from next_evidence.workspace.workspace import Workspace

_PAIN = ["persona_id", "pain_id"]


@dataclass(frozen=True)
class FoundPains:
    """The registry at the end of a cycle, and what it changes in that cycle's matches.

    ``pains`` are as people named and decided them, ``candidates`` as the engine found them. ``earlier_votes`` are votes of
    earlier cycles for pains that became known in this one.
    """

    pains: pl.DataFrame
    candidates: pl.DataFrame
    ledger: pl.DataFrame
    matches: pl.DataFrame
    earlier_votes: pl.DataFrame


def find_pains(
    work: Workspace,
    engine: Engine,
    cycle: Cycle,
    matches: pl.DataFrame,
    *,
    counted: pl.DataFrame,
    profiles: Profiles,
    decisions: PainDecisions,
) -> FoundPains:
    """Known pains first; then what grew among all that was said over a window of cycles; then what people decided about it.

    Parameters
    ----------
    matches
        ``MATCHES`` of this cycle.
    counted
        The same, but what waits for a person is not accepted yet: what the documents' pains are heard in.
    profiles
        The known pains that they were matched to.
    decisions
        On discovered pains.
    """
    rules, sure = work.settings.topics, work.settings.matching
    before = earlier(work, "candidates", cycle, 1)
    recent = _explained_already(
        earlier(work, "matches", cycle, rules.window_cycles - 1), sure.accept_at
    )
    window = pl.concat([recent, matches])
    history = _explained_already(
        earlier(work, "matches", cycle, HISTORY_CYCLES - 1), sure.accept_at
    )
    history = history.join(recent.select("utterance_id"), on="utterance_id", how="anti")
    vectors = engine.encode(window["text"], f"{cycle} topics")
    history_vectors = engine.encode(history["text"], f"{cycle} topics")
    around = _around(work, cycle, pl.concat([window, history]))
    contexts = engine.encode(around, f"{cycle} topics")
    found = discover(
        window,
        vectors,
        known=_prototypes(profiles),
        previous=before.drop("cycle"),
        history=history,
        history_vectors=history_vectors,
        contexts=contexts[: window.height],
        history_contexts=contexts[window.height :],
        cycle=cycle.name,
        rules=rules,
        relevant_at=sure.relevant_at,
        accept_at=sure.accept_at,
        taken=decisions.given_ids,
        kept_apart=decisions.fates.keys() | decisions.names.keys(),
    )
    told = pl.concat([window, history])
    at = dict(zip(told["utterance_id"], [*vectors, *history_vectors], strict=True))
    examples = _examples(work, engine, decisions)
    members = decided_members(found.members, decisions, vectors=at, examples=examples)
    discovered = decided_pains(
        found.candidates, decisions, members=members, examples=examples, cycle=cycle.name
    )
    listed = document_pains(work.reading.library, counted, earlier(work, "pains", cycle, 1), cycle)
    return FoundPains(
        pains=pl.concat([listed, discovered]),
        candidates=found.candidates.select(pl.lit(cycle.name).alias("cycle"), pl.all()).select(
            list(CANDIDATES)
        ),
        ledger=found.ledger,
        matches=_explained(matches, members),
        earlier_votes=_earlier_votes(work, members, told, before, cycle, sure.vote_at),
    )


def _around(work: Workspace, cycle: Cycle, matches: pl.DataFrame) -> pl.Series:
    """The turn around each statement matched up to this cycle; the statement itself where none is stored."""
    first = cycles_up_to(cycle, HISTORY_CYCLES)[0]
    beside = matches.select("utterance_id", "text").join(
        work.store.contexts(first, cycle), on="utterance_id", how="left", maintain_order="left"
    )
    return beside.select(pl.coalesce("context", "text").fill_null("")).to_series()


def _examples(work: Workspace, engine: Engine, decisions: PainDecisions) -> Examples:
    """The statements that people gave as examples when they split pains; what was erased since is none any more."""
    ids = sorted(
        {i for fate in decisions.fates.values() for part in fate.parts for i in part.examples}
    )
    if not ids:
        return Examples({}, {})
    said = work.store.read("utterances", utterance_id=ids)
    vectors = engine.encode(said["text"], "examples of parts")
    return Examples(
        dict(said.select("utterance_id", "text").iter_rows()),
        dict(zip(said["utterance_id"], vectors, strict=True)),
    )


def _explained_already(matches: pl.DataFrame, accept_at: float) -> pl.DataFrame:
    """Matches in which what only waits for a person counts as explained by its pain."""
    waits = (pl.col("status") == "review") & (pl.col("confidence") >= accept_at)
    return matches.with_columns(status=pl.when(waits).then(pl.lit("accepted")).otherwise("status"))


def _prototypes(profiles: Profiles) -> pl.DataFrame:
    """``KNOWN``: a row per statement and example of every known pain."""
    owners = [profiles.pains[number] for number in profiles.prototype_pain]
    return pl.DataFrame(
        {
            "persona_id": [owner.persona_id for owner in owners],
            "pain_id": [owner.pain_id for owner in owners],
            "vector": profiles.prototypes.astype(np.float32).tolist(),
        },
        schema=KNOWN,
    )


def _explained(matches: pl.DataFrame, members: pl.DataFrame) -> pl.DataFrame:
    """Put statements to the candidates that explain them, in the matches of one cycle."""
    candidate = members.select(
        "utterance_id",
        "persona_id",
        found_pain="pain_id",
        found_confidence="confidence",
        found_status="status",
    ).unique("utterance_id", keep="first", maintain_order=True)
    joined = matches.join(candidate, on=["utterance_id", "persona_id"], how="left")
    taken = pl.col("found_pain").is_not_null() & (
        (pl.col("status") != "accepted") | (pl.col("found_status") == "accepted")
    )
    changed = joined.with_columns(
        pl.when(taken).then("found_pain").otherwise("pain_id").alias("pain_id"),
        pl.when(taken).then("found_confidence").otherwise("confidence").alias("confidence"),
        pl.when(taken).then("found_status").otherwise("status").alias("status"),
        pl.when(taken)
        .then(pl.coalesce("pain_id", "runner_up_pain_id"))
        .otherwise("runner_up_pain_id")
        .alias("runner_up_pain_id"),
        # runner-ups vote too: the known pain keeps no more than the candidate leaves
        pl.when(taken)
        .then(
            pl.min_horizontal(
                pl.max_horizontal("confidence", "runner_up_confidence"),
                1.0 - pl.col("found_confidence"),
            )
        )
        .otherwise("runner_up_confidence")
        .alias("runner_up_confidence"),
    )
    return check(changed, MATCHES, table="matches").sort("utterance_id")


def _earlier_votes(
    work: Workspace,
    members: pl.DataFrame,
    told: pl.DataFrame,
    before: pl.DataFrame,
    cycle: Cycle,
    vote_at: float,
) -> pl.DataFrame:
    """Votes of earlier cycles for pains that nobody knew of then; they count from this cycle on."""
    known = before.select("persona_id", found_pain_id="pain_id")
    fresh = (
        members.filter(pl.col("cycle") != cycle.name)
        .join(known, on=["persona_id", "found_pain_id"], how="anti")
        .select("utterance_id", *_PAIN, "confidence", "status")
    )
    said = told.select(
        "cycle",
        "utterance_id",
        "conversation_id",
        "source",
        "account_id",
        "persona_id",
        "stance",
        "denial",
    )
    linked = said.join(fresh, on=["utterance_id", "persona_id"]).drop_nulls("account_id")
    votes = count_votes(linked, known_in=cycle, vote_at=vote_at)
    # where people merged what was found into a pain that had votes already, an account still votes once
    cast = work.store.read("votes", cycle=votes["cycle"].unique().to_list())
    cast = cast.filter(pl.col("known_cycle") != cycle.name)
    return votes.join(cast, on=["cycle", *_PAIN, "account_id"], how="anti")


def document_pains(
    library: PersonaLibrary, matches: pl.DataFrame, before: pl.DataFrame, cycle: Cycle
) -> pl.DataFrame:
    """``PAINS`` rows of the documents: when each was first and last heard, and its surest quote.

    Parameters
    ----------
    matches
        ``MATCHES`` of this cycle.
    before
        ``PAINS`` at the end of the cycle before, so that history need not be read.
    """
    carried = {(row["persona_id"], row["pain_id"]): row for row in before.to_dicts()}
    raised = (
        matches.filter(pl.col("status") == "accepted", pl.col("stance") == "raises")
        .sort(["confidence", "utterance_id"], descending=[True, False])
        .group_by("persona_id", "pain_id", maintain_order=True)
        .agg(pl.col("utterance_id").first())
    )
    heard_now = {(row[0], row[1]): row[2] for row in raised.iter_rows()}
    rows: list[dict[str, object]] = []
    for persona in library:
        for pain in persona.pains:
            key = (persona.id, pain.id)
            old, quote = carried.get(key, {}), heard_now.get(key)
            rows.append(
                {
                    "cycle": cycle.name,
                    "pain_id": pain.id,
                    "persona_id": persona.id,
                    "label": pain.statement,
                    "origin": "document",
                    "status": "claimed",
                    "first_cycle": old.get("first_cycle") or (cycle.name if quote else None),
                    "last_cycle": cycle.name if quote else old.get("last_cycle"),
                    "keywords": [],
                    "exemplar": quote or old.get("exemplar"),
                }
            )
    return pl.DataFrame(rows, schema=PAINS)
