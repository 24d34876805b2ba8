"""Which accounts stand behind a shift."""

from next_evidence.drift.ballots import read_ballots
from next_evidence.drift.voices import voices
from next_evidence.records import Cycle
from next_evidence.testing.builders import heard, votes

BEFORE, NOW = slice(0, 1), slice(1, 2)


def ballots():
    """Three accounts in two cycles; all of them raise exports before, acme and beta reports now."""
    told = {
        ("2026-09", "acme"): ("exports", ["tickets"]),
        ("2026-09", "beta"): ("exports", ["tickets", "calls"]),
        ("2026-09", "core"): ("exports", ["tickets"]),
        ("2026-10", "acme"): ("reports", ["surveys", "calls"]),
        ("2026-10", "beta"): ("reports", ["surveys"]),
    }
    crm = {
        "acme": {"tier": "top", "segment": "smb", "arr_usd": 100.0},
        "beta": {"tier": "standard", "segment": "enterprise", "arr_usd": 20.5},
        "core": {"tier": None, "segment": "smb", "arr_usd": None},
    }
    who = heard(
        *[
            {"cycle": cycle, "account_id": account, **of}
            for cycle in ("2026-09", "2026-10")
            for account, of in crm.items()
        ]
    )
    said = votes(
        *[
            {"cycle": cycle, "account_id": account, "pain_id": pain, "sources": sources}
            for (cycle, account), (pain, sources) in told.items()
        ]
    )
    return read_ballots(
        who,
        said,
        persona_id="ops-lead",
        pains=("exports", "reports", "silence"),
        cycle=Cycle.parse("2026-10"),
    )


def test_voices_of_a_rise_are_those_of_now():
    (reports,) = voices(ballots(), [1], now=NOW, told=[NOW], segment=None)

    assert (reports.accounts_heard, reports.accounts_raising) == (3, 2)
    assert reports.arr_usd == 120.5
    assert reports.raising_tiers == ("standard", "top")
    assert reports.sources == ("surveys", "calls")
    assert reports.source_accounts == (2, 1)


def test_sources_of_a_fall_are_those_that_told_of_it_before():
    exports, silence = voices(ballots(), [0, 2], now=NOW, told=[BEFORE, NOW], segment=None)

    assert (exports.accounts_raising, exports.arr_usd, exports.raising_tiers) == (0, None, ())
    assert (exports.sources, exports.source_accounts) == (("tickets", "calls"), (3, 1))
    assert (silence.sources, silence.source_accounts) == ((), ())


def test_voices_of_a_segment_are_its_own():
    held = ballots()

    (exports,) = voices(held, [0], now=BEFORE, told=[BEFORE], segment=held.segments.index("smb"))

    assert (exports.accounts_heard, exports.accounts_raising) == (2, 2)
    assert exports.arr_usd == 100.0  # what core pays is not known
    assert exports.raising_tiers == ("top",)
    assert exports.source_accounts == (2,)
