"""A database that the first release has written, with everything in it that it kept, is served by today's program."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest

from tests.cli.terminal import Terminal, serve
from tests.engines import ENGINES
from tests.postgres import Postgres
from tests.serving import PASSWORD
from tests.storage.workspace import TEXTS

DATA = Path(__file__).parents[1] / "storage" / "data"


@pytest.fixture(params=ENGINES)
def workspace(
    request: pytest.FixtureRequest, terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Terminal]:
    """Where its server is started. Made by `tests.storage.workspace.furnish`, with that release."""
    written = (DATA / f"first-release.{request.param}.sql").read_text()
    if request.param == "sqlite":
        terminal.data.mkdir(mode=0o700)
        with closing(sqlite3.connect(terminal.data / "deskchat.sqlite3")) as database:
            database.executescript(written)
        yield terminal
    else:
        postgres: Postgres = request.getfixturevalue("postgres")
        with postgres.empty_database() as url:
            with psycopg.connect(url) as database:
                database.execute(written.encode())
            monkeypatch.setenv("DESKCHAT_DATABASE", url)
            yield terminal


def test_people_sign_in_and_find_everything(workspace: Terminal) -> None:
    with serve(workspace) as server, httpx.Client(base_url=f"{server.url}/api/v1/") as bela:
        sign_in = {"email": "bela@example.com", "password": PASSWORD}
        assert bela.post("session", json=sign_in).status_code == 201
        rooms = {room["name"]: room for room in _get(bela, "rooms")["rooms"]}
        assert set(rooms) == {"Asha Rao", "Launch 🚀", "Nobody has written here"}
        assert rooms["Launch 🚀"]["unread"] == 1
        assert rooms["Asha Rao"]["unread"] == 9

        group = rooms["Launch 🚀"]["id"]
        messages = _get(bela, f"rooms/{group}/messages?limit=50")["messages"]
        assert [message["text"] for message in messages] == [
            "The truck leaves at eleven",
            "",
            *TEXTS[2:],
            "@Bela Kovács and @Emre Yıldız, have a look",
        ]
        assert len(messages[-1]["mentions"]) == 2
        revisions = _get(bela, f"rooms/{group}/messages/1/revisions")
        assert TEXTS[0] in str(revisions)
        for text in TEXTS[2:]:
            found = bela.get("search", params={"q": text.split()[0], "room": group}).json()
            assert text in [hit["message"]["text"] for hit in found["hits"]]

        posted = bela.post(f"rooms/{group}/messages", json={"key": "new", "text": "and on we go"})
        assert posted.json()["number"] == 14


def test_nothing_is_wrong_with_it(workspace: Terminal) -> None:
    with serve(workspace) as server:
        assert server.url
    assert "Nothing in it is damaged" in workspace.succeed("doctor", "--port", "0")


def _get(client: httpx.Client, address: str) -> Any:
    answer = client.get(address)
    assert answer.status_code == 200, answer.text
    return answer.json()
