"""How a route is declared: what it may refuse stands beside its path, and what follows from its shape is added.

The list makes the OpenAPI document (`list_refusals`) and is what the tests compare the sent errors with.
"""

import inspect
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Literal

from litestar.handlers import HTTPRouteHandler
from litestar.types import AnyCallable

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
        return HTTPRouteHandler(
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
