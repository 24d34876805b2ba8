"""From what a persona said to groups of statements that may be a new pain.

Most of what grows by chance, or because a known pain grows, looks new in words. So a group is weighed by how many more
*accounts* raise it than ever before, within each kind of conversation, after it was told apart from its own past.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.cluster.hierarchy import ward

from next_evidence.settings import TopicSettings
from next_evidence.stats.significance import exchange_test
from next_evidence.topics.separate import Past, Separation
from next_evidence.topics.space import Floats, mean_statement, unit
from next_evidence.topics.speech import Ints, Mask, Speech, as_float

# Cycles before an onset that are needed to call anything growth.
MIN_PAST = 3
# Growth, in standard errors, from which a group is looked at more closely. The bar of a birth is higher: see `births`.
_WORTH_A_LOOK = 2.5
_GROUPS = 10  # branches of one persona's tree that are looked at, the fastest growing first
_NEIGHBOURHOODS = 20  # and neighbourhoods
_NEIGHBOURS = (6, 10, 16, 25, 40)  # statements of a neighbourhood
_FEWEST_ACCOUNTS = 4  # that speak in one
# Growth, in standard errors, of what began in a neighbourhood: there are some ten times as many of these as of branches, so chance shows
# more in the best of them. What chance makes 10 times as seldom as 3.3, the bar of a birth.
_NEIGHBOURHOODS_FROM = 4.0
_COSINES = 4_000_000  # that are held at a time
_MOST_COMPARED = 5000  # groups that are held against those taken before them
_FEWEST = 5  # recent statements of a group
_LARGEST = (
    0.35  # share of all statements that one group may hold: more is the persona's whole world
)
# Statements that are grouped at most, and whose neighbourhoods are: Ward's tree needs the square of their number in memory.
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

    Groups are nodes of Ward's tree [1]_ over *all* its statements of the trailing cycles, and neighbourhoods of single ones, those that matching gave to a known
    pain among them: a matcher that explains too much must not hide what is new.

    .. [1] Ward, J. H. (1963). Hierarchical grouping to optimize an objective function. JASA 58, 236-244.
    """
    if len(speech.cycles) <= MIN_PAST or len(speech) < 2 * _FEWEST:
        return []
    pasts: dict[int, Past] = {}
    found: list[Candidate] = []
    for seed, onset, bar in _seeds(speech, rules):
        if onset not in pasts:
            pasts[onset] = Past(speech, onset)
        separation = pasts[onset].separate(seed)
        if separation is None:
            continue
        candidate = _candidate(speech, separation, onset)
        if candidate.growth.score >= bar:
            found.append(candidate)
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


def _seeds(speech: Speech, rules: TopicSettings) -> Iterator[tuple[Mask, int, float]]:
    """Groups that grew most, their likeliest onsets, and how much what becomes of them must have grown."""
    n_cycles = len(speech.cycles)
    onsets = range(max(n_cycles - rules.window_cycles, MIN_PAST), n_cycles)
    for grown, most, bar in (
        (_grown_branches(speech, rules, onsets), _GROUPS, -np.inf),
        (_grown_neighbourhoods(speech, rules.seed, onsets), _NEIGHBOURHOODS, _NEIGHBOURHOODS_FROM),
    ):
        for mask, onset in _apart(grown, len(speech), most):
            yield mask, onset, bar


def _apart(
    grown: list[tuple[float, int, Ints]], n_statements: int, most: int
) -> Iterator[tuple[Mask, int]]:
    """Groups with their onsets, the fastest growing first; none shares more than half with one before it."""
    grown.sort(key=lambda g: (-g[0], len(g[2]), int(g[2].min())))
    taken: list[Mask] = []
    for _, onset, rows in grown[:_MOST_COMPARED]:
        mask = np.zeros(n_statements, dtype=bool)
        mask[rows] = True
        if not any(overlap(mask, other) for other in taken):
            taken.append(mask)
            yield mask, onset
            if len(taken) == most:
                return


def _grown_branches(
    speech: Speech, rules: TopicSettings, onsets: Sequence[int]
) -> list[tuple[float, int, Ints]]:
    """Score, onset and statements of the nodes of Ward's tree that grew."""
    heard = speech.heard()
    grown: list[tuple[float, int, Ints]] = []
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
            grown.append((scores[best], onsets[best], rows))
    return grown


