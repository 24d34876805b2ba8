"""Hold a replay of the tickets against what is known to have broken: prints the tables of the page beside this script.

    python benchmarks/drift/tickets/score.py --data FOLDER --work FOLDER [--list]

``--work`` is a workspace that ``replay.py`` has run. What broke is read from ``ground_truth_shifts.jsonl`` and
``ground_truth_segments.json`` in the data folder, months in which nothing is known to have happened from
``ground_truth_controls.json``. Beside the engine stand the rules on mentions of ``benchmarks/drift/bench/systems.py``, over the same
matches. With ``--list`` every shift that surfaced is printed.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl
from replay import QUESTIONS, SHIFTS
from truth import Break, Found, Questions, Told, found_of, known_breaks, of_break

from next_evidence.api import open_workspace

sys.path.append(str(Path(__file__).resolve().parents[1] / "bench"))
from alerts import FIRST_REPORTED
from systems import DOWN, RULES

CHANGES = ("pain_rising", "pain_new", "pain_falling", "pain_faded")
ORDERS = ("top_pain", "priority")
_AFTERMATH = 6  # months after a right alert: the engine's trailing window, in which its pain stays above or falls back

Said = Mapping[str, Sequence[Told]]  # what each system said


@dataclass(frozen=True)
class Replayed:
    """What a workspace holds after ``replay.py``; ``labels`` are of pains, by persona and pain."""

    shifts: pl.DataFrame
    labels: Mapping[tuple[str | None, str], str]
    questions: Questions


def read_replay(work: Path, data: Path) -> Replayed:
    """Shifts, pains, and the questions with what matching heard in them, up to the last month that was worked out."""
    with open_workspace(work) as opened:
        matches, pains = opened.table("matches"), opened.table("pains")
        accounts = opened.table("accounts").select("account_id", "segment")
        drawn = opened.table("utterances")["conversation_id"].unique()
    shifts = pl.read_parquet(work / SHIFTS).filter(pl.col("kind") != "language")
    asked = pl.read_parquet(data / QUESTIONS).with_columns(pl.col("question_id").cast(pl.String))
    asked = asked.filter(
        pl.col("question_id").is_in(drawn.implode()), pl.col("month") <= shifts["cycle"].max()
    )
    raised = (
        matches.filter(pl.col("status") == "accepted", pl.col("stance") == "raises")
        .join(accounts, on="account_id", how="left")
        .group_by("conversation_id", "cycle", "persona_id", "pain_id", "segment")
        .agg(pl.len().alias("mentions"))
        .rename({"conversation_id": "question_id", "cycle": "month"})
    )
    return Replayed(
        shifts=shifts,
        labels={(p, k): name for p, k, name in pains.select("persona_id", "pain_id", "label").rows()},
        questions=Questions(asked, raised.filter(pl.col("month") <= shifts["cycle"].max())),
    )  # fmt: skip


def said_by_engine(shifts: pl.DataFrame, verdict: str, kinds: Collection[str]) -> list[Told]:
    """Shifts of some kinds that got a verdict; over all segments, and in each of its own."""
    rows = shifts.filter(pl.col("verdict") == verdict, pl.col("kind").is_in(list(kinds)))
    up = ~pl.col("kind").is_in(DOWN).alias("up")
    told = rows.select("cycle", "pain_id", up, "persona_id", "segment").unique()
    return [Told(*row) for row in told.sort(told.columns).iter_rows()]


def said_by_rules(raised: pl.DataFrame, months: Sequence[str]) -> dict[str, list[Told]]:
    """Alerts of each rule on mentions, all personas together; months without a question do not exist for them."""
    pains = tuple(sorted(raised["pain_id"].unique()))
    counts = np.zeros((len(months), len(pains)), dtype=np.int64)
    mentioned = raised.group_by("month", "pain_id").agg(pl.col("mentions").sum())
    for month, pain_id, mentions in mentioned.iter_rows():
        counts[months.index(month), pains.index(pain_id)] = mentions
    return {
        name: [
            Told(months[a.position], a.pain_id, a.direction == "up")
            for a in sorted(rule(counts, pains))
        ]
        for name, rule in RULES.items()
    }


def of_no_break(
    said: Iterable[Told], found: Collection[Found], months: Sequence[str]
) -> list[Told]:
    """Alerts that are neither of a break nor of what came of one: its pain, for the same persona, in the months after."""
    after = {
        (f.told.persona_id, f.told.pain_id, month)
        for f in found
        for month in months[months.index(f.told.month) :][: _AFTERMATH + 1]
    }
    return [told for told in said if (told.persona_id, told.pain_id, told.month) not in after]


def alarms(said: Iterable[Told], months: Collection[str]) -> tuple[int, int, int]:
    """Alerts up, alerts down and months with any, over all segments together; a pain counts once a month and direction."""
    there = {
        (t.month, t.persona_id, t.pain_id, t.up)
        for t in said
        if t.segment is None and t.month in months
    }
    up = sum(row[3] for row in there)
    return up, len(there) - up, len({row[0] for row in there})


def print_breaks(
    breaks: Sequence[Break], found: Mapping[str, Mapping[Break, list[Found]]], replayed: Replayed
) -> None:
    """A row per break: its share of the questions drawn, and what each system found first."""
    print("| month | what broke | of questions | " + " | ".join(found) + " |")
    print("|" + " --- |" * (3 + len(found)))
    for one in breaks:
        cells = [_first(of[one], replayed) for of in found.values()]
        course = _course(one, replayed.questions)
        print(f"| {one.month} | {one.event} | {course} | {' | '.join(cells)} |")


def _first(found: Sequence[Found], replayed: Replayed) -> str:
    if not found:
        return "missed"
    told = found[0].told
    label = replayed.labels.get((told.persona_id, told.pain_id), told.pain_id)
    where = "" if told.segment is None else f" in {told.segment}"
    return f"{_later(found[0].delay)}: {label}{where} ({found[0].part:.0%})"


def _later(delay: int) -> str:
    return ("at once", "a month later", "two months later")[delay]


def _course(one: Break, questions: Questions) -> str:
    """Share of a break's questions in the months before and in its own, of all or of its segment."""
    theirs = of_break(questions.asked, one)
    asked = questions.asked
    if one.segment is not None:
        asked = asked.filter(pl.col("os_tag").str.contains(one.segment))
    hit = asked.with_columns(hit=pl.col("question_id").is_in(sorted(theirs)))
    before = hit.filter(pl.col("month").is_in(questions.before(one)))["hit"]
    now = hit.filter(pl.col("month") == one.month)["hit"]
    return f"{before.sum() / len(before):.1%} to {now.sum() / len(now):.1%} ({now.sum()} of {len(now)})"


