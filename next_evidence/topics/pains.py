"""The registry of pains that no document has: found, kept under one id, merged, faded, died, and claimed.

The registry is a pure function of its state at the end of the previous cycle and of what was said since; so a cycle
that is worked out again gives the same ids. What people decide is laid over it (`decided`) and never enters it.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from next_evidence.schemas import check
from next_evidence.settings import TopicSettings
from next_evidence.topics.align import merged_into
from next_evidence.topics.births import MAY_BE_ITS_OWN, births
from next_evidence.topics.candidates import MIN_PAST
from next_evidence.topics.registry import (
    Entry,
    Event,
    candidates_table,
    evidence,
    ledger_table,
    read_registry,
)
from next_evidence.topics.separate import Past, Separation
from next_evidence.topics.silence import faded_or_died
from next_evidence.topics.space import Floats, mean_statement
from next_evidence.topics.speech import Ints, Mask, Speech, persona_speech
from next_evidence.topics.tables import KNOWN, MEMBERS, WINDOW

# A match of this confidence keeps its statement: nothing that discovery knows is surer.
_SURE_MATCH = 0.98
# Accounts that must raise a candidate in a cycle before it was heard in it: one may be misheard.
_VOICES = 2
# Cycles that `discover` should be given, window and history together: growth cannot be told without a past.
HISTORY_CYCLES = 12


@dataclass(frozen=True)
class Discovery:
    """What a cycle adds to the registry.

    Attributes
    ----------
    candidates
        ``CANDIDATES`` rows of everything ever discovered, at the end of the cycle: the state that the next one takes up.
    members
        ``MEMBERS`` rows of all trailing cycles.
    ledger
        ``LEDGER`` rows of this cycle.
    """

    candidates: pl.DataFrame
    members: pl.DataFrame
    ledger: pl.DataFrame


def discover(
    window: pl.DataFrame,
    vectors: Floats,
    *,
    known: pl.DataFrame,
    previous: pl.DataFrame,
    history: pl.DataFrame,
    history_vectors: Floats,
    contexts: Floats,
    history_contexts: Floats,
    cycle: str,
    rules: TopicSettings,
    relevant_at: float = 0.5,
    accept_at: float = 0.5,
    taken: Collection[str] = (),
    kept_apart: Collection[tuple[str, str]] = (),
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
    previous
        ``CANDIDATES`` as the previous cycle left them.
    history, history_vectors
        The same as ``window`` for the trailing cycles before it, so that both together are ``HISTORY_CYCLES``:
        what a candidate grows against.
    contexts, history_contexts
        Unit vectors of the turns around the statements of ``window`` and ``history``, of the shapes of their vectors.
    cycle
        The current cycle. Later rows are left out.
    rules
        ``topics`` of the settings.
    relevant_at, accept_at
        ``matching.relevant_at`` and ``matching.accept_at``.
    taken
        Further ids that must not be given again, such as those that a person gave to parts of a pain.
    kept_apart
        Persona and pain ids that people decided about: none of them is closed as merged.

    Returns
    -------
    Tables sorted by persona, pain and utterance; independent of the order of the rows that came in.
    """
    spoken, order = _spoken(window, history, cycle)
    at = _together(history_vectors, vectors)[order]
    around = _together(history_contexts, contexts)[order]
    cycles = tuple(spoken["cycle"].unique().sort())
    cycles = cycles if cycles and cycles[-1] == cycle else (*cycles, cycle)
    known = check(known, KNOWN, table="known")
    entries = read_registry(previous)
    personas = sorted({*spoken["persona_id"].drop_nulls(), *(e.persona_id for e in entries)})
    # a claimed id is a document's now, and no less taken
    given = {*(e.pain_id for e in entries), *known["pain_id"], *taken}
    registry: list[Entry] = []
    events: list[Event] = []
    members: list[pl.DataFrame] = []
    speeches: dict[str, Speech] = {}
    for persona in personas:
        speech = persona_speech(
            spoken,
            at,
            around,
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
        own, merged = _merged(own, speech, kept_apart)
        events += merged
        born: list[Entry] = []
        if rules.enabled:
            born, new_events = births(speech, own, cycle, rules, given, speeches, registry)
            events += new_events
            given |= {e.pain_id for e in born}
        explained = _members([*own, *born], speech, accept_at)
        own, lived = _aged(own, speech, explained, cycle, rules)
        events += lived
        members.append(explained)
        registry += [*own, *(_dated(e, speech, explained) for e in born)]
    return Discovery(
        candidates=candidates_table(registry),
        members=_stacked(members, MEMBERS).sort("persona_id", "pain_id", "utterance_id"),
        ledger=ledger_table(events, cycle),
    )


def _spoken(window: pl.DataFrame, history: pl.DataFrame, cycle: str) -> tuple[pl.DataFrame, Ints]:
    """All trailing statements once, by utterance id, and their positions in history and window together."""
    frames = [check(history, WINDOW, table="history"), check(window, WINDOW, table="window")]
    rows = (
        pl.concat(frames)
        .with_row_index("row")
        .filter(pl.col("cycle") <= cycle)
        .unique("utterance_id", keep="last")
        .sort("utterance_id")
    )
    return rows.drop("row"), rows["row"].cast(pl.Int64).to_numpy()


def _together(*parts: Floats) -> Floats:
    """Vectors of several frames below each other; a frame without rows need not know their length."""
    filled = [np.asarray(part, dtype=np.float64) for part in parts if len(part)]
    return np.concatenate(filled) if filled else np.zeros((0, 1))


def _claimed(entries: list[Entry], speech: Speech) -> tuple[list[Entry], list[Event]]:
    """Candidates that a document has taken up leave the registry: their row is now the document's."""
    gone = [e for e in entries if e.pain_id in speech.known_ids]
    events = [
        Event(speech.persona_id, e.pain_id, "claimed", (), "stands in the document now")
        for e in gone
    ]
    return [e for e in entries if e.pain_id not in speech.known_ids], events


def _followed(entry: Entry, speech: Speech) -> Entry:
    """Claim what is a candidate's, and learn from it what it is by now.

    While the past before it is long enough it is told apart from that again, with all that it has claimed since; afterwards it
    stays what it was.
    """
    nothing = replace(entry, rows=np.zeros(len(speech), bool), chances=np.zeros(len(speech)))
    if not entry.alive or not len(speech):
        return nothing
    onset = _position(speech.cycles, entry.first_cycle)
    since = speech.cycle >= onset
    chances = np.where(since, entry.claim.chances(speech.in_context), 0.0)
    rows = chances >= 0.5
    found: Separation | None = None
    if onset >= MIN_PAST and rows.any():
        found = Past(speech, onset).separate(rows)
    if found is not None:
        entry = replace(entry, claim=found.claim)
        chances, rows = np.where(since, found.chances, 0.0), found.core & since
    if rows.any():
        entry = replace(entry, centroid=mean_statement(speech.vectors[rows]))
    return replace(entry, rows=rows, chances=chances)


def _merged(
    entries: list[Entry], speech: Speech, kept_apart: Collection[tuple[str, str]]
) -> tuple[list[Entry], list[Event]]:
    """Close the younger of two candidates that have grown together."""
    open_ = [
        i for i, e in enumerate(entries) if e.alive and (e.persona_id, e.pain_id) not in kept_apart
    ]
    if len(open_) < 2:
        return entries, []
    directions = np.array([speech.direction(entries[i].centroid) for i in open_])
    into = merged_into(directions, [(entries[i].first_cycle, entries[i].pain_id) for i in open_])
    out, events = list(entries), []
    for young, old in sorted(into.items()):
        closed, kept = entries[open_[young]], entries[open_[old]]
        out[open_[young]] = replace(closed, status="merged")
        shown = evidence(speech, closed.centroid, closed.rows)
        events.append(
            Event(speech.persona_id, closed.pain_id, "merged", shown, f"into {kept.pain_id}")
        )
    return out, events


def _members(entries: Sequence[Entry], speech: Speech, accept_at: float) -> pl.DataFrame:
    """Each statement's likeliest candidate since that began.

    A candidate takes statements back from a known pain: that pain was said before the candidate began, in words that
    the candidate was told apart from, and matching did not know that there is a choice. Only a sure match stays.
    """
    speaking = [e for e in entries if e.alive]
    if not speaking or not len(speech):
        return pl.DataFrame(schema=MEMBERS)
    table = np.full((len(speech), len(speaking)), -1.0)
    for i, entry in enumerate(speaking):
        since = speech.cycle >= _position(speech.cycles, entry.first_cycle)
        table[since, i] = entry.chances[since]
    best = table.argmax(axis=1)
    chances = np.round(table.max(axis=1), 6)
    free = speech.matched < 0
    taken_back = ~free & (chances >= accept_at) & (speech.confidence < _SURE_MATCH)
    rows = np.flatnonzero((chances >= MAY_BE_ITS_OWN) & (free | taken_back))
    return pl.DataFrame(
        {
            "utterance_id": [speech.ids[i] for i in rows],
            "cycle": [speech.cycles[speech.cycle[i]] for i in rows],
            "persona_id": [speech.persona_id] * len(rows),
            "pain_id": [speaking[best[i]].pain_id for i in rows],
            "confidence": chances[rows],
            "status": np.where(chances[rows] >= accept_at, "accepted", "review").tolist(),
        },
        schema=MEMBERS,
    )


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
        if not entry.alive:
            out.append(entry)
            continue
        dated = _dated(entry, speech, members)
        if dated.last_cycle == cycle:
            event = "survived" if entry.status != "faded" else "revived"
            dated = replace(dated, status="candidate")
            shown = evidence(speech, entry.centroid, entry.rows & speech.in_window)
            told = _counted(members, entry, cycle)
            events.append(Event(speech.persona_id, entry.pain_id, event, shown, told))
        else:
            silent = faded_or_died(dated, speech, min_accounts=rules.min_accounts)
            if silent is not None:
                events.append(silent)
                dated = replace(dated, status="faded")
        out.append(dated)
    return out, events


def _dated(entry: Entry, speech: Speech, members: pl.DataFrame) -> Entry:
    """The entry with the last cycle in which it was heard for sure, and how often it was raised by then."""
    own = members.filter(pl.col("pain_id") == entry.pain_id, pl.col("status") == "accepted")
    told: Mask = np.isin(np.array(speech.ids), own["utterance_id"].to_list())
    raising = speech.heard(told).any(axis=1).sum(axis=0)
    voiced = np.flatnonzero(raising >= _VOICES)
    last = speech.cycles[voiced[-1]] if len(voiced) else None
    if last is None or last < entry.last_cycle:
        return entry
    first, end = _position(speech.cycles, entry.first_cycle), speech.cycles.index(last)
    inside = slice(first, end + 1)
    return replace(
        entry,
        last_cycle=last,
        raised=int(raising[inside].sum()),
        heard=int(speech.heard().any(axis=1).sum(axis=0)[inside].sum()),
    )


def _counted(members: pl.DataFrame, entry: Entry, cycle: str) -> str:
    own = members.filter(pl.col("pain_id") == entry.pain_id, pl.col("cycle") == cycle)
    return f"{own.height} statements in this cycle"


def _stacked(frames: Sequence[pl.DataFrame], schema: pl.Schema) -> pl.DataFrame:
    return pl.concat(frames) if frames else pl.DataFrame(schema=schema)
