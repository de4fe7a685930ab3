"""What is counted, for whoever watches the server and has the token of the settings."""

from __future__ import annotations

import asyncio
import hmac
from typing import Any

from litestar import Request, Response, get

from deskchat.domain.errors import NotFound
from deskchat.domain.metrics import Histogram
from deskchat.http.parts import Parts, get_parts

MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8"
LOOK_EVERY = 1.0
"""Seconds between two looks at how late the event loop is."""


@get("/metrics", include_in_schema=False)
async def get_metrics(request: Request[Any, Any, Any]) -> Response[bytes]:
    """NotFound without the right token, as if there were nothing."""
    parts = get_parts(request)
    if not _opens(request.headers.get("authorization", ""), parts.settings.metrics_token):
        raise NotFound
    return Response(await asyncio.to_thread(_expose, parts), media_type=MEDIA_TYPE)


async def watch_loop(lag: Histogram) -> None:
    """Until it is cancelled. What runs later than it was due waited for work that held everybody up."""
    loop = asyncio.get_running_loop()
    while True:
        due = loop.time() + LOOK_EVERY
        await asyncio.sleep(LOOK_EVERY)
        lag.add(max(0.0, loop.time() - due))


def _opens(header: str, token: str) -> bool:
    return token != "" and hmac.compare_digest(header.encode(), f"Bearer {token}".encode())


def _expose(parts: Parts) -> bytes:
    # Loaded for the first who asks, and where nobody does not at all: it takes longer than any request.
    from deskchat.http.exposition import expose

    return expose(parts)
