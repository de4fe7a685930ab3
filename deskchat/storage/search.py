"""Finding the newest messages that hold some words, in the rooms of the one who asks."""

from collections.abc import Callable
from typing import NamedTuple

from sqlalchemy import Connection, bindparam, select, text

from deskchat.domain.ids import LARGEST_ID
from deskchat.domain.messages import Message
from deskchat.domain.search import Hit, Phrase
from deskchat.storage.chunks import in_chunks
from deskchat.storage.messages import MESSAGE
from deskchat.storage.organisation import get_secret
from deskchat.storage.rooms import LIST_ROOMS_OF
from deskchat.storage.schema import message
from deskchat.storage.search_index import name_room
from deskchat.storage.veil import unveil, veil

PROBED = 1_000
"""How many of the newest matches, of whatever room, are looked at before the rooms are named to the index."""

MOST_PASSED = 10_000
"""How many matches in the user's own rooms are looked at for one answer: the author or time wanted may be rare."""

MOST_ROOMS_NAMED = 1_000
"""Naming more costs more than passing over the few matches that such a user may not see."""

_AFTER_ALL = LARGEST_ID + 1
_FIRST_OF_CJK = "\u3040"

# The index stands on the outside of the join: it gives matches in their order without sorting, and stops when told.
_WALK = (
    "SELECT message.id, message.room_id, message.author_id, message.created"
    " FROM search_index CROSS JOIN message ON message.id = search_index.rowid"
    " WHERE search_index MATCH :wanted AND search_index.rowid > :after AND search_index.rowid < :before"
    " ORDER BY search_index.rowid {} LIMIT :most"
)
_WALK_BACK = text(_WALK.format("DESC"))
_WALK_ON = text(_WALK.format("ASC"))
_GET = select(message.c.id, message.c.room_id, *MESSAGE).where(
    message.c.id.in_(bindparam("messages", expanding=True))
)


class Way(NamedTuple):
    """Which messages by id, the ends left out, and from which end on."""

    after: int = 0
    before: int = _AFTER_ALL
    newest_first: bool = True


class Match(NamedTuple):
    id: int
    room: int
    author: int
    created: int


class Wanted(NamedTuple):
    """Messages with these words, in these rooms, of which `fits` is true as well."""

    words: list[Phrase]
    rooms: set[int]
    fits: Callable[[Match], bool] = lambda _: True


class Walked(NamedTuple):
    """Ids in the order of the walk; `reached`: where it was broken off, None at the end or when there were enough."""

    found: list[int]
    reached: int | None


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
        end = _AFTER_ALL if before is None else unveil(secret, before)
        found = walk(self._connection, Wanted(wanted, rooms), Way(before=end), limit + 1).found
        earlier = veil(secret, found[limit - 1]) if len(found) > limit else None
        return get_hits(self._connection, found[:limit]), earlier


def walk(connection: Connection, wanted: Wanted, way: Way, limit: int) -> Walked:
    """The first matches on the way."""
    if not wanted.rooms:
        return Walked([], None)
    words = _match(wanted.words)
    if len(wanted.rooms) > MOST_ROOMS_NAMED:
        return _walk(connection, wanted, words, way, (LARGEST_ID, limit))
    probed = _walk(connection, wanted, words, way, (PROBED, limit))
    if probed.reached is None:
        return probed
    named = f"{words} AND room : ({' OR '.join(map(name_room, wanted.rooms))})"
    return _walk(connection, wanted, named, way, (MOST_PASSED, limit))


def get_hits(connection: Connection, messages: list[int]) -> list[Hit]:
    """In the order of these ids."""
    found: dict[int, Hit] = {}
    for chunk in in_chunks(messages):
        for id_, room, *values in connection.execute(_GET, {"messages": chunk}):
            found[id_] = Hit(room, Message(*values))
    return [found[id_] for id_ in messages]


def _walk(connection: Connection, wanted: Wanted, words: str, way: Way, bounds: tuple[int, int]) -> Walked:
    """Looks at no more matches than the first bound, takes no more than the second."""
    most, limit = bounds
    found: list[int] = []
    seen, last = 0, None
    asked = {"wanted": words, "after": way.after, "before": way.before, "most": most}
    with connection.execute(_WALK_BACK if way.newest_first else _WALK_ON, asked) as matches:
        for match in map(Match._make, matches):
            seen, last = seen + 1, match.id
            if match.room in wanted.rooms and wanted.fits(match):
                found.append(match.id)
            if len(found) == limit:
                return Walked(found, None)
    return Walked(found, last if seen == most else None)


def _match(wanted: list[Phrase]) -> str:
    """The words as the index is asked: only tokens stand here, quoted, and so nothing that it takes for an operator."""
    return "text : ({})".format(" AND ".join(map(_match_phrase, wanted)))


def _match_phrase(phrase: Phrase) -> str:
    quoted = '"{}"'.format(" ".join(phrase.tokens))
    return f"{quoted} *" if phrase.open and _narrows(phrase.tokens[-1]) else quoted


def _narrows(beginning: str) -> bool:
    """A single letter begins every tenth word: it would cost the most and tell the least. A single 漢 is a word."""
    return len(beginning) > 1 or beginning >= _FIRST_OF_CJK
