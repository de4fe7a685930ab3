"""Read marks, and who has seen what."""

from litestar.params import JSONBody
from msgspec import Struct

from deskchat.domain import reading
from deskchat.domain.errors import NoSuchMessage, NoSuchRoom
from deskchat.domain.ids import Id
from deskchat.domain.reading import Mark, SeenBy, SeenMarks
from deskchat.http.caller import ByCaller
from deskchat.http.parameters import PathId
from deskchat.http.routing import route


class ReadUpTo(Struct, forbid_unknown_fields=True):
    number: Id


class UnreadFrom(Struct, forbid_unknown_fields=True):
    number: Id


@route("PUT", "/rooms/{room:str}/read", refuses=[NoSuchRoom])
async def mark_read(caller: ByCaller, room: PathId, data: JSONBody[ReadUpTo]) -> Mark:
    """Everything up to a message is read, on all of one's devices. The mark only rises."""
    return await caller.write(reading.read, room, data.number)


@route("PUT", "/rooms/{room:str}/unread", refuses=[NoSuchRoom, NoSuchMessage])
async def mark_unread(caller: ByCaller, room: PathId, data: JSONBody[UnreadFrom]) -> Mark:
    """From a message on everything is unread again, on all of one's devices; the others do not learn of it."""
    return await caller.write(reading.mark_unread, room, data.number)


@route("GET", "/rooms/{room:str}/seen", refuses=[NoSuchRoom])
async def list_seen_marks(caller: ByCaller, room: PathId) -> SeenMarks:
    """How far others have seen the messages: at most 50 of them, the furthest first."""
    return await caller.read(reading.list_seen_marks, room)


@route("GET", "/rooms/{room:str}/messages/{number:str}/seen", refuses=[NoSuchRoom, NoSuchMessage])
async def find_who_saw(caller: ByCaller, room: PathId, number: PathId) -> SeenBy:
    """How many others have seen a message, and at most 100 of them by name."""
    return await caller.read(reading.find_who_saw, room, number)
