"""A server in a process of its own, as people start it: it can be killed, and started again at the same port."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys
from asyncio.subprocess import PIPE, Process
from pathlib import Path

ENOUGH = 60
"""Seconds within which a server starts or ends on any machine."""


class ServerProcess:
    """`public_url`: where browsers find it, if that is another address than its own."""

    def __init__(self, folder: Path, public_url: str = "") -> None:
        self.port = _find_free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        serve = ["serve", "--port", str(self.port), "--data", str(folder)]
        self._command = [sys.executable, "-m", "deskchat", *serve]
        self._environment = os.environ | {"DESKCHAT_URL": public_url, "DESKCHAT_LOG_LEVEL": "error"}
        self._process: Process | None = None

    async def __aenter__(self) -> ServerProcess:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._process:
            await self.kill()

    async def start(self) -> None:
        """Returns once it serves."""
        self._process = await asyncio.create_subprocess_exec(
            *self._command, env=self._environment, stderr=PIPE
        )
        await self.read_until(" is on http")

    async def kill(self) -> None:
        """As `kill -9` does: nothing is told to anybody."""
        assert self._process
        self._process.kill()
        async with asyncio.timeout(ENOUGH):
            assert await self._process.wait() == -signal.SIGKILL
        self._process = None

    async def read_until(self, sign: str) -> str:
        """The next line with this in it of what it says to whoever started it."""
        assert self._process
        assert self._process.stderr
        said = ""
        async with asyncio.timeout(ENOUGH):
            while line := (await self._process.stderr.readline()).decode():
                if sign in line:
                    return line.strip()
                said += line
        raise AssertionError(f"It ended without a word of {sign!r}: {said}")


def _find_free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port