def _grown_neighbourhoods(
    speech: Speech, seed: int, onsets: Sequence[int]
) -> list[tuple[float, int, Ints]]:
    """Score, onset and statements of what lies nearest to single recent statements, where most of it is recent.

    A tree cuts once, and by what most statements speak of: a small new pain often lies across its branches. Near each of its
    statements are others of it all the same, which is what tests of whether two samples differ count [1]_.

    .. [1] Schilling, M. F. (1986). Multivariate two-sample tests based on nearest neighbors. JASA 81, 799-806.
    """
    recent = _drawn(np.flatnonzero(speech.cycle >= onsets[0]), seed)
    size = min(_NEIGHBOURS[-1], len(speech))
    at = [count - 1 for count in _NEIGHBOURS if count <= size]
    near = _nearest(np.round(unit(speech.in_context), 6), recent, size)
    kind, cycle, account = speech.kind[near], speech.cycle[near], speech.account[near]
    # an account counts once a kind of conversation and cycle, as in `Speech.heard`
    voice = (account * len(speech.kinds) + kind) * len(speech.cycles) + cycle
    counts = np.eye(len(speech.kinds))[kind] * ~_said_before(voice)[:, :, None]
    heard = speech.heard()
    grown: list[tuple[float, int, Ints]] = []
    for onset in onsets:
        since = cycle >= onset
        raised = [np.cumsum(counts * part[:, :, None], axis=1)[:, at] for part in (since, ~since)]
        voices = [part.sum(axis=(0, 2)) for part in (heard[:, :, onset:], heard[:, :, :onset])]
        score = _standard_errors(*voices, *raised)
        enough = np.cumsum(since, axis=1)[:, at]
        others = np.cumsum(since & ~_said_before(np.where(since, account, -1)), axis=1)[:, at]
        worth = (
            (score >= _WORTH_A_LOOK)
            & (enough >= _FEWEST)
            & (2 * enough >= np.array(at) + 1)
            & (others >= _FEWEST_ACCOUNTS)
        )
        for row, width in np.argwhere(worth):
            grown.append((float(score[row, width]), onset, near[row, : at[width] + 1]))
    return grown


def _nearest(vectors: Floats, rows: Ints, size: int) -> Ints:
    """The ``size`` vectors nearest to each of some, nearest first, of equals the first; shape ``(n_rows, size)``."""
    found = np.empty((len(rows), size), dtype=np.int64)
    # decides between equals, and is less than what is told apart
    later = np.arange(len(vectors)) * 1e-12
    step = max(1, _COSINES // len(vectors))
    for start in range(0, len(rows), step):
        block = rows[start : start + step]
        distance = later - np.round(vectors[block] @ vectors.T, 6)
        near = np.argpartition(distance, size - 1, axis=1)[:, :size]
        order = np.argsort(np.take_along_axis(distance, near, axis=1), axis=1)
        found[start : start + len(block)] = np.take_along_axis(near, order, axis=1)
    return found


def _said_before(codes: Ints) -> Mask:
    """Whether a code stands further left in its row already; shape of ``codes``."""
    order = np.argsort(codes, axis=1, kind="stable")
    held = np.take_along_axis(codes, order, axis=1)
    again = np.zeros(codes.shape, dtype=bool)
    np.put_along_axis(again, order[:, 1:], held[:, 1:] == held[:, :-1], axis=1)
    return again


def _drawn(rows: Ints, seed: int) -> Ints:
    """At most `_MOST_GROUPED` of some positions, drawn at random, in order."""
    if len(rows) <= _MOST_GROUPED:
        return rows
    return np.sort(np.random.default_rng(seed).choice(rows, size=_MOST_GROUPED, replace=False))


def _groups(speech: Speech, seed: int) -> Iterator[Ints]:
    """Positions of the statements below each node of Ward's tree, leaves aside."""
    rows = _drawn(np.arange(len(speech)), seed)
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
    return as_float(_standard_errors(since, before, now, past))


def _standard_errors(since: Ints, before: Ints, now: Floats, past: Floats) -> Floats:
    """What is raised now beyond what was usual; account-cycles by kind in the last axis, heard (``since``, ``before``) and raising."""
    total, raised = since + before, now + past
    safe = np.maximum(total, 2)
    usual = since * raised / safe
    variance = (since * before * raised * (total - raised) / (safe**2 * (safe - 1.0))).sum(axis=-1)
    excess = (now - usual).sum(axis=-1)
    return np.where(variance > 0.0, excess / np.sqrt(np.maximum(variance, 1e-12)), 0.0)


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
