"""The index of words on SQLite: FTS5 over `search_text`, which it is told of word by word."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Column, Connection, MetaData, Table, text
from sqlalchemy.exc import DatabaseError

from deskchat.domain.ids import LARGEST_ID
from deskchat.domain.search import Phrase
from deskchat.storage import walk as bounds
from deskchat.storage.prepared import Prepared
from deskchat.storage.walk import Match, Walked, Wanted, Way, may_be_unfinished, pick

MOST_ROOMS_NAMED = 1_000
"""Naming more costs more than passing over the few matches that such a user may not see."""

_TABLE = Table("search_index", MetaData(), Column("rowid"), Column("text"), Column("room"))
_ADD = Prepared(
    text("INSERT INTO search_index (rowid, text, room) VALUES (:id, :text, :room)"), "id", "text", "room"
)
_REMOVE = text(
    "INSERT INTO search_index (search_index, rowid, text, room) VALUES ('delete', :id, :text, :room)"
)
# The index stands on the outside of the join: it gives matches in their order without sorting, and stops when told.
_WALK = (
    "SELECT message.id, message.room_id, message.author_id, message.created"
    " FROM search_index CROSS JOIN message ON message.id = search_index.rowid"
    " WHERE search_index MATCH :wanted AND search_index.rowid > :after AND search_index.rowid < :before"
    " ORDER BY search_index.rowid {} LIMIT :most"
)
_WALK_BACK = text(_WALK.format("DESC"))
_WALK_ON = text(_WALK.format("ASC"))
_CHECK = text("INSERT INTO search_index (search_index, rank) VALUES ('integrity-check', 1)")


def add(connection: Connection, kept: Sequence[tuple[int, str, str]]) -> None:
    _ADD.add(connection, kept)


def lay_out(kept: Sequence[tuple[Any, ...]]) -> tuple[Table, Sequence[tuple[Any, ...]]]:
    return _TABLE, kept


def remove(connection: Connection, kept: Mapping[str, Any]) -> None:
    connection.execute(_REMOVE, kept)


def walk(connection: Connection, wanted: Wanted, way: Way, limit: int) -> Walked:
    words = _match(wanted.words)
    if len(wanted.rooms) > MOST_ROOMS_NAMED:
        return _walk(connection, wanted, words, way, (LARGEST_ID, limit))
    probed = _walk(connection, wanted, words, way, (bounds.PROBED, limit))
    if probed.reached is None:
        return probed
    named = f"{words} AND room : ({' OR '.join(f'r{room}' for room in wanted.rooms)})"
    return _walk(connection, wanted, named, way, (bounds.MOST_PASSED, limit))


def check(connection: Connection) -> list[str]:
    """What does not fit, in words. Holds up whoever writes, and needs the writer's connection."""
    try:
        connection.execute(_CHECK)
    except DatabaseError as error:
        return [f"The search index does not fit the messages: {error.orig}."]
    return []


def _walk(
    connection: Connection, wanted: Wanted, words: str, way: Way, most_and_limit: tuple[int, int]
) -> Walked:
    """Looks at no more matches than the first bound, takes no more than the second."""
    most, limit = most_and_limit
    asked = {"wanted": words, "after": way.after, "before": way.before, "most": most}
    with connection.execute(_WALK_BACK if way.newest_first else _WALK_ON, asked) as matches:
        return pick(map(Match._make, matches), wanted, most, limit)


def _match(wanted: list[Phrase]) -> str:
    """The words as the index is asked: only tokens stand here, quoted, and so nothing that it takes for an operator."""
    return "text : ({})".format(" AND ".join(map(_match_phrase, wanted)))


def _match_phrase(phrase: Phrase) -> str:
    quoted = '"{}"'.format(" ".join(phrase.tokens))
    return f"{quoted} *" if may_be_unfinished(phrase) else quoted
