"""A started store on a real database of each engine, its cast, and what it has published."""

from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import pytest_asyncio
from sqlalchemy import Connection

from deskchat.domain.news import News
from deskchat.storage.engine import Database
from deskchat.storage.postgresql import PostgreSQL
from deskchat.storage.sqlite import SQLite
from deskchat.storage.store import DatabaseStore, prepare
from tests.cast import Cast, gather
from tests.engines import ENGINES
from tests.postgres import Postgres
from tests.remembered import once
from tests.sqlite import make_migrated


class Clock:
    """Stands still until it is moved."""

    def __init__(self) -> None:
        self.now = 1_700_000_000_000

    def __call__(self) -> int:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


on_sqlite_only = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
"""For what the other engine does not have."""


@pytest.fixture(params=ENGINES)
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A new one of each engine."""
    if request.param == "sqlite":
        yield make_migrated(tmp_path / "deskchat.sqlite3")
    else:
        postgres: Postgres = request.getfixturevalue("postgres")
        with postgres.migrated_database() as url:
            yield PostgreSQL(url)


@pytest.fixture
def file(database: Database) -> Path:
    """Where it is on SQLite."""
    assert isinstance(database, SQLite)
    return database.path


@pytest.fixture
def published() -> list[News]:
    return []


@pytest_asyncio.fixture
async def store(database: Database, clock: Clock, published: list[News]) -> AsyncIterator[DatabaseStore]:
    async with started(database, clock, published.extend) as store:
        yield store


@pytest_asyncio.fixture
async def cast(store: DatabaseStore, published: list[News]) -> Cast:
    """In the store; what gathering them published is forgotten."""
    gathered = await store.write(0, once("cast", gather))
    published.clear()
    return gathered


@pytest.fixture
def connection(database: Database) -> Iterator[Connection]:
    """The writer's own connection, for taking the writer's steps by hand."""
    prepare(database)
    with database.create_writer().connect() as connection:
        yield connection


@asynccontextmanager
async def started(
    database: Database, clock: Callable[[], int], publish: Callable[[Sequence[News]], None]
) -> AsyncIterator[DatabaseStore]:
    store = DatabaseStore.open(database, clock)
    store.start(publish)
    try:
        yield store
    finally:
        await store.stop()
