"""Who is speaking: everything a person says, and their title, as one probability per persona."""

from __future__ import annotations

import difflib
from functools import cache

import numpy as np
import polars as pl

from next_evidence.matching.head import Head
from next_evidence.matching.profiles import Profiles, normal_title
from next_evidence.matching.score import Scores
from next_evidence.schemas import SPEAKER_EVIDENCE, SPEAKERS, check
from next_evidence.settings import MatchingSettings


def speaker_evidence(
    utterances: pl.DataFrame,
    scores: Scores,
    *,
    profiles: Profiles,
    rules: MatchingSettings,
    cycle: str,
) -> pl.DataFrame:
    """What one cycle's statements say of each speaker; kept, so that no statement is scored twice.

    Sentences of one turn are averaged and turns are added up: a turn is one thing said.

    Parameters
    ----------
    utterances
        ``UTTERANCES`` rows of the cycle.
    scores
        Their scores, in the same order.

    Returns
    -------
    ``SPEAKER_EVIDENCE`` rows, one per speaker and persona, by speaker and persona. ``statements`` counts
    turns that are likely to speak of a pain; ``log_likelihood`` is the sum before tempering, which
    `assign_speakers` applies to all cycles together.
    """
    columns = {f"p{i}": scores.personas[:, i] for i in range(len(profiles.personas))}
    said = utterances.select("speaker_key", "conversation_id", "turn").with_columns(
        pl.Series("relevant", scores.relevance >= rules.relevant_at),
        *(pl.Series(name, values) for name, values in columns.items()),
    )
    turns = said.group_by("speaker_key", "conversation_id", "turn").agg(
        pl.col("relevant").any(), *(_exact_sum(name) / pl.len() for name in columns)
    )
    speakers = turns.group_by("speaker_key").agg(
        pl.col("relevant").sum().cast(pl.Int64).alias("statements"),
        *(_exact_sum(name) for name in columns),
    )
    long = speakers.unpivot(
        list(columns), index=["speaker_key", "statements"], value_name="log_likelihood"
    )
    names = dict(zip(columns, profiles.personas, strict=True))
    evidence = long.with_columns(
        pl.lit(cycle).alias("cycle"),
        pl.col("variable").replace_strict(names, return_dtype=pl.String).alias("persona_id"),
        pl.col("log_likelihood").cast(pl.Float64).round(6),
    )
    return check(evidence, SPEAKER_EVIDENCE, table="speaker_evidence").sort(
        "speaker_key", "persona_id"
    )


def assign_speakers(
    evidence: pl.DataFrame,
    speakers: pl.DataFrame,
    *,
    profiles: Profiles,
    head: Head,
    rules: MatchingSettings,
    cycle: str,
) -> pl.DataFrame:
    """Assign each speaker to a persona, or to none.

    Parameters
    ----------
    evidence
        ``SPEAKER_EVIDENCE`` rows of this cycle and those before it that count.
    speakers
        One row per ``speaker_key``, with ``account_id``, ``contact_id``, ``title`` and ``segment``; any of
        the last four may be null.

    Returns
    -------
    ``SPEAKERS`` rows, one per row of ``speakers``, by speaker. Below ``rules.persona_accept_at``
    ``persona_id`` is null, ``persona_confidence`` is that of "no persona fits" and the likeliest persona
    is the runner-up.
    """
    people = speakers.unique("speaker_key", keep="first", maintain_order=True).sort("speaker_key")
    said, statements = _pooled(evidence, people["speaker_key"], profiles)
    titles = people["title"].fill_null("").to_list()
    segments = people["segment"].fill_null("").to_list()
    posterior = persona_posterior(said, statements, titles, segments, profiles=profiles, head=head)
    rows = [
        _verdict(chances, title, count, profiles, rules)
        for chances, title, count in zip(posterior, titles, statements, strict=True)
    ]
    verdicts = pl.DataFrame(rows, schema=_VERDICT, orient="row")
    found = pl.concat([people, verdicts], how="horizontal").with_columns(
        pl.lit(cycle).alias("cycle"), pl.Series("statements", statements, dtype=pl.Int64)
    )
    return check(found, SPEAKERS, table="speakers")


def persona_posterior(
    said: np.ndarray,
    statements: np.ndarray,
    titles: list[str],
    segments: list[str],
    *,
    profiles: Profiles,
    head: Head,
) -> np.ndarray:
    """Probability of each persona and, last, of none; shape ``(n_speakers, n_personas + 1)``.

    Parameters
    ----------
    said
        Summed log-likelihoods, shape ``(n_speakers, n_personas)``.
    statements
        How many turns speak of a pain, shape ``(n_speakers,)``.
    """
    apart, explained = pooled_evidence(said, statements, head.overlap)
    tempered = head.temper * apart + head.explained * explained[:, None]
    signs = speaker_features(titles, segments, profiles)
    foreign = np.array([float(has_own_title(title, profiles)) for title in titles])
    none = head.none[0] + head.none[1] * foreign
    utility = np.column_stack([tempered + signs @ np.array(head.title), none])
    utility -= utility.max(axis=1, keepdims=True)
    chances = np.exp(utility)
    return np.asarray(np.round(chances / chances.sum(axis=1, keepdims=True), 6))


