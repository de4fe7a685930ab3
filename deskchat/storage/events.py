"""What happened in each room, read back with messages and people as they are now."""

from collections.abc import Sequence
from itertools import takewhile
from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, insert, select

from deskchat.domain.events import RoomEvent
from deskchat.domain.lines import OF_MEMBER, Line, RoomRenamed
from deskchat.domain.messages import (
    Message,
    MessageDeleted,
    MessageEdited,
    MessageEventKind,
    MessagePosted,
)
from deskchat.domain.users import Profile
from deskchat.storage.messages import MESSAGE
from deskchat.storage.prepared import Prepared
from deskchat.storage.schema import event, message, room, user
from deskchat.storage.users import PROFILE
from deskchat.storage.wanted import IDS, wanting

_OF_MESSAGE: dict[str, type[MessagePosted | MessageEdited | MessageDeleted]] = {
    "message.posted": MessagePosted,
    "message.edited": MessageEdited,
    "message.deleted": MessageDeleted,
}
_by = user.alias("by")
_EVENT = (event.c.room_id, event.c.seq, event.c.created, event.c.kind, event.c.number, event.c.name)
_PEOPLE = (_by.c.id, _by.c.name, _by.c.active, *PROFILE)
_WITH_PEOPLE = event.outerjoin(_by, _by.c.id == event.c.by_id).outerjoin(user, user.c.id == event.c.user_id)

_ADD = insert(event)
_OF_MESSAGES = ("room_id", "seq", "kind", "number", "created")
_ADD_OF_MESSAGE = Prepared(_ADD.values({name: bindparam(name) for name in _OF_MESSAGES}), *_OF_MESSAGES)
_GET_OLDEST = select(event.c.seq).where(event.c.room_id == bindparam("room")).order_by(event.c.seq).limit(1)
_FIND_HEADS = Prepared(select(room.c.id, room.c.last_seq).where(room.c.id.in_(IDS)))
_LIST_AFTER = (
    select(*_EVENT, *_PEOPLE, *MESSAGE)
    .select_from(
        _WITH_PEOPLE.outerjoin(
            message, (message.c.room_id == event.c.room_id) & (message.c.number == event.c.number)
        )
    )
    .where(event.c.room_id == bindparam("room"), event.c.seq > bindparam("after"))
    .order_by(event.c.seq)
    .limit(bindparam("limit"))
)
_LIST_LINES = Prepared(
    select(*_EVENT, *_PEOPLE)
    .select_from(_WITH_PEOPLE)
    .where(
        event.c.room_id == bindparam("room"),
        event.c.by_id.is_not(None),
        event.c.number >= bindparam("first"),
        event.c.number <= bindparam("last"),
    )
    .order_by(event.c.number.desc(), event.c.seq.desc())
    .limit(bindparam("limit"))
)
_OLDEST_TO_SPARE = (
    select(event.c.created)
    .where(event.c.room_id == room.c.id, event.c.seq <= room.c.last_seq - bindparam("keep"))
    .order_by(event.c.seq)
    .limit(1)
    .scalar_subquery()
)
_FIND_ROOM_WITH_OLD = (
    select(room.c.id, room.c.last_seq)
    .where(room.c.last_seq > bindparam("keep"), bindparam("before") > _OLDEST_TO_SPARE)
    .limit(1)
)
_LIST_OLDEST = (
    select(event.c.seq, event.c.created)
    .where(event.c.room_id == bindparam("room"), event.c.seq <= bindparam("last"))
    .order_by(event.c.seq)
    .limit(bindparam("limit"))
)
_REMOVE_UP_TO = delete(event).where(event.c.room_id == bindparam("room"), event.c.seq <= bindparam("last"))


class Events:
    def __init__(self, connection: Connection, now: int) -> None:
        self._connection = connection
        self._now = now

    def add_all(self, added: Sequence[tuple[int, int, MessageEventKind, int]]) -> None:
        _ADD_OF_MESSAGE.run_for_each(self._connection, [(*event, self._now) for event in added])

    def add(self, room: int, seq: int, kind: MessageEventKind, *, number: int) -> None:
        about = {"room_id": room, "seq": seq, "kind": kind, "number": number, "created": self._now}
        self._connection.execute(_ADD, about)

    def add_line(self, line: Line) -> None:
        about = {"user_id": line.user.id} if not isinstance(line, RoomRenamed) else {"name": line.name}
        self._connection.execute(
            _ADD,
            {
                "room_id": line.room,
                "seq": line.seq,
                "kind": line.__struct_config__.tag,
                "number": line.after,
                "by_id": line.by.id,
                "created": line.at,
                **about,
            },
        )

    def get_oldest(self, room: int) -> int:
        return self._connection.execute(_GET_OLDEST, {"room": room}).scalar_one_or_none() or 1

    def find_heads(self, rooms: Sequence[int]) -> dict[int, int]:
        return dict(_FIND_HEADS.fetch(self._connection, wanting([(room,) for room in rooms])))

    def list_after(self, room: int, after: int, limit: int) -> list[RoomEvent]:
        asked = {"room": room, "after": after, "limit": limit}
        return [_as_event(row) for row in self._connection.execute(_LIST_AFTER, asked)]

    def list_lines(self, room: int, first: int, last: int, limit: int) -> list[Line]:
        asked = {"room": room, "first": first, "last": last, "limit": limit}
        newest_first = _LIST_LINES.fetch(self._connection, asked)
        return [_as_line(row) for row in reversed(newest_first)]

    def remove_old(self, *, before: int, keep: int, limit: int) -> int:
        """Of one room at a time, and only from its beginning, so that what is kept stays dense. 0: none is left."""
        asked = {"before": before, "keep": keep}
        found = self._connection.execute(_FIND_ROOM_WITH_OLD, asked).one_or_none()
        if found is None:
            return 0
        oldest = self._connection.execute(
            _LIST_OLDEST, {"room": found.id, "last": found.last_seq - keep, "limit": limit}
        )
        last = [seq for seq, _ in takewhile(lambda row: row.created < before, oldest)][-1]
        return self._connection.execute(_REMOVE_UP_TO, {"room": found.id, "last": last}).rowcount


def _as_event(row: Row[*tuple[Any, ...]]) -> RoomEvent:
    room, seq, at, kind = row[:4]
    if kind not in _OF_MESSAGE:
        return _as_line(row)
    return _OF_MESSAGE[kind](room, seq, at, Message(*row[12:]))


def _as_line(row: Sequence[Any]) -> Line:
    """Also as the driver has it: SQLite has no truth, only numbers."""
    room, seq, at, kind, after, name, by, by_name, by_active = row[:9]
    who = Profile(by, by_name, bool(by_active))
    if kind == "room.renamed":
        return RoomRenamed(room, seq, at, after, who, name)
    user, user_name, user_active = row[9:12]
    return OF_MEMBER[kind](room, seq, at, after, who, Profile(user, user_name, bool(user_active)))
