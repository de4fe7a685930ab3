"""Who asks, of which office, and with what in the place of the names: whatever was changed is there anew afterwards."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from enum import Enum, auto
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import requests
from schemathesis import Case, Response

from deskchat.http.limits import Limits
from tests.permissions.cells import Browser, Line
from tests.permissions.matrix import Who
from tests.permissions.office import Office, cookie, open_office
from tests.serving import ENOUGH, Serving


class Known(Enum):
    """What of a request is taken from the permission matrix, and so is there; the rest is made up."""

    ALL = auto()
    ADDRESS = auto()
    NOTHING = auto()


class Desk:
    def __init__(self, serving: Serving) -> None:
        self._serving = serving
        self._browser = Browser(serving)
        self._session = requests.Session()
        self._session.trust_env = False
        self._offices: dict[Who, Office] = {}

    def close(self) -> None:
        self._browser.close()
        self._session.close()

    def ask(self, case: Case[Any], who: Who, row: str, known: Known) -> Response:
        self._serving.parts.limits.strangers = Limits().strangers
        if known is not Known.NOTHING:
            _fill(case, self._name(row, who), known)
        response: Response = case.call(self._serving.url, self._session, self._headers(who), timeout=ENOUGH)
        self._session.cookies.clear()
        if case.method != "GET" and response.status_code < 400:
            self._offices.pop(who, None)
        return response

    def _headers(self, who: Who) -> dict[str, str]:
        return {} if who is Who.ANONYMOUS else cookie(self._serving, self._office(who).person(who))

    def _name(self, row: str, who: Who) -> Line:
        return Line.of(row, self._office(who).names(who))

    def _office(self, who: Who) -> Office:
        if who not in self._offices:
            self._offices[who] = self._open(who)
        return self._offices[who]

    def _open(self, who: Who) -> Office:
        office = open_office(self._serving)
        connections = {
            "own_connection": self._browser.open_connection(office.person(who)),
            "others_connection": self._browser.open_connection(office.dana),
        }
        self._serving.do(office.settle)
        return replace(office, connections=connections)


def _fill(case: Case[Any], line: Line, known: Known) -> None:
    case.path_parameters.update(_typed((line.parameters_of(case.path) or {}).items()))
    case.query.update(_typed(parse_qsl(urlsplit(line.path).query)))
    if known is Known.ALL and line.body:
        case.body = json.loads(line.body)


def _typed(said: Iterable[tuple[str, str]]) -> dict[str, int | str]:
    """As the document has them: what is wrong beside them is looked at, and not the types of these."""
    return {name: int(value) if value.isdigit() else value for name, value in said}
