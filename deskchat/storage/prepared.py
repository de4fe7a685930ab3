"""Statements that every message takes: compiled once for each engine.

Working out anew what a statement is, and of what types its values are, costs several times what such a statement does.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from operator import itemgetter
from typing import Any, TypeAlias

from sqlalchemy import Connection, TextClause
from sqlalchemy.sql import Insert, Select, Update
from sqlalchemy.sql.compiler import SQLCompiler

from deskchat.storage.engine import get_driver

Row: TypeAlias = tuple[Any, ...]


class Prepared:
    """Values go in and come out as the driver has them, none of a type that SQLAlchemy converts. Raises the driver's errors.

    `names`: what stands in each place of a row of values.
    """

    def __init__(
        self, statement: Select[*tuple[Any, ...]] | Insert | Update | TextClause, *names: str
    ) -> None:
        self.statement = statement
        self._names = names
        self._compiled: dict[str, _Compiled] = {}

    def fetch(self, connection: Connection, values: Mapping[str, Any]) -> Sequence[Row]:
        rows: Sequence[Row] = self._execute(connection, values).fetchall()
        return rows

    def run(self, connection: Connection, values: Mapping[str, Any]) -> None:
        """What gives no rows."""
        self._execute(connection, values)

    def run_for_each(self, connection: Connection, rows: Sequence[Row]) -> None:
        """At least one."""
        compiled = self._compile(connection)
        get_driver(connection).cursor().executemany(compiled.text, compiled.arrange_rows(self._names, rows))

    def _execute(self, connection: Connection, values: Mapping[str, Any]) -> Any:
        compiled = self._compile(connection)
        return get_driver(connection).execute(compiled.text, compiled.arrange(values))

    def _compile(self, connection: Connection) -> _Compiled:
        name = connection.dialect.name
        if name not in self._compiled:
            self._compiled[name] = _Compiled(self.statement.compile(dialect=connection.dialect))
        return self._compiled[name]


class _Compiled:
    def __init__(self, compiled: SQLCompiler) -> None:
        self.text = str(compiled)
        self._constants = {name: value for name, value in compiled.params.items() if value is not None}
        self._order = compiled.positiontup

    def arrange(self, values: Mapping[str, Any]) -> Any:
        """As the driver takes them: by place or by name."""
        given = {**self._constants, **values}
        return given if self._order is None else tuple([given[name] for name in self._order])

    def arrange_rows(self, names: Sequence[str], rows: Sequence[Row]) -> Sequence[Any]:
        if self._order is None:
            return [dict(zip(names, row, strict=True)) for row in rows]
        if [*names] == self._order:
            return rows
        return [*map(itemgetter(*map(names.index, self._order)), rows)]
