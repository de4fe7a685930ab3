"""What happened in a room, for who has missed it."""

from typing import Annotated

from litestar.params import QueryParameter

from deskchat.domain import events
from deskchat.domain.errors import NoSuchRoom
from deskchat.domain.events import LARGEST_REPLAY, Replay
from deskchat.http.caller import ByCaller
from deskchat.http.parameters import PathId, Seq
from deskchat.http.routing import route


@route("GET", "/rooms/{room:str}/events", refuses=[NoSuchRoom])
async def list_events(
    caller: ByCaller,
    room: PathId,
    after: Seq = 0,
    limit: Annotated[int, QueryParameter(ge=1, le=LARGEST_REPLAY)] = LARGEST_REPLAY,
) -> Replay:
    """The next events after a seq, with messages as they are now; `reset` where they are no longer kept."""
    return await caller.read(events.replay, room, after, limit)
