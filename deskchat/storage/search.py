"""Finding the newest messages that hold some words, in the rooms of the one who asks."""

from sqlalchemy import Connection, bindparam, select, text

from deskchat.domain.ids import LARGEST_ID
from deskchat.domain.messages import Message
from deskchat.domain.search import Hit, Phrase
from deskchat.storage.messages import MESSAGE
from deskchat.storage.organisation import get_secret
from deskchat.storage.rooms import LIST_ROOMS_OF
from deskchat.storage.schema import message
from deskchat.storage.search_index import name_room
from deskchat.storage.veil import unveil, veil

PROBED = 1_000
"""How many of the newest matches, of whatever room, are looked at before the rooms are named to the index."""

MOST_ROOMS_NAMED = 1_000
"""Naming more costs more than passing over the few matches that such a user may not see."""

_AFTER_ALL = LARGEST_ID + 1
_FIRST_OF_CJK = "\u3040"

# The index stands on the outside of the join: it gives the newest first without sorting, and stops when told.
_WALK = text(
    "SELECT message.id, message.room_id FROM search_index CROSS JOIN message ON message.id = search_index.rowid"
    " WHERE search_index MATCH :wanted AND search_index.rowid < :before"
    " ORDER BY search_index.rowid DESC LIMIT :most"
)
_GET = (
    select(message.c.room_id, *MESSAGE)
    .where(message.c.id.in_(bindparam("messages", expanding=True)))
    .order_by(message.c.id.desc())
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
        if not rooms:
            return [], None
        secret = get_secret(self._connection)
        end = _AFTER_ALL if before is None else unveil(secret, before)
        found = self._list_newest(_match(wanted), rooms, end, limit + 1)
        if not found:
            return [], None
        earlier = veil(secret, found[limit - 1]) if len(found) > limit else None
        return self._get(found[:limit]), earlier

    def _list_newest(self, words: str, rooms: set[int], before: int, limit: int) -> list[int]:
        if len(rooms) > MOST_ROOMS_NAMED:
            return self._walk(words, rooms, before, LARGEST_ID, limit)[0]
        found, ended = self._walk(words, rooms, before, PROBED, limit)
        if ended:
            return found
        named = f"{words} AND room : ({' OR '.join(map(name_room, rooms))})"
        return self._walk(named, rooms, before, limit, limit)[0]

    def _walk(
        self, words: str, rooms: set[int], before: int, most: int, limit: int
    ) -> tuple[list[int], bool]:
        """The newest matches in these rooms, among the newest `most` of all; whether there can be no more to find."""
        found: list[int] = []
        seen = 0
        asked = {"wanted": words, "before": before, "most": most}
        with self._connection.execute(_WALK, asked) as matches:
            for match, room in matches:
                seen += 1
                if room in rooms:
                    found.append(match)
                if len(found) == limit:
                    return found, True
        return found, seen < most

    def _get(self, messages: list[int]) -> list[Hit]:
        rows = self._connection.execute(_GET, {"messages": messages})
        return [Hit(room, Message(*values)) for room, *values in rows]


def _match(wanted: list[Phrase]) -> str:
    """The words as the index is asked: only tokens stand here, quoted, and so nothing that it takes for an operator."""
    return "text : ({})".format(" AND ".join(map(_match_phrase, wanted)))


def _match_phrase(phrase: Phrase) -> str:
    quoted = '"{}"'.format(" ".join(phrase.tokens))
    return f"{quoted} *" if phrase.open and _narrows(phrase.tokens[-1]) else quoted


def _narrows(beginning: str) -> bool:
    """A single letter begins every tenth word: it would cost the most and tell the least. A single 漢 is a word."""
    return len(beginning) > 1 or beginning >= _FIRST_OF_CJK
