"""Nothing is missing from the matrix: no route, no command, no cell."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast, get_args

from litestar import Litestar
from litestar.routes import HTTPRoute

from deskchat.demo import Demo
from deskchat.http import routes
from deskchat.http.parts import Parts
from deskchat.realtime.frames import Command
from deskchat.storage.store import read_clock
from tests.permissions.cells import Line
from tests.permissions.matrix import COMMANDS, DEMO, ROUTES, Who

OF_THE_FRAMEWORK = "OPTIONS"
"""Answered from the list of routes alone, alike for everybody."""


def list_routes(extra: bool = False) -> set[str]:
    """As `METHOD /path/{name}`: what the application itself says that it serves."""
    door = Demo(read_clock).routes() if extra else []
    envelope: Any = routes.build(cast("Parts", None), {}, door)
    return set(_list_routes(envelope._app))


def _list_routes(app: Litestar) -> Iterator[str]:
    for route in app.routes:
        methods = route.methods if isinstance(route, HTTPRoute) else {"SOCKET"}
        yield from (f"{method} {route.path_format}" for method in methods if method != OF_THE_FRAMEWORK)


def find_route(row: str, served: set[str]) -> str | None:
    """The one with the fewest names, as the server itself would."""
    line = Line.of(row)
    ways = [way for way in served if way.split()[0] == line.method]
    found = [way for way in ways if line.parameters_of(way.split()[1]) is not None]
    return min(found, key=lambda way: way.count("{"), default=None)


def test_every_route_is_in_the_matrix_and_nothing_else() -> None:
    served = list_routes()
    assert {find_route(row, served) for row in ROUTES} == served


def test_a_demo_adds_its_own_door_alone() -> None:
    assert list_routes(extra=True) - list_routes() == DEMO


def test_every_command_is_in_the_matrix_and_nothing_else() -> None:
    commands = {command.__struct_config__.tag for command in get_args(Command)}
    assert {row.split()[0] for row in COMMANDS} == commands


def test_every_row_has_a_cell_for_everybody() -> None:
    assert {len(row) for row in [*ROUTES.values(), *COMMANDS.values()]} == {len(Who)}
