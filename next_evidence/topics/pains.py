"""The registry of pains that no document has: found, kept under one id, merged, split, faded, and claimed.

Known pains come first: a topic becomes a candidate only when no known pain explains it (``candidates``). The
registry is a pure function of its state at the end of the previous cycle and of what was said since; so a cycle
that is worked out again gives the same ids.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from next_evidence.schemas import PAINS, check
from next_evidence.settings import TopicSettings
from next_evidence.topics.align import (
    SAME_CANDIDATE,
    SILENT_CYCLES,
    likest,
    merged_into,
    parts,
    permanent_id,
)
from next_evidence.topics.candidates import (
    MIN_PAST,
    RING,
    Candidate,
    belongs,
    crowd,
    growth,
    propose,
    settle,
    shuffled,
)
from next_evidence.topics.fit import MIN_STATEMENTS, FitTopics, Labels, topic_fitter
from next_evidence.topics.naming import exemplar, key_phrases, label
from next_evidence.topics.novelty import (
    BIRTH_AT,
    BY_CHANCE,
    MIN_DISTINCT,
    MIN_RAISING,
    MIN_RELEVANCE,
    STABLE_AT,
    membership,
)
from next_evidence.topics.space import Floats, distinct, mean_statement
from next_evidence.topics.speech import Mask, Speech, as_float, persona_speech
from next_evidence.topics.tables import CENTROIDS, EVIDENCE_ROWS, KNOWN, LEDGER, MEMBERS, WINDOW

# Members below this confidence are not worth a reviewer's time; as `matching.review_at`.
_REVIEW_AT = 0.3
# How far a centroid follows its own recent statements in one cycle: slowly, or it would wander off.
_FOLLOW = 0.3
# Subsamples of four accounts in five in which a birth must be found again (methods.md, B3).
_SUBSAMPLES = 4
_KEPT_ACCOUNTS = 0.8
# Cycles that `discover` should be given, window and history together. benchmarks/topics: of 14 planted pains 9
# were found with 12 and 3 with 7, at the same false ones; growth cannot be told without a past.
HISTORY_CYCLES = 12
_LIVING = ("candidate", "confirmed", "faded", "retired")


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


@dataclass(frozen=True)
class _Entry:
    """One candidate of one persona, while a cycle is worked out."""

    pain_id: str
    persona_id: str
    label: str
    status: str
    first_cycle: str
    last_cycle: str
    keywords: tuple[str, ...]
    exemplar: str
    centroid: Floats
    novelty: float
    rows: Mask  # core statements of all trailing cycles

    @property
    def alive(self) -> bool:
        return self.status in _LIVING


@dataclass(frozen=True)
class _Event:
    persona_id: str
    pain_id: str
    event: str
    evidence: tuple[str, ...]
    detail: str


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
    entries = _previous(previous, previous_centroids)
    fit = topic_fitter(rules.seed) if fit is None else fit
    personas = sorted({*spoken["persona_id"].drop_nulls(), *(e.persona_id for e in entries)})
    taken = {e.pain_id for e in entries}
    registry: list[_Entry] = []
    events: list[_Event] = []
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
        born: list[_Entry] = []
        if rules.enabled:
            born, new_events = _births(speech, own, cycle, rules, fit, taken, speeches, registry)
            events += new_events
            taken |= {e.pain_id for e in born}
        explained = _members([*own, *born], speech, accept_at)
        own, lived = _aged(own, speech, explained, cycle, rules)
        events += lived
        born = [_dated(e, explained) for e in born]
        members.append(explained)
        registry += [*own, *born]
    return Discovery(
        pains=_pains(registry, cycle),
        centroids=_centroids(registry),
        members=_stacked(members, MEMBERS).sort("persona_id", "pain_id", "utterance_id"),
        ledger=_ledger(events, cycle),
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


def _previous(pains: pl.DataFrame, centroids: pl.DataFrame) -> list[_Entry]:
    found = check(pains, PAINS, table="pains").filter(pl.col("origin") == "discovered")
    places = check(centroids, CENTROIDS, table="centroids")
    joined = found.join(places, on=["persona_id", "pain_id"], how="inner").sort(
        "persona_id", "pain_id"
    )
    return [
        _Entry(
            pain_id=row["pain_id"],
            persona_id=row["persona_id"],
            label=row["label"],
            status=row["status"],
            first_cycle=row["first_cycle"],
            last_cycle=row["last_cycle"],
            keywords=tuple(row["keywords"] or ()),
            exemplar=row["exemplar"],
            centroid=np.asarray(row["centroid"], dtype=np.float64),
            novelty=row["novelty"],
            rows=np.zeros(0, dtype=bool),
        )
        for row in joined.iter_rows(named=True)
    ]


def _claimed(entries: list[_Entry], speech: Speech) -> tuple[list[_Entry], list[_Event]]:
    """Candidates that a document has taken up leave the registry: their row is now the document's."""
    gone = [e for e in entries if e.pain_id in speech.known_ids]
    events = [
        _Event(speech.persona_id, e.pain_id, "claimed", (), "stands in the document now")
        for e in gone
    ]
    return [e for e in entries if e.pain_id not in speech.known_ids], events


