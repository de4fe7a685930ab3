"""What the server can do: `make bench` measures it, each figure beside a reference of the same run.

Figures, no tests: they depend on the machine. A run in which a post or a delivery is lost, doubled or changed has none.
The table is printed, and written as build/bench/bench.json and bench.svg.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from subprocess import CalledProcessError, TimeoutExpired
from tempfile import TemporaryDirectory

from bench.server import fan_out, growth, idle, machine, pages, posts, servers
from bench.server.bench import Bench
from bench.server.report import Report, Wrong

OUT = Path("build/bench")

MEASUREMENTS: dict[str, Callable[[Bench], None]] = {
    "fan-out": fan_out.measure,
    "many-rooms": fan_out.measure_many,
    "posts": posts.measure,
    "slow-flush": posts.measure_slow,
    "reading": pages.measure,
    "idle": idle.measure,
    "growth": growth.measure,
    "servers": servers.measure,
}

NOTES = (
    "Deskchat is `deskchat serve` on SQLite with everything on, one process, where nothing else is said. Where few people are to saturate it (posts, "
    "saturated fan-out, a post in growth), nobody's own rate of commands is limited (50 a second otherwise); nothing else.",
    "CPU is the server's, of all its threads and the kernel for it; p50 is the median. People are signed in beforehand: "
    "no password is checked.",
)


def measure(only: Sequence[str], seconds: float, connections: int, sizes: tuple[int, ...]) -> Report:
    report = Report(machine.describe(), [*NOTES, f"Each figure is measured for {seconds:g} seconds."])
    with TemporaryDirectory(prefix="deskchat-bench-", dir=OUT) as folder:
        programs = machine.Programs(Path(folder))
        bench = Bench(report, programs, Path(folder), seconds, connections, sizes)
        for name in only or MEASUREMENTS:
            report.say(f"{name} …")
            try:
                MEASUREMENTS[name](bench)
            except (Wrong, CalledProcessError, TimeoutExpired) as why:
                report.fail(name, why)
    return report


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.server", description=__doc__)
    parser.add_argument("--only", action="append", choices=MEASUREMENTS, default=[], help="repeatable")
    parser.add_argument("--seconds", type=float, default=3, help="each figure is measured for (3)")
    parser.add_argument("--connections", type=int, default=10_000, help="held idle (10000)")
    parser.add_argument(
        "--sizes",
        type=lambda text: tuple(int(size) for size in text.split(",")),
        default=(10_000, 1_000_000),
        help="messages between which growth is measured (10000,1000000)",
    )
    asked = parser.parse_args()
    OUT.mkdir(parents=True, exist_ok=True)
    machine.raise_file_limit()
    report = measure(asked.only, asked.seconds, asked.connections, asked.sizes)
    report.print()
    report.write(OUT)
    sys.exit(1 if report.failures else 0)


main()
