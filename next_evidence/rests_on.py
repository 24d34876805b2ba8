"""What each step of a cycle is worked out from, by name. Equal digests mean equal results."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from next_evidence.audits import audit_line
from next_evidence.engine import Engine
from next_evidence.lessons import Taught, pain_names, verdicts_digest, verdicts_on
from next_evidence.outlets import templates_digest
from next_evidence.records import Cycle
from next_evidence.workspace.cycles import input_digest
from next_evidence.workspace.decisions import pains_asleep
from next_evidence.workspace.manifest import code_version, digest_of, digest_of_frame
from next_evidence.workspace.workspace import Workspace

EVIDENCE, REPORT = "evidence", "report"  # the two steps of a cycle


def evidence_rests_on(
    work: Workspace, engine: Engine, cycle: Cycle, before: str, taught: Taught
) -> dict[str, Any]:
    """What the evidence of a cycle is worked out from, by name; its digest stands for the evidence.

    Parameters
    ----------
    before
        Digest of the cycle before, since who a speaker is and which pains are known carry over.
    taught
        What people taught; a report and all that it is compared with use the same.
    """
    rules = work.settings
    return {
        "statements": input_digest(work, cycle),
        "verdicts": verdicts_digest(verdicts_on(work, cycle)),
        "taught": taught.digest,
        "pain_names": digest_of(sorted(pain_names(work, cycle).items())),
        "models": engine.models,
        "settings": digest_of(
            [
                s.model_dump(mode="json")
                for s in (rules.evidence, rules.matching, rules.review, rules.topics)
            ]
        ),
        "version": code_version(),
        "before": before,
    }


def report_rests_on(work: Workspace, cycle: Cycle, evidence: str, now: datetime) -> dict[str, Any]:
    """What the report of a cycle is worked out from, by name.

    Parameters
    ----------
    evidence
        Digest of the evidence step.
    now
        The clock.
    """
    rules = work.settings
    return {
        "evidence": evidence,
        "crm": digest_of_frame(work.store.accounts_as_of(cycle.end)),
        "contacts": digest_of_frame(work.store.read("contacts")),
        "settings": digest_of(rules.model_dump(mode="json")),
        "templates": templates_digest(work),
        "whole": cycle.end <= now,  # else it is reported once more when it is over
        "audit": audit_line(work, cycle),
        "asleep": sorted(
            [*pain, snooze.reason] for pain, snooze in pains_asleep(work.store, cycle).items()
        ),
        "version": code_version(),
    }
