"""What is known to have broken, and whether an alert is of it: by the questions behind it, not by what its pain is called."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import polars as pl

IN_TIME = 3  # months, that of the break included
PRIOR_MONTHS = 3  # that a rise is measured against
MOST = 0.5  # part of a rise that must be of the break's questions
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


@dataclass(frozen=True)
class Questions:
    """The questions drawn for a replay, and what matching heard in them.

    Attributes
    ----------
    asked
        ``question_id, month, title, text, tags, os_tag``, a row per question.
    raised
        ``question_id, month, persona_id, pain_id, segment, mentions``, a row per question, persona and pain that it raises.
    """

    asked: pl.DataFrame
    raised: pl.DataFrame

    @cached_property
    def drawn(self) -> dict[str, int]:
        """Questions by month."""
        return dict(self.asked.group_by("month").len().sort("month").iter_rows())

    @property
    def months(self) -> list[str]:
        """Months with a question, oldest first."""
        return list(self.drawn)

    def before(self, one: Break) -> list[str]:
        """Months that a break's rise is measured against."""
        first = self.months.index(one.month)
        return self.months[max(first - PRIOR_MONTHS, 0) : first]


@dataclass(frozen=True)
class Found:
    """An alert that is of a break, ``delay`` months after it, and the part of its rise that is the break's."""

    told: Told
    delay: int
    part: float


def of_break(asked: pl.DataFrame, one: Break) -> set[str]:
    """Ids of the questions that are of a break, whenever they were asked."""
    words = pl.concat_str(["title", "text"], separator="\n")
    named = pl.col("tags").list.set_intersection(list(one.tags)).list.len() > 0
    told = asked.filter(words.str.contains(f"(?i){one.pattern}") | named.fill_null(False))
    return set(told["question_id"])


def found_of(said: Iterable[Told], one: Break, questions: Questions) -> list[Found]:
    """All alerts that are of a break and in time, the earliest first; in a month the one whose rise is most the break's."""
    theirs, months = of_break(questions.asked, one), questions.months
    in_time = months[months.index(one.month) :][:IN_TIME]
    found = []
    for told in said:
        if not told.up or told.month not in in_time or told.segment not in (None, one.segment):
            continue
        part = part_of_rise(told, one, theirs, questions)
        if part is not None and part >= MOST:
            found.append(Found(told, in_time.index(told.month), part))
    return sorted(found, key=lambda f: (f.delay, -f.part))


def part_of_rise(told: Told, one: Break, theirs: set[str], questions: Questions) -> float | None:
    """How much of a pain's rise is of a break's questions, as a part of 1; null where the pain did not rise.

    The rise is that of the share of all questions drawn that raise the pain, from the months before the break to the month
    of the alert. Without the break's questions, ``1 - part`` of it would be left.

    Parameters
    ----------
    theirs
        Ids of the break's questions.
    """
    drawn, before = questions.drawn, questions.before(one)
    mine = questions.raised.filter(
        pl.col("pain_id") == told.pain_id,
        told.persona_id is None or pl.col("persona_id") == told.persona_id,
        told.segment is None or pl.col("segment") == told.segment,
    )

    def rise(rows: pl.DataFrame) -> float:
        now = rows.filter(pl.col("month") == told.month)["question_id"].n_unique()
        earlier = rows.filter(pl.col("month").is_in(before))["question_id"].n_unique()
        return now / drawn[told.month] - earlier / sum(drawn[m] for m in before)

    whole = rise(mine)
    return rise(mine.filter(pl.col("question_id").is_in(theirs))) / whole if whole > 0 else None
