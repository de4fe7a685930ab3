"""The machine that is measured on: its cores, its compiler, and processes that keep to a core."""

from __future__ import annotations

import os
import platform
import resource
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

HERE = Path(__file__).parent
_ALL = sorted(os.sched_getaffinity(0))
SERVER, LOAD = _ALL[0], _ALL[-1]
"""The cores of whoever is measured and of the load. They are one where there is only one."""

_OPTIONS = ["-std=c11", "-O2", "-Wall", "-Wextra", "-Werror"]


def describe() -> str:
    model = platform.machine()
    with Path("/proc/cpuinfo").open() as file:
        for line in file:
            if line.startswith("model name"):
                model = line.partition(":")[2].strip()
                break
    apart = "server and load on a core each" if SERVER != LOAD else "server and load share the only core"
    return (
        f"{model}, {len(_ALL)} cores, {apart}, Linux {platform.release()}, Python {platform.python_version()}"
    )


@contextmanager
def on_core(core: int) -> Iterator[None]:
    """What is started within the block runs on this core alone."""
    os.sched_setaffinity(0, {core})
    try:
        yield
    finally:
        os.sched_setaffinity(0, _ALL)


def raise_file_limit() -> int:
    """As many open files as the system lets a process have; how many it are."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    return most


class Programs:
    """What is written in C, built anew into a folder by the system's compiler."""

    def __init__(self, folder: Path) -> None:
        self.load = _compile(sorted((HERE / "load").glob("*.c")), folder / "load")
        self.fan_out = _compile([HERE / "fan_out.c"], folder / "fan_out")
        self.slow_flush = _compile([HERE / "slow_flush.c"], folder / "slow_flush.so", "-shared", "-fPIC")


def _compile(sources: list[Path], program: Path, *options: str) -> Path:
    subprocess.run(["cc", *_OPTIONS, *options, "-o", program, *sources, "-ldl"], check=True)
    return program
