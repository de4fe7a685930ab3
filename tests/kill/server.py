"""A real server process on a data folder, that can be killed at any moment and started again."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import sys
from asyncio.subprocess import PIPE
from contextlib import nullcontext
from pathlib import Path

ENOUGH = 60
"""Seconds within which a server starts or ends on any machine."""

_ADDRESS = re.compile(rb" is on (http://\S+) ")


class Server:
    """`url` is another after each start. `log`: where it is kept; the log of all starts."""

    def __init__(
        self, folder: Path, environment: dict[str, str] | None = None, log: Path | None = None
    ) -> None:
        self._command = [sys.executable, "-m", "deskchat", "serve", "--port", "0", "--data", str(folder)]
        self._environment = os.environ | (environment or {}) | {"DESKCHAT_LOG_LEVEL": "error"}
        self._log = log
        self.url = ""

    async def __aenter__(self) -> Server:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._process.returncode is None:
            self.kill()
        await self._process.wait()

    async def start(self) -> None:
        """Returns once it serves."""
        with self._log.open("ab") if self._log else nullcontext() as log:
            self._process = await asyncio.create_subprocess_exec(
                *self._command, env=self._environment, stdout=log, stderr=PIPE
            )
        assert self._process.stderr
        async with asyncio.timeout(ENOUGH):
            words = await self._process.stderr.readline()
        address = _ADDRESS.search(words)
        assert address, words.decode() + await self._read_last_words()
        self.url = address[1].decode()

    def kill(self) -> None:
        self._process.kill()

    async def stop(self) -> None:
        """As whoever runs it does; it must end in order."""
        self._process.terminate()
        async with asyncio.timeout(ENOUGH):
            ended_by = await self._process.wait()
        assert ended_by == 0, await self._read_last_words()

    async def be_killed(self) -> None:
        """Waits for the end; it must have been a kill."""
        async with asyncio.timeout(ENOUGH):
            ended_by = await self._process.wait()
        assert ended_by == -signal.SIGKILL, await self._read_last_words()

    async def _read_last_words(self) -> str:
        assert self._process.stderr
        return (await self._process.stderr.read()).decode()
