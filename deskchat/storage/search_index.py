"""The index of words. The application makes them (domain.search), the engine only keeps them.

`search_text` holds exactly what is indexed: taking other words out of an index than were put in corrupts it silently.
"""

from collections.abc import Sequence

from sqlalchemy import Connection, bindparam, delete, insert, select, text

from deskchat.domain.search import tokens
from deskchat.storage.prepared import Prepared
from deskchat.storage.schema import search_text

_KEEP = Prepared(
    insert(search_text).values(id=bindparam("id"), text=bindparam("text"), room=bindparam("room"))
)
_GET = select(search_text).where(search_text.c.id == bindparam("message"))
_FORGET = delete(search_text).where(search_text.c.id == bindparam("message"))

_INDEX = Prepared(text("INSERT INTO search_index (rowid, text, room) VALUES (:id, :text, :room)"))
_UNINDEX = text(
    "INSERT INTO search_index (search_index, rowid, text, room) VALUES ('delete', :id, :text, :room)"
)


def add_all(connection: Connection, written: Sequence[tuple[int, int, str]]) -> None:
    """Each a message, its room and its text."""
    words = [
        {"id": message, "text": " ".join(tokens(text)), "room": name_room(room)}
        for message, room, text in written
    ]
    _KEEP.run(connection, words)
    _INDEX.run(connection, words)


def remove(connection: Connection, message: int) -> None:
    words = connection.execute(_GET, {"message": message}).one()
    connection.execute(_UNINDEX, words._asdict())
    connection.execute(_FORGET, {"message": message})


def name_room(room: int) -> str:
    """The word by which messages of a room are found; no text has it, for it stands in a column of its own."""
    return f"r{room}"
