"""Match years of vendors that the head was not fitted on, and list every figure of it: for whoever changes the matcher.

    python benchmarks/matching/measure.py --cache ~/.cache/next-evidence-bench [--encoder mpnet]

Composes a year for each of five training vendors, of twelve by other authors and for Meridian. The five are judged by a head that nothing
of them entered; the others by the shipped head, which differs in being calibrated on the five too (``train_head.py``). docs/accuracy.md has the figures beside other methods (``accuracy.py``).
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl
from figures import augrc, ece, guesses_of, likeliest, macro_f1
from train_head import folds, head_without
from vendors import CORPUS, FURTHER, FURTHER_JUDGING, HEADS, TRAINING, Kept, encoder_named
from year import Year, read_year

from next_evidence.assets import packaged
from next_evidence.matching.assign import assign_matches
from next_evidence.matching.head import Head, load_head
from next_evidence.matching.profiles import build_profiles
from next_evidence.matching.score import score_utterances
from next_evidence.matching.speakers import assign_speakers, speaker_evidence
from next_evidence.settings import MatchingSettings


@dataclass(frozen=True)
class Judged:
    """Matches of a year beside the truth, and its speakers."""

    rows: pl.DataFrame
    speakers: pl.DataFrame


def judge(year: Year, encoder: Kept, head: Head, rules: MatchingSettings) -> Judged:
    """Run a year month by month, as the engine does, and set the truth beside it."""
    profiles = build_profiles(year.library, encoder)
    rows = year.rows.with_columns(pl.col("spoken_at").dt.strftime("%Y-%m").alias("month"))
    evidence, found, speakers = [], [], pl.DataFrame()
    for month in sorted(rows["month"].unique().to_list()):
        part = rows.filter(pl.col("month") == month)
        vectors, around = (
            encoder.encode(part["text"].to_list()),
            encoder.encode(part["context"].to_list()),
        )
        scores = score_utterances(part, vectors, around, profiles=profiles, head=head)
        evidence.append(speaker_evidence(part, scores, profiles=profiles, rules=rules, cycle=month))
        speakers = assign_speakers(
            pl.concat(evidence),
            year.speakers,
            profiles=profiles,
            head=head,
            rules=rules,
            cycle=month,
        )
        matches = assign_matches(
            part, scores, speakers, profiles=profiles, head=head, rules=rules, cycle=month
        )
        truth = part.select("utterance_id", pl.col("^true_.*$"))
        known = pl.DataFrame(profiles.pains, schema=["true_persona", "true_pain"], orient="row")
        truth = truth.join(
            known.with_columns(known=pl.lit(True)), on=["true_persona", "true_pain"], how="left"
        ).with_columns(pl.col("known").fill_null(False))
        found.append(matches.join(truth, on="utterance_id"))
    return Judged(
        pl.concat(found),
        speakers.join(year.speakers.select("speaker_key", "true_persona"), on="speaker_key"),
    )


def listed(judged: list[Judged]) -> dict[str, float | str]:
    """All figures of one group of years; vendors pooled. Counted per sentence."""
    rows = pl.concat(
        [j.rows.with_columns(pl.lit(str(i)).alias("vendor")) for i, j in enumerate(judged)]
    )
    people = pl.concat([j.speakers for j in judged]).drop_nulls("true_persona")
    ours = (pl.col("persona_id") == pl.col("true_persona")) & (
        pl.col("pain_id") == pl.col("true_pain")
    )
    rows = rows.with_columns(right=ours.fill_null(False))
    accepted = rows.filter(pl.col("status") == "accepted")
    known, guess = rows.filter("known"), people.drop_nulls("persona_id")
    likely = rows.with_columns(
        pl.when(pl.col("pain_id").is_null())
        .then("runner_up_pain_id")
        .otherwise("pain_id")
        .alias("guess")
    ).filter(pl.col("persona_id").is_not_null())
    likely = likely.with_columns(
        hit=(
            (pl.col("guess") == pl.col("true_pain"))
            & (pl.col("persona_id") == pl.col("true_persona"))
        ).fill_null(False)
    )
    pains = rows.filter(pl.col("true_stance").is_not_null())
    raises, denies = pains.filter(true_stance="raises"), pains.filter(true_stance="denies")
    return {
        "sentences": rows.height,
        "speakers": people.height,
        "persona accuracy, all speakers": (
            people["persona_id"].fill_null("") == people["true_persona"]
        ).mean(),
        "persona precision": (guess["persona_id"] == guess["true_persona"]).mean(),
        "speakers assigned": guess.height / people.height,
        "pain accuracy where the persona is right": likely.filter(
            pl.col("known") & (pl.col("persona_id") == pl.col("true_persona"))
        )["hit"].mean(),
        "pain precision": accepted["right"].mean(),
        "pain recall": accepted["right"].sum() / known.height,
        **{
            f"precision / recall from {at}": f"{_from(rows, at)['right'].mean():.3f} / {_from(rows, at)['right'].sum() / known.height:.3f}"
            for at in (0.3, 0.6, 0.7, 0.8)
        },
        "AUGRC": augrc(*_sure(likely.filter("known"))),
        "macro-F1": macro_f1(guesses_of(likeliest(rows)), np.ones(rows.height)),
        "noise among accepted": accepted["true_pain"].is_null().mean(),
        "unknown pains accepted": rows.filter(pl.col("true_pain").is_not_null() & ~pl.col("known"))[
            "status"
        ]
        .eq("accepted")
        .mean(),
        "ECE": ece(*_sure(likely)),
        "relevance: noise kept": rows.filter(pl.col("true_pain").is_null())["relevance"]
        .ge(0.5)
        .mean(),
        "relevance: pains kept": rows.filter(pl.col("true_pain").is_not_null())["relevance"]
        .ge(0.5)
        .mean(),
        "denials counted as raising": denies["stance"].eq("raises").mean(),
        "accepted denials counted as raising": denies.filter(pl.col("status") == "accepted")[
            "stance"
        ]
        .eq("raises")
        .mean(),
        "raising called denial": raises["stance"].eq("denies").mean(),
        "raising called raising": raises["stance"].eq("raises").mean(),
    }  # type: ignore[return-value]


def _from(rows: pl.DataFrame, at: float) -> pl.DataFrame:
    """Matches of a confidence or more, whatever the threshold was."""
    return rows.filter(pl.col("pain_id").is_not_null(), pl.col("confidence") >= at)


def _sure(likely: pl.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Probability of the likeliest pain, and whether it is right."""
    sure = pl.when(pl.col("pain_id").is_null()).then("runner_up_confidence").otherwise("confidence")
    return likely.select(sure).to_series().to_numpy(), likely["hit"].to_numpy()


