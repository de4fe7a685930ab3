"""uvicorn's HTTP protocol, with the bounds that it lacks: how large a request's head may be, and how long it may take.

It stands on a private module of uvicorn, as `push` does: the version is bound to its patch releases.
"""

from __future__ import annotations

import asyncio

from typing_extensions import override
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

LARGEST_HEAD = 64 * 1024
"""Bytes of a request's line and headers, give or take one read of the connection."""
LONGEST_REQUEST = 60.0
"""Seconds within which a request has come whole; who says nothing at all is cut off then, too."""


class BoundedProtocol(HttpToolsProtocol):
    _head: int | None = 0  # bytes of it so far; None: it is complete
    _deadline: asyncio.TimerHandle | None = None

    @override
    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._expect_request()

    @override
    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self._head is None:
            return
        self._head += len(data)
        if self._head > LARGEST_HEAD:
            self.send_400_response("The head of this request is too large.")

    @override
    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._head = 0
        self._expect_request()

    @override
    def on_headers_complete(self) -> None:
        self._head = None
        super().on_headers_complete()

    @override
    def on_message_complete(self) -> None:
        self._stop_clock()
        super().on_message_complete()

    @override
    def handle_websocket_upgrade(self) -> None:
        self._stop_clock()
        super().handle_websocket_upgrade()

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_clock()
        super().connection_lost(exc)

    def _expect_request(self) -> None:
        self._stop_clock()
        self._deadline = self.loop.call_later(LONGEST_REQUEST, self.transport.abort)

    def _stop_clock(self) -> None:
        if self._deadline:
            self._deadline.cancel()
            self._deadline = None
