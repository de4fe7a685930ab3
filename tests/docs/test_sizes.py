"""A mirror: how large functions and files of the server are. `pytest tests/docs/test_sizes.py -s` shows it."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from statistics import median, quantiles

from tests.docs.pages import ROOT

LARGEST_FUNCTION = 80
LARGEST_FILE = 400


@dataclass(frozen=True, order=True)
class Sized:
    lines: int
    name: str


def files() -> Iterator[Sized]:
    for path in sorted((ROOT / "deskchat").rglob("*.py")):
        if "migrations" not in path.parts:  # they are tables, written once
            yield Sized(len(path.read_text().splitlines()), str(path.relative_to(ROOT)))


def functions() -> Iterator[Sized]:
    for file in files():
        for node in ast.walk(ast.parse((ROOT / file.name).read_text())):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield Sized(
                    (node.end_lineno or 0) - node.lineno + 1, f"{file.name}:{node.lineno} {node.name}"
                )


def show(what: str, found: list[Sized]) -> None:
    lines = [one.lines for one in found]
    p90 = quantiles(lines, n=10)[-1]
    largest = ", ".join(f"{one.name} {one.lines}" for one in sorted(found, reverse=True)[:3])
    sys.stdout.write(
        f"\n{len(found)} {what}: median {median(lines):.0f} lines, p90 {p90:.0f}, max {max(lines)} ({largest})"
    )


def test_functions_are_small() -> None:
    found = [*functions()]
    show("functions", found)
    assert [one for one in found if one.lines > LARGEST_FUNCTION] == []


def test_files_are_small() -> None:
    found = [*files()]
    show("files", found)
    assert [one for one in found if one.lines > LARGEST_FILE] == []
