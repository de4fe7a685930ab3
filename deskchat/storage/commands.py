"""Work that waits for a thread, and what became of it."""

import asyncio
from collections import Counter, deque
from collections.abc import Callable, Sequence
from typing import Any, Generic, TypeVar

from msgspec import Struct

from deskchat.domain.errors import Busy, Refusal, Unavailable
from deskchat.domain.news import News
from deskchat.storage.transaction import DatabaseTransaction

T = TypeVar("T")

RETRY_AFTER = 1.0


class Command(Struct, Generic[T], frozen=True, eq=False):
    """Work for somebody who waits for `future`, unless they have gone away."""

    by: int
    work: Callable[[DatabaseTransaction], T]
    future: asyncio.Future[T]


class Outcome(Struct, frozen=True):
    """A result and its news, or a refusal."""

    command: Command[Any]
    result: Any = None
    refusal: Refusal | None = None
    news: Sequence[News] = ()

    def resolve(self) -> None:
        """On the event loop. Who has gone away is not told."""
        future = self.command.future
        if future.done():
            return
        if self.refusal is None:
            future.set_result(self.result)
        else:
            future.set_exception(self.refusal)


class Waiting:
    """All who wait, `most` of them and `most_each` of one user. Of the event loop alone."""

    def __init__(self, most: int, most_each: int) -> None:
        self._most = most
        self._most_each = most_each
        self._commands: set[Command[Any]] = set()
        self._of: Counter[int] = Counter()

    def __len__(self) -> int:
        return len(self._commands)

    def enter(self, command: Command[Any]) -> None:
        """Busy if too many wait already. Who goes away keeps their place until the work is done."""
        if len(self._commands) >= self._most or self._of[command.by] >= self._most_each:
            raise Busy(retry_after=RETRY_AFTER)
        self._commands.add(command)
        self._of[command.by] += 1

    def finish(self, outcome: Outcome) -> None:
        """Answers, and gives the place free."""
        outcome.resolve()
        if outcome.command not in self._commands:
            return
        by = outcome.command.by
        self._commands.remove(outcome.command)
        self._of[by] -= 1
        if not self._of[by]:
            del self._of[by]

    def fail_all(self) -> None:
        """There is nobody any more who would do the work."""
        for command in list(self._commands):
            self.finish(Outcome(command, refusal=Unavailable()))


class FairQueue:
    """Commands in the order of each user, the users by turns: who sends a thousand delays nobody who sends one."""

    def __init__(self) -> None:
        self._lines: dict[int, deque[Command[Any]]] = {}

    def __bool__(self) -> bool:
        return bool(self._lines)

    def add(self, command: Command[Any]) -> None:
        line = self._lines.get(command.by)
        if line is None:
            self._lines[command.by] = deque((command,))
        else:
            line.append(command)

    def take(self, most: int) -> list[Command[Any]]:
        """At most `most`, one of each user in turn; who was not reached comes first the next time."""
        taken: list[Command[Any]] = []
        while self._lines and len(taken) < most:
            by = next(iter(self._lines))
            line = self._lines.pop(by)
            taken.append(line.popleft())
            if line:
                self._lines[by] = line
        return taken
