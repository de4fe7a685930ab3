"""`deskchat move`, to PostgreSQL and back, as who runs a server meets it."""

from collections.abc import Iterator

import httpx
import pytest

from tests.cli.terminal import Terminal, own, serve
from tests.postgres import Postgres


@pytest.fixture
def url(postgres: Postgres) -> Iterator[str]:
    """Of an empty database."""
    with postgres.empty_database() as url:
        yield url


def test_a_workspace_is_moved_to_postgresql_and_back_with_all_who_are_signed_in(
    terminal: Terminal, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with httpx.Client() as asha:
        with serve(terminal) as server:
            asha.base_url = server.url
            own(asha, server.find(r"/set-up#(\S+)"))
            group = {"kind": "group", "key": "launch", "name": "Launch", "users": []}
            room = asha.post("/api/v1/rooms", json=group).json()["id"]
            messages = f"/api/v1/rooms/{room}/messages"
            assert asha.post(messages, json={"key": "1", "text": "in a file"}).json()["number"] == 1
            assert "Stop it first" in terminal.fail("move", "--to", url)

        said = terminal.succeed("move", "--to", url)
        assert _count(said, "message") == "1"
        assert "DESKCHAT_DATABASE=postgresql://" in said
        monkeypatch.setenv("DESKCHAT_DATABASE", url)
        with serve(terminal) as server:
            asha.base_url = server.url
            assert asha.post(messages, json={"key": "2", "text": "in PostgreSQL"}).json()["number"] == 2
            assert "Stop it first" in terminal.fail("move", "--to", "back")

        assert "not empty" in terminal.fail("move", "--to", "data")
        assert "without DESKCHAT_DATABASE" in terminal.succeed("move", "--to", "back")
        monkeypatch.delenv("DESKCHAT_DATABASE")
        monkeypatch.setenv("DESKCHAT_DATA", "back")
        with serve(terminal) as server:
            asha.base_url = server.url
            texts = [message["text"] for message in asha.get(messages).json()["messages"]]
            assert texts == ["in a file", "in PostgreSQL"]
    assert "Nothing in it is damaged" in terminal.succeed("doctor", "--port", "0")


def test_an_address_of_something_else_is_refused_without_its_password(terminal: Terminal) -> None:
    with serve(terminal) as server:
        assert server.url
    for address in ("mysql://asha:top-secret@host/deskchat", "postgresql://asha:top-secret@127.0.0.1:1/none"):
        assert "top-secret" not in terminal.fail("move", "--to", address)
    assert "postgresql://USER@HOST/NAME" in terminal.fail("move", "--to", "sqlite:///deskchat")


def test_where_no_workspace_is_nothing_is_moved(terminal: Terminal, url: str) -> None:
    assert "no workspace" in terminal.fail("move", "--to", url)
    assert "no workspace" in terminal.fail("move", "--to", "elsewhere", "--database", url)


def _count(said: str, name: str) -> str:
    """Of the rows of a table."""
    return next(line.split()[1] for line in said.splitlines() if line.startswith(f"{name} "))
