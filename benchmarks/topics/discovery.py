"""Fit and measure the discovery of pains that no document has.

    python benchmarks/topics/discovery.py fit --cache DIR    # weights of topics/novelty.py, cross-validated
    python benchmarks/topics/discovery.py run --cache DIR    # whole years: found, missed, false, seconds, memory

Composes a year for every third training vendor (one pain left out of a document and planted from cycle 8 on)
and for Meridian. All matching is done by a head fitted on the other training vendors.
"""

from __future__ import annotations

import argparse
import resource
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score, roc_auc_score
from sklearn.preprocessing import StandardScaler
from years import YEARS, Year, years

from next_evidence.schemas import PAINS
from next_evidence.settings import TopicSettings
from next_evidence.topics import candidates as stage
from next_evidence.topics.fit import topic_fitter
from next_evidence.topics.pains import HISTORY_CYCLES, discover
from next_evidence.topics.speech import Speech, persona_speech
from next_evidence.topics.tables import CENTROIDS

RULES = TopicSettings()
TRAILING = HISTORY_CYCLES
RELEVANT_AT = 0.5


def without(year: Year, persona: str, pain: str, before: str) -> Year:
    """The same year with a pain unknown to the document and unheard before a cycle.

    Where the pain was matched the runner-up takes its place, with the probability that the softmax over the
    remaining pains gives it.
    """
    mine = (pl.col("true_persona") == persona) & (pl.col("true_pain") == pain)
    gone = year.rows.select((mine & (pl.col("cycle") < before)).fill_null(False)).to_series()
    matched = (pl.col("persona_id") == persona) & (pl.col("pain_id") == pain)
    guessed = (
        (pl.col("persona_id") == persona)
        & pl.col("pain_id").is_null()
        & (pl.col("runner_up_pain_id") == pain)
    )
    left = (1.0 - pl.col("confidence") / pl.col("persona_confidence").clip(1e-6)).clip(1e-6)
    chance = (
        pl.when(matched)
        .then((pl.col("runner_up_confidence") / left).clip(0.0, 1.0))
        .when(guessed)
        .then(0.0)
        .otherwise("confidence")
        .fill_null(0.0)
    )
    rows = (
        year.rows.with_columns(
            confidence=chance,
            pain_id=pl.when(matched).then("runner_up_pain_id").otherwise("pain_id"),
            touched=(matched | guessed).fill_null(False),
        )
        .with_columns(
            status=pl.when(~pl.col("touched"))
            .then("status")
            .when(pl.col("confidence") >= year.accept_at)
            .then(pl.lit("accepted"))
            .when(pl.col("confidence") >= year.review_at)
            .then(pl.lit("review"))
            .when(pl.col("relevance") >= RELEVANT_AT)
            .then(pl.lit("abstained"))
            .otherwise(pl.lit("rejected"))
        )
        .with_columns(
            pain_id=pl.when(pl.col("status").is_in(["accepted", "review"])).then("pain_id")
        )
    )
    known = year.known.filter(~((pl.col("persona_id") == persona) & (pl.col("pain_id") == pain)))
    kept = (~gone).to_numpy()
    return replace(
        year,
        rows=rows.filter(~gone),
        vectors=year.vectors[kept],
        known=known,
        planted={**year.planted, (persona, pain): before},
    )


def speeches(
    year: Year, cycle: str, only: str | None = None
) -> Iterator[tuple[Speech, np.ndarray]]:
    """Each persona's speech at the end of a cycle, and the true pain of each statement."""
    cycles = tuple(c for c in year.cycles if c <= cycle)[-TRAILING:]
    inside = year.rows["cycle"].is_in(cycles).to_numpy()
    rows, vectors = year.rows.filter(pl.Series(inside)), year.vectors[inside]
    truth = dict(rows.select("utterance_id", "true_pain").iter_rows())
    for persona in [only] if only else sorted(set(year.known["persona_id"])):
        speech = persona_speech(
            rows,
            vectors,
            persona_id=persona,
            known=year.known,
            cycles=cycles,
            window_cycles=RULES.window_cycles,
            relevant_at=RELEVANT_AT,
        )
        yield speech, np.array([truth[i] or "noise" for i in speech.ids], dtype=object)


