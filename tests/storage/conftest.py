"""A started store on a real database, its cast, and what it has published; by engine, so that another can be added."""

from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import pytest_asyncio
from sqlalchemy import Connection

from deskchat.domain.news import News
from deskchat.storage.engine import create_writer
from deskchat.storage.store import DatabaseStore, prepare
from tests.cast import Cast, gather_cast


class Clock:
    """Stands still until it is moved."""

    def __init__(self) -> None:
        self.now = 1_700_000_000_000

    def __call__(self) -> int:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(params=["sqlite"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    assert request.param == "sqlite"
    return tmp_path / "deskchat.sqlite3"


@pytest.fixture
def published() -> list[News]:
    return []


@pytest_asyncio.fixture
async def store(database: Path, clock: Clock, published: list[News]) -> AsyncIterator[DatabaseStore]:
    async with started(database, clock, published.extend) as store:
        yield store


@pytest_asyncio.fixture
async def cast(store: DatabaseStore, published: list[News]) -> Cast:
    """In the store; what gathering them published is forgotten."""
    gathered = await gather_cast(store)
    published.clear()
    return gathered


@pytest.fixture
def connection(database: Path) -> Iterator[Connection]:
    """The writer's own connection, for taking the writer's steps by hand."""
    prepare(database)
    with create_writer(database).connect() as connection:
        yield connection


@asynccontextmanager
async def started(
    database: Path, clock: Callable[[], int], publish: Callable[[Sequence[News]], None]
) -> AsyncIterator[DatabaseStore]:
    store = DatabaseStore.open(database, clock)
    store.start(publish)
    try:
        yield store
    finally:
        await store.stop()
