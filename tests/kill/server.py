"""A real server process on a data folder, that can be killed at any moment and started again."""

from __future__ import annotations

import asyncio
import os
import re
import signal
from contextlib import nullcontext
from pathlib import Path

from tests.forked import Process

_ADDRESS = re.compile(r" is on (http://\S+) ")


class Server:
    """`url` is another after each start. `log`: where it is kept; the log of all starts."""

    def __init__(
        self, folder: Path, environment: dict[str, str] | None = None, log: Path | None = None
    ) -> None:
        self._command = ["serve", "--port", "0", "--data", str(folder)]
        self._environment = os.environ | (environment or {}) | {"DESKCHAT_LOG_LEVEL": "error"}
        self._log = log
        self.url = ""

    async def __aenter__(self) -> Server:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        self.kill()
        await asyncio.to_thread(self._process.wait)

    async def start(self) -> None:
        """Returns once it serves."""
        await asyncio.to_thread(self._start)

    def kill(self) -> None:
        self._process.send_signal(signal.SIGKILL)

    async def stop(self) -> None:
        """As whoever runs it does; it must end in order."""
        self._process.send_signal(signal.SIGTERM)
        await self._end_by(0)

    async def be_killed(self) -> None:
        """Waits for the end; it must have been a kill."""
        await self._end_by(-signal.SIGKILL)

    def _start(self) -> None:
        with self._log.open("ab") if self._log else nullcontext() as log:
            output = log.fileno() if log else 1
            self._process = Process(*self._command, environment=self._environment, output=output)
        words = self._process.errors.readline()
        address = _ADDRESS.search(words)
        assert address, words + self._read_last_words()
        self.url = address[1]

    def _read_last_words(self) -> str:
        self.kill()
        self._process.wait()
        return self._process.last_words

    async def _end_by(self, code: int) -> None:
        ended_by = await asyncio.to_thread(self._process.wait)
        assert ended_by == code, self._process.last_words
