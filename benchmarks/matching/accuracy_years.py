"""Composed years of vendors that nothing was fitted on: the shipped matching beside other methods, overall and by kind of source."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

import numpy as np
import polars as pl
from figures import figures, guesses_of, likeliest, stance_figures
from measure import compose, judge
from rivals import bar_for, best_bar, cosines, setfit_probabilities, zero_shot_topics
from train_head import folds, head_without
from vendors import FURTHER_JUDGING, HEADS, TRAINING, Kept, encoder_named, load_vendor, say
from year import Year

from next_evidence.assets import packaged
from next_evidence.matching.head import Head, load_head
from next_evidence.matching.profiles import build_profiles
from next_evidence.settings import MatchingSettings

CALIBRATION, HELD_OUT = folds(TRAINING)[0][:5], folds(TRAINING)[0][5:]
OURS = {
    "adapted": "shipped matching",
    "plain": "shipped matching on plain MiniLM",
    "mpnet": "shipped matching on all-mpnet-base-v2",
}
WORDS = {"adapted": "with the adapter", "plain": "plain MiniLM", "mpnet": "all-mpnet-base-v2"}
STRICTER = 0.6  # a bar above the default one, which the larger encoder has recall to spare for
SETFIT_SAMPLE = 1500  # statements a vendor: SetFit must encode each anew
SETFIT_STEPS = 150  # of 16 pairs, for some 60 texts
Found = dict[str, float | list[float] | None]


def measure_years(cache: Path, *, n_vendors: int, setfit: Path | None) -> dict[str, object]:
    """Figures by group of vendors and method, by kind of source for the shipped matching, and the bars used.

    Parameters
    ----------
    n_vendors
        How many of the held-out vendors are matched; 0: Meridian alone.
    setfit
        Interpreter that can import setfit; None: only answers that are in the cache.
    """
    groups = {
        "held-out": HELD_OUT[:n_vendors],
        "other authors": FURTHER_JUDGING[: len(FURTHER_JUDGING) * n_vendors // len(HELD_OUT)],
        "meridian": ["meridian"],
    }
    groups = {group: vendors for group, vendors in groups.items() if vendors}
    told: dict[str, dict[str, list[Told]]] = {group: {} for group in groups}
    bars: dict[str, float] = {}
    for name in ("adapted", "plain"):
        encoder = encoder_named(name, cache)
        bars |= _bars(encoder, name)
        for group, vendors in groups.items():
            if group == "other authors" and name != "adapted":
                continue  # 12 years: matching and cosine with the adapter only
            head = _head(group, name, encoder, cache)
            for vendor in vendors:
                say(f"{vendor}, {WORDS[name]}")
                year = compose(vendor, cache / "years" / vendor)
                methods = 3 if group == "other authors" else None
                for method, one in islice(_guesses(year, encoder, head, name, bars), methods):
                    told[group].setdefault(method, []).append(one.of(vendor))
                if name == "plain":  # which is what SetFit starts from
                    learnt = _setfit(year, cache, setfit)
                    if learnt is not None:
                        told[group].setdefault("SetFit", []).append(learnt.of(vendor))
                encoder.save()
    apart = (OURS["adapted"], f"cosine, {WORDS['adapted']}")
    return {
        "bars": bars,
        "groups": {
            group: {
                "vendors": groups[group],
                "methods": {method: _figures(years) for method, years in found.items()},
                "kinds": {method: _by_kind(found[method]) for method in apart},
            }
            for group, found in told.items()
        },
    }


def measure_larger(cache: Path, *, n_vendors: int) -> dict[str, object]:
    """The same years matched on the vectors of the larger packaged encoder, and its cosine: figures by group and method."""
    name = "mpnet"
    encoder = encoder_named(name, cache)
    bars = _bars(encoder, name)
    groups: dict[str, dict[str, Found]] = {}
    for group, vendors in {"held-out": HELD_OUT[:n_vendors], "meridian": ["meridian"]}.items():
        head = _head(group, name, encoder, cache)
        told: dict[str, list[Told]] = {}
        for vendor in vendors:
            say(f"{vendor}, {WORDS[name]}")
            year = compose(vendor, cache / "years" / vendor)
            found = dict(islice(_guesses(year, encoder, head, name, bars), 2))
            sure = pl.col("accepted") & (pl.col("confidence") >= STRICTER)
            stricter = found[OURS[name]].rows.with_columns(accepted=sure)
            found[f"{OURS[name]}, `accept_at: {STRICTER}`"] = Told(stricter)
            for method, one in found.items():
                told.setdefault(method, []).append(one.of(vendor))
            encoder.save()
        groups[group] = {method: _figures(years) for method, years in told.items()}
    return {"bars": bars, "groups": groups, "default": OURS["adapted"]}


def _head(group: str, name: str, encoder: Kept, cache: Path) -> Head:
    """The head that a group of vendors is judged by: none that it entered."""
    if group == "held-out":
        return head_without(cache, encoder, name)
    return load_head(packaged(HEADS[name]))


@dataclass(frozen=True)
class Told:
    """A method's guesses of one year beside the truth, and whom it takes speakers for if it asks."""

    rows: pl.DataFrame
    speakers: pl.DataFrame | None = None

    def of(self, vendor: str) -> Told:
        """With the vendor's name: pains of two vendors are never the same."""
        return replace(self, rows=self.rows.with_columns(vendor=pl.lit(vendor)))


