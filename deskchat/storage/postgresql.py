"""PostgreSQL: a server of its own, reached by a URL.

The driver is told to open no transactions by itself, so that one message opens each, with what holds within it.
"""

import time
from typing import Any, cast

from sqlalchemy import Connection, Engine, NullPool, create_engine, event, func, make_url, select, text
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.exc import ArgumentError
from typing_extensions import override

from deskchat.domain.errors import Unavailable
from deskchat.storage.engine import Deadline, Unfit

OLDEST = (13,)
"""The version that is needed at least."""

LONGEST_LOCK = 5_000
"""Milliseconds that the writer waits for its turn, or for a row that another process has locked."""
LONGEST_PAUSE_IN_TURN = 3_000
"""Milliseconds after which PostgreSQL ends the turn of a server that stands still in the middle of it."""

SHORTEST_PAUSE = 0.1
LONGEST_PAUSE = 2.0
"""Seconds between two attempts to connect: each that fails doubles them."""

# Nobody waits longer than this for a server that has vanished without a word.
_CONNECT = {
    "connect_timeout": 5,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 10_000,
    "application_name": "deskchat",
}
_BEGIN_WRITING = (
    f"BEGIN ISOLATION LEVEL READ COMMITTED; SET LOCAL lock_timeout = {LONGEST_LOCK}; "
    f"SET LOCAL idle_in_transaction_session_timeout = {LONGEST_PAUSE_IN_TURN}"
)
# Compiling a statement takes longer than running any of ours.
_BEGIN_READING = (
    "BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY; SET LOCAL jit = off; SET LOCAL statement_timeout = {}"
)
# Whoever set it off for the whole server did not mean acknowledged messages.
_FLUSH = (
    "SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'"
)
# A migration waits for another server's, and takes its time.
_WITHOUT_END = [
    text(f"SET LOCAL {limit} = 0") for limit in ("lock_timeout", "idle_in_transaction_session_timeout")
]
# Any numbers, the same for every Deskchat.
_HOLD_OFF = select(func.pg_advisory_xact_lock(4_711_202_611))
_TURN = 4_711_202_612
_BE_ALONE = f"SELECT pg_advisory_xact_lock({_TURN})"
_BE_BESIDE = f"SELECT pg_advisory_xact_lock_shared({_TURN})"
_ENDED = 0  # of psycopg.pq.TransactionStatus: IDLE
_LOST = 4  # UNKNOWN: the connection is broken


