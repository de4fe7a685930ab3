"""The writer's steps, taken by hand, and ways to hold it."""

import asyncio
import sqlite3
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, closing
from typing import Any, TypeVar

from sqlalchemy import Connection, inspect

from deskchat.domain.metrics import StoreMetrics
from deskchat.domain.ports import Transaction
from deskchat.storage.commands import Command
from deskchat.storage.engine import Database, Deadline
from deskchat.storage.sqlite import SQLite
from deskchat.storage.store import DatabaseStore
from deskchat.storage.transaction import DatabaseTransaction
from deskchat.storage.writer import Clock, carry_out
from tests.cast import Cast, gather
from tests.remembered import once

T = TypeVar("T")


PATIENCE = 30
"""Seconds after which a thread that waits for a test gives up."""


def command(work: Callable[[DatabaseTransaction], object], by: int = 0) -> Command[Any]:
    return Command(by, work, asyncio.get_running_loop().create_future())


def carry_out_one(connection: Connection, clock: Clock, work: Callable[[DatabaseTransaction], T]) -> T:
    (outcome,) = carry_out(connection, [command(work)], clock, StoreMetrics())
    if outcome.refusal:
        raise outcome.refusal
    result: T = outcome.result
    return result


async def gather_by_hand(connection: Connection, clock: Clock) -> Cast:
    return carry_out_one(connection, clock, once("cast", gather))


@asynccontextmanager
async def busy_writer(store: DatabaseStore) -> AsyncIterator[None]:
    """The writer is held within the block, so that everything written there is queued behind it."""
    released = threading.Event()
    loop = asyncio.get_running_loop()
    is_held = asyncio.Event()

    def hold(_tx: Transaction) -> None:
        loop.call_soon_threadsafe(is_held.set)
        assert released.wait(PATIENCE)

    holding = asyncio.ensure_future(store.write(0, hold))
    await is_held.wait()
    try:
        yield
    finally:
        released.set()
        await holding


async def begin(works: Sequence[Awaitable[Any]]) -> list[asyncio.Future[Any]]:
    """They have run as far as they can: what they write lies before the writer."""
    begun: list[asyncio.Future[Any]] = [asyncio.ensure_future(work) for work in works]
    # Commands are handed over a turn after they come.
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    return begun


def look_into(database: Database, query: str) -> list[Any]:
    """What another program finds there now."""
    with database.create_reader(Deadline()).connect() as other:
        return [tuple(row) for row in other.exec_driver_sql(query)]


def dump(database: Database) -> dict[str, list[str]]:
    """All that is in it, by table."""
    with database.create_reader(Deadline()).connect() as other:
        tables = inspect(other).get_table_names()
        return {
            table: sorted(map(str, other.exec_driver_sql(f'SELECT * FROM "{table}"'))) for table in tables
        }


def change(database: Database, statement: str) -> None:
    """What another program does there, which on SQLite need not know of foreign keys."""
    if isinstance(database, SQLite):
        with closing(sqlite3.connect(database.path)) as other, other:
            other.execute(statement)
    else:
        with database.create_writer().begin() as connection:
            connection.exec_driver_sql(statement)
