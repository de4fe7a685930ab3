"""`deskchat serve`: how it starts, whom it refuses, how it ends."""

import json
import signal
import socket
import sqlite3
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from deskchat import app
from deskchat.app import ServerFailed
from deskchat.config import Settings
from tests.cli.program import Run
from tests.cli.terminal import Server, Terminal, own, serve
from tests.forked import ENOUGH
from tests.serving import Serving, running_server

SET_UP = {
    "organisation": "Halden Pumps",
    "name": "Asha Rao",
    "email": "asha@example.com",
    "password": "pump it up!",
}


def test_the_first_start_prints_a_link_that_makes_its_holder_the_owner(terminal: Terminal) -> None:
    with serve(terminal) as server:
        with httpx.Client(base_url=server.url) as asha:
            own(asha, server.find(r"/set-up#(\S+)"))
            assert asha.get("/api/v1/session").json()["user"]["role"] == "owner"
        assert "#" not in server.stop()
    with serve(terminal) as server:
        assert server.url
        assert "#" not in server.stop()


def test_the_log_is_json_on_the_standard_output_and_never_has_the_link(terminal: Terminal) -> None:
    with Server(terminal, "serve", "--port", "0", "--log-level", "info") as server:
        with httpx.Client(base_url=server.url) as asha:
            token = server.find(r"/set-up#(\S+)")
            own(asha, token)
        line = server.print_line()
    assert json.loads(line)["event"] == "request"
    assert token not in line


def test_it_is_started_by_its_name(tmp_path: Path) -> None:
    """In the other tests it is forked from a process that has read it."""
    command = [sys.executable, "-m", "deskchat", "serve", "--port", "0", "--data", str(tmp_path / "data")]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as server:
        assert server.stderr
        try:
            assert " is on http://" in server.stderr.readline()
        finally:
            server.terminate()
        server.communicate(timeout=ENOUGH)
    assert server.returncode == 0


@pytest.mark.parametrize("by", [signal.SIGTERM, signal.SIGINT])
def test_a_server_ends_when_it_is_told_to(terminal: Terminal, by: signal.Signals) -> None:
    with serve(terminal) as server:
        assert server.url
        server.stop(by)
    assert not (terminal.data / "deskchat.sqlite3-wal").exists()


def test_settings_come_from_the_environment_as_well(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        monkeypatch.setenv("DESKCHAT_PORT", str(taken.getsockname()[1]))
        monkeypatch.setenv("DESKCHAT_DATA", str(tmp_path / "elsewhere"))
        run("serve").assert_told_plainly(f"port {taken.getsockname()[1]}")
    assert (tmp_path / "elsewhere").is_dir()


def test_a_taken_port_is_told_and_how_to_take_another(run: Run) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        run("serve", "--port", taken.getsockname()[1]).assert_told_plainly("--port", "in use")


def test_an_address_of_another_machine_is_told(run: Run) -> None:
    run("serve", "--host", "192.0.2.1", "--port", 0).assert_told_plainly("192.0.2.1")


def test_a_folder_in_use_is_told(run: Run, serving: Serving) -> None:
    refused = run("serve", "--port", 0, "--data", serving.parts.settings.data)
    refused.assert_told_plainly(str(serving.parts.settings.data), "process")


def test_a_folder_that_cannot_be_made_is_told(run: Run, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    run("serve", "--port", 0, "--data", tmp_path / "file" / "data").assert_told_plainly("file")


def test_a_database_newer_than_the_program_is_told_and_left_alone(run: Run, stopped: Serving) -> None:
    database = stopped.parts.settings.data / "deskchat.sqlite3"
    with sqlite3.connect(database) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    before = database.read_bytes()
    run("serve", "--port", 0, "--data", database.parent).assert_told_plainly("newer")
    assert database.read_bytes() == before


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("--url", "chat.example.com"),
        ("--url", "https://chat.example.com/chat"),
        ("--url", "https://chat.example.com:port"),
        ("--trusted-proxies", "10.0.0.1,proxy"),
    ],
)
def test_a_setting_that_cannot_work_is_told(run: Run, option: str, value: str) -> None:
    run("serve", option, value).assert_told_plainly("DESKCHAT_")


def test_the_process_ends_with_an_error_when_the_database_fails(tmp_path: Path) -> None:
    with pytest.raises(ServerFailed), running_server(tmp_path / "data") as serving:
        serving.call(serving.parts.store.failed.set)  # type: ignore[attr-defined]


def test_a_server_on_ipv6_is_reached_there() -> None:
    with app.listen(Settings(host="::1", port=0)) as listener:
        address = listener.getsockname()
    assert Settings(host="::1").at_port(address[1]).public_url == f"http://[::1]:{address[1]}"
