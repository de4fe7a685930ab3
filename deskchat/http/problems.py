"""How a refusal is told over HTTP: one shape for every error, `application/problem+json`."""

import math
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

import structlog
from litestar import Request, Response
from litestar.exceptions import HTTPException, InternalServerException, ValidationException
from msgspec import Struct

from deskchat.domain.errors import Invalid, MethodNotAllowed, NotFound, Refusal, TooLarge, Unexpected
from deskchat.http.envelope import request_id

MEDIA_TYPE = "application/problem+json"

log = structlog.get_logger(__name__)

_OF_THE_FRAMEWORK: dict[int, type[Refusal]] = {
    HTTPStatus.BAD_REQUEST: Invalid,
    HTTPStatus.NOT_FOUND: NotFound,
    HTTPStatus.METHOD_NOT_ALLOWED: MethodNotAllowed,
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: TooLarge,
}


class Problem(Struct, frozen=True):
    """Why a request was not carried out. `code` is for programs, `detail` for people, `request` finds it in the log."""

    status: int
    code: str
    detail: str
    request: str


def answer(request: Request[Any, Any, Any], error: Exception) -> Response[Problem]:
    """The handler of every exception, also of those that the framework raises by itself."""
    refusal = refusal_of(error)
    of_the_framework = dict(error.headers or {}) if isinstance(error, HTTPException) else {}
    return Response(
        describe(refusal, request.scope),
        status_code=refusal.status,
        headers={**of_the_framework, **headers_of(refusal)},
        media_type=MEDIA_TYPE,
    )


def describe(refusal: Refusal, scope: Mapping[str, Any]) -> Problem:
    """For the request of this ASGI scope."""
    return Problem(refusal.status, refusal.code, refusal.detail, request_id(scope))


def headers_of(refusal: Refusal) -> dict[str, str]:
    """Retry-After, in whole seconds, where the same request may succeed later."""
    if refusal.retry_after is None:
        return {}
    return {"Retry-After": str(max(1, math.ceil(refusal.retry_after)))}


_GONE = "client disconnected prematurely"
"""What the framework says of somebody who went while they still sent: nobody is there to be told, or at fault."""


def refusal_of(error: Exception) -> Refusal:
    """What is told of an exception. One that nobody foresaw is logged, and told as nothing but `Unexpected`."""
    if isinstance(error, Refusal):
        return error
    if isinstance(error, ValidationException):
        return Invalid(_explain(error.extra))
    if isinstance(error, HTTPException) and error.status_code in _OF_THE_FRAMEWORK:
        return _OF_THE_FRAMEWORK[error.status_code]()
    if isinstance(error, InternalServerException) and error.detail == _GONE:
        return Unexpected()
    log.error("unexpected", exc_info=error)
    return Unexpected()


def _explain(faults: Any) -> str:
    """The framework's own wording quotes the whole address, which may hold what somebody searched for."""
    if not isinstance(faults, Sequence):
        return Invalid.message
    if any(fault.get("key") == "data" for fault in faults):
        return "The request needs a JSON body."
    return "; ".join(f"{fault.get('key', 'The request')}: {fault['message']}" for fault in faults)
