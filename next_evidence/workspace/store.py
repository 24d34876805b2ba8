"""The system of record: checked tables in and out, one transaction a step.

SQLite in WAL mode by default (any number of readers beside one writer); any other database by URL.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import polars as pl
import sqlalchemy as sa

from next_evidence.errors import WorkspaceError
from next_evidence.records import Cycle
from next_evidence.schemas import ACCOUNTS, check
from next_evidence.workspace.tables import (
    APPEND_ONLY,
    METADATA,
    STORED,
    TABLES,
    from_rows,
    micros,
    to_rows,
)

_SCHEMA_VERSION = 2
_BATCH = 500  # values in one IN (...): below SQLite's limit of 999 in old builds


class Transaction:
    """Writes that become visible together, or not at all."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def append(self, table: str, frame: pl.DataFrame) -> None:
        """Add rows; a row whose key is there already is an error."""
        rows = to_rows(check(frame, STORED[table], table=table), STORED[table])
        if rows:
            self._connection.execute(TABLES[table].insert(), rows)

    def delete(self, table: str, **equals: Any) -> None:
        """Delete the rows whose columns equal the values; a list means any of them.

        Raises
        ------
        WorkspaceError
            The table holds people's decisions, which are never deleted.
        """
        if table in APPEND_ONLY:
            raise WorkspaceError(f"{table} are only ever added, never deleted")
        for part in _parts(equals):
            self._connection.execute(TABLES[table].delete().where(*_conditions(table, part)))

    def replace(self, table: str, frame: pl.DataFrame, *, key: str) -> None:
        """Put rows in place of those with the same values of ``key``."""
        self.delete(table, **{key: frame[key].unique().to_list()})
        self.append(table, frame)


class Store:
    """One workspace's tables."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine
        METADATA.create_all(engine)
        _add_missing_columns(engine)

    @classmethod
    def open(cls, path: Path) -> Store:
        """Open or make the SQLite store at ``path``.

        Raises
        ------
        WorkspaceError
            The file is not a store of this version.
        """
        path.parent.mkdir(parents=True, exist_ok=True)
        engine = sa.create_engine(f"sqlite:///{path}", connect_args={"timeout": 30})
        sa.event.listen(engine, "connect", _configure_sqlite)
        try:
            with engine.begin() as connection:
                found = connection.exec_driver_sql("PRAGMA user_version").scalar_one()
                if found not in (0, _SCHEMA_VERSION):
                    raise WorkspaceError(
                        f"{path.name} was written by another version (schema {found}, "
                        f"this one reads {_SCHEMA_VERSION}); upgrade Next Evidence"
                    )
                connection.exec_driver_sql(f"PRAGMA user_version = {_SCHEMA_VERSION}")
            return cls(engine)
        except sa.exc.DatabaseError as error:
            engine.dispose()
            raise WorkspaceError(
                f"{path.name} is not a readable store ({type(error.orig).__name__}); "
                "move it away and pull again, then run `next-evidence review --restore`: evidence can "
                "always be pulled again, and people's decisions have their own backup"
            ) from None

    def close(self) -> None:
        """Close every connection."""
        self._engine.dispose()

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        """One transaction: committed at the end of the block, rolled back on any error."""
        with self._engine.begin() as connection:
            yield Transaction(connection)

    def read(self, table: str, **equals: Any) -> pl.DataFrame:
        """Rows whose columns equal the values (a list: any of them), sorted by every column that is not a list."""
        statement = sa.select(TABLES[table])
        found: list[Any] = []
        with self._engine.connect() as connection:
            for part in _parts(equals):
                found.extend(connection.execute(statement.where(*_conditions(table, part))))
        return _sorted(from_rows(found, STORED[table]))

    def utterances(self, first: Cycle, last: Cycle | None = None) -> pl.DataFrame:
        """Utterances spoken from the start of ``first`` to the end of ``last``, oldest first."""
        spoken = TABLES["utterances"].c.spoken_at
        statement = sa.select(TABLES["utterances"]).where(
            spoken >= micros(first.start), spoken < micros((last or first).end)
        )
        with self._engine.connect() as connection:
            frame = from_rows(connection.execute(statement), STORED["utterances"])
        return frame.sort("spoken_at", "utterance_id")

    def contexts(self, first: Cycle, last: Cycle) -> pl.DataFrame:
        """``utterance_id`` and ``context`` of what was spoken from the start of ``first`` to the end of ``last``, in no order."""
        said = TABLES["utterances"].c
        statement = sa.select(said.utterance_id, said.context).where(
            said.spoken_at >= micros(first.start), said.spoken_at < micros(last.end)
        )
        with self._engine.connect() as connection:
            rows = [tuple(row) for row in connection.execute(statement)]
        schema = {"utterance_id": pl.String, "context": pl.String}
        return pl.DataFrame(rows, schema=schema, orient="row")

    def spoken_range(self) -> tuple[datetime, datetime] | None:
        """First and last moment of any utterance; None: the store is empty."""
        spoken = TABLES["utterances"].c.spoken_at
        with self._engine.connect() as connection:
            low, high = connection.execute(
                sa.select(sa.func.min(spoken), sa.func.max(spoken))
            ).one()
        if low is None:
            return None
        moments = pl.Series([low, high]).cast(pl.Datetime("us", "UTC")).to_list()
        return moments[0], moments[1]

    def arrivals(self, *, until: datetime) -> pl.DataFrame:
        """Conversations per source, kind and day before ``until``: ``source, kind, day, conversations``."""
        table = TABLES["conversations"]
        day = sa.cast(table.c.started_at / 86_400_000_000, sa.BigInteger)
        statement = (
            sa.select(table.c.source, table.c.kind, day.label("day"), sa.func.count())
            .where(table.c.started_at < micros(until))
            .group_by(table.c.source, table.c.kind, sa.text("day"))
        )
        with self._engine.connect() as connection:
            rows = [tuple(row) for row in connection.execute(statement)]
        schema = {
            "source": pl.String,
            "kind": pl.String,
            "day": pl.Int32,
            "conversations": pl.Int64,
        }
        return (
            pl.DataFrame(rows, schema=schema, orient="row")
            .with_columns(pl.col("day").cast(pl.Date))
            .sort("source", "kind", "day")
        )

    def accounts_as_of(self, moment: datetime) -> pl.DataFrame:
        """``ACCOUNTS`` as they stood at a moment; before the first sighting, the first one counts."""
        seen = self.read("accounts")
        known = (
            seen.filter(pl.col("seen_at") <= moment)
            .group_by("account_id")
            .agg(pl.col("seen_at").max())
        )
        first = (
            seen.join(known, on="account_id", how="anti")
            .group_by("account_id")
            .agg(pl.col("seen_at").min())
        )
        chosen = pl.concat([known, first])
        return check(
            seen.join(chosen, on=["account_id", "seen_at"]).sort("account_id"),
            ACCOUNTS,
            table="accounts",
        )

    def scalars(self, table: str, column: str) -> list[Any]:
        """Distinct values of a column, sorted."""
        chosen = TABLES[table].c[column]
        with self._engine.connect() as connection:
            return list(connection.execute(sa.select(chosen).distinct().order_by(chosen)).scalars())

    def count(self, table: str, **equals: Any) -> int:
        """How many rows there are."""
        statement = sa.select(sa.func.count()).select_from(TABLES[table])
        with self._engine.connect() as connection:
            return sum(
                connection.execute(statement.where(*_conditions(table, part))).scalar_one()
                for part in _parts(equals)
            )

    def integrity(self) -> list[str]:
        """What SQLite's own check finds wrong; an empty list: nothing."""
        with self._engine.connect() as connection:
            found = connection.exec_driver_sql("PRAGMA integrity_check").scalars().all()
        return [] if list(found) == ["ok"] else [str(row) for row in found]


