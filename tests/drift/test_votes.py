"""One vote per account, however often it speaks."""

from datetime import UTC, datetime

import polars as pl
import pytest

from next_evidence.drift.votes import tally, without_account
from next_evidence.records import Cycle
from next_evidence.testing.builders import accounts, matches, speakers, utterances

CYCLE = Cycle.parse("2026-10")
NEXT_MONTH = datetime(2026, 11, 1, tzinfo=UTC)


def say(*rows):
    """Utterances and the matches of them; a row may carry ``stance``, ``status``, ``confidence`` ... of its match."""
    told = {"stance", "denial", "status", "pain_id", "confidence", "conversation_id"}
    spoken = utterances(*[{k: v for k, v in row.items() if k not in told} for row in rows])
    matched = matches(
        *[
            {"utterance_id": f"u-{n}", **{k: v for k, v in row.items() if k in told}}
            for n, row in enumerate(rows, start=1)
        ]
    )
    return matched, spoken


def speaker(key, persona="ops-lead", account="acme"):
    return {"speaker_key": key, "persona_id": persona, "account_id": account}


def test_tally_counts_accounts_not_utterances():
    said, spoken = say(*[{"account_id": "acme", "speaker_key": "jo"}] * 40)

    heard, votes = tally(
        said, speakers(speaker("jo")), spoken, accounts({"account_id": "acme"}), cycle=CYCLE
    )

    assert heard.select("account_id", "utterances").rows() == [("acme", 40)]
    assert votes.select("account_id", "raises", "mentions").rows() == [("acme", True, 40)]


def test_tally_lets_an_account_raise_and_deny_the_same_pain():
    said, spoken = say({"speaker_key": "jo"}, {"speaker_key": "jo", "stance": "denies"})

    _, votes = tally(
        said, speakers(speaker("jo")), spoken, accounts({"account_id": "acme"}), cycle=CYCLE
    )

    assert votes.select("raises", "denies").rows() == [(True, True)]


@pytest.mark.parametrize(
    ("said", "likelihood"),
    [
        ({"stance": "raises", "denial": None}, 0.8),
        ({"stance": "raises", "denial": 0.0}, 0.8),
        ({"stance": "neutral", "denial": 0.25}, 0.6),
        ({"stance": "neutral", "denial": 0.75}, 0.2),
        ({"stance": "denies", "denial": 0.9}, 0.0),
        ({"stance": "denies", "denial": None}, 0.0),
    ],
)
def test_what_is_doubtfully_denied_counts_in_part(said, likelihood):
    said, spoken = say({"speaker_key": "jo", "confidence": 0.8, **said})

    _, votes = tally(
        said, speakers(speaker("jo")), spoken, accounts({"account_id": "acme"}), cycle=CYCLE
    )

    assert votes["likelihood"].to_list() == [pytest.approx(likelihood)]


def test_a_vote_says_how_likely_it_is_and_a_runner_up_counts_with_its_own_probability():
    said, spoken = say(
        {"speaker_key": "jo", "confidence": 0.6, "conversation_id": "c-1"},
        {"speaker_key": "jo", "confidence": 0.5, "conversation_id": "c-2"},
    )
    said = said.with_columns(
        runner_up_pain_id=pl.lit("speed"), runner_up_confidence=pl.Series([0.3, 0.02])
    )

    _, votes = tally(
        said, speakers(speaker("jo")), spoken, accounts({"account_id": "acme"}), cycle=CYCLE
    )

    assert votes.select("pain_id", "likelihood", "raises", "mentions").rows() == [
        ("export", 0.8, True, 2),
        ("speed", 0.314, False, 0),
    ]


def test_what_is_hardly_likely_is_no_row():
    said, spoken = say(
        {"speaker_key": "jo", "confidence": 0.04, "status": "abstained", "pain_id": None}
    )
    said = said.with_columns(runner_up_pain_id=pl.lit("speed"), runner_up_confidence=0.04)

    _, votes = tally(
        said, speakers(speaker("jo")), spoken, accounts({"account_id": "acme"}), cycle=CYCLE
    )

    assert votes.is_empty()


def unsure(conversation, **changed):
    return {
        "speaker_key": "jo",
        "status": "review",
        "confidence": 0.4,
        "conversation_id": conversation,
        **changed,
    }


