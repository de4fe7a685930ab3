"""The web client's files as they are served, and that nothing of a page comes from anywhere else."""

import gzip
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from deskchat.domain.errors import MethodNotAllowed, NotFound
from deskchat.http import client
from tests.api.browser import Browser, assert_refused
from tests.serving import Serving, running_server

PAGE = '<!doctype html><title>Deskchat</title><script type="module" src="/assets/app-1a2b.js"></script>'
SCRIPT = "console.log('Deskchat')\n" * 100


@pytest.fixture
def built(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Serving]:
    """A server of a client as the build leaves one."""
    (tmp_path / "dist" / "assets").mkdir(parents=True)
    (tmp_path / "dist" / "index.html").write_text(PAGE)
    (tmp_path / "dist" / "icon.svg").write_text("<svg/>")
    (tmp_path / "dist" / "assets" / "app-1a2b.js").write_text(SCRIPT)
    (tmp_path / "dist" / "assets" / "font-3c4d.woff2").write_bytes(bytes(100))
    (tmp_path / "dist" / "assets" / "app-1a2b.js.map").write_text("{}")
    (tmp_path / "secret.txt").write_text("secret")
    monkeypatch.setattr(client, "find_folder", lambda: tmp_path / "dist")
    with running_server() as serving:
        yield serving


@pytest.mark.parametrize(
    "path", ["/", "/index.html", "/sign-in", "/rooms/17", "/a/b/c.d", "/healthz/more", "/%00"]
)
def test_every_address_that_is_no_file_is_the_clients_own(built: Serving, path: str) -> None:
    with Browser(built) as browser:
        answer = browser.get(path)
        assert (answer.status_code, answer.text) == (200, PAGE)
        assert answer.headers["content-type"] == "text/html; charset=utf-8"
        assert answer.headers["cache-control"] == "no-cache"


def test_files_with_a_hash_in_their_name_are_kept_for_ever(built: Serving) -> None:
    with Browser(built) as browser:
        script = browser.get("/assets/app-1a2b.js")
        assert script.text == SCRIPT
        assert script.headers["content-type"] == "text/javascript; charset=utf-8"
        assert "immutable" in script.headers["cache-control"]
        assert browser.get("/assets/font-3c4d.woff2").headers["content-type"] == "font/woff2"
        assert browser.get("/icon.svg").headers["cache-control"] == "no-cache"


def test_what_packs_well_is_sent_packed_to_who_unpacks(built: Serving) -> None:
    with Browser(built) as browser:
        packed = browser.get("/assets/app-1a2b.js", headers={"Accept-Encoding": "br, gzip"})
        assert packed.headers["content-encoding"] == "gzip"
        assert (
            int(packed.headers["content-length"])
            == len(gzip.compress(SCRIPT.encode(), mtime=0))
            < len(SCRIPT)
        )
        plain = browser.get("/assets/app-1a2b.js", headers={"Accept-Encoding": "identity"})
        assert "content-encoding" not in plain.headers
        assert packed.text == plain.text
        assert packed.headers["vary"] == "Accept-Encoding"


@pytest.mark.parametrize(
    "path",
    [
        "/assets/app-old.js",
        "/assets/",
        "/assets/../secret.txt",
        "/assets/%2e%2e/%2e%2e/secret.txt",
        "/assets/app-1a2b.js.map",
    ],
)
def test_a_file_that_is_not_there_is_not_a_page(built: Serving, path: str) -> None:
    with Browser(built) as browser:
        answer = browser.get(path)
        assert "secret" not in answer.text
        if answer.status_code != 200:
            assert_refused(answer, NotFound)


def test_pages_are_only_read(built: Serving) -> None:
    with Browser(built) as browser:
        assert browser.head("/").headers["content-length"] == str(len(PAGE))
        assert_refused(browser.post("/"), MethodNotAllowed)


def test_a_server_without_a_client_says_how_to_get_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "find_folder", lambda: None)
    with running_server() as serving, Browser(serving) as browser:
        answer = browser.get("/")
        assert answer.status_code == 503
        assert "make setup" in answer.text
        assert browser.get("/healthz").status_code == 200


def test_the_client_that_is_built_here_loads_nothing_from_elsewhere() -> None:
    files = client.load(client.find_folder())
    assert "/index.html" in files
    page = files["/index.html"].body.decode()
    sources = re.findall(r'(?:src|href)="([^"]*)"', page)
    assert sources
    assert all(source in files for source in sources)
    assert "<style" not in page
    assert not re.search(r"<script(?![^>]*src=)", page)
    for path, file in files.items():
        if path.endswith(".css"):
            assert not re.search(rb"url\(\s*['\"]?(?:https?:)?//|@import", file.body), path
        if path.endswith((".js", ".css", ".html")):
            assert not re.search(rb"//(?:fonts|cdn|unpkg|www\.google)[.\w]*", file.body), path
