"""Connections, and the one place that knows how SQLite differs in opening a transaction.

The driver's own handling of transactions is off: with it the first SAVEPOINT stands outside any BEGIN, and readers
have no snapshot.
"""

import os
import sqlite3
import time
from pathlib import Path
from typing import Any, cast

from sqlalchemy import URL, Connection, Engine, NullPool, create_engine, event
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from typing_extensions import override

MEGABYTE = 1024 * 1024

_WRITER_PRAGMAS: dict[str, str | int] = {
    "journal_mode": "WAL",
    # NORMAL loses acknowledged messages when the power fails.
    "synchronous": "FULL",
    "foreign_keys": "ON",
    "busy_timeout": 5_000,
    "cache_size": -65_536,
    "temp_store": "MEMORY",
    "journal_size_limit": 64 * MEGABYTE,
}
_READER_PRAGMAS: dict[str, str | int] = {
    "query_only": "ON",
    "busy_timeout": 5_000,
    "temp_store": "MEMORY",
}
_STEPS_BETWEEN_LOOKS = 10_000


class Deadline:
    """When the statements of a connection are to be broken off, in seconds of the steady clock."""

    def __init__(self) -> None:
        self._at = float("inf")

    def set_in(self, seconds: float) -> None:
        self._at = time.monotonic() + seconds

    def has_passed(self) -> bool:
        return time.monotonic() > self._at


class WriterDialect(SQLiteDialect_pysqlite):
    """Takes the right to write at once, so that what a command has read is still so when it writes."""

    supports_statement_cache = True

    @override
    def do_begin(self, dbapi_connection: Any) -> None:
        dbapi_connection.execute("BEGIN IMMEDIATE")


class ReaderDialect(SQLiteDialect_pysqlite):
    """Sees one state of the database from its first question to its last."""

    supports_statement_cache = True

    @override
    def do_begin(self, dbapi_connection: Any) -> None:
        dbapi_connection.execute("BEGIN")


registry.register("sqlite.writer", __name__, WriterDialect.__name__)
registry.register("sqlite.reader", __name__, ReaderDialect.__name__)


def create_writer(database: Path) -> Engine:
    """For the one connection that writes, and therefore checkpoints. The file is made if it is not there."""
    create_private(database)
    engine = _create("sqlite+writer", database)

    @event.listens_for(engine, "connect")
    def _(driver: sqlite3.Connection, _record: object) -> None:
        _set(driver, _WRITER_PRAGMAS)

    return engine


def create_reader(database: Path, deadline: Deadline) -> Engine:
    """For a connection that only reads, each transaction one state of the database."""
    engine = _create("sqlite+reader", database)

    @event.listens_for(engine, "connect")
    def _(driver: sqlite3.Connection, _record: object) -> None:
        _set(driver, _READER_PRAGMAS)
        driver.set_progress_handler(deadline.has_passed, _STEPS_BETWEEN_LOOKS)

    return engine


def is_in_transaction(connection: Connection) -> bool:
    """What the driver says: after some errors the transaction is gone, and a COMMIT would claim success."""
    return _get_driver(connection).in_transaction


def set_savepoint(connection: Connection) -> None:
    _get_driver(connection).execute("SAVEPOINT command")


def release_savepoint(connection: Connection) -> None:
    _get_driver(connection).execute("RELEASE SAVEPOINT command")


def return_to_savepoint(connection: Connection) -> None:
    _get_driver(connection).execute("ROLLBACK TO SAVEPOINT command")


def roll_back(connection: Connection) -> None:
    """Also after a COMMIT that failed: SQLAlchemy then counts the transaction as over, while SQLite still has it open."""
    connection.rollback()
    _get_driver(connection).rollback()


def checkpoint(connection: Connection) -> None:
    """Writes the log back into the database file, and empties it. Outside any transaction."""
    _get_driver(connection).execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _get_driver(connection: Connection) -> sqlite3.Connection:
    return cast("sqlite3.Connection", connection.connection.driver_connection)


def _create(dialect: str, database: Path) -> Engine:
    return create_engine(
        URL.create(dialect, database=str(database)),
        poolclass=NullPool,
        connect_args={"isolation_level": None},
        # What a statement was given may be what somebody wrote; logs never hold that.
        hide_parameters=True,
    )


def create_private(database: Path) -> None:
    """SQLite gives its other files the mode of this one."""
    os.close(os.open(database, os.O_CREAT | os.O_RDWR, 0o600))


def _set(driver: sqlite3.Connection, pragmas: dict[str, str | int]) -> None:
    for name, value in pragmas.items():
        driver.execute(f"PRAGMA {name} = {value}")
