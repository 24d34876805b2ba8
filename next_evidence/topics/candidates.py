"""From what a persona said to groups of statements that may be a new pain.

Most of what grows by chance, or because a known pain grows, looks new in words. So a group is weighed by how many more
*accounts* raise it than ever before, within each kind of conversation, after it was told apart from its own past.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy.cluster.hierarchy import ward

from next_evidence.settings import TopicSettings
from next_evidence.stats.significance import exchange_test
from next_evidence.topics.separate import Past, Separation
from next_evidence.topics.space import Floats, mean_statement
from next_evidence.topics.speech import Ints, Mask, Speech, as_float

# Cycles before an onset that are needed to call anything growth.
MIN_PAST = 3
# Growth, in standard errors, from which a group is looked at more closely. The bar of a birth is higher: see `births`.
_WORTH_A_LOOK = 2.5
_GROUPS = 10  # groups of one persona that are looked at, the fastest growing first
_FEWEST = 5  # recent statements of a group
_LARGEST = (
    0.35  # share of all statements that one group may hold: more is the persona's whole world
)
# Statements that are grouped at most: Ward's tree needs the square of their number in memory.
_MOST_GROUPED = 4000


@dataclass(frozen=True)
class Growth:
    """How much more accounts raise a candidate since its likeliest onset than before.

    Attributes
    ----------
    onset
        Position in ``Speech.cycles``.
    heard_before, raising_before, heard_since, raising_since
        Account-cycles: accounts heard, and raising it, summed over cycles.
    score
        What is raised since the onset beyond what was usual in the same kinds of conversation, in standard errors.
    """

    onset: int
    heard_before: int
    raising_before: int
    heard_since: int
    raising_since: int
    score: float


@dataclass(frozen=True)
class Candidate:
    """A group of statements that grew, told apart from its past.

    Attributes
    ----------
    separation
        What it is, statement by statement.
    centroid
        Mean of its recent statements' unit vectors, not centred, shape ``(n_dims,)``.
    growth
        Of its core.
    rows
        Core statements since the onset, shape ``(n,)``.
    known, known_growth
        Position of the known pain that most of its statements were matched to, or else lie nearest to, -1 where nothing
        is known; and how much what else was matched to that pain grows at the same time, in standard errors.
    """

    separation: Separation
    centroid: Floats
    rows: Mask
    growth: Growth
    known: int
    known_growth: float


def candidates(speech: Speech, rules: TopicSettings) -> list[Candidate]:
    """Groups of one persona's statements that grew, told apart from their past, fastest growing first.

    Groups are nodes of Ward's tree [1]_ over *all* its statements of the trailing cycles, those that matching gave to a known
    pain among them: a matcher that explains too much must not hide what is new.

    .. [1] Ward, J. H. (1963). Hierarchical grouping to optimize an objective function. JASA 58, 236-244.
    """
    if len(speech.cycles) <= MIN_PAST or len(speech) < 2 * _FEWEST:
        return []
    pasts: dict[int, Past] = {}
    found: list[Candidate] = []
    for seed, onset in _seeds(speech, rules):
        if onset not in pasts:
            pasts[onset] = Past(speech, onset)
        separation = pasts[onset].separate(seed)
        if separation is not None:
            found.append(_candidate(speech, separation, onset))
    found.sort(key=lambda c: (-c.growth.score, int(np.flatnonzero(c.rows)[0])))
    kept: list[Candidate] = []
    for candidate in found:
        if not any(overlap(candidate.rows, other.rows) for other in kept):
            kept.append(candidate)
    return kept


def overlap(one: Mask, other: Mask) -> bool:
    """Whether two groups share more than half of the smaller one."""
    return bool(2 * (one & other).sum() > min(one.sum(), other.sum()))


def _candidate(speech: Speech, separation: Separation, onset: int) -> Candidate:
    since = speech.cycle >= onset
    recent = separation.core & since
    known, known_growth = -1, 0.0
    if speech.known_ids:
        told = speech.matched[recent]
        likeliest = told[told >= 0] if (told >= 0).any() else speech.nearest_known[recent]
        known = int(np.bincount(likeliest).argmax())
        known_growth = score(speech, (speech.matched == known) & ~recent, onset)
    return Candidate(
        separation=separation,
        centroid=mean_statement(speech.vectors[recent]),
        rows=recent,
        growth=growth_since(speech, separation.core, onset),
        known=known,
        known_growth=known_growth,
    )


def _seeds(speech: Speech, rules: TopicSettings) -> Iterator[tuple[Mask, int]]:
    """Groups that grew most, with their likeliest onsets; none shares more than half with one before it."""
    n_cycles = len(speech.cycles)
    onsets = range(max(n_cycles - rules.window_cycles, MIN_PAST), n_cycles)
    heard = speech.heard()
    grown: list[tuple[float, int, Mask]] = []
    for rows in _groups(speech, rules.seed):
        recent = rows[speech.in_window[rows]]
        if (
            len(recent) < _FEWEST
            or len(np.unique(speech.account[recent])) < rules.min_accounts
            or len(rows) > max(_LARGEST * len(speech), 2 * _FEWEST)
        ):
            continue
        mask = np.zeros(len(speech), dtype=bool)
        mask[rows] = True
        raising = speech.heard(mask)
        scores = [beyond_usual(heard, raising, onset) for onset in onsets]
        best = int(np.argmax(scores))
        if scores[best] >= _WORTH_A_LOOK:
            grown.append((scores[best], onsets[best], mask))
    grown.sort(key=lambda g: (-g[0], int(g[2].sum()), int(np.flatnonzero(g[2])[0])))
    taken: list[Mask] = []
    for _, onset, mask in grown:
        if len(taken) == _GROUPS:
            return
        if not any(overlap(mask, other) for other in taken):
            taken.append(mask)
            yield mask, onset


def _groups(speech: Speech, seed: int) -> Iterator[Ints]:
    """Positions of the statements below each node of Ward's tree, leaves aside."""
    rows = np.arange(len(speech))
    if len(rows) > _MOST_GROUPED:
        rng = np.random.default_rng(seed)
        rows = np.sort(rng.choice(rows, size=_MOST_GROUPED, replace=False))
    # rounded, so that the last bit of a vector never decides what is joined first
    tree = ward(np.round(speech.centred[rows], 6))
    below: list[Ints] = [rows[i : i + 1] for i in range(len(rows))]
    for one, other in tree[:, :2].astype(int):
        below.append(np.concatenate([below[one], below[other]]))
        yield np.sort(below[-1])