def settled(
    year: Year, cycle: str, how: str, only: str | None = None
) -> Iterator[dict[str, object]]:
    """Features and truth of every supported topic at the end of a cycle."""
    fit = topic_fitter(RULES.seed)
    for speech, pains in speeches(year, cycle, only):
        pool = np.flatnonzero(speech.in_window & (speech.matched < 0))
        labels = fit([speech.texts[i] for i in pool], speech.vectors[pool].astype(np.float32))
        unlisted = [pain for persona, pain in year.planted if persona == speech.persona_id]
        for topic in range(int(labels.max(initial=-1)) + 1):
            mask = np.zeros(len(speech), dtype=bool)
            mask[pool[labels == topic]] = True
            centroid, rows = stage.settle(speech, mask)
            recent = rows & speech.in_window
            grown = stage.growth(speech, rows, window_cycles=RULES.window_cycles)
            accounts = len(np.unique(speech.account[recent]))
            if (
                grown.onset is None
                or accounts < RULES.min_accounts
                or recent.sum() < RULES.min_statements
            ):
                continue
            values = stage.features(speech, centroid, rows, grown)
            names, counts = np.unique(pains[recent].astype(str), return_counts=True)
            pure = max(((pains[recent] == pain).mean() for pain in unlisted), default=0.0)
            ring = stage.belongs(speech, centroid, floor=stage.RING)
            best = max(unlisted, key=lambda p: (pains[recent] == p).sum()) if unlisted else ""
            direction = speech.direction(centroid)
            yield {
                "vendor": year.name,
                "how": how,
                "persona": speech.persona_id,
                "cycle": cycle,
                "pure": float(pure),
                "top": str(names[counts.argmax()]),
                "relevance": float(speech.relevance[recent].mean()),
                **dict(zip(stage.FEATURES, values.tolist(), strict=True)),
                "cosine": (speech.centred[ring] @ direction).tolist(),
                "nearest": speech.nearest[ring].tolist(),
                "said": speech.relevance[ring].tolist(),
                "crowd": stage.crowd(speech, np.flatnonzero(ring), recent).tolist(),
                "recent": speech.in_window[ring].tolist(),
                "right": (pains[ring] == best).tolist(),
            }


def collect(cache: Path, names: tuple[str, ...]) -> pl.DataFrame:
    """Topics of all years, as they are and with each pain in turn made unlisted."""
    out = []
    for year in years(cache, names):
        start = time.perf_counter()
        for cycle in year.cycles[4:]:
            out += settled(year, cycle, "base")
        for persona, pain in sorted(set(year.known.select("persona_id", "pain_id").iter_rows())):
            changed = without(year, persona, pain, year.cycles[8])
            for place in (9, 11):
                out += settled(changed, year.cycles[place], "made", persona)
        print(f"{year.name}: {len(out)} topics, {time.perf_counter() - start:.0f} s", flush=True)
    return pl.DataFrame(out)


def fit(cache: Path) -> None:
    """Fit both regressions, print them, and judge novelty on vendors held out one at a time."""
    place = cache / "topics.parquet"
    if not place.exists():
        collect(cache, YEARS).write_parquet(place)
    topics = pl.read_parquet(place)
    clear = topics.filter((pl.col("pure") >= 0.5) | (pl.col("pure") < 0.3))
    chance = np.zeros(len(topics))
    for vendor in YEARS:
        model = _logistic(clear.filter(pl.col("vendor") != vendor))
        held = (topics["vendor"] == vendor).to_numpy()
        chance[held] = _chance(model, topics.filter(pl.Series(held)))
    judged = topics.with_columns(chance=chance)
    base = judged.filter(how="base")
    right = (base["pure"] >= 0.5).to_numpy()
    print(
        f"topics {len(base)}, of a planted pain {right.sum()}; held-out AUC "
        f"{roc_auc_score(right, base['chance']):.3f}, AP {average_precision_score(right, base['chance']):.3f}"
    )
    print("at    found  false a year")
    for at in (0.3, 0.4, 0.5, 0.6, 0.7, 0.8):
        over = base.filter(pl.col("chance") >= at)
        found = over.filter(pl.col("pure") >= 0.5)["vendor"].n_unique()
        false = over.filter(pl.col("pure") < 0.3).select("vendor", "persona", "top").n_unique()
        print(f"{at:.1f}   {found:2d}/{len(YEARS)}   {false / len(YEARS):.2f}")
    weights, zero = _logistic(clear)
    print("_NOVELTY =", np.round(weights, 3).tolist(), "at zero", round(zero, 3))
    said = ["cosine", "nearest", "said", "crowd"]
    one = topics.filter(pl.col("pure") >= 0.5).explode(*said, "right", "recent").filter("recent")
    x = one.select(said).to_numpy()
    member = LogisticRegression(C=10.0, max_iter=3000).fit(x, one["right"].to_numpy())
    print(
        "_MEMBER =",
        np.round(member.coef_[0], 3).tolist(),
        "at zero",
        round(member.intercept_[0], 3),
        f"AUC {roc_auc_score(one['right'], member.decision_function(x)):.3f}, base rate {one['right'].mean():.2f}",
    )


def _logistic(topics: pl.DataFrame) -> tuple[np.ndarray, float]:
    x = topics.select(stage.FEATURES).to_numpy()
    scale = StandardScaler().fit(x)
    model = LogisticRegression(C=0.3, max_iter=3000).fit(
        scale.transform(x), (topics["pure"] >= 0.5).to_numpy()
    )
    weights = model.coef_[0] / scale.scale_
    return weights, float(model.intercept_[0] - weights @ scale.mean_)


def _chance(model: tuple[np.ndarray, float], topics: pl.DataFrame) -> np.ndarray:
    return 1.0 / (1.0 + np.exp(-(topics.select(stage.FEATURES).to_numpy() @ model[0] + model[1])))


