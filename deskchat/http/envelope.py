"""What every exchange has, whatever answers it: a request id, the headers that keep browsers safe, a line in the log."""

import random
import time
from collections.abc import Mapping
from typing import Any

import structlog
from litestar.types import ASGIApp, Receive, Scope, Send

from deskchat.http.parts import Parts

POLICY = (
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    "font-src 'self'",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
)

SAFETY = (
    (b"content-security-policy", "; ".join(POLICY).encode()),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-content-type-options", b"nosniff"),
)

_REQUEST_ID = "deskchat.request"
_ANSWERS = ("http.response.start", "websocket.http.response.start")

log = structlog.get_logger(__name__)


def request_id(scope: Mapping[str, Any]) -> str:
    """What the log, the header X-Request-Id and a problem call this request."""
    found: str = scope[_REQUEST_ID]
    return found


class Envelope:
    """Stands around the whole application, so that an answer made by nobody in particular has it all too."""

    def __init__(self, app: ASGIApp, parts: Parts) -> None:
        self._app = app
        self._parts = parts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        exchange = _Exchange(scope, send)
        # Never taken back: each exchange is a task of its own.
        structlog.contextvars.bind_contextvars(request=request_id(scope))
        try:
            await self._app(scope, receive, exchange.send)
        finally:
            exchange.note()
            if exchange.status:
                self._parts.answers[exchange.status] += 1


class _Exchange:
    def __init__(self, scope: Any, send: Send) -> None:
        self._scope = scope
        self._send = send
        # No secret. Asking the system for one lets another thread in, in the middle of every request.
        self._id = scope[_REQUEST_ID] = random.randbytes(8).hex()  # noqa: S311
        self._began = time.monotonic()
        self.status: int | None = None
        """None: whoever asked went before an answer."""

    async def send(self, message: Any) -> None:
        if message["type"] in _ANSWERS:
            self.status = message["status"]
            message["headers"] = self._marked(message["headers"])
        elif message["type"] == "websocket.accept":
            self.status = 101
        await self._send(message)

    def _marked(self, headers: Any) -> list[tuple[bytes, bytes]]:
        marked = [*headers, *SAFETY, (b"x-request-id", self._id.encode())]
        if not any(name == b"cache-control" for name, _ in headers):
            marked.append((b"cache-control", b"no-store"))
        return marked

    def note(self) -> None:
        """Names the route, never the address: that may hold ids and words that somebody searched for."""
        signed_in = self._scope.get("user")
        log.info(
            "request",
            method=self._scope.get("method", "SOCKET"),
            route=self._scope.get("path_template"),
            status=self.status,
            ms=round((time.monotonic() - self._began) * 1000, 1),
            user=signed_in.user.id if signed_in else None,
        )
