"""The socket: who may not open it is told so before it opens, by the true status; then it is a session's outlet."""

from typing import Any

import msgspec
from litestar import WebSocket, websocket

from deskchat.domain.errors import Refusal
from deskchat.http.auth import check_origin, get_signed_in
from deskchat.http.parts import get_parts
from deskchat.http.problems import MEDIA_TYPE, describe, headers_of, refusal_of
from deskchat.http.push import Peer, get_peer
from deskchat.realtime.session import Session

Socket = WebSocket[Any, Any, Any]


@websocket("/socket")
async def open_socket(socket: Socket) -> None:
    peer = get_peer(socket.scope)
    try:
        session = await _admit(socket, peer)
    except Exception as error:
        await _deny(socket, refusal_of(error))
        return
    try:
        await socket.accept()
        await session.open()
        peer.listen(session.receive)
        # Frames go to the session directly. Only the end comes this way.
        await socket.receive()
    finally:
        session.end()


async def _admit(socket: Socket, peer: Peer) -> Session:
    check_origin(socket)
    signed_in = socket.scope["user"] = await get_signed_in(socket)
    session = Session(get_parts(socket).services, signed_in, peer)
    session.subscribe()
    return session


async def _deny(socket: Socket, refusal: Refusal) -> None:
    """Answers the handshake like any request: a plain close here would turn every refusal into a bare 403."""
    headers = {"Content-Type": MEDIA_TYPE, **headers_of(refusal)}
    await socket.send(
        {
            "type": "websocket.http.response.start",
            "status": refusal.status,
            "headers": [(name.lower().encode(), value.encode()) for name, value in headers.items()],
        }
    )
    body = msgspec.json.encode(describe(refusal, socket.scope))
    await socket.send({"type": "websocket.http.response.body", "body": body, "more_body": False})
