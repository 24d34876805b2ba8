from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import polars as pl
import pytest

from next_evidence.evidence.accounts import account_frame, contact_frame
from next_evidence.evidence.coverage import DAILY, coverage, daily_counts, source_state
from next_evidence.personas.document import Persona
from next_evidence.personas.library import PersonaLibrary
from next_evidence.records import Account, Contact, Cycle
from next_evidence.schemas import COVERAGE, HEARD, SPEAKERS
from next_evidence.settings import CoverageSettings, GateSettings

OCTOBER = Cycle.parse("2026-10")
RULES = CoverageSettings()
ACCOUNTS = account_frame(
    [Account(f"a{i}", segment="smb" if i % 2 else "enterprise") for i in range(40)], {}
)
OPS = Persona(
    id="ops-lead",
    name="Ops",
    channels=("calls", "tickets"),
    applies_to={"titles": ["RevOps Manager"], "segments": ["smb"]},
)


def heard(*accounts, sources=("calls",), cycle="2026-10"):
    return pl.DataFrame(
        [{"cycle": cycle, "persona_id": "ops-lead", "account_id": a, "tier": None, "segment": "smb" if int(a[1:]) % 2 else "enterprise",
          "arr_usd": None, "utterances": 3, "sources": list(sources)} for a in accounts],
        schema=HEARD,
    )  # fmt: skip


def speakers(*accounts, persona="ops-lead"):
    return pl.DataFrame(
        [{"cycle": "2026-09", "speaker_key": f"s-{a}", "account_id": a, "contact_id": None, "persona_id": persona, "persona_confidence": 0.9,
          "runner_up_persona_id": None, "runner_up_confidence": None, "statements": 1, "why": "", "ambiguous_with": None} for a in accounts],
        schema=SPEAKERS,
    )  # fmt: skip


def daily(days, *, source="calls", kind="call"):
    return pl.DataFrame(
        [("ops-lead", source, kind, day, 2) for day in days], schema=DAILY, orient="row"
    )


def every(step, first, last):
    return [first + timedelta(days=at) for at in range(0, (last - first).days + 1, step)]


def cover(days, said, who, *, persona=OPS, contacts=None, gate=None):
    return coverage(
        days, heard=said, accounts=ACCOUNTS, speakers=who, library=PersonaLibrary((persona,)), cycle=OCTOBER, rules=RULES,
        gate_of=lambda _: gate or GateSettings(min_accounts=3, min_segment_accounts=2), power=0.8, contacts=contacts,
    )  # fmt: skip


def test_accounts_heard_are_set_against_those_that_could_speak():
    table = cover(
        daily(every(1, date(2026, 7, 1), date(2026, 10, 31))),
        heard("a1", "a2", "a3"),
        speakers("a1", "a2", "a3", "a4"),
    )

    assert table.schema == COVERAGE
    overall = table.filter(pl.col("segment").is_null(), pl.col("source").is_null()).row(
        0, named=True
    )
    assert (
        overall["accounts_in_crm"],
        overall["accounts_heard"],
        overall["utterances"],
        overall["state"],
    ) == (4, 3, 9, "ok")
    assert overall["detectable_change"] is None
    assert overall["last_seen_at"] == datetime(2026, 10, 31, tzinfo=UTC)
    assert table.filter(pl.col("segment") == "enterprise")["state"].item() == "thin"


def test_without_known_speakers_the_personas_segments_could_speak():
    assert cover(daily([]), heard(), speakers()).row(0, named=True)["accounts_in_crm"] == 20


def test_contacts_with_the_personas_title_could_speak():
    contacts = contact_frame(
        [Contact("c1", "a7", title="revops manager"), Contact("c2", "a8", title="Chef")]
    )

    assert (
        cover(daily([]), heard(), speakers("a1"), contacts=contacts).row(0, named=True)[
            "accounts_in_crm"
        ]
        == 2
    )


def test_exactly_the_bar_is_not_thin():
    gate = GateSettings(min_accounts=2)

    assert (
        cover(daily([]), heard("a1", "a3"), speakers(), gate=gate).row(0, named=True)["state"]
        == "ok"
    )
    assert (
        cover(daily([]), heard("a1"), speakers(), gate=gate).row(0, named=True)["state"] == "thin"
    )