def run(cache: Path, names: tuple[str, ...], seed: int) -> None:
    """Carry the registry through whole years and judge it."""
    lines = []
    for year in years(cache, names, seed):
        pains, centroids = pl.DataFrame(schema=PAINS), pl.DataFrame(schema=CENTROIDS)
        born: dict[tuple[str, str], dict[str, object]] = {}
        seconds, counts = [], {}
        members = pl.DataFrame()
        for i, cycle in enumerate(year.cycles):
            window = year.rows["cycle"].is_in(year.cycles[max(0, i - 2) : i + 1]).to_numpy()
            past = (
                year.rows["cycle"]
                .is_in(year.cycles[max(0, i - TRAILING + 1) : max(0, i - 2)])
                .to_numpy()
            )
            start = time.perf_counter()
            found = discover(
                year.rows.filter(pl.Series(window)),
                year.vectors[window],
                known=year.known,
                previous=pains,
                previous_centroids=centroids,
                history=year.rows.filter(pl.Series(past)),
                history_vectors=year.vectors[past],
                cycle=cycle,
                rules=RULES,
            )
            seconds.append(time.perf_counter() - start)
            pains, centroids, members = found.pains, found.centroids, found.members
            for event in found.ledger["event"]:
                counts[event] = counts.get(event, 0) + 1
            truth = members.join(
                year.rows.select("utterance_id", "true_pain", "true_persona"), on="utterance_id"
            )
            for persona, pain, first in pains.select(
                "persona_id", "pain_id", "first_cycle"
            ).iter_rows():
                mine = truth.filter(
                    pl.col("cycle") >= first, persona_id=persona, pain_id=pain, status="accepted"
                )
                top = (
                    mine["true_pain"]
                    .fill_null("noise")
                    .value_counts(sort=True)
                    .sort("count", "true_pain", descending=True)
                )
                born.setdefault((persona, pain), {"cycle": cycle})
                if mine.height:
                    born[persona, pain] |= {
                        "top": top["true_pain"][0],
                        "pure": round(top["count"][0] / mine.height, 2),
                        "n": mine.height,
                    }
        lines.append((year, born, seconds, counts, members))
        _report(year, born, members, pains)
        print(
            f"   events {counts}; seconds {np.sum(seconds):.1f} (warm, a cycle {np.median(seconds[4:]):.2f})",
            flush=True,
        )
    _summary(lines)


def _report(year: Year, born: dict, members: pl.DataFrame, pains: pl.DataFrame) -> None:
    print(f"{year.name}: planted {year.planted}")
    labels = {
        (p, k): label for p, k, label in pains.select("persona_id", "pain_id", "label").iter_rows()
    }
    for key, value in sorted(born.items()):
        good = (key[0], value.get("top")) in year.planted
        print("  ", "FOUND" if good else "false", *key, value, labels.get(key, "")[:110])
    for (persona, pain), _ in year.planted.items():
        mine = year.rows.filter(true_persona=persona, true_pain=pain)
        hit = members.filter(status="accepted").join(mine.select("utterance_id"), on="utterance_id")
        print(
            f"   {pain}: {hit.height} of {mine.height} statements are members; "
            f"matching had accepted {mine.filter(status='accepted').height} for a known pain"
        )


def _summary(lines: list) -> None:
    for kind, chosen in (
        ("training vendors", [x for x in lines if x[0].name != "meridian"]),
        ("meridian", [x for x in lines if x[0].name == "meridian"]),
    ):
        planted = [(y, key) for y, *_ in chosen for key in y.planted]
        hits, delays, false, twice = 0, [], 0, 0
        for year, born, *_ in chosen:
            seen: set = set()
            for (persona, _), value in sorted(born.items(), key=lambda kv: str(kv[1]["cycle"])):
                key = (persona, value.get("top"))
                if key in year.planted:
                    twice += key in seen
                    if key not in seen:
                        hits += 1
                        delays.append(
                            year.cycles.index(value["cycle"]) - year.cycles.index(year.planted[key])
                        )
                    seen.add(key)
                else:
                    false += 1
        if chosen:
            print(
                f"{kind}: found {hits} of {len(planted)}; mean delay {np.mean(delays or [0]):.1f} cycles; "
                f"false candidates a year {false / len(chosen):.2f}; second ids {twice}; "
                f"seconds a year {np.mean([sum(s) for _, _, s, *_ in chosen]):.1f}"
            )
    print(f"peak RSS {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MiB")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=["fit", "run"])
    parser.add_argument("--cache", type=Path, required=True)
    parser.add_argument("--seed", type=int, default=3)
    parser.add_argument("--only", nargs="*", default=[*YEARS, "meridian"])
    arguments = parser.parse_args()
    if arguments.what == "fit":
        fit(arguments.cache)
    else:
        run(arguments.cache, tuple(arguments.only), arguments.seed)


if __name__ == "__main__":
    main()
