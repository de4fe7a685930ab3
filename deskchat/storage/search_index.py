"""The index of words. The application makes them (domain.search), the engine only keeps them.

`search_text` holds exactly what is indexed: taking other words out of an index than were put in corrupts it silently.
Each engine has an index of its own: `fts5`, `tsvector`.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol, TypeAlias

from sqlalchemy import Connection, Table, bindparam, delete, insert, select

from deskchat.domain.search import tokens
from deskchat.storage import fts5, tsvector
from deskchat.storage.prepared import Prepared
from deskchat.storage.schema import search_text
from deskchat.storage.walk import Walked, Wanted, Way

_KEEP = Prepared(
    insert(search_text).values(id=bindparam("id"), text=bindparam("text"), room=bindparam("room")),
    "id",
    "text",
    "room",
)
_GET = select(search_text).where(search_text.c.id == bindparam("message"))
_FORGET = delete(search_text).where(search_text.c.id == bindparam("message"))


Kept: TypeAlias = tuple[int, str, str]
"""A message, its words, and the word of its room."""


class Index(Protocol):
    """What an engine does with rows of `search_text`."""

    def add(self, connection: Connection, kept: Sequence[Kept]) -> None: ...
    def lay_out(self, kept: Sequence[tuple[Any, ...]]) -> tuple[Table, Sequence[tuple[Any, ...]]]: ...
    def remove(self, connection: Connection, kept: Mapping[str, Any]) -> None: ...
    def walk(self, connection: Connection, wanted: Wanted, way: Way, limit: int) -> Walked: ...
    def check(self, connection: Connection) -> list[str]: ...


_INDEXES: dict[str, Index] = {"sqlite": fts5, "postgresql": tsvector}


def add_all(connection: Connection, written: Sequence[tuple[int, int, str]]) -> None:
    """Each a message, its room and its text."""
    words = [(message, " ".join(tokens(text)), name_room(room)) for message, room, text in written]
    _KEEP.run_for_each(connection, words)
    _index(connection).add(connection, words)


def lay_out(
    connection: Connection, kept: Sequence[tuple[Any, ...]]
) -> tuple[Table, Sequence[tuple[Any, ...]]]:
    """The table of the index, and what stands there for rows of `search_text`."""
    return _index(connection).lay_out(kept)


def remove(connection: Connection, message: int) -> None:
    words = connection.execute(_GET, {"message": message}).one()
    _index(connection).remove(connection, words._asdict())
    connection.execute(_FORGET, {"message": message})


def walk(connection: Connection, wanted: Wanted, way: Way, limit: int) -> Walked:
    """The first matches on the way."""
    return _index(connection).walk(connection, wanted, way, limit) if wanted.rooms else Walked([], None)


def check(connection: Connection) -> list[str]:
    """What the index holds that it should not, or lacks, in words; on the writer's connection."""
    return _index(connection).check(connection)


def name_room(room: int) -> str:
    """The word by which messages of a room are found; no text has it, for each index keeps it apart."""
    return f"r{room}"


def _index(connection: Connection) -> Index:
    return _INDEXES[connection.dialect.name]
