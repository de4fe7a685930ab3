"""The same commands, for a workspace that is kept in PostgreSQL."""

from collections.abc import Iterator

import pytest

from deskchat.config import BadSetting, Settings
from tests.cli.terminal import Terminal, serve
from tests.postgres import Postgres


@pytest.fixture
def url(postgres: Postgres, terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Of an empty database, which the environment names."""
    with postgres.empty_database() as url:
        monkeypatch.setenv("DESKCHAT_DATABASE", url)
        yield url


def test_a_server_is_started_by_naming_the_database_and_nothing_else(terminal: Terminal, url: str) -> None:
    with serve(terminal) as server:
        assert server.find(r"(http://\S+/set-up#\S+)")
        assert "None" not in terminal.succeed("user", "list")
        assert "runs and answers" in terminal.succeed("doctor")
    assert sorted(path.name for path in terminal.data.iterdir()) == ["control.sock", "lock"]
    assert terminal.succeed("user", "add", "fay@halden.example").startswith("http://")
    assert "Nothing in it is damaged" in terminal.succeed("doctor")


def test_backups_are_made_where_the_database_is(terminal: Terminal, url: str) -> None:
    backup = terminal.folder / "kept"
    backup.touch()
    for command in (["backup", "made"], ["restore", "kept"]):
        assert "pg_dump" in terminal.fail(*command)
    assert not (terminal.folder / "made").exists()


@pytest.mark.parametrize("command", [["serve", "--port", "0"], ["user", "list"]])
def test_a_database_that_does_not_answer_is_told_without_its_password(
    terminal: Terminal, command: list[str]
) -> None:
    said = terminal.fail(*command, "--database", "postgresql://asha:top-secret@127.0.0.1:1/deskchat")
    assert "cannot be opened" in said
    assert "top-secret" not in said


def test_the_doctor_says_that_a_database_does_not_answer(terminal: Terminal) -> None:
    said = terminal.run("doctor", "--database", "postgresql://asha:top-secret@127.0.0.1:1/deskchat")
    assert said.code == 1
    assert "cannot be read" in said.out
    assert "top-secret" not in said.out


@pytest.mark.parametrize("url", ["deskchat", "mysql://asha:top-secret@host/deskchat", "sqlite:///deskchat"])
def test_an_address_of_something_else_is_refused_without_its_password(url: str) -> None:
    with pytest.raises(BadSetting, match="DESKCHAT_DATABASE") as refused:
        Settings(database=url)
    assert "top-secret" not in str(refused.value)


def test_settings_show_no_password() -> None:
    assert "top-secret" not in repr(Settings(database="postgresql://asha:top-secret@host/deskchat"))