def compose(name: str, to: Path) -> Year:
    """Compose a year once."""
    if not to.exists():
        path = CORPUS / f"{'further' if name in FURTHER else 'train'}/{name}.yaml"
        path = CORPUS / "meridian.yaml" if name == "meridian" else path
        seed = [] if name == "meridian" else ["--seed", "3"]
        subprocess.run(
            [sys.executable, str(CORPUS / "compose.py"), str(path), str(to), *seed],
            check=True,
            stdout=sys.stderr,
        )
    return read_year(to)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cache", type=Path, required=True)
    parser.add_argument("--vendors", type=int, default=5, help="how many held-out vendors")
    parser.add_argument("--encoder", choices=HEADS, default="adapted")
    parser.add_argument("--accept-at", type=float)
    parser.add_argument("--review-at", type=float)
    arguments = parser.parse_args()
    encoder = encoder_named(arguments.encoder, arguments.cache)
    shipped = load_head(packaged(HEADS[arguments.encoder]))
    unseen = folds(TRAINING)[0][5:]
    heads = {
        "held-out": head_without(arguments.cache, encoder, arguments.encoder),
        "other authors": shipped,
        "meridian": shipped,
    }
    groups = {
        "held-out": unseen[: arguments.vendors],
        "other authors": FURTHER_JUDGING[: len(FURTHER_JUDGING) * arguments.vendors // len(unseen)],
        "meridian": ["meridian"],
    }
    for group, names in groups.items():
        head = heads[group]
        rules = MatchingSettings(
            accept_at=arguments.accept_at or MatchingSettings().accept_at,
            review_at=arguments.review_at or MatchingSettings().review_at,
        )
        started = time.perf_counter()
        years = [compose(name, arguments.cache / "years" / name) for name in names]
        judged = []
        for year in years:
            judged.append(judge(year, encoder, head, rules))
            encoder.save()
        result = listed(judged)
        pl.concat(
            [j.rows.with_columns(vendor=pl.lit(i)) for i, j in enumerate(judged)]
        ).write_parquet(arguments.cache / f"judged-{group}.parquet")
        sys.stdout.write(
            f"\n## {group}: accept at {rules.accept_at}, {time.perf_counter() - started:.0f} s\n"
        )
        for name, value in result.items():
            shown = value if isinstance(value, str) else f"{value:.3f}"
            sys.stdout.write(f"{name:45s} {shown}\n")


if __name__ == "__main__":
    main()
