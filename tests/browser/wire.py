"""What lies between browsers and the server: a proxy that can be cut, and that breaks sockets as real ones do."""

from __future__ import annotations

import asyncio
import socket
from asyncio import StreamReader, StreamWriter
from contextlib import suppress
from typing import Literal

SocketsAre = Literal["passed", "refused", "swallowed"]
"""`swallowed`: the upgrade is answered as the server answers it, and then nothing comes through any more."""

_HEAD_ENDS = b"\r\n\r\n"
_REFUSAL = b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


class Wire:
    """Stands before whatever serves at `upstream`, a port; browsers know its own `url` alone."""

    upstream: int

    def __init__(self, sockets_are: SocketsAre = "passed") -> None:
        self.sockets_are: SocketsAre = sockets_are
        self.sockets = 0
        """How many sockets were asked for."""
        self._is_cut = False
        self._is_frozen = asyncio.Event()
        self._ends: set[StreamWriter] = set()
        self._tasks: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Wire:
        self._door = socket.create_server(("127.0.0.1", 0))
        self._door.setblocking(False)
        self.url = "http://127.0.0.1:{1}".format(*self._door.getsockname())
        self._admitting = asyncio.create_task(self._admit())
        return self

    async def __aexit__(self, *_exception: object) -> None:
        # A listener of the loop loses whom it lets in at the moment at which it is closed.
        self._door.shutdown(socket.SHUT_RDWR)
        await self._admitting
        self._door.close()
        self.cut()
        # Who was just let in begins in the next turn, and could not end what it never took.
        await asyncio.sleep(0)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def cut(self) -> None:
        """Nothing comes through, and everybody notices at once."""
        self._is_cut = True
        for end in self._ends:
            end.transport.abort()

    def mend(self) -> None:
        self._is_cut = False

    def freeze(self) -> None:
        """What is connected now never hears anything again, and nobody is told: as after a sleep in another network."""
        self._is_frozen.set()
        self._is_frozen = asyncio.Event()

    async def _admit(self) -> None:
        """Until nobody can come any more."""
        with suppress(OSError):
            while True:
                connected, _ = await asyncio.get_running_loop().sock_accept(self._door)
                task = asyncio.create_task(self._take(connected))
                self._tasks.add(task)
                task.add_done_callback(self._tasks.discard)

    async def _take(self, connected: socket.socket) -> None:
        reader, writer = await asyncio.open_connection(sock=connected)
        self._ends.add(writer)
        try:
            with suppress(ConnectionError, asyncio.IncompleteReadError):
                if not self._is_cut:
                    await self._carry(reader, writer)
        finally:
            self._ends.discard(writer)
            writer.transport.abort()

    async def _carry(self, reader: StreamReader, writer: StreamWriter) -> None:
        """One connection, by its first request: browsers open a socket on a connection of its own."""
        head = await reader.readuntil(_HEAD_ENDS)
        is_socket = b"\r\nupgrade: websocket\r\n" in head.lower()
        if is_socket:
            self.sockets += 1
            if self.sockets_are == "refused":
                writer.write(_REFUSAL)
                await writer.drain()
                return
        server_reader, server_writer = await asyncio.open_connection("127.0.0.1", self.upstream)
        self._ends.add(server_writer)
        try:
            server_writer.write(head)
            if is_socket and self.sockets_are == "swallowed":
                writer.write(await server_reader.readuntil(_HEAD_ENDS))
                await reader.read()
            else:
                await self._pipe_both(reader, writer, server_reader, server_writer)
        finally:
            self._ends.discard(server_writer)
            server_writer.transport.abort()

    async def _pipe_both(
        self,
        reader: StreamReader,
        writer: StreamWriter,
        server_reader: StreamReader,
        server_writer: StreamWriter,
    ) -> None:
        """Until either side ends."""
        frozen = self._is_frozen
        ways = [
            asyncio.create_task(_pipe(reader, server_writer, frozen)),
            asyncio.create_task(_pipe(server_reader, writer, frozen)),
        ]
        try:
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for way in ways:
                way.cancel()
            await asyncio.gather(*ways, return_exceptions=True)


async def _pipe(reader: StreamReader, writer: StreamWriter, frozen: asyncio.Event) -> None:
    while data := await reader.read(64 * 1024):
        if frozen.is_set():
            continue
        writer.write(data)
        await writer.drain()
