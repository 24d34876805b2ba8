"""What a year of reviews teaches: every cycle is matched, judged by somebody who knows the truth, and the next one matched.

    python benchmarks/review/year.py REVIEWED PLAIN TRUTH [--count 60] [--labels N] [--out FILE] [--matches FOLDER]

REVIEWED and PLAIN: two copies of the workspace of one composed company, pulled; both are changed, and only the first
is reviewed. TRUTH: ``truth/lines.jsonl`` of that company. Verdicts are given three days after a cycle's end, so none is used
in its own cycle: every figure is on statements that nobody had judged when they were matched.

A composed year tells each line about three times in other words. So figures are given for all sentences, and (``new``) for
those whose line had not been judged in any telling.
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
from next_evidence.lessons import taught_by
from next_evidence.matching.calibrate import log_loss
from next_evidence.records import Cycle, cycles_between
from next_evidence.review.decisions import ACCEPTED, MOVED, REJECTED
from next_evidence.reviewing import Item, Review
from next_evidence.workspace.workspace import Workspace

TRUE = {
    "true_persona": "persona",
    "true_pain": "pain",
    "true_stance": "stance",
    "true_line": "line_id",
}


def main() -> None:
    """Run the year and print a row a cycle."""
    arguments = argparse.ArgumentParser(description=__doc__)
    for name in ("reviewed", "plain", "truth"):
        arguments.add_argument(name, type=Path)
    arguments.add_argument("--count", type=int, default=60, help="verdicts a cycle")
    arguments.add_argument("--labels", type=int, help="stop reviewing after so many verdicts")
    arguments.add_argument("--out", type=Path, help="where to write the figures as JSON")
    arguments.add_argument(
        "--matches", type=Path, help="where to write each arm's matches beside the truth"
    )
    given = arguments.parse_args()
    arms = {name: Workspace.open(getattr(given, name)) for name in ("reviewed", "plain")}
    engines = {name: Engine(work, lambda *_: None) for name, work in arms.items()}
    before = dict.fromkeys(arms, "")
    truth = Truth(given.truth)
    judged: set[str] = set()
    rows, labels = [], 0
    kept: dict[str, list[pl.DataFrame]] = {name: [] for name in arms}
    for cycle in _cycles(arms["reviewed"]):
        row: dict[str, object] = {"cycle": cycle.name}
        for name, work in arms.items():
            taught = taught_by(work, engines[name], cycle)
            before[name] = work_out_evidence(
                work, engines[name], cycle, before[name], taught, force=False
            )
            matches = truth.beside(work.store.read("matches", cycle=cycle.name))
            new = ~pl.col("true_line").is_in(list(judged)).fill_null(False)
            row[name] = _figures(matches)
            row[f"{name}, new"] = _figures(matches.filter(new))
            kept[name].append(matches.with_columns(new=new, labels=pl.lit(labels)))
        left = given.count if given.labels is None else min(given.count, given.labels - labels)
        if left > 0:
            lines, row["learnt"] = _review(arms["reviewed"], cycle, truth, left)
            judged |= lines
            labels += left
        rows.append(row)
        print(json.dumps(row), flush=True)
    for name in arms if given.matches else ():
        given.matches.mkdir(parents=True, exist_ok=True)
        pl.concat(kept[name]).write_parquet(given.matches / f"{name}.parquet")
    if given.out:
        given.out.write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")


def _cycles(work: Workspace) -> tuple[Cycle, ...]:
    spoken = work.store.spoken_range()
    if spoken is None:
        raise SystemExit("the workspace holds no statement; pull first")
    first, last = (Cycle.containing(moment, work.settings.cadence) for moment in spoken)
    return cycles_between(first, last)


def _review(work: Workspace, cycle: Cycle, truth: Truth, count: int) -> tuple[set[str], list[str]]:
    """Judge a cycle by the truth: the lines that were judged, and what was learnt."""
    moment = cycle.end + timedelta(days=3)

    def clock() -> datetime:
        nonlocal moment
        moment += timedelta(seconds=10)
        return moment

    review = Review(work, cycle=cycle.name, by="truth", clock=clock, count=count)
    talk = {
        row["utterance_id"]: row["conversation_id"]
        for row in work.store.utterances(cycle).to_dicts()
    }
    judged = set()
    for item in review.items():
        persona_id, pain_id, _, line = truth.of(talk[item.utterance_id], item.text)
        judged.add(line)
        review.decide(item, *_verdict(item, persona_id, pain_id))
    return judged - {None}, [f"{name}: {trial.reason}" for name, trial in review.learn()]


def _verdict(item: Item, persona_id: str | None, pain_id: str | None) -> tuple[str, str | None]:
    if (persona_id, pain_id) == (item.persona_id, item.pain_id):
        return ACCEPTED, None
    if persona_id == item.persona_id and pain_id in dict(item.choices):
        return MOVED, pain_id
    return REJECTED, None


def _figures(matches: pl.DataFrame) -> dict[str, float | int]:
    """How right a cycle's matches are.

    ``precision``, ``recall``: of accepted matches, among sentences with a true pain of the documents. ``log_loss`` and ``brier``:
    of the probability of what is proposed, accepted or not.
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


class Truth:
    """The line that each sentence comes from."""

    def __init__(self, path: Path) -> None:
        self._lines: dict[str, list[dict[str, str]]] = {}
        for text in path.read_text("utf-8").splitlines():
            line = json.loads(text)
            self._lines.setdefault(line["conversation_id"], []).append(line)

    def of(self, conversation_id: str, text: str) -> tuple[str | None, ...]:
        """Persona, pain, stance and id of the line that most of a sentence comes from; nulls: from none."""
        said, best, most = _letters(text), None, 0
        for line in self._lines.get(conversation_id, []):
            told = _letters(line["text"])
            found = difflib.SequenceMatcher(None, said, told, autojunk=False).find_longest_match()
            if found.size > most:
                best, most = line, found.size
        if best is None or most < 0.45 * len(said):
            return (None,) * len(TRUE)
        return tuple(best[name] for name in TRUE.values())

    def beside(self, matches: pl.DataFrame) -> pl.DataFrame:
        """Matches with ``true_persona``, ``true_pain``, ``true_stance`` and ``true_line``."""
        true = [self.of(*key) for key in matches.select("conversation_id", "text").iter_rows()]
        columns = {name: [row[i] for row in true] for i, name in enumerate(TRUE)}
        return matches.hstack(pl.DataFrame(columns, schema=dict.fromkeys(TRUE, pl.String)))


def _letters(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", " ", text.lower()).strip()


if __name__ == "__main__":
    main()
