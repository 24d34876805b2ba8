"""Hold a replay of the tickets against what is known to have broken: prints the tables of the page beside this script.

    python benchmarks/drift/tickets/score.py --data FOLDER --work FOLDER [--list]

``--work`` is a workspace that ``replay.py`` has run. What broke is read from ``ground_truth_shifts.jsonl`` and
``ground_truth_segments.json`` in the data folder, months in which nothing is known to have happened from
``ground_truth_controls.json``. Beside the engine stand the rules on mentions of ``benchmarks/drift/bench/systems.py``, over the same
matches. Whether an alert is of a break is decided by the questions behind it (`part_of_rise`): what a pain is called decides nothing.
With ``--list`` everything that surfaced is printed.
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

from next_evidence.api import open_workspace

sys.path.append(str(Path(__file__).resolve().parents[1] / "bench"))
from alerts import FIRST_REPORTED, IN_TIME
from systems import RULES, Mentions

PRIOR_MONTHS = 3  # that a rise is measured against
MOST = 0.5  # part of a rise that must be of the break's questions
UP = ("pain_rising", "pain_new", "top_pain", "priority")
# What volunteers called the breaks once they knew of them; neither engine nor rules see these.
TAGS = {
    "2020-04": ("megabar", "megabar75"),
    "2021-06": ("mr1",),
    "2021-11": ("fvdspeed-dial",),
    "2022-01": ("incident13012022",),
    "2022-03": ("v98-download",),
}


@dataclass(frozen=True)
class Break:
    """Something that is known to have broken in ``month``; ``segment`` is null where it broke for all.

    A question is of the break if its title or text matches ``pattern`` or volunteers gave it one of ``tags``.
    """

    month: str
    event: str
    pattern: str
    tags: tuple[str, ...] = ()
    segment: str | None = None


@dataclass(frozen=True)
class Told:
    """A system's word that a pain went up or down in a month; ``persona_id`` and ``segment`` are null where it looked at all."""

    month: str
    pain_id: str
    up: bool
    persona_id: str | None = None
    segment: str | None = None


def known_breaks(data: Path) -> list[Break]:
    """All that is known to have broken, oldest first; a break of one segment is one that others did not have."""
    rows = [json.loads(line) for line in (data / "ground_truth_shifts.jsonl").open("rb")]
    found = [Break(r["month"], r["event"], r["regex"], TAGS.get(r["month"], ())) for r in rows]
    months = {one.month for one in found}
    for row in json.loads((data / "ground_truth_segments.json").read_text("utf-8")):
        if row["month"] not in months:
            found.append(Break(row["month"], row["event"], row["regex"], segment="mac"))
    return sorted(found, key=lambda one: one.month)


def of_break(asked: pl.DataFrame, one: Break) -> set[str]:
    """Ids of the questions that are of a break, whenever they were asked."""
    words = pl.concat_str(["title", "text"], separator="\n")
    named = pl.col("tags").list.set_intersection(list(one.tags)).list.len() > 0
    told = asked.filter(words.str.contains(f"(?i){one.pattern}") | named.fill_null(False))
    return set(told["question_id"].cast(pl.String))


def part_of_rise(
    told: Told, one: Break, *, raised: pl.DataFrame, asked: Mapping[str, int], theirs: set[str]
) -> float | None:
    """How much of a pain's rise is of a break's questions, as a part of 1; null where the pain did not rise.

    The rise is that of the share of all questions drawn that raise the pain, from the months before the break to the month
    of the alert. Without the break's questions, ``1 - part`` of it would be left.

    Parameters
    ----------
    raised
        ``question_id, month, persona_id, pain_id, segment``, a row per question, persona and pain that it raises.
    asked
        Questions drawn by month.
    theirs
        Ids of the break's questions.
    """
    months = sorted(asked)
    first = months.index(one.month)
    before = months[max(first - PRIOR_MONTHS, 0) : first]
    mine = raised.filter(
        pl.col("pain_id") == told.pain_id,
        told.persona_id is None or pl.col("persona_id") == told.persona_id,
        told.segment is None or pl.col("segment") == told.segment,
    )

    def rise(rows: pl.DataFrame) -> float:
        now = rows.filter(pl.col("month") == told.month)["question_id"].n_unique()
        earlier = rows.filter(pl.col("month").is_in(before))["question_id"].n_unique()
        return now / asked[told.month] - earlier / sum(asked[m] for m in before)

    whole = rise(mine)
    return rise(mine.filter(pl.col("question_id").is_in(theirs))) / whole if whole > 0 else None


