"""Who is speaking: everything a person says, and their title, as one probability per persona."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from functools import cache

import numpy as np
import polars as pl

from next_evidence.matching.head import Head
from next_evidence.matching.profiles import Profiles, normal_title
from next_evidence.matching.score import Scores
from next_evidence.records import Cycle
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
    turns that are likely to speak of a pain, ``favouring`` those of them that the persona explains better than any other (of
    equals the first); ``log_likelihood`` is the sum before tempering, which `assign_speakers` applies to all cycles together.
    """
    columns = {f"p{i}": scores.personas[:, i] for i in range(len(profiles.personas))}
    said = utterances.select("speaker_key", "conversation_id", "turn").with_columns(
        pl.Series("relevant", scores.relevance >= rules.relevant_at),
        *(pl.Series(name, values) for name, values in columns.items()),
    )
    turns = said.group_by("speaker_key", "conversation_id", "turn").agg(
        pl.col("relevant").any(), *(_exact_sum(name) / pl.len() for name in columns)
    )
    best = pl.concat_list(list(columns)).list.arg_max() if columns else pl.lit(None, pl.UInt32)
    turns = turns.with_columns(best=best)
    speakers = turns.group_by("speaker_key").agg(
        pl.col("relevant").sum().cast(pl.Int64).alias("statements"),
        *(_exact_sum(name) for name in columns),
        *(
            ((pl.col("best") == i) & pl.col("relevant")).sum().cast(pl.Int64).alias(f"f{name}")
            for i, name in enumerate(columns)
        ),
    )
    long = speakers.unpivot(
        list(columns), index=["speaker_key", "statements"], value_name="log_likelihood"
    ).join(
        speakers.unpivot(
            [f"f{name}" for name in columns], index="speaker_key", value_name="favouring"
        ).with_columns(pl.col("variable").str.strip_prefix("f")),
        on=["speaker_key", "variable"],
    )
    names = dict(zip(columns, profiles.personas, strict=True))
    evidence = long.with_columns(
        pl.col("favouring").cast(pl.Int64),
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

    What was said ``rules.speaker_half_life_cycles`` ago weighs half as much as what is said now.

    Parameters
    ----------
    evidence
        ``SPEAKER_EVIDENCE`` rows of this cycle and those before it that count; rows older than ``rules.speaker_window_cycles`` or of
        another cadence do not.
    speakers
        One row per ``speaker_key``, with ``account_id``, ``contact_id``, ``title`` and ``segment``; any of
        the last four may be null.

    Returns
    -------
    ``SPEAKERS`` rows, one per row of ``speakers``, by speaker. Below ``rules.persona_accept_at``
    ``persona_id`` is null, ``persona_confidence`` is that of "no persona fits" and the likeliest persona
    is the runner-up. Where the likeliest personas reach that bar together, before "no persona fits" is among them, the speaker is
    ambiguous: ``ambiguous_with`` is the second. ``statements``, and the numbers in ``why``, count all of the window.
    """
    people = speakers.unique("speaker_key", keep="first", maintain_order=True).sort("speaker_key")
    pooled = _pooled(evidence, people["speaker_key"], profiles, cycle=cycle, rules=rules)
    titles = people["title"].fill_null("").to_list()
    segments = people["segment"].fill_null("").to_list()
    posterior = persona_posterior(
        pooled.said, pooled.weight, titles, segments, profiles=profiles, head=head
    )
    rows = [
        _verdict(chances, title, count, favouring, profiles, rules)
        for chances, title, count, favouring in zip(
            posterior, titles, pooled.statements.tolist(), pooled.favouring.tolist(), strict=True
        )
    ]
    verdicts = pl.DataFrame(rows, schema=_VERDICT, orient="row")
    found = pl.concat([people, verdicts], how="horizontal").with_columns(
        pl.lit(cycle).alias("cycle"), pl.Series("statements", pooled.statements, dtype=pl.Int64)
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
        How many turns speak of a pain, older ones in part, shape ``(n_speakers,)``.
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
        "ambiguous_with": pl.String(),
    }
)


@dataclass(frozen=True)
class _Pooled:
    """A window of evidence, by speaker: ``said`` and ``favouring`` also by persona, shape ``(n_speakers, n_personas)``.

    ``weight`` counts statements, older ones in part; ``statements`` and ``favouring`` count each fully.
    """

    said: np.ndarray
    weight: np.ndarray
    statements: np.ndarray
    favouring: np.ndarray


def _pooled(
    evidence: pl.DataFrame,
    keys: pl.Series,
    profiles: Profiles,
    *,
    cycle: str,
    rules: MatchingSettings,
) -> _Pooled:
    """Summed evidence in the order of ``keys``; speakers without any have zeros."""
    place = {key: row for row, key in enumerate(keys.to_list())}
    column = {persona: i for i, persona in enumerate(profiles.personas)}
    n, k = len(place), len(column)
    said, favouring = np.zeros((n, k)), np.zeros((n, k), dtype=np.int64)
    weight, statements = np.zeros(n), np.zeros(n, dtype=np.int64)
    total = (
        evidence.join(_fading(cycle, rules), on="cycle")
        .with_columns(
            told=pl.col("statements") * pl.col("fading"),
            log_likelihood=pl.col("log_likelihood") * pl.col("fading"),
        )
        .group_by("speaker_key", "persona_id")
        .agg(
            pl.col("statements", "favouring").sum(),
            _exact_sum("told"),
            _exact_sum("log_likelihood"),
        )
        .sort("speaker_key", "persona_id")
    )
    for key, persona, count, favours, told, value in total.iter_rows():
        if key in place and persona in column:
            at = place[key]
            said[at, column[persona]], favouring[at, column[persona]] = value, favours
            statements[at], weight[at] = max(statements[at], count), max(weight[at], told)
    return _Pooled(said, weight, statements, favouring)


def _fading(cycle: str, rules: MatchingSettings) -> pl.DataFrame:
    """Weight of each cycle's evidence: 1 now, half of it a half-life ago."""
    names, then = [], Cycle.parse(cycle)
    for _ in range(rules.speaker_window_cycles):
        names.append(then.name)
        then = then.previous()
    fading = 0.5 ** (np.arange(len(names)) / rules.speaker_half_life_cycles)
    return pl.DataFrame({"cycle": names, "fading": fading})


def _exact_sum(name: str) -> pl.Expr:
    """Sum that does not depend on the order of rows: whole millionths are added, not floats."""
    return (pl.col(name) * 1e6).round(0).cast(pl.Int64).sum() / 1e6


def _verdict(
    chances: np.ndarray,
    title: str,
    statements: int,
    favouring: list[int],
    profiles: Profiles,
    rules: MatchingSettings,
) -> tuple[str | None, float, str | None, float, str, str | None]:
    names: list[str | None] = [*profiles.personas, None]
    # the order of persona ids breaks ties
    order = sorted(range(len(names)), key=lambda i: (-chances[i], i))
    best, second = order[0], order[1] if len(order) > 1 else order[0]
    if names[best] is None or chances[best] < rules.persona_accept_at:
        guess = next((i for i in order if names[i] is not None), len(names) - 1)
        either = _either(order, chances, rules.persona_accept_at)
        if either is not None:
            reason = f"could be of {names[best]} or of {names[either]}"
        elif names[best] is None:
            reason = "no persona fits"
        else:
            reason = "not sure enough of any persona"
        why = _why(reason, statements, None if either is None else favouring[best])
        other = None if either is None else names[either]
        return None, float(chances[-1]), names[guess], float(chances[guess]), why, other
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
        _why(why, statements, favouring[best]),
        None,
    )