def _followed(entry: _Entry, speech: Speech) -> _Entry:
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


def _merged(entries: list[_Entry], speech: Speech) -> tuple[list[_Entry], list[_Event]]:
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
            _Event(
                speech.persona_id,
                closed.pain_id,
                "merged",
                _evidence(speech, closed.centroid, closed.rows),
                f"into {kept.pain_id}",
            )
        )
    return out, events


def _births(
    speech: Speech,
    own: Sequence[_Entry],
    cycle: str,
    rules: TopicSettings,
    fit: FitTopics,
    taken: set[str],
    speeches: dict[str, Speech],
    others: Sequence[_Entry],
) -> tuple[list[_Entry], list[_Event]]:
    """New candidates among what nothing explains, the surest first."""
    pool = speech.in_window & (speech.matched < 0)
    # without a past nothing can be called new: see `growth`
    if pool.sum() < MIN_STATEMENTS or len(speech.cycles) <= MIN_PAST:
        return [], []
    topics = _topics(speech, pool, fit)
    alive = [e for e in own if e.alive]
    owned = np.any([e.rows for e in alive], axis=0) if alive else np.zeros(len(speech), dtype=bool)
    found = [
        candidate
        for rows in topics
        if (rows & owned).sum() * 2 <= rows.sum()
        for candidate in [propose(speech, rows, window_cycles=rules.window_cycles)]
        if _supported(speech, candidate, rules) and candidate.novelty >= BIRTH_AT
    ]
    found.sort(key=lambda c: (-c.novelty, speech.ids[int(np.flatnonzero(c.rows)[0])]))
    split = _splits(speech, alive, topics, rules)
    born: list[_Entry] = []
    events: list[_Event] = []
    resampled: list[list[Mask]] = []
    for candidate, parent in [*((c, None) for c in found), *split]:
        at, cosine = likest(candidate.direction, speech.known)
        if cosine >= SAME_CANDIDATE:
            if any(e.pain_id == speech.known_ids[at] for e in events):
                continue  # told once: the surest topic stands for the others
            events.append(
                _Event(
                    speech.persona_id,
                    speech.known_ids[at],
                    "linked",
                    _evidence(speech, candidate.centroid, candidate.rows & speech.in_window),
                    "a growing topic that matching misses",
                )
            )
            continue
        rivals = [e for e in (*alive, *born) if parent is None or e.pain_id != parent.pain_id]
        directions = np.array([speech.direction(e.centroid) for e in rivals])
        if likest(candidate.direction, directions)[1] >= SAME_CANDIDATE:
            continue
        onset = candidate.growth.onset
        if onset is not None and shuffled(speech, candidate.rows, onset) > BY_CHANCE:
            continue
        if parent is None:
            # once for all candidates of this persona, and only if there is one
            resampled = resampled or _resampled(speech, pool, fit, rules)
            if not _stable(speech, candidate, resampled):
                continue
        entry = _entry(
            speech, candidate, cycle, taken | {e.pain_id for e in born}, speeches, others
        )
        born.append(entry)
        grown = candidate.growth
        events.append(
            _Event(
                speech.persona_id,
                entry.pain_id,
                "born" if parent is None else "split",
                _evidence(speech, entry.centroid, entry.rows),
                f"{grown.raising_since} of {grown.heard_since} account-cycles since {entry.first_cycle}, "
                f"{grown.raising_before} of {grown.heard_before} before"
                + (f"; split from {parent.pain_id}" if parent else ""),
            )
        )
    return born, events


