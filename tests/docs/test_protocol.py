"""docs/protocol.md leaves nothing out that a connection or an answer can say."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, get_args

from deskchat.domain.errors import Refusal
from deskchat.realtime.frames import Command, Frame
from deskchat.realtime.outlet import Close
from tests.docs.pages import names, table

PAGE = "docs/protocol.md"

OF_THE_PROTOCOL = {1002, 1007, 1009}
"""How the WebSocket library ends a connection that breaks the rules of WebSockets."""


def tags(union: Any) -> set[str]:
    return {str(member.__struct_config__.tag) for member in get_args(union)}


def refusals(kind: type[Refusal] = Refusal) -> Iterator[type[Refusal]]:
    for narrower in kind.__subclasses__():
        yield narrower
        yield from refusals(narrower)


def test_every_command_is_named_with_its_fields() -> None:
    rows = table(PAGE, "`do`")
    assert {names(row[0])[0] for row in rows} == tags(Command)
    named = {names(row[0])[0]: set(names(row[1])) for row in rows}
    for command in get_args(Command):
        assert named[command.__struct_config__.tag] == set(command.__struct_fields__) - {"ref"}


def test_every_frame_is_named() -> None:
    named = [name for row in table(PAGE, "`type`") for name in names(row[0])]
    assert sorted(named) == sorted(tags(Frame))


def test_every_problem_is_named_by_its_status_and_code() -> None:
    named = [(int(row[0]), names(row[1])[0]) for row in table(PAGE, "status")]
    assert sorted(named) == sorted((refusal.status, refusal.code) for refusal in refusals())


def test_every_close_code_is_named() -> None:
    named = [int(code) for row in table(PAGE, "closed with") for code in names(row[0])]
    assert sorted(named) == sorted(OF_THE_PROTOCOL | set(map(int, Close)))
