"""Read and seen marks, and what is unread beyond them."""

from collections import defaultdict
from collections.abc import Mapping

from sqlalchemy import Connection, bindparam, case, func, select, true, update

from deskchat.domain.reading import Mark, SeenMark
from deskchat.domain.users import Profile
from deskchat.storage.prepared import Prepared
from deskchat.storage.schema import member, mention, message, room, user
from deskchat.storage.updates import Updates
from deskchat.storage.users import PROFILE
from deskchat.storage.wanted import ID, OTHER_ID, WANTED, wanting

MOST_MENTIONS = 1_000
"""Unread ones that are told at once. A badge ends at 99."""

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
_MOVE = (
    update(member)
    .where(*_IS_MEMBER)
    .values(read_number=bindparam("number"), read_change=member.c.read_change + 1)
)
# What is seen was read: where the read mark does not rise, the seen mark does not either.
_RAISE_MARKS = _MOVE.where(member.c.read_number < bindparam("number")).values(
    seen_number=case(
        (member.c.seen_number < bindparam("number"), bindparam("number")), else_=member.c.seen_number
    )
)
_FIND_CHANGES = Prepared(
    select(member.c.user_id, member.c.room_id, member.c.read_change).join(
        WANTED, (member.c.user_id == ID) & (member.c.room_id == OTHER_ID)
    )
)
_RAISE_BEYOND = Updates(
    member,
    by=[member.c.user_id, member.c.room_id],
    to=[member.c.read_number, member.c.seen_number, member.c.read_change],
)
_LOWER_MARK = _MOVE.where(member.c.read_number > bindparam("number"))
_GET_MARK = (
    select(member.c.read_number, member.c.read_change, UNREAD.label("unread"), room.c.last_seq)
    .select_from(member.join(room, room.c.id == member.c.room_id))
    .where(*_IS_MEMBER)
)
_MENTIONS = select(member.c.user_id, mention.c.room_id, mention.c.number).select_from(
    member.join(
        mention,
        (mention.c.user_id == member.c.user_id)
        & (mention.c.room_id == member.c.room_id)
        & (mention.c.number > member.c.read_number),
    )
)
_LIST_MENTIONS = _MENTIONS.where(member.c.user_id == bindparam("user")).limit(MOST_MENTIONS)
_LIST_MENTIONS_IN = _LIST_MENTIONS.where(member.c.room_id == bindparam("room"))

_OTHERS = (
    select(member.c.seen_number, *PROFILE)
    .select_from(member.join(user, user.c.id == member.c.user_id))
    .where(
        member.c.room_id == bindparam("room"), member.c.user_id != bindparam("but"), user.c.active == true()
    )
    .limit(bindparam("limit"))
)
_LIST_SEEN_MARKS = _OTHERS.order_by(member.c.seen_number.desc(), user.c.id)
_WHO_SAW = _OTHERS.where(member.c.seen_number >= bindparam("number")).order_by(user.c.folded_name, user.c.id)
_COUNT_WHO_SAW = (
    select(func.count())
    .select_from(member.join(user, user.c.id == member.c.user_id))
    .where(
        member.c.room_id == bindparam("room"),
        member.c.user_id != bindparam("but"),
        member.c.seen_number >= bindparam("number"),
        user.c.active == true(),
    )
)


class Reading:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def raise_marks(self, user: int, room: int, number: int) -> bool:
        asked = {"user": user, "room": room, "number": number}
        return self._connection.execute(_RAISE_MARKS, asked).rowcount > 0

    def raise_all(self, marks: Mapping[tuple[int, int], int]) -> dict[tuple[int, int], int]:
        moved = {
            (user, room): change + 1
            for user, room, change in _FIND_CHANGES.fetch(self._connection, wanting(marks))
        }
        raised = [
            (user, room, marks[user, room], marks[user, room], change)
            for (user, room), change in moved.items()
        ]
        _RAISE_BEYOND.make(self._connection, raised)
        return moved

    def lower_mark(self, user: int, room: int, number: int) -> bool:
        asked = {"user": user, "room": room, "number": number}
        return self._connection.execute(_LOWER_MARK, asked).rowcount > 0

    def get_mark(self, user: int, room: int) -> Mark:
        row = self._connection.execute(_GET_MARK, {"user": user, "room": room}).one()
        mentions = self.list_mentions(user, room) if row.unread else []
        return Mark(row.read_number, row.read_change, row.unread, mentions, row.last_seq)

    def list_seen_marks(self, room: int, but: int, limit: int) -> list[SeenMark]:
        rows = self._connection.execute(_LIST_SEEN_MARKS, {"room": room, "but": but, "limit": limit})
        return [SeenMark(row.id, row.seen_number) for row in rows]

    def find_who_saw(self, room: int, number: int, but: int, limit: int) -> tuple[int, list[Profile]]:
        asked = {"room": room, "number": number, "but": but}
        rows = self._connection.execute(_WHO_SAW, {**asked, "limit": limit})
        people = [Profile(*row[1:]) for row in rows]
        return self._connection.execute(_COUNT_WHO_SAW, asked).scalar_one(), people

    def list_mentions(self, user: int, room: int) -> list[int]:
        rows = self._connection.execute(_LIST_MENTIONS_IN, {"user": user, "room": room})
        return sorted(row.number for row in rows)


def list_mentions(connection: Connection, user: int) -> dict[int, list[int]]:
    """The numbers of unread messages that name the user, by room."""
    found: dict[int, list[int]] = defaultdict(list)
    for row in connection.execute(_LIST_MENTIONS, {"user": user}):
        found[row.room_id].append(row.number)
    return {room: sorted(numbers) for room, numbers in found.items()}
