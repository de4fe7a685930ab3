"""Connections without a socket: the same session, whose frames wait here, numbered, until they are fetched."""

from __future__ import annotations

import asyncio
import secrets
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

from deskchat.domain.errors import ConnectionGone
from deskchat.domain.sessions import SignedIn
from deskchat.realtime.frames import MOST_IN_FLIGHT, Command
from deskchat.realtime.outlet import Batch, Close, Writer
from deskchat.realtime.services import Services
from deskchat.realtime.session import Session

LONGEST_SILENCE = 60.0
"""Seconds after which a connection that nobody polls is dropped."""
MOST_WAITING = 256 * 1024
"""Bytes of frames that wait to be fetched, from which on a connection counts as full."""

Numbered: TypeAlias = "tuple[int, bytes]"


class Mailbox:
    """The frames of one connection, as an outlet (`realtime.outlet.Outlet`). `clock` gives seconds and only rises."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self.waiting = 0
        """How many wait until there is room."""
        self._clock = clock
        self._polled = clock()
        self._poll: asyncio.Future[None] | None = None
        self._frames: deque[Numbered] = deque()
        self._size = 0
        self._last = 0
        self._room = asyncio.Event()
        self._room.set()
        self._writer: Writer | None = None
        self._closed = False

    def attach(self, writer: Writer) -> None:
        self._writer = writer

    def write(self, batch: Batch) -> None:
        if self._closed:
            return
        for frame in batch.frames:
            self._last += 1
            self._frames.append((self._last, frame))
        self._size += batch.size
        self._answer()
        if self._size > MOST_WAITING and self._room.is_set():
            self._room.clear()
            if self._writer:
                self._writer.pause_writing()

    async def writable(self) -> None:
        self.waiting += 1
        try:
            await self._room.wait()
        finally:
            self.waiting -= 1

    def close(self, _code: Close) -> None:
        self._closed = True
        self._frames.clear()
        self._room.set()
        self._answer()

    async def poll(self, ack: int) -> list[Numbered]:
        """What waits, or else what comes next; the client has all up to `ack`. ConnectionGone once the session ended.

        A second poll ends the first one: its client has given that up.
        """
        self._forget(ack)
        self._answer()
        if not (self._frames or self._closed):
            await self._wait()
        self._polled = self._clock()
        if self._closed:
            raise ConnectionGone
        return [*self._frames]

    def is_abandoned(self) -> bool:
        return self._closed or (self._poll is None and self._clock() - self._polled > LONGEST_SILENCE)

    def _forget(self, ack: int) -> None:
        while self._frames and self._frames[0][0] <= ack:
            self._size -= len(self._frames.popleft()[1])
        if not self._frames and not self._room.is_set():
            self._room.set()
            if self._writer:
                self._writer.resume_writing()

    async def _wait(self) -> None:
        poll = self._poll = asyncio.get_running_loop().create_future()
        try:
            await poll
        finally:
            if self._poll is poll:
                self._poll = None

    def _answer(self) -> None:
        if self._poll and not self._poll.done():
            self._poll.set_result(None)


class Connection(NamedTuple):
    session: Session
    mailbox: Mailbox


@dataclass(frozen=True)
class Near:
    """One of this server's, as its client's requests reach it; each raises ConnectionGone as `Connections.get` does."""

    connections: Connections
    connection: str
    device: int

    async def poll(self, ack: int) -> list[Numbered]:
        return await self.connections.get(self.connection, self.device).mailbox.poll(ack)

    async def submit(self, command: Command) -> None:
        session, mailbox = self.connections.get(self.connection, self.device)
        # Whoever sends on and fetches nothing, hanging up each time, would pile them up.
        if mailbox.waiting >= MOST_IN_FLIGHT:
            await self.close()
            raise ConnectionGone
        await session.submit(command)

    async def close(self) -> None:
        self.connections.close(self.connection, self.device)


class Connections:
    """Those that are open, by an id that only its own device knows."""

    def __init__(self, services: Services, server: str = "") -> None:
        """`server`: the name of this one, by which the others know whose a connection is."""
        self._services = services
        self._server = server
        self._open: dict[str, Connection] = {}

    def __len__(self) -> int:
        return len(self._open)

    async def open(self, signed_in: SignedIn) -> str:
        """The id of a new one, whose first frames are waiting. SlowDown if the user has too many."""
        mailbox = Mailbox(self._services.clock)
        session = Session(self._services, signed_in, mailbox)
        session.subscribe()
        try:
            await session.open()
        except BaseException:
            session.end()
            raise
        connection = f"{self._server}.{secrets.token_urlsafe()}" if self._server else secrets.token_urlsafe()
        self._open[connection] = Connection(session, mailbox)
        return connection

    def get(self, connection: str, device: int) -> Connection:
        """ConnectionGone for one that is not there, has ended or is another device's: nobody can tell which."""
        found = self._open.get(connection)
        if found is None or found.session.device != device:
            raise ConnectionGone
        return found

    def close(self, connection: str, device: int) -> None:
        """ConnectionGone as for `get`."""
        self.get(connection, device).session.end()
        del self._open[connection]

    def drop_abandoned(self) -> None:
        """Forgets those that have ended, and ends those that nobody polls any more."""
        for connection, found in [*self._open.items()]:
            if found.mailbox.is_abandoned():
                found.session.end()
                del self._open[connection]
