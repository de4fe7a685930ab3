"""The figures: each beside what it is measured beside, and what it should be. A table, JSON, a chart."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bench.server import chart


class Wrong(Exception):
    """What was measured did not go right, so it has no figures."""


@dataclass(frozen=True)
class Aim:
    """`times`: as often as the reference, and not in the figure's own unit."""

    bound: float
    at_least: bool
    times: bool

    def __str__(self) -> str:
        sign = "≥" if self.at_least else "≤"
        return f"{sign} {show(self.bound)}{' ×' if self.times else ''}"


def at_least(bound: float) -> Aim:
    return Aim(bound, at_least=True, times=False)


def at_most(bound: float) -> Aim:
    return Aim(bound, at_least=False, times=False)


def at_least_times(bound: float) -> Aim:
    return Aim(bound, at_least=True, times=True)


def at_most_times(bound: float) -> Aim:
    return Aim(bound, at_least=False, times=True)


@dataclass(frozen=True)
class Reference:
    """Measured in the same run, in the figure's unit."""

    name: str
    value: float


@dataclass(frozen=True)
class Figure:
    group: str
    name: str
    value: float
    unit: str
    reference: Reference | None = None
    aim: Aim | None = None
    more: str = ""
    """What else was seen, in words."""

    @property
    def ratio(self) -> float | None:
        """To the reference."""
        return self.value / self.reference.value if self.reference and self.reference.value else None

    @property
    def is_met(self) -> bool | None:
        """Whether it is as it should be; None without an aim."""
        value = self.ratio if self.aim and self.aim.times else self.value
        if self.aim is None or value is None:
            return None
        return value >= self.aim.bound if self.aim.at_least else value <= self.aim.bound


@dataclass
class Report:
    machine: str
    notes: list[str] = field(default_factory=list)
    figures: list[Figure] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)

    def say(self, text: str) -> None:
        """What is going on."""
        sys.stderr.write(f"{text}\n")

    def note(self, text: str) -> None:
        """What one must know to read the figures."""
        self.notes.append(text)

    def add(self, figure: Figure) -> None:
        self.figures.append(figure)
        beside = f", beside {show(figure.reference.value)}" if figure.reference else ""
        self.say(f"  {figure.group}, {figure.name}: {show(figure.value)} {figure.unit}{beside} {figure.more}")

    def fail(self, name: str, why: Exception) -> None:
        """It has no figures, or not all; what else is measured goes on."""
        self.failures.append(f"{name} has failed: {why}")
        self.say(self.failures[-1])

    def print(self) -> None:
        table = Table("Figure", "", box=None, padding=(0, 2, 0, 0))
        for heading in ("measured", "reference", "ratio"):
            table.add_column(heading, justify="right")
        for heading in ("aim", "", "also"):
            table.add_column(heading)
        group = ""
        for figure in self.figures:
            table.add_row(figure.group if figure.group != group else "", *_cells(figure))
            group = figure.group
        console = Console(highlight=False, width=200, soft_wrap=True)
        console.print(table)
        for note in (self.machine, *self.notes):
            console.print(f"  {note}", markup=False)
        for failure in self.failures:
            console.print(failure, markup=False, style="bold red")

    def write(self, folder: Path) -> None:
        """bench.json and bench.svg."""
        told = {
            "at": datetime.now(UTC).isoformat(timespec="seconds"),
            "machine": self.machine,
            "notes": self.notes,
            "failures": self.failures,
            "figures": [
                {**asdict(figure), "ratio": figure.ratio, "is_met": figure.is_met} for figure in self.figures
            ],
        }
        (folder / "bench.json").write_text(json.dumps(told, indent=2, ensure_ascii=False) + "\n", "utf-8")
        (folder / "bench.svg").write_text(chart.draw(_bars(self.figures), self.machine), "utf-8")


def show(value: float) -> str:
    """Three digits that mean something."""
    size = abs(value)
    if size >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if size >= 10 else f"{value:.2f}"


def _cells(figure: Figure) -> Sequence[str]:
    reference = f"{show(figure.reference.value)} {figure.reference.name}" if figure.reference else ""
    verdict = {True: "met", False: "[bold red]missed[/]", None: ""}[figure.is_met]
    return (
        figure.name,
        f"{show(figure.value)} {figure.unit}",
        reference,
        f"{show(figure.ratio)} ×" if figure.ratio is not None else "",
        str(figure.aim) if figure.aim else "",
        verdict,
        figure.more,
    )


def _bars(figures: Sequence[Figure]) -> list[chart.Bar]:
    return [
        chart.Bar(
            title=f"{figure.group}: {figure.name}",
            value=figure.value,
            label=f"{show(figure.value)} {figure.unit}",
            reference=figure.reference.value if figure.reference else None,
            reference_label=f"{show(figure.reference.value)} {figure.reference.name}"
            if figure.reference
            else "",
            aim=_find_mark(figure),
            is_met=figure.is_met,
        )
        for figure in figures
    ]


def _find_mark(figure: Figure) -> float | None:
    """Where the aim stands, in the figure's unit."""
    if figure.aim is None:
        return None
    if not figure.aim.times:
        return figure.aim.bound
    return figure.aim.bound * figure.reference.value if figure.reference else None
