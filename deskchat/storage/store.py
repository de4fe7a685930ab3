"""The store of one database (`domain.ports.Store`): one writer, two readers."""

import asyncio
import time
from collections.abc import Callable
from functools import partial
from typing import TypeVar

from sqlalchemy.exc import OperationalError

from deskchat.domain.errors import Unavailable
from deskchat.domain.metrics import StoreMetrics
from deskchat.domain.ports import Publish
from deskchat.domain.system import StoreReport
from deskchat.storage import reindexing
from deskchat.storage.engine import Database, Unfit
from deskchat.storage.migrations import migrate
from deskchat.storage.organisation import found
from deskchat.storage.reader import Reader
from deskchat.storage.transaction import DatabaseTransaction
from deskchat.storage.writer import Clock, Writer, refuse

T = TypeVar("T")

_SERVER = 0


def read_clock() -> int:
    """Milliseconds since 1970 UTC."""
    return time.time_ns() // 1_000_000


class DatabaseStore:
    """Opened anywhere, started and stopped on the event loop. The caller owns the data folder meanwhile."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self.database = database
        self.metrics = StoreMetrics()
        self.failed = asyncio.Event()
        """Set when a thread has died: the process should end, and start again."""
        self._clock = clock
        self._writer: Writer | None = None
        self._reader: Reader | None = None

    @classmethod
    def open(cls, database: Database, clock: Clock = read_clock) -> "DatabaseStore":
        """Makes the database, or brings an older one up to date. Unfit; DatabaseTooNew."""
        prepare(database)
        return cls(database, clock)

    @property
    def alive(self) -> bool:
        return self._writer is not None and not self.failed.is_set()

    @property
    def waiting(self) -> int:
        """How many commands are not answered yet."""
        writer = self._writer
        return writer.waiting if writer else 0

    def now(self) -> int:
        """The time by which everything is kept."""
        return self._clock()

    def start(self, publish: Publish) -> None:
        self._writer = Writer(self.database, self._clock, publish, self.failed.set, self.metrics)
        self._reader = Reader(self.database, self._clock, self.failed.set)

    async def stop(self) -> None:
        """Refuses what is new, carries out what is queued, closes everything."""
        writer, reader = self._writer, self._reader
        self._writer = self._reader = None
        # The writer goes last: it alone writes the log back into the database.
        if reader:
            await reader.stop()
        if writer:
            await writer.stop()

    async def read(self, work: Callable[[DatabaseTransaction], T]) -> T:
        if self._reader is None:
            raise Unavailable
        return await self._reader.submit(work)

    def write(self, by: int, work: Callable[[DatabaseTransaction], T]) -> asyncio.Future[T]:
        return self._writer.submit(by, work) if self._writer else refuse(Unavailable())

    async def report(self) -> StoreReport:
        engine, size, free = await self.read(lambda tx: self.database.measure(tx.connection))
        return StoreReport(engine, size, free, self.waiting)

    async def reindex(self) -> None:
        """Makes the words for search anew if they are of another version, beside everything else."""
        if not await self.read(reindexing.is_outdated):
            return
        for step in (reindexing.reindex_messages, reindexing.reindex_names):
            done: int | None = 0
            while done is not None:
                done = await self.write(_SERVER, partial(step, after=done))
        await self.write(_SERVER, reindexing.finish)


def prepare(database: Database) -> None:
    """Unfit; DatabaseTooNew."""
    try:
        with database.create_writer().begin() as connection:
            database.claim(connection)
            migrate(connection)
            found(connection)
    except OperationalError as error:
        raise Unfit(f"The database {database} cannot be opened: {error.orig}") from error
