"""A Valkey or Redis server of the tests' own: reached by a socket in a folder that goes with it, and by no network.

`scripts/test-needs` sees to it that one of the two is there.
"""

from __future__ import annotations

import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory


class Valkey:
    """A server that can be killed, started again, and stopped in the middle of whatever it does."""

    def __init__(self, folder: Path) -> None:
        self._socket = folder / "valkey.sock"

    @property
    def url(self) -> str:
        return f"unix://{self._socket}"

    def start(self) -> None:
        program = shutil.which("valkey-server") or shutil.which("redis-server")
        assert program, "The tests need Valkey or Redis: scripts/test-needs"
        settings = {"port": "0", "unixsocket": str(self._socket), "save": "", "dir": str(self._socket.parent)}
        self._server = subprocess.Popen(
            [program, *(part for name, value in settings.items() for part in (f"--{name}", value))],
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._server.stdout
        for line in self._server.stdout:
            if "ready to accept connections" in line.lower():
                return
        raise AssertionError("The bus did not start.")

    def kill(self) -> None:
        self._server.kill()
        self._server.communicate()

    def pause(self) -> None:
        """It takes connections and answers nobody."""
        self._server.send_signal(signal.SIGSTOP)

    def resume(self) -> None:
        self._server.send_signal(signal.SIGCONT)

    def stop(self) -> None:
        self.resume()
        self._server.terminate()
        self._server.communicate()


@contextmanager
def running_valkey() -> Iterator[Valkey]:
    with TemporaryDirectory(prefix="deskchat-valkey-") as folder:
        valkey = Valkey(Path(folder))
        valkey.start()
        try:
            yield valkey
        finally:
            valkey.stop()
