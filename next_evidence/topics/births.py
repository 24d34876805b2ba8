"""New candidates of one persona: what BERTopic proposes, and what is left after every gate."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from next_evidence.settings import TopicSettings
from next_evidence.topics.align import SAME_CANDIDATE, likest, parts, permanent_id
from next_evidence.topics.candidates import (
    MIN_PAST,
    Candidate,
    belongs,
    growth,
    propose,
    settle,
    shuffled,
)
from next_evidence.topics.fit import MIN_STATEMENTS, FitTopics, Labels
from next_evidence.topics.naming import exemplar, key_phrases, label
from next_evidence.topics.novelty import (
    BIRTH_AT,
    BY_CHANCE,
    MIN_DISTINCT,
    MIN_RAISING,
    MIN_RELEVANCE,
    STABLE_AT,
)
from next_evidence.topics.registry import Entry, Event, evidence
from next_evidence.topics.space import distinct, mean_statement
from next_evidence.topics.speech import Mask, Speech, as_float

# Subsamples of four accounts in five in which a birth must be found again (methods.md, B3).
_SUBSAMPLES = 4
_KEPT_ACCOUNTS = 0.8


def births(
    speech: Speech,
    own: Sequence[Entry],
    cycle: str,
    rules: TopicSettings,
    fit: FitTopics,
    taken: set[str],
    speeches: dict[str, Speech],
    others: Sequence[Entry],
) -> tuple[list[Entry], list[Event]]:
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
    born: list[Entry] = []
    events: list[Event] = []
    resampled: list[list[Mask]] = []
    for candidate, parent in [*((c, None) for c in found), *split]:
        at, cosine = likest(candidate.direction, speech.known)
        if cosine >= SAME_CANDIDATE:
            if any(e.pain_id == speech.known_ids[at] for e in events):
                continue  # told once: the surest topic stands for the others
            events.append(
                Event(
                    speech.persona_id,
                    speech.known_ids[at],
                    "linked",
                    evidence(speech, candidate.centroid, candidate.rows & speech.in_window),
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
            Event(
                speech.persona_id,
                entry.pain_id,
                "born" if parent is None else "split",
                evidence(speech, entry.centroid, entry.rows),
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
    speech: Speech, alive: Sequence[Entry], topics: Sequence[Mask], rules: TopicSettings
) -> list[tuple[Candidate, Entry]]:
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
    others: Sequence[Entry],
) -> Entry:
    """A new registry entry, under the id of another persona's candidate if it is the same pain."""
    recent = candidate.rows & speech.in_window
    cosines = speech.centred @ candidate.direction
    typical = exemplar(speech.ids, speech.texts, cosines, recent)
    phrases = key_phrases(speech.texts, speech.account, recent)
    onset = candidate.growth.onset
    first = cycle if onset is None else speech.cycles[onset]
    shared = _same_elsewhere(speech, candidate, speeches, others)
    return Entry(
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
    speech: Speech, candidate: Candidate, speeches: dict[str, Speech], others: Sequence[Entry]
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