def _topics(speech: Speech, pool: Mask, fit: FitTopics) -> list[Mask]:
    """Statements of each topic as masks over all of the persona's speech."""
    rows = np.flatnonzero(pool)
    labels: Labels = fit([speech.texts[i] for i in rows], speech.vectors[rows].astype(np.float32))
    out = []
    for topic in range(int(labels.max(initial=-1)) + 1):
        mask = np.zeros(len(speech), dtype=bool)
        mask[rows[labels == topic]] = True
        if mask.any():
            out.append(mask)
    return out


def _supported(speech: Speech, candidate: Candidate, rules: TopicSettings) -> bool:
    """Whether enough accounts say it, in different words, in several cycles or one burst, and mean a pain by it."""
    recent = candidate.rows & speech.in_window
    accounts = len(np.unique(speech.account[recent]))
    if accounts < rules.min_accounts or recent.sum() < rules.min_statements:
        return False
    if distinct(speech.vectors[recent]) < MIN_DISTINCT:
        return False
    several = len(np.unique(speech.cycle[recent])) >= 2 or accounts >= 2 * rules.min_accounts
    meant = speech.relevance[recent].mean() >= MIN_RELEVANCE
    raised = speech.raises[recent].mean() >= MIN_RAISING
    return bool(several and meant and raised)


def _splits(
    speech: Speech, alive: Sequence[_Entry], topics: Sequence[Mask], rules: TopicSettings
) -> list[tuple[Candidate, _Entry]]:
    """Parts that have left a candidate: all but the largest, each with its parent."""
    out = []
    numbered = dict(enumerate(topics))
    if not alive:
        return []
    directions = {
        t: speech.direction(mean_statement(speech.vectors[rows])) for t, rows in numbered.items()
    }
    for entry in alive:
        for topic in parts(numbered, entry.rows, directions)[1:]:
            centroid = mean_statement(speech.vectors[numbered[topic]])
            rows = belongs(speech, centroid)
            candidate = Candidate(
                centroid=centroid,
                direction=speech.direction(centroid),
                rows=rows,
                growth=growth(speech, rows, window_cycles=rules.window_cycles),
                novelty=entry.novelty,
            )
            if _supported(speech, candidate, rules):
                out.append((candidate, entry))
    return out


def _resampled(
    speech: Speech, pool: Mask, fit: FitTopics, rules: TopicSettings
) -> list[list[Mask]]:
    """What would be found had a fifth of the accounts not spoken: per subsample, statements of each topic."""
    rng = np.random.default_rng(rules.seed)
    n_kept = max(1, round(_KEPT_ACCOUNTS * len(speech.accounts)))
    found = []
    for _ in range(_SUBSAMPLES):
        kept = np.isin(speech.account, rng.permutation(len(speech.accounts))[:n_kept])
        topics = _topics(speech, pool & kept, fit)
        found.append([belongs(speech, settle(speech, rows)[0]) for rows in topics])
    return found


def _stable(speech: Speech, candidate: Candidate, resampled: list[list[Mask]]) -> bool:
    """Whether a candidate is found again in the subsamples."""
    theirs = candidate.rows & speech.in_window
    alike = [
        max((_jaccard(rows & speech.in_window, theirs) for rows in topics), default=0.0)
        for topics in resampled
    ]
    return float(np.mean(alike)) >= STABLE_AT


def _jaccard(one: Mask, other: Mask) -> float:
    either = int((one | other).sum())
    return int((one & other).sum()) / either if either else 0.0


def _entry(
    speech: Speech,
    candidate: Candidate,
    cycle: str,
    taken: set[str],
    speeches: dict[str, Speech],
    others: Sequence[_Entry],
) -> _Entry:
    """A new registry entry, under the id of another persona's candidate if it is the same pain."""
    recent = candidate.rows & speech.in_window
    cosines = speech.centred @ candidate.direction
    typical = exemplar(speech.ids, speech.texts, cosines, recent)
    phrases = key_phrases(speech.texts, speech.account, recent)
    onset = candidate.growth.onset
    first = cycle if onset is None else speech.cycles[onset]
    shared = _same_elsewhere(speech, candidate, speeches, others)
    return _Entry(
        pain_id=shared or permanent_id(first, speech.ids[typical], taken=taken),
        persona_id=speech.persona_id,
        label=label(speech.texts[typical], phrases),
        status="candidate",
        first_cycle=first,
        last_cycle=cycle,
        keywords=phrases,
        exemplar=speech.ids[typical],
        centroid=candidate.centroid,
        novelty=candidate.novelty,
        rows=candidate.rows,
    )


