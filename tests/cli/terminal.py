"""A terminal: commands that end, and servers that go on until they are told to stop."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import httpx

from tests.cli.program import Run
from tests.forked import Process

WIDE = {"COLUMNS": "200", "NO_COLOR": "1"}


class Terminal:
    """In one folder; the workspace is its `data`. Commands run in this process: to start one takes a second."""

    def __init__(self, folder: Path, run: Run) -> None:
        self.folder = folder
        self.data = folder / "data"
        self.run = run

    def succeed(self, *command: str) -> str:
        """What it printed."""
        said = self.run(*command)
        assert said.code == 0, said.err
        return said.out.strip()

    def fail(self, *command: str) -> str:
        """What it said, which is a sentence and no traceback."""
        said = self.run(*command)
        said.assert_told_plainly()
        return said.err


class Server:
    """`deskchat serve` or `deskchat demo`, from its first line until SIGTERM."""

    def __init__(self, terminal: Terminal, *command: str) -> None:
        output, output_of_it = os.pipe()
        self._output = os.fdopen(output, encoding="utf-8")
        self._process = Process(
            *command,
            environment=os.environ | WIDE | {"DESKCHAT_LOG_LEVEL": "error"},
            folder=terminal.folder,
            output=output_of_it,
        )
        os.close(output_of_it)
        self.find = self._process.find

    def __enter__(self) -> Server:
        return self

    def __exit__(self, *_: object) -> None:
        with self._output:
            if self._process.runs:
                self.stop()
            self._process.wait()

    def print_line(self) -> str:
        """The next line on standard output."""
        return self._output.readline()

    @property
    def url(self) -> str:
        return self.find(r" is on (http://\S+) ")

    def stop(self, by: signal.Signals = signal.SIGTERM) -> str:
        """Cleanly; the rest of what it said."""
        self._process.send_signal(by)
        code = self._process.wait()
        assert code == 0, self._process.last_words
        return self._process.last_words


def serve(terminal: Terminal) -> Server:
    return Server(terminal, "serve", "--port", "0")


def own(asha: httpx.Client, token: str) -> None:
    """Asha uses the set-up link."""
    made = {
        "token": token,
        "organisation": "Halden Pumps",
        "name": "Asha Rao",
        "email": "asha@halden.example",
        "password": "a long password",
    }
    assert asha.post("/api/v1/set-up", json=made).status_code == 201
