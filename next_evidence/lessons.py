"""What people's decisions say about a cycle: read from the log, and stopped at the cycle's end."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from next_evidence.engine import Engine
from next_evidence.matching.profiles import PainKey
from next_evidence.records import Cycle
from next_evidence.review.decisions import MATCH, before, in_force, seen_by_cycle
from next_evidence.review.examples import accepted_examples, accepted_ids
from next_evidence.review.learning import Learnt, Models, learnt_by
from next_evidence.workspace.decisions import read_decisions
from next_evidence.workspace.manifest import digest_of, digest_of_frame
from next_evidence.workspace.workspace import Workspace


@dataclass(frozen=True)
class Lessons:
    """What a cycle takes from decisions.

    Attributes
    ----------
    verdicts
        ``DECISIONS`` in force on its own statements: those made before its end, or before it was reopened.
    examples
        Accepted statements by pain, from decisions made before its end.
    learnt
        Calibration and bar, promoted before its end.
    """

    verdicts: pl.DataFrame
    examples: Mapping[PainKey, tuple[str, ...]]
    learnt: Learnt

    @property
    def digest(self) -> str:
        """Of everything that a cycle takes from decisions."""
        examples = [[*key, *texts] for key, texts in self.examples.items()]
        said = self.verdicts.select("subject", "verdict", "persona_id", "pain_id", "to_pain_id")
        use = [str(self.learnt.calibration), self.learnt.accept_at]
        return digest_of([digest_of_frame(said.sort("subject")), examples, use])


def lessons_for(work: Workspace, engine: Engine, cycle: Cycle) -> Lessons:
    """What the log of decisions says about one cycle; see decision 8 on what a cycle may know."""
    log = read_decisions(work.store)
    own = log.filter(pl.col("kind") == MATCH, pl.col("cycle") == cycle.name)
    reopened = log.filter(pl.col("kind") != MATCH)
    known = seen_by_cycle(pl.concat([own, reopened]), cycle.name, cycle.end)
    decided = in_force(before(log, cycle.end))
    cap = work.settings.review.examples_per_pain
    wanted = accepted_ids(decided) if cap else []
    said = work.store.read("utterances", utterance_id=wanted)
    return Lessons(
        verdicts=in_force(known).filter(pl.col("kind") == MATCH),
        examples=accepted_examples(decided, said, cap=cap),
        learnt=learnt_by(decided, engine_models(engine), matching=work.settings.matching),
    )


def engine_models(engine: Engine) -> Models:
    """The encoder and the head that matches are made with."""
    return Models(engine.encoder.fingerprint, engine.head.fingerprint)
