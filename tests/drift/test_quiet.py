"""History without the sources that have fallen silent."""

from next_evidence.drift.quiet import quiet_sources, without_sources
from next_evidence.testing.builders import coverage, heard, votes


def test_a_source_is_quiet_for_a_persona_when_it_is_stale_or_silent_there():
    covered = coverage(
        {"source": "surveys", "state": "stale"},
        {"source": "reviews", "state": "silent", "persona_id": "analyst"},
        {"source": "calls", "state": "ok"},
        {"source": "tickets", "state": "thin"},
        {"source": None, "state": "silent"},
        {"source": "surveys", "state": "stale", "segment": "smb"},
    )

    assert quiet_sources(covered).rows() == [("analyst", "reviews"), ("ops-lead", "surveys")]


def test_what_only_a_quiet_source_told_is_left_out():
    stopped = quiet_sources(coverage({"source": "surveys", "state": "stale"}))
    spoke = heard(
        {"account_id": "only", "sources": ["surveys"]},
        {"account_id": "both", "sources": ["tickets", "surveys", "calls"]},
        {"account_id": "else", "sources": ["calls"]},
        {"account_id": "only", "persona_id": "analyst", "sources": ["surveys"]},
    )
    raised = votes(
        {"account_id": "both", "pain_id": "export", "sources": ["surveys"]},
        {"account_id": "both", "pain_id": "speed", "sources": ["surveys", "tickets"]},
    )

    left, kept = without_sources(spoke, raised, stopped)

    assert left.select("account_id", "sources").rows() == [
        ("both", ["calls", "tickets"]),
        ("else", ["calls"]),
    ]
    assert kept.select("pain_id", "sources").rows() == [("speed", ["tickets"])]
