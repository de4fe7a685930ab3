"""What is said to the database can be said to PostgreSQL as well; the few texts of one engine are counted here."""

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

POSTGRESQL: Dialect = postgresql.dialect()  # type: ignore[no-untyped-call]

OF_ONE_ENGINE = {
    "search_index._INDEX",
    "search_index._UNINDEX",
    "search._WALK_BACK",
    "search._WALK_ON",
}


def test_every_statement_compiles_for_postgresql() -> None:
    statements = dict(_list_statements())
    assert len(statements) > 50
    for name, statement in statements.items():
        assert str(statement.compile(dialect=POSTGRESQL)), name


def test_only_search_has_texts_of_one_engine() -> None:
    texts = {name for name, statement in _list_statements() if isinstance(statement, TextClause)}
    assert texts == OF_ONE_ENGINE


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
            elif isinstance(value, Executable) and isinstance(value, ClauseElement):
                yield f"{module.name}.{name}", value
