"""The threads that only read: each question sees one state of the database, and is broken off when it takes too long."""

import asyncio
from collections.abc import Callable
from queue import SimpleQueue
from threading import Thread
from typing import Any, TypeVar

from sqlalchemy import Connection

from deskchat.domain.errors import Unavailable
from deskchat.storage.commands import Command, Outcome, Waiting
from deskchat.storage.engine import Database, Deadline, begin
from deskchat.storage.failures import as_refusal, report_death
from deskchat.storage.transaction import DatabaseTransaction

T = TypeVar("T")

THREADS = 2
MOST_WAITING = 256
LONGEST = 2.0
"""Seconds that one question may take."""

_NOBODY = 0


class Reader:
    """Made and used on the event loop; `failed` is called there if a thread dies."""

    def __init__(self, database: Database, clock: Callable[[], int], failed: Callable[[], None]) -> None:
        self._database = database
        self._clock = clock
        self._failed = failed
        self._loop = asyncio.get_running_loop()
        self._waiting = Waiting(MOST_WAITING, MOST_WAITING)
        self._inbox: SimpleQueue[Command[Any] | None] = SimpleQueue()
        self._accepting = True
        self._threads = [
            Thread(target=self._run, name=f"reader-{index}", daemon=True) for index in range(THREADS)
        ]
        for thread in self._threads:
            thread.start()

    async def submit(self, work: Callable[[DatabaseTransaction], T]) -> T:
        if not self._accepting:
            raise Unavailable
        reply: asyncio.Future[T] = self._loop.create_future()
        command = Command(_NOBODY, work, reply)
        self._waiting.enter(command)
        self._inbox.put(command)
        return await reply

    async def stop(self) -> None:
        """Accepts nothing more, and answers what was asked."""
        self._accepting = False
        for _ in self._threads:
            self._inbox.put(None)
        for thread in self._threads:
            await asyncio.to_thread(thread.join)
        self._waiting.fail_all()

    def _run(self) -> None:
        deadline = Deadline()
        try:
            with self._database.create_reader(deadline).connect() as connection:
                while command := self._inbox.get():
                    deadline.set_in(LONGEST)
                    outcome = answer(connection, command, self._clock())
                    self._loop.call_soon_threadsafe(self._waiting.finish, outcome)
        except Exception as error:
            report_death("reader", error)
        finally:
            self._loop.call_soon_threadsafe(self._end)

    def _end(self) -> None:
        if self._accepting:
            self._accepting = False
            self._failed()
            self._waiting.fail_all()


def answer(connection: Connection, command: Command[T], now: int) -> Outcome:
    """In a transaction of its own, ended before the answer is given."""
    try:
        with begin(connection):
            result = command.work(DatabaseTransaction(connection, now))
    except Exception as error:
        return Outcome(command, refusal=as_refusal(error))
    return Outcome(command, result)
