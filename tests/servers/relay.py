"""The way of one server to the bus, which can be cut, or held up, while the bus and the others go on."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path


class Relay:
    """Listens at one socket, and passes on to another."""

    def __init__(self, path: Path, target: str) -> None:
        self.url = f"unix://{path}"
        self._path = path
        self._target = target.removeprefix("unix://")
        self._ends: set[asyncio.StreamWriter] = set()
        self._passing: set[asyncio.Task[None]] = set()
        self._goes_on = asyncio.Event()
        self._goes_on.set()

    async def open(self) -> None:
        self._server = await asyncio.start_unix_server(self._join, self._path)

    async def cut(self) -> None:
        """Whoever is connected is so no longer, and nobody gets through."""
        self._server.close()
        self._path.unlink()
        for end in [*self._ends]:
            end.transport.abort()
        await asyncio.gather(*self._passing)

    def hold_up(self) -> None:
        """What is sent either way waits."""
        self._goes_on.clear()

    def let_go_on(self) -> None:
        self._goes_on.set()

    async def _join(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            onward = await asyncio.open_unix_connection(self._target)
        except OSError:
            writer.transport.abort()
            return
        for source, sink in ((reader, onward[1]), (onward[0], writer)):
            passing = asyncio.create_task(self._pass_on(source, sink))
            self._passing.add(passing)
            passing.add_done_callback(self._passing.discard)

    async def _pass_on(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        self._ends.add(sink)
        with suppress(OSError):
            while data := await source.read(2**16):
                await self._goes_on.wait()
                sink.write(data)
                await sink.drain()
        sink.transport.abort()
        self._ends.discard(sink)


@asynccontextmanager
async def open_relay(folder: Path, target: str) -> AsyncIterator[Relay]:
    relay = Relay(folder / "relay.sock", target)
    await relay.open()
    try:
        yield relay
    finally:
        await relay.cut()
