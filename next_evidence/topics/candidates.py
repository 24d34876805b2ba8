"""From a topic to a candidate pain: who else says it, whether it grows, and whether a known pain explains it.

Most of what matching leaves unexplained is no news: it is a known pain in words that matching missed. A topic
is therefore judged by what sets a new pain apart (weights fitted on training vendors, ``benchmarks/topics``):
it *grows* against its own back-filled past, account by account, and lies away from what is known.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from next_evidence.stats.significance import exchange_test
from next_evidence.topics.novelty import novelty
from next_evidence.topics.space import SAME_STATEMENT, Floats, distinct, mean_statement
from next_evidence.topics.speech import Ints, Mask, Speech, as_float

# benchmarks/topics: a tight core finds planted pains in 11 of 12 training years, a wide one in 6, at the same
# number of false ones; the wide ring holds more of the pain once it is found.
_MARGIN = 0.1  # cosine by which a statement must be nearer to the candidate than to any known pain
CORE = 0.4  # cosine with the candidate from which a statement makes it what it is
RING = 0.2  # cosine from which a statement may still belong to it
_ROUNDS = 5
_CROWD = 5
# Cycles before an onset that are needed to call anything growth.
MIN_PAST = 3


@dataclass(frozen=True)
class Growth:
    """How much more accounts raise a candidate since its likeliest onset than before.

    Attributes
    ----------
    onset
        Position in ``Speech.cycles``; None: the past is too short to say.
    heard_before, raising_before, heard_since, raising_since
        Account-cycles: accounts heard, and raising it, summed over cycles.
    score
        What is raised since the onset beyond what was usual in the same kinds of conversation, in standard errors.
    lift
        Log of that ratio.
    """

    onset: int | None
    heard_before: int
    raising_before: int
    heard_since: int
    raising_since: int
    score: float
    lift: float


@dataclass(frozen=True)
class Candidate:
    """A direction in one persona's centred space, and the statements that it explains best.

    Attributes
    ----------
    centroid
        Mean of its statements' unit vectors, not centred, shape ``(n_dims,)``: what is stored.
    direction
        The same, centred and of length 1.
    rows
        Statements of all trailing cycles that belong to it, shape ``(n,)``.
    """

    centroid: Floats
    direction: Floats
    rows: Mask
    growth: Growth
    novelty: float


def propose(speech: Speech, topic: Mask, *, window_cycles: int) -> Candidate:
    """Make a candidate of a topic's statements."""
    centroid, rows = settle(speech, topic)
    grown = growth(speech, rows, window_cycles=window_cycles)
    return Candidate(
        centroid=centroid,
        direction=speech.direction(centroid),
        rows=rows,
        growth=grown,
        novelty=0.0 if grown.onset is None else novelty(features(speech, centroid, rows, grown)),
    )


def settle(speech: Speech, rows: Mask, *, rounds: int = _ROUNDS) -> tuple[Floats, Mask]:
    """Let a topic take in all statements nearer to it than to any known pain, and move to their mean.

    BERTopic sees only what matching left over; this looks at everything, so that the part of a new pain that
    was taken for a known one comes back.

    Returns
    -------
    Raw centroid and the statements that belong to it, of all trailing cycles. The centroid is moved by the
    window only: what was said before it must not pull a new pain towards old ones.
    """
    centroid = mean_statement(speech.vectors[rows])
    for _ in range(rounds):
        recent = belongs(speech, centroid) & speech.in_window
        if recent.sum() < 3:
            break
        centroid = mean_statement(speech.vectors[recent])
    return centroid, belongs(speech, centroid)


def belongs(speech: Speech, centroid: Floats, *, floor: float = CORE) -> Mask:
    """Statements that lie nearer to a centroid than to any known pain, shape ``(n,)``."""
    cosine = np.round(speech.centred @ speech.direction(centroid), 6)
    return np.asarray(cosine >= np.maximum(speech.nearest + _MARGIN, floor))


