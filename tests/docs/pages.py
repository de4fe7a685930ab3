"""The project's pages, and what is said in their tables."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])

_CODE = re.compile(r"`([^`]+)`")


def read(page: str) -> str:
    return (ROOT / page).read_text()


def table(page: str, heading: str) -> list[list[str]]:
    """The cells of the one table with this header row, without the header: `table("README.md", "status | code")`."""
    lines = iter(read(page).splitlines())
    next(line for line in lines if line.startswith(f"| {heading} "))
    return [*_rows(lines)]


def _rows(lines: Iterator[str]) -> Iterator[list[str]]:
    next(lines)
    for line in lines:
        if not line.startswith("|"):
            return
        yield [cell.strip() for cell in line.strip("|").split("|")]


def names(cell: str) -> list[str]:
    """What stands in a cell `like this`."""
    return _CODE.findall(cell)


def code_lines(text: str) -> Iterator[str]:
    """The lines of fenced blocks, and what stands in the text `like this`."""
    for index, part in enumerate(text.split("```")):
        if index % 2:
            yield from part.splitlines()[1:]
        else:
            yield from _CODE.findall(part)