def _either(order: list[int], chances: np.ndarray, bar: float) -> int | None:
    """The second persona, where the likeliest reach the bar together before "no persona fits" joins them."""
    none, total = len(order) - 1, 0.0
    for rank, i in enumerate(order):
        if i == none:
            return None
        total += float(chances[i])
        if total >= bar:
            return order[1] if rank > 0 else None
    return None


def _why(reason: str, statements: int, favouring: int | None) -> str:
    noun = "statement" if statements == 1 else "statements"
    if favouring is None or statements == 0:
        return f"{reason}; {statements} {noun} about pains"
    return f"{reason}; {favouring} of {statements} {noun} about pains {'fits' if favouring == 1 else 'fit'} it best"


def ambiguous_pairs(speakers: pl.DataFrame) -> pl.DataFrame:
    """Speakers who could be of two personas, counted per cycle and pair.

    Returns
    -------
    Columns ``cycle, persona_id, other_persona_id, speakers, accounts``; the ids of a pair in their order.
    """
    pair = [pl.min_horizontal(_PAIR).alias("persona_id"), pl.max_horizontal(_PAIR).alias("other_persona_id")]  # fmt: skip
    keys = ["cycle", "persona_id", "other_persona_id"]
    return (
        check(speakers, SPEAKERS, table="speakers")
        .filter(pl.col("ambiguous_with").is_not_null())
        .select("cycle", "speaker_key", "account_id", *pair)
        .group_by(keys)
        .agg(
            speakers=pl.col("speaker_key").n_unique().cast(pl.Int64),
            accounts=pl.col("account_id").drop_nulls().n_unique().cast(pl.Int64),
        )
        .sort(keys)
    )


_PAIR = ("runner_up_persona_id", "ambiguous_with")
