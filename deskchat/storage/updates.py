"""Many rows, each set to values of its own: prepared, and in the way that costs the engine least."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, Table, Update, bindparam, update

from deskchat.storage.prepared import Prepared, Row
from deskchat.storage.wanted import Item, wanting


class Updates:
    """`by`: the columns that find a row; `to`: those that are set. A row of values has both, in this order.

    SQLite runs a statement for each row in less time than it finds the rows by a list; with PostgreSQL each would have
    to be sent, and answered.
    """

    def __init__(self, table: Table, *, by: Sequence[Column[Any]], to: Sequence[Column[Any]]) -> None:
        columns = [*by, *to]
        # A parameter that is called like a column would be taken for its new value.
        names = [f"given_{column.name}" for column in columns]
        items = [Item(place, column.type) for place, column in enumerate(columns)]
        self.each = Prepared(_write(table, by, to, [*map(bindparam, names)]), *names)
        self.together = Prepared(_write(table, by, to, items))

    def make(self, connection: Connection, rows: Sequence[Row]) -> None:
        """At least one."""
        if connection.dialect.name == "postgresql":
            self.together.run(connection, wanting(rows))
        else:
            self.each.run_for_each(connection, rows)


def _write(
    table: Table,
    by: Sequence[Column[Any]],
    to: Sequence[Column[Any]],
    values: Sequence[ColumnElement[Any]],
) -> Update:
    found, set_to = values[: len(by)], values[len(by) :]
    conditions = [column == value for column, value in zip(by, found, strict=True)]
    return update(table).where(*conditions).values(dict(zip(to, set_to, strict=True)))
