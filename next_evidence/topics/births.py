"""New candidates of one persona: groups that grew, and what is left of them after every gate."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from next_evidence.settings import TopicSettings
from next_evidence.text.terms import terms
from next_evidence.topics.align import SAME_CANDIDATE, likest, permanent_id
from next_evidence.topics.candidates import Candidate, Growth, candidates, growth_since, shuffled
from next_evidence.topics.naming import exemplar, key_phrases, label
from next_evidence.topics.registry import Entry, Event, evidence
from next_evidence.topics.space import distinct
from next_evidence.topics.speech import Mask, Speech, as_float

# Growth of a group, in standard errors, from which it is a pain of its own; see benchmarks/topics/README.md.
BIRTH_AT = 3.3
# Growth, in standard errors, of what else is matched to the nearest known pain, from which the group is that pain: at least this much,
# and this part of the group's own, since some of what is new is always matched there too.
# Decision 15: 0.8 and less beside planted pains, 1.5 and more beside known pains that rose.
KNOWN_RISES, KNOWN_RISES_WITH_IT = 1.5, 0.5
# Share of account-cycles that raised a group before it began, against the share since: a pain that was always there and
# became louder is none that is new. benchmarks/topics: planted pains have .16 to .30, as the bar of taking in lets .15 of the
# statements be mistaken.
MOST_BEFORE = 0.35
# Share of account shufflings in which a candidate may grow as much by chance.
BY_CHANCE = 0.05
# Mean relevance below which a group is talk, not pain: thanks, how-to, scheduling.
MIN_RELEVANCE = 0.75
# Share of its statements that must raise a pain, against that share of what was matched to known pains: praise is no pain,
# however often it is heard, and how much matching leaves in doubt differs by library. Halfway between denials (.50 and less) and
# planted pains (.79 and more), 15 years.
MIN_RAISING = 0.65
# Different statements that a candidate needs, and their share: one line that many retell is an anecdote or a form.
MIN_DISTINCT, MIN_DISTINCT_SHARE = 3.0, 1.0 / 3.0
# Share of its statements with figures from which a group is compared with what was said before in other figures: versions, dates and
# amounts are new every month.
MANY_FIGURES = 0.5
# Chance from which a statement may be a candidate's: where most of a group may, the group is that candidate.
MAY_BE_ITS_OWN = 0.3


def births(
    speech: Speech,
    own: Sequence[Entry],
    cycle: str,
    rules: TopicSettings,
    taken: set[str],
    speeches: dict[str, Speech],
    others: Sequence[Entry],
) -> tuple[list[Entry], list[Event]]:
    """New candidates among what one persona says, the fastest growing first.

    Parameters
    ----------
    own
        The persona's registry, followed to this cycle.
    taken
        Ids that were ever given.
    speeches, others
        Speech by persona, and entries of personas before this one: a pain may be one of several personas'.
    """
    born: list[Entry] = []
    events: list[Event] = []
    for candidate in candidates(speech, rules):
        if not _supported(speech, candidate, rules) or candidate.growth.score < BIRTH_AT:
            continue
        if any(_is(speech, candidate, entry) for entry in (*own, *born) if entry.alive):
            continue
        if _is_known(speech, candidate):
            events += _linked(speech, candidate, events)
            continue
        if _was_there(candidate.growth) or _was_there_in_other_figures(speech, candidate):
            continue
        if shuffled(speech, candidate.separation.core, candidate.growth.onset) > BY_CHANCE:
            continue
        ids = taken | {entry.pain_id for entry in born}
        entry = _entry(speech, candidate, cycle, ids, speeches, others)
        if any(other.pain_id == entry.pain_id for other in (*own, *born)):
            continue  # another persona's pain that this one has under that id already
        born.append(entry)
        grown = candidate.growth
        told = (
            f"{grown.raising_since} of {grown.heard_since} account-cycles since {entry.first_cycle}, "
            f"{grown.raising_before} of {grown.heard_before} before"
        )
        shown = evidence(speech, entry.centroid, entry.rows)
        events.append(Event(speech.persona_id, entry.pain_id, "born", shown, told))
    return born, events


def _supported(speech: Speech, candidate: Candidate, rules: TopicSettings) -> bool:
    """Whether enough accounts say it, in different words, in several cycles or one burst, and mean a pain by it."""
    rows = candidate.rows
    accounts = _accounts(speech, candidate)
    if accounts < rules.min_accounts or rows.sum() < rules.min_statements:
        return False
    if distinct(speech.vectors[rows]) < max(MIN_DISTINCT, MIN_DISTINCT_SHARE * rows.sum()):
        return False
    several = len(np.unique(speech.cycle[rows])) >= 2 or accounts >= 1.5 * rules.min_accounts
    meant = speech.relevance[rows].mean() >= MIN_RELEVANCE
    known = speech.raises[speech.matched >= 0]
    usual = known.mean() if len(known) else 1.0
    raised = speech.raises[rows].mean() >= MIN_RAISING * usual
    return bool(several and meant and raised)


def _accounts(speech: Speech, candidate: Candidate) -> float:
    """How many accounts are expected to say it: of each, its surest statement."""
    surest = np.zeros(len(speech.accounts))
    np.maximum.at(
        surest, speech.account[candidate.rows], candidate.separation.chances[candidate.rows]
    )
    return as_float(surest.sum())


def _is(speech: Speech, candidate: Candidate, entry: Entry) -> bool:
    """Whether a candidate is one that is known: most of its statements may be that one's, or both mean the same."""
    theirs = speech.direction(entry.centroid)
    alike = as_float(speech.direction(candidate.centroid) @ theirs) >= SAME_CANDIDATE
    return bool(alike or (entry.chances[candidate.rows] >= MAY_BE_ITS_OWN).mean() > 0.5)


