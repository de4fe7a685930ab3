"""The index of words on SQLite: FTS5 over `search_text`, which it is told of word by word."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import msgspec
from sqlalchemy import Column, Connection, MetaData, Table, text
from sqlalchemy.exc import DatabaseError

from deskchat.domain.ids import LARGEST_ID
from deskchat.domain.search import Phrase
from deskchat.storage import walk as bounds
from deskchat.storage.prepared import Prepared
from deskchat.storage.walk import Match, Walked, Wanted, Way, may_be_unfinished, pick

MOST_ROOMS_NAMED = 1_000
"""Naming more costs more than passing over the few matches that such a user may not see."""

MOST_ENDINGS = 64
"""How many words an unfinished one is finished to, each asked for by itself: the index finds the newest of them without
looking at the others. For the beginning of more words it collects all their matches first."""

MOST_READ = 2_000
"""How many of the newest messages are therefore read before: what so many words begin with is in many of them."""

MOST_ROOMS_READ = 50
"""Only one's own are read if they are in so few rooms: finding more of these costs more than passing over the others."""

LIST_WORDS = "CREATE VIRTUAL TABLE temp.search_word USING fts5vocab(main, search_index, instance)"
"""For each connection: the words of the index, in order, each as often as it stands there."""

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
# No word of the index lies between one and the same with a 0 behind it: a word has no sign that comes before a 0.
_LIST_ENDINGS = text(
    "WITH RECURSIVE ending (word) AS ("
    " SELECT (SELECT term FROM search_word WHERE term >= :beginning ORDER BY term LIMIT 1) UNION ALL"
    " SELECT (SELECT term FROM search_word WHERE term >= word || '0' ORDER BY term LIMIT 1) FROM ending"
    " WHERE substr(word, 1, length(:beginning)) = :beginning LIMIT :most)"
    " SELECT word FROM ending WHERE substr(word, 1, length(:beginning)) = :beginning"
)
_READ = (
    "SELECT message.id, message.room_id, message.author_id, message.created,"
    " NOT EXISTS (SELECT * FROM json_each(:wanted) WHERE instr(' ' || search_index.text || ' ', value) = 0)"
    " FROM search_index CROSS JOIN message ON message.id = search_index.rowid"
    " WHERE {} search_index.rowid > :after AND search_index.rowid < :before"
    " ORDER BY search_index.rowid {} LIMIT :most"
)
_IN_ROOMS = "search_index MATCH :rooms AND"
_READ_BACK, _READ_ON = text(_READ.format("", "DESC")), text(_READ.format("", "ASC"))
_READ_ROOMS_BACK, _READ_ROOMS_ON = text(_READ.format(_IN_ROOMS, "DESC")), text(_READ.format(_IN_ROOMS, "ASC"))
_CHECK = text("INSERT INTO search_index (search_index, rank) VALUES ('integrity-check', 1)")


def add(connection: Connection, kept: Sequence[tuple[int, str, str]]) -> None:
    _ADD.run_for_each(connection, kept)


def lay_out(kept: Sequence[tuple[Any, ...]]) -> tuple[Table, Sequence[tuple[Any, ...]]]:
    return _TABLE, kept


def remove(connection: Connection, kept: Mapping[str, Any]) -> None:
    connection.execute(_REMOVE, kept)


def walk(connection: Connection, wanted: Wanted, way: Way, limit: int) -> Walked:
    *finished, last = wanted.words
    endings = _list_endings(connection, last)
    if len(endings) <= MOST_ENDINGS:
        words = _match(finished, " OR ".join(map(_quote, endings)))
    else:
        read = _read(connection, wanted, way, limit)
        if len(read.found) == limit:
            return read
        words = _match(finished, f"{_quote(last)} *")
    if len(wanted.rooms) > MOST_ROOMS_NAMED:
        return _walk(connection, wanted, words, way, (LARGEST_ID, limit))
    probed = _walk(connection, wanted, words, way, (bounds.PROBED, limit))
    if probed.reached is None:
        return probed
    named = f"{words} AND {_name(wanted.rooms)}"
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


def _read(connection: Connection, wanted: Wanted, way: Way, limit: int) -> Walked:
    """Reads the messages themselves."""
    words = msgspec.json.encode([*map(_as_read, wanted.words)]).decode()
    asked: dict[str, Any] = {"wanted": words, "after": way.after, "before": way.before, "most": MOST_READ}
    reading = _READ_BACK if way.newest_first else _READ_ON
    if len(wanted.rooms) <= MOST_ROOMS_READ:
        asked["rooms"] = _name(wanted.rooms)
        reading = _READ_ROOMS_BACK if way.newest_first else _READ_ROOMS_ON
    with connection.execute(reading, asked) as read:
        return pick((Match(*row) for *row, is_match in read if is_match), wanted, MOST_READ, limit)


def _list_endings(connection: Connection, phrase: Phrase) -> list[Phrase]:
    """The phrase with its last word finished in each way that the index knows, at most one more than MOST_ENDINGS."""
    if not may_be_unfinished(phrase):
        return [phrase]
    *before, beginning = phrase.tokens
    asked = {"beginning": beginning, "most": MOST_ENDINGS + 1}
    words = connection.execute(_LIST_ENDINGS, asked).scalars().all()
    return [Phrase([*before, word], open=False) for word in words] or [phrase]


def _match(finished: Sequence[Phrase], last: str) -> str:
    """The words as the index is asked: only tokens stand here, quoted, and so nothing that it takes for an operator."""
    return f"text : ({' AND '.join([*map(_quote, finished), f'({last})'])})"


def _quote(phrase: Phrase) -> str:
    return '"{}"'.format(" ".join(phrase.tokens))


def _name(rooms: Collection[int]) -> str:
    return f"room : ({' OR '.join(f'r{room}' for room in rooms)})"


def _as_read(phrase: Phrase) -> str:
    """As it stands in `search_text`, between spaces."""
    return f" {' '.join(phrase.tokens)}{'' if may_be_unfinished(phrase) else ' '}"
