"""Read marks."""

from litestar.params import JSONBody
from msgspec import Struct

from deskchat.domain import reading
from deskchat.domain.errors import NoSuchRoom
from deskchat.domain.ids import Id
from deskchat.domain.reading import Mark
from deskchat.http.caller import ByCaller
from deskchat.http.parameters import PathId
from deskchat.http.routing import route


class ReadUpTo(Struct, forbid_unknown_fields=True):
    number: Id


@route("PUT", "/rooms/{room:str}/read", refuses=[NoSuchRoom])
async def mark_read(caller: ByCaller, room: PathId, data: JSONBody[ReadUpTo]) -> Mark:
    """Everything up to a message is read, on all of one's devices. The mark only rises."""
    return await caller.write(reading.read, room, data.number)
