"""What is asked of a database, whichever engine it is of: where it is, its connections, the steps of its writer.

Each engine is a module (`sqlite`, `postgresql`). On both the driver's own handling of transactions is off, and a
dialect of ours opens them.
"""

import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol, cast

from sqlalchemy import Connection, Engine, RootTransaction, Table
from sqlalchemy.exc import DBAPIError


class Unfit(Exception):
    """A database that cannot be opened, or not be worked with; the message says why, and holds no password."""


class Deadline:
    """When the statements of a connection are to be broken off, in seconds of the steady clock."""

    def __init__(self) -> None:
        self._at = float("inf")

    def set_in(self, seconds: float) -> None:
        self._at = time.monotonic() + seconds

    @property
    def left(self) -> float:
        """Seconds; none or less once it has passed."""
        return self._at - time.monotonic()

    def has_passed(self) -> bool:
        return self.left < 0


class Database(Protocol):
    """Where everything is kept. As text it is its address, without a password."""

    def create_writer(self) -> Engine:
        """For the one connection of this process that writes."""

    def create_reader(self, deadline: Deadline) -> Engine:
        """For a connection that only reads, each transaction one state of the database. Unfit if there is none."""

    def claim(self, connection: Connection) -> None:
        """Until the end of the transaction no other process passes here. Unfit for what cannot hold a workspace."""

    def hold(self, connection: Connection) -> None:
        """Until the connection ends nobody writes but it. Unfit while a server runs, on whichever machine."""

    def loosen(self, connection: Connection) -> None:
        """Before an empty database is filled: takes away what is quicker made at the end than kept with each row."""

    def fill(self, connection: Connection, table: Table, rows: Sequence[tuple[Any, ...]]) -> None:
        """Adds many rows, of all columns and as the driver has them."""

    def settle(self, connection: Connection) -> None:
        """After it was filled: makes what was taken away. New ids follow those that came, and plans know of them."""

    def find_damage(self, connection: Connection) -> list[str]:
        """What is broken below the tables, in words."""

    def list_warnings(self, connection: Connection) -> list[str]:
        """What whoever runs this engine should know of it."""

    def measure(self, connection: Connection) -> tuple[str, int, int | None]:
        """The engine by name and version, the bytes that the database takes, and that are free beside it if known."""


class WriterDialect(Protocol):
    """What the writer asks of the dialect of its connection."""

    def take_turn(self, driver: Any, beside: bool) -> bool: ...
    def is_in_transaction(self, driver: Any) -> bool: ...
    def roll_back(self, connection: Connection) -> None: ...
    def checkpoint(self, driver: Any) -> None: ...


def choose(url: str, otherwise: Path) -> Database:
    """The database at this address; without one, the file. The driver of the other engine is not even loaded."""
    if not url:
        from deskchat.storage.sqlite import SQLite

        return SQLite(otherwise)
    from deskchat.storage.postgresql import PostgreSQL

    return PostgreSQL(url)


def begin(connection: Connection) -> RootTransaction:
    """On a new connection if this one was lost while nobody used it, as when the server was started anew."""
    try:
        return connection.begin()
    except DBAPIError:
        if not connection.invalidated:
            raise
        return connection.begin()


def take_turn(connection: Connection, *, beside: bool) -> bool:
    """Waits until nobody but this transaction writes; or, `beside`, until nobody does who wants to be alone.

    Whether others may be writing now.
    """
    return _dialect(connection).take_turn(get_driver(connection), beside)


def is_in_transaction(connection: Connection) -> bool:
    """What the driver says: after some errors the transaction is gone, and a COMMIT would claim success."""
    return not connection.invalidated and _dialect(connection).is_in_transaction(get_driver(connection))


def set_savepoint(connection: Connection) -> None:
    get_driver(connection).execute("SAVEPOINT command")


def release_savepoint(connection: Connection) -> None:
    get_driver(connection).execute("RELEASE SAVEPOINT command")


def return_to_savepoint(connection: Connection) -> None:
    get_driver(connection).execute("ROLLBACK TO SAVEPOINT command")


def roll_back(connection: Connection) -> None:
    """Whatever has become of the transaction; a lost connection is made anew with the next one."""
    _dialect(connection).roll_back(connection)


def checkpoint(connection: Connection) -> None:
    """Leaves the database as it should lie until it is opened again. Outside any transaction."""
    if not connection.invalidated:
        _dialect(connection).checkpoint(get_driver(connection))


def get_driver(connection: Connection) -> Any:
    """The connection as the driver has it."""
    return connection.connection.driver_connection


def get_driver_error(connection: Connection) -> type[Exception]:
    """What the driver raises where it is used without SQLAlchemy."""
    return connection.dialect.loaded_dbapi.Error


def _dialect(connection: Connection) -> WriterDialect:
    return cast("WriterDialect", connection.dialect)
