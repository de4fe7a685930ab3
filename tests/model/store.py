"""The store, cut into steps: questions are answered and commands committed when the test says so."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from itertools import count
from typing import Any, TypeVar

from deskchat.domain.metrics import StoreMetrics
from deskchat.domain.news import News
from deskchat.domain.ports import Transaction
from deskchat.storage.commands import Command, Outcome, Waiting
from deskchat.storage.engine import Database, Deadline
from deskchat.storage.reader import answer
from deskchat.storage.transaction import DatabaseTransaction
from deskchat.storage.writer import carry_out, finish

T = TypeVar("T")
START = 1_700_000_000_000


class StepStore:
    """`ports.Store`. What is asked of it outside the loop is of this loop as well."""

    def __init__(
        self,
        database: Database,
        publish: Callable[[Sequence[News]], None],
        loop: asyncio.AbstractEventLoop,
    ) -> None:
        self._publish = publish
        self._loop = loop
        self._waiting = Waiting(most=10_000, most_each=10_000)
        self._writer = database.create_writer().connect()
        self._reader = database.create_reader(Deadline()).connect()
        self._clock = count(START).__next__
        self.questions: list[Command[Any]] = []
        self.answers: list[Outcome] = []
        self.commands: list[Command[Any]] = []
        self.committed: deque[list[Outcome]] = deque()

    async def read(self, work: Callable[[DatabaseTransaction], T]) -> T:
        command: Command[T] = Command(0, work, asyncio.get_running_loop().create_future())
        self.questions.append(command)
        result: T = await command.future
        return result

    def write(self, by: int, work: Callable[[DatabaseTransaction], T]) -> asyncio.Future[T]:
        command: Command[T] = Command(by, work, self._loop.create_future())
        self.commands.append(command)
        return command.future

    def look(self, index: int) -> None:
        self.answers.append(answer(self._reader, self.questions.pop(index), self._clock()))

    def reply(self, index: int) -> None:
        self.answers.pop(index).resolve()

    def commit(self, most: int) -> list[Outcome]:
        batch, self.commands = self.commands[:most], self.commands[most:]
        outcomes = carry_out(self._writer, batch, self._clock, StoreMetrics())
        self.committed.append(outcomes)
        return outcomes

    def publish(self) -> None:
        finish(self.committed.popleft(), self._publish, self._waiting)

    def see(self, work: Callable[[Transaction], T]) -> T:
        """What the database holds now, at once."""
        with self._reader.begin():
            return work(DatabaseTransaction(self._reader, self._clock()))

    def close(self) -> None:
        self._writer.close()
        self._reader.close()
