"""The registry of pains that no document has: found, kept under one id, merged, split, faded, and claimed.

Known pains come first: a topic becomes a candidate only when no known pain explains it (``candidates``). The
registry is a pure function of its state at the end of the previous cycle and of what was said since; so a cycle
that is worked out again gives the same ids.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from next_evidence.schemas import check
from next_evidence.settings import TopicSettings
from next_evidence.topics.align import SILENT_CYCLES, merged_into
from next_evidence.topics.births import births
from next_evidence.topics.candidates import RING, belongs, crowd
from next_evidence.topics.fit import FitTopics, topic_fitter
from next_evidence.topics.novelty import membership
from next_evidence.topics.registry import (
    Entry,
    Event,
    centroids_table,
    evidence,
    ledger_table,
    pains_table,
    read_registry,
)
from next_evidence.topics.space import Floats, mean_statement
from next_evidence.topics.speech import Speech, persona_speech
from next_evidence.topics.tables import KNOWN, MEMBERS, WINDOW

# Members below this confidence are not worth a reviewer's time; as `matching.review_at`.
_REVIEW_AT = 0.3
# How far a centroid follows its own recent statements in one cycle: slowly, or it would wander off.
_FOLLOW = 0.3
# Cycles that `discover` should be given, window and history together. benchmarks/topics: of 14 planted pains 9
# were found with 12 and 3 with 7, at the same false ones; growth cannot be told without a past.
HISTORY_CYCLES = 12


@dataclass(frozen=True)
class Discovery:
    """What a cycle adds to the registry.

    Attributes
    ----------
    pains
        ``PAINS`` rows of everything ever discovered, as it stands at the end of the cycle.
    centroids
        ``CENTROIDS`` rows: with ``pains`` the state that the next cycle takes up.
    members
        ``MEMBERS`` rows of all trailing cycles.
    ledger
        ``LEDGER`` rows of this cycle.
    """

    pains: pl.DataFrame
    centroids: pl.DataFrame
    members: pl.DataFrame
    ledger: pl.DataFrame


def discover(
    window: pl.DataFrame,
    vectors: Floats,
    *,
    known: pl.DataFrame,
    previous: pl.DataFrame,
    previous_centroids: pl.DataFrame,
    history: pl.DataFrame,
    history_vectors: Floats,
    cycle: str,
    rules: TopicSettings,
    relevant_at: float = 0.5,
    accept_at: float = 0.5,
    fit: FitTopics | None = None,
) -> Discovery:
    """Carry the registry one cycle on.

    Parameters
    ----------
    window
        ``WINDOW`` rows (``MATCHES`` will do) of the last ``rules.window_cycles`` cycles, the current one last,
        *all* of them: what matching accepted tells where known pains lie.
    vectors
        Their unit vectors, shape ``(len(window), n_dims)``.
    known
        ``KNOWN`` rows: the documents' pains. A discovered pain that stands here has been claimed.
    previous, previous_centroids
        ``PAINS`` and ``CENTROIDS`` as the previous cycle left them; rows of documents are passed over. A person's
        decision stands in ``status``: ``confirmed`` or ``retired``.
    history, history_vectors
        The same as ``window`` for the trailing cycles before it, so that both together are ``HISTORY_CYCLES``:
        what a candidate grows against.
    cycle
        The current cycle. Later rows are left out.
    rules
        ``topics`` of the settings.
    relevant_at, accept_at
        ``matching.relevant_at`` and ``matching.accept_at``.
    fit
        Numbers the topics of one persona's statements; BERTopic when None.

    Returns
    -------
    Tables sorted by persona, pain and utterance; independent of the order of the rows that came in.
    """
    spoken, at = _spoken(window, vectors, history, history_vectors, cycle)
    cycles = tuple(spoken["cycle"].unique().sort())
    cycles = cycles if cycles and cycles[-1] == cycle else (*cycles, cycle)
    known = check(known, KNOWN, table="known")
    entries = read_registry(previous, previous_centroids)
    fit = topic_fitter(rules.seed) if fit is None else fit
    personas = sorted({*spoken["persona_id"].drop_nulls(), *(e.persona_id for e in entries)})
    # a claimed id is a document's now, and no less taken
    taken = {*(e.pain_id for e in entries), *known["pain_id"]}
    registry: list[Entry] = []
    events: list[Event] = []
    members: list[pl.DataFrame] = []
    speeches: dict[str, Speech] = {}
    for persona in personas:
        speech = persona_speech(
            spoken,
            at,
            persona_id=persona,
            known=known,
            cycles=cycles,
            window_cycles=rules.window_cycles,
            relevant_at=relevant_at,
        )
        speeches[persona] = speech
        own, claimed = _claimed([e for e in entries if e.persona_id == persona], speech)
        events += claimed
        own = [_followed(e, speech) for e in own]
        own, merged = _merged(own, speech)
        events += merged
        born: list[Entry] = []
        if rules.enabled:
            born, new_events = births(speech, own, cycle, rules, fit, taken, speeches, registry)
            events += new_events
            taken |= {e.pain_id for e in born}
        explained = _members([*own, *born], speech, accept_at)
        own, lived = _aged(own, speech, explained, cycle, rules)
        events += lived
        born = [_dated(e, explained) for e in born]
        members.append(explained)
        registry += [*own, *born]
    return Discovery(
        pains=pains_table(registry, cycle),
        centroids=centroids_table(registry),
        members=_stacked(members, MEMBERS).sort("persona_id", "pain_id", "utterance_id"),
        ledger=ledger_table(events, cycle),
    )


def _spoken(
    window: pl.DataFrame,
    vectors: Floats,
    history: pl.DataFrame,
    history_vectors: Floats,
    cycle: str,
) -> tuple[pl.DataFrame, Floats]:
    """All trailing statements once, by utterance id, and their vectors in that order."""
    frames = [check(history, WINDOW, table="history"), check(window, WINDOW, table="window")]
    stacked = np.concatenate(
        [
            np.asarray(v, dtype=np.float64).reshape(len(f), -1)
            for v, f in zip((history_vectors, vectors), frames, strict=True)
            if len(f)
        ]
        or [np.zeros((0, 1))]
    )
    rows = (
        pl.concat(frames)
        .with_row_index("row")
        .filter(pl.col("cycle") <= cycle)
        .unique("utterance_id", keep="last")
        .sort("utterance_id")
    )
    return rows.drop("row"), stacked[rows["row"].to_numpy()]


def _claimed(entries: list[Entry], speech: Speech) -> tuple[list[Entry], list[Event]]:
    """Candidates that a document has taken up leave the registry: their row is now the document's."""
    gone = [e for e in entries if e.pain_id in speech.known_ids]
    events = [
        Event(speech.persona_id, e.pain_id, "claimed", (), "stands in the document now")
        for e in gone
    ]
    return [e for e in entries if e.pain_id not in speech.known_ids], events


