"""A browser at the API. Whatever it is answered must be in the OpenAPI document, and have the headers of every answer."""

from __future__ import annotations

import re
from functools import cache
from typing import Any, NamedTuple

import httpx

from deskchat.domain.errors import Refusal
from deskchat.domain.users import User
from tests.document import document
from tests.serving import ENOUGH, Serving

API = "/api/v1"

ON_EVERY_ANSWER = {
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
}


class Browser(httpx.Client):
    """Of a user who is signed in, or of somebody who is not. `address`: of this machine, from which it comes."""

    def __init__(self, serving: Serving, user: User | None = None, address: str = "127.0.0.1") -> None:
        super().__init__(
            base_url=serving.url,
            headers=serving.sign_in(user) if user else {},
            transport=httpx.HTTPTransport(local_address=address),
            timeout=ENOUGH,
            event_hooks={"response": [look_at_headers, look_up_in_document]},
        )
        self.user = user

    def sign_in(self, user: User, password: str) -> httpx.Response:
        """With the password; the cookie is kept."""
        return self.post(f"{API}/session", json={"email": user.email, "password": password})


def assert_refused(response: httpx.Response, refusal: type[Refusal]) -> dict[str, Any]:
    """The problem, as it was told."""
    assert response.headers["content-type"] == "application/problem+json"
    problem: dict[str, Any] = response.json()
    assert (response.status_code, problem["code"]) == (refusal.status, refusal.code), problem
    assert problem["status"] == refusal.status
    assert problem["request"] == response.headers["x-request-id"]
    return problem


def assert_ok(response: httpx.Response, status: int = 200) -> Any:
    assert response.status_code == status, response.text
    return response.json() if response.content else None


def look_at_headers(response: httpx.Response) -> None:
    headers = response.headers
    assert ON_EVERY_ANSWER.items() <= headers.items()
    assert headers["content-security-policy"].startswith("default-src 'none'; script-src 'self';")
    assert "unsafe" not in headers["content-security-policy"]
    assert "http" not in headers["content-security-policy"]
    assert re.fullmatch("[0-9a-f]{16}", headers["x-request-id"])
    assert "server" not in headers
    if response.url.path.startswith("/api/"):
        assert headers["cache-control"] == "no-store"


def look_up_in_document(response: httpx.Response) -> None:
    operation = find_operation(response.request.method, response.url.path)
    if operation is None:
        return
    documented = operation.answers
    status = response.status_code
    assert status in documented, f"{operation.name} answers {status}, which is not documented"
    if status >= 400:
        response.read()
        assert response.json()["code"] in documented[status], f"{operation.name}: {response.text}"


class Operation(NamedTuple):
    """`answers`: the codes of refusals by status; none for a success."""

    name: str
    method: str
    path: str
    answers: dict[int, set[str]]


@cache
def operations() -> list[Operation]:
    return [
        Operation(
            operation["operationId"],
            method.upper(),
            path,
            {int(status): _codes(answer) for status, answer in operation["responses"].items()},
        )
        for path, methods in document()["paths"].items()
        for method, operation in methods.items()
    ]


def find_operation(method: str, path: str) -> Operation | None:
    return next(
        (one for one in operations() if one.method == method and _pattern(one.path).fullmatch(path)), None
    )


def resolve(node: dict[str, Any]) -> dict[str, Any]:
    """What a reference within the document stands for."""
    while "$ref" in node:
        found: Any = document()
        for name in node["$ref"].removeprefix("#/").split("/"):
            found = found[name]
        node = found
    return node


def _codes(answer: dict[str, Any]) -> set[str]:
    problem = resolve(answer).get("content", {}).get("application/problem+json")
    return set(problem["schema"]["allOf"][1]["properties"]["code"]["enum"]) if problem else set()


@cache
def _pattern(path: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"\{\w+\}", "[^/]+", path))
