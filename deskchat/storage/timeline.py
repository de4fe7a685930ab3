"""The messages of many rooms as one line of time.

Each room has its own index by time. A page takes the first message of every room, goes on in the room that is next,
and stops when it is full: what lies behind the page costs nothing, however long the rooms are.
"""

from collections.abc import Iterator
from heapq import merge
from itertools import islice
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
    Select,
    func,
    literal,
    select,
    true,
    tuple_,
)

from deskchat.domain.lists import MessageFilter
from deskchat.storage.rooms import LIST_ROOMS_OF
from deskchat.storage.schema import member, message, user

_AT_ONCE = 16
"""Messages fetched from a room when its turn has come."""


class Moment(NamedTuple):
    """A message's place in the line; `id` only finds it and orders nothing, for the others are never equal."""

    created: int
    room: int
    number: int
    id: int = 0


class Timeline:
    """The messages that a user may see and wants to."""

    def __init__(self, connection: Connection, user: int, wanted: MessageFilter) -> None:
        """A room that is wanted must be one of the user's."""
        self._connection = connection
        self._user = user
        self._wanted = wanted

    def walk(self, start: Moment | None, newest_first: bool, limit: int) -> list[Moment]:
        """The first ones beyond `start`, or of all."""
        heads = self._list_heads(start, newest_first, limit)
        rooms = (self._walk_room(head, newest_first) for head in heads)
        return list(islice(merge(*rooms, reverse=newest_first), limit))

    def count(self, most: int) -> int:
        """Room by room, each by its index, and no further than `most`."""
        counted = 0
        for room in self._list_rooms():
            counted += self._count_room(room, most - counted)
            if counted == most:
                break
        return counted

    def _list_rooms(self) -> list[int]:
        if self._wanted.room is not None:
            return [self._wanted.room]
        return list(self._connection.execute(LIST_ROOMS_OF, {"user": self._user}).scalars())

    def _count_room(self, room: int, most: int) -> int:
        in_room = select(literal(1)).select_from(message).where(message.c.room_id == room)
        counted = in_room.where(*self._conditions(message)).limit(most).subquery("counted")
        return self._connection.execute(select(func.count()).select_from(counted)).scalar_one()

    def _list_heads(self, start: Moment | None, newest_first: bool, limit: int) -> list[Moment]:
        """The first one of each room; of rooms whose first one comes too late to be shown, none."""
        first = message.alias("first")
        head = (
            self._in_order(select(first.c.id), first, newest_first)
            .where(first.c.room_id == member.c.room_id, *self._conditions(first))
            .where(*_beyond(start, first, newest_first))
            .limit(1)
            .correlate(member)
            .scalar_subquery()
        )
        mine = member.join(user, user.c.id == member.c.user_id).join(message, message.c.id == head)
        heads = select(*_moment(message)).select_from(mine).where(*self._is_mine())
        rows = self._connection.execute(self._in_order(heads, message, newest_first).limit(limit))
        return [Moment(*row) for row in rows]

    def _walk_room(self, head: Moment, newest_first: bool) -> Iterator[Moment]:
        yield head
        rows = [head]
        while rows:
            rows = self._go_on(rows[-1], newest_first)
            yield from rows

    def _go_on(self, after: Moment, newest_first: bool) -> list[Moment]:
        in_room = select(*_moment(message)).where(message.c.room_id == after.room)
        beyond = in_room.where(*self._conditions(message), *_beyond(after, message, newest_first))
        rows = self._connection.execute(self._in_order(beyond, message, newest_first).limit(_AT_ONCE))
        return [Moment(*row) for row in rows]

    def _is_mine(self) -> Iterator[ColumnElement[bool]]:
        yield member.c.user_id == self._user
        yield user.c.active == true()
        if self._wanted.room is not None:
            yield member.c.room_id == self._wanted.room

    def _conditions(self, of: FromClause) -> Iterator[ColumnElement[bool]]:
        wanted = self._wanted
        yield of.c.deleted.is_(None)
        if wanted.author is not None:
            yield of.c.author_id == wanted.author
        if wanted.since is not None:
            yield of.c.created >= wanted.since
        if wanted.until is not None:
            yield of.c.created < wanted.until

    def _in_order(self, found: Select[Any], of: FromClause, newest_first: bool) -> Select[Any]:
        columns = (of.c.created, of.c.room_id, of.c.number)
        return found.order_by(*(column.desc() if newest_first else column for column in columns))


def _moment(of: FromClause) -> tuple[ColumnElement[Any], ...]:
    return of.c.created, of.c.room_id, of.c.number, of.c.id


def _beyond(start: Moment | None, of: FromClause, newest_first: bool) -> Iterator[ColumnElement[bool]]:
    if start is None:
        return
    place = tuple_(of.c.created, of.c.room_id, of.c.number)
    there = tuple_(literal(start.created), literal(start.room), literal(start.number))
    # The time alone says again what the index can use.
    if newest_first:
        yield of.c.created <= start.created
        yield place < there
    else:
        yield of.c.created >= start.created
        yield place > there