def crowd(speech: Speech, rows: Ints, own: Mask) -> Floats:
    """Mean cosine of statements with the five most like them that are not a candidate's own, retellings aside.

    A statement that has many like it elsewhere, above all in earlier cycles, is likely one of those.

    Parameters
    ----------
    rows
        Positions of the statements, shape ``(n_rows,)``.
    own
        The candidate's own statements since it began, shape ``(n,)``.
    """
    others = np.flatnonzero(~own)
    if len(others) < _CROWD or not len(rows):
        return np.zeros(len(rows))
    cosines = speech.centred[rows] @ speech.centred[others].T
    alike = speech.vectors[rows] @ speech.vectors[others].T
    cosines = np.where(alike > SAME_STATEMENT, -1.0, cosines)
    return np.asarray(np.partition(cosines, -_CROWD, axis=1)[:, -_CROWD:].mean(axis=1))


def growth(speech: Speech, rows: Mask, *, window_cycles: int) -> Growth:
    """Compare how many accounts raise a candidate since its likeliest onset with what was before.

    The onset is sought within the window, so a pain of one cycle's age is not thinned out by two silent
    ones. That search favours chance rises; thresholds on the result were chosen with the search in place.
    """
    heard, raising = speech.heard(), speech.heard(rows)
    n = len(speech.cycles)
    onsets = range(max(n - window_cycles, MIN_PAST), n)
    scores = [beyond_usual(heard, raising, onset)[0] for onset in onsets]
    voices, raised = heard.any(axis=1).sum(axis=0), raising.any(axis=1).sum(axis=0)
    if not scores:
        return Growth(None, 0, 0, int(voices.sum()), int(raised.sum()), 0.0, 0.0)
    onset = onsets[int(np.argmax(scores))]
    score, lift = beyond_usual(heard, raising, onset)
    return Growth(
        onset,
        int(voices[:onset].sum()),
        int(raised[:onset].sum()),
        int(voices[onset:].sum()),
        int(raised[onset:].sum()),
        score,
        lift,
    )


def beyond_usual(heard: Mask, raising: Mask, onset: int) -> tuple[float, float]:
    """Excess of raising accounts since an onset, in standard errors, and the log of observed over usual.

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
    lift = as_float(np.log((now.sum() + 0.5) / (usual.sum() + 0.5)))
    if variance.sum() <= 0.0:
        return 0.0, lift
    return as_float((now - usual).sum() / np.sqrt(variance.sum())), lift


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


FEATURES = (
    "score",  # growth of the core, in standard errors
    "ring_score",  # the same, of the wide ring around it
    "lift",  # log ratio of what is raised and what was usual
    "known",  # cosine with the nearest known pain
    "known_score",  # growth of what matching accepted for the pain that is nearest to most of its statements
    "accepted",  # share of its recent statements that matching had accepted for a known pain
    "distinct",  # log of the number of different recent statements
    "relevance",  # mean probability that its recent statements speak of a pain
    "raising",  # share of them that raise one; praise and thanks do not
)


def features(speech: Speech, centroid: Floats, rows: Mask, grown: Growth) -> Floats:
    """What tells a new pain from a missed known one and from talk, in the order of ``FEATURES``."""
    recent = rows & speech.in_window
    if grown.onset is None or not recent.any():
        return np.zeros(len(FEATURES))
    known, known_score = -1.0, 0.0
    if speech.known_ids:
        known = float((speech.known @ speech.direction(centroid)).max())
        likeliest = int(np.bincount(speech.nearest_known[recent]).argmax())
        known_score = _score(speech, speech.matched == likeliest, grown.onset)
    values = (
        grown.score,
        _score(speech, belongs(speech, centroid, floor=RING), grown.onset),
        grown.lift,
        known,
        known_score,
        float((speech.matched[recent] >= 0).mean()),
        float(np.log(distinct(speech.vectors[recent]))),
        float(speech.relevance[recent].mean()),
        float(speech.raises[recent].mean()),
    )
    return np.round(np.array(values), 6)


def _score(speech: Speech, rows: Mask, onset: int) -> float:
    """Growth of any set of statements since an onset, in standard errors."""
    return beyond_usual(speech.heard(), speech.heard(rows), onset)[0]