def _bars(encoder: Kept, name: str) -> dict[str, float]:
    """From which score each of the other methods accepts."""
    seen = [load_vendor(vendor, encoder) for vendor in CALIBRATION]
    cosine, around, topics = _rival_names(name)
    return {
        cosine: bar_for(seen, lambda v: cosines(v.profiles, v.text)),
        around: bar_for(seen, lambda v: cosines(v.profiles, v.context)),
        topics: bar_for(seen, lambda v: v.text @ v.profiles.prototypes[v.profiles.statement].T),
    }


def _rival_names(name: str) -> tuple[str, str, str]:
    words = WORDS[name]
    return (
        f"cosine, {words}",
        f"cosine, {words}, sentence and neighbours",
        f"BERTopic zero-shot, {words}",
    )


def _guesses(
    year: Year, encoder: Kept, head: Head, name: str, bars: dict[str, float]
) -> Iterator[tuple[str, Told]]:
    """The shipped matching, then the other methods, on the vectors of one encoder."""
    judged = judge(year, encoder, head, MatchingSettings())
    yield OURS[name], Told(likeliest(judged.rows), judged.speakers)
    truth = _truth(year)
    profiles = build_profiles(year.library, encoder)
    texts = year.rows["text"].to_list()
    text, context = encoder.encode(texts), encoder.encode(year.rows["context"].to_list())
    cosine, around, topics = _rival_names(name)
    for method, vectors in ((cosine, text), (around, context)):
        score = cosines(profiles, vectors)
        guesses = [profiles.pains[k] for k in score.argmax(1)]
        yield method, _beside(truth, guesses, score.max(1), score.max(1) >= bars[method])
    statements = {
        (persona.id, pain.id): pain.statement for persona in year.library for pain in persona.pains
    }
    near = text @ profiles.prototypes[profiles.statement].T
    names = [statements[pain] for pain in profiles.pains]
    topic = zero_shot_topics(names, texts, text, encoder, bar=bars[topics])
    guessed = np.where(topic >= 0, topic, near.argmax(1))
    yield (
        topics,
        _beside(truth, [profiles.pains[k] for k in guessed], near.max(1), topic >= 0),
    )


def _truth(year: Year) -> pl.DataFrame:
    """The statements with the truth, in the order of the year."""
    pains = [(persona.id, pain.id) for persona in year.library for pain in persona.pains]
    known = pl.DataFrame(pains, schema=["true_persona", "true_pain"], orient="row")
    return year.rows.join(
        known.with_columns(known=pl.lit(True)),
        on=["true_persona", "true_pain"],
        how="left",
        maintain_order="left",
    ).with_columns(pl.col("known").fill_null(False))


def _setfit(year: Year, cache: Path, python: Path | None) -> Told | None:
    """SetFit trained on statements and examples of the documents, on a sample of the statements."""
    pains = [(persona.id, pain) for persona in year.library for pain in persona.pains]
    texts = [
        (text, n) for n, (_, pain) in enumerate(pains) for text in (pain.statement, *pain.examples)
    ]
    truth = _truth(year)
    sample = truth.sample(min(SETFIT_SAMPLE, truth.height), seed=3)
    chances = setfit_probabilities(
        [text for text, _ in texts],
        [n for _, n in texts],
        sample["text"].to_list(),
        cache=cache,
        python=python,
        max_steps=SETFIT_STEPS,
    )
    if chances is None:
        return None
    guesses = [(pains[k][0], pains[k][1].id) for k in chances.argmax(1)]
    sure = chances.max(1)
    true = zip(sample["true_persona"], sample["true_pain"], strict=True)
    right = np.array([guess == one for guess, one in zip(guesses, true, strict=True)])
    # its best bar on these very statements: it is trained anew for each vendor, so none can be carried over
    bar = best_bar(sure, right, np.ones(len(sure)), float(sample["known"].sum()))
    return _beside(sample, guesses, sure, sure >= bar)


def _beside(
    truth: pl.DataFrame,
    guesses: Sequence[tuple[str, str]],
    confidence: np.ndarray,
    accepted: np.ndarray,
) -> Told:
    """A method's guesses in the form of `figures.likeliest`; every accepted statement counts as raising."""
    return Told(
        truth.with_columns(
            pl.Series("guess_persona", [persona for persona, _ in guesses], dtype=pl.String),
            pl.Series("guess_pain", [pain for _, pain in guesses], dtype=pl.String),
            pl.Series("confidence", np.clip(confidence, 0.0, 1.0).astype(np.float64)),
            pl.Series("accepted", accepted),
            stance=pl.lit("raises"),
        )
    )


def _figures(years: list[Told]) -> Found:
    rows = pl.concat([year.rows for year in years], how="diagonal")
    found: Found = figures(guesses_of(rows)) | stance_figures(rows)
    if years[0].speakers is not None:
        heard = pl.concat([year.speakers for year in years]).drop_nulls("true_persona")
        placed = heard.drop_nulls("persona_id")
        right = placed["persona_id"] == placed["true_persona"]
        found["speakers"] = heard.height
        found["speakers_assigned"] = round(placed.height / heard.height, 4)
        found["speakers_right"] = round(float(right.mean()), 4)  # type: ignore[arg-type]
    return found


def _by_kind(years: list[Told]) -> dict[str, Found]:
    rows = pl.concat([year.rows for year in years], how="diagonal")
    return {
        str(kind): figures(guesses_of(part)) | stance_figures(part)
        for (kind,), part in sorted(rows.group_by("kind"), key=lambda item: str(item[0]))
    }