def _add_missing_columns(engine: sa.Engine) -> None:
    """Give tables that an earlier release made the columns that were declared since; they are null there."""
    inspector = sa.inspect(engine)
    missing = [
        (table, column)
        for table in METADATA.sorted_tables
        for known in [{found["name"] for found in inspector.get_columns(table.name)}]
        for column in table.columns
        if column.name not in known
    ]
    if not missing:
        return
    with engine.begin() as connection:
        for table, column in missing:
            kind = column.type.compile(engine.dialect)
            names = [engine.dialect.identifier_preparer.quote(n) for n in (table.name, column.name)]
            connection.exec_driver_sql(f"ALTER TABLE {names[0]} ADD COLUMN {names[1]} {kind}")


def _configure_sqlite(connection: Any, _record: Any) -> None:
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=NORMAL")
    cursor.execute("PRAGMA busy_timeout=30000")
    cursor.execute("PRAGMA secure_delete=ON")  # an erasure leaves no readable page behind
    cursor.close()


def _parts(equals: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Split the one long list of values, if there is one, into statements that SQLite accepts."""
    long = [name for name, value in equals.items() if isinstance(value, list)]
    if not long:
        yield dict(equals)
        return
    name = max(long, key=lambda candidate: len(equals[candidate]))
    values = equals[name]
    for start in range(0, len(values), _BATCH):
        yield {**equals, name: values[start : start + _BATCH]}


def _conditions(table: str, equals: Mapping[str, Any]) -> Sequence[sa.ColumnElement[bool]]:
    columns = TABLES[table].c
    return [
        columns[name].in_(value) if isinstance(value, list) else columns[name] == value
        for name, value in equals.items()
    ]


def _sorted(frame: pl.DataFrame) -> pl.DataFrame:
    by = [name for name, dtype in frame.schema.items() if not isinstance(dtype, pl.List)]
    return frame.sort(by, nulls_last=True) if frame.height > 1 else frame