def said_by_engine(shifts: pl.DataFrame, verdict: str) -> list[Told]:
    """What the engine gave a verdict, words left out; all segments and each of its own."""
    rows = shifts.filter(pl.col("verdict") == verdict, pl.col("kind") != "language")
    up = pl.col("kind").is_in(UP).alias("up")
    return _sorted(rows.select("cycle", "pain_id", up, "persona_id", "segment"))


def said_by_rules(raised: pl.DataFrame, months: Sequence[str]) -> dict[str, list[Told]]:
    """Alerts of each rule on mentions, all personas together; months without a question do not exist for them."""
    pains = tuple(sorted(raised["pain_id"].unique()))
    counts = np.zeros((len(months), len(pains)), dtype=np.int64)
    mentioned = raised.group_by("month", "pain_id").agg(pl.col("mentions").sum())
    for month, pain_id, mentions in mentioned.iter_rows():
        counts[months.index(month), pains.index(pain_id)] = mentions
    told = Mentions(pains, counts)
    return {
        name: [Told(months[a.position], a.pain_id, a.direction == "up") for a in sorted(rule(told))]
        for name, rule in RULES.items()
    }


def _sorted(rows: pl.DataFrame) -> list[Told]:
    return [Told(*row) for row in rows.unique().sort(rows.columns, nulls_last=False).iter_rows()]


@dataclass(frozen=True)
class Replayed:
    """A replay and the ids of the questions ``drawn`` for it; see `part_of_rise` for ``raised`` and ``asked``."""

    shifts: pl.DataFrame
    labels: Mapping[tuple[str, str], str]
    raised: pl.DataFrame
    asked: Mapping[str, int]
    drawn: frozenset[str]


def read_replay(work: Path, questions: pl.DataFrame) -> Replayed:
    """What a workspace holds after ``replay.py``."""
    with open_workspace(work) as opened:
        matches, pains = opened.table("matches"), opened.table("pains")
        accounts = opened.table("accounts").select("account_id", "segment")
        drawn = opened.table("utterances")["conversation_id"].unique()
    ids = pl.col("question_id").cast(pl.String)
    asked = questions.filter(ids.is_in(drawn.implode())).group_by("month").len()
    raised = (
        matches.filter(pl.col("status") == "accepted", pl.col("stance") == "raises")
        .join(accounts, on="account_id", how="left")
        .group_by("conversation_id", "cycle", "persona_id", "pain_id", "segment")
        .agg(pl.len().alias("mentions"))
        .rename({"conversation_id": "question_id", "cycle": "month"})
    )
    labels = {
        (p, k): label for p, k, label in pains.select("persona_id", "pain_id", "label").rows()
    }
    return Replayed(
        pl.read_parquet(work / SHIFTS), labels, raised, dict(asked.rows()), frozenset(drawn)
    )


@dataclass(frozen=True)
class Found:
    """An alert that is of a break, ``delay`` months after it, and the part of its rise that is the break's."""

    told: Told
    delay: int
    part: float


def found_of(said: Sequence[Told], one: Break, theirs: set[str], replayed: Replayed) -> list[Found]:
    """All alerts that are of a break and in time, the earliest first; in a month the one whose rise is most the break's."""
    months = sorted(replayed.asked)
    in_time = months[months.index(one.month) :][:IN_TIME]
    found = []
    for told in said:
        if not told.up or told.month not in in_time or told.segment not in (None, one.segment):
            continue
        part = part_of_rise(told, one, raised=replayed.raised, asked=replayed.asked, theirs=theirs)
        if part is not None and part >= MOST:
            found.append(Found(told, in_time.index(told.month), part))
    return sorted(found, key=lambda f: (f.delay, -f.part))


def alarms(said: Iterable[Told], months: Collection[str]) -> tuple[int, int, int]:
    """Alerts up, alerts down and months with any, over all segments together; a pain counts once a month and direction."""
    there = {
        (t.month, t.persona_id, t.pain_id, t.up)
        for t in said
        if t.segment is None and t.month in months
    }
    up = sum(row[3] for row in there)
    return up, len(there) - up, len({row[0] for row in there})


def _cell(found: Found | None, replayed: Replayed) -> str:
    if found is None:
        return "missed"
    told = found.told
    label = replayed.labels.get((told.persona_id or "", told.pain_id))
    where = "" if told.segment is None else f", {told.segment} alone"
    name = f" “{label}”{where}" if label else f" {told.pain_id}"
    return f"{found.delay}:{name}, {found.part:.0%}"


