"""A server in a process of its own, as people start it: it can be killed, and started again at the same port."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
from pathlib import Path

from tests.forked import Process


class ServerProcess:
    """`public_url`: where browsers find it, if that is another address than its own."""

    def __init__(self, folder: Path, public_url: str = "") -> None:
        self.port = _find_free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._command = ["serve", "--port", str(self.port), "--data", str(folder)]
        self._environment = os.environ | {"DESKCHAT_URL": public_url, "DESKCHAT_LOG_LEVEL": "error"}

    async def __aenter__(self) -> ServerProcess:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._end()

    async def start(self) -> None:
        """Returns once it serves."""
        self._process = await asyncio.to_thread(Process, *self._command, environment=self._environment)
        await self.find(r" is on (http)")

    async def kill(self) -> None:
        """As `kill -9` does: nothing is told to anybody."""
        assert await self._end() == -signal.SIGKILL, self._process.last_words

    async def find(self, pattern: str) -> str:
        """The first group of the pattern in the next line that has it, of what it says to whoever started it."""
        return await asyncio.to_thread(self._process.find, pattern)

    async def _end(self) -> int:
        self._process.send_signal(signal.SIGKILL)
        return await asyncio.to_thread(self._process.wait)


def _find_free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port