def growth_since(speech: Speech, rows: Mask, onset: int) -> Growth:
    """How much more accounts raise a set of statements since an onset than before."""
    heard, raising = speech.heard(), speech.heard(rows)
    voices, raised = heard.any(axis=1).sum(axis=0), raising.any(axis=1).sum(axis=0)
    return Growth(
        onset,
        int(voices[:onset].sum()),
        int(raised[:onset].sum()),
        int(voices[onset:].sum()),
        int(raised[onset:].sum()),
        beyond_usual(heard, raising, onset),
    )


def score(speech: Speech, rows: Mask, onset: int) -> float:
    """Growth of any set of statements since an onset, in standard errors."""
    return beyond_usual(speech.heard(), speech.heard(rows), onset)


def beyond_usual(heard: Mask, raising: Mask, onset: int) -> float:
    """Excess of raising accounts since an onset, in standard errors.

    Calls are compared with calls, tickets with tickets [1]_: when the survey stops, what people write in
    tickets has not become news.

    .. [1] Mantel, N. and Haenszel, W. (1959). Statistical aspects of the analysis of data from retrospective
       studies of disease. JNCI 22, 719-748.

    Parameters
    ----------
    heard, raising
        Account by kind by cycle, as `Speech.heard` gives them.
    """
    since, before = heard[:, :, onset:].sum(axis=(0, 2)), heard[:, :, :onset].sum(axis=(0, 2))
    now, past = raising[:, :, onset:].sum(axis=(0, 2)), raising[:, :, :onset].sum(axis=(0, 2))
    total, raised = since + before, now + past
    safe = np.maximum(total, 2)
    usual = since * raised / safe
    variance = since * before * raised * (total - raised) / (safe**2 * (safe - 1.0))
    if variance.sum() <= 0.0:
        return 0.0
    return as_float((now - usual).sum() / np.sqrt(variance.sum()))


def shuffled(speech: Speech, rows: Mask, onset: int) -> float:
    """Share of shufflings of accounts in which a candidate is raised at least as much since the onset.

    Each account is shuffled within each kind of conversation; see `stats.significance.exchange_test`.
    """
    heard, raising = speech.heard(), speech.heard(rows)
    n_accounts, n_kinds, n_cycles = heard.shape
    heard = heard.reshape(n_accounts * n_kinds, n_cycles)
    raising = raising.reshape(n_accounts * n_kinds, n_cycles)
    now = raising[:, onset:].sum(axis=1)
    test = exchange_test(
        heard[:, onset:].sum(axis=1),
        heard[:, :onset].sum(axis=1),
        now,
        raising.sum(axis=1),
        stratum=np.tile(np.arange(n_kinds), n_accounts),
    )
    return as_float(test.p_greater)
