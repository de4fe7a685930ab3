"""What the doctor finds, and how it says to mend it. That it finds nothing where nothing is wrong: see `test_backup`."""

from __future__ import annotations

import resource
import shutil
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from sqlalchemy import text

from deskchat.config import Settings
from deskchat.storage import postgresql
from deskchat.storage.folder import DataFolder
from deskchat.storage.migrations import HALF_MOVED, set_revision
from deskchat.storage.sqlite import create_writer
from tests.cli.program import Said
from tests.cli.terminal import Terminal, serve
from tests.postgres import Postgres
from tests.serving import Serving, running_server


def find(said: Said, about: str) -> str:
    """The line of one finding."""
    (line,) = [line for line in said.out.splitlines() if f" {about} " in line]
    return line


# The way by the public address


@pytest.fixture
def port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


@contextmanager
def serving_as(terminal: Terminal, port: int, url: str) -> Iterator[Serving]:
    with running_server(terminal.data, settings=Settings(url=url), port=port) as serving:
        yield serving


def test_a_way_on_which_all_comes_through_is_fine(terminal: Terminal, port: int) -> None:
    url = f"http://127.0.0.1:{port}"
    with serving_as(terminal, port, url):
        said = terminal.run("doctor", "--url", url)
    assert said.code == 0, said.out
    assert find(said, "way").startswith("fine")
    assert find(said, "WebSocket").startswith("fine")


def test_a_server_that_is_set_up_for_another_address_is_found_out(terminal: Terminal, port: int) -> None:
    with serving_as(terminal, port, "http://chat.example.org"):
        said = terminal.run("doctor", "--url", f"http://127.0.0.1:{port}")
    assert said.code == 1
    assert find(said, "way").startswith("fine")
    assert "DESKCHAT_URL" in find(said, "WebSocket")


def test_an_address_where_nothing_answers_is_told(terminal: Terminal, port: int) -> None:
    said = terminal.run("doctor", "--url", f"http://127.0.0.1:{port}")
    assert said.code == 1
    assert "does not answer" in find(said, "way")
    assert "WebSocket" not in said.out


class Proxy(BaseHTTPRequestHandler):
    """Passes on what is asked of the server's health, and stops everything else."""

    alive = b"alive\n"
    status = 200

    def do_GET(self) -> None:
        is_health = self.path == "/healthz"
        self.send_response(self.status if is_health else 400)
        self.end_headers()
        self.wfile.write(self.alive if is_health else b"")

    def log_message(self, *_: Any) -> None:
        """To nobody."""


@contextmanager
def running_proxy(port: int) -> Iterator[str]:
    with HTTPServer(("127.0.0.1", port), Proxy) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{port}"
        finally:
            server.shutdown()
            thread.join()


def test_a_proxy_that_stops_sockets_is_told_with_what_it_lacks(terminal: Terminal, port: int) -> None:
    with running_proxy(port) as url:
        said = terminal.run("doctor", "--url", url)
    assert said.code == 1
    assert find(said, "way").startswith("fine")
    assert "Upgrade" in find(said, "WebSocket")


@pytest.mark.parametrize(
    ("status", "alive", "word"), [(502, b"", "502"), (200, b"Welcome!", "something else")]
)
def test_a_proxy_that_leads_elsewhere_is_told(
    terminal: Terminal, port: int, monkeypatch: pytest.MonkeyPatch, status: int, alive: bytes, word: str
) -> None:
    monkeypatch.setattr(Proxy, "status", status)
    monkeypatch.setattr(Proxy, "alive", alive)
    with running_proxy(port) as url:
        said = terminal.run("doctor", "--url", url)
    assert said.code == 1
    assert word in find(said, "way")


def test_a_readable_way_and_a_proxy_that_nobody_believes_are_told(terminal: Terminal) -> None:
    # Names that lead nowhere, anywhere.
    assert "TLS" in find(terminal.run("doctor", "--url", "http://chat.invalid"), "encryption")
    unnamed = terminal.run("doctor", "--url", "https://chat.invalid")
    assert "DESKCHAT_TRUSTED_PROXIES" in find(unnamed, "proxies")
    named = terminal.run("doctor", "--url", "https://chat.invalid", "--trusted-proxies", "10.0.0.1")
    assert "10.0.0.1" in find(named, "proxies")


