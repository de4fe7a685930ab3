"""Accounts by whoever runs the server, whether it runs or not."""

from collections.abc import Iterator

import httpx
import pytest

from tests.cli.terminal import Server, Terminal, own, serve

ASHA = {"email": "asha@halden.example", "password": "a long password"}


@pytest.fixture
def server(terminal: Terminal) -> Iterator[Server]:
    with serve(terminal) as server:
        yield server


@pytest.fixture
def asha(server: Server) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=server.url) as asha:
        own(asha, server.find(r"/set-up#(\S+)"))
        yield asha


def test_a_user_is_invited_by_a_link_while_the_server_runs(terminal: Terminal, asha: httpx.Client) -> None:
    link = terminal.succeed("user", "add", "bela@halden.example")
    assert link.startswith(f"{asha.base_url}".rstrip("/") + "/invitation#")
    bela = {"token": link.partition("#")[2], "name": "Bela Kovács", "password": "another long one"}
    answer = asha.post("/api/v1/invitations/accept", json=bela)
    assert answer.json()["user"] == answer.json()["user"] | {"email": "bela@halden.example", "role": "member"}
    listed = terminal.succeed("user", "list")
    assert "Asha Rao" in listed
    assert "Bela Kovács" in listed


def test_the_same_works_while_no_server_runs(terminal: Terminal, server: Server, asha: httpx.Client) -> None:
    server.stop()
    assert "/invitation#" in terminal.succeed("user", "add", "bela@halden.example", "--owner")
    assert "/reset#" in terminal.succeed("user", "reset", "asha@halden.example")
    assert "Asha Rao" in terminal.succeed("user", "list")


def test_a_forgotten_password_is_set_by_a_link(terminal: Terminal, asha: httpx.Client) -> None:
    link = terminal.succeed("user", "reset", "asha@halden.example")
    new = {"token": link.partition("#")[2], "password": "a new long password"}
    assert asha.post("/api/v1/resets/redeem", json=new).status_code == 204
    assert asha.get("/api/v1/session").status_code == 401
    assert asha.post("/api/v1/session", json=ASHA).status_code == 401
    assert asha.post("/api/v1/session", json=ASHA | {"password": new["password"]}).status_code == 201


def test_who_is_deactivated_is_out_at_once_until_reactivated(terminal: Terminal, asha: httpx.Client) -> None:
    link = terminal.succeed("user", "add", "bela@halden.example")
    made = {"token": link.partition("#")[2], "name": "Bela Kovács", "password": "another long one"}
    with httpx.Client(base_url=asha.base_url) as bela:
        assert bela.post("/api/v1/invitations/accept", json=made).status_code == 201
        assert "deactivated" in terminal.succeed("user", "deactivate", "bela@halden.example")
        assert bela.get("/api/v1/session").status_code == 401
        assert "deactivated" not in terminal.succeed("user", "reactivate", "bela@halden.example")
        signing_in = {"email": "bela@halden.example", "password": made["password"]}
        assert bela.post("/api/v1/session", json=signing_in).status_code == 201


@pytest.mark.parametrize("command", ["reset", "deactivate", "reactivate"])
def test_a_stranger_is_said_to_be_one(terminal: Terminal, asha: httpx.Client, command: str) -> None:
    assert terminal.fail("user", command, "mallory@halden.example")


def test_the_only_owner_stays(terminal: Terminal, asha: httpx.Client) -> None:
    assert "only owner" in terminal.fail("user", "deactivate", "asha@halden.example")


def test_a_folder_without_a_workspace_is_not_made_into_one(terminal: Terminal) -> None:
    assert "no workspace" in terminal.fail("user", "list", "--data", "elsewhere")
    assert not (terminal.folder / "elsewhere").exists()


@pytest.mark.parametrize("name", ["[/]", "[red]Asha[/red]", ":smile:"])
def test_what_somebody_is_called_is_listed_as_it_is(
    terminal: Terminal, asha: httpx.Client, name: str
) -> None:
    assert asha.patch("/api/v1/profile", json={"name": name}).status_code == 200
    assert name in terminal.succeed("user", "list")