def print_alarms(rest: Said, quiet: Collection[str], months: Sequence[str]) -> None:
    """A row per system: how often it spoke of what is of no known break."""
    reported = set(months[FIRST_REPORTED:])
    kinds = {"quiet": reported & set(quiet), "other": reported - set(quiet)}
    heads = [f"{len(ms)} {kind} months: up, down, months with any" for kind, ms in kinds.items()]
    print(f"\n| of no known break, in | {' | '.join(heads)} |")
    print("|" + " --- |" * (1 + len(kinds)))
    for name, said in rest.items():
        cells = ["{}, {}, {}".format(*alarms(said, ms)) for ms in kinds.values()]
        print(f"| {name} | {' | '.join(cells)} |")


def print_surfaced(shifts: pl.DataFrame) -> None:
    """Every shift that surfaced over all segments, with its numbers."""
    rows = shifts.filter(pl.col("verdict") == "surface", pl.col("segment").is_null())
    print("\n| month | persona | kind | pain | against | before | now | accounts heard |")
    print("|" + " --- |" * 8)
    for r in rows.sort("cycle", "persona_id", "pain_id", "kind", "versus").to_dicts():
        before = "" if r["share_before"] is None else f"{r['share_before']:.0%}"
        print(
            f"| {r['cycle']} | {r['persona_id']} | {r['kind']} | {r['label']} | {r['versus']} | "
            f"{before} | {r['share_now']:.0%} | {r['accounts_heard']} |"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=os.environ.get("NEXT_EVIDENCE_DATA"))
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--list", action="store_true")
    given = parser.parse_args()
    if given.data is None:
        sys.exit("name the folder of data sets by --data or NEXT_EVIDENCE_DATA")
    replayed = read_replay(given.work, Path(given.data))
    questions = replayed.questions
    engine: Said = {
        "surfaced": said_by_engine(replayed.shifts, "surface", CHANGES),
        "surfaced, orders": said_by_engine(replayed.shifts, "surface", ORDERS),
        "watched": said_by_engine(replayed.shifts, "watch", CHANGES + ORDERS),
    }
    rules: Said = said_by_rules(questions.raised, questions.months)
    breaks = [one for one in known_breaks(Path(given.data)) if one.month in questions.months]
    found = {
        name: {one: found_of(said, one, questions) for one in breaks}
        for name, said in (engine | rules).items()
    }
    for systems in (engine, rules):
        print_breaks(breaks, {name: found[name] for name in systems}, replayed)
        print()
    controls = json.loads((Path(given.data) / "ground_truth_controls.json").read_text("utf-8"))
    rest = {
        name: of_no_break(said, [f for of in found[name].values() for f in of], questions.months)
        for name, said in (engine | rules).items()
    }
    print_alarms(rest, controls["quiet_months"]["mozilla_firefox_tickets"], questions.months)
    if given.list:
        print_surfaced(replayed.shifts)


if __name__ == "__main__":
    main()