def print_breaks(
    systems: Mapping[str, Sequence[Told]],
    breaks: Sequence[Break],
    questions: pl.DataFrame,
    replayed: Replayed,
) -> dict[str, set[Told]]:
    """A row per break: its share of the questions drawn, and what each system found; returns each system's alerts of any break."""
    print("| month | what broke | of questions | " + " | ".join(systems) + " |")
    print("|" + " --- |" * (3 + len(systems)))
    drawn = questions.filter(pl.col("question_id").cast(pl.String).is_in(sorted(replayed.drawn)))
    right: dict[str, set[Told]] = {name: set() for name in systems}
    for one in breaks:
        if one.month not in replayed.asked:
            continue
        theirs, cells = of_break(drawn, one), []
        for name, said in systems.items():
            found = found_of(said, one, theirs, replayed)
            right[name] |= {f.told for f in found}
            cells.append(_cell(found[0] if found else None, replayed))
        print(
            f"| {one.month} | {one.event} | {_course(one, drawn, theirs)} | {' | '.join(cells)} |"
        )
    return right


def print_alarms(
    systems: Mapping[str, Sequence[Told]],
    right: Mapping[str, set[Told]],
    quiet: Collection[str],
    months: Sequence[str],
) -> None:
    """A row per system: all that it said that is of no known break."""
    reported = set(months[FIRST_REPORTED:])
    kinds = {"quiet": reported & set(quiet), "other": reported - set(quiet)}
    heads = (f"in {len(ms)} {kind} months: up, down, months with any" for kind, ms in kinds.items())
    print(f"\n| alerts of no known break | {' | '.join(heads)} |")
    print("|" + " --- |" * (1 + len(kinds)))
    for name, said in systems.items():
        rest = [told for told in said if told not in right[name]]
        cells = ["{}, {}, {}".format(*alarms(rest, ms)) for ms in kinds.values()]
        print(f"| {name} | {' | '.join(cells)} |")


def _course(one: Break, drawn: pl.DataFrame, theirs: set[str]) -> str:
    """Share of a break's questions in the months before and in its own, of all or of its segment."""
    months = sorted(drawn["month"].unique())
    first = months.index(one.month)
    if one.segment is not None:
        drawn = drawn.filter(pl.col("os_tag").str.contains(one.segment))
    hit = drawn.with_columns(hit=pl.col("question_id").cast(pl.String).is_in(sorted(theirs)))
    before = hit.filter(pl.col("month").is_in(months[max(first - PRIOR_MONTHS, 0) : first]))["hit"]
    now = hit.filter(pl.col("month") == one.month)["hit"]
    share = 0.0 if before.mean() is None else float(before.sum() / len(before))
    return f"{share:.1%} to {now.sum() / max(len(now), 1):.1%} ({now.sum()})"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=os.environ.get("NEXT_EVIDENCE_DATA"))
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--list", action="store_true")
    given = parser.parse_args()
    if given.data is None:
        sys.exit("name the folder of data sets by --data or NEXT_EVIDENCE_DATA")
    questions = pl.read_parquet(given.data / QUESTIONS)
    replayed = read_replay(given.work, questions)
    months, breaks = sorted(replayed.asked), known_breaks(given.data)
    systems = {
        "surfaced": said_by_engine(replayed.shifts, "surface"),
        "watched": said_by_engine(replayed.shifts, "watch"),
        **said_by_rules(replayed.raised, months),
    }
    right = print_breaks(systems, breaks, questions, replayed)
    controls = json.loads((given.data / "ground_truth_controls.json").read_text("utf-8"))
    print_alarms(systems, right, controls["quiet_months"]["mozilla_firefox_tickets"], months)
    if given.list:
        print_surfaced(replayed)


def print_surfaced(replayed: Replayed) -> None:
    """Every shift that surfaced over all segments, with its numbers."""
    rows = replayed.shifts.filter(
        pl.col("verdict") == "surface", pl.col("segment").is_null(), pl.col("kind") != "language"
    )
    print("\n| month | persona | kind | pain | against | before | now | accounts heard |")
    print("|" + " --- |" * 8)
    for r in rows.sort("cycle", "persona_id", "pain_id", "kind").to_dicts():
        before = "" if r["share_before"] is None else f"{r['share_before']:.0%}"
        print(
            f"| {r['cycle']} | {r['persona_id']} | {r['kind']} | {r['label']} | {r['versus']} | "
            f"{before} | {r['share_now']:.0%} | {r['accounts_heard']} |"
        )


if __name__ == "__main__":
    main()