@pytest.mark.parametrize(
    ("rows", "raises"),
    [
        ([unsure("c-1")], [False]),
        ([unsure("c-1"), unsure("c-1")], [False]),  # one conversation repeats itself
        ([unsure("c-1"), unsure("c-2")], [True]),  # 1 - 0.6 * 0.6 = 0.64
        ([unsure("c-1"), unsure("c-2", stance="denies")], [False]),
        ([unsure("c-1"), unsure("c-2", confidence=1 / 6)], [True]),  # exactly one half
    ],
)
def test_tally_takes_unsure_statements_of_an_account_together(rows, raises):
    said, spoken = say(*rows)

    _, votes = tally(
        said, speakers(speaker("jo")), spoken, accounts({"account_id": "acme"}), cycle=CYCLE
    )

    assert votes["raises"].to_list() == raises


@pytest.mark.parametrize("status", ["abstained", "rejected"])
def test_tally_hears_whoever_speaks_but_counts_likely_matches_only(status):
    said, spoken = say({"speaker_key": "jo", "status": status})

    heard, votes = tally(
        said, speakers(speaker("jo")), spoken, accounts({"account_id": "acme"}), cycle=CYCLE
    )

    assert heard["account_id"].to_list() == ["acme"]
    assert votes.is_empty()


def test_tally_leaves_out_other_cycles_and_speakers_of_no_persona():
    said, spoken = say(
        {"speaker_key": "jo", "spoken_at": NEXT_MONTH},
        {"speaker_key": "sam"},
    )

    heard, votes = tally(
        said,
        speakers(speaker("jo"), speaker("sam", persona=None)),
        spoken,
        accounts({"account_id": "acme"}),
        cycle=CYCLE,
    )

    assert heard.is_empty()
    assert votes.is_empty()


def test_tally_counts_a_vote_only_where_speaker_and_match_agree_on_the_persona():
    said, spoken = say({"speaker_key": "jo"})

    heard, votes = tally(
        said,
        speakers(speaker("jo", persona="analyst")),
        spoken,
        accounts({"account_id": "acme"}),
        cycle=CYCLE,
    )

    assert heard["persona_id"].to_list() == ["analyst"]
    assert votes.is_empty()


def test_accounts_that_nobody_knows_cannot_vote_but_are_counted():
    said, spoken = say({"speaker_key": "jo", "account_id": None})
    known = speakers(speaker("jo", account=None))

    heard, votes = tally(said, known, spoken, accounts({"account_id": "acme"}), cycle=CYCLE)

    assert heard.is_empty()
    assert votes.is_empty()
    assert without_account(known, spoken, cycle=CYCLE).rows() == [("ops-lead", 1, 1)]


def test_tally_names_the_sources_that_raise_the_pain():
    said, spoken = say(
        {"speaker_key": "jo", "source": "tickets"},
        {"speaker_key": "jo", "source": "calls", "stance": "denies"},
    )

    heard, votes = tally(
        said, speakers(speaker("jo")), spoken, accounts({"account_id": "acme"}), cycle=CYCLE
    )

    assert votes["sources"].to_list() == [["tickets"]]
    assert heard["sources"].to_list() == [["calls", "tickets"]]


def test_tally_does_not_mind_the_order_of_rows():
    said, spoken = say(
        {"speaker_key": "jo"},
        {"speaker_key": "sam", "account_id": "bolt", "source": "tickets"},
        {"speaker_key": "jo", "stance": "denies"},
    )
    who = speakers(speaker("jo"), speaker("sam", account="bolt"))
    crm = accounts({"account_id": "acme"}, {"account_id": "bolt"})

    forward = tally(said, who, spoken, crm, cycle=CYCLE)
    backward = tally(said.reverse(), who.reverse(), spoken.reverse(), crm.reverse(), cycle=CYCLE)

    assert all(a.equals(b) for a, b in zip(forward, backward, strict=True))


def test_tally_keeps_accounts_that_the_crm_has_lost():
    said, spoken = say({"speaker_key": "jo"})

    heard, _ = tally(
        said, speakers(speaker("jo")), spoken, accounts({"account_id": "bolt"}), cycle=CYCLE
    )

    assert heard.select("account_id", "segment", "arr_usd").rows() == [("acme", None, None)]
    assert heard.schema["arr_usd"] == pl.Float64()
