"""Polling by way of another server: a client's requests may each reach any server, its connection is at one.

The one that is reached asks the one that has it. Nothing is lost where a letter is: frames wait until they are
acknowledged, and a client whose command was not taken opens another connection and sends it again.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count

from deskchat.domain.errors import ConnectionGone
from deskchat.realtime.connections import Connections, Near, Numbered
from deskchat.realtime.frames import NOT_UNDERSTOOD, Command, decode_command, encode
from deskchat.realtime.letters import Errand, ErrandDone, Letter

LONGEST_ERRAND = 3.0
"""Seconds that another server takes to answer; but to a poll, which waits as long as its client does."""
LONGEST_POLL = 30.0
MOST_ERRANDS = 16_384
"""Errands of others at once, among them the polls of all whom a server has; those beyond are not done."""
MOST_OF_DEVICE = 256
"""Errands for one device at once: who names servers that there are not must not make this one wait without end."""


class Errands:
    """`tell` sends a letter to a server of this name; `is_there` says whether one is heard of."""

    def __init__(self, tell: Callable[[str, Letter], None], is_there: Callable[[str], bool]) -> None:
        self._tell = tell
        self._is_there = is_there
        self._numbers = count(1)
        self._waiting: dict[int, asyncio.Future[list[Numbered] | None]] = {}
        self._of_device: Counter[int] = Counter()  # how many of them
        self._doing: set[asyncio.Task[None]] = set()

    # For clients that were to reach another server

    async def ask(
        self,
        server: str,
        connection: str,
        device: int,
        *,
        ack: int | None = None,
        command: bytes | None = None,
    ) -> list[Numbered]:
        """Frames for a poll. ConnectionGone, also if the server is, or if the device asks too much at once."""
        errand = Errand(next(self._numbers), connection, device, ack, command)
        with self._expect(errand) as answer:
            self._tell(server, errand)
            # One that is not heard of may have ended, or this one may just have begun to hear.
            may_wait = ack is not None and self._is_there(server)
            try:
                async with asyncio.timeout(LONGEST_POLL if may_wait else LONGEST_ERRAND):
                    frames = await answer
            except TimeoutError:
                raise ConnectionGone from None
        if frames is None:
            raise ConnectionGone
        return frames

    @contextmanager
    def _expect(self, errand: Errand) -> Iterator[asyncio.Future[list[Numbered] | None]]:
        if self._of_device[errand.device] >= MOST_OF_DEVICE:
            raise ConnectionGone
        answer = self._waiting[errand.number] = asyncio.get_running_loop().create_future()
        self._of_device[errand.device] += 1
        try:
            yield answer
        finally:
            del self._waiting[errand.number]
            self._of_device[errand.device] -= 1
            if not self._of_device[errand.device]:
                del self._of_device[errand.device]

    def take(self, done: ErrandDone) -> None:
        waiting = self._waiting.get(done.number)
        if waiting and not waiting.done():
            waiting.set_result(done.frames)

    # For the clients of this one

    def do(self, connections: Connections, errand: Errand, by: str) -> None:
        """What another server asks, which is answered once it is done."""
        if len(self._doing) < MOST_ERRANDS:
            task = asyncio.create_task(self._do(connections, errand, by))
            self._doing.add(task)
            task.add_done_callback(self._doing.discard)

    def stop(self) -> None:
        for task in self._doing:
            task.cancel()

    async def _do(self, connections: Connections, errand: Errand, by: str) -> None:
        try:
            async with asyncio.timeout(LONGEST_POLL):
                frames = await _carry_out(connections, errand)
        except (ConnectionGone, *NOT_UNDERSTOOD):
            # What is not understood comes from another version: another connection is opened, and it is sent again.
            self._tell(by, ErrandDone(errand.number, None))
        except TimeoutError:
            # Who waited for it does no longer.
            pass
        else:
            self._tell(by, ErrandDone(errand.number, frames))


async def _carry_out(connections: Connections, errand: Errand) -> list[Numbered]:
    near = Near(connections, errand.connection, errand.device)
    if errand.ack is not None:
        return await near.poll(errand.ack)
    if errand.command is not None:
        await near.submit(decode_command(errand.command))
    else:
        await near.close()
    return []


@dataclass(frozen=True)
class Far:
    """A connection that another server has, as `connections.Near` is one of this server's."""

    errands: Errands
    server: str
    connection: str
    device: int

    async def poll(self, ack: int) -> list[Numbered]:
        return await self.errands.ask(self.server, self.connection, self.device, ack=ack)

    async def submit(self, command: Command) -> None:
        await self.errands.ask(self.server, self.connection, self.device, command=encode(command))

    async def close(self) -> None:
        await self.errands.ask(self.server, self.connection, self.device)