def _is_known(speech: Speech, candidate: Candidate) -> bool:
    """Whether a candidate is a known pain: one that rises at the same time, or one that means the same."""
    _, cosine = likest(speech.direction(candidate.centroid), speech.known)
    rises = max(KNOWN_RISES, KNOWN_RISES_WITH_IT * candidate.growth.score)
    return candidate.known_growth >= rises or cosine >= SAME_CANDIDATE


def _was_there(grown: Growth) -> bool:
    before = grown.raising_before / max(grown.heard_before, 1)
    return before > MOST_BEFORE * grown.raising_since / max(grown.heard_since, 1)


def _was_there_in_other_figures(speech: Speech, candidate: Candidate) -> bool:
    """Whether a group of figures is new in nothing else: statements with its most telling phrase and any figure were as usual before."""
    own = np.flatnonzero(candidate.rows)
    if np.mean([_has_figure(speech.texts[row]) for row in own]) < MANY_FIGURES:
        return False
    figures = np.array([_has_figure(text) for text in speech.texts])
    phrases = key_phrases(speech.texts, speech.account, candidate.rows)
    telling = next((phrase for phrase in phrases if not _has_figure(phrase)), None)
    if telling is not None:
        figures &= np.array([telling in terms(text, longest=2) for text in speech.texts])
    return _was_there(growth_since(speech, figures, candidate.growth.onset))


def _has_figure(text: str) -> bool:
    return any(map(str.isdigit, text))


def _linked(speech: Speech, candidate: Candidate, told: Sequence[Event]) -> list[Event]:
    """A known pain that rises in words that matching misses or mistakes; told once, by its fastest group."""
    known = speech.known_ids[candidate.known]
    if any(event.pain_id == known for event in told):
        return []
    shown = evidence(speech, candidate.centroid, candidate.rows)
    return [
        Event(
            speech.persona_id,
            known,
            "linked",
            shown,
            "grows in words of their own, as it does in all",
        )
    ]


def _entry(
    speech: Speech,
    candidate: Candidate,
    cycle: str,
    taken: set[str],
    speeches: dict[str, Speech],
    others: Sequence[Entry],
) -> Entry:
    """A new registry entry, under the id of another persona's candidate if it is the same pain."""
    rows: Mask = candidate.rows
    cosines = speech.centred @ speech.direction(candidate.centroid)
    typical = exemplar(speech.ids, speech.texts, cosines, rows)
    phrases = key_phrases(speech.texts, speech.account, rows)
    first = speech.cycles[candidate.growth.onset]
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
        claim=candidate.separation.claim,
        raised=candidate.growth.raising_since,
        heard=candidate.growth.heard_since,
        rows=rows,
        chances=candidate.separation.chances,
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
        cosine = as_float(speech.direction(candidate.centroid) @ there)
        if cosine >= SAME_CANDIDATE and (
            best is None or (-cosine, entry.pain_id) < (-best[0], best[1])
        ):
            best = (cosine, entry.pain_id)
    return None if best is None else best[1]
