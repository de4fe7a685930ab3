"""A cell of the matrix: a request, who sends it, and what is answered."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby
from string import Template

import httpx
import pytest

from deskchat.domain.ids import LARGEST_ID
from tests.permissions.matrix import Row, Who
from tests.permissions.office import Names, Office, Person, cookie
from tests.serving import ENOUGH, Serving

UNKNOWN: Names = {
    "room": LARGEST_ID,
    "colleague": LARGEST_ID,
    "inactive": LARGEST_ID,
    "invitation": LARGEST_ID,
    "others_session": LARGEST_ID,
    "own_session": LARGEST_ID,
    "others_message": LARGEST_ID,
    "own_message": LARGEST_ID,
    "others_connection": "never-opened",
    "own_connection": "never-opened",
}
"""What has never been, by the names of what is there."""


@dataclass(frozen=True)
class Cell:
    row: str
    who: Who
    answer: str

    def __str__(self) -> str:
        return f"{self.who}: {self.row}"

    @property
    def refused(self) -> bool:
        return self.answer.startswith("4")

    @property
    def names(self) -> list[str]:
        return Template(self.row).get_identifiers()

    def filled(self, names: Names) -> str:
        return Template(self.row).substitute(names)

    def about(self, names: Names) -> Line:
        return Line.of(self.filled(names))


def list_cells(table: Mapping[str, Row]) -> list[Cell]:
    return [
        Cell(row, who, answer)
        for row, answers in table.items()
        for who, answer in zip(Who, answers, strict=True)
    ]


def together(cells: Iterable[Cell], by: Callable[[Cell], str]) -> pytest.MarkDecorator:
    """A test for all `cells` that have the same, one after the other: for what changes nothing."""
    alike = groupby(sorted(cells, key=by), by)
    return pytest.mark.parametrize("cells", [pytest.param([*those], id=name) for name, those in alike])


@dataclass(frozen=True)
class Line:
    """A row taken apart: `POST /path {"body": …}`."""

    method: str
    path: str
    body: str | None = None

    @classmethod
    def of(cls, row: str, names: Names | None = None) -> Line:
        method, path, *body = Template(row).safe_substitute(names or {}).split(maxsplit=2)
        return cls(method, path, *body)

    def parameters_of(self, path: str) -> dict[str, str] | None:
        """What stands at the `{names}` of a path, if this line is of it."""
        pattern = re.sub(r"\\{(\w+)\\}", r"(?P<\1>[^/]+)", re.escape(path))
        found = re.fullmatch(pattern, self.path.partition("?")[0])
        return found.groupdict() if found else None


class Browser:
    """Sends requests, each with the cookie of who it is; keeps none that it is given."""

    def __init__(self, serving: Serving) -> None:
        self._serving = serving
        self._client = httpx.Client(base_url=serving.url, trust_env=False, verify=False, timeout=ENOUGH)

    def close(self) -> None:
        self._client.close()

    def send(self, office: Office, who: Who, line: Line, headers: Mapping[str, str] = {}) -> httpx.Response:
        own = {} if who is Who.ANONYMOUS else cookie(self._serving, office.person(who))
        return self._send(line, {**own, **headers})

    def open_connection(self, person: Person) -> str:
        """By long polling."""
        opened = self._send(Line("POST", "/api/v1/connections"), cookie(self._serving, person))
        return str(opened.json()["id"])

    def _send(self, line: Line, headers: Mapping[str, str]) -> httpx.Response:
        typed = {"Content-Type": "application/json"} if line.body else {}
        response = self._client.request(
            line.method, line.path, content=line.body, headers={**typed, **headers}
        )
        self._client.cookies.clear()
        return response


def answer_of(response: httpx.Response) -> str:
    """As the matrix says it."""
    if response.is_success:
        return str(response.status_code)
    problem = response.json()
    assert problem["status"] == response.status_code
    return f"{response.status_code} {problem['code']}"


def all_that_is_told(response: httpx.Response) -> tuple[int, list[tuple[str, str]], bytes]:
    """The answer, byte for byte, but for the number of the request and the time of day."""
    headers = [
        (name, value)
        for name, value in response.headers.multi_items()
        if name not in ("date", "x-request-id")
    ]
    return response.status_code, headers, re.sub(rb'"request":"[0-9a-f]{16}"', b"", response.content)
