"""Backup, restore and the doctor, from the command line."""

import httpx

from tests.cli.terminal import Terminal, own, serve

ASHA = {"email": "asha@halden.example", "password": "a long password"}


def test_a_backup_of_a_running_server_is_restored_when_it_has_stopped(terminal: Terminal) -> None:
    with serve(terminal) as server:
        with httpx.Client(base_url=server.url) as asha:
            own(asha, server.find(r"/set-up#(\S+)"))
            terminal.succeed("backup", "kept.sqlite3")
            group = {"kind": "group", "key": "later", "name": "Made later", "users": []}
            assert asha.post("/api/v1/rooms", json=group).status_code == 201
        assert "Stop it first" in terminal.fail("restore", "kept.sqlite3")
    assert "Restored" in terminal.succeed("restore", "kept.sqlite3")
    with serve(terminal) as server, httpx.Client(base_url=server.url) as asha:
        assert asha.post("/api/v1/session", json=ASHA).status_code == 201
        assert asha.get("/api/v1/rooms").json()["rooms"] == []


def test_a_backup_never_writes_over_a_file(terminal: Terminal) -> None:
    with serve(terminal) as server:
        assert server.url
        terminal.succeed("backup", "kept.sqlite3")
        assert "there already" in terminal.fail("backup", "kept.sqlite3")


def test_a_file_that_is_no_backup_changes_nothing(terminal: Terminal) -> None:
    with serve(terminal) as server:
        assert server.url
    (terminal.folder / "letter.txt").write_text("Dear Asha")
    before = (terminal.data / "deskchat.sqlite3").read_bytes()
    terminal.fail("restore", "letter.txt")
    assert (terminal.data / "deskchat.sqlite3").read_bytes() == before


def test_the_doctor_finds_nothing_wrong_with_a_new_workspace(terminal: Terminal) -> None:
    with serve(terminal) as server:
        assert server.url
        terminal.succeed("doctor", "--port", "0")


def test_the_doctor_ends_with_one_for_a_broken_database(terminal: Terminal) -> None:
    with serve(terminal) as server:
        assert server.url
    database = terminal.data / "deskchat.sqlite3"
    pages = bytearray(database.read_bytes())
    pages[4096:12288] = b"\xff" * 8192
    database.write_bytes(pages)
    assert terminal.run("doctor").code == 1
