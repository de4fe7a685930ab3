"""A terminal: commands that end, and servers that go on until they are told to stop."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import httpx

from tests.cli.program import Run

ENOUGH = 60
"""Seconds within which any command ends on any machine."""

DESKCHAT = (sys.executable, "-m", "deskchat")
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
        self._process = subprocess.Popen(
            [*DESKCHAT, *command],
            cwd=terminal.folder,
            env=os.environ | WIDE | {"DESKCHAT_LOG_LEVEL": "error"},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def __enter__(self) -> Server:
        return self

    def __exit__(self, *_: object) -> None:
        if self._process.poll() is None:
            self.stop()

    def print_line(self) -> str:
        """The next line on standard output."""
        assert self._process.stdout
        return self._process.stdout.readline()

    def find(self, pattern: str) -> str:
        """The first group of the pattern in the next line that has it, of what is said to who started it."""
        assert self._process.stderr
        said = ""
        for line in self._process.stderr:
            if found := re.search(pattern, line):
                return found[1]
            said += line
        raise AssertionError(f"It ended without a word of {pattern!r}: {said}")

    @property
    def url(self) -> str:
        return self.find(r" is on (http://\S+) ")

    def stop(self, by: signal.Signals = signal.SIGTERM) -> str:
        """Cleanly; the rest of what it said."""
        self._process.send_signal(by)
        _, said = self._process.communicate(timeout=ENOUGH)
        assert self._process.returncode == 0, said
        return said


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