class PostgreSQL:
    """A database of a PostgreSQL server (`engine.Database`). It must be there; its tables are made."""

    def __init__(self, url: str) -> None:
        """Unfit for what is no such address."""
        try:
            self.url = url
            self._address = make_url(url)
        except (ArgumentError, ValueError):
            # Not the error's own words: they quote the address.
            raise Unfit("This is no address of a database: postgresql://USER@HOST/DATABASE is one.") from None

    @override
    def __str__(self) -> str:
        return self._address.render_as_string(hide_password=True)

    __repr__ = __str__

    def create_writer(self) -> Engine:
        engine = self._create("postgresql+writer")

        @event.listens_for(engine, "connect")
        def _(driver: Any, _record: object) -> None:
            driver.execute(_FLUSH)

        return engine

    def create_reader(self, deadline: Deadline) -> Engine:
        """The deadline is kept from statement to statement, and within each by the server."""
        engine = self._create("postgresql+reader")
        cast("ReaderDialect", engine.dialect).deadline = deadline

        @event.listens_for(engine, "before_cursor_execute")
        def _(*_: object) -> None:
            if deadline.has_passed():
                raise Unavailable

        return engine

    def claim(self, connection: Connection) -> None:
        version = connection.dialect.server_version_info or ()
        if version < OLDEST:
            raise Unfit(f"PostgreSQL {version[0]} is too old: Deskchat needs {OLDEST[0]} or newer.")
        encoding = connection.execute(select(func.current_setting("server_encoding"))).scalar_one()
        if encoding != "UTF8":
            raise Unfit(
                f"{self} keeps text as {encoding}. Make one that keeps every script: CREATE DATABASE … ENCODING 'UTF8'"
            )
        for no_limit in _WITHOUT_END:
            connection.execute(no_limit)
        connection.execute(_HOLD_OFF)

    def find_damage(self, _connection: Connection) -> list[str]:
        """The server refuses what does not fit together, and looks after its own files."""
        return []

    def list_warnings(self, connection: Connection) -> list[str]:
        if connection.execute(select(func.current_setting("fsync"))).scalar_one() == "on":
            return []
        return [
            "PostgreSQL runs with fsync off: when the power fails, what was acknowledged may be lost. Set fsync on."
        ]

    def measure(self, connection: Connection) -> tuple[str, int, int | None]:
        """What is free beside it only its server's machine knows."""
        name, size = connection.execute(
            select(func.current_setting("server_version"), func.pg_database_size(func.current_database()))
        ).one()
        return f"PostgreSQL {name.split()[0]}", size, None

    def _create(self, dialect: str) -> Engine:
        given = self._address.query
        engine = create_engine(
            self._address.set(drivername=dialect),
            poolclass=NullPool,
            connect_args={
                "autocommit": True,
                **{name: value for name, value in _CONNECT.items() if name not in given},
            },
            use_native_hstore=False,
            # What a statement was given may be what somebody wrote; logs never hold that.
            hide_parameters=True,
        )
        event.listen(engine, "do_connect", _Patience())
        return engine


class WriterDialect(PGDialect_psycopg):
    """Sees what others have committed with each statement; what it changes is locked until it commits."""

    supports_statement_cache = True

    @override
    def do_begin(self, dbapi_connection: Any) -> None:
        dbapi_connection.execute(_BEGIN_WRITING, prepare=False)

    def take_turn(self, driver: Any, beside: bool) -> bool:
        driver.execute(_BE_BESIDE if beside else _BE_ALONE)
        return beside

    def is_in_transaction(self, driver: Any) -> bool:
        """Also in one that a failed statement has stopped: a savepoint leads back into it."""
        return driver.info.transaction_status not in (_ENDED, _LOST)

    def roll_back(self, connection: Connection) -> None:
        # A connection that has failed may be in any state; a new one is in none.
        connection.invalidate()
        connection.rollback()

    def checkpoint(self, driver: Any) -> None:
        """The server's own affair."""


class ReaderDialect(PGDialect_psycopg):
    """Sees one state of the database from its first question to its last."""

    supports_statement_cache = True
    deadline = Deadline()

    @override
    def do_begin(self, dbapi_connection: Any) -> None:
        dbapi_connection.execute(_BEGIN_READING.format(_as_timeout(self.deadline.left)), prepare=False)


registry.register("postgresql.writer", __name__, WriterDialect.__name__)
registry.register("postgresql.reader", __name__, ReaderDialect.__name__)


def _as_timeout(seconds: float) -> int:
    """In milliseconds; 0 means none."""
    return 0 if seconds == float("inf") else max(1, int(seconds * 1_000))


class _Patience:
    """Does not ask a server that is down for every command that comes: until the pause is over, the last error stands."""

    def __init__(self) -> None:
        self._pause = 0.0
        self._until = float("-inf")
        self._error: Exception | None = None

    def __call__(self, dialect: Any, _record: object, arguments: Any, settings: Any) -> Any:
        """Connects, as the event `do_connect` wants it."""
        if self._error and time.monotonic() < self._until:
            raise self._error.with_traceback(None)
        try:
            connection = dialect.connect(*arguments, **settings)
        except dialect.loaded_dbapi.Error as error:
            self._pause = min(max(self._pause * 2, SHORTEST_PAUSE), LONGEST_PAUSE)
            self._until = time.monotonic() + self._pause
            self._error = error
            raise
        self._pause, self._error = 0.0, None
        return connection
