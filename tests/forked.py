"""A program in a process of its own, forked from one that has read Deskchat: reading it takes longer than starting.

The process is a real one, with its own arguments, environment and folder; what is said of it holds of `python -m
deskchat`, which `tests/cli/test_serve.py` starts as well.
"""

from __future__ import annotations

import atexit
import gc
import json
import os
import re
import select
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping
from functools import cache
from importlib import import_module
from pathlib import Path
from runpy import run_path
from threading import Lock
from typing import NamedTuple

ENOUGH = 60
"""Seconds within which a process ends on any machine."""

_ALL_OF_IT = ("deskchat.app", "deskchat.cli", "alembic.command", "psycopg", "redis.asyncio")
_DESKCHAT = Path(__file__).parents[1] / "deskchat" / "__main__.py"
_LARGEST_ORDER = 100_000

_starting = Lock()


class Process:
    """`errors` is what it says to who started it, until it has ended; then that is in `last_words`."""

    def __init__(
        self,
        *arguments: str,
        program: Path = _DESKCHAT,
        environment: Mapping[str, str] = os.environ,
        folder: Path | None = None,
        output: int = 1,
    ) -> None:
        """`output`: the descriptor that its standard output goes to."""
        self.code: int | None = None
        self.last_words = ""
        errors, errors_of_it = os.pipe()
        self._status, status_of_it = os.pipe()
        self.errors = os.fdopen(errors, encoding="utf-8")
        order = _Order(str(program), arguments, dict(environment), str(folder or Path.cwd()))
        with _starting:
            reader = _start_reader(environment.get("LD_PRELOAD", ""))
        socket.send_fds(reader, [json.dumps(order).encode()], [output, errors_of_it, status_of_it])
        os.close(errors_of_it)
        os.close(status_of_it)
        self.pid = self._read_status()

    def find(self, pattern: str) -> str:
        """The first group of the pattern in the next line that has it, of its errors."""
        said = ""
        for line in self.errors:
            if found := re.search(pattern, line):
                return found[1]
            said += line
        raise AssertionError(f"It ended without a word of {pattern!r}: {said}")

    def send_signal(self, number: signal.Signals) -> None:
        if self.runs:
            os.kill(self.pid, number)

    @property
    def runs(self) -> bool:
        return self.code is None and not select.select([self._status], [], [], 0)[0]

    def wait(self) -> int:
        """Until it has ended: its code, or the signal that ended it, below zero."""
        if self.code is None:
            ended, _, _ = select.select([self._status], [], [], ENOUGH)
            assert ended, "It does not end."
            self.code = self._read_status()
            os.close(self._status)
            with self.errors:
                self.last_words = self.errors.read()
        return self.code

    def _read_status(self) -> int:
        return int.from_bytes(os.read(self._status, 4), "little", signed=True)


class _Order(NamedTuple):
    program: str
    arguments: tuple[str, ...]
    environment: dict[str, str]
    folder: str


@cache
def _start_reader(preload: str) -> socket.socket:
    """One for all processes that begin with the same library."""
    ours, its = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with its:
        environment = os.environ | {"LD_PRELOAD": preload}
        reader = subprocess.Popen(
            [sys.executable, "-P", __file__], stdin=its.fileno(), env=environment, start_new_session=True
        )

    def end() -> None:
        ours.close()
        reader.wait(ENOUGH)

    atexit.register(end)
    return ours


# The process that has read the program


def _fork_as_ordered(orders: socket.socket) -> None:
    """Until whoever orders is gone; then no process is left."""
    for name in _ALL_OF_IT:
        import_module(name)
    gc.freeze()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    while True:
        order, descriptors, *_ = socket.recv_fds(orders, _LARGEST_ORDER, 3)
        if not order:
            os.killpg(0, signal.SIGKILL)
        if os.fork() == 0:
            orders.close()
            _look_after(_Order(*json.loads(order)), *descriptors)
            return
        for descriptor in descriptors:
            os.close(descriptor)


def _look_after(order: _Order, output: int, errors: int, status: int) -> None:
    """Tells the process's id, and how it ended. Returns in that process alone, when it is to end in order."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    process = os.fork()
    if process == 0:
        os.close(status)
        _run(order, output, errors)
        return
    os.close(output)
    os.close(errors)
    _write_status(status, process)
    _, ended = os.waitpid(process, 0)
    _write_status(status, os.waitstatus_to_exitcode(ended))
    os._exit(0)


def _run(order: _Order, output: int, errors: int) -> None:
    nothing = os.open(os.devnull, os.O_RDONLY)
    for number, descriptor in enumerate((nothing, output, errors)):
        os.dup2(descriptor, number)
        os.close(descriptor)
    os.environ.clear()
    os.environ.update(order.environment)
    os.chdir(order.folder)
    sys.argv = [order.program, *order.arguments]
    run_path(order.program, run_name="__main__")


def _write_status(status: int, number: int) -> None:
    os.write(status, number.to_bytes(4, "little", signed=True))


if __name__ == "__main__":
    _fork_as_ordered(socket.socket(fileno=0))
