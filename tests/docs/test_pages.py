"""What the pages point at is there, and nothing that people are served comes from anywhere else."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.docs.pages import PAGES, ROOT, code_lines, read

EVERY_PAGE = pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))

_LINK = re.compile(r"\]\(([^)#:]+)(?:#[^)]*)?\)")
_TARGET = re.compile(r"^([a-z-]+):.*##", re.MULTILINE)
_ADDRESS = re.compile(r"""(?:https?:|url\(|["'`(=])//[\w-]+\.[\w.-]+""")

NAMES_NOT_PLACES = {"www.w3.org"}
"""In the names of XML vocabularies, which nothing fetches."""


@EVERY_PAGE
def test_every_link_within_the_project_leads_somewhere(page: Path) -> None:
    missing = [target for target in _LINK.findall(page.read_text()) if not (page.parent / target).exists()]
    assert missing == []


@EVERY_PAGE
def test_every_make_command_on_a_page_is_one(page: Path) -> None:
    targets = set(_TARGET.findall(read("Makefile")))
    asked = [line.split()[1] for line in code_lines(page.read_text()) if re.match(r"make [a-z]", line)]
    assert set(asked) <= targets


SOURCES = sorted(
    path
    for path in [ROOT / "web/index.html", *(ROOT / "web/src").rglob("*"), *(ROOT / "web/public").rglob("*")]
    if path.suffix in {".html", ".vue", ".ts", ".css", ".svg", ".json", ".webmanifest"}
)


def test_the_client_asks_nobody_but_its_own_server() -> None:
    assert len(SOURCES) > 20
    found = {
        f"{path.relative_to(ROOT)}: {address}"
        for path in SOURCES
        for address in _ADDRESS.findall(path.read_text())
        if not any(name in address for name in NAMES_NOT_PLACES)
    }
    assert found == set()


LOCKED = ("requirements.txt", "requirements-dev.txt", "requirements-node.txt", "web/package-lock.json")


@pytest.mark.parametrize("file", LOCKED)
def test_what_is_locked_names_no_place_to_fetch_it_from(file: str) -> None:
    """So it is fetched from wherever the machine that installs it fetches packages."""
    fetched = re.findall(r'"resolved"|--(?:extra-)?index-url|--find-links|@ https?:', read(file))
    assert fetched == []
