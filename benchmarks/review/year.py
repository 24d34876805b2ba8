"""What a year of reviews teaches: every cycle is matched, judged by somebody who knows the truth, and the next one matched.

    python benchmarks/review/year.py WORKSPACE TRUTH [--count 60] [--out FILE]

WORKSPACE: one of a composed company, pulled. It is changed: use a copy. TRUTH: ``truth/lines.jsonl`` of that
company. Verdicts are given three days after a cycle's end, so none is used in its own cycle: every figure is on
statements that nobody had judged when they were matched.
"""

from __future__ import annotations

import argparse
import difflib
import json
import re
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import polars as pl

from next_evidence.cycle import work_out_evidence
from next_evidence.engine import Engine
from next_evidence.matching.calibrate import log_loss
from next_evidence.records import Cycle, cycles_between
from next_evidence.review.decisions import ACCEPTED, MOVED, REJECTED
from next_evidence.reviewing import Item, Review
from next_evidence.workspace.workspace import Workspace


def main() -> None:
    """Run the year and print a row a cycle."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("workspace", type=Path)
    arguments.add_argument("truth", type=Path)
    arguments.add_argument("--count", type=int, default=60, help="verdicts a cycle; 0: none")
    arguments.add_argument("--out", type=Path, help="where to write the figures as JSON")
    given = arguments.parse_args()
    work = Workspace.open(given.workspace)
    truth = _truth(given.truth)
    spoken = work.store.spoken_range()
    if spoken is None:
        raise SystemExit("the workspace holds no statement; pull first")
    cadence = work.settings.cadence
    first, last = (Cycle.containing(moment, cadence) for moment in spoken)
    engine = Engine(work, lambda step, done, total: None)
    rows, before = [], ""
    for cycle in cycles_between(first, last):
        before = work_out_evidence(work, engine, cycle, before, force=False)
        matches = _judged(work.store.read("matches", cycle=cycle.name), truth)
        rows.append({"cycle": cycle.name, **_figures(matches, work.settings.matching.review_at)})
        if given.count:
            rows[-1]["learnt"] = _review(work, cycle, truth, given.count)
        print(json.dumps(rows[-1]), flush=True)
    if given.out:
        given.out.write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")


def _review(work: Workspace, cycle: Cycle, truth: dict[str, list[dict]], count: int) -> list[str]:
    """Judge a cycle by the truth; what was learnt."""
    moment = cycle.end + timedelta(days=3)

    def clock() -> datetime:
        nonlocal moment
        moment += timedelta(seconds=10)
        return moment

    review = Review(work, cycle=cycle.name, by="truth", clock=clock, count=count)
    said = {row["utterance_id"]: row for row in work.store.utterances(cycle).to_dicts()}
    for item in review.items():
        persona_id, pain_id = _true(
            truth, said[item.utterance_id]["conversation_id"], said[item.utterance_id]["text"]
        )
        review.decide(item, *_verdict(item, persona_id, pain_id))
    return [f"{name}: {trial.reason}" for name, trial in review.learn()]


def _verdict(item: Item, persona_id: str | None, pain_id: str | None) -> tuple[str, str | None]:
    if (persona_id, pain_id) == (item.persona_id, item.pain_id):
        return ACCEPTED, None
    if persona_id == item.persona_id and pain_id in dict(item.choices):
        return MOVED, pain_id
    return REJECTED, None


def _judged(matches: pl.DataFrame, truth: dict[str, list[dict]]) -> pl.DataFrame:
    """Matches with ``true_persona`` and ``true_pain``, null where a sentence speaks of no pain."""
    true = [
        _true(truth, *key) for key in matches.select("conversation_id", "text").iter_rows()
    ]
    return matches.with_columns(
        true_persona=pl.Series([persona for persona, _ in true], dtype=pl.String),
        true_pain=pl.Series([pain for _, pain in true], dtype=pl.String),
    )


def _figures(matches: pl.DataFrame, review_at: float) -> dict[str, float | int]:
    """How right a cycle's matches are.

    ``precision``, ``recall``: of accepted matches, among sentences with a true pain of the documents. ``log_loss`` and ``brier``:
    of the probability of what is proposed, over all matches from ``review_at``.
    """
    right = (pl.col("persona_id") == pl.col("true_persona")) & (
        pl.col("pain_id") == pl.col("true_pain")
    )
    matches = matches.with_columns(right=right.fill_null(False))
    accepted = matches.filter(pl.col("status") == "accepted")
    proposed = matches.filter(pl.col("status").is_in(["accepted", "review"]))
    chance = proposed["confidence"].to_numpy()
    correct = proposed["right"].to_numpy()
    true = matches["true_pain"].is_not_null().sum()
    return {
        "accepted": accepted.height,
        "precision": round(float(accepted["right"].mean() or 0.0), 4),
        "recall": round(float(accepted["right"].sum()) / max(true, 1), 4),
        "proposed": proposed.height,
        "proposed_recall": round(float(proposed["right"].sum()) / max(true, 1), 4),
        "log_loss": round(log_loss(chance, correct), 4),
        "brier": round(float(np.mean((chance - correct) ** 2)), 4),
    }


def _truth(path: Path) -> dict[str, list[dict]]:
    found: dict[str, list[dict]] = {}
    for line in path.read_text("utf-8").splitlines():
        row = json.loads(line)
        found.setdefault(row["conversation_id"], []).append(row)
    return found


def _true(
    truth: dict[str, list[dict]], conversation_id: str, text: str
) -> tuple[str | None, str | None]:
    """Persona and pain of the line that most of a sentence comes from; nulls: from none."""
    said, best, most = _letters(text), None, 0
    for line in truth.get(conversation_id, []):
        told = _letters(line["text"])
        size = difflib.SequenceMatcher(None, said, told, autojunk=False).find_longest_match().size
        if size > most:
            best, most = line, size
    if best is None or most < 0.45 * len(said):
        return None, None
    return best["persona"], best["pain"]


def _letters(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", " ", text.lower()).strip()


if __name__ == "__main__":
    main()
