"""What people's decisions say about a cycle: read from the log, and stopped at the cycle's end."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass

import polars as pl

from next_evidence.engine import Engine
from next_evidence.matching.profiles import PainKey
from next_evidence.records import Cycle
from next_evidence.review.decisions import MATCH, before, in_force, seen_by_cycle
from next_evidence.review.examples import accepted_examples, accepted_ids
from next_evidence.review.learning import Learnt, Models, learnt_by
from next_evidence.review.pain_decisions import NO_DECISIONS, PainDecisions, pain_decisions
from next_evidence.workspace.decisions import read_decisions
from next_evidence.workspace.manifest import digest_of, digest_of_frame
from next_evidence.workspace.workspace import Workspace


@dataclass(frozen=True)
class Taught:
    """What statements are matched with beside the documents: accepted examples, calibration and bar; and what became of pains.

    All cycles that a report compares are matched with the same, or it would find the change of the matcher; and a pain
    that was merged brings its past along.
    """

    examples: Mapping[PainKey, tuple[str, ...]]
    learnt: Learnt
    pains: PainDecisions = NO_DECISIONS

    @property
    def digest(self) -> str:
        """Of everything that was taught."""
        examples = [[*key, *texts] for key, texts in self.examples.items()]
        taught = [examples, str(self.learnt.calibration), self.learnt.accept_at]
        fates = [[*key, asdict(fate)] for key, fate in sorted(self.pains.fates.items())]
        return digest_of([*taught, fates] if fates else taught)


def taught_by(work: Workspace, engine: Engine, cycle: Cycle) -> Taught:
    """What people had taught by the end of a cycle."""
    everything = read_decisions(work.store)
    decided = in_force(before(everything, cycle.end))
    cap = work.settings.review.examples_per_pain
    said = work.store.read("utterances", utterance_id=accepted_ids(decided) if cap else [])
    models = Models(engine.encoder.fingerprint, engine.head.fingerprint)
    return Taught(
        accepted_examples(decided, said, cap=cap),
        learnt_by(decided, models, matching=work.settings.matching),
        pain_decisions(seen_by_cycle(everything, cycle.name, cycle.end)),
    )


def pain_names(work: Workspace, cycle: Cycle) -> Mapping[PainKey, str]:
    """What people had named pains by a cycle's end, or before it was reopened: an earlier cycle keeps its names."""
    log = read_decisions(work.store)
    return pain_decisions(seen_by_cycle(log, cycle.name, cycle.end)).names


def verdicts_on(work: Workspace, cycle: Cycle) -> pl.DataFrame:
    """``DECISIONS`` in force on a cycle's own statements: made before its end, or before it was reopened."""
    log = read_decisions(work.store, cycle=cycle.name)
    known = in_force(seen_by_cycle(log, cycle.name, cycle.end))
    return known.filter(pl.col("kind") == MATCH)


def verdicts_digest(verdicts: pl.DataFrame) -> str:
    """Of what verdicts say, whoever gave them and when."""
    said = verdicts.select("subject", "verdict", "persona_id", "pain_id", "to_pain_id")
    return digest_of_frame(said.sort("subject"))
