"""Composed years of vendors that nothing was fitted on: the shipped matching beside other methods, overall and by kind of source."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import polars as pl
from figures import figures, guesses_of, likeliest, stance_figures
from measure import Judged, compose, judge
from rivals import bar_for, cosines, setfit_probabilities, zero_shot_topics
from train_head import folds, train
from vendors import CORPUS, TRAINING, Kept, Vendor, encoder_named, load_vendor, say
from year import Year

from next_evidence.assets import packaged
from next_evidence.matching.head import Head, dump_head, load_head
from next_evidence.matching.profiles import build_profiles
from next_evidence.settings import MatchingSettings

CALIBRATION, HELD_OUT = folds(TRAINING)[0][:5], folds(TRAINING)[0][5:]
OURS = {"adapted": "shipped matching", "plain": "shipped matching on plain MiniLM"}
HEADS = {"adapted": "matching_head", "plain": "matching_head_plain"}
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
    groups = {"held-out": HELD_OUT[:n_vendors], "meridian": ["meridian"]}
    groups = {group: vendors for group, vendors in groups.items() if vendors}
    methods: dict[str, dict[str, list[pl.DataFrame]]] = {group: {} for group in groups}
    people: dict[str, dict[str, list[pl.DataFrame]]] = {group: {} for group in groups}
    bars: dict[str, float] = {}
    for name, title in OURS.items():
        encoder = encoder_named(name, cache)
        seen = {vendor: load_vendor(vendor, encoder) for vendor in CALIBRATION}
        heads = {
            "held-out": _head_without(cache, encoder, name),
            "meridian": load_head(packaged(HEADS[name])),
        }
        cosine = f"cosine, {_words(name)}"
        bars[cosine] = bar_for(list(seen.values()), lambda v: cosines(v.profiles, v.text))
        around = f"{cosine}, sentence and neighbours"
        bars[around] = bar_for(list(seen.values()), lambda v: cosines(v.profiles, v.context))
        topics = f"BERTopic zero-shot, {_words(name)}"
        bars[topics] = bar_for(list(seen.values()), _statement_cosines)
        for group, vendors in groups.items():
            for vendor in vendors:
                year = compose(vendor, cache / "years" / vendor)
                say(f"{vendor}, {_words(name)}")
                judged = judge(year, encoder, heads[group], MatchingSettings())
                ours = likeliest(judged.rows)
                methods[group].setdefault(title, []).append(
                    ours.with_columns(vendor=pl.lit(vendor))
                )
                people[group].setdefault(title, []).append(judged.speakers)
                truth = _with_truth(year, judged)
                for rival, guess in _rivals(year, encoder, bars, cosine, around, topics):
                    methods[group].setdefault(rival, []).append(_beside(truth, *guess, vendor))
                chosen = _setfit(year, vendor, truth, cache, setfit) if name == "plain" else None
                if chosen is not None:
                    methods[group].setdefault("SetFit", []).append(chosen)
                encoder.save()
    return {
        "bars": bars,
        "groups": {
            group: {
                "vendors": groups[group],
                "methods": {
                    name: _figures(frames, people[group].get(name))
                    for name, frames in found.items()
                },
                "kinds": {
                    name: _by_kind(found[name])
                    for name in (OURS["adapted"], "cosine, with the adapter")
                },
            }
            for group, found in methods.items()
        },
    }


def _words(name: str) -> str:
    return "with the adapter" if name == "adapted" else "plain MiniLM"


def _head_without(cache: Path, encoder: Kept, name: str) -> Head:
    """The head that the reported vendors did not enter; kept by the hash of all that it is fitted from."""
    here = Path(__file__).resolve().parent
    fits = [here / name for name in ("fit.py", "train_head.py", "vendors.py", "speakers_sim.py")]
    features = (here.parents[1] / "next_evidence" / "matching").glob("*.py")
    sources = [*fits, *features, *(CORPUS / "train").iterdir(), CORPUS / "compose.py"]
    digest = hashlib.sha256(encoder.fingerprint.encode())
    for path in sorted(sources):
        digest.update(path.read_bytes())
    place = cache / "heads" / f"{name}-{digest.hexdigest()[:16]}"
    if not (place / "head.json").exists():
        say(f"fit a head without the held-out vendors, {_words(name)}")
        vendors = {vendor: load_vendor(vendor, encoder, retold=True) for vendor in TRAINING}
        head, _ = train(vendors, encoder=encoder, calibrate=len(CALIBRATION))
        encoder.save()
        arrays, meta = dump_head(head)
        place.mkdir(parents=True, exist_ok=True)
        (place / "head.npz").write_bytes(arrays)
        (place / "head.json").write_bytes(meta)
    return load_head(place)


def _statement_cosines(vendor: Vendor) -> np.ndarray:
    return np.asarray(vendor.text @ vendor.profiles.prototypes[vendor.profiles.statement].T)


def _with_truth(year: Year, judged: Judged) -> pl.DataFrame:
    """The statements in the order of the year, with the truth."""
    known = judged.rows.select("utterance_id", "known")
    truth = year.rows.select(
        "utterance_id", "account_id", "kind", "text", "^true_(persona|pain|stance)$"
    )
    return truth.join(known, on="utterance_id", how="left", maintain_order="left")


def _rivals(
    year: Year, encoder: Kept, bars: dict[str, float], cosine: str, around: str, topics: str
) -> Iterator[tuple[str, tuple[list[tuple[str, str] | None], np.ndarray, np.ndarray]]]:
    """Name, and guess, confidence and whether it is accepted for every statement of a year."""
    profiles = build_profiles(year.library, encoder)
    texts = year.rows["text"].to_list()
    text, context = encoder.encode(texts), encoder.encode(year.rows["context"].to_list())
    for name, vectors in ((cosine, text), (around, context)):
        score = cosines(profiles, vectors)
        sure = score.max(1)
        yield name, ([profiles.pains[k] for k in score.argmax(1)], sure, sure >= bars[name])
    statements = {
        (persona.id, pain.id): pain.statement for persona in year.library for pain in persona.pains
    }
    names = [statements[pain] for pain in profiles.pains]
    near = text @ profiles.prototypes[profiles.statement].T
    found = zero_shot_topics(names, texts, text, encoder, bar=bars[topics])
    guesses = [
        profiles.pains[k] if k >= 0 else profiles.pains[best]
        for k, best in zip(found, near.argmax(1), strict=True)
    ]
    yield topics, (guesses, near.max(1), found >= 0)


def _setfit(
    year: Year, vendor: str, truth: pl.DataFrame, cache: Path, python: Path | None
) -> pl.DataFrame | None:
    """SetFit trained on statements and examples of the documents, on a sample of the statements."""
    pains = [(persona.id, pain) for persona in year.library for pain in persona.pains]
    texts = [
        (text, n) for n, (_, pain) in enumerate(pains) for text in (pain.statement, *pain.examples)
    ]
    sample = truth.sample(min(SETFIT_SAMPLE, truth.height), seed=3)
    chances = setfit_probabilities(
        [text for text, _ in texts], [n for _, n in texts], sample["text"].to_list(),
        cache=cache, python=python, max_steps=SETFIT_STEPS,
    )  # fmt: skip
    if chances is None:
        return None
    guesses = [(pains[k][0], pains[k][1].id) for k in chances.argmax(1)]
    return _beside(sample, guesses, chances.max(1), chances.max(1) >= 0.5, vendor)


def _beside(
    truth: pl.DataFrame,
    guesses: list[tuple[str, str] | None],
    confidence: np.ndarray,
    accepted: np.ndarray,
    vendor: str,
) -> pl.DataFrame:
    """A rival's rows in the form of `figures.likeliest`; every accepted statement counts as raising."""
    return truth.drop("text").with_columns(
        pl.Series("guess_persona", [g[0] if g else None for g in guesses], dtype=pl.String),
        pl.Series("guess_pain", [g[1] if g else None for g in guesses], dtype=pl.String),
        pl.Series("confidence", np.clip(confidence, 0.0, 1.0).astype(np.float64)),
        pl.Series("accepted", accepted),
        stance=pl.lit("raises"),
        vendor=pl.lit(vendor),
    )


def _figures(frames: list[pl.DataFrame], people: list[pl.DataFrame] | None) -> Found:
    rows = pl.concat(frames, how="diagonal")
    found = figures(guesses_of(rows)) | stance_figures(rows)
    if people is not None:
        heard = pl.concat(people).drop_nulls("true_persona")
        placed = heard.drop_nulls("persona_id")
        found["speakers"] = heard.height
        found["speakers_assigned"] = round(placed.height / heard.height, 4)
        found["speakers_right"] = round(
            float((placed["persona_id"] == placed["true_persona"]).mean()), 4
        )  # type: ignore[arg-type]
    return found


def _by_kind(frames: list[pl.DataFrame]) -> dict[str, Found]:
    rows = pl.concat(frames, how="diagonal")
    return {
        str(kind): figures(guesses_of(part)) | stance_figures(part)
        for (kind,), part in sorted(rows.group_by("kind"), key=lambda item: str(item[0]))
    }
