"""PostgreSQL: a server of its own, reached by a URL.

The driver is told to open no transactions by itself, so that one message opens each, with what holds within it.
"""

import time
from collections.abc import Iterator, Sequence
from typing import Any, cast

from psycopg import OperationalError, ProgrammingError
from psycopg.conninfo import conninfo_to_dict
from psycopg.errors import LockNotAvailable
from psycopg.sql import SQL, Identifier
from sqlalchemy import (
    Connection,
    Constraint,
    Engine,
    ForeignKeyConstraint,
    Index,
    NullPool,
    Table,
    UniqueConstraint,
    create_engine,
    event,
    func,
    make_url,
    select,
    text,
    true,
)
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.exc import ArgumentError
from sqlalchemy.schema import AddConstraint, CreateIndex, DropConstraint, DropIndex
from typing_extensions import override

from deskchat.domain.errors import Unavailable
from deskchat.storage import tsvector
from deskchat.storage.engine import Deadline, Unfit
from deskchat.storage.schema import metadata

OLDEST = (13,)
"""The version that is needed at least."""

LONGEST_LOCK = 5_000
"""Milliseconds that the writer waits for its turn, or for a row that another process has locked."""
LONGEST_PAUSE_IN_TURN = 3_000
"""Milliseconds after which PostgreSQL ends the turn of a server that stands still in the middle of it."""

MOST_CONNECTIONS = 3
"""Of one process: its writer, and its readers."""
CLOCKS_APART = 2.0
"""Seconds from which on the clocks of two machines are told to differ."""

_WHEN_OFF = {
    "fsync": "when the power fails, what was acknowledged may be lost. Set it on.",
    "full_page_writes": "when the power fails, the database may be damaged. Set it on.",
    "synchronous_commit": "Deskchat turns it on for itself. Other programs may lose what they were told is kept.",
}
_COUNT_CONNECTIONS = text("SELECT sum(numbackends) FROM pg_stat_database")
_READ_CLOCK = text("SELECT extract(epoch FROM clock_timestamp())")

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
    "BEGIN ISOLATION LEVEL READ COMMITTED; SET LOCAL lock_timeout = {}; "
    "SET LOCAL idle_in_transaction_session_timeout = {}"
)
# Compiling a statement takes longer than running any of ours.
_BEGIN_READING = (
    "BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY; SET LOCAL jit = off; SET LOCAL statement_timeout = {}"
)
# Whoever set it off for the whole server did not mean acknowledged messages.
_FLUSH = (
    "SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'"
)
_ANALYZE = text("ANALYZE")
_TAKE_ALL_TIME = select(
    *(func.set_config(name, "0", true()) for name in ("lock_timeout", "idle_in_transaction_session_timeout"))
)
# Any numbers, the same for every Deskchat.
_HOLD_OFF = select(func.pg_advisory_xact_lock(4_711_202_611))
_TURN = 4_711_202_612
_BE_ALONE = f"SELECT pg_advisory_xact_lock({_TURN})"
_BE_BESIDE = f"SELECT pg_advisory_xact_lock_shared({_TURN})"
_USED = 4_711_202_613
# A connection whose process was killed may live on for a moment.
_WAIT_FOR_USERS = f"SET LOCAL lock_timeout = {LONGEST_LOCK}; SELECT "
_USE = f"{_WAIT_FOR_USERS} pg_advisory_lock_shared({_USED})"
_HOLD = f"SET idle_in_transaction_session_timeout = 0; {_WAIT_FOR_USERS} pg_advisory_lock({_USED})"
_ENDED = 0  # of psycopg.pq.TransactionStatus: IDLE
_LOST = 4  # UNKNOWN: the connection is broken


_NO_ADDRESS = "This is no address of a database: postgresql://USER@HOST/DATABASE is one."
_SECRET = ("password", "sslpassword")
"""What may stand behind the question mark of an address, and is not shown."""


