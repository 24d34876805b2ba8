from datetime import UTC, datetime

import polars as pl
import pytest

from next_evidence import schemas
from next_evidence.errors import SchemaError, WorkspaceError
from next_evidence.records import Cycle
from next_evidence.workspace.store import Store
from next_evidence.workspace.tables import SEEN_ACCOUNTS, STORED


@pytest.fixture
def store(tmp_path):
    opened = Store.open(tmp_path / "store.sqlite")
    yield opened
    opened.close()


def heard(cycle: str, account: str, **changed) -> pl.DataFrame:
    row = {
        "cycle": cycle, "persona_id": "ops", "account_id": account, "tier": None, "segment": "smb",
        "arr_usd": 12.5, "utterances": 3, "sources": ["calls", "tickets"],
    }  # fmt: skip
    return pl.DataFrame([row | changed], schema=schemas.HEARD)


def utterance(utterance_id: str, spoken_at: datetime) -> pl.DataFrame:
    row = dict.fromkeys(schemas.UTTERANCES) | {
        "utterance_id": utterance_id, "conversation_id": "c", "source": "calls", "kind": "call", "side": "customer",
        "spoken_at": spoken_at, "turn": 0, "start": 0, "end": 4, "text": "text", "speaker_key": "s",
    }  # fmt: skip
    return pl.DataFrame([row], schema=schemas.UTTERANCES)


def account(seen_at: datetime, arr: float) -> pl.DataFrame:
    row = dict.fromkeys(SEEN_ACCOUNTS) | {"account_id": "acme", "seen_at": seen_at, "arr_usd": arr}
    return pl.DataFrame([row], schema=SEEN_ACCOUNTS)


def test_rows_come_back_as_they_went_in(store):
    rows = pl.concat([heard("2026-10", "acme"), heard("2026-10", "bolt", arr_usd=None, sources=[])])

    with store.transaction() as transaction:
        transaction.append("heard", rows)

    assert store.read("heard").equals(rows)


@pytest.mark.parametrize("table", sorted(STORED))
def test_every_table_can_be_read_when_it_is_empty(store, table):
    frame = store.read(table)

    assert frame.is_empty()
    assert frame.schema == STORED[table]


def test_a_transaction_that_fails_leaves_nothing_behind(store):
    def half_wrong():
        with store.transaction() as transaction:
            transaction.append("heard", heard("2026-10", "acme"))
            transaction.append("votes", pl.DataFrame({"cycle": ["2026-10"]}))

    with pytest.raises(SchemaError):
        half_wrong()

    assert store.count("heard") == 0


def test_replacing_a_cycle_leaves_the_others_alone(store):
    with store.transaction() as transaction:
        transaction.append("heard", pl.concat([heard("2026-09", "acme"), heard("2026-10", "acme")]))
    with store.transaction() as transaction:
        transaction.replace("heard", heard("2026-10", "bolt"), key="cycle")

    assert store.read("heard")["account_id"].to_list() == ["acme", "bolt"]


def test_utterances_of_a_cycle_hold_its_first_moment_and_not_its_last(store):
    october = Cycle.parse("2026-10")
    with store.transaction() as transaction:
        transaction.append("utterances", utterance("first", october.start))
        transaction.append("utterances", utterance("next", october.end))

    assert store.utterances(october)["utterance_id"].to_list() == ["first"]


def test_contexts_are_those_of_the_cycles_asked_for(store):
    october = Cycle.parse("2026-10")
    september = october.previous()
    with store.transaction() as transaction:
        for name, at in (("old", september.previous().start), ("first", september.start), ("last", october.start), ("next", october.end)):  # fmt: skip
            row = utterance(name, at).with_columns(context=pl.lit(f"around {name}"))
            transaction.append("utterances", row)

    found = store.contexts(september, october)

    assert sorted(found.iter_rows()) == [("first", "around first"), ("last", "around last")]
    assert store.contexts(october.next(), october.next()).schema == found.schema


def test_more_values_than_one_statement_takes_are_all_found(store):
    with store.transaction() as transaction:
        for number in range(1200):
            transaction.append("heard", heard("2026-10", f"a{number:04d}"))

    assert store.read("heard", account_id=[f"a{n:04d}" for n in range(1200)]).height == 1200
    assert store.count("heard", account_id=[f"a{n:04d}" for n in range(600)]) == 600


def test_accounts_are_read_as_they_stood_and_before_the_first_sighting_as_first_seen(store):
    with store.transaction() as transaction:
        transaction.append("accounts", account(datetime(2026, 3, 1, tzinfo=UTC), 10.0))
        transaction.append("accounts", account(datetime(2026, 6, 1, tzinfo=UTC), 20.0))

    def arr_at(month: int) -> list[float]:
        return store.accounts_as_of(datetime(2026, month, 15, tzinfo=UTC))["arr_usd"].to_list()

    assert (arr_at(1), arr_at(4), arr_at(7)) == ([10.0], [10.0], [20.0])


def test_a_damaged_store_is_refused_with_what_to_do(tmp_path):
    path = tmp_path / "store.sqlite"
    path.write_bytes(b"this is no database" * 100)

    with pytest.raises(WorkspaceError, match="pull again"):
        Store.open(path)


def test_a_store_of_a_later_version_is_refused(tmp_path):
    import sqlite3

    path = tmp_path / "store.sqlite"
    Store.open(path).close()
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA user_version = 99")
    connection.close()

    with pytest.raises(WorkspaceError, match="upgrade"):
        Store.open(path)
