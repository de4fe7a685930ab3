"""Finding the newest messages that hold some words, in the rooms of the one who asks."""

from sqlalchemy import Connection, bindparam, select

from deskchat.domain.messages import Message
from deskchat.domain.search import Hit, Phrase
from deskchat.storage.chunks import in_chunks
from deskchat.storage.messages import MESSAGE
from deskchat.storage.organisation import get_secret
from deskchat.storage.rooms import LIST_ROOMS_OF
from deskchat.storage.schema import message
from deskchat.storage.search_index import walk
from deskchat.storage.veil import unveil, veil
from deskchat.storage.walk import AFTER_ALL, Wanted, Way

_GET = select(message.c.id, message.c.room_id, *MESSAGE).where(
    message.c.id.in_(bindparam("messages", expanding=True))
)


class Search:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def find(
        self,
        user: int,
        wanted: list[Phrase],
        *,
        room: int | None,
        before: int | None,
        limit: int,
    ) -> tuple[list[Hit], int | None]:
        rooms = set(self._connection.execute(LIST_ROOMS_OF, {"user": user}).scalars())
        if room is not None:
            rooms &= {room}
        secret = get_secret(self._connection)
        end = AFTER_ALL if before is None else unveil(secret, before)
        found = walk(self._connection, Wanted(wanted, rooms), Way(before=end), limit + 1).found
        earlier = veil(secret, found[limit - 1]) if len(found) > limit else None
        return get_hits(self._connection, found[:limit]), earlier


def get_hits(connection: Connection, messages: list[int]) -> list[Hit]:
    """In the order of these ids."""
    found: dict[int, Hit] = {}
    for chunk in in_chunks(messages):
        for id_, room, *values in connection.execute(_GET, {"messages": chunk}):
            found[id_] = Hit(room, Message(*values))
    return [found[id_] for id_ in messages]