# The machine


def test_few_files_are_told_with_how_to_allow_more(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(resource, "getrlimit", lambda _: (256, 256))
    assert "ulimit -n" in find(terminal.run("doctor", "--port", "0"), "open files")


@pytest.mark.parametrize(("free", "state"), [(5e7, "problem"), (5e8, "note"), (5e9, "fine")])
def test_a_disk_is_told_before_it_is_full(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch, free: float, state: str
) -> None:
    with serve(terminal) as server:
        assert server.url
    monkeypatch.setattr(shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(10**12, 0, int(free)))
    said = terminal.run("doctor", "--port", "0")
    assert find(said, "disk").startswith(state)
    assert said.code == (state == "problem")


def test_a_port_that_is_taken_is_told_with_how_to_take_another(terminal: Terminal) -> None:
    with serve(terminal) as server:
        assert server.url
    with socket.create_server(("127.0.0.1", 0)) as taken:
        said = terminal.run("doctor", "--port", str(taken.getsockname()[1]))
    assert said.code == 1
    assert "in use" in find(said, "server")


def test_the_port_is_tried_on_an_address_of_ipv6_too(terminal: Terminal) -> None:
    with serve(terminal) as server:
        assert server.url
    assert "None runs." in find(terminal.run("doctor", "--host", "::1", "--port", "0"), "server")


@pytest.mark.parametrize(
    ("revision", "told"), [(HALF_MOVED, "Give the same `deskchat move` again"), ("9999", "newer Deskchat")]
)
def test_a_database_that_no_server_would_begin_on_is_told(
    terminal: Terminal, revision: str, told: str
) -> None:
    with serve(terminal) as server:
        assert server.url
    with create_writer(DataFolder(terminal.data).database).begin() as connection:
        set_revision(connection, revision)
    said = terminal.run("doctor", "--port", "0")
    assert said.code == 1
    assert told in find(said, "database")
    assert "Mend: restore" not in said.out


def test_a_folder_that_others_can_open_is_told(terminal: Terminal) -> None:
    with serve(terminal) as server:
        assert server.url
    Path(terminal.data).chmod(0o755)
    assert "chmod 700" in find(terminal.run("doctor", "--port", "0"), "data folder")


# PostgreSQL


@pytest.fixture
def url(postgres: Postgres) -> Iterator[str]:
    with postgres.migrated_database() as url:
        yield url


def test_what_is_off_in_postgresql_is_told(terminal: Terminal, url: str) -> None:
    """The tests' own server runs so."""
    terminal.data.mkdir(0o700)
    said = terminal.run("doctor", "--port", "0", "--database", url)
    assert said.code == 0, said.out
    assert "fsync off" in said.out
    assert "full_page_writes off" in said.out
    assert "synchronous_commit" not in said.out
    said = terminal.run("doctor", "--port", "0", "--database", f"{url}&options=-csynchronous_commit%3Doff")
    assert "synchronous_commit off" in said.out


def test_few_connections_and_another_clock_are_told(
    terminal: Terminal, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    terminal.data.mkdir(0o700)
    said = terminal.run("doctor", "--port", "0", "--database", url)
    assert "max_connections" not in said.out
    assert "seconds apart" not in said.out
    monkeypatch.setattr(postgresql, "MOST_CONNECTIONS", 1_000)
    monkeypatch.setattr(postgresql, "_READ_CLOCK", text("SELECT extract(epoch FROM clock_timestamp()) + 60"))
    said = terminal.run("doctor", "--port", "0", "--database", url)
    assert "max_connections" in said.out
    assert "60 seconds apart" in said.out


def test_a_database_that_does_not_keep_every_script_is_told(terminal: Terminal, postgres: Postgres) -> None:
    terminal.data.mkdir(0o700)
    with postgres.empty_database("ENCODING 'LATIN1'") as url:
        said = terminal.run("doctor", "--port", "0", "--database", url)
    assert said.code == 1
    assert "ENCODING 'UTF8'" in find(said, "database")