def _same_elsewhere(
    speech: Speech, candidate: Candidate, speeches: dict[str, Speech], others: Sequence[_Entry]
) -> str | None:
    """Id of another persona's living candidate that says the same; of several the one most alike."""
    best: tuple[float, str] | None = None
    for entry in others:
        if not entry.alive or entry.persona_id == speech.persona_id:
            continue
        # each persona's own centre is taken away from its own centroid: what is left is the pain
        there = speeches[entry.persona_id].direction(entry.centroid)
        cosine = as_float(candidate.direction @ there)
        if cosine >= SAME_CANDIDATE and (
            best is None or (-cosine, entry.pain_id) < (-best[0], best[1])
        ):
            best = (cosine, entry.pain_id)
    return None if best is None else best[1]


def _members(entries: Sequence[_Entry], speech: Speech, accept_at: float) -> pl.DataFrame:
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
    entries: Sequence[_Entry],
    speech: Speech,
    members: pl.DataFrame,
    cycle: str,
    rules: TopicSettings,
) -> tuple[list[_Entry], list[_Event]]:
    """What became of the candidates that were there before."""
    out: list[_Entry] = []
    events: list[_Event] = []
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
        evidence = _evidence(speech, entry.centroid, entry.rows & speech.in_window)
        if len(covered) >= SILENT_CYCLES and entry.status != "faded":
            dated = replace(dated, status="faded")
            events.append(
                _Event(
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
                _Event(
                    speech.persona_id,
                    entry.pain_id,
                    event,
                    evidence,
                    _counted(members, entry, cycle),
                )
            )
        out.append(dated)
    return out, events


def _dated(entry: _Entry, members: pl.DataFrame) -> _Entry:
    """The entry with the last cycle in which it was heard for sure."""
    own = members.filter(pl.col("pain_id") == entry.pain_id, pl.col("status") == "accepted")[
        "cycle"
    ]
    last = own.max()
    return (
        replace(entry, last_cycle=max(entry.last_cycle, last)) if isinstance(last, str) else entry
    )


def _counted(members: pl.DataFrame, entry: _Entry, cycle: str) -> str:
    own = members.filter(pl.col("pain_id") == entry.pain_id, pl.col("cycle") == cycle)
    return f"{own.height} statements in this cycle"


def _evidence(speech: Speech, centroid: Floats, rows: Mask) -> tuple[str, ...]:
    """Most typical statements first; at most ``EVIDENCE_ROWS``."""
    places = np.flatnonzero(rows)
    cosines = np.round(speech.centred[places] @ speech.direction(centroid), 6)
    order = sorted(range(len(places)), key=lambda i: (-cosines[i], speech.ids[places[i]]))
    return tuple(speech.ids[places[i]] for i in order[:EVIDENCE_ROWS])


def _pains(registry: Iterable[_Entry], cycle: str) -> pl.DataFrame:
    rows = [
        (
            cycle,
            e.pain_id,
            e.persona_id,
            e.label,
            "discovered",
            e.status,
            e.first_cycle,
            e.last_cycle,
            list(e.keywords),
            e.exemplar,
        )
        for e in registry
    ]
    return pl.DataFrame(rows, schema=PAINS, orient="row").sort("persona_id", "pain_id")


def _centroids(registry: Iterable[_Entry]) -> pl.DataFrame:
    rows = [
        (e.pain_id, e.persona_id, e.centroid.astype(np.float32).tolist(), e.novelty)
        for e in registry
    ]
    return pl.DataFrame(rows, schema=CENTROIDS, orient="row").sort("persona_id", "pain_id")


def _ledger(events: Iterable[_Event], cycle: str) -> pl.DataFrame:
    rows = [(cycle, e.persona_id, e.pain_id, e.event, list(e.evidence), e.detail) for e in events]
    return pl.DataFrame(rows, schema=LEDGER, orient="row").sort("persona_id", "pain_id", "event")


def _stacked(frames: Sequence[pl.DataFrame], schema: pl.Schema) -> pl.DataFrame:
    return pl.concat(frames) if frames else pl.DataFrame(schema=schema)
