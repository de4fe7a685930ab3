"""The socket session without a socket, for networks that break sockets: frames are fetched, commands are posted."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Annotated, Any, cast

from litestar import Request, Response
from litestar.params import JSONBody, PathParameter
from msgspec import Raw, Struct

from deskchat.domain.errors import ConnectionGone, SlowDown
from deskchat.domain.ids import Count
from deskchat.http.caller import ByCaller
from deskchat.http.parts import get_parts
from deskchat.http.routing import route
from deskchat.realtime.connections import Near
from deskchat.realtime.frames import Command, Frame

if TYPE_CHECKING:
    from deskchat.realtime.errands import Far

LONGEST_POLL = 25.0
"""Seconds that a poll waits for a frame: proxies cut off what is silent for half a minute."""

ConnectionId = Annotated[str, PathParameter(min_length=1, max_length=64)]
AnyRequest = Request[Any, Any, Any]


class Opened(Struct, frozen=True):
    """The id of a connection; only the device that opened it can use it."""

    id: str


class Acknowledgement(Struct, frozen=True, forbid_unknown_fields=True):
    """The number of the last frame that the client has; 0 before the first."""

    ack: Count


class Polled(Struct, frozen=True):
    """Frames by number, 1, 2, 3 …; those not acknowledged come again. Empty if nothing came for a while."""

    frames: list[tuple[Count, Frame]]


@route("POST", "/connections", refuses=[SlowDown], writes=False)
async def open_connection(request: AnyRequest, caller: ByCaller) -> Opened:
    """Opens a session whose frames are fetched by polling. It ends when nobody polls for a minute."""
    return Opened(await get_parts(request).connections.open(caller.signed_in))


@route("POST", "/connections/{connection:str}/poll", status=200, refuses=[ConnectionGone], writes=False)
async def poll_connection(
    request: AnyRequest, caller: ByCaller, connection: ConnectionId, data: JSONBody[Acknowledgement]
) -> Response[Polled]:
    """The frames that wait; or else waits for the next, for up to 25 seconds. One poll at a time."""
    try:
        async with asyncio.timeout(LONGEST_POLL):
            frames = await _reach(request, caller, connection).poll(data.ack)
    except TimeoutError:
        frames = []
    encoded = [(number, Raw(frame)) for number, frame in frames]
    return Response(Polled(cast("list[tuple[int, Frame]]", encoded)))


@route("POST", "/connections/{connection:str}/commands", status=202, refuses=[ConnectionGone], writes=False)
async def send_command(
    request: AnyRequest, caller: ByCaller, connection: ConnectionId, data: JSONBody[Command]
) -> None:
    """Takes a command of the session; its reply, also a refusal, comes as a frame."""
    await _reach(request, caller, connection).submit(data)


@route("DELETE", "/connections/{connection:str}", refuses=[ConnectionGone], writes=False)
async def close_connection(request: AnyRequest, caller: ByCaller, connection: ConnectionId) -> None:
    """Ends the session; the device stays signed in."""
    await _reach(request, caller, connection).close()


def _reach(request: AnyRequest, caller: ByCaller, connection: str) -> Near | Far:
    """A request may come to another server than the one that has the connection."""
    parts, device = get_parts(request), caller.signed_in.session
    far = parts.servers.find_far(connection, device) if parts.servers else None
    return far or Near(parts.connections, connection, device)
