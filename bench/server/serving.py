"""Servers to measure: Deskchat as people start it, and what it is measured beside. All on the server's core."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.server.machine import SERVER, on_core
from bench.server.report import Wrong

ENOUGH = 60
"""Seconds within which a server ends on any machine."""

_ADDRESS = re.compile(r" is on http://127\.0\.0\.1:(\d+) ")


@dataclass(frozen=True)
class Running:
    port: int
    pid: int


@contextmanager
def deskchat(
    folder: Path, *, limited: bool = True, environment: Mapping[str, str] | None = None, core: int = SERVER
) -> Iterator[Running]:
    """`deskchat serve`. Unless it is `limited`, nobody's rate of commands is: see `bench.server.unlimited`.

    It logs as it does by itself. It must end when it is asked to, and an error in its log fails the run.
    """
    module = "deskchat" if limited else "bench.server.unlimited"
    command = [sys.executable, "-m", module, "serve", "--port", "0", "--data", str(folder)]
    log = folder / "log"
    with log.open("w") as written, on_core(core):
        process = subprocess.Popen(
            command,
            env={**_own_environment(), **(environment or {})},
            stdout=written,
            stderr=subprocess.PIPE,
            text=True,
        )
    try:
        assert process.stderr
        words = process.stderr.readline()
        address = _ADDRESS.search(words)
        if not address:
            raise Wrong(words + process.stderr.read())
        yield Running(int(address[1]), process.pid)
    finally:
        process.terminate()
        process.communicate(timeout=ENOUGH)
    errors = [line for line in log.read_text().splitlines() if '"level": "error"' in line]
    if process.returncode or errors:
        raise Wrong(f"deskchat ended with {process.returncode} and logged {errors[:3]}")


def _own_environment() -> dict[str, str]:
    """Without the settings of a Deskchat."""
    return {name: value for name, value in os.environ.items() if not name.startswith("DESKCHAT_")}


@contextmanager
def reference(program: Path) -> Iterator[Running]:
    """The server of fan_out.c."""
    with on_core(SERVER):
        process = subprocess.Popen([program], stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout
        yield Running(int(process.stdout.readline()), process.pid)
        if process.poll() is not None:
            raise Wrong("the reference server gave up")
    finally:
        process.kill()
        process.communicate()
