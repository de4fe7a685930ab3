"""The index of words on PostgreSQL: a table of `tsvector` beside `search_text`, with a GIN index.

The words go in as they are, with their places: every parser of the engine would part some of them again.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Column, Connection, Index, MetaData, Table, TextClause, text

from deskchat.domain.search import Phrase
from deskchat.storage import walk as bounds
from deskchat.storage.prepared import Prepared
from deskchat.storage.walk import Match, Walked, Wanted, Way, may_be_unfinished, pick

MOST_ROOMS_NAMED = 50
"""The index compares every room named with every match."""

FURTHER = 50
"""Who is in more rooms finds what is frequent among so many times the newest, and by the index what is rare."""

_LONGEST_WORD = 500
"""Characters by which a word is kept and found: the engine takes no more than 2,046 bytes."""

_TABLE = Table("search_index", MetaData(), Column("id"), Column("words"))
INDEX = Index("ix_search_index_words", _TABLE.c.words, postgresql_using="gin")
_ADD = Prepared(
    text("INSERT INTO search_index (id, words) VALUES (:id, CAST(:placed AS tsvector))"), "id", "placed"
)
_REMOVE = text("DELETE FROM search_index WHERE id = :id")

# Each in two steps, the first one kept apart: the planner would else walk through all messages for a rare word, or
# sort all matches of a frequent one.
_LOOK = (
    " SELECT message.id, message.room_id, message.author_id, message.created"
    " FROM looked_at JOIN message ON message.id = looked_at.id"
    " WHERE message.room_id = ANY(:rooms) AND {} ORDER BY message.id {} LIMIT :most"
)
_PROBE = (
    "WITH looked_at AS MATERIALIZED (SELECT id, words FROM search_index WHERE id > :after AND id < :before"
    " ORDER BY id {} LIMIT :rows)"
)
_ASK = (
    "WITH looked_at AS MATERIALIZED (SELECT id FROM search_index"
    " WHERE words @@ CAST(:words AS tsquery) AND id > :after AND id < :before)"
)
_MATCHES = "looked_at.words @@ CAST(:words AS tsquery)"
_PROBE_BACK = text(_PROBE.format("DESC") + _LOOK.format(_MATCHES, "DESC"))
_PROBE_ON = text(_PROBE.format("ASC") + _LOOK.format(_MATCHES, "ASC"))
_ASK_BACK = text(_ASK + _LOOK.format("true", "DESC"))
_ASK_ON = text(_ASK + _LOOK.format("true", "ASC"))
_COUNT_WRONG = text(
    "SELECT count(*) FROM search_text FULL JOIN search_index USING (id)"
    " WHERE search_text.id IS NULL OR search_index.id IS NULL"
)


def add(connection: Connection, kept: Sequence[tuple[int, str, str]]) -> None:
    _ADD.run_for_each(connection, [(message, _place(words, room)) for message, words, room in kept])


def lay_out(kept: Sequence[tuple[Any, ...]]) -> tuple[Table, Sequence[tuple[Any, ...]]]:
    return _TABLE, [(id_, _place(words, room)) for id_, words, room in kept]


def remove(connection: Connection, kept: Mapping[str, Any]) -> None:
    connection.execute(_REMOVE, {"id": kept["id"]})


def walk(connection: Connection, wanted: Wanted, way: Way, limit: int) -> Walked:
    words = _match(wanted.words)
    is_in_many = len(wanted.rooms) > MOST_ROOMS_NAMED
    asked = {**way._asdict(), "rooms": list(wanted.rooms), "most": bounds.MOST_PASSED, "words": words}

    def look(statement: TextClause, **besides: object) -> Walked:
        matches = map(Match._make, connection.execute(statement, {**asked, **besides}))
        return pick(matches, wanted, bounds.MOST_PASSED, limit)

    for rows in (bounds.PROBED, bounds.PROBED * FURTHER) if is_in_many else (bounds.PROBED,):
        probed = look(_PROBE_BACK if way.newest_first else _PROBE_ON, rows=rows)
        if len(probed.found) == limit:
            return probed
    named = words if is_in_many else f"{words} & ({_name_rooms(wanted.rooms)})"
    return look(_ASK_BACK if way.newest_first else _ASK_ON, words=named)


def check(connection: Connection) -> list[str]:
    """What does not fit, in words."""
    count = connection.execute(_COUNT_WRONG).scalar_one()
    return [f"The search index does not fit the messages: {count} of its rows."] if count else []


def _place(kept: str, room: str) -> str:
    """Each word with its places. The room has none."""
    words = (f"{_quote(word)}:{place}" for place, word in enumerate(kept.split(), 1))
    return " ".join([_name_room(room), *words])


def _match(wanted: list[Phrase]) -> str:
    """The words as the index is asked: only tokens stand here, quoted, and so nothing that it takes for an operator."""
    return " & ".join(map(_match_phrase, wanted))


def _match_phrase(phrase: Phrase) -> str:
    words = " <-> ".join(map(_quote, phrase.tokens))
    return f"({words}:*)" if may_be_unfinished(phrase) else f"({words})"


def _quote(word: str) -> str:
    return f"'{word[:_LONGEST_WORD]}'"


def _name_rooms(rooms: set[int]) -> str:
    return " | ".join(_name_room(f"r{room}") for room in rooms)


def _name_room(name: str) -> str:
    """As `search_text` names it, after a sign that no word has."""
    return f"'@{name}'"
