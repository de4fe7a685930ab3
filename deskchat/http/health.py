"""For whoever watches the server: whether the process lives, and whether it can serve."""

from typing import Any

from litestar import MediaType, Request, Response, get

from deskchat.domain.errors import Refusal
from deskchat.http.parts import get_parts


@get("/healthz", media_type=MediaType.TEXT, include_in_schema=False)
async def is_alive() -> str:
    """The process answers."""
    return "alive\n"


@get("/readyz", media_type=MediaType.TEXT, include_in_schema=False)
async def is_ready(request: Request[Any, Any, Any]) -> Response[str]:
    """The database can be read, and its writer lives."""
    parts = get_parts(request)
    try:
        await parts.store.read(lambda tx: tx.organisation.epoch())
    except Refusal as refusal:
        return Response(f"not ready: {refusal.code}\n", status_code=503)
    if not parts.can_write():
        return Response("not ready: the writer has ended\n", status_code=503)
    return Response("ready\n")
