"""Read marks, and what is unread beyond them."""

from sqlalchemy import Connection, bindparam, func, select, update

from deskchat.domain.reading import Mark
from deskchat.storage.schema import member, message, room

_DELETED_BEYOND = (
    select(func.count())
    .where(
        message.c.room_id == room.c.id,
        message.c.number > member.c.read_number,
        message.c.deleted.is_not(None),
    )
    .correlate(room, member)
    .scalar_subquery()
)
UNREAD = room.c.last_number - member.c.read_number - _DELETED_BEYOND
"""Of a room joined with a member. Nothing is kept per message and member: a post costs the same in every room."""

_IS_MEMBER = (member.c.user_id == bindparam("user"), member.c.room_id == bindparam("room"))
_RAISE_MARK = (
    update(member)
    .where(*_IS_MEMBER, member.c.read_number < bindparam("number"))
    .values(read_number=bindparam("number"))
)
_GET_MARK = (
    select(member.c.read_number, UNREAD, room.c.last_seq)
    .select_from(member.join(room, room.c.id == member.c.room_id))
    .where(*_IS_MEMBER)
)


class Reading:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def raise_mark(self, user: int, room: int, number: int) -> bool:
        asked = {"user": user, "room": room, "number": number}
        return self._connection.execute(_RAISE_MARK, asked).rowcount > 0

    def get_mark(self, user: int, room: int) -> Mark:
        return Mark(*self._connection.execute(_GET_MARK, {"user": user, "room": room}).one())
