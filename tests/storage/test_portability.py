"""What is said to the database can be said to PostgreSQL as well; texts of one engine stay in its modules."""

import importlib
import pkgutil
from collections.abc import Iterator

from sqlalchemy import ClauseElement, Dialect, TextClause
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateIndex, CreateTable
from sqlalchemy.sql.base import Executable

from deskchat import storage
from deskchat.storage.prepared import Prepared
from deskchat.storage.schema import metadata
from deskchat.storage.updates import Updates

POSTGRESQL: Dialect = postgresql.dialect()  # type: ignore[no-untyped-call]

OF_ONE_ENGINE = {"sqlite", "fts5", "postgresql", "tsvector"}
"""The modules that know one."""


def test_every_statement_compiles_for_postgresql() -> None:
    statements = dict(_list_statements())
    assert len(statements) > 50
    for name, statement in statements.items():
        assert str(statement.compile(dialect=POSTGRESQL)), name


def test_only_what_is_of_one_engine_has_texts() -> None:
    texts = {name for name, statement in _list_statements() if isinstance(statement, TextClause)}
    assert {name.partition(".")[0] for name in texts} <= OF_ONE_ENGINE


def test_every_table_can_be_made_on_postgresql() -> None:
    for table in metadata.sorted_tables:
        assert str(CreateTable(table).compile(dialect=POSTGRESQL))
        for index in table.indexes:
            assert str(CreateIndex(index).compile(dialect=POSTGRESQL))


def _list_statements() -> Iterator[tuple[str, ClauseElement]]:
    for module in pkgutil.iter_modules(storage.__path__):
        names = vars(importlib.import_module(f"{storage.__name__}.{module.name}"))
        for name, value in names.items():
            if isinstance(value, Prepared):
                yield f"{module.name}.{name}", value.statement
            elif isinstance(value, Updates):
                yield f"{module.name}.{name}", value.together.statement
            elif isinstance(value, Executable) and isinstance(value, ClauseElement):
                yield f"{module.name}.{name}", value
