"""Moving everything into another database, of the other engine or the same, while nobody is served from either.

Rows go over in the order of their keys, in transactions of a chunk each: what is there says where to go on after a
crash. Until all of it is there and has been compared, the target's revision says that it is half of a workspace, and
no server begins on it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import blake2b
from itertools import zip_longest
from typing import Any, TypeAlias

import msgspec
from sqlalchemy import (
    Connection,
    Engine,
    MetaData,
    Select,
    Table,
    func,
    inspect,
    select,
    tuple_,
    type_coerce,
)
from sqlalchemy.exc import DatabaseError
from sqlalchemy.schema import DropTable

from deskchat.storage import search_index
from deskchat.storage.engine import Database, Deadline, Unfit, checkpoint, get_driver_error
from deskchat.storage.migrations import (
    HALF_MOVED,
    NEWEST,
    find_revision,
    migrate,
    refuse_unknown,
    set_revision,
)
from deskchat.storage.organisation import get_secret
from deskchat.storage.schema import Ids, metadata, organisation, search_text

Row: TypeAlias = tuple[Any, ...]
Rows: TypeAlias = Sequence[Row]
Tell: TypeAlias = Callable[[str, int, int], None]
"""What is being done, how much of all the work is done, and how much there is."""

LARGEST_CHUNK = 2_000
"""Rows of one transaction, and in memory at once."""

TABLES = metadata.sorted_tables
"""Each after those that it refers to."""

_encode = msgspec.msgpack.Encoder().encode


class Changed(Exception):
    """What is left of a move that was broken off is no part of the source any more."""


@dataclass(frozen=True)
class Sum:
    """How many rows a table has, and a checksum over all of them in the order of their keys."""

    rows: int
    checksum: str


def move(source: Database, target: Database, tell: Tell) -> dict[str, Sum]:
    """What each table of the target holds now: read back, and equal to the source, of which nothing is changed.

    Unfit if one of them cannot be used, or the target holds anything but what this move has left there when it was
    broken off. Called again, it goes on. The caller owns the data folders meanwhile.
    """
    with _open(source, source.create_reader(Deadline())) as origin, origin.begin():
        _check_source(source, origin)
        with _open(target, target.create_writer()) as goal:
            try:
                sums = _Move(origin, goal, target, tell).carry_out()
            except (DatabaseError, get_driver_error(goal)) as error:
                raise Unfit(_describe(error)) from error
            checkpoint(goal)
    return sums


@contextmanager
def _open(database: Database, engine: Engine) -> Iterator[Connection]:
    """A connection beside which nobody else writes. Unfit."""
    try:
        connection = engine.connect()
    except DatabaseError as error:
        raise Unfit(f"The database {database} cannot be opened: {error.orig}") from error
    with connection:
        database.hold(connection)
        yield connection


class _Move:
    def __init__(self, origin: Connection, goal: Connection, target: Database, tell: Tell) -> None:
        """`origin` is in a transaction that sees one state of the source; `goal` in none."""
        self._origin = origin
        self._goal = goal
        self._target = target
        self._tell = tell
        self._done = 0
        # Each row is copied once and compared once.
        self._work = 2 * sum(map(self._count, TABLES))

    def carry_out(self) -> dict[str, Sum]:
        if not self._is_begun():
            self._begin()
        try:
            sums = self._copy_all()
        except Changed:
            self._begin(anew=True)
            sums = self._copy_all()
        self._compare_all(sums)
        self._tell("Making indexes", self._done, self._work)
        with self._goal.begin():
            self._target.settle(self._goal)
            set_revision(self._goal, NEWEST)
        return sums

    def _is_begun(self) -> bool:
        """Whether the target holds what this move has left there. Unfit if it holds anything else."""
        with self._goal.begin():
            if not inspect(self._goal).get_table_names():
                return False
            if find_revision(self._goal) != HALF_MOVED:
                raise Unfit(
                    f"{self._target} is not empty, and nothing was changed there. Move to an empty one."
                )
            if get_secret(self._goal) != get_secret(self._origin):
                raise Unfit(f"{self._target} holds half of another workspace. Move to an empty one.")
            return True

    def _begin(self, *, anew: bool = False) -> None:
        """Makes all tables, and says in them whose they are: by that this move knows its own again."""
        with self._goal.begin():
            self._target.claim(self._goal)
            if anew:
                _drop_all(self._goal)
                self._done = 0
            migrate(self._goal)
            self._target.loosen(self._goal)
            set_revision(self._goal, HALF_MOVED)
            for rows in _read(self._origin, organisation):
                self._target.fill(self._goal, organisation, rows)

    def _copy_all(self) -> dict[str, Sum]:
        """Changed, before anything is added to a table that was."""
        return {table.name: self._copy(table) for table in TABLES}

    def _copy(self, table: Table) -> Sum:
        summing = _Summing()
        last = self._look_through(table, summing)
        for rows in self._watch("Copying", table, _read(self._origin, table, after=last)):
            with self._goal.begin():
                self._target.fill(self._goal, table, rows)
                if table is search_text:
                    self._target.fill(self._goal, *search_index.lay_out(self._goal, rows))
            summing.add(rows)
        return summing.sum

    def _look_through(self, table: Table, summing: _Summing) -> Row | None:
        """The last key of what is there already, which is summed up. Changed."""
        with self._goal.begin():
            last = _find_last(self._goal, table)
            if last is not None:
                copied = self._watch("Looking through", table, _read(self._goal, table))
                for rows, expected in zip_longest(copied, _read(self._origin, table, up_to=last)):
                    if rows is None or rows != expected:
                        raise Changed
                    summing.add(rows)
        return last

    def _compare_all(self, sums: dict[str, Sum]) -> None:
        with self._goal.begin():
            for table in TABLES:
                rows = self._watch("Comparing", table, _read(self._goal, table))
                if _Summing().add_all(rows).sum != sums[table.name]:
                    raise Unfit(
                        f"What {self._target} holds as {table.name} is not what was written there. Nobody else may "
                        "write to it. Move again: it begins anew."
                    )
            for wrong in search_index.check(self._goal):
                raise Unfit(f"{wrong} Make {self._target} empty, and move again.")

    def _count(self, table: Table) -> int:
        return self._origin.execute(select(func.count()).select_from(table)).scalar_one()

    def _watch(self, what: str, table: Table, chunks: Iterable[Rows]) -> Iterator[Rows]:
        for rows in chunks:
            yield rows
            self._done += len(rows)
            self._tell(f"{what} {table.name}", self._done, self._work)


class _Summing:
    def __init__(self) -> None:
        self._rows = 0
        self._hash = blake2b(digest_size=16)

    @property
    def sum(self) -> Sum:
        return Sum(self._rows, self._hash.hexdigest())

    def add(self, rows: Rows) -> None:
        self._rows += len(rows)
        self._hash.update(b"".join(map(_encode, rows)))

    def add_all(self, chunks: Iterable[Rows]) -> _Summing:
        for rows in chunks:
            self.add(rows)
        return self


def _check_source(source: Database, origin: Connection) -> None:
    revision = find_revision(origin)
    if revision is None:
        raise Unfit(f"There is no workspace in {source}.")
    if revision != NEWEST:
        refuse_unknown(revision)
        raise Unfit(f"{source} is of an older Deskchat. Start this one on it first: it brings it up to date.")


def _read(
    connection: Connection, table: Table, after: Row | None = None, up_to: Row | None = None
) -> Iterator[Rows]:
    """In the order of their keys, those after one key and up to another, as plain values."""
    key = [table.columns.keys().index(column.name) for column in table.primary_key]
    while True:
        chunk = [tuple(row) for row in connection.execute(_select(table, after, up_to))]
        if chunk:
            yield chunk
        if len(chunk) < LARGEST_CHUNK:
            return
        after = tuple(chunk[-1][place] for place in key)


def _select(table: Table, after: Row | None, up_to: Row | None) -> Select[*tuple[Any, ...]]:
    columns = [
        type_coerce(column, column.type.impl) if isinstance(column.type, Ids) else column
        for column in table.columns
    ]
    chunk = select(*columns).order_by(*table.primary_key).limit(LARGEST_CHUNK)
    if after is not None:
        chunk = chunk.where(tuple_(*table.primary_key) > after)
    if up_to is not None:
        chunk = chunk.where(tuple_(*table.primary_key) <= up_to)
    return chunk


def _find_last(connection: Connection, table: Table) -> Row | None:
    """The greatest key."""
    key = [*table.primary_key]
    row = connection.execute(select(*key).order_by(*(column.desc() for column in key)).limit(1)).one_or_none()
    return None if row is None else tuple(row)


def _drop_all(connection: Connection) -> None:
    made_by_migrations = (Table(name, MetaData()) for name in ("search_index", "alembic_version"))
    for table in (*made_by_migrations, *reversed(TABLES)):
        connection.execute(DropTable(table))


def _describe(error: Exception) -> str:
    # The first line alone: in the others PostgreSQL quotes rows.
    reason = str(getattr(error, "orig", None) or error).partition("\n")[0]
    return (
        f"The move was broken off: {reason}. What is there already is not lost: move again, and it goes on."
    )
