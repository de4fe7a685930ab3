"""Finding messages."""

from typing import Annotated

from litestar.params import QueryParameter

from deskchat.domain import search
from deskchat.domain.errors import NoSuchRoom
from deskchat.domain.search import LARGEST_FIND, Found
from deskchat.http.caller import ByCaller
from deskchat.http.parameters import OptionalId
from deskchat.http.routing import route


@route("GET", "/search", refuses=[NoSuchRoom])
async def find_messages(
    caller: ByCaller,
    q: Annotated[str, QueryParameter(max_length=200)],
    room: OptionalId = None,
    before: OptionalId = None,
    limit: Annotated[int, QueryParameter(ge=1, le=LARGEST_FIND)] = 20,
) -> Found:
    """The newest messages of one's rooms that hold all words of `q`; `before` of an answer continues after it."""
    return await caller.read(search.find_messages, q, room=room, before=before, limit=limit)