def _followed(entry: Entry, speech: Speech) -> Entry:
    """Claim what lies near a candidate, and follow it a little way."""
    if not entry.alive or not len(speech):
        return replace(entry, rows=np.zeros(len(speech), dtype=bool))
    rows = belongs(speech, entry.centroid)
    recent = rows & speech.in_window
    centroid = entry.centroid
    if recent.sum() >= 3:
        centroid = (1.0 - _FOLLOW) * centroid + _FOLLOW * mean_statement(speech.vectors[recent])
        rows = belongs(speech, centroid)
    return replace(entry, centroid=centroid, rows=rows)


def _merged(entries: list[Entry], speech: Speech) -> tuple[list[Entry], list[Event]]:
    """Close the younger of two candidates that have grown together."""
    alive = [i for i, e in enumerate(entries) if e.alive]
    if len(alive) < 2:
        return entries, []
    directions = np.array([speech.direction(entries[i].centroid) for i in alive])
    into = merged_into(directions, [(entries[i].first_cycle, entries[i].pain_id) for i in alive])
    out, events = list(entries), []
    for young, old in sorted(into.items()):
        closed, kept = entries[alive[young]], entries[alive[old]]
        out[alive[young]] = replace(closed, status="merged")
        events.append(
            Event(
                speech.persona_id,
                closed.pain_id,
                "merged",
                evidence(speech, closed.centroid, closed.rows),
                f"into {kept.pain_id}",
            )
        )
    return out, events


