"""How a route is declared: what it may refuse stands beside its path, and what follows from its shape is added.

The list makes the OpenAPI document (`list_refusals`) and is what the tests compare the sent errors with.
"""

import inspect
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Literal

import msgspec
from litestar import Litestar, Request
from litestar.connection import ASGIConnection
from litestar.handlers import HTTPRouteHandler
from litestar.types import AnyCallable, ASGIApp, Receive, Scope, Send
from typing_extensions import override

from deskchat.domain.errors import (
    Busy,
    ForeignOrigin,
    Invalid,
    NotSignedIn,
    Refusal,
    SlowDown,
    StorageFull,
    TooLarge,
    Unavailable,
    Unexpected,
)
from deskchat.http.auth import COOKIE, require_own_origin, require_signed_in

Method = Literal["GET", "POST", "PUT", "PATCH", "DELETE"]

_STATUS = {"POST": 201, "DELETE": 204}
_NOT_OF_THE_REQUEST = {"request", "caller", "parts"}


class Route(HTTPRouteHandler):
    """The framework's, without what it does for every request and we have no use for."""

    @override
    async def authorize_connection(self, connection: ASGIConnection[Any, Any, Any, Any]) -> None:
        # It copies the handler for each guard, lest one changes it.
        for guard in self.resolve_guards():
            await guard(connection, self)  # type: ignore[misc]

    @override
    async def to_response(self, app: Litestar, data: Any, request: Request[Any, Any, Any]) -> ASGIApp:
        # Headers, cookies and encoders of many layers: what a handler simply returns has none of them.
        if not isinstance(data, msgspec.Struct | list):
            return await super().to_response(app, data, request)
        return Answer(self.status_code, msgspec.json.encode(data))


class Answer:
    """JSON, on its way."""

    def __init__(self, status: int, body: bytes) -> None:
        self._status = status
        self._body = body

    async def __call__(self, _scope: Scope, _receive: Receive, send: Send) -> None:
        size = str(len(self._body)).encode()
        headers = [(b"content-type", b"application/json"), (b"content-length", size)]
        await send({"type": "http.response.start", "status": self._status, "headers": headers})
        await send({"type": "http.response.body", "body": self._body, "more_body": False})


def route(
    method: Method,
    path: str,
    *,
    status: int | None = None,
    refuses: Iterable[type[Refusal]] = (),
    anonymous: bool = False,
    writes: bool | None = None,
    **more: Any,
) -> Callable[[AnyCallable], HTTPRouteHandler]:
    """A route of the API. `refuses`: what its own work may refuse; `anonymous`: for who is not signed in, too.

    `writes`: whether it waits for the writer and takes of the caller's rate; as the method says, if not given.
    `more`: for the framework.
    """
    unsafe = method != "GET"
    guards = [*([require_own_origin] if unsafe else []), *([] if anonymous else [require_signed_in])]

    def declare(handler: AnyCallable) -> HTTPRouteHandler:
        refusals = {
            *refuses,
            *_of_access(unsafe, anonymous),
            *_of_input(handler),
            *_of_storage(unsafe if writes is None else writes),
        }
        return Route(
            path,
            http_method=method,
            status_code=status or _STATUS.get(method, 200),
            guards=guards,
            security=[] if anonymous else [{COOKIE: []}],
            operation_id=handler.__name__,
            summary=handler.__name__.replace("_", " ").capitalize(),
            tags=[handler.__module__.rpartition(".")[2]],
            opt={"refusals": frozenset(refusals), "anonymous": anonymous},
            **more,
        )(handler)

    return declare


def list_refusals(handler: HTTPRouteHandler) -> frozenset[type[Refusal]]:
    """Every refusal that the route can answer with."""
    refusals: frozenset[type[Refusal]] = handler.opt["refusals"]
    return refusals


def _of_access(unsafe: bool, anonymous: bool) -> Iterator[type[Refusal]]:
    if unsafe:
        yield ForeignOrigin
    if not anonymous:
        yield NotSignedIn


def _of_input(handler: AnyCallable) -> Iterator[type[Refusal]]:
    inputs = inspect.signature(handler).parameters.keys() - _NOT_OF_THE_REQUEST
    if inputs:
        yield Invalid
    if "data" in inputs:
        yield TooLarge


def _of_storage(writes: bool) -> Iterator[type[Refusal]]:
    yield from (Busy, Unavailable, Unexpected)
    if writes:
        yield from (SlowDown, StorageFull)
