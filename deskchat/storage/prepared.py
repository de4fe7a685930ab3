"""Statements that every message takes: compiled once for each engine.

Working out anew what a statement is, and of what types its values are, costs several times what such a statement does.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import closing
from typing import Any, TypeAlias

from sqlalchemy import Connection, TextClause
from sqlalchemy.sql import Insert, Select, Update
from sqlalchemy.sql.compiler import SQLCompiler

Values: TypeAlias = Mapping[str, Any]


class Prepared:
    """Values go in and come out as the driver has them, none of a type that SQLAlchemy converts. Raises the driver's errors."""

    def __init__(self, statement: Select[*tuple[Any, ...]] | Insert | Update | TextClause) -> None:
        self.statement = statement
        self._compiled: dict[str, _Compiled] = {}

    def fetch(self, connection: Connection, values: Values) -> Sequence[tuple[Any, ...]]:
        compiled = self._compile(connection)
        with closing(connection.connection.cursor()) as cursor:
            cursor.execute(compiled.text, compiled.arrange(values))
            return cursor.fetchall()

    def run(self, connection: Connection, rows: Sequence[Values]) -> None:
        """Once for each row; there is at least one."""
        compiled = self._compile(connection)
        with closing(connection.connection.cursor()) as cursor:
            cursor.executemany(compiled.text, [compiled.arrange(row) for row in rows])

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

    def arrange(self, values: Values) -> Any:
        """As the driver takes them: by place or by name."""
        given = {**self._constants, **values}
        return given if self._order is None else tuple([given[name] for name in self._order])