def _members(entries: Sequence[Entry], speech: Speech, accept_at: float) -> pl.DataFrame:
    """Each statement's likeliest candidate, in all trailing cycles, where no known pain is likelier."""
    speaking = [e for e in entries if e.status in ("candidate", "confirmed", "faded")]
    if not speaking or not len(speech):
        return pl.DataFrame(schema=MEMBERS)
    table = np.full((len(speech), len(speaking)), -1.0)
    for i, entry in enumerate(speaking):
        rows = np.flatnonzero(belongs(speech, entry.centroid, floor=RING))
        own = entry.rows & (speech.cycle >= _position(speech.cycles, entry.first_cycle))
        table[rows, i] = membership(
            speech.centred[rows] @ speech.direction(entry.centroid),
            speech.nearest[rows],
            speech.relevance[rows],
            crowd(speech, rows, own),
        )
    best = table.argmax(axis=1)
    rows = np.flatnonzero(table.max(axis=1) >= _REVIEW_AT)
    chances = table[rows, best[rows]]
    explained = pl.DataFrame(
        {
            "utterance_id": [speech.ids[i] for i in rows],
            "cycle": [speech.cycles[speech.cycle[i]] for i in rows],
            "persona_id": [speech.persona_id] * len(rows),
            "pain_id": [speaking[best[i]].pain_id for i in rows],
            "confidence": chances,
            "status": np.where(chances >= accept_at, "accepted", "review").tolist(),
        },
        schema=MEMBERS,
    )
    # a known pain that is likelier keeps its statement
    left = (speech.matched[rows] < 0) | (chances > speech.confidence[rows])
    return explained.filter(pl.Series(left, dtype=pl.Boolean))


def _position(cycles: Sequence[str], name: str) -> int:
    """Where a cycle stands, or would stand if somebody had spoken in it."""
    return sum(cycle < name for cycle in cycles)


def _aged(
    entries: Sequence[Entry],
    speech: Speech,
    members: pl.DataFrame,
    cycle: str,
    rules: TopicSettings,
) -> tuple[list[Entry], list[Event]]:
    """What became of the candidates that were there before."""
    out: list[Entry] = []
    events: list[Event] = []
    for entry in entries:
        if not entry.alive or entry.status == "retired":
            out.append(entry)
            continue
        dated = _dated(entry, members)
        silent = [name for name in speech.cycles if name > dated.last_cycle]
        heard = speech.heard().any(axis=1).sum(axis=0)
        covered = [
            name for name in silent if heard[speech.cycles.index(name)] >= rules.min_accounts
        ]
        recent = evidence(speech, entry.centroid, entry.rows & speech.in_window)
        if len(covered) >= SILENT_CYCLES and entry.status != "faded":
            dated = replace(dated, status="faded")
            events.append(
                Event(
                    speech.persona_id,
                    entry.pain_id,
                    "faded",
                    (),
                    f"not heard since {dated.last_cycle}",
                )
            )
        elif dated.last_cycle == cycle:
            event = "survived" if entry.status != "faded" else "revived"
            dated = replace(dated, status="candidate" if event == "revived" else entry.status)
            events.append(
                Event(
                    speech.persona_id,
                    entry.pain_id,
                    event,
                    recent,
                    _counted(members, entry, cycle),
                )
            )
        out.append(dated)
    return out, events


def _dated(entry: Entry, members: pl.DataFrame) -> Entry:
    """The entry with the last cycle in which it was heard for sure."""
    own = members.filter(pl.col("pain_id") == entry.pain_id, pl.col("status") == "accepted")[
        "cycle"
    ]
    last = own.max()
    return (
        replace(entry, last_cycle=max(entry.last_cycle, last)) if isinstance(last, str) else entry
    )


def _counted(members: pl.DataFrame, entry: Entry, cycle: str) -> str:
    own = members.filter(pl.col("pain_id") == entry.pain_id, pl.col("cycle") == cycle)
    return f"{own.height} statements in this cycle"


def _stacked(frames: Sequence[pl.DataFrame], schema: pl.Schema) -> pl.DataFrame:
    return pl.concat(frames) if frames else pl.DataFrame(schema=schema)
