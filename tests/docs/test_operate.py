"""docs/operate.md leaves out no setting and no command, and no page names a command that there is not."""

from __future__ import annotations

import os
import shlex
from collections.abc import Iterator
from typing import Any

import pytest
import typer.main

from deskchat.cli import cli
from tests.docs.pages import PAGES, ROOT, code_lines, names, read, table

PAGE = "docs/operate.md"
PROGRAM: Any = typer.main.get_command(cli)


def list_commands(group: Any, before: str = "deskchat") -> Iterator[tuple[str, Any]]:
    """`deskchat user add` and its like, with the command."""
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from list_commands(command, f"{before} {name}")
        else:
            yield f"{before} {name}", command


COMMANDS = dict(list_commands(PROGRAM))


def settings_of(command: Any) -> dict[str, tuple[str, str]]:
    """The option and the default of each variable."""
    return {
        parameter.envvar: (parameter.opts[0], str(parameter.default))
        for parameter in command.params
        if parameter.envvar
    }


def test_every_setting_is_named_with_its_option_and_default() -> None:
    rows = table(PAGE, "option | variable")
    named = {names(variable)[0]: names(option)[0] for option, variable, *_ in rows}
    settings = settings_of(COMMANDS["deskchat serve"])
    assert named == {variable: option for variable, (option, _) in settings.items()}
    for _, variable, default, _ in rows:
        expected = settings[names(variable)[0]][1]
        assert not expected or names(default) == [expected]


def test_no_command_has_a_setting_that_serving_has_not() -> None:
    serving = settings_of(COMMANDS["deskchat serve"])
    for command in COMMANDS.values():
        assert settings_of(command).keys() <= serving.keys()


def test_every_command_is_named() -> None:
    page = read(PAGE)
    assert [command for command in COMMANDS if command not in page] == []


def commands_on(page: str) -> Iterator[list[str]]:
    """The words of each `deskchat …` on a page, without settings before it."""
    for line in code_lines(page):
        words = shlex.split(line, comments=True)
        while words and words[0].startswith("DESKCHAT_"):
            del words[0]
        if words[:1] == ["deskchat"] and len(words) > 1:
            yield words


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_command_on_a_page_is_one(page: os.PathLike[str]) -> None:
    for words in commands_on(read(os.fspath(page))):
        command, rest = PROGRAM, words[1:]
        while hasattr(command, "commands") and not rest[0].startswith("--"):
            command = command.commands[rest.pop(0)]
        options = {option for parameter in command.params for option in parameter.opts}
        assert {word for word in rest if word.startswith("--")} <= options | {"--help"}, words
