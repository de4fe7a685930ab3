"""What takes many commands the first time is afterwards written as the rows that they left."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any, Generic, NamedTuple, TypeVar

from sqlalchemy import Table, insert, select

from deskchat.domain.ports import Transaction
from deskchat.storage.schema import metadata
from deskchat.storage.transaction import DatabaseTransaction

T = TypeVar("T")

_TABLES = [table for table in metadata.sorted_tables if table.name != "organisation"]
"""A new database has rows in the other one."""


class _Left(NamedTuple, Generic[T]):
    result: T
    rows: list[tuple[Table, list[dict[str, Any]]]]


_remembered: dict[Hashable, _Left[Any]] = {}


def once(key: Hashable, work: Callable[[Transaction], T]) -> Callable[[Transaction], T]:
    """`work`, for a new database of any engine: what has one key does the same. Only the first tells of it."""

    def do(tx: Transaction) -> T:
        assert isinstance(tx, DatabaseTransaction)
        if left := _remembered.get(key):
            _write(tx, left)
        else:
            left = _remembered[key] = _Left(work(tx), _read(tx))
        result: T = left.result
        return result

    return do


def _read(tx: DatabaseTransaction) -> list[tuple[Table, list[dict[str, Any]]]]:
    read = [(table, [row._asdict() for row in tx.connection.execute(select(table))]) for table in _TABLES]
    return [(table, rows) for table, rows in read if rows]


def _write(tx: DatabaseTransaction, left: _Left[Any]) -> None:
    for table, rows in left.rows:
        tx.connection.execute(insert(table), rows)