def test_other_cycles_and_later_days_are_not_looked_at():
    days = daily(every(1, date(2026, 7, 1), date(2026, 11, 20)))
    until = daily(every(1, date(2026, 7, 1), date(2026, 10, 31)))

    assert cover(
        days, pl.concat([heard("a1"), heard("a2", cycle="2026-09")]), speakers("a1")
    ).equals(cover(until, heard("a1"), speakers("a1")))


def test_a_daily_source_that_stops_for_two_weeks_is_stale():
    counts = dict.fromkeys(every(1, date(2026, 7, 1), date(2026, 10, 15)), 2)

    assert source_state(counts, OCTOBER, RULES) == "stale"


def test_a_source_that_rests_no_longer_than_it_always_did_is_not_silent():
    each_month = [date(2026, month, day) for month in range(4, 11) for day in range(1, 28)]

    assert source_state(dict.fromkeys(each_month, 5), OCTOBER, RULES) == "ok"


def test_a_source_that_gave_too_little_to_know_its_pace_is_thin_in_a_cycle_without_it():
    few = {date(2026, 7, 3): 1, date(2026, 8, 20): 1}

    assert source_state(few, OCTOBER, RULES) == "thin"
    assert source_state(few | {date(2026, 10, 5): 1}, OCTOBER, RULES) == "ok"


def test_a_slow_or_bursty_source_may_pause():
    slow = dict.fromkeys(every(6, date(2026, 6, 1), date(2026, 10, 20)), 1)
    quarterly = {date(2026, 4, 1) + timedelta(days=at): 40 for at in (0, 1, 2, 91, 92, 93)} | {
        date(2026, 10, 1): 40,
        date(2026, 10, 2): 40,
    }

    assert source_state(slow, OCTOBER, RULES) == "ok"
    assert source_state(quarterly, OCTOBER, RULES) == "ok"


def test_sources_outside_the_personas_channels_are_counted_but_never_silent():
    days = pl.concat(
        [daily([date(2026, 10, 30)]), daily([date(2026, 3, 1)], source="nps", kind="survey")]
    )
    states = dict(
        cover(days, heard("a1"), speakers("a1"))
        .filter(pl.col("source").is_not_null())
        .select("source", "state")
        .iter_rows()
    )

    assert states == {"calls": "ok", "nps": "ok"}


def test_a_channel_that_others_use_and_this_persona_does_not_is_silent():
    desk = daily([date(2026, 10, 30)], source="desk", kind="ticket").with_columns(
        persona_id=pl.lit("somebody-else")
    )
    states = dict(
        cover(pl.concat([daily([date(2026, 10, 30)]), desk]), heard("a1"), speakers("a1"))
        .filter(pl.col("source").is_not_null())
        .select("source", "state")
        .iter_rows()
    )

    assert states == {"calls": "ok", "desk": "silent"}


def test_accounts_of_a_source_are_those_heard_in_it():
    table = cover(
        daily([date(2026, 10, 30)]),
        pl.concat([heard("a1"), heard("a3", sources=("desk",))]),
        speakers(),
    )

    assert table.filter(pl.col("source") == "calls").select("accounts_heard", "utterances").row(
        0
    ) == (1, 2)


def test_daily_counts_follow_a_speakers_latest_persona(rows):
    said = rows(
        ("a1", "x", {"speaker_key": "s-a1"}), ("a1", "y", {"speaker_key": "s-a1"}), ("a2", "z")
    )
    who = pl.concat(
        [speakers("a1", persona="old").with_columns(cycle=pl.lit("2026-01")), speakers("a1")]
    )

    assert (
        daily_counts(said, who).rows()
        == daily_counts(said, who.reverse()).rows()
        == [("ops-lead", "tickets", "ticket", date(2026, 10, 5), 2)]
    )


def test_no_personas_make_an_empty_table():
    empty = coverage(daily([]), heard=heard(), accounts=ACCOUNTS, speakers=speakers(), library=PersonaLibrary(()), cycle=OCTOBER, rules=RULES,
                     gate_of=lambda _: GateSettings(), power=0.8)  # fmt: skip

    assert empty.schema == COVERAGE


@pytest.mark.parametrize("shuffled", [True, False])
def test_row_order_does_not_matter(shuffled):
    days = daily(every(1, date(2026, 7, 1), date(2026, 10, 31)))
    said, who = heard("a1", "a2", "a3"), speakers("a1", "a2", "a3")

    assert cover(days.reverse(), said.reverse(), who.reverse()).equals(cover(days, said, who))