def pooled_evidence(
    said: np.ndarray, statements: np.ndarray, overlap: float
) -> tuple[np.ndarray, np.ndarray]:
    """What separates the personas, and how well the best one explains an average statement.

    Returns
    -------
    Shape ``(n_speakers, n_personas)``, 0 for the best persona and negative for the others, with a design
    effect for repeated statements; and shape ``(n_speakers,)``.
    """
    count = np.maximum(np.asarray(statements, dtype=float), 1.0)
    best = said.max(axis=1) if said.shape[1] else np.zeros(len(said))
    apart = (said - best[:, None]) / (1.0 + overlap * (count - 1.0))[:, None]
    return apart, best / count


def speaker_features(titles: list[str], segments: list[str], profiles: Profiles) -> np.ndarray:
    """``TITLE_FEATURES`` of each speaker and persona, shape ``(n_speakers, n_personas, 3)``."""
    out = np.zeros((len(titles), len(profiles.personas), 3))
    known = [s.strip().lower() for s in segments]
    for row, title in enumerate(titles):
        out[row, :, :2] = _title_signs(normal_title(title), profiles.titles)
        for persona, allowed in enumerate(profiles.segments):
            out[row, persona, 2] = bool(known[row] and allowed and known[row] not in allowed)
    return out


def has_own_title(title: str, profiles: Profiles) -> bool:
    """Whether a specific title is given that no persona lists; ``Manager`` alone is not specific."""
    normal = normal_title(title)
    return len(normal.split()) > 1 and not any(normal in known for known in profiles.titles)


@cache
def _title_signs(title: str, known: tuple[tuple[str, ...], ...]) -> np.ndarray:
    """Listed by the persona (shared between the personas that list it), and its likeness if not."""
    out = np.zeros((len(known), 2))
    if not title:
        return out
    same = np.array([title in titles for titles in known], dtype=float)
    if same.any():
        out[:, 0] = same / same.sum()
        return out
    if len(title.split()) > 1:
        out[:, 1] = [max((_likeness(title, t) for t in titles), default=0.0) for titles in known]
    return out


def _likeness(left: str, right: str) -> float:
    """How alike two titles are, 0 to 1: shared words, and shared runs of letters."""
    a, b = set(left.split()) - _EMPTY, set(right.split()) - _EMPTY
    shared = len(a & b) / len(a | b) if a | b else 0.0
    letters = difflib.SequenceMatcher(None, left, right, autojunk=False).ratio()
    return max(shared, letters - 0.3)


_EMPTY = frozenset(
    {"of", "the", "and", "for", "manager", "director", "lead", "head", "senior", "junior", "chief"}
)

_VERDICT = pl.Schema(
    {
        "persona_id": pl.String(),
        "persona_confidence": pl.Float64(),
        "runner_up_persona_id": pl.String(),
        "runner_up_confidence": pl.Float64(),
        "why": pl.String(),
    }
)


def _pooled(
    evidence: pl.DataFrame, keys: pl.Series, profiles: Profiles
) -> tuple[np.ndarray, np.ndarray]:
    """Summed evidence in the order of ``keys``; speakers without any have zeros."""
    place = {key: row for row, key in enumerate(keys.to_list())}
    column = {persona: i for i, persona in enumerate(profiles.personas)}
    said = np.zeros((len(place), len(column)))
    statements = np.zeros(len(place), dtype=np.int64)
    total = evidence.group_by("speaker_key", "persona_id").agg(
        pl.col("statements").sum(), _exact_sum("log_likelihood")
    )
    for key, persona, count, value in total.sort("speaker_key", "persona_id").iter_rows():
        if key in place and persona in column:
            said[place[key], column[persona]] = value
            statements[place[key]] = max(statements[place[key]], count)
    return said, statements


def _exact_sum(name: str) -> pl.Expr:
    """Sum that does not depend on the order of rows: whole millionths are added, not floats."""
    return (pl.col(name) * 1e6).round(0).cast(pl.Int64).sum() / 1e6


def _verdict(
    chances: np.ndarray, title: str, statements: int, profiles: Profiles, rules: MatchingSettings
) -> tuple[str | None, float, str | None, float, str]:
    names: list[str | None] = [*profiles.personas, None]
    # the order of persona ids breaks ties
    order = sorted(range(len(names)), key=lambda i: (-chances[i], i))
    best, second = order[0], order[1] if len(order) > 1 else order[0]
    if names[best] is None or chances[best] < rules.persona_accept_at:
        guess = next((i for i in order if names[i] is not None), len(names) - 1)
        why = "no persona fits" if names[best] is None else "not sure enough of any persona"
        return None, float(chances[-1]), names[guess], float(chances[guess]), _why(why, statements)
    listed = normal_title(title) in profiles.titles[best]
    why = (
        "title is listed"
        if listed
        else "judged by what was said"
        if statements
        else "judged by title"
    )
    return (
        names[best],
        float(chances[best]),
        names[second],
        float(chances[second]),
        _why(why, statements),
    )


def _why(reason: str, statements: int) -> str:
    return f"{reason}; {statements} {'statement' if statements == 1 else 'statements'} about pains"
