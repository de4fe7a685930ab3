"""What every measurement is given."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.server.machine import Programs
from bench.server.report import Report


@dataclass(frozen=True)
class Bench:
    """`seconds`: that each figure is measured for. `beside`: the folder that all others are made in."""

    report: Report
    programs: Programs
    beside: Path
    seconds: float
    connections: int
    sizes: tuple[int, ...]

    @contextmanager
    def folder(self) -> Iterator[Path]:
        """One that goes with the block, on the disk that is measured."""
        with TemporaryDirectory(prefix="measured-", dir=self.beside) as folder:
            yield Path(folder)