class PostgreSQL:
    """A database of a PostgreSQL server (`engine.Database`). It must be there; its tables are made."""

    def __init__(self, url: str) -> None:
        """Unfit for what is no such address."""
        try:
            self.url = url
            self._address = make_url(url)
            said = conninfo_to_dict(url)
        except (ArgumentError, ValueError, ProgrammingError):
            # Not the error's own words: they quote the address.
            raise Unfit(_NO_ADDRESS) from None
        if "@" in str(said.get("host")):
            # A password that is not written as in a URL ends at its own @: the rest of it would be shown.
            raise Unfit(f"{_NO_ADDRESS} In its password, @ is written %40, and / is %2F.")

    @override
    def __str__(self) -> str:
        return self._address.difference_update_query(_SECRET).render_as_string(hide_password=True)

    __repr__ = __str__

    def create_writer(self) -> Engine:
        engine = self._create("postgresql+writer")

        @event.listens_for(engine, "connect")
        def _(driver: Any, _record: object) -> None:
            driver.execute(_FLUSH)
            _use(driver)

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
        self._check(connection)
        connection.execute(_TAKE_ALL_TIME)
        connection.execute(_HOLD_OFF)

    def hold(self, connection: Connection) -> None:
        # Who holds it alone keeps nobody waiting, and may be busy elsewhere for long.
        if isinstance(connection.dialect, WriterDialect):
            connection.dialect.longest_pause = 0
        try:
            cast("Any", connection.connection.driver_connection).execute(_HOLD, prepare=False)
        except LockNotAvailable:
            raise Unfit(f"A Deskchat is using {self}, on this machine or another. Stop it first.") from None

    def loosen(self, connection: Connection) -> None:
        for index in _list_indexes():
            connection.execute(DropIndex(index))
        for constraint in _list_constraints():
            connection.execute(DropConstraint(constraint))

    def fill(self, connection: Connection, table: Table, rows: Sequence[tuple[Any, ...]]) -> None:
        columns = SQL(", ").join(map(Identifier, table.columns.keys()))
        copying = SQL("COPY {} ({}) FROM STDIN").format(Identifier(table.name), columns)
        driver = cast("Any", connection.connection.driver_connection)
        with driver.cursor() as cursor, cursor.copy(copying) as copy:
            for row in rows:
                copy.write_row(row)

    def settle(self, connection: Connection) -> None:
        for constraint in _list_constraints():
            connection.execute(AddConstraint(constraint, isolate_from_table=False))
        for index in _list_indexes():
            connection.execute(CreateIndex(index))
        for table in metadata.tables.values():
            if (counted := table.autoincrement_column) is not None:
                last = select(func.max(counted)).scalar_subquery()
                sequence = func.pg_get_serial_sequence(table.name, counted.name)
                connection.execute(select(func.setval(sequence, func.coalesce(last, 1), last.is_not(None))))
        connection.execute(_ANALYZE)

    def find_damage(self, connection: Connection) -> list[str]:
        """The server refuses what does not fit together, and looks after its own files."""
        self._check(connection)
        return []

    def list_warnings(self, connection: Connection) -> list[str]:
        off = {name: _read_setting(connection, name) == "off" for name in _WHEN_OFF}
        return [
            *(f"PostgreSQL runs with {name} off: {_WHEN_OFF[name]}" for name in off if off[name]),
            *_find_few_connections(connection),
            *_find_other_clock(connection),
        ]

    def measure(self, connection: Connection) -> tuple[str, int, int | None]:
        """What is free beside it only its server's machine knows."""
        name, size = connection.execute(
            select(func.current_setting("server_version"), func.pg_database_size(func.current_database()))
        ).one()
        return f"PostgreSQL {name.split()[0]}", size, None

    def _check(self, connection: Connection) -> None:
        """Unfit for a server that is too old, and a database that does not keep every script."""
        version = connection.dialect.server_version_info or ()
        if version < OLDEST:
            raise Unfit(f"PostgreSQL {version[0]} is too old: Deskchat needs {OLDEST[0]} or newer.")
        encoding = _read_setting(connection, "server_encoding")
        if encoding != "UTF8":
            raise Unfit(
                f"{self} keeps text as {encoding}. Make one that keeps every script: CREATE DATABASE … ENCODING 'UTF8'"
            )

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
    longest_pause: int | None = None
    """Milliseconds in the middle of a turn, if not LONGEST_PAUSE_IN_TURN; 0: any."""

    @override
    def do_begin(self, dbapi_connection: Any) -> None:
        pause = LONGEST_PAUSE_IN_TURN if self.longest_pause is None else self.longest_pause
        begin = _BEGIN_WRITING.format(LONGEST_LOCK, pause)
        dbapi_connection.execute(begin, prepare=False)

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


def _list_indexes() -> Iterator[Index]:
    yield tsvector.INDEX
    for table in metadata.tables.values():
        yield from table.indexes


def _list_constraints() -> Iterator[Constraint]:
    """Keys of other tables, and what must be unique."""
    for table in metadata.tables.values():
        yield from (
            one for one in table.constraints if isinstance(one, ForeignKeyConstraint | UniqueConstraint)
        )


def _use(driver: Any) -> None:
    """So that nobody moves the database away, or into it, while it is written to."""
    try:
        driver.execute(_USE, prepare=False)
    except LockNotAvailable:
        driver.close()
        raise OperationalError("it is being moved; wait until `deskchat move` has ended") from None


def _read_setting(connection: Connection, name: str) -> str:
    value: str = connection.execute(select(func.current_setting(name))).scalar_one()
    return value


def _find_few_connections(connection: Connection) -> list[str]:
    most = int(_read_setting(connection, "max_connections"))
    taken = int(connection.execute(_COUNT_CONNECTIONS).scalar_one())
    if most - taken >= MOST_CONNECTIONS:
        return []
    return [
        f"{taken} of the {most} connections that PostgreSQL allows are taken, and each process of Deskchat needs "
        f"{MOST_CONNECTIONS}. Set max_connections higher."
    ]


def _find_other_clock(connection: Connection) -> list[str]:
    before = time.time()
    there = float(connection.execute(_READ_CLOCK).scalar_one())
    apart = abs(there - (before + time.time()) / 2)
    if apart < CLOCKS_APART:
        return []
    return [
        f"The clock of this machine and that of PostgreSQL are {apart:.0f} seconds apart. Set both by the network (NTP): "
        "the times of messages come from here."
    ]


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
