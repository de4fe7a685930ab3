"""SQLite: a file.

With the driver's own handling of transactions the first SAVEPOINT stands outside any BEGIN, and readers have no
snapshot.
"""

import os
import shutil
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from sqlalchemy import URL, Connection, Engine, NullPool, Table, create_engine, event, insert
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from typing_extensions import override

from deskchat.storage import fts5
from deskchat.storage.engine import Deadline, Unfit

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
    "busy_timeout": 5_000,
    "temp_store": "MEMORY",
}
_STEPS_BETWEEN_LOOKS = 10_000
_WAL_RESET_FIXED = (3, 51, 3)


class WriterDialect(SQLiteDialect_pysqlite):
    """Takes the right to write at once, so that what a command has read is still so when it writes."""

    supports_statement_cache = True

    @override
    def do_begin(self, dbapi_connection: Any) -> None:
        dbapi_connection.execute("BEGIN IMMEDIATE")

    def take_turn(self, _driver: Any, _beside: bool) -> bool:
        """The file is written to by one process, and by one thread of it."""
        return False

    def is_in_transaction(self, driver: sqlite3.Connection) -> bool:
        return driver.in_transaction

    def roll_back(self, connection: Connection) -> None:
        # Also after a COMMIT that failed: SQLAlchemy then counts the transaction as over, SQLite has it open still.
        connection.rollback()
        connection.connection.rollback()

    def checkpoint(self, driver: sqlite3.Connection) -> None:
        """Writes the log back into the database file, and empties it."""
        driver.execute("PRAGMA wal_checkpoint(TRUNCATE)")


class ReaderDialect(SQLiteDialect_pysqlite):
    """Sees one state of the database from its first question to its last."""

    supports_statement_cache = True

    @override
    def do_begin(self, dbapi_connection: Any) -> None:
        dbapi_connection.execute("BEGIN")


@dataclass(frozen=True)
class SQLite:
    """A database in a file (`engine.Database`). It is made if it is not there."""

    path: Path

    @override
    def __str__(self) -> str:
        return str(self.path)

    def create_writer(self) -> Engine:
        return create_writer(self.path)

    def create_reader(self, deadline: Deadline) -> Engine:
        if not self.path.is_file():
            raise Unfit(f"There is no database at {self.path}.")
        return create_reader(self.path, deadline)

    def claim(self, _connection: Connection) -> None:
        """Every transaction of a writer holds all others off."""

    def hold(self, _connection: Connection) -> None:
        """Whoever owns the data folder does."""

    def loosen(self, _connection: Connection) -> None:
        """A table cannot be changed so."""

    def fill(self, connection: Connection, table: Table, rows: Sequence[tuple[Any, ...]]) -> None:
        adding = str(insert(table).compile(dialect=connection.dialect))
        cast("Any", connection.connection.driver_connection).executemany(adding, rows)

    def settle(self, _connection: Connection) -> None:
        """A new row's id is one more than the last."""

    def find_damage(self, connection: Connection) -> list[str]:
        pages = connection.exec_driver_sql("PRAGMA integrity_check").scalars()
        damaged = [f"The file is damaged: {page}." for page in pages if page != "ok"]
        # A damaged file may answer anything.
        return damaged or [
            f"A row of {row[0]} refers to a row of {row[2]} that is not there."
            for row in connection.exec_driver_sql("PRAGMA foreign_key_check")
        ]

    def list_warnings(self, _connection: Connection) -> list[str]:
        if sqlite3.sqlite_version_info >= _WAL_RESET_FIXED:
            return []
        return [
            f"SQLite {sqlite3.sqlite_version} can damage a database that two processes write back at once (fixed in "
            "3.51.3). Deskchat never does that: let no other program write to the data folder."
        ]

    def measure(self, _connection: Connection) -> tuple[str, int, int | None]:
        """With its log."""
        files = (path for path in (self.path, Path(f"{self.path}-wal")) if path.exists())
        size = sum(path.stat().st_size for path in files)
        return f"SQLite {sqlite3.sqlite_version}", size, shutil.disk_usage(self.path.parent).free


registry.register("sqlite.writer", __name__, WriterDialect.__name__)
registry.register("sqlite.reader", __name__, ReaderDialect.__name__)


def create_writer(database: Path) -> Engine:
    """For the one connection that writes, and therefore checkpoints. The file is made if it is not there."""
    create_private(database)
    engine = _create("sqlite+writer", database)

    @event.listens_for(engine, "connect")
    def _(driver: sqlite3.Connection, _record: object) -> None:
        _set_up(driver, _WRITER_PRAGMAS)

    return engine


def create_reader(database: Path, deadline: Deadline) -> Engine:
    """For a connection that only reads, each transaction one state of the database."""
    engine = _create("sqlite+reader", database)

    @event.listens_for(engine, "connect")
    def _(driver: sqlite3.Connection, _record: object) -> None:
        _set_up(driver, _READER_PRAGMAS)
        driver.execute("PRAGMA query_only = ON")
        driver.set_progress_handler(deadline.has_passed, _STEPS_BETWEEN_LOOKS)

    return engine


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


def _set_up(driver: sqlite3.Connection, pragmas: dict[str, str | int]) -> None:
    for name, value in pragmas.items():
        driver.execute(f"PRAGMA {name} = {value}")
    # After the pragmas: temp_store forgets what is temporary.
    driver.execute(fts5.LIST_WORDS)
